//! Asking: what may come back, who decides, under which policy, and where it waits.

use super::*;

/// RET-1, RET-2: a request within the policy is approved at once, moves nothing, and keeps its receipt.
#[tokio::test]
async fn a_request_is_decided_at_once_and_moves_nothing() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let moved = shop.t.count("movement").await;
    let made = shop.back(sent, 2).await;
    assert_eq!(made.outcome, Outcome::Approved);
    assert!(made.number.starts_with("RMA-"));
    assert_eq!(shop.t.count("movement").await, moved);
    assert_eq!(shop.t.count("decision where kind = 'return_policy' and rule_version = 'policy v1'").await, 1);
    assert_eq!(shop.t.count("outbox where topic = 'return.requested'").await, 1);
}

/// RET-1 (peers OCA/rma#204, #268, #418): one return has many lines, and never more than shipped comes back, in however many requests.
#[tokio::test]
async fn no_more_units_come_back_than_were_shipped() {
    let shop = Shop::open().await;
    let sent = shop.sent(3).await;
    let first = shop.back(sent, 2).await;
    let staff = shop.t.person(Role::CustomerService, None);
    let refused = shop.t.try_run(&staff, &asks(sent, 2, Reason::Unwanted, Resolution::Refund)).await.unwrap_err();
    assert_eq!(code(&refused), "quantity_exceeds");
    shop.t.run(&CancelReturn { id: first.id }).await;
    let line = asks(sent, 2, Reason::Unwanted, Resolution::Refund).lines.remove(0);
    let twice = RequestReturn { order: sent.order, lines: vec![line.clone(), line], source: Source::Staff };
    let refused = shop.t.try_run(&staff, &twice).await.unwrap_err();
    assert_eq!(code(&refused), "quantity_exceeds", "the same line twice is summed");
    assert_eq!(shop.back(sent, 3).await.outcome, Outcome::Approved, "a cancelled return lets go");
}

/// RET-1: many at once ask for the same unit; one gets it.
#[tokio::test]
async fn one_unit_is_asked_back_once_however_many_ask() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let system = shop.t.system();
    let asked = asks(sent, 1, Reason::Unwanted, Resolution::Refund);
    let got = futures::future::join_all((0..12).map(|_| shop.t.try_run(&system, &asked))).await;
    assert_eq!(got.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(got.iter().filter_map(|made| made.as_ref().err()).all(|failure| code(failure) == "quantity_exceeds"));
}

/// RET-2: a window that closed while the form was open is judged again at submit, and the denial is kept.
#[tokio::test]
async fn a_stale_window_is_denied_at_submit() {
    let shop = Shop::open().await;
    let sent = shop.sent(1).await;
    let late = noon() + chrono::TimeDelta::days(31);
    let id = domain::ids::CommandId::mint();
    let ask = asks(sent, 1, Reason::Unwanted, Resolution::Refund);
    let made = shop.t.db.run(&shop.t.system(), id, late, &ask).await.unwrap();
    assert_eq!(made.outcome, Outcome::Denied);
    assert!(made.because[0].to_string().contains("ended on"));
    assert_eq!(shop.t.count("return_standing where stage = 'denied'").await, 1);
    let id = domain::ids::CommandId::mint();
    let faulty = asks(sent, 1, Reason::Defective, Resolution::Refund);
    let made = shop.t.db.run(&shop.t.system(), id, late, &faulty).await.unwrap();
    assert_eq!(made.outcome, Outcome::Approved, "a denied request holds no units, and a fault has longer");
}

/// RET-2: a dear return waits for a person; the denial says why.
#[tokio::test]
async fn a_dear_return_is_decided_by_a_person() {
    let shop = Shop::open().await;
    let sent = shop.sent_for(1, Decimal::from(400), "ana@example.com").await;
    let made = shop.back(sent, 1).await;
    assert_eq!(made.outcome, Outcome::Review);
    let staff = shop.t.person(Role::CustomerService, None);
    let decide = |approve, reason: &str| DecideReturn { id: made.id, approve, reason: reason.into(), why: String::new() };
    for (reason, refused) in [("", "reason_missing"), ("Too late", "unknown_reason"), ("too_late", "reason_needed")] {
        assert_eq!(code(&shop.t.try_run(&staff, &decide(false, reason)).await.unwrap_err()), refused, "{reason}");
    }
    assert_eq!(shop.t.count("reason_given").await, 0);
    let own = customer(&shop, sent.order);
    assert_eq!(code(&shop.t.try_run(&own, &decide(true, "")).await.unwrap_err()), "not_allowed");
    assert_eq!(shop.t.try_run(&staff, &decide(true, "")).await.unwrap(), Outcome::Approved);
    assert_eq!(code(&shop.t.try_run(&staff, &decide(true, "")).await.unwrap_err()), "return_wrong_stage");
}

/// RET-1: a portal session reaches its own order only.
#[tokio::test]
async fn a_customer_returns_the_own_order_only() {
    let shop = Shop::open().await;
    let (mine, theirs) = (shop.sent(1).await, shop.sent(1).await);
    let me = customer(&shop, mine.order);
    let refused = shop.t.try_run(&me, &asks(theirs, 1, Reason::Unwanted, Resolution::Refund)).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let made = shop.t.try_run(&me, &asks(mine, 1, Reason::Unwanted, Resolution::Refund)).await.unwrap();
    assert_eq!(shop.t.count("return_request where source = 'portal'").await, 1);
    let other = customer(&shop, theirs.order);
    assert_eq!(code(&shop.t.try_run(&other, &CancelReturn { id: made.id }).await.unwrap_err()), "not_found");
    shop.t.try_run(&me, &CancelReturn { id: made.id }).await.unwrap();
    let history = RequestReturn { source: Source::Import, ..asks(theirs, 1, Reason::Unwanted, Resolution::Refund) };
    let staff = shop.t.person(Role::CustomerService, None);
    assert_eq!(code(&shop.t.try_run(&staff, &history).await.unwrap_err()), "not_allowed");
}

/// GOV-5: policies follow each other; a return keeps the one it was asked under.
#[tokio::test]
async fn policies_follow_each_other_and_old_decisions_keep_theirs() {
    let shop = Shop::open().await;
    let sent = shop.sent(2).await;
    shop.back(sent, 1).await;
    let strict = SetPolicy { policy: Policy { window_days: 0, ..Policy::opening() } };
    let admin = shop.t.person(Role::Admin, None);
    assert_eq!(shop.t.try_run(&admin, &strict).await.unwrap().version, 2);
    assert_eq!(code(&shop.t.try_run(&admin, &strict).await.unwrap_err()), "stale", "two at the same moment overlap");
    assert_eq!(shop.t.count("return_policy where effective_to is not null").await, 1);
    let silly = SetPolicy { policy: Policy { window_days: -1, ..Policy::opening() } };
    assert_eq!(code(&shop.t.try_run(&admin, &silly).await.unwrap_err()), "invalid");
    let now = noon() + chrono::TimeDelta::seconds(1);
    let ask = asks(sent, 1, Reason::Unwanted, Resolution::Refund);
    let made = shop.t.db.run(&shop.t.system(), domain::ids::CommandId::mint(), now, &ask).await.unwrap();
    assert_eq!(made.outcome, Outcome::Denied);
    assert_eq!(shop.t.count("return_request r join return_policy p on p.id = r.policy_id where p.version = 1").await, 1);
}

/// RET-9: the queue counts what stands at each stage and what stands there too long; each row says since when.
#[tokio::test]
async fn the_queue_shows_stages_and_their_age() {
    let shop = Shop::open().await;
    let (waiting, arrived) = (shop.sent(1).await, shop.sent(2).await);
    shop.back(waiting, 1).await;
    let made = shop.back(arrived, 2).await;
    let receipt = shop.received(made.lines[0], 2).await;
    let staff = shop.t.person(Role::CustomerService, None);
    let late = noon() + chrono::TimeDelta::hours(25);
    let asked = |filter: QueueFilter, at| {
        let (db, staff) = (shop.t.db.clone(), staff.clone());
        async move { db.returns_queue(&staff, &filter, at).await.unwrap() }
    };
    let queue = asked(QueueFilter::default(), late).await;
    let count = |stage| queue.stages.iter().find(|count| count.stage == stage).map(|count| (count.returns, count.late)).unwrap();
    assert_eq!((count(Stage::Awaiting), count(Stage::ToInspect)), ((1, 0), (1, 1)));
    assert_eq!((queue.rows.len(), queue.total), (2, 2));
    let only = asked(QueueFilter { late_only: true, ..QueueFilter::default() }, late).await;
    assert_eq!(only.rows.iter().map(|row| &row.number).collect::<Vec<_>>(), [&made.number]);
    let found = asked(QueueFilter { find: made.number.to_lowercase(), ..QueueFilter::default() }, noon()).await;
    assert_eq!(found.total, 1);
    let none = asked(QueueFilter { reason: Some(Reason::Defective), ..QueueFilter::default() }, noon()).await;
    assert_eq!(none.total, 0);
    let tech = shop.t.person(Role::ReturnsTech, Some(shop.site));
    shop.t.try_run(&tech, &graded(receipt, 2, Grade::A)).await.unwrap();
    let sheet = shop.t.db.return_sheet(&staff, &made.number).await.unwrap();
    assert_eq!((sheet.row.stage, sheet.inspections.len(), sheet.refunds.len()), (Stage::Refunding, 1, 1));
    assert_eq!(sheet.because[0].to_string(), "Within the policy.");
}
