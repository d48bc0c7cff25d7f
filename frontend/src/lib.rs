//! The browser's entry: take over the page the server rendered. Decides nothing else.

use std::time::Duration;

use leptos::mount::hydrate_from_async;
use leptos::prelude::{document, set_timeout};
use leptos::tachys::dom::body;

/// Effects of the first screen have run by then, and the scan engine listens.
const USABLE_AFTER: Duration = Duration::from_millis(50);

#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    hydrate_from_async(body(), app::App).await.forget();
    set_timeout(tell_hydrated, USABLE_AFTER);
}

/// Marks the document for whoever waits until wasm has taken over: tests, and sheets that show what needs it.
fn tell_hydrated() {
    if let Some(root) = document().document_element() {
        // Cannot fail: the name is valid.
        let _ = root.set_attribute("data-hydrated", "");
    }
}
