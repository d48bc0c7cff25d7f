use std::collections::HashMap;
use std::sync::Mutex;

use domain::ids::{CommandId, InspectionId, RefundId, ReturnId};
use domain::money::Money;
use domain::orders::Answer;
use domain::people::{Caller, Role};
use domain::refunds::{
    ApproveRefund, ApproveRefunds, DeclineRefund, ProposeRefund, ProposeUnits, RefundKind, RefundStatus, RetryRefund,
};
use domain::returns::{Grade, InspectUnits, Reason, Resolution};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::payments::Provider;
use crate::returns::tests::{Sent, Shop, asks, code, graded, quantity};
use crate::testkit::noon;

/// A provider that answers from a list, once a key, and keeps which keys it was asked with.
#[derive(Default)]
struct Till {
    answers: Mutex<Vec<Answer>>,
    answered: Mutex<HashMap<Uuid, Answer>>,
    paid: Mutex<Vec<(Uuid, String, Money)>>,
    asked: Mutex<Vec<&'static str>>,
}

impl Till {
    fn saying(answers: &[Answer]) -> Self {
        Self { answers: Mutex::new(answers.to_vec()), ..Self::default() }
    }

    fn next(&self) -> Answer {
        let mut answers = self.answers.lock().unwrap();
        if answers.is_empty() { Answer::Done { reference: "rf-1".into() } } else { answers.remove(0) }
    }
}

impl Provider for Till {
    async fn capture(&self, _: Uuid, _: &str, _: Money) -> Answer {
        Answer::Unknown
    }
    async fn captured(&self, _: &str, _: Money) -> Option<Answer> {
        None
    }
    async fn refund(&self, key: Uuid, reference: &str, amount: Money) -> Answer {
        self.asked.lock().unwrap().push("refund");
        if let Some(known) = self.answered.lock().unwrap().get(&key) {
            return known.clone();
        }
        self.paid.lock().unwrap().push((key, reference.to_owned(), amount));
        let answer = self.next();
        self.answered.lock().unwrap().insert(key, answer.clone());
        answer
    }
    async fn refunded(&self, key: Uuid, _: &str) -> Option<Answer> {
        self.asked.lock().unwrap().push("refunded");
        match self.answered.lock().unwrap().get(&key)? {
            // It took effect, and only its answer was lost.
            Answer::Unknown => Some(Answer::Done { reference: "rf-late".into() }),
            Answer::Failed { .. } => None,
            done @ Answer::Done { .. } => Some(done.clone()),
        }
    }
}

fn done() -> Answer {
    Answer::Done { reference: "rf-1".into() }
}

async fn status(shop: &Shop, id: RefundId) -> RefundStatus {
    let query = format!("select status from refund where id = '{id}'");
    let code: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&shop.t.root).await.unwrap();
    RefundStatus::parse(&code).unwrap()
}

/// What an account holds, debit − credit, posted transfers only.
async fn holds(shop: &Shop, account: &str) -> Decimal {
    let books = shop.t.db.trial_balance(&shop.t.system()).await.unwrap();
    books.rows.iter().find(|row| row.code == account).map(|row| row.debit - row.credit).unwrap()
}

fn tech(shop: &Shop) -> Caller {
    shop.t.person(Role::ReturnsTech, Some(shop.site))
}

/// RET-7 (peer medusajs/medusa#15885, and the `OFBiz` trap: nobody names the price): a small refund is what the order says the units cost, tax
/// once, agreed to by the rule, posted, and paid by the payer with its own id as the key.
#[tokio::test]
async fn a_small_refund_is_paid_without_a_person() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let (_, inspected) = shop.returned(sent, 2, &tech(&shop)).await;
    let id = inspected.refund.expect("money goes back");
    assert_eq!(status(&shop, id).await, RefundStatus::Approved);
    assert_eq!(holds(&shop, "2200").await, Decimal::from(-24));
    assert_eq!(holds(&shop, "4100").await, Decimal::from(20));
    assert_eq!(holds(&shop, "2300").await, Decimal::from(4));
    let till = Till::default();
    assert_eq!(shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap(), 1);
    assert_eq!(status(&shop, id).await, RefundStatus::Paid);
    assert_eq!(holds(&shop, "2200").await, Decimal::ZERO);
    let paid = till.paid.lock().unwrap().clone();
    assert_eq!((paid[0].0, paid[0].1.as_str(), paid[0].2.amount), (id.0, "ch-1", Decimal::from(24)));
    assert_eq!(shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap(), 0, "nothing is paid twice");
    assert_eq!(shop.t.count("return_standing where stage = 'done' and paid_at is not null").await, 1);
}

/// GOV-2, GOV-3 (peer frappe/erpnext#12723): above the threshold someone else says yes: neither who proposed it nor who inspected the goods.
#[tokio::test]
async fn a_dear_refund_waits_for_someone_else() {
    let shop = Shop::open().await;
    let sent = shop.sent_for(2, Decimal::from(75), "ana@example.com").await;
    let boss = shop.t.person(Role::Supervisor, None);
    let (_, inspected) = shop.returned(sent, 2, &boss).await;
    let id = inspected.refund.unwrap();
    assert_eq!(status(&shop, id).await, RefundStatus::Proposed);
    assert_eq!(holds(&shop, "2200").await, Decimal::ZERO, "a proposal holds pending transfers only");
    assert_eq!(shop.t.count("gl_transfer where state = 'pending'").await, 2);
    let refused = shop.t.try_run(&boss, &ApproveRefund { id }).await.unwrap_err();
    assert_eq!(code(&refused), "own_proposal");
    assert_eq!(code(&shop.t.try_run(&tech(&shop), &ApproveRefund { id }).await.unwrap_err()), "not_allowed");
    let finance = shop.t.person(Role::Finance, None);
    assert_eq!(shop.t.try_run(&finance, &ApproveRefund { id }).await.unwrap(), RefundStatus::Approved);
    assert_eq!(holds(&shop, "2200").await, Decimal::from(-150));
    let again = shop.t.try_run(&finance, &ApproveRefund { id }).await.unwrap_err();
    assert_eq!(code(&again), "refund_wrong_status");
    assert_eq!(shop.t.count("decision where kind = 'approval' and chosen::text like '%order_total%'").await, 1);
}

/// GOV-3: splitting a refund does not dodge the threshold, neither on one order nor over a customer's orders of a day.
#[tokio::test]
async fn splitting_does_not_dodge_the_threshold() {
    let shop = Shop::open().await;
    let sent = shop.sent_for(2, Decimal::from(60), "ana@example.com").await;
    let bench = tech(&shop);
    let (_, first) = shop.returned(sent, 1, &bench).await;
    assert_eq!(status(&shop, first.refund.unwrap()).await, RefundStatus::Approved);
    let (_, second) = shop.returned(sent, 1, &bench).await;
    assert_eq!(status(&shop, second.refund.unwrap()).await, RefundStatus::Proposed);
    let other = shop.sent_for(1, Decimal::from(60), "ANA@example.com").await;
    let (_, third) = shop.returned(other, 1, &bench).await;
    assert_eq!(status(&shop, third.refund.unwrap()).await, RefundStatus::Proposed);
    let stranger = shop.sent_for(1, Decimal::from(60), "ben@example.com").await;
    let (_, fourth) = shop.returned(stranger, 1, &bench).await;
    assert_eq!(status(&shop, fourth.refund.unwrap()).await, RefundStatus::Approved);
}

/// Declined: nothing is owed any more, and the units can be proposed again by hand, which someone else decides.
#[tokio::test]
async fn a_declined_refund_lets_go_of_its_money() {
    let shop = Shop::open().await;
    let sent = shop.sent_for(2, Decimal::from(75), "ana@example.com").await;
    let (return_id, inspected) = shop.returned(sent, 2, &tech(&shop)).await;
    let finance = shop.t.person(Role::Finance, None);
    let decline = |why: &str| DeclineRefund { id: inspected.refund.unwrap(), reason: why.into() };
    assert_eq!(code(&shop.t.try_run(&finance, &decline(" ")).await.unwrap_err()), "reason_missing");
    shop.t.try_run(&finance, &decline("not_ours")).await.unwrap();
    assert_eq!(shop.t.count("gl_transfer where state = 'pending'").await, 0);
    assert_eq!(shop.t.count("gl_transfer where state = 'void'").await, 2);
    let agent = shop.t.person(Role::CustomerService, None);
    let made = shop.t.try_run(&agent, &by_hand(return_id, inspected.inspection, 1)).await.unwrap();
    assert_eq!((made.amount.amount, made.status), (Decimal::from(75), RefundStatus::Proposed));
    let refused = shop.t.try_run(&agent, &by_hand(return_id, inspected.inspection, 2)).await.unwrap_err();
    assert_eq!(code(&refused), "refund_units_exceed");
}

fn by_hand(id: ReturnId, inspection: InspectionId, units: i64) -> ProposeRefund {
    ProposeRefund { id, units: vec![ProposeUnits { inspection, quantity: quantity(units) }], kind: RefundKind::Refund }
}

/// RET-7: fifty people refund the same line at once, each with an id of their own; never more goes back than was paid.
#[tokio::test]
async fn fifty_parallel_refunds_never_exceed_what_was_paid() {
    let shop = Shop::open().await;
    // Three units for 9.9999: neither shares nor the whole are whole pennies.
    let sent = shop.sent_for(3, "3.3333".parse().unwrap(), "ana@example.com").await;
    let (return_id, inspected) = shop.returned(sent, 3, &tech(&shop)).await;
    let finance = shop.t.person(Role::Finance, None);
    let first = inspected.refund.unwrap();
    let query = format!("update refund set status = 'declined' where id = '{first}'");
    sqlx::query(sqlx::AssertSqlSafe(query)).execute(&shop.t.root).await.unwrap();
    let system = shop.t.system();
    let asked = by_hand(return_id, inspected.inspection, 1);
    let got = futures::future::join_all((0..50).map(|_| shop.t.try_run(&system, &asked))).await;
    assert_eq!(got.iter().filter(|made| made.is_ok()).count(), 3);
    assert!(got.iter().filter_map(|made| made.as_ref().err()).all(|failure| code(failure) == "refund_units_exceed"));
    let ids: Vec<RefundId> = got.into_iter().filter_map(|made| Some(made.ok()?.id)).collect();
    let live = "(select sum(amount) as amount from refund where status <> 'declined') x where amount = 9.99";
    assert_eq!(shop.t.count(live).await, 1, "all three shares, and not a penny more");
    shop.t.try_run(&finance, &ApproveRefunds { ids }).await.unwrap();
    let till = Till::default();
    shop.t.db.settle_refunds(shop.t.org, &till, noon()).await.unwrap();
    let paid: Decimal = till.paid.lock().unwrap().iter().map(|(.., amount)| amount.amount).sum();
    assert_eq!(paid, "9.99".parse().unwrap());
}

/// The same proposal sent again under its own id is one refund.
#[tokio::test]
async fn the_same_proposal_is_made_once() {
    let shop = Shop::open().await;
    let sent = shop.sent_for(2, Decimal::from(75), "ana@example.com").await;
    let (return_id, inspected) = shop.returned(sent, 2, &tech(&shop)).await;
    let finance = shop.t.person(Role::Finance, None);
    shop.t.try_run(&finance, &DeclineRefund { id: inspected.refund.unwrap(), reason: "wrong_amount".into() }).await.unwrap();
    let (system, id) = (shop.t.system(), CommandId::mint());
    let asked = by_hand(return_id, inspected.inspection, 1);
    let twins = futures::future::join_all((0..8).map(|_| shop.t.db.run(&system, id, noon(), &asked))).await;
    let numbers: std::collections::BTreeSet<String> = twins.into_iter().map(|made| made.unwrap().number).collect();
    assert_eq!(numbers.len(), 1);
    assert_eq!(shop.t.count("refund where status = 'proposed'").await, 1);
}

/// RET-7: store credit is given at once, and owed as such.
#[tokio::test]
async fn store_credit_is_given_at_once() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let made = shop.t.run(&asks(sent, 1, Reason::Unwanted, Resolution::Credit)).await;
    let receipt = shop.received(made.lines[0], 1).await;
    let inspected = shop.t.try_run(&tech(&shop), &graded(receipt, 1, Grade::A)).await.unwrap();
    assert_eq!(status(&shop, inspected.refund.unwrap()).await, RefundStatus::Paid);
    assert_eq!((holds(&shop, "2200").await, holds(&shop, "2250").await), (Decimal::ZERO, Decimal::from(-12)));
    assert_eq!(shop.t.db.settle_refunds(shop.t.org, &Till::default(), noon()).await.unwrap(), 0);
}

/// RET-5: condition fees are kept back and booked; what the bench says is another item waits for someone else.
#[tokio::test]
async fn fees_are_booked_and_the_wrong_item_stops_the_refund() {
    let shop = Shop::open().await;
    let sent = shop.sent(2).await;
    let receipt = shop.received(shop.back(sent, 2).await.lines[0], 2).await;
    let bench = tech(&shop);
    let worn = shop.t.try_run(&bench, &graded(receipt, 1, Grade::C)).await.unwrap();
    assert_eq!(status(&shop, worn.refund.unwrap()).await, RefundStatus::Approved);
    assert_eq!(holds(&shop, "4200").await, "-2.40".parse().unwrap());
    assert_eq!(holds(&shop, "2200").await, "-9.60".parse().unwrap());
    let mut other = graded(receipt, 1, Grade::A);
    other.checklist[0].yes = false;
    let stopped = shop.t.try_run(&bench, &InspectUnits { note: "Not our mug".into(), ..other }).await.unwrap();
    assert_eq!(status(&shop, stopped.refund.unwrap()).await, RefundStatus::Proposed);
}

/// RET-7: what was not paid does not go back.
#[tokio::test]
async fn an_unpaid_order_gives_no_money_back() {
    let shop = Shop::open().await;
    let sent: Sent = shop.sent(1).await;
    sqlx::query("update payment set status = 'failed'").execute(&shop.t.root).await.unwrap();
    let (return_id, inspected) = shop.returned(sent, 1, &tech(&shop)).await;
    assert_eq!(inspected.refund, None);
    let refused = shop.t.try_run(&shop.t.system(), &by_hand(return_id, inspected.inspection, 1)).await.unwrap_err();
    assert_eq!(code(&refused), "refund_nothing_left");
}

mod paying;
