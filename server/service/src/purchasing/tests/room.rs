//! A bin's room is asked whenever goods land in it: received by scan, taken over the order, released, set apart.

use domain::counts::adjust::{AdjustStock, Why};
use domain::ids::{BinId, GoodsInspectionId, OverId};
use domain::inspections::{How, JudgeUnits, ReleaseInspection, Sampling, SetInspectionPlan};
use domain::lots::Marks;
use domain::purchasing::{Arrived, Condition, DecideOver, Fault, ReceivePurchase};
use domain::putaway::SetHandling;
use domain::reasons::Given;
use domain::sites::design::{AddBin, ChangeBin};
use domain::sites::places::{BinKind, Hazard, Keeping, StorageClass};
use domain::stock::{HoldReason, HoldUnits, ReceiveGoods, ReceiveLine, State, Those};

use super::{Shop, tried};
use crate::verify::business::one;

const SHELF: &str = "A01-01L-1";

impl Shop {
    async fn keeps(&self, code: &str, kind: BinKind, keeping: Keeping) {
        let bin = self.t.bin(self.site, code).await;
        self.t.run(&ChangeBin { bin, code: code.into(), kind, keeping }).await;
    }

    /// The shelf has room for so many mugs: one takes 400 ml.
    async fn room_for(&self, mugs: i32) {
        self.keeps(SHELF, BinKind::Pick, Keeping { volume_ml: Some(400 * mugs), ..Keeping::default() }).await;
    }

    async fn stands(&self, code: &str) -> i64 {
        let bin = self.t.bin(self.site, code).await;
        let sum = format!("select coalesce(sum(on_hand), 0)::bigint from balance where bin_id = '{bin}'");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sum)).fetch_one(&self.t.root).await.expect("the sum runs")
    }

    async fn posted(&self) -> i64 {
        self.t.count("movement").await + self.t.count("goods_receipt_line").await + self.t.count("goods_inspection").await
    }
}

fn onto_the_shelf(order: domain::ids::PurchaseId, mugs: i32) -> ReceivePurchase {
    ReceivePurchase { bin: SHELF.into(), ..Shop::arrival(order, &[("MUG", mugs)]) }
}

fn damaged(code: &str, quantity: i32) -> Arrived {
    Arrived { condition: Condition::Damaged, fault: Some(Fault::Broken.into()), ..Arrived::good(code, quantity) }
}

/// IN-4 ✗: a scan straight into a bin that is full, or that is kept for other goods, is refused and nothing is posted; the dock takes
/// them all the same.
#[tokio::test]
async fn a_full_bin_takes_no_receipt() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12)]).await;
    shop.room_for(5).await;
    assert_eq!(tried(&shop, &shop.receiver, &onto_the_shelf(order, 6)).await, ("bin_full", 409, Some("bin")));
    assert_eq!(shop.posted().await, 0);
    shop.t.try_run(&shop.receiver, &onto_the_shelf(order, 4)).await.unwrap();
    assert_eq!(tried(&shop, &shop.receiver, &onto_the_shelf(order, 2)).await.0, "bin_full", "one more has room");
    shop.keeps(SHELF, BinKind::Pick, Keeping { class: StorageClass::Chilled, ..Keeping::default() }).await;
    assert_eq!(tried(&shop, &shop.receiver, &onto_the_shelf(order, 1)).await, ("bin_unfit", 409, Some("bin")));
    assert_eq!(shop.stands(SHELF).await, 4);
    shop.receive(order, &[("MUG", 8)]).await;
    shop.whole().await;
}

/// IN-4 ✗: goods on a supplier's word without an order are asked the same; the opening of the books is not.
#[tokio::test]
async fn a_full_bin_takes_no_goods_without_an_order() {
    let shop = Shop::open().await;
    shop.room_for(5).await;
    let bin = shop.t.bin(shop.site, SHELF).await;
    let line = |quantity| ReceiveLine { sku: shop.mug, bin, quantity, unit_cost: None, marks: Marks::default() };
    let goods = |opening, lines| ReceiveGoods {
        site: shop.site,
        supplier: "Northern Potteries".into(),
        reference: "DN-1".into(),
        opening,
        lines,
    };
    let twice = goods(false, vec![line(3), line(3)]);
    assert_eq!(tried(&shop, &shop.receiver, &twice).await, ("bin_full", 409, Some("bin")), "its lines are asked together");
    assert_eq!(shop.posted().await, 0);
    shop.t.try_run(&shop.receiver, &goods(false, vec![line(5)])).await.unwrap();
    shop.t.run(&goods(true, vec![line(5)])).await;
    assert_eq!(shop.stands(SHELF).await, 10, "what stands there stands there");
}

/// IN-4, IN-2 ✗: what came over the order is not taken into a bin that has filled up since; another bin can be named.
#[tokio::test]
async fn what_came_over_goes_where_there_is_room() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 10)]).await;
    shop.room_for(12).await;
    shop.t.try_run(&shop.receiver, &onto_the_shelf(order, 14)).await.unwrap();
    assert_eq!(shop.stands(SHELF).await, 10);
    let over: OverId = one(&shop.t, "select id from over_delivery").await.into();
    let (yes, before) =
        (DecideOver { id: over, accept: true, bin: String::new(), reason: Given::default() }, shop.posted().await);
    let decides = &shop.supervisor;
    assert_eq!(tried(&shop, decides, &yes).await, ("bin_full", 409, Some("bin")));
    let into = |bin: &str| DecideOver { bin: bin.into(), ..yes.clone() };
    assert_eq!(tried(&shop, decides, &into("NOPE")).await.0, "not_found");
    assert_eq!(tried(&shop, decides, &into("RETURNS")).await.0, "receiving_bin");
    assert_eq!((shop.posted().await, shop.t.count("over_delivery where decided_at is not null").await), (before, 0));
    shop.t.try_run(decides, &into(" a01-02l-1 ")).await.unwrap();
    assert_eq!((shop.stands(SHELF).await, shop.stands("A01-02L-1").await), (10, 4));
    shop.whole().await;
}

/// IN-3, IN-4 ✗: what an inspection releases goes to its bin only if there is room; else it stays on hold, or goes into another that has.
#[tokio::test]
async fn what_is_released_needs_room() {
    let shop = Shop::open().await;
    let sampling = Some(Sampling { how: How::All, amount: 0 });
    let plan = SetInspectionPlan { sku: "MUG".into(), supplier: None, sampling, note: String::new() };
    shop.t.try_run(&shop.planner, &plan).await.unwrap();
    let order = shop.ordered(&[("MUG", 6)]).await;
    shop.room_for(5).await;
    shop.t.try_run(&shop.receiver, &onto_the_shelf(order, 6)).await.expect("it stands in quarantine");
    let id: GoodsInspectionId = one(&shop.t, "select id from goods_inspection").await.into();
    let condition = Condition::Good;
    let judge =
        JudgeUnits { id, code: "MUG".into(), quantity: 6, condition, fault: None, note: String::new(), marks: Marks::default() };
    shop.t.try_run(&shop.receiver, &judge).await.unwrap();
    let release = |bin: &str| ReleaseInspection { id, bin: bin.into() };
    assert_eq!(tried(&shop, &shop.supervisor, &release("")).await, ("bin_full", 409, Some("bin")));
    assert_eq!(tried(&shop, &shop.supervisor, &release("QUARANTINE")).await.0, "receiving_bin");
    assert_eq!(tried(&shop, &shop.supervisor, &release("NOWHERE")).await.1, 404);
    assert_eq!(shop.t.count("balance where state = 'held' and on_hand = 6").await, 1);
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(" a01-02l-1 ")).await.unwrap(), 6);
    assert_eq!((shop.stands(SHELF).await, shop.stands("A01-02L-1").await), (0, 6));
    shop.whole().await;
}

/// IN-4, IN-2: what is damaged at the dock goes to the first quarantine bin that keeps such goods and has room; where none does, it is
/// said, and nothing is posted.
#[tokio::test]
async fn damaged_goods_stand_in_a_quarantine_that_takes_them() {
    let shop = Shop::open().await;
    shop.keeps("QUARANTINE", BinKind::Quarantine, Keeping { volume_ml: Some(1_200), ..Keeping::default() }).await;
    let cold = Keeping { class: StorageClass::Chilled, ..Keeping::default() };
    let second = AddBin {
        id: BinId::mint(),
        site: shop.site,
        code: "QUARANTINE-COLD".into(),
        kind: BinKind::Quarantine,
        at: None,
        keeping: cold,
    };
    shop.t.run(&second).await;
    let cup = shop.t.sku("CUP-COLD").await;
    shop.t.run(&SetHandling { sku: cup, class: StorageClass::Chilled, hazard: Hazard::None }).await;
    let order = shop.ordered(&[("MUG", 12), ("CUP-COLD", 5)]).await;
    let arrival = |arrived| ReceivePurchase { arrived, ..Shop::arrival(order, &[]) };
    shop.t.try_run(&shop.receiver, &arrival(vec![damaged("MUG", 2), damaged("CUP-COLD", 1)])).await.unwrap();
    assert_eq!((shop.stands("QUARANTINE").await, shop.stands("QUARANTINE-COLD").await), (2, 1));
    let before = shop.posted().await;
    let full = arrival(vec![damaged("MUG", 2), Arrived::good("MUG", 1)]);
    assert_eq!(tried(&shop, &shop.receiver, &full).await, ("nowhere_apart", 409, Some("bin")));
    assert_eq!(shop.posted().await, before);
    shop.t.try_run(&shop.receiver, &arrival(vec![damaged("MUG", 1)])).await.expect("for one there is room");
    shop.t.run(&SetHandling { sku: cup, class: StorageClass::Frozen, hazard: Hazard::None }).await;
    assert_eq!(tried(&shop, &shop.receiver, &arrival(vec![damaged("CUP-COLD", 1)])).await.0, "nowhere_apart");
    shop.whole().await;
}

/// IN-3, IN-4: what is released in quarantine is not sold from there: it waits to be put away.
#[tokio::test]
async fn what_is_released_in_quarantine_waits_to_be_put_away() {
    let shop = Shop::open().await;
    let found = AdjustStock {
        site: shop.site,
        bin_code: "QUARANTINE".into(),
        sku_code: "MUG".into(),
        marks: Marks::default(),
        state: State::Held,
        units: 2,
        reason: Why::Found.into(),
        note: String::new(),
    };
    shop.t.run(&found).await;
    let release = HoldUnits {
        sku: shop.mug,
        site: shop.site,
        bin: shop.t.bin(shop.site, "QUARANTINE").await,
        quantity: 2,
        those: Those::default(),
        hold: false,
        reason: HoldReason::Checked.into(),
        note: String::new(),
    };
    assert!(shop.t.db.to_put_away(&shop.receiver, Some(shop.site)).await.unwrap().is_empty());
    shop.t.try_run(&shop.supervisor, &release).await.unwrap();
    let waiting = shop.t.db.to_put_away(&shop.receiver, Some(shop.site)).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].from_code.as_str(), waiting[0].quantity), (1, "QUARANTINE", 2));
    shop.whole().await;
}
