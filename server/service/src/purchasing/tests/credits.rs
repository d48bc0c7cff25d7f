//! Claims that end as money, and bills that wait for them.

use domain::ids::{BillId, ClaimId, PurchaseLineId};
use domain::ledger::{BANK, LedgerRefusal, PAYABLES, PURCHASE_DIFFERENCES, SUPPLIER_CREDITS, WRITE_OFFS};
use domain::purchasing::{
    AgreeBill, BillStanding, BilledLine, CloseLine, Condition, Fault, MatchBill, PayBill, RecordBill, SettleClaim, Settled,
};

use super::*;
use crate::verify::business::one;

fn bill(order: PurchaseId, reference: &str, units: i32) -> RecordBill {
    let lines = vec![BilledLine { line_no: 1, quantity: units, unit_cost: Decimal::from(4) }];
    RecordBill { id: BillId::mint(), order, reference: reference.to_owned(), lines }
}

/// Twelve mugs came, three of them so; answers their claim.
async fn came(shop: &Shop, order: PurchaseId, condition: Condition, fault: Fault) -> ClaimId {
    let bad = Arrived { condition, fault: Some(fault.into()), ..Arrived::good("MUG", 3) };
    let arrived = ReceivePurchase { arrived: vec![Arrived::good("MUG", 9), bad], ..Shop::arrival(order, &[]) };
    shop.t.try_run(&shop.receiver, &arrived).await.unwrap();
    one(&shop.t, "select id from supplier_claim").await.into()
}

async fn settle(shop: &Shop, id: ClaimId, settled_as: Settled) {
    shop.t.try_run(&shop.planner, &SettleClaim { id, settled_as }).await.unwrap();
}

async fn books<const N: usize>(shop: &Shop, accounts: [&str; N]) -> Vec<Decimal> {
    let mut owed = Vec::new();
    for account in accounts {
        owed.push(shop.owed(account).await);
    }
    owed
}

fn units(amounts: &[i64]) -> Vec<Decimal> {
    amounts.iter().copied().map(Decimal::from).collect()
}

/// IN-8, IN-2: an open claim keeps the bill from being paid; credited, the supplier owes it, and it is taken off the payment. Once.
#[tokio::test]
async fn a_credit_for_damage_is_taken_off_the_payment() {
    let shop = Shop::open().await;
    let (clerk, order) = (shop.t.person(Role::Finance, None), shop.ordered(&[("MUG", 12)]).await);
    let claim = came(&shop, order, Condition::Damaged, Fault::Wet).await;
    let bill = bill(order, "INV-1", 12);
    assert_eq!(shop.t.try_run(&clerk, &bill).await.unwrap(), BillStanding::Blocked);
    let sheet = shop.t.db.purchase(&clerk, &order.to_string(), noon()).await.unwrap();
    assert_eq!(sheet.bills[0].mismatches, [format!("Line 1, MUG: claim {} for 3 is open (damage)", sheet.claims[0].number)]);
    assert_eq!(tried(&shop, &clerk, &PayBill { id: bill.id }).await, ("bill_blocked", 409, None));
    settle(&shop, claim, Settled::Credited).await;
    assert_eq!(books(&shop, [SUPPLIER_CREDITS, WRITE_OFFS]).await, units(&[-12, 12]));
    assert_eq!(tried(&shop, &shop.planner, &SettleClaim { id: claim, settled_as: Settled::Credited }).await.0, "claim_settled");
    assert_eq!(shop.t.try_run(&clerk, &MatchBill { id: bill.id }).await.unwrap(), BillStanding::Matched);
    shop.whole().await;
    shop.t.try_run(&clerk, &PayBill { id: bill.id }).await.unwrap();
    assert_eq!(books(&shop, [PAYABLES, SUPPLIER_CREDITS, BANK, WRITE_OFFS]).await, units(&[0, 0, 36, 12]));
    let sheet = shop.t.db.purchase(&clerk, &order.to_string(), noon()).await.unwrap();
    assert_eq!((sheet.claims[0].credited, sheet.bills[0].credit, sheet.credit), (12.into(), 12.into(), Decimal::ZERO));
    assert_eq!(shop.t.count("gl_transfer where source_kind = 'claim_credit'").await, 1);
    shop.whole().await;
}

/// IN-2: what is not as agreed is worth less than it cost; a credit beyond one bill waits for the supplier's next.
#[tokio::test]
async fn a_credit_waits_for_the_next_bill_of_its_supplier() {
    let shop = Shop::open().await;
    let (clerk, order) = (shop.t.person(Role::Finance, None), shop.ordered(&[("MUG", 12)]).await);
    let claim = came(&shop, order, Condition::NonCompliant, Fault::WrongLabel).await;
    settle(&shop, claim, Settled::Credited).await;
    assert_eq!(books(&shop, [SUPPLIER_CREDITS, PURCHASE_DIFFERENCES]).await, units(&[-12, 12]));
    let other = shop.ordered(&[("CUP", 5)]).await;
    shop.receive(other, &[("CUP", 5)]).await;
    for (reference, units, paid) in [("INV-1", 2, 0), ("INV-2", 3, 8)] {
        let bill = bill(other, reference, units);
        assert_eq!(shop.t.try_run(&clerk, &bill).await.unwrap(), BillStanding::Matched);
        shop.t.try_run(&clerk, &PayBill { id: bill.id }).await.unwrap();
        assert_eq!(shop.owed(BANK).await, Decimal::from(paid), "{reference}");
        shop.whole().await;
    }
    assert_eq!(shop.owed(SUPPLIER_CREDITS).await, Decimal::ZERO);
}

/// IN-2, IN-8: of a shortage nothing is money but what was billed all the same, whenever that is.
#[tokio::test]
async fn a_shortage_is_credited_as_far_as_it_was_billed() {
    let shop = Shop::open().await;
    let (clerk, order) = (shop.t.person(Role::Finance, None), shop.ordered(&[("MUG", 12)]).await);
    let rules = SetPurchasingRules {
        approve_above: Decimal::from(1_000),
        over_percent: 5,
        price_percent: 2,
        units_percent: 20,
        cover_weeks: 4,
    };
    shop.t.try_run(&clerk, &rules).await.unwrap();
    shop.receive(order, &[("MUG", 10)]).await;
    let line: PurchaseLineId = one(&shop.t, "select id from purchase_line").await.into();
    let close = CloseLine { line, fault: Some(Fault::ShortShipped.into()), note: String::new() };
    shop.t.try_run(&shop.receiver, &close).await.unwrap();
    let first = bill(order, "INV-1", 11);
    assert_eq!(shop.t.try_run(&clerk, &first).await.unwrap(), BillStanding::Blocked, "the claim is open");
    settle(&shop, one(&shop.t, "select id from supplier_claim").await.into(), Settled::Credited).await;
    assert_eq!(shop.t.count("gl_transfer where source_kind = 'claim_credit'").await, 0, "none of it is owed yet");
    assert_eq!(shop.t.try_run(&clerk, &MatchBill { id: first.id }).await.unwrap(), BillStanding::Matched);
    assert_eq!(books(&shop, [SUPPLIER_CREDITS, PURCHASE_DIFFERENCES]).await, units(&[-4, 0]), "one was billed that never came");
    assert_eq!(shop.t.try_run(&clerk, &bill(order, "INV-2", 1)).await.unwrap(), BillStanding::Matched);
    assert_eq!(books(&shop, [SUPPLIER_CREDITS, PURCHASE_DIFFERENCES]).await, units(&[-8, 0]), "and the other");
    shop.whole().await;
}

/// IN-2: what is replaced or dropped is no money.
#[tokio::test]
async fn what_is_replaced_or_dropped_posts_nothing() {
    for ends in [Settled::Replaced, Settled::Dropped] {
        let shop = Shop::open().await;
        let order = shop.ordered(&[("MUG", 12)]).await;
        let claim = came(&shop, order, Condition::Damaged, Fault::Wet).await;
        let before = shop.t.count("gl_transfer").await;
        settle(&shop, claim, ends).await;
        assert_eq!(shop.t.count("gl_transfer").await, before);
        let clerk = shop.t.person(Role::Finance, None);
        assert_eq!(shop.t.try_run(&clerk, &bill(order, "INV-1", 12)).await.unwrap(), BillStanding::Matched);
        shop.whole().await;
    }
}

/// IN-8, GOV-2: somebody who did not record the bill may agree to pay it while a claim is open; the next claim stops it again, even once
/// it matched.
#[tokio::test]
async fn a_bill_is_not_paid_past_an_open_claim_unless_another_agrees() {
    let shop = Shop::open().await;
    let (clerk, order) = (shop.t.person(Role::Finance, None), shop.ordered(&[("MUG", 20)]).await);
    came(&shop, order, Condition::Damaged, Fault::Wet).await;
    let bill = bill(order, "INV-1", 12);
    assert_eq!(shop.t.try_run(&clerk, &bill).await.unwrap(), BillStanding::Blocked);
    let agree = AgreeBill { id: bill.id, reason: "small_difference".into() };
    assert_eq!(tried(&shop, &clerk, &agree).await, ("own_bill", 403, None));
    shop.t.try_run(&shop.supervisor, &agree).await.unwrap();
    let payable = shop.owed(PAYABLES).await;
    let standing = async || shop.t.db.purchase(&clerk, &order.to_string(), noon()).await.unwrap().bills[0].standing;
    assert_eq!((standing().await, payable), (BillStanding::Matched, Decimal::from(48)));
    let crushed = Arrived { condition: Condition::Damaged, fault: Some(Fault::Crushed.into()), ..Arrived::good("MUG", 2) };
    let more = ReceivePurchase { arrived: vec![crushed], ..Shop::arrival(order, &[]) };
    shop.t.try_run(&shop.receiver, &more).await.unwrap();
    assert_eq!(standing().await, BillStanding::Disputed);
    assert_eq!(tried(&shop, &clerk, &PayBill { id: bill.id }).await, ("bill_disputed", 409, None));
    assert_eq!(tried(&shop, &clerk, &agree).await, ("own_bill", 403, None));
    shop.t.try_run(&shop.supervisor, &agree).await.unwrap();
    assert_eq!(shop.owed(PAYABLES).await, payable, "nothing is owed twice");
    shop.t.try_run(&clerk, &PayBill { id: bill.id }).await.unwrap();
    shop.whole().await;
}

/// FIN-1: in a closed period nothing is credited, and the claim stays open.
#[tokio::test]
async fn a_closed_period_takes_no_credit() {
    let shop = Shop::open().await;
    let order = shop.ordered(&[("MUG", 12)]).await;
    let claim = came(&shop, order, Condition::Damaged, Fault::Wet).await;
    let period = noon().format("%Y-%m").to_string();
    let close = "insert into gl_period (org_id, period, closed_at) values ($1, $2, now())";
    sqlx::query(close).bind(shop.t.org.0).bind(&period).execute(&shop.t.root).await.unwrap();
    let refused = tried(&shop, &shop.planner, &SettleClaim { id: claim, settled_as: Settled::Credited }).await;
    assert_eq!(refused.0, LedgerRefusal::PeriodClosed { period }.code());
    assert_eq!(shop.t.count("supplier_claim where settled_at is null and credited_amount = 0").await, 1);
    settle(&shop, claim, Settled::Dropped).await;
}
