//! The floor: a slim bar that never moves, then one task. Targets are big; the primary action sits at the bottom.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{LinkChip, ThemeSwitch, follow_path, guarded, with_toasts};
use crate::door::visit;
use crate::sites::SitePicker;
use crate::ui::SoundSwitch;
use crate::ui::icon::Icon;

#[component]
pub fn Floor() -> impl IntoView {
    guarded(|| {
        with_toasts(|| {
            let name = visit().person().map(|(name, _)| name.to_owned()).unwrap_or_default();
            view! {
                <div class="floor">
                    <header class="floor-top">
                        <a class="btn quiet square" href="/floor" aria-label="Floor home">{Icon::Back.view()}</a>
                        <SitePicker />
                        <span class="grow"></span>
                        <LinkChip />
                        <span class="floor-name muted">{name}</span>
                        <SoundSwitch />
                        <ThemeSwitch />
                        <form method="post" action="/api/fn/people/sign-out" novalidate>
                            <button class="btn quiet square" aria-label="Sign out" title="Sign out">{Icon::Leave.view()}</button>
                        </form>
                    </header>
                    <main id="main" class="floor-main" tabindex="-1">
                        <Outlet />
                    </main>
                    {follow_path()}
                </div>
            }
            .into_any()
        })
    })
}
