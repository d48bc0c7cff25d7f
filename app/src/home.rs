//! `/`: sends everyone to where their work is. Decides by permission only.

use domain::people::Permission;
use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::door::{Visit, visit};

#[component]
pub fn Home() -> impl IntoView {
    view! { <Redirect path=start_of(&visit()) /> }.into_any()
}

/// Where a visitor's work begins.
pub fn start_of(visit: &Visit) -> &'static str {
    let desk = [(Permission::LiveView, "/live"), (Permission::OrdersView, "/orders"), (Permission::PeopleView, "/people")];
    if visit.caller.is_none() {
        return "/sign-in";
    }
    desk.into_iter().find(|(permission, _)| visit.may(*permission)).map_or("/floor", |(_, path)| path)
}
