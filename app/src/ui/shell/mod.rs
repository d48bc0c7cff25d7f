//! What stands around a screen: floor, desk, portal, wallboard. Parent routes, so moving between screens keeps them.

mod desk;
mod device;
mod floor;
mod portal;
mod wallboard;

use leptos::prelude::*;
use leptos::web_sys::Element;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

pub use desk::Desk;
pub use device::{LinkChip, ThemeSwitch};
pub use floor::Floor;
pub use portal::Portal;
pub use wallboard::Wallboard;

use super::toast::{ToastShelf, Toasts};
use crate::door::visit;

/// Two waves and the name.
pub fn brand(href: &'static str) -> AnyView {
    view! {
        <a class="brand" href=href aria-label="Tideway">
            <svg class="brand-mark" viewBox="0 0 28 20" aria-hidden="true" focusable="false">
                <path d="M2 7.5c4-5 8-5 12 0s8 5 12 0M2 14.5c4-5 8-5 12 0s8 5 12 0" />
            </svg>
            <span>"Tideway"</span>
        </a>
    }
    .into_any()
}

/// The inside, for people of the house; everybody else is sent to sign in and comes back afterwards.
pub(crate) fn guarded(inside: impl FnOnce() -> AnyView) -> AnyView {
    if visit().person().is_some() {
        return inside();
    }
    let location = use_location();
    let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
    let next = if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) };
    let next = leptos_router::location::Url::escape(&next);
    view! { <Redirect path=format!("/sign-in?next={next}") /> }.into_any()
}

/// Has a shell been on this page before? The first one is what the browser opened, and there the focus is the browser's.
#[derive(Clone, Copy)]
pub struct Moved(StoredValue<bool>);

impl Moved {
    pub fn provide() {
        provide_context(Self(StoredValue::new(false)));
    }
}

/// Whoever goes on to another page finds the focus at its beginning, and hears its title.
fn follow_path() -> AnyView {
    let path = use_location().pathname;
    let moved = use_context::<Moved>();
    let title = RwSignal::new(String::new());
    Effect::new(move |before: Option<String>| {
        let path = path.get();
        let came = moved.is_some_and(|Moved(moved)| moved.try_update_value(|moved| std::mem::replace(moved, true)) == Some(true));
        if before.map_or(came, |before| before != path) {
            let left = page_standing();
            set_timeout(move || arrive(title, left, 0), LOOK);
        }
        path
    });
    view! { <p class="visually-hidden" role="status" data-arrived>{move || title.get()}</p> }.into_any()
}

/// How often to look whether the new page stands, and how often at most: its code may still be on the way.
const LOOK: std::time::Duration = std::time::Duration::from_millis(60);
const LOOKS: u32 = 100;

/// Waits until the page that was left is gone, and puts the focus at the beginning of the one that stands.
fn arrive(title: RwSignal<String>, left: Option<Element>, looks: u32) {
    if looks < LOOKS && left.as_ref().is_some_and(|left| left.is_connected()) {
        set_timeout(move || arrive(title, left, looks + 1), LOOK);
        return;
    }
    // A page that put the focus somewhere itself keeps it.
    let taken =
        document().active_element().is_some_and(|focused| matches!(focused.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
    if let (Some(main), false) = (document().get_element_by_id("main"), taken) {
        focus(&main);
    }
    title.try_set(document().title());
}

/// What the page in the shell stands in, by which its going is seen.
fn page_standing() -> Option<Element> {
    document().query_selector("#main > *").ok().flatten()
}

#[cfg(feature = "hydrate")]
fn focus(main: &Element) {
    use wasm_bindgen::JsCast;
    if let Some(main) = main.dyn_ref::<web_sys::HtmlElement>() {
        // What cannot take it leaves it where it is.
        let _ = main.focus();
    }
}

#[cfg(not(feature = "hydrate"))]
fn focus<T>(_: &T) {}

/// Toasts for what is inside.
fn with_toasts(inside: impl FnOnce() -> AnyView) -> AnyView {
    let toasts = Toasts::provide();
    view! {
        {inside()}
        <ToastShelf toasts />
    }
    .into_any()
}
