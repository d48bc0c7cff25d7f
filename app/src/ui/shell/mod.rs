//! What stands around a screen: floor, desk, portal, wallboard. Parent routes, so moving between screens keeps them.

mod desk;
mod device;
mod floor;
mod portal;
mod wallboard;

use leptos::prelude::*;
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

/// Toasts for what is inside.
fn with_toasts(inside: impl FnOnce() -> AnyView) -> AnyView {
    let toasts = Toasts::provide();
    view! {
        {inside()}
        <ToastShelf toasts />
    }
    .into_any()
}
