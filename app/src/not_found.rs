//! The page for addresses that lead nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <main class="page page-narrow">
            <h1>"There is nothing at this address"</h1>
            <p class="muted">"It may have been moved, or the link was mistyped."</p>
            <p><a class="btn primary" href="/">"Go to the start"</a></p>
        </main>
    }
    .into_any()
}
