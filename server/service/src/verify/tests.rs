use sqlx::AssertSqlSafe;

use super::Check;
use super::business::Business;
use crate::testkit::TestDb;

async fn breached(t: &TestDb) -> Vec<Check> {
    t.db.verify(t.org).await.expect("the checks run").into_iter().filter(|check| !check.holds()).collect()
}

/// OPS-1: a business that went through every stage breaks nothing.
#[tokio::test]
async fn a_business_that_went_through_every_stage_is_whole() {
    let b = Business::open().await;
    let broken = breached(&b.t).await;
    assert!(broken.is_empty(), "{broken:#?}");
    assert_eq!(b.t.count("refund where status = 'paid'").await, 1, "there was money to check");
}
