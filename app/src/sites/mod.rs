//! Sites on screen: which one this device works at, where people pick there, how it is drawn, and its bins.

mod activity;
pub mod api;
mod bin;
mod bins;
mod bulk;
mod design;
pub mod design_api;
mod draft;
mod drawing;
pub mod ground;
mod keeping;
mod list;
mod picked;
mod picker;

use domain::ids::SiteId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

pub use activity::SiteMapPage;
pub use bin::BinDeskPage;
pub use bins::BinsPage;
pub use design::DesignPage;
pub use list::SitesPage;
pub use picker::SitePicker;

/// The cookie that keeps a device's site.
pub const SITE_COOKIE: &str = "site";

/// The site chosen on this device; `None` is every site the visitor may see. Provided by [`crate::App`].
#[derive(Clone, Copy)]
pub struct Here(pub RwSignal<Option<SiteId>>);

/// The name of the site in an address.
pub const SITE_PART: &str = "site";

/// Keeps the chosen site in this page's address, so that what is shared or gone back to shows the same. The address leads when it
/// changes, the choice above when that does.
pub fn in_address(path: &'static str) {
    let (Some(Here(chosen)), query) = (use_context::<Here>(), use_query_map()) else { return };
    let said = Memo::new(move |_| query.with(|query| query.get(SITE_PART).and_then(|site| site.parse().ok()).map(SiteId)));
    let go = use_navigate();
    Effect::new(move |before: Option<Option<SiteId>>| {
        let (site, address) = (chosen.get(), said.get());
        if address.is_some() && address != site && before != Some(address) {
            chosen.set(address);
        } else if address != site {
            let address = site.map_or_else(|| path.to_owned(), |site| format!("{path}?{SITE_PART}={site}"));
            go(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
        address
    });
}

/// The site this device works at: chosen, or the only one the visitor has a role at.
pub fn here() -> Signal<Option<SiteId>> {
    let only = crate::door::visit().only_site();
    let chosen = use_context::<Here>();
    Signal::derive(move || chosen.and_then(|chosen| chosen.0.get()).or(only))
}
