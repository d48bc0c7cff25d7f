//! Money through the real adapter to a provider that declines, hangs, answers late or breaks.
#![expect(clippy::unwrap_used, reason = "helpers of tests: one that cannot go on says where")]

use domain::ids::{ChannelId, OrderId, SkuId};
use domain::orders::stage::Stage;
use domain::orders::{CancelOrder, NewLine, NewOrder, NewPayment, OpenChannel, PlaceOrders};
use journeys::simulator::Simulator;
use rust_decimal::Decimal;
use serde_json::Value;
use server::payments::Stripe;
use service::testkit::{TestDb, noon};

async fn shop() -> (TestDb, Simulator, Stripe, SkuId) {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    t.receive(site, sku, "A01-01L-1", 100).await;
    let simulator = Simulator::start();
    let stripe = Stripe::new(&simulator.payments, "sk_test").unwrap();
    (t, simulator, stripe, sku)
}

async fn place(t: &TestDb, sku: SkuId, authorisation: &str) -> OrderId {
    let order = NewOrder {
        id: OrderId::mint(),
        channel: "web".into(),
        external_id: authorisation.into(),
        customer_name: "Ana".into(),
        email: "ana@example.com".into(),
        address_line: "1 Quay".into(),
        city: "Leeds".into(),
        postcode: "LS1".into(),
        country: "GB".into(),
        currency: "GBP".into(),
        shipping_amount: Decimal::ZERO,
        ship_complete: false,
        lines: vec![NewLine { sku, quantity: 1, unit_price: Decimal::from(12), discount: Decimal::ZERO }],
        payment: NewPayment::Capture { authorisation: authorisation.into() },
        placed_at: None,
    };
    t.run(&PlaceOrders { orders: vec![order] }).await[0].order
}

/// As if the claims had run out: a worker that died is waited for no longer.
async fn let_claims_run_out(t: &TestDb) {
    sqlx::query("update payment set claimed_until = '-infinity'").execute(&t.root).await.unwrap();
}

async fn status(t: &TestDb, order: OrderId) -> (String, Stage) {
    let sheet = t.db.order(&t.system(), order).await.unwrap();
    (sheet.payments[0].status.clone(), sheet.row.stage)
}

async fn book(simulator: &Simulator) -> Value {
    reqwest::get(format!("{}/_book", simulator.payments)).await.unwrap().json().await.unwrap()
}

/// ORD-1, INT-4: a capture that succeeds releases the order; one that is declined is an exception; nothing is asked twice.
#[tokio::test]
async fn a_capture_releases_and_a_decline_is_raised() {
    let (t, simulator, stripe, sku) = shop().await;
    let (good, bad) = (place(&t, sku, "pi_good").await, place(&t, sku, "pi_decline").await);
    assert_eq!(t.db.settle_payments(t.org, &stripe, noon()).await.unwrap(), 2);
    assert_eq!(status(&t, good).await, ("captured".into(), Stage::Waiting));
    assert_eq!(status(&t, bad).await, ("failed".into(), Stage::OnHold));
    assert_eq!(t.count("exception_case where kind = 'payment'").await, 1);
    let_claims_run_out(&t).await;
    assert_eq!(t.db.settle_payments(t.org, &stripe, noon()).await.unwrap(), 0);
    assert_eq!(book(&simulator).await["captured"], serde_json::json!({ "pi_good": 1200 }));
}

/// INT-4: a capture that took effect and was never answered is asked for, not repeated; one that broke is tried again.
#[tokio::test]
async fn a_late_answer_is_asked_for_and_a_broken_call_is_tried_again() {
    let (t, simulator, stripe, sku) = shop().await;
    let (late, broken) = (place(&t, sku, "pi_late").await, place(&t, sku, "pi_error").await);
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, late).await.0, "unknown");
    assert_eq!(status(&t, broken).await.0, "unknown");
    let_claims_run_out(&t).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, late).await, ("captured".into(), Stage::Waiting));
    assert_eq!(status(&t, broken).await, ("captured".into(), Stage::Waiting));
    assert_eq!(book(&simulator).await["captured"], serde_json::json!({ "pi_late": 1200, "pi_error": 1200 }));
    assert_eq!(t.count("gl_transfer where debit = '1000'").await, 2);
}

/// ORD-2, INT-4: a cancelled order's money goes back exactly once, through the provider.
#[tokio::test]
async fn a_cancelled_orders_money_goes_back_once() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_good").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    t.run(&CancelOrder { order, reason: "changed my mind".into() }).await;
    let faults = serde_json::json!({ "next": ["late"] });
    reqwest::Client::new().post(format!("{}/_faults", simulator.payments)).json(&faults).send().await.unwrap();
    let_claims_run_out(&t).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await.0, "voiding");
    let_claims_run_out(&t).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await.0, "voided");
    assert_eq!(book(&simulator).await["refunds"].as_array().unwrap().len(), 1);
    let_claims_run_out(&t).await;
    assert_eq!(t.db.settle_payments(t.org, &stripe, noon()).await.unwrap(), 0);
}
