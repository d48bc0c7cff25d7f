//! `/wall`: the same figures for a screen across the hall. No links to follow, nothing to touch.

use leptos::prelude::*;
use leptos_meta::Title;

use super::feed::Feed;
use super::live::{banner, board};
use crate::sites::{here, in_address};

#[component]
pub fn WallPage() -> impl IntoView {
    let site = here();
    in_address("/wall");
    let feed = Feed::of(site);
    view! {
        <Title text="Wallboard" />
        <h1 class="visually-hidden">"Live figures"</h1>
        {banner(feed)}
        {board(feed, site, false)}
    }
    .into_any()
}
