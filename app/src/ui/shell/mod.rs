//! What stands around a screen: floor, desk, portal, wallboard. Parent routes, so moving between screens keeps them.

use leptos::prelude::*;
use leptos_router::components::Outlet;

/// Tablets and handhelds: big targets, one task a screen.
#[component]
pub fn Floor() -> impl IntoView {
    view! { <Outlet /> }.into_any()
}

/// Desks: navigation by permission.
#[component]
pub fn Desk() -> impl IntoView {
    view! { <Outlet /> }.into_any()
}

/// Customers on a phone.
#[component]
pub fn Portal() -> impl IntoView {
    view! { <Outlet /> }.into_any()
}

/// A screen on the wall.
#[component]
pub fn Wallboard() -> impl IntoView {
    view! { <Outlet /> }.into_any()
}
