//! A screen on the wall: no navigation, figures readable across a hall.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{LinkChip, ThemeSwitch, brand, follow_path, guarded};

#[component]
pub fn Wallboard() -> impl IntoView {
    guarded(|| {
        view! {
            <div class="wallboard">
                <header class="row-between">
                    {brand("/")}
                    <span class="row"><LinkChip /> <ThemeSwitch /></span>
                </header>
                <main id="main" tabindex="-1"><Outlet /></main>
                {follow_path()}
            </div>
        }
        .into_any()
    })
}
