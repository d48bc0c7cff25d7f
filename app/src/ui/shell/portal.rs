//! Customers on a phone: calm, one column, nothing to learn. Works without JavaScript.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{brand, follow_path};

#[component]
pub fn Portal() -> impl IntoView {
    view! {
        <div class="portal">
            <header class="portal-top">
                {brand("/portal")}
                <span class="muted">"returns"</span>
            </header>
            <main id="main" class="portal-main" tabindex="-1">
                <Outlet />
            </main>
            {follow_path()}
            <footer class="portal-foot small muted">
                "Something unclear? Answer the mail that confirmed your order, and a person will read it."
            </footer>
        </div>
    }
    .into_any()
}
