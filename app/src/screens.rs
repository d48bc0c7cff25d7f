//! Which screens' code travels together. Everyone loads the app's ground; a group follows when one of its screens is first gone to,
//! while its data is on the way. A group is what one person's work goes back and forth between. Where people land is a group of its
//! own, so that the first screen is there soon; what they go to from there follows while they look at it.

use leptos::prelude::*;
use leptos_router::{Lazy, LazyRoute};

use crate::counts::{AdjustmentsPage, CountPage, CountsPage, FloorCountPage};
use crate::data::{CardPage, ChangesPage, DataPage};
use crate::exceptions::ExceptionsPage;
use crate::floor::{BenchPage, FloorPage, PackPage, PickPage, PutBackPage, ShipPage};
use crate::insight::{DrillPage, LivePage, WallPage};
use crate::inspections::{InspectPage, InspectionsPage};
use crate::ledger::LedgerPage;
use crate::lots::{LotPage, LotsPage};
use crate::lpns::UnitsPage;
use crate::orders::{OrderPage, OrdersPage};
use crate::owners::OwnersPage;
use crate::people::PeoplePage;
use crate::purchasing::{InboundPage, NewPurchasePage, PurchasePage, PurchasesPage, ReceivePage, ReorderPage, SuppliersPage};
use crate::putaway::PutawayPage;
use crate::reasons::ReasonsPage;
use crate::refunds::RefundsPage;
use crate::replenish::{ReplenishPage, ReplenishmentPage};
use crate::returns::{
    PortalLookupPage, PortalOrderPage, PortalReturnPage, PortalReviewPage, ReturnPage, ReturnsBenchPage, ReturnsPage,
};
use crate::sites::{BinDeskPage, BinsPage, DesignPage, SiteMapPage, SitesPage};
use crate::stock::{InventoryPage, MovementsPage, SkuPage, StockPage};
use crate::transfers::{TransferPage, TransfersPage, TruckPage, TrucksPage};
use crate::waves::{CarriersPage, RosterPage, WaveBuilderPage, WavePage, WavesPage};

/// A group: the function its code is reached through, and a route type a screen. The screen's name crosses the cut, not its
/// function, which would pull its code back to this side.
macro_rules! group {
    ($group:ident, $preload:ident: $($route:ident = $page:ident),+ $(,)?) => {
        #[lazy]
        fn $group(screen: &'static str) -> AnyView {
            match screen {
                $(stringify!($route) => $page().into_any(),)+
                _ => ().into_any(),
            }
        }

        $(
            #[derive(Debug)]
            pub struct $route;

            impl $route {
                pub fn fetched() -> Lazy<Self> {
                    Lazy::new()
                }
            }

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    $group(stringify!($route)).await
                }

                #[cfg(target_arch = "wasm32")]
                async fn preload() {
                    $preload().await;
                }
            }
        )+
    };
}

// Where customers arrive: alone, so that their first visit loads little.
group!(portal_door, __preload_portal_door: PortalLookup = PortalLookupPage);
group!(portal_screens, __preload_portal_screens:
    PortalOrder = PortalOrderPage, PortalReview = PortalReviewPage, PortalReturn = PortalReturnPage);
group!(floor_home, __preload_floor_home: Floor = FloorPage);
group!(floor_screens, __preload_floor_screens:
    Pick = PickPage, PackBench = BenchPage, Pack = PackPage, PutBack = PutBackPage, Ship = ShipPage,
    FloorCount = FloorCountPage, Receive = ReceivePage, ReturnsBench = ReturnsBenchPage,
    Inspect = InspectPage, Replenish = ReplenishPage, Trucks = TrucksPage, Truck = TruckPage,
    Putaway = PutawayPage, Units = UnitsPage);
group!(live_home, __preload_live_home: Live = LivePage);
group!(insight_screens, __preload_insight_screens:
    Wall = WallPage, Drill = DrillPage, Exceptions = ExceptionsPage);
group!(office_screens, __preload_office_screens: Ledger = LedgerPage, People = PeoplePage, Refunds = RefundsPage);
group!(outbound_screens, __preload_outbound_screens:
    Orders = OrdersPage, Order = OrderPage, Waves = WavesPage, WaveBuilder = WaveBuilderPage, Wave = WavePage,
    Roster = RosterPage, Carriers = CarriersPage, SiteMap = SiteMapPage);
group!(stock_screens, __preload_stock_screens:
    Inventory = InventoryPage, Stock = StockPage, Movements = MovementsPage, Sku = SkuPage, Owners = OwnersPage, Lots = LotsPage, Lot = LotPage, Counts = CountsPage, Count = CountPage, Adjustments = AdjustmentsPage,
    Replenishment = ReplenishmentPage, Transfers = TransfersPage, Transfer = TransferPage);
group!(purchasing_screens, __preload_purchasing_screens:
    Inbound = InboundPage, Purchases = PurchasesPage, NewPurchase = NewPurchasePage, Purchase = PurchasePage, Suppliers = SuppliersPage,
    Reorder = ReorderPage, Inspections = InspectionsPage);
group!(data_screens, __preload_data_screens: Data = DataPage, Changes = ChangesPage, Card = CardPage,
    Reasons = ReasonsPage);
group!(places_screens, __preload_places_screens: Sites = SitesPage, Design = DesignPage, Bins = BinsPage, Bin = BinDeskPage);
group!(returns_screens, __preload_returns_screens: Returns = ReturnsPage, Return = ReturnPage);

/// Fetches the floor's other screens while its first one is looked at.
pub fn fetch_floor() {
    #[cfg(target_arch = "wasm32")]
    leptos::task::spawn_local(__preload_floor_screens());
}

/// Fetches what the dashboard's tiles lead to while it is looked at.
pub fn fetch_insight() {
    #[cfg(target_arch = "wasm32")]
    leptos::task::spawn_local(__preload_insight_screens());
}
