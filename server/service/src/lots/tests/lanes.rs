use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{CommandId, SiteId, SiteTransferId};
use domain::transfers::{
    ApproveTransfer, AskedUnits, CloseTransfer, LoadTransfer, ReceiveTransfer, RequestTransfer, ScannedUnits,
};

use super::*;

/// The pharmacy, and another in Lyon.
struct Lane {
    p: Pharmacy,
    lyon: SiteId,
}

fn units(bin: &str, item: &str, marks: Marks) -> ScannedUnits {
    let quantity = i32::try_from(marks.serials.len()).unwrap_or(0).max(2);
    ScannedUnits { bin_code: bin.into(), item_code: item.into(), quantity, marks }
}

fn lot(lot: &str) -> Marks {
    Marks { lot: lot.into(), ..Marks::default() }
}

impl Lane {
    async fn open() -> Self {
        let p = Pharmacy::open().await;
        let lyon = p.h.t.site("LYN").await;
        Self { p, lyon }
    }

    /// Two units of a SKU are asked for and approved.
    async fn approved(&self, sku: SkuId) -> SiteTransferId {
        let t = &self.p.h.t;
        let lines = vec![AskedUnits { sku, quantity: 2 }];
        let asked =
            RequestTransfer { id: SiteTransferId::mint(), from: self.p.h.site, to: self.lyon, lines, note: String::new() };
        let (asks, approves) = (t.person(Role::Planner, Some(self.lyon)), t.person(Role::Supervisor, Some(self.p.h.site)));
        t.try_run(&asks, &asked).await.expect("as much is free");
        t.try_run(&approves, &ApproveTransfer { transfer: asked.id }).await.expect("it is approved");
        asked.id
    }

    async fn load(&self, transfer: SiteTransferId, units: ScannedUnits, at: DateTime<Utc>) -> Result<i32> {
        let load = LoadTransfer { transfer, units: vec![units], last: true };
        self.p.h.t.db.run(&self.p.h.t.system(), CommandId::mint(), at, &load).await.map(|did| did.units)
    }

    /// Lots or serials in a state at Lyon, with how many.
    async fn there(&self, state: &str) -> Vec<(String, i32)> {
        let rows: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select coalesce(t.code, s.code), sum(b.on_hand) from balance b left join lot t on t.id = b.lot_id
             left join serial s on s.id = b.serial_id
             where b.site_id = '{}' and b.state = '{state}' and b.on_hand > 0 group by 1 order by 1",
            self.lyon
        )))
        .fetch_all(&self.p.h.t.root)
        .await
        .unwrap();
        rows.into_iter().map(|(code, units)| (code, i32::try_from(units).unwrap())).collect()
    }
}

fn refused<T: std::fmt::Debug>(ended: Result<T>) -> &'static str {
    code(&ended.unwrap_err())
}

/// INV-3, PLN-1: of the lot that is named so many leave as there are, and never some of another instead. The storm found it: what was
/// missing of a lot was taken of whatever else stood there.
#[tokio::test]
async fn what_a_lot_lacks_is_not_taken_of_another() {
    let lane = Lane::open().await;
    lane.p.receive(lane.p.serum, "A01-01L-1", 5, of_lot("OLD", 30)).await;
    lane.p.receive(lane.p.serum, "A01-01L-1", 1, of_lot("NEW", 90)).await;
    let transfer = lane.approved(lane.p.serum).await;
    assert_eq!(refused(lane.load(transfer, units("A01-01L-1", "SERUM", lot("NEW")), noon()).await), "not_enough_stock");
    assert_eq!(lane.p.h.t.count("movement where reason = 'transfer'").await, 0);
    lane.p.h.whole().await;
}

/// INV-3, PLN-1: what is past its day is not sent to another site.
#[tokio::test]
async fn what_is_past_its_day_is_not_loaded() {
    let lane = Lane::open().await;
    let p = &lane.p;
    p.receive(p.serum, "A03-03L-1", 5, of_lot("OLD", 1)).await;
    p.receive(p.serum, "A03-09R-1", 5, of_lot("GOOD", 90)).await;
    let transfer = lane.approved(p.serum).await;
    let late = noon() + TimeDelta::days(3);
    assert_eq!(refused(lane.load(transfer, units("A03-03L-1", "SERUM", Marks::default()), late).await), "lot_expired");
    assert_eq!(lane.load(transfer, units("A03-09R-1", "SERUM", Marks::default()), late).await.unwrap(), 2);
    p.h.whole().await;
}

/// INV-3, PLN-1: of several lots in a bin the scan says which goes; each truck brings its own, though another's are in the same lane.
#[tokio::test]
async fn a_truck_brings_the_lots_that_were_put_on_it() {
    let lane = Lane::open().await;
    let p = &lane.p;
    p.receive(p.serum, "A03-03L-1", 4, of_lot("L1", 20)).await;
    p.receive(p.serum, "A03-03L-1", 4, of_lot("L2", 90)).await;
    let (first, second) = (lane.approved(p.serum).await, lane.approved(p.serum).await);
    let load = async |transfer, marks| lane.load(transfer, units("A03-03L-1", "SERUM", marks), noon()).await;
    assert_eq!(refused(load(first, Marks::default()).await), "lot_missing");
    assert_eq!(refused(load(first, lot("L9")).await), "lot_elsewhere");
    load(first, lot("l2")).await.unwrap();
    load(second, lot("L1")).await.unwrap();
    assert_eq!(lane.there("in_transit").await, [("L1".to_owned(), 2), ("L2".to_owned(), 2)]);
    let off = ReceiveTransfer { transfer: first, units: vec![units("A01-01L-1", "SERUM", Marks::default())] };
    p.h.t.run(&off).await;
    assert_eq!(lane.there("sellable").await, [("L2".to_owned(), 2)], "its only lot needs no word");
    let wrong = ReceiveTransfer { transfer: second, units: vec![units("A01-01L-1", "SERUM", lot("L2"))] };
    assert_eq!(refused(p.h.t.try_run(&p.h.t.system(), &wrong).await), "lot_elsewhere");
    let gone = CloseTransfer { transfer: second, reason: "missing".into() };
    assert_eq!(p.h.t.run(&gone).await, 2);
    assert!(lane.there("in_transit").await.is_empty());
    p.h.whole().await;
}

/// INV-3, PLN-1: units with a number go by their number, and what is recalled on the way arrives on hold.
#[tokio::test]
async fn serials_travel_by_their_number_and_a_recall_meets_them_on_arrival() {
    let lane = Lane::open().await;
    let p = &lane.p;
    p.receive(p.meter, "A03-03L-1", 3, of_serials(&["S1", "S2", "S3"])).await;
    let transfer = lane.approved(p.meter).await;
    let load = async |serials: &[&str]| lane.load(transfer, units("A03-03L-1", "METER", of_serials(serials)), noon()).await;
    assert_eq!(refused(load(&[]).await), "serials_wanted");
    assert_eq!(refused(load(&["S1", "S9"]).await), "serial_elsewhere");
    load(&["S3", "s1"]).await.unwrap();
    p.h.t.run(&ReceiveTransfer { transfer, units: vec![units("A01-01L-1", "METER", Marks::default())] }).await;
    assert_eq!(lane.there("sellable").await, [("S1".to_owned(), 1), ("S3".to_owned(), 1)], "all that came are meant");
    p.receive(p.serum, "A03-03L-1", 2, of_lot("BAD", 90)).await;
    let transfer = lane.approved(p.serum).await;
    lane.load(transfer, units("A03-03L-1", "SERUM", Marks::default()), noon()).await.unwrap();
    p.recall("BAD").await;
    p.h.t.run(&ReceiveTransfer { transfer, units: vec![units("A01-01L-1", "SERUM", Marks::default())] }).await;
    assert_eq!(lane.there("held").await, [("BAD".to_owned(), 2)]);
    p.h.whole().await;
}
