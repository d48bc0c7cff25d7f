use std::collections::HashSet;

use domain::counts::{
    BeginCount, CountFilter, CountItem, Counted, FinishCount, LeaveCount, PlanCounts, Programme, SetProgramme, Status, Why,
};
use domain::ids::{CountId, PersonId, SiteId, SkuId};
use domain::people::{Actor, Caller, Grant, Role};
use domain::refusal::Named;
use rust_decimal::Decimal;

use crate::Failure;
use crate::floor::tests::{House, code, full};
use crate::testkit::noon;

mod adjusting;
mod counting;
mod gone;
mod planning;
mod units;

/// Somebody with these roles here, who is another person at each call.
fn hand(h: &House, roles: &[Role]) -> Caller {
    let grants = roles.iter().map(|role| Grant { role: *role, site: Some(h.site) }).collect();
    Caller { org: h.t.org, who: Actor::Person { id: PersonId::mint(), name: "Ana".into(), grants, device: "tablet".into() } }
}

async fn begin(h: &House, who: &Caller, bin: &str) -> crate::Result<CountId> {
    h.t.try_run(who, &BeginCount { site: h.site, bin_code: bin.into() }).await
}

async fn item(h: &House, who: &Caller, count: CountId, sku: SkuId, quantity: i32) -> crate::Result<()> {
    h.t.try_run(who, &CountItem { count, sku, quantity, marks: domain::lots::Marks::default(), label: String::new() }).await
}

async fn finish(h: &House, who: &Caller, count: CountId) -> Status {
    let Counted { status, .. } = h.t.try_run(who, &FinishCount { count }).await.expect("the round ends");
    status
}

/// Counts a bin of one SKU from its label to the end.
async fn count(h: &House, who: &Caller, bin: &str, sku: SkuId, quantity: i32) -> (CountId, Status) {
    let count = begin(h, who, bin).await.expect("the bin can be counted");
    item(h, who, count, sku, quantity).await.expect("it is taken down");
    (count, finish(h, who, count).await)
}

async fn set(h: &House, change: impl FnOnce(&mut Programme)) {
    let mut programme = Programme::opening();
    change(&mut programme);
    h.t.run(&SetProgramme { site: h.site, programme }).await;
}

/// Every invariant holds.
async fn whole(h: &House) {
    let broken: Vec<_> =
        h.t.db.verify(h.t.org).await.expect("it can be asked").into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:?}");
    h.books_agree().await;
}

async fn on_hand(h: &House, bin: &str, state: &str) -> i64 {
    let bin = h.t.bin(h.site, bin).await;
    let query = format!("select coalesce(sum(on_hand), 0)::bigint from balance where bin_id = '{bin}' and state = '{state}'");
    sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&h.t.root).await.expect("the balance reads")
}

fn refused<T: std::fmt::Debug>(ended: crate::Result<T>) -> (&'static str, u16) {
    match ended.expect_err("it is refused") {
        Failure::Refused(refusal) => (refusal.code(), refusal.status()),
        other => panic!("broken: {other}"),
    }
}
