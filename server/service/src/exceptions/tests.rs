//! The queue of what needs a person: who sees it, who has it, what closing it does.

use domain::exceptions::{ClaimException, ExceptionFilter, ExceptionRow, Kind, ResolveException};
use domain::ids::{ChannelId, ExceptionId, PersonId, SiteId};
use domain::orders::{OpenChannel, PlaceOrders, ServeBackorders};
use domain::people::{Caller, Permission, Role};
use domain::refusal::Named;
use serde_json::Value;
use uuid::Uuid;

use super::{Case, raise};
use crate::Failure;
use crate::testkit::{TestDb, new_order, noon};

fn code<T: std::fmt::Debug>(ended: crate::Result<T>) -> &'static str {
    match ended.expect_err("it is refused") {
        Failure::Refused(refusal) => refusal.code(),
        other => panic!("broken: {other}"),
    }
}

async fn raised(t: &TestDb, kind: &'static str, site: Option<SiteId>) -> ExceptionId {
    let subject = Uuid::now_v7();
    let mut tx = t.db.read(&t.system(), Permission::LiveView, None).await.expect("a transaction");
    let case = Case { kind, subject, site, summary: format!("{kind} trouble"), detail: Value::Null };
    raise(&mut tx, &[case]).await.expect("it is raised");
    tx.commit().await.expect("it commits");
    let id = sqlx::query_scalar("select id from exception_case where subject_id = $1").bind(subject).fetch_one(&t.root).await;
    ExceptionId(id.expect("the case is there"))
}

async fn open(t: &TestDb, reader: &Caller) -> Vec<ExceptionRow> {
    t.db.exceptions(reader, &ExceptionFilter::default(), noon()).await.expect("the queue reads").rows
}

/// ORD-8, GOV-1: the queue is typed, and shows a reader their own sites' cases.
#[tokio::test]
async fn a_reader_sees_the_cases_of_their_sites() {
    let t = TestDb::new().await;
    let (leeds, york) = (t.site("LDS").await, t.site("YRK").await);
    raised(&t, "count_due", Some(leeds)).await;
    raised(&t, "refund_failed", None).await;
    let planner = t.person(Role::Planner, None);
    let due = ExceptionFilter { kind: Some(Kind::CountDue), ..ExceptionFilter::default() };
    let queue = t.db.exceptions(&planner, &due, noon()).await.expect("the queue reads");
    assert_eq!((queue.rows.len(), queue.total), (1, 1));
    assert_eq!(queue.rows[0].site.as_deref(), Some("LDS"));
    assert_eq!(queue.counts, [(Kind::RefundFailed, 1), (Kind::CountDue, 1)]);
    let elsewhere = t.person(Role::Planner, Some(york));
    let kinds: Vec<Kind> = open(&t, &elsewhere).await.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [Kind::RefundFailed]);
    let there = ExceptionFilter { site: Some(york), ..ExceptionFilter::default() };
    let kinds = t.db.exceptions(&planner, &there, noon()).await.expect("the queue reads");
    assert_eq!(kinds.rows.iter().map(|row| row.kind).collect::<Vec<_>>(), [Kind::RefundFailed]);
    assert_eq!(kinds.counts, [(Kind::RefundFailed, 1)]);
    let not_theirs = ExceptionFilter { site: Some(leeds), ..ExceptionFilter::default() };
    assert_eq!(code(t.db.exceptions(&elsewhere, &not_theirs, noon()).await), "not_allowed");
    let picker = t.db.exceptions(&t.person(Role::Picker, None), &ExceptionFilter::default(), noon()).await;
    assert_eq!(code(picker), "not_allowed");
}

/// ORD-8: a case has one owner; it is taken over knowingly or not at all, and closed by its owner with words, once.
#[tokio::test]
async fn a_case_has_one_owner_who_closes_it() {
    let t = TestDb::new().await;
    let site = t.site("LDS").await;
    let id = raised(&t, "count_due", Some(site)).await;
    let (ana, ben) = (t.person(Role::Supervisor, Some(site)), t.person(Role::Supervisor, None));
    t.try_run(&ana, &ClaimException { id, from: PersonId::NIL }).await.expect("Ana takes it");
    assert_eq!(code(t.try_run(&ben, &ClaimException { id, from: PersonId::NIL }).await), "exception_claimed");
    let done = ResolveException { id, resolution: "Counted: 3 were behind the rack.".to_owned() };
    assert_eq!(code(t.try_run(&ben, &done).await), "exception_not_yours");
    assert!(open(&t, &ana).await[0].own && !open(&t, &ben).await[0].own);
    t.try_run(&ben, &ClaimException { id, from: ana.person() }).await.expect("Ben takes it over");
    assert_eq!(code(t.try_run(&ben, &ResolveException { id, resolution: " ".to_owned() }).await), "resolution_needed");
    t.try_run(&ben, &done).await.expect("Ben closes it");
    assert_eq!(code(t.try_run(&ana, &done).await), "exception_resolved");
    let resolved =
        t.db.exceptions(&ana, &ExceptionFilter { resolved: true, ..ExceptionFilter::default() }, noon())
            .await
            .expect("the queue reads")
            .rows;
    assert_eq!((resolved.len(), resolved[0].resolution.as_str()), (1, done.resolution.as_str()));
    assert_eq!(t.count("audit where kind = 'exceptions.resolve' and not refused and subject_kind = 'exception'").await, 1);
}

/// ORD-8: a page nobody can reach is empty, and no breakdown.
#[tokio::test]
async fn a_page_beyond_the_last_is_empty() {
    let t = TestDb::new().await;
    let shop = t.system();
    for page in [i64::MAX, i64::MIN] {
        t.db.exceptions(&shop, &ExceptionFilter { page, ..ExceptionFilter::default() }, noon()).await.expect("the queue reads");
        t.db.refund_list(&shop, None, page).await.expect("the refunds read");
        t.db.inventory(&shop, "", "", page).await.expect("the inventory reads");
        let filter = domain::returns::QueueFilter { page, ..Default::default() };
        t.db.returns_queue(&shop, &filter, noon()).await.expect("the returns read");
    }
}

/// GOV-1: a supervisor of another site neither takes nor closes it.
#[tokio::test]
async fn a_case_is_its_sites_own() {
    let t = TestDb::new().await;
    let (leeds, york) = (t.site("LDS").await, t.site("YRK").await);
    let id = raised(&t, "short_pick", Some(leeds)).await;
    let elsewhere = t.person(Role::Supervisor, Some(york));
    assert_eq!(code(t.try_run(&elsewhere, &ClaimException { id, from: PersonId::NIL }).await), "not_allowed");
    let done = ResolveException { id, resolution: "No".to_owned() };
    assert_eq!(code(t.try_run(&elsewhere, &done).await), "not_allowed");
    assert_eq!(code(t.try_run(&t.person(Role::Packer, None), &done).await), "not_allowed");
}

/// ORD-8: closing an order's case opens its gates again; what is still wrong is raised anew.
#[tokio::test]
async fn a_cause_that_stands_is_raised_anew() {
    let t = TestDb::new().await;
    let (site, sku) = (t.site("LDS").await, t.sku("MUG").await);
    t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    let placed = t.run(&PlaceOrders { orders: vec![new_order("W-1", &[(sku, 2)])] }).await.remove(0);
    let planner = t.person(Role::Planner, None);
    let before = open(&t, &planner).await;
    assert_eq!(before.iter().map(|row| row.kind).collect::<Vec<_>>(), [Kind::Backorder]);
    assert_eq!(before[0].order.as_deref(), Some(placed.number.as_str()));
    let done = ResolveException { id: before[0].id, resolution: "The supplier says tomorrow.".into() };
    t.try_run(&planner, &done).await.expect("it is closed");
    let after = open(&t, &planner).await;
    assert!(after.len() == 1 && after[0].id != before[0].id, "still nothing to send: {after:?}");
    t.receive(site, sku, "A01-01L-1", 5).await;
    t.run(&ServeBackorders { skus: None }).await;
    assert_eq!(open(&t, &planner).await, [], "goods that came in closed it");
    assert_eq!(t.count("allocation").await, 1, "the order has its units");
}
