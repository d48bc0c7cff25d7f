//! A small business with something at every stage, gone there through the real commands: for tests that count and for breaches.

use domain::counts::{BeginCount, CountItem, FinishCount};
use domain::floor::{PackOrders, PickTrips, ShipParcels};
use domain::ids::{ChannelId, OrderId, OrderLineId, ParcelId, ReturnId, SiteId, SkuId, TripId};
use domain::orders::{NewOrder, OpenChannel, PlaceOrders};
use domain::quantity::Quantity;
use domain::returns::{AskedLine, Grade, ReceiveReturn, RequestReturn, Resolution, Source};
use domain::waves::{Cart, Chosen, Method, PlanWave};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::returns::tests::graded;
use crate::testkit::{TestDb, new_order};

/// Orders of mugs at 12.00, each as far as its name says.
pub(crate) struct Business {
    pub t: TestDb,
    pub site: SiteId,
    pub sku: SkuId,
    /// Of three shipped; two came back as new, and their money went out as store credit.
    pub returned_line: OrderLineId,
    pub planned: OrderId,
    pub waiting: OrderId,
}

impl Business {
    pub(crate) async fn open() -> Self {
        let t = TestDb::new().await;
        let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.receive(site, sku, "A01-01L-1", 50).await;
        let returned = order(&t, sku, 3).await;
        ship(&t, site, &pack(&t, site, &walk(&t, site, &[returned]).await, &[returned]).await).await;
        let packed = order(&t, sku, 2).await;
        pack(&t, site, &walk(&t, site, &[packed]).await, &[packed]).await;
        let picked = order(&t, sku, 4).await;
        let trips = walk(&t, site, &[picked]).await;
        t.run(&PickTrips { trips }).await;
        let planned = order(&t, sku, 5).await;
        walk(&t, site, &[planned]).await;
        let waiting = order(&t, sku, 1).await;
        // Asks for more than there is.
        order(&t, sku, 90).await;
        snapshot(&t).await;
        let line: Uuid = one(&t, &format!("select id from order_line where order_id = '{returned}'")).await;
        back(&t, site, returned, line.into(), 2).await;
        counted(&t, site, sku).await;
        snapshot(&t).await;
        Self { t, site, sku, returned_line: line.into(), planned, waiting }
    }
}

/// Everything so far is in a snapshot; the second begins from the first.
async fn snapshot(t: &TestDb) {
    let until = sqlx::query_scalar("select max(recorded_at) from movement").fetch_one(&t.root).await.expect("something moved");
    assert!(t.db.take_snapshot(t.org, until).await.expect("a snapshot is taken"));
}

/// The bin is counted, and is as the books say.
async fn counted(t: &TestDb, site: SiteId, sku: SkuId) {
    let count = t.run(&BeginCount { site, bin_code: "A01-01L-1".into() }).await;
    let there = "select sum(on_hand)::int from balance join bin on bin.id = bin_id where code = 'A01-01L-1'";
    let quantity = sqlx::query_scalar(there).fetch_one(&t.root).await.expect("the balance reads");
    t.run(&CountItem { count, sku, quantity, marks: domain::lots::Marks::default(), label: String::new() }).await;
    t.run(&FinishCount { count }).await;
}

/// One id past the wall.
pub(crate) async fn one(t: &TestDb, query: &str) -> Uuid {
    sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned())).fetch_one(&t.root).await.expect("one row")
}

pub(crate) async fn order(t: &TestDb, sku: SkuId, quantity: i32) -> OrderId {
    let external = Uuid::now_v7().to_string();
    let new = NewOrder { shipping_amount: Decimal::new(360, 2), ..new_order(&external, &[(sku, quantity)]) };
    let id = new.id;
    t.run(&PlaceOrders { orders: vec![new] }).await;
    id
}

/// A wave for these orders, on the floor.
pub(crate) async fn walk(t: &TestDb, site: SiteId, orders: &[OrderId]) -> Vec<TripId> {
    let orders = Chosen::These(orders.to_vec());
    t.run(&PlanWave {
        site,
        orders,
        method: Method::Cluster,
        cart: Cart::totes(4),
        pickers: 1,
        rounds: domain::waves::Rounds::default(),
        release: true,
    })
    .await
    .trips
}

pub(crate) async fn pack(t: &TestDb, site: SiteId, trips: &[TripId], orders: &[OrderId]) -> Vec<ParcelId> {
    t.run(&PickTrips { trips: trips.to_vec() }).await;
    t.run(&PackOrders { site, orders: orders.to_vec() }).await
}

pub(crate) async fn ship(t: &TestDb, _: SiteId, parcels: &[ParcelId]) {
    t.run(&ShipParcels { parcels: parcels.to_vec(), carrier: "Royal Mail".into(), service: "48".into() }).await;
}

/// Asked for store credit, received and inspected as new.
pub(crate) async fn back(t: &TestDb, site: SiteId, order: OrderId, line: OrderLineId, units: i64) -> ReturnId {
    let quantity = Quantity::new(units).expect("units in range");
    let reason = domain::returns::Reason::Unwanted;
    let asked = AskedLine { line, quantity, reason, note: String::new(), resolution: Resolution::Credit };
    let made = t.run(&RequestReturn { order, lines: vec![asked], source: Source::Staff }).await;
    let receipt = t
        .run(&ReceiveReturn { return_line: made.lines[0], quantity, site, bin: None, marks: domain::lots::Marks::default() })
        .await;
    t.run(&graded(receipt, units, Grade::A)).await;
    made.id
}
