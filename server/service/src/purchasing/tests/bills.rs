use domain::floor::{PackOrders, PickTrips};
use domain::ids::{BillId, LandedId, PurchaseId};
use domain::ledger::{BANK, COST_OF_SALES, INVENTORY, PAYABLES, PURCHASE_DIFFERENCES, RECEIVED_NOT_INVOICED};
use domain::people::{Caller, Role};
use domain::purchasing::{
    AgreeBill, AllocateLanded, Basis, BillStanding, BilledLine, Charge, ChargeKind, MatchBill, PayBill, ReceivePurchase,
    RecordBill, RejectBill, SetPurchasingRules,
};
use rust_decimal::Decimal;

use super::{Shop, tried};
use crate::testkit::noon;
use crate::verify::business;

fn bill(order: PurchaseId, reference: &str, lines: &[(i32, i32, i64)]) -> RecordBill {
    let line = |(line_no, quantity, cents): &(i32, i32, i64)| BilledLine {
        line_no: *line_no,
        quantity: *quantity,
        unit_cost: Decimal::new(*cents, 2),
    };
    RecordBill { id: BillId::mint(), order, reference: reference.to_owned(), lines: lines.iter().map(line).collect() }
}

fn finance(shop: &Shop) -> Caller {
    shop.t.person(Role::Finance, None)
}

/// IN-8: ordered, received and billed agree: it is owed, and paid once; what was received and not invoiced is cleared.
#[tokio::test]
async fn a_bill_that_matches_is_paid() {
    let shop = Shop::open().await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 12), ("CUP", 5)]).await);
    shop.receive(order, &[("MUG", 12), ("CUP", 5)]).await;
    let first = bill(order, "INV-1", &[(1, 12, 404), (2, 2, 396)]);
    assert_eq!(shop.t.try_run(&clerk, &first).await.unwrap(), BillStanding::Matched);
    assert_eq!(shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::from(12), "three cups are still to be billed");
    assert_eq!(shop.owed(PAYABLES).await, Decimal::new(12 * 404 + 2 * 396, 2));
    assert_eq!(shop.owed(PURCHASE_DIFFERENCES).await, Decimal::new(-40, 2), "dearer mugs, cheaper cups");
    shop.whole().await;
    let pay = PayBill { id: first.id };
    assert_eq!(tried(&shop, &shop.planner, &pay).await.0, "not_allowed");
    shop.t.try_run(&clerk, &pay).await.unwrap();
    assert_eq!((shop.owed(PAYABLES).await, shop.owed(BANK).await), (Decimal::ZERO, Decimal::new(5640, 2)));
    assert_eq!(tried(&shop, &clerk, &pay).await, ("bill_moved", 409, None));
    let twice = bill(order, " inv-1 ", &[(2, 3, 400)]);
    assert_eq!(tried(&shop, &clerk, &twice).await, ("bill_twice", 409, Some("reference")));
    shop.whole().await;
}

/// IN-8: a mismatch blocks payment, and somebody is called. More than came in is paid by nobody; it matches once it comes.
#[tokio::test]
async fn a_mismatch_blocks_payment() {
    let shop = Shop::open().await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 12)]).await);
    shop.receive(order, &[("MUG", 8)]).await;
    let over = bill(order, "INV-1", &[(1, 12, 400)]);
    assert_eq!(shop.t.try_run(&clerk, &over).await.unwrap(), BillStanding::Blocked);
    assert_eq!(shop.t.count("gl_transfer where source_kind = 'bill'").await, 0, "nothing is owed for it");
    assert_eq!(tried(&shop, &clerk, &PayBill { id: over.id }).await, ("bill_blocked", 409, None));
    assert_eq!(shop.t.count("exception_case where kind = 'bill_mismatch' and resolved_at is null").await, 1);
    let sheet = shop.t.db.purchase(&clerk, &order.to_string(), noon()).await.unwrap();
    assert_eq!(sheet.bills[0].mismatches, ["Line 1, MUG: 12 billed, 8 received"]);
    let agree = AgreeBill { id: over.id, reason: "small_difference".into() };
    assert_eq!(tried(&shop, &shop.supervisor, &agree).await, ("bill_not_received", 409, None));
    assert_eq!(shop.t.try_run(&clerk, &MatchBill { id: over.id }).await.unwrap(), BillStanding::Blocked);
    shop.receive(order, &[("MUG", 4)]).await;
    assert_eq!(shop.t.try_run(&clerk, &MatchBill { id: over.id }).await.unwrap(), BillStanding::Matched);
    assert_eq!(shop.t.count("exception_case where kind = 'bill_mismatch' and resolved_at is null").await, 0);
    // What is billed already is not billed again.
    let again = bill(order, "INV-2", &[(1, 1, 400)]);
    assert_eq!(shop.t.try_run(&clerk, &again).await.unwrap(), BillStanding::Blocked);
    shop.t.try_run(&clerk, &RejectBill { id: again.id, reason: "billed_before".into() }).await.unwrap();
    assert_eq!(tried(&shop, &clerk, &PayBill { id: again.id }).await.0, "bill_moved");
    shop.whole().await;
}

/// IN-8, GOV-2: a price beyond the tolerance is agreed to by somebody who did not record the bill, with a reason.
#[tokio::test]
async fn a_price_is_agreed_to_by_another() {
    let shop = Shop::open().await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 10)]).await);
    shop.receive(order, &[("MUG", 10)]).await;
    let dear = bill(order, "INV-1", &[(1, 10, 450)]);
    assert_eq!(shop.t.try_run(&clerk, &dear).await.unwrap(), BillStanding::Blocked);
    let agree = |why: &str| AgreeBill { id: dear.id, reason: why.into() };
    assert_eq!(tried(&shop, &clerk, &agree("price_rose")).await, ("own_bill", 403, None));
    assert_eq!(tried(&shop, &shop.supervisor, &agree(" ")).await, ("reason_missing", 422, Some("reason")));
    shop.t.try_run(&shop.supervisor, &agree("price_rose")).await.unwrap();
    assert_eq!(shop.owed(PURCHASE_DIFFERENCES).await, Decimal::from(-5));
    shop.t.try_run(&clerk, &PayBill { id: dear.id }).await.unwrap();
    shop.whole().await;
}

/// IN-8: units billed within the tolerance match before they came; only those that came are cleared, and the next bill clears the rest.
#[tokio::test]
async fn a_unit_billed_before_it_came_is_cleared_when_it_comes() {
    let shop = Shop::open().await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 20)]).await);
    let rules = SetPurchasingRules {
        approve_above: Decimal::from(1_000),
        over_percent: 5,
        price_percent: 2,
        units_percent: 10,
        cover_weeks: 4,
    };
    let unheard = SetPurchasingRules { units_percent: 101, ..rules.clone() };
    assert_eq!(tried(&shop, &clerk, &unheard).await, ("units_percent", 422, Some("units_percent")));
    shop.t.try_run(&clerk, &rules).await.unwrap();
    shop.receive(order, &[("MUG", 10)]).await;
    assert_eq!(shop.t.try_run(&clerk, &bill(order, "INV-1", &[(1, 11, 400)])).await.unwrap(), BillStanding::Matched);
    assert_eq!(shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::ZERO);
    assert_eq!(shop.owed(PURCHASE_DIFFERENCES).await, Decimal::from(-4), "one was paid for and is not here");
    shop.whole().await;
    shop.receive(order, &[("MUG", 10)]).await;
    assert_eq!(shop.t.try_run(&clerk, &bill(order, "INV-2", &[(1, 9, 400)])).await.unwrap(), BillStanding::Matched);
    assert_eq!(shop.owed(RECEIVED_NOT_INVOICED).await, Decimal::ZERO);
    assert_eq!(shop.owed(PURCHASE_DIFFERENCES).await, Decimal::ZERO);
    shop.whole().await;
}

fn charges(amounts: &[(ChargeKind, i64)]) -> Vec<Charge> {
    amounts.iter().map(|(kind, cents)| Charge { kind: *kind, amount: Decimal::new(*cents, 2) }).collect()
}

fn landed(receipt: &str, basis: Basis, charges: Vec<Charge>, shares: Option<Vec<Decimal>>) -> AllocateLanded {
    AllocateLanded { id: LandedId::mint(), receipt: receipt.to_owned(), basis, charges, shares, reference: "F-1".into() }
}

/// IN-7: freight and duty make the layers dearer to the cent, and what is sold already is cost of sales.
#[tokio::test]
async fn landed_cost_revalues_stock_and_charges_what_is_sold() {
    let shop = Shop::open().await;
    let channel = domain::orders::OpenChannel {
        id: domain::ids::ChannelId::mint(),
        code: "web".into(),
        name: "Web".into(),
        promise_hours: 24,
    };
    shop.t.run(&channel).await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 10), ("CUP", 5)]).await);
    let into = ReceivePurchase { bin: "A01-01L-1".into(), ..Shop::arrival(order, &[("MUG", 10), ("CUP", 5)]) };
    let receipt = shop.t.try_run(&shop.receiver, &into).await.unwrap().number;
    let sold = business::order(&shop.t, shop.mug, 4).await;
    let trips = business::walk(&shop.t, shop.site, &[sold]).await;
    shop.t.run(&PickTrips { trips }).await;
    let parcels = shop.t.run(&PackOrders { site: shop.site, orders: vec![sold] }).await;
    business::ship(&shop.t, shop.site, &parcels).await;
    let (stock, cost) = (shop.owed(INVENTORY).await, shop.owed(COST_OF_SALES).await);
    let preview = shop.t.db.landed_preview(&clerk, &receipt, Basis::Value, Decimal::new(1_000, 2)).await.unwrap();
    let shares: Vec<_> = preview.shares.iter().map(|share| (share.sku_code.as_str(), share.amount)).collect();
    assert_eq!(shares, [("MUG", Decimal::new(667, 2)), ("CUP", Decimal::new(333, 2))]);
    let command = landed(&receipt, Basis::Value, charges(&[(ChargeKind::Freight, 900), (ChargeKind::Duty, 100)]), None);
    shop.t.try_run(&clerk, &command).await.unwrap();
    // Six of ten mugs stand here still: 4.00 of 6.67; all five cups.
    assert_eq!(shop.owed(INVENTORY).await, stock - Decimal::new(733, 2));
    assert_eq!(shop.owed(COST_OF_SALES).await, cost - Decimal::new(267, 2));
    assert_eq!(shop.owed(PAYABLES).await, Decimal::from(10));
    shop.whole().await;
    // What leaves now carries its part.
    let sold = business::order(&shop.t, shop.mug, 6).await;
    let trips = business::walk(&shop.t, shop.site, &[sold]).await;
    let parcels = business::pack(&shop.t, shop.site, &trips, &[sold]).await;
    business::ship(&shop.t, shop.site, &parcels).await;
    assert_eq!(shop.t.count("cost_layer where remaining = 0 and remaining_value = 0 and revalued_amount = 4.00").await, 1);
    // And all of it is sold: a later charge is cost of sales whole, for the mugs.
    let cost = shop.owed(COST_OF_SALES).await;
    let late = landed(&receipt, Basis::Quantity, charges(&[(ChargeKind::Insurance, 300)]), None);
    shop.t.try_run(&clerk, &late).await.unwrap();
    assert_eq!(shop.owed(COST_OF_SALES).await, cost - Decimal::from(2));
    let sheet = shop.t.db.purchase(&clerk, &order.to_string(), noon()).await.unwrap();
    assert_eq!((sheet.landed.len(), sheet.landed[0].amount, sheet.landed[0].in_stock), (2, Decimal::from(3), Decimal::from(1)));
    shop.whole().await;
}

/// IN-7. Peer erpnext PR 26335: a late charge reposted all that came after it, for hours. Here it writes rows of its own; none that is
/// there changes but what remains of its layers.
#[tokio::test]
async fn a_late_charge_rewrites_nothing() {
    let shop = Shop::open().await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 10)]).await);
    let receipt = shop.receive(order, &[("MUG", 10)]).await.number;
    let written = async |table: &str| {
        let statement = format!("select coalesce(string_agg(t::text, '|' order by t::text), '') from {table} t");
        sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(statement)).fetch_one(&shop.t.root).await.unwrap()
    };
    let tables = ["movement", "cost_entry", "gl_transfer", "goods_receipt_line"];
    let mut before = Vec::new();
    for table in tables {
        before.push(written(table).await);
    }
    let late = landed(&receipt, Basis::Quantity, charges(&[(ChargeKind::Freight, 500)]), None);
    shop.t.try_run(&clerk, &late).await.unwrap();
    for (table, before) in tables.into_iter().zip(before) {
        let after = written(table).await;
        let kept = before.split('|').all(|row| after.contains(row));
        assert!(kept, "{table} was rewritten: {before} {after}");
    }
    assert_eq!(shop.t.count("movement").await, 1, "nothing moved");
    shop.whole().await;
}

/// IN-7: unbalanced is refused, and nothing is posted.
#[tokio::test]
async fn unbalanced_shares_post_nothing() {
    let shop = Shop::open().await;
    let (clerk, order) = (finance(&shop), shop.ordered(&[("MUG", 10), ("CUP", 5)]).await);
    let receipt = shop.receive(order, &[("MUG", 10), ("CUP", 5)]).await.number;
    let ten = || charges(&[(ChargeKind::Freight, 1_000)]);
    let shares = |cents: &[i64]| Some(cents.iter().map(|cents| Decimal::new(*cents, 2)).collect());
    for cents in [&[600, 300][..], &[600], &[1_100, -100], &[600, 300, 100]] {
        let command = landed(&receipt, Basis::Value, ten(), shares(cents));
        assert_eq!(tried(&shop, &clerk, &command).await, ("unbalanced", 422, Some("shares")), "{cents:?}");
    }
    assert_eq!(tried(&shop, &clerk, &landed(&receipt, Basis::Value, vec![], None)).await, ("no_charges", 422, Some("charges")));
    let twice = charges(&[(ChargeKind::Freight, 1_000), (ChargeKind::Freight, 1)]);
    assert_eq!(tried(&shop, &clerk, &landed(&receipt, Basis::Value, twice, None)).await.0, "no_charges");
    assert_eq!(tried(&shop, &clerk, &landed("GR-9", Basis::Value, ten(), None)).await.0, "not_found");
    assert_eq!(tried(&shop, &shop.planner, &landed(&receipt, Basis::Value, ten(), None)).await.0, "not_allowed");
    assert_eq!(shop.t.count("landed_cost").await + shop.t.count("gl_transfer where source_kind = 'landed_cost'").await, 0);
    let by_hand = landed(&receipt, Basis::Value, ten(), shares(&[1_000, 0]));
    shop.t.try_run(&clerk, &by_hand).await.unwrap();
    shop.whole().await;
}
