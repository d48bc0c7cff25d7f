//! The provider: what it answers, what it does not, and who is kept waiting.

use super::*;

/// RET-7: an unknown outcome is asked for, never repeated blindly; the customer is paid once.
#[tokio::test]
async fn an_unknown_outcome_is_asked_for() {
    let shop = Shop::open().await;
    let (_, inspected) = shop.returned(shop.sent(1).await, 1, &tech(&shop)).await;
    let id = inspected.refund.unwrap();
    let till = Till::saying(&[Answer::Unknown]);
    assert_eq!(shop.t.db.pay_refund(shop.t.org, id, &till, noon()).await.unwrap(), RefundStatus::Unknown);
    assert_eq!(holds(&shop, "2200").await, Decimal::from(-12), "still owed");
    assert_eq!(shop.t.db.pay_refund(shop.t.org, id, &till, noon()).await.unwrap(), RefundStatus::Paid);
    assert_eq!(*till.asked.lock().unwrap(), ["refund", "refunded"]);
    assert_eq!(shop.t.count("refund where provider_ref = 'rf-late' and status = 'paid'").await, 1);
    assert_eq!(shop.t.db.pay_refund(shop.t.org, id, &till, noon()).await.unwrap(), RefundStatus::Paid);
    assert_eq!(till.asked.lock().unwrap().len(), 2, "what is settled is left alone");
}

/// RET-7: a payer that died between asking and writing leaves `paying`; the next one finds out and writes it once.
#[tokio::test]
async fn a_payer_that_died_is_followed_by_one_that_asks() {
    let shop = Shop::open().await;
    let (_, inspected) = shop.returned(shop.sent(1).await, 1, &tech(&shop)).await;
    let id = inspected.refund.unwrap();
    shop.t.run(&crate::refunds::BeginPayment { id }).await;
    assert_eq!(status(&shop, id).await, RefundStatus::Paying);
    let till = Till::saying(&[done()]);
    shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap();
    assert_eq!(*till.asked.lock().unwrap(), ["refunded", "refund"], "asked first; it never arrived; then paid");
    assert_eq!(status(&shop, id).await, RefundStatus::Paid);
    assert_eq!(shop.t.count("gl_transfer where credit = '1000'").await, 1);
}

/// RET-7: a failed payment is an exception; it is tried again, or declined, which gives back what was posted.
#[tokio::test]
async fn a_failed_payment_is_raised_retried_or_declined() {
    let shop = Shop::open().await;
    let (_, inspected) = shop.returned(shop.sent(1).await, 1, &tech(&shop)).await;
    let id = inspected.refund.unwrap();
    let finance = shop.t.person(Role::Finance, None);
    let failed = || Till::saying(&[Answer::Failed { words: "Card closed".into() }]);
    assert_eq!(code(&shop.t.try_run(&finance, &RetryRefund { id }).await.unwrap_err()), "refund_wrong_status");
    assert_eq!(shop.t.db.pay_refund(shop.t.org, id, &failed(), noon()).await.unwrap(), RefundStatus::Failed);
    assert_eq!(shop.t.count("exception_case where kind = 'refund_failed' and resolved_at is null").await, 1);
    shop.t.try_run(&finance, &RetryRefund { id }).await.unwrap();
    assert_eq!(shop.t.count("exception_case where resolved_at is null").await, 0);
    assert_eq!(shop.t.db.pay_refund(shop.t.org, id, &failed(), noon()).await.unwrap(), RefundStatus::Failed);
    shop.t.try_run(&finance, &DeclineRefund { id, reason: "refunded_before".into() }).await.unwrap();
    for account in ["2200", "4100", "2300"] {
        assert_eq!(holds(&shop, account).await, Decimal::ZERO, "{account}");
    }
}

/// RET-7: a provider keeps its answer under its key, so a refund that is tried again goes under another, and is paid once.
#[tokio::test]
async fn a_refund_tried_again_is_not_answered_from_memory() {
    let shop = Shop::open().await;
    let (_, inspected) = shop.returned(shop.sent(1).await, 1, &tech(&shop)).await;
    let id = inspected.refund.unwrap();
    let till = Till::saying(&[Answer::Failed { words: "Not enough on the account".into() }]);
    shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap();
    assert_eq!(status(&shop, id).await, RefundStatus::Failed);
    let finance = shop.t.person(Role::Finance, None);
    shop.t.try_run(&finance, &RetryRefund { id }).await.unwrap();
    assert_eq!(shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap(), 1);
    assert_eq!(status(&shop, id).await, RefundStatus::Paid);
    let keys: Vec<Uuid> = till.paid.lock().unwrap().iter().map(|(key, ..)| *key).collect();
    assert!(keys.len() == 2 && keys[0] == id.0 && keys[1] != id.0, "{keys:?}");
}

/// RET-7: a refund without an answer waits longer each time, holds nobody up, and writes nothing while there is no news.
#[tokio::test]
async fn a_refund_without_an_answer_holds_nobody_up() {
    let shop = Shop::open().await;
    let bench = tech(&shop);
    let (_, stuck) = shop.returned(shop.sent(1).await, 1, &bench).await;
    let silent = Silent::default();
    let settle = async || shop.t.db.settle_refunds(shop.t.org, &silent, noon()).await.unwrap();
    assert_eq!(settle().await, 1);
    assert_eq!(status(&shop, stuck.refund.unwrap()).await, RefundStatus::Unknown);
    let (_, fresh) = shop.returned(shop.sent(1).await, 1, &bench).await;
    assert_eq!(settle().await, 1, "only the new one: the other's claim has not run out");
    assert_eq!(silent.asked.lock().unwrap().len(), 2);
    let commands = shop.t.count("command").await;
    sqlx::query("update refund set claimed_until = '-infinity'").execute(&shop.t.root).await.unwrap();
    assert_eq!(settle().await, 2);
    assert_eq!(shop.t.count("command").await, commands, "no news, no command");
    assert_eq!(shop.t.count("refund where attempts = 2 and claimed_until > now() + interval '20 seconds'").await, 2);
    assert_eq!(status(&shop, fresh.refund.unwrap()).await, RefundStatus::Unknown);
}

/// RET-7: one refund that cannot be written down does not keep the others from being paid.
#[tokio::test]
async fn one_refund_that_breaks_keeps_no_other_from_being_paid() {
    let shop = Shop::open().await;
    let bench = tech(&shop);
    let (_, broken) = shop.returned(shop.sent(1).await, 1, &bench).await;
    let (_, sound) = shop.returned(shop.sent(1).await, 1, &bench).await;
    let (broken, sound) = (broken.refund.unwrap(), sound.refund.unwrap());
    let query = format!("update refund set status = 'paying', currency = 'XXX' where id = '{broken}'");
    sqlx::query(sqlx::AssertSqlSafe(query)).execute(&shop.t.root).await.unwrap();
    let till = Spoilt { t: &shop.t, id: broken };
    assert_eq!(shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap(), 2);
    assert_eq!(status(&shop, sound).await, RefundStatus::Paid);
}

/// Never answers.
#[derive(Default)]
struct Silent {
    asked: Mutex<Vec<Uuid>>,
}

impl Provider for Silent {
    async fn capture(&self, _: Uuid, _: &str, _: Money) -> Answer {
        Answer::Unknown
    }
    async fn captured(&self, _: &str, _: Money) -> Option<Answer> {
        Some(Answer::Unknown)
    }
    async fn refund(&self, key: Uuid, _: &str, _: Money) -> Answer {
        self.asked.lock().unwrap().push(key);
        Answer::Unknown
    }
    async fn refunded(&self, _: Uuid, _: &str) -> Option<Answer> {
        Some(Answer::Unknown)
    }
}

/// Pays; one refund is declined behind its back, so that its answer cannot be written down.
struct Spoilt<'a> {
    t: &'a crate::testkit::TestDb,
    id: RefundId,
}

impl Provider for Spoilt<'_> {
    async fn capture(&self, _: Uuid, _: &str, _: Money) -> Answer {
        Answer::Unknown
    }
    async fn captured(&self, _: &str, _: Money) -> Option<Answer> {
        None
    }
    async fn refund(&self, key: Uuid, _: &str, _: Money) -> Answer {
        if key == self.id.0 {
            let query = format!("update refund set status = 'declined' where id = '{key}'");
            sqlx::query(sqlx::AssertSqlSafe(query)).execute(&self.t.root).await.unwrap();
        }
        done()
    }
    async fn refunded(&self, _: Uuid, _: &str) -> Option<Answer> {
        None
    }
}
