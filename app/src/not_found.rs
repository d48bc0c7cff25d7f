//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::{Empty, Icon};

/// With nothing around it: no route matched.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main>
            <NothingHere />
        </main>
    }
    .into_any()
}

/// Inside a shell.
#[component]
pub fn NothingHere() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <div class="page page-narrow">
            <h1>"Not found"</h1>
            <div class="card">
                <Empty
                    title="There is nothing at this address"
                    words="It may have been moved, or the link was mistyped."
                    icon=Icon::Search
                >
                    <a class="btn primary" href="/" rel="external">"Go to the start"</a>
                </Empty>
            </div>
        </div>
    }
    .into_any()
}
