//! Money through the real adapter to a provider that declines, hangs, answers late or breaks.
#![expect(clippy::unwrap_used, reason = "helpers of tests: one that cannot go on says where")]

use domain::ids::{ChannelId, OrderId, RefundId, SkuId};
use domain::money::Money;
use domain::orders::stage::Stage;
use domain::orders::{Answer, CancelOrder, NewOrder, NewPayment, OpenChannel, PlaceOrders, RecordPayments, RetryPayment};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::refunds::RetryRefund;
use domain::returns::{AskedLine, Grade, InspectUnits, Reason, ReceiveReturn, RequestReturn, Resolution, Source};
use journeys::simulator::Simulator;
use serde_json::Value;
use server::payments::Stripe;
use service::payments::Provider;
use service::testkit::{TestDb, new_order, noon};
use uuid::Uuid;

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
    let payment = NewPayment::Capture { authorisation: authorisation.into() };
    let order = NewOrder { payment, ..new_order(authorisation, &[(sku, 1)]) };
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

/// INT-4: a capture that was never answered and never took effect is tried again; it holds no other payment up.
#[tokio::test]
async fn a_capture_that_hangs_is_tried_again() {
    let (t, simulator, stripe, sku) = shop().await;
    let (hangs, good) = (place(&t, sku, "pi_hang").await, place(&t, sku, "pi_good").await);
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, hangs).await, ("unknown".into(), Stage::OnHold));
    assert_eq!(status(&t, good).await, ("captured".into(), Stage::Waiting));
    let_claims_run_out(&t).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, hangs).await, ("captured".into(), Stage::Waiting));
    assert_eq!(book(&simulator).await["captured"], serde_json::json!({ "pi_good": 1200, "pi_hang": 1200 }));
}

/// INT-4: a key that ran out says nothing about anybody's money: payments wait, and go on when the key is known again.
#[tokio::test]
async fn a_key_that_ran_out_ends_no_payment() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_unauthorised").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await.0, "unknown");
    assert_eq!(t.count("exception_case").await, 0);
    let_claims_run_out(&t).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await, ("captured".into(), Stage::Waiting));
    assert_eq!(book(&simulator).await["captured"], serde_json::json!({ "pi_unauthorised": 1200 }));
}

/// INT-4: a call that arrives twice captures once, and an answer that is told twice is booked once.
#[tokio::test]
async fn a_capture_that_arrives_twice_is_taken_once() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_twice").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    let payment = t.db.order(&t.system(), order).await.unwrap().payments[0].payment;
    t.run(&RecordPayments { answers: vec![(payment, Answer::Done { reference: "pi_twice".into() })] }).await;
    assert_eq!(status(&t, order).await, ("captured".into(), Stage::Waiting));
    let book = book(&simulator).await;
    assert_eq!((&book["captured"], &book["repeated"]), (&serde_json::json!({ "pi_twice": 1200 }), &serde_json::json!(1)));
    assert_eq!(t.count("gl_transfer where debit = '1000'").await, 1);
}

/// INT-4: an authorisation the provider does not know fails, and is asked about no more.
#[tokio::test]
async fn an_authorisation_nobody_knows_fails() {
    let (t, _simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "ch_elsewhere").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await.0, "failed");
}

/// ORD-8: a declined payment is replaced by another, which is captured once and releases the order.
#[tokio::test]
async fn another_payment_takes_the_place_of_a_declined_one() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_decline").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await, ("failed".into(), Stage::OnHold));
    t.run(&RetryPayment { order, payment: None }).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await.0, "failed", "asked again, and declined again");
    let instead = NewPayment::Capture { authorisation: "pi_instead".into() };
    t.run(&RetryPayment { order, payment: Some(instead) }).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    let sheet = t.db.order(&t.system(), order).await.unwrap();
    assert_eq!(sheet.row.stage, Stage::Waiting);
    assert_eq!(sheet.payments.iter().map(|payment| payment.status.as_str()).collect::<Vec<_>>(), ["voided", "captured"]);
    assert_eq!(book(&simulator).await["captured"], serde_json::json!({ "pi_instead": 1200 }));
    assert_eq!(t.count("exception_case where resolved_at is null").await, 0);
}

/// A refund of 12.00 that everyone has agreed to, of an order paid by this authorisation at the provider.
async fn owed(t: &TestDb, stripe: &Stripe, sku: SkuId, authorisation: &str) -> RefundId {
    let order = place(t, sku, authorisation).await;
    // What goes wrong on the way there is told above; the way back meets its own.
    for _ in 0..3 {
        let_claims_run_out(t).await;
        t.db.settle_payments(t.org, stripe, noon()).await.unwrap();
    }
    assert_eq!(status(t, order).await.0, "captured");
    let clerk = service::history::Clerk::new(&t.db, t.system(), Uuid::now_v7());
    let site = t.db.sites(&t.system(), Permission::StockView).await.unwrap()[0].id;
    clerk.work(site, noon(), "DPD").await.unwrap();
    let line = t.db.order(&t.system(), order).await.unwrap().lines[0].line;
    let one = Quantity::new(1).unwrap();
    let asked = AskedLine { line, quantity: one, reason: Reason::Unwanted, note: String::new(), resolution: Resolution::Refund };
    let made = t.run(&RequestReturn { order, lines: vec![asked], source: Source::Staff }).await;
    let receipt = t
        .run(&ReceiveReturn { return_line: made.lines[0], quantity: one, site, bin: None, marks: domain::lots::Marks::default() })
        .await;
    let graded = InspectUnits {
        receipt_line: receipt,
        quantity: one,
        grade: Grade::A,
        checklist: Vec::new(),
        note: String::new(),
        disposition: None,
        bin: None,
    };
    t.run(&graded).await.refund.expect("money goes back")
}

async fn refund_status(t: &TestDb, refund: RefundId) -> String {
    sqlx::query_scalar("select status from refund where id = $1").bind(refund.0).fetch_one(&t.root).await.unwrap()
}

/// RET-7, INT-4: a refund that hangs, or whose answer is lost, or that arrives twice, is paid once; what the provider refuses is
/// raised, and paid under another key when somebody says so.
#[tokio::test]
async fn a_refund_is_paid_once_whatever_the_provider_does() {
    let (t, simulator, stripe, sku) = shop().await;
    let meets = async |fault: &str| {
        let faults = serde_json::json!({ "next": [fault] });
        reqwest::Client::new().post(format!("{}/_faults", simulator.payments)).json(&faults).send().await.unwrap();
    };
    let settle = async || {
        sqlx::query("update refund set claimed_until = '-infinity'").execute(&t.root).await.unwrap();
        t.db.settle_refunds(t.org, &stripe, noon()).await.unwrap()
    };
    for (fault, first) in
        [("hang", "unknown"), ("late", "unknown"), ("unauthorised", "unknown"), ("twice", "paid"), ("decline", "failed")]
    {
        let refund = owed(&t, &stripe, sku, &format!("pi_back_{fault}")).await;
        meets(fault).await;
        settle().await;
        assert_eq!(refund_status(&t, refund).await, first, "{fault}");
        if first == "failed" {
            assert_eq!(t.count("exception_case where kind = 'refund_failed' and resolved_at is null").await, 1);
            t.run(&RetryRefund { id: refund }).await;
        }
        settle().await;
        assert_eq!(refund_status(&t, refund).await, "paid", "{fault}");
        assert_eq!(settle().await, 0, "{fault}: what is paid is left alone");
    }
    let book = book(&simulator).await;
    assert_eq!(book["refunds"].as_array().unwrap().len(), 5, "each once");
    assert_eq!(t.count("gl_transfer where debit = '2200' and credit = '1000' and amount = 12").await, 5);
}

/// ORD-2, INT-4: a cancelled order's money goes back exactly once, through the provider.
#[tokio::test]
async fn a_cancelled_orders_money_goes_back_once() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_good").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    t.run(&CancelOrder { order, reason: "changed_mind".into() }).await;
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

/// The provider, and a customer who cancels between its answer and our writing it down.
struct Meanwhile<'a> {
    stripe: &'a Stripe,
    t: &'a TestDb,
    order: OrderId,
}

impl Provider for Meanwhile<'_> {
    async fn capture(&self, key: Uuid, authorisation: &str, amount: Money) -> Answer {
        let answer = self.stripe.capture(key, authorisation, amount).await;
        self.t.run(&CancelOrder { order: self.order, reason: "changed_mind".into() }).await;
        answer
    }
    async fn captured(&self, authorisation: &str, amount: Money) -> Option<Answer> {
        self.stripe.captured(authorisation, amount).await
    }
    async fn refund(&self, key: Uuid, reference: &str, amount: Money) -> Answer {
        self.stripe.refund(key, reference, amount).await
    }
    async fn refunded(&self, key: Uuid, reference: &str) -> Option<Answer> {
        self.stripe.refunded(key, reference).await
    }
}

/// FIN-3, INT-4: money captured while its order was being cancelled is in the books, and goes back once.
#[tokio::test]
async fn money_captured_while_the_order_is_cancelled_goes_back_once() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_good").await;
    let meanwhile = Meanwhile { stripe: &stripe, t: &t, order };
    t.db.settle_payments(t.org, &meanwhile, noon()).await.unwrap();
    assert_eq!(status(&t, order).await, ("voiding".into(), Stage::Cancelled));
    for _ in 0..2 {
        let_claims_run_out(&t).await;
        t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    }
    assert_eq!(status(&t, order).await.0, "voided");
    let book = book(&simulator).await;
    assert_eq!(book["captured"], serde_json::json!({ "pi_good": 1200 }));
    assert_eq!(book["refunds"].as_array().unwrap().len(), 1);
    for (debit, credit) in [("1000", "2100"), ("2100", "2200"), ("2200", "1000")] {
        let posted = format!("gl_transfer where debit = '{debit}' and credit = '{credit}' and amount = 12");
        assert_eq!(t.count(&posted).await, 1, "{debit} to {credit}");
    }
}

/// FIN-3: an order cancelled before its worker died, or before the worker asked, is not captured any more.
#[tokio::test]
async fn a_capture_that_never_reached_the_provider_is_dropped_with_its_order() {
    let (t, simulator, stripe, sku) = shop().await;
    let order = place(&t, sku, "pi_error_once").await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    t.run(&CancelOrder { order, reason: "changed_mind".into() }).await;
    let_claims_run_out(&t).await;
    t.db.settle_payments(t.org, &stripe, noon()).await.unwrap();
    assert_eq!(status(&t, order).await.0, "voided");
    assert_eq!(book(&simulator).await["captured"], serde_json::json!({}));
    assert_eq!(t.count("exception_case").await, 0);
}
