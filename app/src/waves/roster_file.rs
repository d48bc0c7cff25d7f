//! A file of shifts: tried first, then taken.

use domain::waves::roster::HEADER;
use leptos::prelude::*;

use super::labour_api::send_roster;
use crate::files::BringIn;

#[component]
pub fn FileCard(again: RwSignal<u32>) -> impl IntoView {
    let hint = format!("First line: {}. Times as 2026-11-25 06:00, by the site's clock.", HEADER.join(","));
    view! { <BringIn id="roster" hint send=send_roster done="shifts are on the roster." again /> }.into_any()
}
