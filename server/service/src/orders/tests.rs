use domain::exceptions::ResolveException;
use domain::ids::{ChannelId, SiteId, SkuId};
use domain::orders::release::Hold;
use domain::orders::stage::Stage;
use domain::orders::{
    Answer, CancelOrder, CorrectAddress, NewOrder, NewPayment, OpenChannel, PlaceOrders, Placed, RecordPayments, ReleaseOrders,
    RetryPayment, ServeBackorders,
};
use domain::people::Role;
use domain::refusal::Named;
use domain::stock::{HoldReason, HoldUnits, Those};
use rust_decimal::Decimal;

use crate::Failure;
use crate::testkit::{TestDb, new_order};

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

fn order(external: &str, lines: &[(SkuId, i32)]) -> NewOrder {
    NewOrder { email: "Ana@Example.com".into(), shipping_amount: Decimal::new(360, 2), ..new_order(external, lines) }
}

async fn shop() -> (TestDb, SiteId, SkuId) {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    t.receive(site, sku, "A01-01L-1", 10).await;
    (t, site, sku)
}

async fn place(t: &TestDb, order: NewOrder) -> Placed {
    t.run(&PlaceOrders { orders: vec![order] }).await.remove(0)
}

/// ORD-1: a paid order is promised, released and given its units in one go.
#[tokio::test]
async fn a_paid_order_is_released_and_allocated_at_once() {
    let (t, _, sku) = shop().await;
    let placed = place(&t, order("W-1", &[(sku, 3)])).await;
    assert!(placed.fresh && placed.released && placed.short == 0);
    let sheet = t.db.order(&t.system(), placed.order).await.unwrap();
    assert_eq!(sheet.row.stage, Stage::Waiting);
    assert_eq!(sheet.row.units.in_bins, 3);
    assert_eq!(sheet.row.total, Decimal::new(3960, 2));
    assert_eq!(sheet.lines[0].tax, Decimal::from(6));
    assert_eq!(sheet.email, "ana@example.com");
    assert_eq!(sheet.decisions.len(), 1);
    assert_eq!(t.count("gl_transfer where debit = '1000' and credit = '2100' and amount = 39.60").await, 1);
    assert_eq!(t.db.availability(&t.system(), sku).await.unwrap()[0].2, 7);
}

/// INT-1: a channel's order is never taken twice, neither later nor within one file.
#[tokio::test]
async fn a_channels_order_is_taken_once() {
    let (t, _, sku) = shop().await;
    let first = place(&t, order("W-1", &[(sku, 1)])).await;
    let again = place(&t, order("W-1", &[(sku, 1)])).await;
    assert!(!again.fresh);
    assert_eq!((again.order, again.number), (first.order, first.number));
    let twins = t.run(&PlaceOrders { orders: vec![order("W-2", &[(sku, 1)]), order("W-2", &[(sku, 1)])] }).await;
    assert!(twins[0].fresh && !twins[1].fresh);
    assert_eq!(twins[0].order, twins[1].order);
    assert_eq!(t.count("sales_order").await, 2);
}

/// INT-1: the same order sent at once by many becomes one.
#[tokio::test]
async fn the_same_order_sent_concurrently_becomes_one() {
    let (t, _, sku) = shop().await;
    let sends = (0..6).map(|_| PlaceOrders { orders: vec![order("W-1", &[(sku, 1)])] }).collect::<Vec<_>>();
    let got = futures::future::join_all(sends.iter().map(|send| t.run(send))).await;
    assert_eq!(got.iter().filter(|placed| placed[0].fresh).count(), 1);
    assert_eq!(t.count("sales_order").await, 1);
    assert_eq!(t.count("allocation").await, 1);
}

/// ORD-3: whoever comes too late waits by name, and is served first when stock comes in.
#[tokio::test]
async fn what_is_short_is_backordered_and_served_when_stock_comes_in() {
    let (t, site, sku) = shop().await;
    let part = place(&t, order("W-1", &[(sku, 12)])).await;
    assert!(part.released && part.short == 2, "a part may go");
    let none = place(&t, order("W-2", &[(sku, 1)])).await;
    assert!(!none.released && none.short == 1);
    assert_eq!(t.db.order(&t.system(), none.order).await.unwrap().row.hold, Some(Hold::Stock));
    assert_eq!(t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 2);
    t.receive(site, sku, "A01-02L-1", 2).await;
    assert_eq!(t.run(&ServeBackorders { skus: None }).await, 2, "the older order first");
    assert_eq!(t.db.order(&t.system(), part.order).await.unwrap().row.units.in_bins, 12);
    assert_eq!(t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 1);
    t.receive(site, sku, "A01-02L-1", 5).await;
    assert_eq!(t.run(&ServeBackorders { skus: Some(vec![sku]) }).await, 1);
    assert_eq!(t.db.order(&t.system(), none.order).await.unwrap().row.stage, Stage::Waiting);
}

/// ORD-3: a line short twice over, by its order and by a promise that broke, is served what it misses and no more.
#[tokio::test]
async fn a_backorder_with_two_cases_is_served_once() {
    let (t, site, sku) = shop().await;
    let whole = NewOrder { ship_complete: true, ..order("W-1", &[(sku, 12)]) };
    let placed = place(&t, whole).await;
    let bin = t.bin(site, "A01-01L-1").await;
    t.run(&HoldUnits {
        sku,
        site,
        bin,
        quantity: 1,
        those: Those::default(),
        hold: true,
        reason: HoldReason::Investigation.into(),
        note: String::new(),
    })
    .await;
    assert_eq!(t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 2, "the order's and the line's");
    t.receive(site, sku, "A01-02L-1", 20).await;
    assert_eq!(t.run(&ServeBackorders { skus: None }).await, 3);
    assert_eq!(t.db.order(&t.system(), placed.order).await.unwrap().row.units.in_bins, 12);
    assert_eq!(t.count("reservation").await, 0);
    assert_eq!(t.count("exception_case where kind = 'backorder' and resolved_at is null").await, 0);
}

/// ORD-3: goods that several serve at once go to a line once.
#[tokio::test]
async fn a_backorder_served_by_many_at_once_is_served_once() {
    let (t, site, sku) = shop().await;
    let placed = place(&t, order("W-1", &[(sku, 15)])).await;
    t.receive(site, sku, "A01-02L-1", 40).await;
    let serve = ServeBackorders { skus: None };
    let got = futures::future::join_all((0..4).map(|_| t.run(&serve))).await;
    assert_eq!(got.iter().sum::<i32>(), 5);
    assert_eq!(t.db.order(&t.system(), placed.order).await.unwrap().row.units.in_bins, 15);
    assert_eq!(t.count("reservation").await, 0);
}

/// ORD-5: the second site serves what the first cannot.
#[tokio::test]
async fn an_order_goes_to_the_site_that_has_all_of_it() {
    let (t, _, sku) = shop().await;
    let lyon = t.site("LYN").await;
    t.receive(lyon, sku, "A01-01L-1", 50).await;
    place(&t, order("W-1", &[(sku, 20)])).await;
    assert_eq!(t.count(&format!("allocation where site_id = '{lyon}' and quantity = 20")).await, 1);
}

/// ORD-1: an unpaid order waits; its payment releases it; a failed one is raised.
#[tokio::test]
async fn an_order_waits_for_its_payment() {
    let (t, _, sku) = shop().await;
    let unpaid = |external: &str| NewOrder {
        payment: NewPayment::Capture { authorisation: format!("pi_{external}") },
        ..order(external, &[(sku, 1)])
    };
    let (one, two) = (place(&t, unpaid("W-1")).await, place(&t, unpaid("W-2")).await);
    assert!(!one.released);
    assert_eq!(t.db.order(&t.system(), one.order).await.unwrap().row.hold, Some(Hold::Payment));
    let payment = t.db.order(&t.system(), one.order).await.unwrap().payments[0].payment;
    let done = RecordPayments { answers: vec![(payment, Answer::Done { reference: "ch_1".into() })] };
    t.run(&done).await;
    t.run(&done).await;
    assert_eq!(t.db.order(&t.system(), one.order).await.unwrap().row.stage, Stage::Waiting);
    assert_eq!(t.count("gl_transfer where source_kind = 'payment'").await, 1, "captured once, however often it is told");
    let payment = t.db.order(&t.system(), two.order).await.unwrap().payments[0].payment;
    t.run(&RecordPayments { answers: vec![(payment, Answer::Failed { words: "card declined".into() })] }).await;
    assert_eq!(t.count("exception_case where kind = 'payment'").await, 1);
    assert_eq!(t.db.order(&t.system(), two.order).await.unwrap().row.stage, Stage::OnHold);
}

/// ORD-2, INT-4: cancelling gives back units and money, once.
#[tokio::test]
async fn cancelling_gives_back_units_and_money() {
    let (t, _, sku) = shop().await;
    let placed = place(&t, order("W-1", &[(sku, 3)])).await;
    let cancel = CancelOrder { order: placed.order, reason: "changed_mind".into() };
    let service = t.person(Role::CustomerService, None);
    t.try_run(&service, &cancel).await.unwrap();
    assert_eq!(t.db.availability(&t.system(), sku).await.unwrap()[0].2, 10);
    let sheet = t.db.order(&t.system(), placed.order).await.unwrap();
    // What the channel captured, it gives back itself: nobody is asked for it.
    assert_eq!((sheet.row.stage, sheet.payments[0].status.as_str()), (Stage::Cancelled, "voided"));
    assert!(super::claim_payments(&mut t.db.tx(t.org).await.unwrap(), t.org.0, 9).await.unwrap().is_empty());
    let payment = sheet.payments[0].payment;
    t.run(&RecordPayments { answers: vec![(payment, Answer::Done { reference: "re_1".into() })] }).await;
    for (debit, credit) in [("2100", "2200"), ("2200", "1000")] {
        assert_eq!(t.count(&format!("gl_transfer where debit = '{debit}' and credit = '{credit}' and amount = 39.60")).await, 1);
    }
    assert_eq!(code(&t.try_run(&service, &cancel).await.unwrap_err()), "order_cancelled");
    let release = ReleaseOrders { orders: vec![placed.order] };
    assert_eq!(code(&t.try_run(&t.system(), &release).await.unwrap_err()), "order_cancelled");
    let silent = CancelOrder { reason: " ".into(), ..cancel };
    assert_eq!(code(&t.try_run(&service, &silent).await.unwrap_err()), "reason_missing");
}

/// FIN-3: an order of nothing but samples costs nothing, and nothing goes back.
#[tokio::test]
async fn cancelling_what_cost_nothing_asks_nobody_for_money() {
    let (t, _, sku) = shop().await;
    let mut free = captured("W-1", &[(sku, 1)]);
    (free.lines[0].unit_price, free.shipping_amount) = (Decimal::ZERO, Decimal::ZERO);
    let placed = place(&t, free).await;
    assert!(placed.released);
    t.run(&CancelOrder { order: placed.order, reason: "changed_mind".into() }).await;
    assert_eq!(t.count("payment where status = 'voided'").await, 1);
    assert_eq!(t.count("gl_transfer where source_kind in ('payment', 'cancel')").await, 0);
}

/// An order whose money we capture, under an authorisation of its own.
fn captured(external: &str, lines: &[(SkuId, i32)]) -> NewOrder {
    NewOrder { payment: NewPayment::Capture { authorisation: format!("pi_{external}") }, ..order(external, lines) }
}

/// FIN-3: what waited for a cancelled order's lines waits no more, nor does anybody for them.
#[tokio::test]
async fn a_cancelled_order_leaves_no_case_behind() {
    let (t, site, sku) = shop().await;
    let placed = place(&t, NewOrder { ship_complete: true, ..order("W-1", &[(sku, 12)]) }).await;
    let bin = t.bin(site, "A01-01L-1").await;
    t.run(&HoldUnits {
        sku,
        site,
        bin,
        quantity: 1,
        those: Those::default(),
        hold: true,
        reason: HoldReason::Investigation.into(),
        note: String::new(),
    })
    .await;
    assert_eq!(t.count("exception_case where resolved_at is null").await, 2);
    t.run(&CancelOrder { order: placed.order, reason: "changed_mind".into() }).await;
    assert_eq!(t.count("exception_case where resolved_at is null").await, 0);
}

/// INT-4: one authorisation pays for one order; what was never captured of it is free again.
#[tokio::test]
async fn an_authorisation_pays_for_one_order() {
    let (t, _, sku) = shop().await;
    let by = |external: &str| NewOrder {
        payment: NewPayment::Capture { authorisation: "pi_same".into() },
        ..order(external, &[(sku, 1)])
    };
    let first = place(&t, by("W-1")).await;
    let again = PlaceOrders { orders: vec![by("W-2")] };
    assert_eq!(code(&t.try_run(&t.system(), &again).await.unwrap_err()), "authorisation_used");
    assert_eq!(t.count("sales_order").await, 1);
    t.run(&CancelOrder { order: first.order, reason: "changed_mind".into() }).await;
    assert!(place(&t, by("W-3")).await.fresh);
}

/// INT-4: a fraction of a penny is neither captured nor owed.
#[tokio::test]
async fn a_total_is_captured_and_booked_in_whole_pennies() {
    let (t, _, sku) = shop().await;
    let mut odd = captured("W-1", &[(sku, 3)]);
    (odd.lines[0].unit_price, odd.shipping_amount) = ("3.3333".parse().unwrap(), Decimal::ZERO);
    let placed = place(&t, odd).await;
    let payment = t.db.order(&t.system(), placed.order).await.unwrap().payments[0].payment;
    t.run(&RecordPayments { answers: vec![(payment, Answer::Done { reference: "pi_W-1".into() })] }).await;
    assert_eq!(t.count("payment where amount = 9.99").await, 1);
    assert_eq!(t.count("gl_transfer where debit = '1000' and amount = 9.99").await, 1);
}

/// ORD-8: an incomplete address is corrected by who may edit orders, and the order goes on.
#[tokio::test]
async fn a_corrected_address_lifts_its_hold() {
    let (t, _, sku) = shop().await;
    let placed = place(&t, NewOrder { city: " ".into(), ..order("W-1", &[(sku, 1)]) }).await;
    assert_eq!(t.count("exception_case where kind = 'address' and resolved_at is null").await, 1);
    let whole = CorrectAddress {
        order: placed.order,
        customer_name: "Ana Lima".into(),
        address_line: "1 Quay".into(),
        city: " Leeds ".into(),
        postcode: "LS1 1AA".into(),
    };
    let picker = t.person(Role::Picker, None);
    assert_eq!(code(&t.try_run(&picker, &whole).await.unwrap_err()), "not_allowed");
    let service = t.person(Role::CustomerService, None);
    let half = CorrectAddress { city: String::new(), ..whole.clone() };
    assert_eq!(code(&t.try_run(&service, &half).await.unwrap_err()), "invalid");
    assert_eq!(t.try_run(&service, &whole).await.unwrap().hold, None);
    let sheet = t.db.order(&t.system(), placed.order).await.unwrap();
    assert_eq!((sheet.row.stage, sheet.city.as_str()), (Stage::Waiting, "Leeds"));
    assert_eq!(t.count("exception_case where resolved_at is null").await, 0);
    assert_eq!(t.count("audit where kind = 'orders.correct_address' and not refused").await, 1);
    t.run(&CancelOrder { order: placed.order, reason: "changed_mind".into() }).await;
    assert_eq!(code(&t.try_run(&service, &whole).await.unwrap_err()), "order_cancelled");
}

/// ORD-8: a payment that failed stays somebody's case until it is tried again or another takes its place.
#[tokio::test]
async fn a_failed_payment_is_tried_again_or_replaced() {
    let (t, _, sku) = shop().await;
    let placed = place(&t, captured("W-1", &[(sku, 1)])).await;
    let order = placed.order;
    let payments = async || t.db.order(&t.system(), order).await.unwrap().payments;
    let open = "exception_case where kind = 'payment' and resolved_at is null";
    let service = t.person(Role::CustomerService, None);
    let again = RetryPayment { order, payment: None };
    assert_eq!(code(&t.try_run(&service, &again).await.unwrap_err()), "nothing_failed");
    let fail = async || {
        let payment = payments().await.last().unwrap().payment;
        t.run(&RecordPayments { answers: vec![(payment, Answer::Failed { words: "card declined".into() })] }).await;
    };
    fail().await;
    assert_eq!(t.count(open).await, 1);
    let case: uuid::Uuid =
        sqlx::query_scalar("select id from exception_case where resolved_at is null").fetch_one(&t.root).await.unwrap();
    t.run(&ResolveException { id: case.into(), resolution: "Asked the customer.".into() }).await;
    assert_eq!(t.count(open).await, 1, "the cause stands, so it is raised anew");
    t.try_run(&service, &again).await.unwrap();
    assert_eq!(t.count(open).await, 0);
    assert_eq!(t.count("payment where status = 'pending' and key_no = 1 and attempts = 0").await, 1);
    fail().await;
    let paid = RetryPayment { order, payment: Some(NewPayment::Paid { reference: "bank transfer".into() }) };
    t.try_run(&service, &paid).await.unwrap();
    let sheet = t.db.order(&t.system(), order).await.unwrap();
    assert_eq!(sheet.row.stage, Stage::Waiting);
    assert_eq!(sheet.payments.iter().map(|payment| payment.status.as_str()).collect::<Vec<_>>(), ["voided", "captured"]);
    assert_eq!(t.count(open).await, 0);
    assert_eq!(t.count("gl_transfer where debit = '1000' and amount = 15.60").await, 1);
    let picker = t.person(Role::Picker, None);
    assert_eq!(code(&t.try_run(&picker, &again).await.unwrap_err()), "not_allowed");
}

/// INT-4: money that was taken after all, by a payment another had taken the place of, goes back.
#[tokio::test]
async fn a_replaced_payment_that_was_taken_after_all_goes_back() {
    let (t, _, sku) = shop().await;
    let order = place(&t, captured("W-1", &[(sku, 1)])).await.order;
    let first = t.db.order(&t.system(), order).await.unwrap().payments[0].payment;
    let heard = async |answer| t.run(&RecordPayments { answers: vec![(first, answer)] }).await;
    heard(Answer::Failed { words: "card declined".into() }).await;
    t.run(&RetryPayment { order, payment: Some(NewPayment::Paid { reference: "bank transfer".into() }) }).await;
    heard(Answer::Done { reference: "pi_W-1".into() }).await;
    assert_eq!(t.count(&format!("payment where id = '{first}' and status = 'voiding' and captured_at is not null")).await, 1);
    heard(Answer::Done { reference: "pi_W-1".into() }).await;
    assert_eq!(t.count("payment where status = 'voiding'").await, 1, "the capture told twice is not the way back");
    heard(Answer::Done { reference: "re_1".into() }).await;
    assert_eq!(t.count(&format!("payment where id = '{first}' and status = 'voided'")).await, 1);
    assert_eq!(t.db.order(&t.system(), order).await.unwrap().row.stage, Stage::Waiting, "the other payment stands");
    assert_eq!(t.count(&format!("gl_transfer where source_id = '{first}'")).await, 3);
}

/// INT-3: what no column can hold is refused by name.
#[tokio::test]
async fn what_cannot_be_kept_is_refused_by_name() {
    let (t, _, sku) = shop().await;
    let refused = async |order: NewOrder| code(&t.try_run(&t.system(), &PlaceOrders { orders: vec![order] }).await.unwrap_err());
    assert_eq!(refused(NewOrder { customer_name: "Ana\0Lima".into(), ..order("W-1", &[(sku, 1)]) }).await, "invalid");
    let mut dear = order("W-1", &[(sku, 1_000_000), (sku, 1_000_000)]);
    dear.lines.iter_mut().for_each(|line| line.unit_price = Decimal::from(999_999_999));
    assert_eq!(refused(dear).await, "invalid");
    let nul = t.db.orders(&t.system(), "\0", None, None).await.unwrap_err();
    assert_eq!(code(&nul), "invalid");
    assert_eq!(t.count("sales_order").await, 0);
}

#[tokio::test]
async fn bad_orders_are_refused_by_name_and_nothing_is_kept() {
    let (t, _, sku) = shop().await;
    let refused = async |order: NewOrder| code(&t.try_run(&t.system(), &PlaceOrders { orders: vec![order] }).await.unwrap_err());
    assert_eq!(refused(NewOrder { channel: "ebay".into(), ..order("W-1", &[(sku, 1)]) }).await, "unknown_channel");
    assert_eq!(refused(order("W-1", &[(SkuId::mint(), 1)])).await, "unknown_sku");
    assert_eq!(refused(order("W-1", &[(sku, -1)])).await, "quantity_out_of_range");
    assert_eq!(refused(NewOrder { currency: "USD".into(), ..order("W-1", &[(sku, 1)]) }).await, "order_invalid");
    let picker = t.person(Role::Picker, None);
    let place = PlaceOrders { orders: vec![order("W-1", &[(sku, 1)])] };
    assert_eq!(code(&t.try_run(&picker, &place).await.unwrap_err()), "not_allowed");
    assert_eq!(t.count("sales_order").await + t.count("reservation").await, 0);
}

#[tokio::test]
async fn orders_are_listed_by_stage_and_found_by_number_name_and_email() {
    let (t, _, sku) = shop().await;
    let placed = place(&t, order("W-1", &[(sku, 1)])).await;
    place(&t, order("W-2", &[(sku, 30)])).await;
    let find = async |search: &str, stage| t.db.orders(&t.system(), search, stage, None).await.unwrap().rows.len();
    assert_eq!(find("", None).await, 2);
    assert_eq!(find(&placed.number, None).await, 1);
    assert_eq!(find("ana@example.com", None).await, 2);
    assert_eq!(find("lima", None).await, 2);
    assert_eq!(find("", Some(Stage::Waiting)).await, 2);
    assert_eq!(find("", Some(Stage::Shipped)).await, 0);
    assert_eq!(t.db.order_by_number(&t.system(), &placed.number.to_lowercase()).await.unwrap(), Some(placed.order));
}
