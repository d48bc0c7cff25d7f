//! Which screen answers which address. One line a screen; the shell around it is its parent route.

use domain::ids::SiteId;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::door::Visit;
use crate::home::Home;
use crate::live::Stream;
use crate::not_found::NotFound;
use crate::people::SignInPage;
use crate::screens;
#[cfg(feature = "ssr")]
use crate::sites::SITE_PART;
use crate::sites::{Here, SITE_COOKIE};
use crate::ui::shell::{Desk, Floor, Moved, Portal, Wallboard};
use crate::ui::{Scans, Zone, remembered};

/// The whole app. `SsrMode::Async` everywhere: the first HTML is whole, so it reads and submits before wasm, and without it.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Stream::provide();
    Zone::provide();
    Scans::provide();
    Moved::provide();
    let visit = SharedValue::new(arriving).into_inner();
    provide_context(Here(RwSignal::new(visit.site)));
    provide_context(visit);
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Tideway".to_owned() } else { format!("{title} · Tideway") } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("") view=Home ssr=SsrMode::Async />
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <ParentRoute path=path!("/portal") view=Portal ssr=SsrMode::Async>
                    <Route path=path!("") view=screens::PortalLookup::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/order") view=screens::PortalOrder::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/review") view=screens::PortalReview::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/returns/:number") view=screens::PortalReturn::fetched() ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("/floor") view=Floor ssr=SsrMode::Async>
                    <Route path=path!("") view=screens::Floor::fetched() ssr=SsrMode::Async />
                    <Route path=path!("pick/:trip") view=screens::Pick::fetched() ssr=SsrMode::Async />
                    <Route path=path!("count") view=screens::FloorCount::fetched() ssr=SsrMode::Async />
                    <Route path=path!("pack") view=screens::PackBench::fetched() ssr=SsrMode::Async />
                    <Route path=path!("pack/:parcel") view=screens::Pack::fetched() ssr=SsrMode::Async />
                    <Route path=path!("put-back") view=screens::PutBack::fetched() ssr=SsrMode::Async />
                    <Route path=path!("putaway") view=screens::Putaway::fetched() ssr=SsrMode::Async />
                    <Route path=path!("units") view=screens::Units::fetched() ssr=SsrMode::Async />
                    <Route path=path!("replenish") view=screens::Replenish::fetched() ssr=SsrMode::Async />
                    <Route path=path!("transfers") view=screens::Trucks::fetched() ssr=SsrMode::Async />
                    <Route path=path!("transfers/:number") view=screens::Truck::fetched() ssr=SsrMode::Async />
                    <Route path=path!("ship") view=screens::Ship::fetched() ssr=SsrMode::Async />
                    <Route path=path!("returns") view=screens::ReturnsBench::fetched() ssr=SsrMode::Async />
                    <Route path=path!("inspect") view=screens::Inspect::fetched() ssr=SsrMode::Async />
                    <Route path=path!("receive") view=screens::Receive::fetched() ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("/wall") view=Wallboard ssr=SsrMode::Async>
                    <Route path=path!("") view=screens::Wall::fetched() ssr=SsrMode::Async />
                </ParentRoute>
                <ParentRoute path=path!("") view=Desk ssr=SsrMode::Async>
                    <Route path=path!("/live") view=screens::Live::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/live/:kpi") view=screens::Drill::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/exceptions") view=screens::Exceptions::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/ledger") view=screens::Ledger::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/people") view=screens::People::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/orders") view=screens::Orders::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/orders/:number") view=screens::Order::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/waves") view=screens::Waves::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/waves/new") view=screens::WaveBuilder::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/waves/:wave") view=screens::Wave::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/sites/map") view=screens::SiteMap::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/sites") view=screens::Sites::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/sites/:site/design") view=screens::Design::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/sites/:site/bins") view=screens::Bins::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/bins/:bin") view=screens::Bin::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/roster") view=screens::Roster::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/carriers") view=screens::Carriers::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/shipping") view=screens::Ship::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/inbound") view=screens::Inbound::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/inspections") view=screens::Inspections::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/purchasing") view=screens::Purchases::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/purchasing/new") view=screens::NewPurchase::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/purchasing/reorder") view=screens::Reorder::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/purchasing/suppliers") view=screens::Suppliers::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/purchasing/:number") view=screens::Purchase::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/returns") view=screens::Returns::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/returns/:number") view=screens::Return::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/refunds") view=screens::Refunds::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/data") view=screens::Data::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/data/changes") view=screens::Changes::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/data/reasons") view=screens::Reasons::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/data/skus/:sku") view=screens::Card::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/stock") view=screens::Stock::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/stock/movements") view=screens::Movements::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/inventory") view=screens::Inventory::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/owners") view=screens::Owners::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/lots") view=screens::Lots::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/lots/:lot") view=screens::Lot::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/replenishment") view=screens::Replenishment::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/transfers") view=screens::Transfers::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/transfers/:number") view=screens::Transfer::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/inventory/:sku") view=screens::Sku::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/counts") view=screens::Counts::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/counts/:count") view=screens::Count::fetched() ssr=SsrMode::Async />
                    <Route path=path!("/adjustments") view=screens::Adjustments::fetched() ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Who this page is rendered for, as the host found from the session.
fn arriving() -> Visit {
    let site = said_site().or_else(|| remembered(SITE_COOKIE)).and_then(|site| site.parse().ok()).map(SiteId);
    Visit { caller: use_context::<Option<domain::people::Caller>>().flatten(), site }
}

/// The site an address names comes before the one the device keeps.
fn said_site() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        let parts = use_context::<http::request::Parts>()?;
        let query = parts.uri.query()?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| *name == SITE_PART)
            .map(|(_, site)| site.to_owned())
    }
    #[cfg(not(feature = "ssr"))]
    None
}
