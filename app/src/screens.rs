//! Which screens' code travels together. Everyone loads the app's ground; a group follows when one of its screens is first gone to,
//! while its data is on the way. A group is what one person's work goes back and forth between.

use leptos::prelude::*;
use leptos_router::{Lazy, LazyRoute};

use crate::exceptions::ExceptionsPage;
use crate::floor::{BenchPage, FloorPage, PackPage, PickPage, ShipPage};
use crate::insight::{DrillPage, LivePage, WallPage};
use crate::ledger::LedgerPage;
use crate::orders::{OrderPage, OrdersPage};
use crate::people::PeoplePage;
use crate::refunds::RefundsPage;
use crate::returns::{
    PortalLookupPage, PortalOrderPage, PortalReturnPage, PortalReviewPage, ReturnPage, ReturnsBenchPage, ReturnsPage,
};
use crate::stock::{InventoryPage, SkuPage};
use crate::waves::{WavePage, WavesPage};

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

// Where people arrive: each alone, so that a first visit loads little.
group!(portal_door, __preload_portal_door: PortalLookup = PortalLookupPage);
group!(floor_home, __preload_floor_home: Floor = FloorPage);
group!(live_board, __preload_live_board: Wall = WallPage, Live = LivePage);
// Where they go on to.
group!(portal_screens, __preload_portal_screens:
    PortalOrder = PortalOrderPage, PortalReview = PortalReviewPage, PortalReturn = PortalReturnPage);
group!(picking, __preload_picking: Pick = PickPage);
group!(packing, __preload_packing: PackBench = BenchPage, Pack = PackPage, Ship = ShipPage);
group!(returns_bench, __preload_returns_bench: ReturnsBench = ReturnsBenchPage);
group!(drill, __preload_drill: Drill = DrillPage);
group!(exceptions, __preload_exceptions: Exceptions = ExceptionsPage);
group!(office, __preload_office: Ledger = LedgerPage, People = PeoplePage);
group!(refunds, __preload_refunds: Refunds = RefundsPage);
group!(orders, __preload_orders: Orders = OrdersPage, Order = OrderPage);
group!(waves, __preload_waves: Waves = WavesPage, Wave = WavePage);
group!(stock, __preload_stock: Inventory = InventoryPage, Sku = SkuPage);
group!(returns, __preload_returns: Returns = ReturnsPage, Return = ReturnPage);
