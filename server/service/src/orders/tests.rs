use domain::ids::{ChannelId, OrderId, SiteId, SkuId};
use domain::orders::release::Hold;
use domain::orders::stage::Stage;
use domain::orders::{
    Answer, CancelOrder, NewLine, NewOrder, NewPayment, OpenChannel, PlaceOrders, Placed, RecordPayments, ReleaseOrders,
    ServeBackorders,
};
use domain::people::Role;
use domain::refusal::Named;
use rust_decimal::Decimal;

use crate::Failure;
use crate::testkit::TestDb;

fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

fn order(external: &str, lines: &[(SkuId, i32)]) -> NewOrder {
    let line = |(sku, quantity): &(SkuId, i32)| NewLine {
        sku: *sku,
        quantity: *quantity,
        unit_price: Decimal::from(12),
        discount: Decimal::ZERO,
    };
    NewOrder {
        id: OrderId::mint(),
        channel: "web".into(),
        external_id: external.into(),
        customer_name: "Ana Lima".into(),
        email: "Ana@Example.com".into(),
        address_line: "1 Quay".into(),
        city: "Leeds".into(),
        postcode: "LS1 1AA".into(),
        country: "GB".into(),
        currency: "GBP".into(),
        shipping_amount: Decimal::new(360, 2),
        ship_complete: false,
        lines: lines.iter().map(line).collect(),
        payment: NewPayment::Paid { reference: "shop-1".into() },
        placed_at: None,
    }
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
        payment: NewPayment::Capture { authorisation: "pi_1".into() },
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
    let cancel = CancelOrder { order: placed.order, reason: "changed my mind".into() };
    let service = t.person(Role::CustomerService, None);
    t.try_run(&service, &cancel).await.unwrap();
    assert_eq!(t.db.availability(&t.system(), sku).await.unwrap()[0].2, 10);
    let sheet = t.db.order(&t.system(), placed.order).await.unwrap();
    assert_eq!((sheet.row.stage, sheet.payments[0].status.as_str()), (Stage::Cancelled, "voiding"));
    let payment = sheet.payments[0].payment;
    t.run(&RecordPayments { answers: vec![(payment, Answer::Done { reference: "re_1".into() })] }).await;
    assert_eq!(t.db.order(&t.system(), placed.order).await.unwrap().payments[0].status, "voided");
    for (debit, credit) in [("2100", "2200"), ("2200", "1000")] {
        assert_eq!(t.count(&format!("gl_transfer where debit = '{debit}' and credit = '{credit}' and amount = 39.60")).await, 1);
    }
    assert_eq!(code(&t.try_run(&service, &cancel).await.unwrap_err()), "order_cancelled");
    let release = ReleaseOrders { orders: vec![placed.order] };
    assert_eq!(code(&t.try_run(&t.system(), &release).await.unwrap_err()), "order_cancelled");
    let silent = CancelOrder { reason: " ".into(), ..cancel };
    assert_eq!(code(&t.try_run(&service, &silent).await.unwrap_err()), "reason_missing");
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
