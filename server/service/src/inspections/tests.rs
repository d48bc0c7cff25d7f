mod apart;

use domain::ids::GoodsInspectionId;
use domain::inspections::{How, InspectionStanding, JudgeUnits, ReleaseInspection, Sampling, SetInspectionPlan};
use domain::lots::{Marks, SetTracking};
use domain::people::Role;
use domain::purchasing::{Condition, Fault, ReceivePurchase};
use domain::reasons::Code;
use domain::stock::{HoldReason, HoldUnits, Those};

use crate::purchasing::tests::{Shop, tried};

fn plan(sku: &str, how: How, amount: i32) -> SetInspectionPlan {
    let sampling = Some(Sampling { how, amount });
    SetInspectionPlan { sku: sku.into(), supplier: None, sampling, note: "Look at the glaze".into() }
}

fn good(id: GoodsInspectionId, code: &str, quantity: i32) -> JudgeUnits {
    JudgeUnits {
        id,
        code: code.into(),
        quantity,
        condition: Condition::Good,
        fault: None,
        note: String::new(),
        marks: Marks::default(),
    }
}

fn bad(id: GoodsInspectionId, code: &str, quantity: i32, condition: Condition, fault: Option<Fault>) -> JudgeUnits {
    JudgeUnits { condition, fault: fault.map(Into::into), ..good(id, code, quantity) }
}

fn release(id: GoodsInspectionId) -> ReleaseInspection {
    ReleaseInspection { id, bin: String::new() }
}

/// What is to be looked at at the shop's site.
async fn waiting(shop: &Shop) -> Vec<domain::inspections::InspectionRow> {
    shop.t.db.to_inspect(&shop.receiver, Some(shop.site)).await.unwrap()
}

async fn promise(shop: &Shop) -> i32 {
    shop.t.db.availability(&shop.t.system(), shop.mug).await.unwrap()[0].2
}

/// Ten mugs of a plan for all of them, received scan by scan into a bin that orders are served from.
async fn ten_mugs(shop: &Shop, how: How, amount: i32) -> GoodsInspectionId {
    shop.t.try_run(&shop.planner, &plan("MUG", how, amount)).await.unwrap();
    let order = shop.ordered(&[("MUG", 10), ("CUP", 3)]).await;
    let mut receive = ReceivePurchase { bin: "A01-01L-1".into(), ..Shop::arrival(order, &[("MUG", 4), ("CUP", 3)]) };
    shop.t.try_run(&shop.receiver, &receive).await.unwrap();
    receive.arrived = Shop::arrival(order, &[("MUG-CASE", 1)]).arrived;
    shop.t.try_run(&shop.receiver, &receive).await.unwrap();
    let waiting = waiting(shop).await;
    assert_eq!(
        (waiting.len(), waiting[0].came, waiting[0].note.as_str()),
        (1, 10, "Look at the glaze"),
        "it grows with its receipt"
    );
    waiting[0].id
}

/// IN-3: goods a plan asks for are held in quarantine and absent from what can be promised; judged and released they are sold.
#[tokio::test]
async fn planned_goods_are_held_judged_and_released() {
    let shop = Shop::open().await;
    let id = ten_mugs(&shop, How::All, 0).await;
    assert_eq!(promise(&shop).await, 0, "held units are nobody's to sell");
    let held = "balance b join bin on bin.id = b.bin_id where b.state = 'held' and bin.kind = 'quarantine' and b.on_hand";
    assert_eq!(shop.t.count(&format!("{held} = 10")).await, 1);
    assert_eq!(
        shop.t
            .count(
                "balance b join bin on bin.id = b.bin_id where b.state = 'sellable' and bin.code = 'A01-01L-1' and b.on_hand = 3"
            )
            .await,
        1,
        "cups have no plan"
    );
    let judged = shop.t.try_run(&shop.receiver, &good(id, "MUG-CASE", 1)).await.unwrap();
    assert_eq!((judged.units, judged.left, judged.standing), (6, 4, InspectionStanding::Waiting));
    let release = release(id);
    assert_eq!(tried(&shop, &shop.supervisor, &release).await, ("not_judged", 409, None));
    shop.t.try_run(&shop.receiver, &bad(id, "MUG", 1, Condition::Damaged, Some(Fault::Broken))).await.unwrap();
    shop.t.try_run(&shop.receiver, &bad(id, "MUG", 1, Condition::NonCompliant, Some(Fault::WrongLabel))).await.unwrap();
    let judged = shop.t.try_run(&shop.receiver, &good(id, "MUG-EAN", 2)).await.unwrap();
    assert_eq!((judged.left, judged.standing), (0, InspectionStanding::Judged));
    // What fails is claimed of the supplier, as at the dock.
    assert_eq!(shop.t.count("supplier_claim where receipt_line_id is not null and fault in ('broken', 'wrong_label')").await, 2);
    assert_eq!(shop.t.count(&format!("{held} = 8")).await, 1);
    assert_eq!(tried(&shop, &shop.receiver, &release).await.1, 403, "who inspects does not put on sale");
    assert_eq!(shop.t.try_run(&shop.supervisor, &release).await.unwrap(), 8);
    assert_eq!(promise(&shop).await, 8);
    assert_eq!(tried(&shop, &shop.supervisor, &release).await, ("inspection_done", 409, None));
    assert_eq!(tried(&shop, &shop.receiver, &good(id, "MUG", 1)).await.0, "inspection_done");
    let board = shop.t.db.inspection_board(&shop.supervisor, None).await.unwrap();
    let row = &board.rows[0];
    assert_eq!((row.standing, row.accepted, row.rejected, board.plans.len()), (InspectionStanding::Done, 8, 2, 1));
    shop.whole().await;
}

/// IN-3: of a sample that passes, the rest goes with it; one that fails means that all are looked at.
#[tokio::test]
async fn a_sample_that_passes_releases_the_rest() {
    let shop = Shop::open().await;
    let id = ten_mugs(&shop, How::Percent, 20).await;
    let judged = shop.t.try_run(&shop.receiver, &good(id, "MUG", 2)).await.unwrap();
    assert_eq!((judged.left, judged.standing), (0, InspectionStanding::Judged));
    let judged = shop.t.try_run(&shop.receiver, &bad(id, "MUG", 1, Condition::Damaged, Some(Fault::Wet))).await.unwrap();
    assert_eq!((judged.left, judged.standing), (7, InspectionStanding::Waiting), "one failed");
    shop.t.try_run(&shop.receiver, &good(id, "MUG", 7)).await.unwrap();
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(id)).await.unwrap(), 9);
    shop.whole().await;
}

/// MDM-2, IN-3: units fail for a code of the org's; a word without one is not taken, nor for units that pass.
#[tokio::test]
async fn units_fail_for_a_code_of_the_orgs() {
    use domain::reasons::{AddReason, Process};
    let shop = Shop::open().await;
    let id = ten_mugs(&shop, How::All, 0).await;
    let admin = shop.t.person(Role::Admin, None);
    let (process, words) = (Process::Damage, "Gone mouldy");
    let add = AddReason { process, code: "mouldy".into(), words: words.into(), means: "wet".into() };
    shop.t.try_run(&admin, &add).await.unwrap();
    let fails =
        |code: &str| JudgeUnits { fault: Some(code.into()), note: "green".into(), ..bad(id, "MUG", 1, Condition::Damaged, None) };
    assert_eq!(tried(&shop, &shop.receiver, &fails("green")).await, ("unknown_reason", 422, Some("reason")));
    assert_eq!(tried(&shop, &shop.receiver, &fails("wrong_label")).await.0, "reason_of_another_process");
    assert_eq!(tried(&shop, &shop.receiver, &fails(" ")).await, ("fault_needed", 422, Some("fault")));
    let passes = JudgeUnits { note: "fine".into(), ..good(id, "MUG", 1) };
    assert_eq!(tried(&shop, &shop.receiver, &passes).await.0, "fault_needed");
    assert_eq!(shop.t.count("goods_verdict").await, 0);
    shop.t.try_run(&shop.receiver, &fails("mouldy")).await.unwrap();
    assert_eq!(shop.t.count("supplier_claim where fault = 'mouldy' and kind = 'damage' and note = 'green'").await, 1);
    shop.whole().await;
}

/// IN-3: every nth receipt is looked at, the first among them; the others may be sold at once. A plan of SKU and supplier comes first.
#[tokio::test]
async fn every_other_receipt_is_held() {
    let shop = Shop::open().await;
    shop.t.try_run(&shop.planner, &plan("MUG", How::Nth, 2)).await.unwrap();
    let mut held = Vec::new();
    for _ in 0..4 {
        let order = shop.ordered(&[("MUG", 2)]).await;
        shop.receive(order, &[("MUG", 2)]).await;
        held.push(shop.t.count("goods_inspection").await);
    }
    assert_eq!(held, [1, 1, 2, 2]);
    let theirs = SetInspectionPlan { supplier: Some(shop.supplier), ..plan("MUG", How::Units, 1) };
    shop.t.try_run(&shop.planner, &theirs).await.unwrap();
    let order = shop.ordered(&[("MUG", 2)]).await;
    shop.receive(order, &[("MUG", 2)]).await;
    assert_eq!(shop.t.count("goods_inspection where how = 'units'").await, 1);
    for gone in [theirs, plan("MUG", How::All, 0)] {
        shop.t.try_run(&shop.planner, &SetInspectionPlan { sampling: None, ..gone }).await.unwrap();
    }
    assert_eq!(shop.t.count("inspection_plan").await, 0);
    shop.whole().await;
}

/// IN-3 ✗: what cannot be judged, planned or let go of is refused, and nothing changes.
#[tokio::test]
async fn what_cannot_be_judged_changes_nothing() {
    let shop = Shop::open().await;
    let id = ten_mugs(&shop, How::All, 0).await;
    let who = &shop.receiver;
    assert_eq!(tried(&shop, who, &good(id, "CUP", 1)).await, ("inspect_wrong_item", 422, Some("code")));
    assert_eq!(tried(&shop, who, &good(id, "NOPE", 1)).await, ("unknown_code", 422, Some("code")));
    assert_eq!(tried(&shop, who, &good(id, "MUG", 11)).await, ("inspect_too_many", 422, Some("quantity")));
    assert_eq!(tried(&shop, who, &good(id, "MUG", 0)).await, ("quantity_out_of_range", 422, Some("quantity")));
    let uncoded = bad(id, "MUG", 1, Condition::Damaged, None);
    assert_eq!(tried(&shop, who, &uncoded).await, ("fault_needed", 422, Some("fault")));
    assert_eq!(tried(&shop, &shop.planner, &good(id, "MUG", 1)).await.1, 403);
    assert_eq!(tried(&shop, who, &good(GoodsInspectionId::mint(), "MUG", 1)).await.0, "not_found");
    let elsewhere = shop.t.person(Role::Receiver, Some(shop.t.site("LYN").await));
    assert_eq!(tried(&shop, &elsewhere, &good(id, "MUG", 1)).await.1, 403);
    assert!(shop.t.db.to_inspect(&elsewhere, None).await.unwrap().is_empty());
    assert_eq!(tried(&shop, &shop.planner, &plan(" ", How::All, 0)).await, ("plan_of_nothing", 422, Some("sku")));
    assert_eq!(tried(&shop, &shop.planner, &plan("NOPE", How::All, 0)).await, ("unknown_sku", 422, Some("sku")));
    assert_eq!(tried(&shop, &shop.planner, &plan("MUG", How::Percent, 0)).await, ("sampling_amount", 422, Some("amount")));
    assert_eq!(tried(&shop, who, &plan("MUG", How::All, 0)).await.1, 403);
    // Held units are released by their inspection, and by nothing else; others beside them may go.
    let quarantine = shop.t.bin(shop.site, "QUARANTINE").await;
    let release = HoldUnits {
        sku: shop.mug,
        site: shop.site,
        bin: quarantine,
        quantity: 1,
        those: Those::default(),
        hold: false,
        reason: HoldReason::Checked.into(),
        note: String::new(),
    };
    assert_eq!(tried(&shop, &shop.supervisor, &release).await, ("under_inspection", 409, Some("quantity")));
    assert_eq!(shop.t.count("goods_verdict").await + shop.t.count("stock_hold").await + shop.t.count("supplier_claim").await, 0);
    shop.whole().await;
}

/// IN-3 ✗: what is on hold is not given to an order, and an order's own units are not held.
#[tokio::test]
async fn held_units_are_not_picked() {
    let shop = Shop::open().await;
    let (id, code, name) = (domain::ids::ChannelId::mint(), "web".into(), "Web".into());
    shop.t.run(&domain::orders::OpenChannel { id, code, name, promise_hours: 24 }).await;
    shop.t.receive(shop.site, shop.mug, "A01-01L-1", 5).await;
    let bin = shop.t.bin(shop.site, "A01-01L-1").await;
    let reason = Code::from(HoldReason::Complaint);
    let hold = HoldUnits {
        sku: shop.mug,
        site: shop.site,
        bin,
        quantity: 4,
        those: Those::default(),
        hold: true,
        reason,
        note: "two came back cracked".into(),
    };
    shop.t.try_run(&shop.receiver, &hold).await.unwrap();
    let order = crate::verify::business::order(&shop.t, shop.mug, 3).await;
    assert_eq!(shop.t.count("allocation where quantity = 1").await, 1, "one of three");
    let serve = domain::orders::ServeBackorders { skus: None };
    assert_eq!(shop.t.run(&serve).await, 0);
    let board = shop.t.db.inspection_board(&shop.supervisor, Some(shop.site)).await.unwrap();
    let held: Vec<_> =
        board.held.iter().map(|row| (row.units, row.inspected, row.reason.as_deref(), row.note.as_str())).collect();
    assert_eq!(held, [(4, 0, Some(HoldReason::Complaint.words()), "two came back cracked")]);
    // One that an order has been given is not held.
    let last = HoldUnits { quantity: 2, ..hold.clone() };
    assert_eq!(tried(&shop, &shop.receiver, &last).await, ("not_enough_stock", 409, Some("quantity")));
    let release = HoldUnits { hold: false, reason: HoldReason::Checked.into(), ..hold };
    shop.t.try_run(&shop.supervisor, &release).await.unwrap();
    assert_eq!(shop.t.run(&serve).await, 2, "and then they serve who waited: {order}");
    shop.whole().await;
}
