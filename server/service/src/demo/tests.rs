use super::Size;
use crate::testkit::{TestDb, noon};

const SMALL: Size = Size { days: 14, skus: 150, orders: 30 };

/// The demo is the same every time, is told through production's commands, and leaves the books in balance.
#[tokio::test]
async fn the_demo_is_told_whole_and_adds_up() {
    let t = TestDb::new().await;
    let told = t.db.demo(noon(), SMALL, &|_, _| {}).await.unwrap();
    assert!(t.db.has_demo().await.unwrap());
    assert!(told.orders > 250 && told.returns > 20 && told.refunds > 0, "{told:?}");
    let demo = "org_id in (select id from org where slug = 'demo')";
    assert_eq!(t.count(&format!("person where {demo}")).await, 9);
    assert!(t.count(&format!("pick_task where {demo} and done_at is null")).await > 0, "a wave is under way");
    assert!(t.count(&format!("exception_case where {demo} and resolved_at is null")).await > 0);
    let org = t.db.org_by_slug("demo").await.unwrap().unwrap();
    let books = t.db.trial_balance(&domain::people::Caller::system(org, "test")).await.unwrap();
    assert_eq!(books.inventory, books.layers);
    let other = TestDb::new().await;
    let again = other.db.demo(noon(), SMALL, &|_, _| {}).await.unwrap();
    assert_eq!(format!("{told:?}"), format!("{again:?}"));
}
