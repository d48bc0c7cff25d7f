//! A day done by one command an order, a scan, a parcel, as people do it, and the same day in bulk, as demo, import and replay do it.

use domain::floor::{
    BindTote, ClaimTrip, CloseParcel, OpenParcel, PackOrders, PackUnit, PickTrips, PickUnits, ShipParcels, pick,
};
use domain::ids::{ChannelId, OrderId, OrderLineId, ParcelId, ReceiptLineId, SiteId, SkuId, TripId};
use domain::orders::{NewOrder, OpenChannel, PlaceOrders};
use domain::quantity::Quantity;
use domain::returns::policy::Policy;
use domain::returns::{
    AskedLine, Grade, InspectMany, InspectUnits, Reason, ReceiveReturn, ReceiveReturns, RequestReturn, RequestReturns,
    Resolution, SetPolicy, Source,
};
use domain::waves::{Cart, Chosen, Method, PlanWave};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::same;
use crate::refunds::RecordPaid;
use crate::testkit::{TestDb, new_order};

const ORDERS: usize = 9;

/// The shop in the morning, the same for both.
struct Morning {
    t: TestDb,
    site: SiteId,
    orders: Vec<NewOrder>,
}

impl Morning {
    async fn open() -> Self {
        let t = TestDb::new().await;
        let site = t.site("LDS").await;
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        t.run(&SetPolicy { policy: Policy::opening() }).await;
        let mut skus = Vec::new();
        for (code, bin) in [("MUG", "A01-01L-1"), ("CUP", "A02-05R-1"), ("POT", "A03-07L-2"), ("JAR", "A04-09R-2")] {
            let sku = t.sku(code).await;
            t.receive(site, sku, bin, 20).await;
            skus.push(sku);
        }
        let orders = (0..ORDERS).map(|n| order(n, &skus)).collect();
        Self { t, site, orders }
    }
}

/// One unit a line: what people scan one by one is then what bulk carries at once.
fn order(n: usize, skus: &[SkuId]) -> NewOrder {
    let lines: Vec<(SkuId, i32)> = skus.iter().cycle().skip(n).take(1 + n % 3).map(|sku| (*sku, 1)).collect();
    NewOrder {
        id: OrderId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("singly {n}").as_bytes())),
        customer_name: format!("Customer {n}"),
        email: format!("customer{n}@example.com"),
        shipping_amount: Decimal::new(360, 2),
        ..new_order(&format!("shop {n}"), &lines)
    }
}

async fn lines(t: &TestDb, order: OrderId) -> Vec<OrderLineId> {
    let lines = "select id from order_line where order_id = $1 order by line_no";
    let lines: Vec<Uuid> = sqlx::query_scalar(lines).bind(order.0).fetch_all(&t.root).await.unwrap();
    lines.into_iter().map(Into::into).collect()
}

/// A line of every second order comes back.
async fn requests(m: &Morning) -> Vec<RequestReturn> {
    let mut requests = Vec::new();
    for order in m.orders.iter().step_by(2) {
        let line = lines(&m.t, order.id).await[0];
        let (quantity, reason) = (Quantity::new(1).unwrap(), Reason::Unwanted);
        let asked = AskedLine { line, quantity, reason, note: String::new(), resolution: Resolution::Refund };
        requests.push(RequestReturn { order: order.id, lines: vec![asked], source: Source::Import });
    }
    requests
}

fn received(site: SiteId, line: domain::ids::ReturnLineId) -> ReceiveReturn {
    ReceiveReturn {
        return_line: line,
        quantity: Quantity::new(1).unwrap(),
        site,
        bin: None,
        marks: domain::lots::Marks::default(),
    }
}

fn inspected(n: usize, receipt_line: ReceiptLineId) -> InspectUnits {
    let grade = [Grade::A, Grade::B, Grade::C][n % 3];
    let quantity = Quantity::new(1).unwrap();
    InspectUnits { receipt_line, quantity, grade, checklist: vec![], note: String::new(), disposition: None, bin: None }
}

fn shipped(parcels: Vec<ParcelId>) -> ShipParcels {
    ShipParcels { parcels, carrier: "DPD".into(), service: "standard".into() }
}

async fn planned(m: &Morning) -> domain::waves::Planned {
    let these = Chosen::These(m.orders.iter().map(|order| order.id).collect());
    m.t.run(&PlanWave {
        site: m.site,
        orders: these,
        method: Method::Cluster,
        cart: Cart::totes(4),
        pickers: 1,
        rounds: domain::waves::Rounds::default(),
        release: true,
    })
    .await
}

async fn in_bulk(m: &Morning) {
    let t = &m.t;
    t.run(&PlaceOrders { orders: m.orders.clone() }).await;
    let wave = planned(m).await;
    t.run(&PickTrips { trips: wave.trips }).await;
    let parcels = t.run(&PackOrders { site: m.site, orders: m.orders.iter().map(|order| order.id).collect() }).await;
    t.run(&shipped(parcels)).await;
    let asked = t.run(&RequestReturns { requests: requests(m).await }).await;
    let back = asked.iter().flat_map(|asked| asked.lines.clone()).map(|line| received(m.site, line)).collect();
    let receipts = t.run(&ReceiveReturns { site: m.site, received: back }).await;
    let graded = receipts.into_iter().enumerate().map(|(n, receipt)| inspected(n, receipt)).collect();
    let made = t.run(&InspectMany { site: m.site, inspected: graded }).await;
    let paid = made.into_iter().filter_map(|made| made.refund).map(|refund| (refund, "paid back".to_owned())).collect();
    t.run(&RecordPaid { paid }).await;
}

/// A picker's trip, scan by scan.
async fn walk(m: &Morning, trip: TripId, totes: &mut impl Iterator<Item = usize>) {
    let (t, picker) = (&m.t, m.t.system());
    t.run(&ClaimTrip { trip }).await;
    for slot in t.db.trip_sheet(&picker, trip).await.unwrap().slots {
        let code = format!("LDS-T{:03}", totes.next().unwrap());
        t.run(&BindTote { trip, slot: slot.slot, code }).await;
    }
    let sheet = t.db.trip_sheet(&picker, trip).await.unwrap();
    for task in &sheet.tasks {
        let tote = sheet.slots.iter().find(|slot| slot.slot == task.slot).and_then(|slot| slot.tote_code.clone());
        let (bin_code, item_code, quantity) = (task.bin_code.clone(), task.sku_code.clone(), pick::left(task));
        t.run(&PickUnits {
            task: task.task,
            bin_code,
            item_code,
            tote_code: tote.unwrap(),
            quantity,
            marks: domain::lots::Marks::default(),
        })
        .await;
    }
}

/// A packer's parcel, scan by scan.
async fn pack(m: &Morning, order: &NewOrder) -> ParcelId {
    let parcel = m.t.run(&OpenParcel { site: m.site, scan: order.id.to_string() }).await;
    for line in &order.lines {
        let code: String =
            sqlx::query_scalar("select code from sku where id = $1").bind(line.sku.0).fetch_one(&m.t.root).await.unwrap();
        m.t.run(&PackUnit { parcel, code }).await;
    }
    m.t.run(&CloseParcel { parcel, weight_g: None }).await;
    parcel
}

async fn singly(m: &Morning) {
    let t = &m.t;
    for order in &m.orders {
        t.run(&PlaceOrders { orders: vec![order.clone()] }).await;
    }
    let wave = planned(m).await;
    let mut totes = 1..;
    let mut trips = wave.trips;
    trips.sort_unstable();
    for trip in trips {
        walk(m, trip, &mut totes).await;
    }
    let mut parcels = Vec::new();
    for order in &m.orders {
        parcels.push(pack(m, order).await);
    }
    for parcel in parcels {
        t.run(&shipped(vec![parcel])).await;
    }
    let mut asked = Vec::new();
    for request in requests(m).await {
        asked.push(t.run(&request).await);
    }
    let mut receipts = Vec::new();
    for line in asked.iter().flat_map(|asked| asked.lines.clone()) {
        receipts.push(t.run(&received(m.site, line)).await);
    }
    let mut refunds = Vec::new();
    for (n, receipt) in receipts.into_iter().enumerate() {
        refunds.extend(t.run(&inspected(n, receipt)).await.refund);
    }
    for refund in refunds {
        t.run(&RecordPaid { paid: vec![(refund, "paid back".to_owned())] }).await;
    }
}

/// Bulk is a shorter way to the same business: every table but the trail is equal, ids aside.
#[tokio::test]
async fn a_day_done_singly_and_in_bulk_is_the_same_business() {
    let (one, other) = (Morning::open().await, Morning::open().await);
    in_bulk(&one).await;
    singly(&other).await;
    for m in [&one, &other] {
        let broken: Vec<_> = m.t.db.verify(m.t.org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
        assert!(broken.is_empty(), "{broken:#?}");
        assert!(m.t.count("refund where status = 'paid'").await >= 3);
    }
    let bulk = same::tables(&one.t, one.t.org).await;
    same::assert_same(&bulk, &same::tables(&other.t, other.t.org).await);
    let planted = "update parcel set weight_g = weight_g + 1 where id = (select id from parcel order by id limit 1)";
    assert_eq!(sqlx::query(planted).execute(&other.t.root).await.unwrap().rows_affected(), 1);
    assert_ne!(bulk, same::tables(&other.t, other.t.org).await, "a gram in one parcel is seen");
}
