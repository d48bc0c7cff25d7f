//! A screen on the wall: no navigation, figures readable across a hall.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{LinkChip, ThemeSwitch, brand, guarded};

#[component]
pub fn Wallboard() -> impl IntoView {
    guarded(|| {
        view! {
            <div class="wallboard">
                <header class="row-between">
                    {brand("/")}
                    <span class="row"><LinkChip /> <ThemeSwitch /></span>
                </header>
                <main id="main"><Outlet /></main>
            </div>
        }
        .into_any()
    })
}
