use domain::counts::adjust::{AdjustStock, Adjusted, DecideAdjustment, Status as Stands, Why};
use domain::counts::{BeginCount, CountItem, Counted, FinishCount, Programme, SetProgramme, Status};
use domain::floor::{ShortPick, ShortReason};
use domain::ids::{CountId, PersonId};
use domain::lots::NameUnits;
use domain::people::{Actor, Caller, Grant};
use domain::stock::State;
use rust_decimal::Decimal;

use super::*;

const BIN: &str = "A03-03L-1";
const OTHER: &str = "A03-09R-1";

fn lot(lot: &str) -> Marks {
    Marks { lot: lot.into(), ..Marks::default() }
}

impl Pharmacy {
    async fn begin(&self, bin: &str) -> CountId {
        let begin = BeginCount { site: self.h.site, bin_code: bin.into() };
        self.h.t.try_run(&self.h.picker, &begin).await.expect("the bin can be counted")
    }

    async fn try_count(&self, count: CountId, (sku, quantity): (SkuId, i32), marks: Marks) -> Result<()> {
        let item = CountItem { count, sku, quantity, marks, label: String::new() };
        self.h.t.try_run(&self.h.picker, &item).await
    }

    async fn count(&self, count: CountId, sku: SkuId, quantity: i32, marks: Marks) {
        self.try_count(count, (sku, quantity), marks).await.expect("it is taken down");
    }

    async fn finish(&self, count: CountId) -> Status {
        let Counted { status, .. } = self.h.t.try_run(&self.h.picker, &FinishCount { count }).await.expect("the round ends");
        status
    }

    async fn programme(&self, change: impl FnOnce(&mut Programme)) {
        let mut programme = Programme::opening();
        change(&mut programme);
        self.h.t.run(&SetProgramme { site: self.h.site, programme }).await;
    }

    /// What stands in a bin of these goods: lot, serial and state, with how many.
    async fn shelf(&self, bin: &str) -> Vec<(String, String, i32)> {
        let bin = self.h.t.bin(self.h.site, bin).await;
        let rows: Vec<(String, String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "select coalesce(t.code, '') || coalesce(s.code, ''), b.state, sum(b.on_hand) from balance b left join lot t on t.id = b.lot_id
             left join serial s on s.id = b.serial_id where b.bin_id = '{bin}' and b.on_hand > 0 group by 1, 2 order by 1, 2"
        )))
        .fetch_all(&self.h.t.root)
        .await
        .unwrap();
        rows.into_iter().map(|(code, state, units)| (code, state, i32::try_from(units).unwrap())).collect()
    }

    fn correct(&self, sku_code: &str, units: i32, marks: Marks) -> AdjustStock {
        AdjustStock {
            site: self.h.site,
            bin_code: BIN.into(),
            sku_code: sku_code.into(),
            marks,
            state: State::Sellable,
            units,
            reason: if units > 0 { Why::Found.into() } else { Why::Misplaced.into() },
            note: String::new(),
        }
    }

    fn supervisor(&self) -> Caller {
        let grants = vec![Grant { role: Role::Supervisor, site: Some(self.h.site) }];
        Caller {
            org: self.h.t.org,
            who: Actor::Person { id: PersonId::mint(), name: "Ana".into(), grants, device: "desk".into() },
        }
    }

    async fn try_correct(&self, adjust: AdjustStock) -> Result<Adjusted> {
        self.h.t.try_run(&self.supervisor(), &adjust).await
    }

    async fn corrected(&self, adjust: AdjustStock) -> Adjusted {
        self.try_correct(adjust).await.expect("it is corrected")
    }
}

fn stands(code: &str, state: &str, units: i32) -> (String, String, i32) {
    (code.to_owned(), state.to_owned(), units)
}

fn refused<T: std::fmt::Debug>(ended: Result<T>) -> &'static str {
    code(&ended.unwrap_err())
}

/// INV-3, INV-5: two lots that were swapped are one loss and one gain, each of its own lot, though the SKU's sum is right.
#[tokio::test]
async fn two_swapped_lots_are_a_loss_of_one_and_a_gain_of_the_other() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, BIN, 5, of_lot("L1", 30)).await;
    p.receive(p.serum, BIN, 3, of_lot("L2", 90)).await;
    let id = p.begin(BIN).await;
    p.count(id, p.serum, 3, lot(" l1 ")).await;
    p.count(id, p.serum, 1, lot("L2")).await;
    p.count(id, p.serum, 5, lot("L2")).await;
    let sheet = p.h.t.db.count_sheet(&p.h.picker, id).await.unwrap();
    let told: HashSet<(String, i32)> = sheet.items.into_iter().map(|item| (item.which(), item.quantity)).collect();
    assert_eq!(told, HashSet::from([("lot L1".to_owned(), 3), ("lot L2".to_owned(), 5)]), "said again, it replaces");
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 3), stands("L2", "sellable", 5)]);
    let receipt = p.h.t.db.count_receipt(&p.supervisor(), &sheet.number).await.unwrap();
    assert_eq!(receipt.posted, [("SERUM lot L1".to_owned(), -2), ("SERUM lot L2".to_owned(), 2)]);
    assert_eq!((receipt.row.net_value, receipt.row.in_tolerance), (Decimal::ZERO, Some(false)));
    let lines: Vec<_> = receipt.rounds[0].lines.iter().map(|row| (row.line.lot.as_str(), row.line.variance())).collect();
    assert_eq!(lines, [("L1", -2), ("L2", 2)]);
    p.h.whole().await;
}

/// INV-3, INV-5: the serial that is missing leaves the books, and the one that is there comes in; no other unit is touched.
#[tokio::test]
async fn a_missing_serial_and_a_found_one_are_each_themselves() {
    let p = Pharmacy::open().await;
    p.receive(p.meter, BIN, 2, of_serials(&["S1", "S2"])).await;
    let id = p.begin(BIN).await;
    p.count(id, p.meter, 1, of_serials(&["s1"])).await;
    p.count(id, p.meter, 1, of_serials(&["S9"])).await;
    // Scanned by mistake, and taken back: not even its number is known afterwards.
    p.count(id, p.meter, 1, of_serials(&["S8"])).await;
    p.count(id, p.meter, 0, of_serials(&["S8"])).await;
    assert_eq!(p.h.t.count("serial where code in ('S8', 'S9')").await, 0, "nothing is made before the end");
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.shelf(BIN).await, [stands("S1", "sellable", 1), stands("S9", "sellable", 1)]);
    assert_eq!(p.h.t.count("serial where code = 'S8'").await, 0);
    // A serial exists once: what stands there by the books is not counted here as well; what left them is found again.
    let other = p.begin(OTHER).await;
    assert_eq!(refused(p.try_count(other, (p.meter, 1), of_serials(&["S1"])).await), "serial_stands_elsewhere");
    p.count(other, p.meter, 1, of_serials(&["S2"])).await;
    assert_eq!(p.finish(other).await, Status::Done);
    assert_eq!(p.shelf(OTHER).await, [stands("S2", "sellable", 1)]);
    assert_eq!(p.h.t.count("serial").await, 3);
    p.h.whole().await;
}

/// INV-3, INV-5: what is told apart is not counted by its SKU alone; a lot nobody knows says until when it is good, and keeps it.
#[tokio::test]
async fn what_is_told_apart_is_counted_apart() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, BIN, 5, of_lot("L1", 30)).await;
    let id = p.begin(BIN).await;
    let serum = |quantity, marks| p.try_count(id, (p.serum, quantity), marks);
    assert_eq!(refused(serum(5, Marks::default()).await), "lot_missing");
    assert_eq!(refused(p.try_count(id, (p.meter, 1), Marks::default()).await), "serials_wanted");
    assert_eq!(refused(p.try_count(id, (p.meter, 2), of_serials(&["S1"])).await), "serials_wanted");
    assert_eq!(refused(serum(5, of_lot("L1", 31)).await), "other_expiry");
    assert_eq!(refused(serum(5, lot("A B")).await), "bad_label");
    assert_eq!(refused(serum(1, lot("NEW")).await), "expiry_missing");
    let label = CountItem {
        count: id,
        sku: p.serum,
        quantity: 1,
        marks: Marks::default(),
        label: "(01)09506000134352(17)271231(10)NEW".into(),
    };
    p.h.t.try_run(&p.h.picker, &label).await.expect("the label says it all");
    p.count(id, p.serum, 2, lot("new")).await;
    p.count(id, p.serum, 5, lot("L1")).await;
    assert_eq!(p.h.t.count("lot").await, 1);
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 5), stands("NEW", "sellable", 2)]);
    assert_eq!(p.h.t.count("lot where code = 'NEW' and expires_on = '2027-12-31 00:00Z'").await, 1);
    let scanned = p.h.t.db.count_item(&p.h.picker, "SERUM").await.unwrap();
    assert!(scanned.policy.lot && !scanned.policy.serial);
    p.h.whole().await;
}

/// INV-3: a serial keeps the lot it came with, and says it.
#[tokio::test]
async fn a_serial_says_its_lot() {
    let p = Pharmacy::open().await;
    let pump = p.h.t.sku("PUMP").await;
    p.h.t.run(&SetTracking { sku: pump, policy: Policy { serial: true, ..LOT } }).await;
    p.receive(pump, BIN, 2, Marks { serials: vec!["P1".into(), "P2".into()], ..of_lot("L7", 90) }).await;
    let id = p.begin(BIN).await;
    p.count(id, pump, 1, of_serials(&["P1"])).await;
    let other = Marks { serials: vec!["P2".into()], ..lot("L8") };
    assert_eq!(refused(p.try_count(id, (pump, 1), other).await), "other_lot");
    assert_eq!(refused(p.try_count(id, (pump, 1), of_serials(&["P3"])).await), "lot_missing");
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.shelf(BIN).await, [stands("L7P1", "sellable", 1)]);
    p.h.whole().await;
}

/// INV-3, ORD-3: who was given units of the lot that is missing gives those up, not somebody else's of another lot.
#[tokio::test]
async fn a_lost_lot_is_given_up_by_whoever_had_it() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, BIN, 3, of_lot("L1", 30)).await;
    p.receive(p.serum, BIN, 3, of_lot("L2", 90)).await;
    let (first, second) = (p.h.order("1", &[(p.serum, 3)]).await, p.h.order("2", &[(p.serum, 1)]).await);
    assert_eq!((p.given(first).await, p.given(second).await), (vec![("L1".into(), 3)], vec![("L2".into(), 1)]));
    let id = p.begin(BIN).await;
    p.count(id, p.serum, 1, lot("L1")).await;
    p.count(id, p.serum, 3, lot("L2")).await;
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.given(first).await, [("L1".to_owned(), 1), ("L2".to_owned(), 2)]);
    assert_eq!(p.given(second).await, [("L2".to_owned(), 1)]);
    p.h.whole().await;
}

/// INV-3: what is found of a lot that is recalled stands on hold, and a count does not put it back on sale.
#[tokio::test]
async fn what_is_found_of_a_recalled_lot_stands_on_hold() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, BIN, 2, of_lot("BAD", 30)).await;
    p.receive(p.serum, BIN, 4, of_lot("GOOD", 90)).await;
    p.h.order("1", &[(p.serum, 2)]).await;
    p.recall("BAD").await;
    // The picker does not find it: what is free is doubted until somebody counts.
    let task = p.tasks().await.remove(0);
    p.h.t.try_run(&p.h.picker, &ShortPick { task: task.task, reason: ShortReason::Missing.into() }).await.unwrap();
    let id = p.begin(BIN).await;
    p.count(id, p.serum, 3, lot("BAD")).await;
    p.count(id, p.serum, 4, lot("GOOD")).await;
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.shelf(BIN).await, [stands("BAD", "held", 3), stands("GOOD", "sellable", 4)]);
    assert_eq!(refused(p.try_correct(p.correct("SERUM", 1, lot("BAD"))).await), "lot_recalled");
    p.h.whole().await;
}

/// INV-3, INV-6: a correction takes away, or brings in, the lot or the serial that is said; where there is nothing to choose it need not be.
#[tokio::test]
async fn a_correction_names_its_lot_or_serial() {
    let p = Pharmacy::open().await;
    p.receive(p.serum, BIN, 5, of_lot("L1", 30)).await;
    p.corrected(p.correct("SERUM", -1, Marks::default())).await;
    p.corrected(p.correct("SERUM", 1, Marks::default())).await;
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 5)], "the only one there");
    p.receive(p.serum, BIN, 3, of_lot("L2", 90)).await;
    for units in [-1, 1] {
        assert_eq!(refused(p.try_correct(p.correct("SERUM", units, Marks::default())).await), "lot_missing");
    }
    assert_eq!(refused(p.try_correct(p.correct("SERUM", -1, lot("L3"))).await), "lot_elsewhere");
    assert_eq!(refused(p.try_correct(p.correct("SERUM", -4, lot("L2"))).await), "not_enough_stock");
    assert_eq!(refused(p.try_correct(p.correct("SERUM", 1, lot("L3"))).await), "expiry_missing");
    p.corrected(p.correct("SERUM", -2, lot("l2"))).await;
    p.corrected(p.correct("SERUM", 1, of_lot("L3", 60))).await;
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 5), stands("L2", "sellable", 1), stands("L3", "sellable", 1)]);
    p.receive(p.meter, OTHER, 2, of_serials(&["S1", "S2"])).await;
    let meter =
        |units, serials: &[&str]| AdjustStock { bin_code: OTHER.into(), ..p.correct("METER", units, of_serials(serials)) };
    assert_eq!(refused(p.try_correct(meter(-1, &[])).await), "serials_wanted");
    assert_eq!(refused(p.try_correct(meter(1, &[])).await), "serials_wanted");
    assert_eq!(refused(p.try_correct(meter(-1, &["S9"])).await), "serial_elsewhere");
    assert_eq!(refused(p.try_correct(meter(1, &["S2"])).await), "serial_stands_elsewhere");
    p.corrected(meter(-1, &["s2"])).await;
    assert_eq!(p.shelf(OTHER).await, [stands("S1", "sellable", 1)]);
    p.corrected(meter(2, &["S2", "S3"])).await;
    assert_eq!(p.shelf(OTHER).await.len(), 3);
    p.h.whole().await;
}

/// INV-3, INV-6: a correction that waits keeps what was said of its units, and takes effect on just them.
#[tokio::test]
async fn a_waiting_correction_keeps_what_was_said_of_its_units() {
    let p = Pharmacy::open().await;
    p.programme(|programme| programme.adjust_value = Decimal::ZERO).await;
    p.receive(p.serum, BIN, 5, of_lot("L1", 30)).await;
    p.receive(p.serum, BIN, 3, of_lot("L2", 90)).await;
    assert_eq!(refused(p.try_correct(p.correct("SERUM", -1, Marks::default())).await), "lot_missing", "asked at once");
    let (gone, found) = (p.correct("SERUM", -1, lot("l2")), p.correct("SERUM", 2, of_lot("L9", 50)));
    for adjust in [gone, found] {
        let proposed = p.corrected(adjust).await;
        assert_eq!(proposed.status, Stands::Pending);
        let yes = DecideAdjustment { id: proposed.id, approve: true, reason: "".into() };
        p.h.t.try_run(&p.supervisor(), &yes).await.expect("somebody else agrees");
    }
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 5), stands("L2", "sellable", 2), stands("L9", "sellable", 2)]);
    let list = p.h.t.db.adjustments(&p.supervisor(), None, None, 1, noon()).await.unwrap();
    let lots: HashSet<&str> = list.rows.iter().map(|row| row.lot.as_str()).collect();
    assert_eq!(lots, HashSet::from(["L2", "L9"]));
    p.h.whole().await;
}

/// INV-3: units nobody named are of the only lot that stands there; where that says nothing they wait on hold, and are not released until
/// somebody says which they are.
#[tokio::test]
async fn units_nobody_named_wait_on_hold_until_somebody_says_which() {
    let p = Pharmacy::open().await;
    p.corrected(p.correct("SERUM", 3, Marks::default())).await;
    p.corrected(AdjustStock { bin_code: OTHER.into(), ..p.correct("METER", 2, Marks::default()) }).await;
    assert_eq!((p.shelf(BIN).await, p.shelf(OTHER).await), (vec![stands("", "held", 3)], vec![stands("", "held", 2)]));
    p.receive(p.serum, BIN, 1, of_lot("L1", 30)).await;
    p.corrected(p.correct("SERUM", 1, Marks::default())).await;
    assert_eq!(p.shelf(BIN).await, [stands("", "held", 3), stands("L1", "sellable", 2)], "of the only lot there");
    let (bin, other) = (p.h.t.bin(p.h.site, BIN).await, p.h.t.bin(p.h.site, OTHER).await);
    let chief = p.supervisor();
    assert_eq!(refused(p.h.t.try_run(&chief, &p.back_on_sale(bin)).await), "lot_missing");
    let board = p.h.t.db.inspection_board(&chief, None).await.unwrap();
    let unnamed: HashSet<(&str, i32)> = board.held.iter().map(|row| (row.bin_code.as_str(), row.unnamed)).collect();
    assert_eq!(unnamed, HashSet::from([(BIN, 3), (OTHER, 2)]));
    let name = |sku, bin, quantity, marks| NameUnits { site: p.h.site, bin, sku, quantity, marks };
    let serum = |quantity, marks| name(p.serum, bin, quantity, marks);
    let meter = |quantity, serials: &[&str]| name(p.meter, other, quantity, of_serials(serials));
    let tried = async |command: &NameUnits| refused(p.h.t.try_run(&chief, command).await);
    assert_eq!(tried(&serum(0, lot("L1"))).await, "quantity_out_of_range");
    assert_eq!(tried(&serum(4, lot("L1"))).await, "not_enough_stock");
    assert_eq!(tried(&serum(1, Marks::default())).await, "lot_missing");
    assert_eq!(tried(&serum(1, lot("L2"))).await, "expiry_missing");
    assert_eq!(tried(&meter(2, &["M1"])).await, "serials_wanted");
    assert_eq!(tried(&name(p.h.mug, bin, 1, lot("L1"))).await, "not_told_apart");
    assert_eq!(tried(&name(p.serum, BinId::NIL, 1, lot("L1"))).await, "not_found");
    assert_eq!(refused(p.h.t.try_run(&p.h.picker, &serum(1, lot("L1"))).await), "not_allowed");
    p.h.t.try_run(&chief, &serum(2, lot("l1"))).await.unwrap();
    p.h.t.try_run(&chief, &serum(1, of_lot("L2", 60))).await.unwrap();
    p.h.t.try_run(&chief, &meter(2, &["M1", "m2"])).await.unwrap();
    assert_eq!(tried(&meter(1, &["M1"])).await, "serial_stands_elsewhere");
    assert_eq!(p.shelf(BIN).await, [stands("L1", "held", 2), stands("L1", "sellable", 2), stands("L2", "held", 1)]);
    assert_eq!(p.shelf(OTHER).await, [stands("M1", "held", 1), stands("M2", "held", 1)]);
    assert_eq!(refused(p.h.t.try_run(&chief, &p.back_on_sale(bin)).await), "lot_missing", "of two lots one is said");
    for code in ["L1", "L1", "L2"] {
        let back = HoldUnits { those: Those { marks: lot(code), ..Those::default() }, ..p.back_on_sale(bin) };
        p.h.t.try_run(&chief, &back).await.expect("they are known now");
    }
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 4), stands("L2", "sellable", 1)]);
    p.h.whole().await;
}

/// INV-3, INV-5: a count says which they are, too: what nobody had named is gone, and what it is has come in, at no cost.
#[tokio::test]
async fn a_count_says_which_units_those_were() {
    let p = Pharmacy::open().await;
    p.corrected(p.correct("SERUM", 2, Marks::default())).await;
    let id = p.begin(BIN).await;
    p.count(id, p.serum, 2, of_lot("L1", 30)).await;
    assert_eq!(p.finish(id).await, Status::Done);
    assert_eq!(p.shelf(BIN).await, [stands("L1", "sellable", 2)]);
    assert_eq!(p.h.t.count("stock_count where net_value = 0 and off_value = 16").await, 1);
    p.h.whole().await;
}
