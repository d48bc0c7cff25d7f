//! A file of shifts: tried first, then taken.

use domain::waves::roster::HEADER;
use leptos::prelude::*;

use super::labour_api::send_roster;
use crate::files::bring_in;

#[component]
pub fn FileCard(again: RwSignal<u32>) -> impl IntoView {
    let hint = format!("First line: {}. Times as 2026-11-25 06:00, by the site's clock.", HEADER.join(","));
    bring_in("Bring in a file", "roster", hint, send_roster, ("shift is on the roster.", "shifts are on the roster."), again)
}
