mod counted;
mod dock;
mod forward;
mod held;
mod lanes;
mod life;
mod shown;
mod trace;

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use domain::floor::{CloseParcel, OpenParcel, PackOrders, PackUnit, PickTrips, PickUnits, ShipParcels, TaskSheet};
use domain::ids::{BinId, LotId, OrderId, ParcelId, SkuId};
use domain::lots::{Marks, Picking, Policy, RecallLot, Recalled, ReleaseLot, SetLotRules, SetTracking};
use domain::people::Role;
use domain::quantity::Quantity;
use domain::reasons::Given;
use domain::returns::{AskedLine, Reason, ReceiveReturn, RequestReturn, Resolution, Source};
use domain::stock::{HoldReason, HoldUnits, ReceiveGoods, ReceiveLine, Those};
use uuid::Uuid;

use crate::floor::tests::{House, code, full};
use crate::testkit::noon;
use crate::{Failure, Result};

pub(crate) const LOT: Policy = Policy { lot: true, serial: false, expiry: true, picking: None, shelf_life_days: None };
pub(crate) const SERIAL: Policy = Policy { lot: false, serial: true, expiry: false, ..LOT };

pub(crate) fn today() -> NaiveDate {
    noon().date_naive()
}

/// So many days from today.
fn after(days: u64) -> Option<NaiveDate> {
    today().checked_add_days(Days::new(days))
}

pub(crate) fn of_lot(lot: &str, days: u64) -> Marks {
    Marks { lot: lot.into(), expires_on: after(days), ..Marks::default() }
}

pub(crate) fn of_serials(serials: &[&str]) -> Marks {
    Marks { serials: serials.iter().map(|serial| (*serial).to_owned()).collect(), ..Marks::default() }
}

/// A house that sells serum by lot and meters by serial.
struct Pharmacy {
    h: House,
    serum: SkuId,
    meter: SkuId,
}

impl Pharmacy {
    async fn open() -> Self {
        let h = House::open().await;
        let (serum, meter) = (h.t.sku("SERUM").await, h.t.sku("METER").await);
        h.t.run(&SetTracking { sku: serum, policy: LOT }).await;
        h.t.run(&SetTracking { sku: meter, policy: SERIAL }).await;
        Self { h, serum, meter }
    }

    async fn try_receive(&self, sku: SkuId, bin: &str, quantity: i32, marks: Marks) -> Result<()> {
        let bin = self.h.t.bin(self.h.site, bin).await;
        let lines = vec![ReceiveLine { sku, bin, quantity, unit_cost: None, marks }];
        let (supplier, reference) = ("Northern Labs".to_owned(), "DN-1".to_owned());
        let goods = ReceiveGoods { site: self.h.site, supplier, reference, opening: false, lines };
        self.h.t.try_run(&self.h.t.system(), &goods).await.map(|_| ())
    }

    async fn receive(&self, sku: SkuId, bin: &str, quantity: i32, marks: Marks) {
        self.try_receive(sku, bin, quantity, marks).await.expect("it comes in");
    }

    async fn refused(&self, sku: SkuId, quantity: i32, marks: Marks) -> &'static str {
        code(&self.try_receive(sku, "A03-03L-1", quantity, marks).await.unwrap_err())
    }

    /// One held unit of the serum put on sale again, because somebody looked at it.
    fn back_on_sale(&self, bin: BinId) -> HoldUnits {
        let (sku, site, reason) = (self.serum, self.h.site, HoldReason::Checked.into());
        HoldUnits { sku, site, bin, quantity: 1, those: Those::default(), hold: false, reason, note: String::new() }
    }

    async fn lot(&self, code: &str) -> LotId {
        let found = self.h.t.db.lots(&self.h.t.system(), today(), code, "", 0).await.unwrap();
        found.rows.into_iter().find(|row| row.code == code).expect("the lot is there").id
    }

    /// Units by lot or serial that an order was given, in whatever place.
    async fn given(&self, order: OrderId) -> Vec<(String, i32)> {
        let rows: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select coalesce(t.code, s.code), sum(a.quantity) from allocation a join order_line l on l.id = a.order_line_id
             left join lot t on t.id = a.lot_id left join serial s on s.id = a.serial_id
             where l.order_id = '{order}' group by 1 order by 1"
        )))
        .fetch_all(&self.h.t.root)
        .await
        .unwrap();
        rows.into_iter().map(|(code, units)| (code, i32::try_from(units).unwrap())).collect()
    }

    async fn tasks(&self) -> Vec<TaskSheet> {
        let trip = self.h.wave().await.trips[0];
        self.h.claim(trip).await.tasks
    }

    /// Picks, packs and ships all that waits.
    async fn ship(&self, order: OrderId) -> ParcelId {
        let trips = self.h.wave().await.trips;
        self.h.t.run(&PickTrips { trips }).await;
        let parcels = self.h.t.run(&PackOrders { site: self.h.site, orders: vec![order] }).await;
        self.h.t.run(&ShipParcels { parcels: parcels.clone(), carrier: "Kestrel".into(), service: "Next day".into() }).await;
        parcels[0]
    }

    async fn recall(&self, lot: &str) -> Recalled {
        let supervisor = self.h.t.person(Role::Supervisor, None);
        let reason = Given { code: "contaminated".into(), note: "Glass in it".into() };
        let command = RecallLot { lot: self.lot(lot).await, reason };
        self.h.t.try_run(&supervisor, &command).await.expect("it is recalled")
    }

    async fn held(&self, lot: &str) -> i64 {
        let id = self.lot(lot).await;
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select coalesce(sum(on_hand), 0)::bigint from balance where lot_id = '{id}' and state = 'held'"
        )))
        .fetch_one(&self.h.t.root)
        .await
        .unwrap()
    }
}

fn said(failure: &Failure) -> String {
    match failure {
        Failure::Refused(refusal) => refusal.to_string(),
        other => panic!("broken: {other}"),
    }
}

/// INV-3: what a SKU is told apart by is asked for at the door; what is past its day, or known otherwise, is refused and nothing comes in.
#[tokio::test]
async fn a_receipt_says_lot_and_day_and_contradicts_nothing() {
    let p = Pharmacy::open().await;
    assert_eq!(p.refused(p.serum, 5, Marks::default()).await, "lot_missing");
    assert_eq!(p.refused(p.serum, 5, Marks { expires_on: None, ..of_lot("L1", 0) }).await, "expiry_missing");
    let past = Marks { expires_on: today().pred_opt(), ..of_lot("L1", 0) };
    assert_eq!(p.refused(p.serum, 5, past).await, "lot_expired");
    assert_eq!(p.h.t.count("lot").await, 0, "a refused receipt makes no lot");
    p.receive(p.serum, "A03-03L-1", 5, of_lot("l1", 30)).await;
    p.receive(p.serum, "A03-09R-1", 3, of_lot("L1", 30)).await;
    assert_eq!(p.h.t.count("lot where code = 'L1' and supplier = 'Northern Labs'").await, 1);
    assert_eq!(p.refused(p.serum, 5, of_lot("L1", 31)).await, "other_expiry");
    let change = SetTracking { sku: p.serum, policy: Policy::default() };
    assert_eq!(code(&p.h.t.try_run(&p.h.t.system(), &change).await.unwrap_err()), "tracked_on_hand");
    assert_eq!(code(&p.h.t.try_run(&p.h.picker, &change).await.unwrap_err()), "not_allowed");
    let fifo = SetTracking { sku: p.serum, policy: Policy { picking: Some(Picking::Fifo), ..LOT } };
    p.h.t.run(&fifo).await;
    assert_eq!(p.h.t.db.tracking(&p.h.picker, p.serum).await.unwrap().policy.picking, Some(Picking::Fifo));
    p.h.whole().await;
}

/// INV-3: a serial exists once: not twice in a receipt, and not again in a later one, whatever became of it.
#[tokio::test]
async fn a_serial_exists_once() {
    let p = Pharmacy::open().await;
    assert_eq!(p.refused(p.meter, 2, of_serials(&["S1"])).await, "serials_wanted");
    assert_eq!(p.refused(p.meter, 2, of_serials(&["S1", "s1"])).await, "serial_twice");
    p.receive(p.meter, "A03-03L-1", 2, of_serials(&["S1", "S2"])).await;
    assert_eq!(p.refused(p.meter, 2, of_serials(&["S3", "S2"])).await, "serial_known");
    assert_eq!(p.h.t.count("balance where on_hand = 1 and serial_id in (select id from serial)").await, 2);
    assert_eq!(p.h.t.count("cost_layer where quantity = 2 and remaining_value = 8").await, 1, "they cost together");
    p.h.whole().await;
}

/// INV-3: an order is given what expires first; what is past its day is neither promised nor given.
#[tokio::test]
async fn what_expires_first_is_given_first() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 9, of_lot("LATE", 90)).await;
    p.receive(p.serum, "A03-09R-1", 2, of_lot("SOON", 10)).await;
    let order = p.h.order("1", &[(p.serum, 3)]).await;
    assert_eq!(p.given(order).await, [("LATE".to_owned(), 1), ("SOON".to_owned(), 2)]);
    p.h.t.run(&SetLotRules { picking: Picking::Fifo, min_life_days: vec![] }).await;
    let order = p.h.order("2", &[(p.serum, 3)]).await;
    assert_eq!(p.given(order).await, [("LATE".to_owned(), 3)]);
    sqlx::query("update lot set expires_on = '2026-09-16 00:00Z' where code = 'LATE'").execute(&p.h.t.root).await.unwrap();
    let order = p.h.order("3", &[(p.serum, 1)]).await;
    assert!(p.given(order).await.is_empty(), "five of LATE are there and past their day");
    p.h.whole().await;
}

/// INV-3: where the policy says so, what came last is given first; a SKU's own policy wins over the usual one.
#[tokio::test]
async fn what_came_last_is_given_first_where_the_policy_says_so() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 5, of_lot("FIRST", 10)).await;
    p.receive(p.serum, "A03-09R-1", 2, of_lot("LAST", 90)).await;
    sqlx::query("update lot set first_at = first_at - interval '1 day' where code = 'FIRST'").execute(&p.h.t.root).await.unwrap();
    p.h.t.run(&SetTracking { sku: p.serum, policy: Policy { picking: Some(Picking::Lifo), ..LOT } }).await;
    let order = p.h.order("1", &[(p.serum, 3)]).await;
    assert_eq!(p.given(order).await, [("FIRST".to_owned(), 1), ("LAST".to_owned(), 2)]);
    p.h.whole().await;
}

/// INV-3, PCK-1: the lot is scanned with the pick; another lot of the same bin is refused, and so is one past its day.
#[tokio::test]
async fn a_pick_takes_its_own_lot_only() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, "A03-03L-1", 2, of_lot("SOON", 10)).await;
    p.receive(p.serum, "A03-03L-1", 2, of_lot("LATE", 90)).await;
    p.h.order("1", &[(p.serum, 2)]).await;
    let task = p.tasks().await.remove(0);
    assert_eq!(task.lots.iter().map(|lot| (lot.code.as_str(), lot.units)).collect::<Vec<_>>(), [("SOON", 2)]);
    let pick = full(&task, "LDS-T001");
    let of = |lot: &str| PickUnits { marks: Marks { lot: lot.into(), ..Marks::default() }, ..pick.clone() };
    for lot in ["", "LATE"] {
        assert_eq!(code(&p.h.t.try_run(&p.h.picker, &of(lot)).await.unwrap_err()), "wrong_scan", "{lot}");
    }
    sqlx::query("update lot set expires_on = '2026-09-16 00:00Z' where code = 'SOON'").execute(&p.h.t.root).await.unwrap();
    assert_eq!(code(&p.h.t.try_run(&p.h.picker, &of("SOON")).await.unwrap_err()), "lot_expired");
    sqlx::query("update lot set expires_on = '2026-09-18 00:00Z' where code = 'SOON'").execute(&p.h.t.root).await.unwrap();
    let picked = p.h.t.try_run(&p.h.picker, &of("soon")).await.unwrap();
    assert_eq!((picked.quantity_picked, picked.quantity_left), (2, 0));
    assert_eq!(
        p.h.t.count("balance b join lot t on t.id = b.lot_id where t.code = 'SOON' and b.lpn_id in (select id from lpn)").await,
        1
    );
    p.h.whole().await;
}

/// INV-3, PCK-6: a serial that is nobody's takes the place of the one that was given; one that is another order's is refused by name.
#[tokio::test]
async fn a_pick_takes_the_scanned_serial_and_refuses_anothers() {
    let p = Pharmacy::open().await;
    p.receive(p.meter, "A03-03L-1", 3, of_serials(&["S1", "S2", "S3"])).await;
    let (one, other) = (p.h.order("1", &[(p.meter, 1)]).await, p.h.order("2", &[(p.meter, 1)]).await);
    let (own, anothers) = (p.given(one).await.remove(0).0, p.given(other).await.remove(0).0);
    let spare = ["S1", "S2", "S3"].into_iter().find(|code| *code != own && *code != anothers).unwrap();
    let tasks = p.tasks().await;
    let line: Uuid = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "select k.id from pick_task k join order_line l on l.id = k.order_line_id where l.order_id = '{one}'"
    )))
    .fetch_one(&p.h.t.root)
    .await
    .unwrap();
    let task = tasks.iter().find(|task| task.task.0 == line).unwrap();
    assert!(task.by_serial && task.serials.contains(&own) && task.serials.iter().any(|serial| serial == spare));
    assert!(!task.serials.contains(&anothers), "the tablet refuses it at once");
    let tote = format!("LDS-T{:03}", task.slot);
    let of = |serials: &[&str]| PickUnits { marks: of_serials(serials), ..full(task, &tote) };
    assert_eq!(code(&p.h.t.try_run(&p.h.picker, &of(&[])).await.unwrap_err()), "wrong_scan");
    let refused = p.h.t.try_run(&p.h.picker, &of(&[&anothers])).await.unwrap_err();
    assert_eq!(code(&refused), "serial_of_another");
    assert!(said(&refused).contains("SO-"), "{}", said(&refused));
    assert_eq!(code(&p.h.t.try_run(&p.h.picker, &of(&["S9"])).await.unwrap_err()), "serial_elsewhere");
    p.h.t.try_run(&p.h.picker, &of(&[spare])).await.unwrap();
    assert_eq!(p.given(one).await, [(spare.to_owned(), 1)]);
    let mut task =
        p.h.t.db.trip_sheet(&p.h.picker, p.h.t.db.open_trips(&p.h.picker, None).await.unwrap()[0].trip).await.unwrap().tasks;
    task.retain(|task| !task.done);
    assert!(task[0].serials.contains(&own), "what it was given before is free now");
    p.h.whole().await;
}
