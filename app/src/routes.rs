//! Which screen answers which address. One line a screen; the shell around it is its parent route.

use std::time::Duration;

use domain::ids::SiteId;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::door::Visit;
use crate::floor::{BenchPage, FloorPage, PackPage, PickPage, ShipPage};
use crate::home::Home;
use crate::insight::{DrillPage, LivePage, WallPage};
use crate::ledger::LedgerPage;
use crate::live::Stream;
use crate::not_found::NotFound;
use crate::orders::{OrderPage, OrdersPage};
use crate::people::{PeoplePage, SignInPage};
use crate::refunds::RefundsPage;
use crate::returns::{
    PortalLookupPage, PortalOrderPage, PortalReturnPage, PortalReviewPage, ReturnPage, ReturnsBenchPage, ReturnsPage,
};
use crate::sites::{Here, SITE_COOKIE};
use crate::stock::{InventoryPage, SkuPage};
use crate::ui::shell::{Desk, Floor, Portal, Wallboard};
use crate::ui::{Scans, Zone, remembered};
use crate::waves::{WavePage, WavesPage};

/// The whole app. `SsrMode::Async` everywhere: the first HTML is whole, so it reads and submits before wasm, and without it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Stream::provide();
    Zone::provide();
    Scans::provide();
    Effect::new(|_| set_timeout(tell_hydrated, USABLE_AFTER));
    let visit = SharedValue::new(arriving).into_inner();
    provide_context(Here(RwSignal::new(visit.site)));
    provide_context(visit);
    // For whoever drives the page: from here on wasm answers.
    Effect::new(|_| document().document_element().map(|root| root.set_attribute("data-hydrated", "")));
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Tideway".to_owned() } else { format!("{title} · Tideway") } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("") view=Home ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <ParentRoute path=path!("/portal") view=Portal ssr=SsrMode::Async>
                    <Route path=path!("") view=PortalLookupPage ssr=SsrMode::Async />
                    <Route path=path!("/order") view=PortalOrderPage ssr=SsrMode::Async />
                    <Route path=path!("/review") view=PortalReviewPage ssr=SsrMode::Async />
                    <Route path=path!("/returns/:number") view=PortalReturnPage ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("/floor") view=Floor ssr=SsrMode::Async>
                    <Route path=path!("") view=FloorPage ssr=SsrMode::Async />
                    <Route path=path!("pick/:trip") view=PickPage ssr=SsrMode::Async />
                    <Route path=path!("pack") view=BenchPage ssr=SsrMode::Async />
                    <Route path=path!("pack/:parcel") view=PackPage ssr=SsrMode::Async />
                    <Route path=path!("ship") view=ShipPage ssr=SsrMode::Async />
                    <Route path=path!("returns") view=ReturnsBenchPage ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("/wall") view=Wallboard ssr=SsrMode::Async>
                    <Route path=path!("") view=WallPage ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=Desk ssr=SsrMode::Async>
                    <Route path=path!("/live") view=LivePage ssr=SsrMode::Async />
                    <Route path=path!("/live/:kpi") view=DrillPage ssr=SsrMode::Async />
                    <Route path=path!("/ledger") view=LedgerPage ssr=SsrMode::Async />
                    <Route path=path!("/people") view=PeoplePage ssr=SsrMode::Async />
                    <Route path=path!("/orders") view=OrdersPage ssr=SsrMode::Async />
                    <Route path=path!("/orders/:number") view=OrderPage ssr=SsrMode::Async />
                    <Route path=path!("/waves") view=WavesPage ssr=SsrMode::Async />
                    <Route path=path!("/waves/:wave") view=WavePage ssr=SsrMode::Async />
                    <Route path=path!("/shipping") view=ShipPage ssr=SsrMode::Async />
                    <Route path=path!("/returns") view=ReturnsPage ssr=SsrMode::Async />
                    <Route path=path!("/returns/:number") view=ReturnPage ssr=SsrMode::Async />
                    <Route path=path!("/refunds") view=RefundsPage ssr=SsrMode::Async />
                    <Route path=path!("/inventory") view=InventoryPage ssr=SsrMode::Async />
                    <Route path=path!("/inventory/:sku") view=SkuPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Effects of the first screen have run by then, and the scan engine listens.
const USABLE_AFTER: Duration = Duration::from_millis(50);

/// Marks the document for whoever waits until wasm has taken over: tests, and sheets that show what needs it.
fn tell_hydrated() {
    if let Some(root) = document().document_element() {
        // Cannot fail: the name is valid.
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// Who this page is rendered for, as the host found from the session.
fn arriving() -> Visit {
    let site = remembered(SITE_COOKIE).and_then(|site| site.parse().ok()).map(SiteId);
    Visit { caller: use_context::<Option<domain::people::Caller>>().flatten(), site }
}
