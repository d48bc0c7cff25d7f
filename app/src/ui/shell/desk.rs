//! Desks: navigation by permission, site, theme, and who is signed in.

use domain::people::Permission as P;
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use leptos_router::hooks::use_location;

use super::{LinkChip, ThemeSwitch, brand, follow_path, guarded, with_toasts};
use crate::door::{Visit, visit};
use crate::sites::SitePicker;
use crate::ui::icon::Icon;

/// Where a desk can go: words, address, icon, and what it takes.
const PLACES: [(&str, &str, Icon, &[P]); 25] = [
    ("Live", "/live", Icon::Gauge, &[P::LiveView]),
    ("Exceptions", "/exceptions", Icon::Alert, &[P::LiveView]),
    ("Orders", "/orders", Icon::Cart, &[P::OrdersView]),
    ("Waves", "/waves", Icon::Wave, &[P::WavesView]),
    ("Site map", "/sites/map", Icon::Map, &[P::WavesView]),
    ("Sites", "/sites", Icon::Layout, &[P::StockView]),
    ("Roster", "/roster", Icon::Clock, &[P::WavesView]),
    ("Shipping", "/shipping", Icon::Truck, &[P::Ship]),
    ("Inventory", "/inventory", Icon::Box, &[P::StockView]),
    ("Lots", "/lots", Icon::Box, &[P::StockView]),
    ("Owners", "/owners", Icon::Person, &[P::StockView]),
    ("Explorer", "/stock", Icon::Search, &[P::StockView]),
    ("Master data", "/data", Icon::Ledger, &[P::CatalogEdit]),
    ("Counts", "/counts", Icon::Check, &[P::CountsView]),
    ("Corrections", "/adjustments", Icon::Undo, &[P::StockAdjust]),
    ("Replenishment", "/replenishment", Icon::Arrow, &[P::StockView]),
    ("Transfers", "/transfers", Icon::Truck, &[P::StockView]),
    ("Inbound", "/inbound", Icon::Inbound, &[P::PurchasingView]),
    ("Inspections", "/inspections", Icon::Search, &[P::GoodsInspect, P::StockRelease, P::PurchasingEdit]),
    ("Purchasing", "/purchasing", Icon::Dock, &[P::PurchasingView]),
    ("Returns", "/returns", Icon::Return, &[P::ReturnsView]),
    ("Refunds", "/refunds", Icon::Refund, &[P::RefundsView]),
    ("Ledger", "/ledger", Icon::Ledger, &[P::LedgerView]),
    ("Floor", "/floor", Icon::Scan, &[P::Pick, P::Count, P::Pack, P::StockReceive, P::StockMove, P::ReturnsReceive]),
    ("People", "/people", Icon::Person, &[P::PeopleView]),
];

#[component]
pub fn Desk() -> impl IntoView {
    guarded(|| {
        with_toasts(|| {
            let folded = NodeRef::<leptos::html::Details>::new();
            let close = move || {
                if let Some(menu) = folded.get_untracked() {
                    menu.set_open(false);
                }
            };
            let path = use_location().pathname;
            Effect::new(move |_| {
                path.track();
                close();
            });
            let escape = move |event: leptos::ev::KeyboardEvent| {
                if event.key() == "Escape" {
                    close();
                }
            };
            view! {
                <a class="skip" href="#main">"Skip to content"</a>
                <div class="desk">
                    <aside class="desk-side">
                        {brand("/")}
                        {menu(&visit())}
                        {foot(&visit())}
                    </aside>
                    <header class="desk-top">
                        <details class="desk-menu" node_ref=folded on:keydown=escape>
                            <summary class="btn square" aria-label="Menu">{Icon::Menu.view()}</summary>
                            <div class="desk-fold" on:click=move |_| close()>{menu(&visit())}</div>
                        </details>
                        <span class="desk-brand">{brand("/")}</span>
                        <span class="grow"></span>
                        <LinkChip />
                        <SitePicker all=true />
                        <ThemeSwitch />
                    </header>
                    <main id="main" class="desk-main" tabindex="-1">
                        <Outlet />
                    </main>
                    {follow_path()}
                </div>
            }
            .into_any()
        })
    })
}

/// The same list twice, for wide and for narrow screens; CSS shows one.
fn menu(visit: &Visit) -> AnyView {
    let places = PLACES.into_iter().filter(|(.., needs)| needs.iter().any(|need| visit.may(*need)));
    let links = places.map(|(words, path, icon, _)| {
        view! {
            <li>
                <A href=path attr:class="nav-link">
                    {icon.view()}
                    <span>{words}</span>
                </A>
            </li>
        }
    });
    view! {
        <nav aria-label="Main">
            <ul class="nav" role="list">{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn foot(visit: &Visit) -> AnyView {
    let (name, roles) = visit.person().map(|(name, grants)| (name.to_owned(), roles(grants))).unwrap_or_default();
    view! {
        <div class="desk-foot">
            <p class="strong">{name}</p>
            <p class="small muted">{roles}</p>
            <form method="post" action="/api/fn/people/sign-out" novalidate>
                <button class="btn wide">"Sign out"</button>
            </form>
        </div>
    }
    .into_any()
}

/// `Supervisor, Finance`, each once.
pub(super) fn roles(grants: &[domain::people::Grant]) -> String {
    let mut names: Vec<&str> = grants.iter().map(|grant| grant.role.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
