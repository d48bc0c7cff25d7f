use domain::ids::{OverId, PurchaseLineId};
use domain::ledger::RECEIVED_NOT_INVOICED;
use domain::people::Role;
use domain::purchasing::{
    Arrived, ClaimKind, CloseLine, Condition, DecideOver, Fault, ReceivePurchase, SettleClaim, Settled, Standing, WritePurchase,
    WrittenLine,
};
use domain::reasons::Given;
use rust_decimal::Decimal;

use super::{Shop, tried};
use crate::testkit::noon;
use crate::verify::business::one;

fn bad(code: &str, quantity: i32, condition: Condition, fault: Option<Fault>) -> Arrived {
    let fault = fault.map(Into::into);
    Arrived { condition, fault, note: "seen at the dock".to_owned(), ..Arrived::good(code, quantity) }
}

/// IN-2: within the tolerance goods are taken; beyond it they wait, visibly, and are in no balance and on no account.
#[tokio::test]
async fn what_is_beyond_the_tolerance_waits_for_a_supervisor() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 100)]).await;
    let taken = shop.receive(order, &[("MUG", 108)]).await;
    assert_eq!((taken.units, taken.waiting, taken.awaited), (105, 3, 0));
    assert_eq!(shop.standing(order).await, Standing::Closed);
    assert_eq!(shop.t.count("balance where on_hand = 105").await, 1);
    assert_eq!(shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::from(420));
    assert_eq!(shop.t.count("exception_case where kind = 'over_delivery' and resolved_at is null").await, 1);
    shop.whole().await;
    let over: OverId = one(&shop.t, "select id from over_delivery").await.into();
    let sheet = shop.t.db.purchase(&shop.receiver, &order.to_string(), noon()).await.unwrap();
    assert_eq!((sheet.overs[0].id, sheet.overs[0].quantity, sheet.overs[0].own), (over, 3, true));
    let yes = DecideOver { id: over, accept: true, bin: String::new(), reason: Given::default() };
    assert_eq!(tried(&shop, &shop.receiver, &yes).await.0, "not_allowed");
    assert_eq!(
        tried(&shop, &shop.supervisor, &DecideOver { accept: false, ..yes.clone() }).await,
        ("reason_missing", 422, Some("reason"))
    );
    shop.t.try_run(&shop.supervisor, &yes).await.unwrap();
    assert_eq!(shop.t.count("balance where on_hand = 108").await, 1);
    assert_eq!(shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::from(432));
    assert_eq!(shop.t.count("exception_case where kind = 'over_delivery' and resolved_at is null").await, 0);
    assert_eq!(shop.t.count("goods_receipt").await, 1, "into the receipt it came with");
    assert_eq!(tried(&shop, &shop.supervisor, &yes).await, ("over_decided", 409, None));
    shop.whole().await;
}

/// IN-2: refused units go back with the driver: nothing is posted, and it is said why.
#[tokio::test]
async fn what_is_refused_is_never_posted() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 10)]).await;
    shop.receive(order, &[("MUG", 14)]).await;
    let over: OverId = one(&shop.t, "select id from over_delivery").await.into();
    shop.t
        .try_run(&shop.supervisor, &DecideOver { id: over, accept: false, bin: String::new(), reason: "no_room".into() })
        .await
        .unwrap();
    assert_eq!(shop.t.count("movement").await, 1);
    let sheet = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap();
    assert_eq!((sheet.overs[0].accepted, sheet.overs[0].why.as_str()), (Some(false), "There is no room"));
    shop.whole().await;
}

/// GOV-2: nobody takes over what they reported themselves.
#[tokio::test]
async fn whoever_reported_units_does_not_decide_about_them() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 10)]).await;
    shop.t.try_run(&shop.supervisor, &Shop::arrival(order, &[("MUG", 14)])).await.unwrap();
    let over: OverId = one(&shop.t, "select id from over_delivery").await.into();
    let yes = DecideOver { id: over, accept: true, bin: String::new(), reason: Given::default() };
    assert_eq!(tried(&shop, &shop.supervisor, &yes).await, ("own_report", 403, None));
    shop.t.try_run(&shop.t.person(Role::Supervisor, Some(shop.site)), &yes).await.unwrap();
}

/// IN-2: a line's own tolerance comes before the supplier's and the org's; a pallet being unloaded may go over a closed order, a new
/// receipt may not.
#[tokio::test]
async fn a_line_may_allow_nothing_over() {
    let shop = Shop::open().await;
    let strict = WrittenLine { sku: "MUG".into(), quantity: 100, unit_cost: None, over_percent: Some(0) };
    let draft = WritePurchase { lines: vec![strict], ..shop.draft(&[]) };
    let order = shop.t.try_run(&shop.planner, &draft).await.unwrap().id;
    shop.t.try_run(&shop.planner, &domain::purchasing::SendPurchase { id: order, seen: 1 }).await.unwrap();
    let receipt = Shop::arrival(order, &[("MUG", 100)]);
    shop.t.try_run(&shop.receiver, &receipt).await.unwrap();
    let more = ReceivePurchase { receipt: receipt.receipt, ..Shop::arrival(order, &[("MUG", 1)]) };
    let taken = shop.t.try_run(&shop.receiver, &more).await.unwrap();
    assert_eq!((taken.units, taken.waiting), (0, 1));
    assert_eq!(
        tried(&shop, &shop.receiver, &Shop::arrival(order, &[("MUG", 1)])).await,
        ("purchase_not_open", 422, Some("order"))
    );
}

/// IN-2: damaged goods land in quarantine as damaged, those not as agreed as quarantined; both with a claim, neither for sale.
#[tokio::test]
async fn what_is_not_good_lands_apart_with_a_claim() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12), ("CUP", 5)]).await;
    let arrived = vec![
        Arrived::good("MUG-CASE", 1),
        bad("MUG", 2, Condition::Damaged, Some(Fault::Wet)),
        bad("MUG", 3, Condition::Damaged, Some(Fault::Crushed)),
        bad("CUP", 4, Condition::NonCompliant, Some(Fault::WrongLabel)),
    ];
    let receive = ReceivePurchase { bin: "A01-01L-1".into(), arrived, ..Shop::arrival(order, &[]) };
    let taken = shop.t.try_run(&shop.receiver, &receive).await.unwrap();
    assert_eq!((taken.units, taken.awaited), (15, 2));
    let stands = |sku: &str, state: &str, kind: &str, units: i32| {
        format!(
            "balance b join bin on bin.id = b.bin_id join sku on sku.id = b.sku_id
             where sku.code = '{sku}' and b.state = '{state}' and bin.kind = '{kind}' and b.on_hand = {units}"
        )
    };
    assert_eq!(shop.t.count(&stands("MUG", "sellable", "pick", 6)).await, 1);
    assert_eq!(shop.t.count(&stands("MUG", "damaged", "quarantine", 5)).await, 1);
    assert_eq!(shop.t.count(&stands("CUP", "quarantined", "quarantine", 4)).await, 1);
    let stock = shop.t.db.sku_stock(&shop.supervisor, shop.mug, noon()).await.unwrap();
    assert_eq!(stock.promise.iter().map(|(_, _, units)| units).sum::<i32>(), 6, "what is apart is promised to nobody");
    let sheet = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap();
    let mut claims: Vec<_> = sheet.claims.iter().map(|claim| (claim.kind, claim.quantity, claim.amount)).collect();
    claims.sort_by_key(|(_, units, _)| *units);
    assert_eq!(
        claims,
        [
            (ClaimKind::Damage, 2, Decimal::from(8)),
            (ClaimKind::Damage, 3, Decimal::from(12)),
            (ClaimKind::NonCompliance, 4, Decimal::from(16))
        ]
    );
    shop.whole().await;
    let settle = SettleClaim { id: sheet.claims[0].id, settled_as: Settled::Credited };
    shop.t.try_run(&shop.planner, &settle).await.unwrap();
    assert_eq!(tried(&shop, &shop.planner, &settle).await, ("claim_settled", 409, None));
}

/// IN-2: no reason code: 422, and nothing is posted.
#[tokio::test]
async fn without_a_reason_nothing_is_damaged_or_short() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12)]).await;
    let with = |arrived: Arrived| ReceivePurchase { arrived: vec![arrived], ..Shop::arrival(order, &[]) };
    for (condition, fault) in [
        (Condition::Damaged, None),
        (Condition::NonCompliant, None),
        (Condition::Good, Some(Fault::Wet)),
        // A note is beside a code, or it is not taken.
        (Condition::Good, None),
    ] {
        let refused = tried(&shop, &shop.receiver, &with(bad("MUG", 1, condition, fault))).await;
        assert_eq!(refused, ("fault_needed", 422, Some("fault")));
    }
    let other = bad("MUG", 1, Condition::Damaged, Some(Fault::NoPapers));
    assert_eq!(tried(&shop, &shop.receiver, &with(other)).await, ("reason_of_another_process", 422, Some("reason")));
    let line: PurchaseLineId = one(&shop.t, "select id from purchase_line").await.into();
    let close = |fault: Option<Fault>| CloseLine { line, fault: fault.map(Into::into), note: "none came".to_owned() };
    assert_eq!(tried(&shop, &shop.receiver, &close(None)).await, ("fault_needed", 422, Some("fault")));
    assert_eq!(tried(&shop, &shop.receiver, &close(Some(Fault::Wet))).await, ("reason_of_another_process", 422, Some("reason")));
    assert_eq!(shop.t.count("movement").await + shop.t.count("supplier_claim").await + shop.t.count("goods_receipt").await, 0);
}

/// IN-2: short closes the line with a claim for what is missing; what comes for it all the same waits for somebody's yes.
#[tokio::test]
async fn short_closes_the_line_with_a_claim() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12), ("CUP", 5)]).await;
    shop.receive(order, &[("MUG", 9)]).await;
    let line: PurchaseLineId =
        one(&shop.t, "select l.id from purchase_line l join sku s on s.id = l.sku_id where s.code = 'MUG'").await.into();
    let close = CloseLine { line, fault: Some(Fault::ShortShipped.into()), note: "said on the phone".into() };
    assert_eq!(shop.t.try_run(&shop.receiver, &close).await.unwrap(), 3);
    let sheet = shop.t.db.purchase(&shop.planner, &order.to_string(), noon()).await.unwrap();
    assert_eq!(
        (sheet.claims[0].kind, sheet.claims[0].quantity, sheet.claims[0].amount),
        (ClaimKind::Shortage, 3, Decimal::from(12))
    );
    assert_eq!((sheet.row.standing, sheet.lines[0].closed, sheet.lines[0].awaited), (Standing::Partial, true, 0));
    assert_eq!(tried(&shop, &shop.receiver, &close).await.0, "nothing_awaited");
    let late = shop.receive(order, &[("MUG", 2)]).await;
    assert_eq!((late.units, late.waiting), (0, 2));
    shop.receive(order, &[("CUP", 5)]).await;
    assert_eq!(shop.standing(order).await, Standing::Closed);
    shop.whole().await;
}
