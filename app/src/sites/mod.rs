//! Sites on screen: which one this device works at.

pub mod api;
mod picker;

use domain::ids::SiteId;
use leptos::prelude::*;

pub use picker::SitePicker;

/// The cookie that keeps a device's site.
pub const SITE_COOKIE: &str = "site";

/// The site chosen on this device; `None` is every site the visitor may see. Provided by [`crate::App`].
#[derive(Clone, Copy)]
pub struct Here(pub RwSignal<Option<SiteId>>);

/// The site this device works at: chosen, or the only one the visitor has a role at.
pub fn here() -> Signal<Option<SiteId>> {
    let only = crate::door::visit().only_site();
    let chosen = use_context::<Here>();
    Signal::derive(move || chosen.and_then(|chosen| chosen.0.get()).or(only))
}
