use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::{Size, same};
use crate::testkit::{TestDb, noon};

/// Orders of the client's.
const CLIENTS: &str = "owner_id <> '00000000-0000-0000-0000-000000000000'";
const SMALL: Size = Size { days: 14, skus: 150, orders: 30 };

/// The demo is the same every time, is told through production's commands, and leaves the books in balance.
#[tokio::test]
async fn the_demo_is_told_whole_and_adds_up() {
    let t = TestDb::new().await;
    let told = t.db.demo(noon(), SMALL, &|_, _| {}).await.unwrap();
    assert!(t.db.has_demo().await.unwrap());
    assert!(told.orders > 250 && told.returns > 20 && told.refunds > 0, "{told:?}");
    let demo = "org_id in (select id from org where slug = 'demo')";
    assert_eq!(t.count(&format!("person where {demo}")).await, 16);
    assert_eq!(t.count(&format!("shift where {demo} and ends_at > '{}' and starts_at < '{}'", noon(), noon())).await, 3);
    assert!(t.count(&format!("pick_task where {demo} and done_at is null")).await > 0, "a wave is under way");
    assert!(t.count(&format!("exception_case where {demo} and resolved_at is null")).await > 0);
    let theirs = format!(
        "parcel p where p.{demo} and shipped_at is not null and order_id in (select id from sales_order where {CLIENTS})"
    );
    assert!(t.count(&theirs).await >= 4, "a client's goods are sold");
    assert!(t.count(&format!("sales_order where {demo} and {CLIENTS}")).await >= 8);
    let org = t.db.org_by_slug("demo").await.unwrap().unwrap();
    let client = t.db.owners(&domain::people::Caller::system(org, "test")).await.unwrap().remove(0);
    assert!(client.units > 100 && (client.bins, client.expected) == (4, 1) && client.open_orders > 0, "{client:?}");
    let books = t.db.trial_balance(&domain::people::Caller::system(org, "test")).await.unwrap();
    assert_eq!(books.inventory, books.layers);
    let other = TestDb::new().await;
    let again = other.db.demo(noon(), SMALL, &|_, _| {}).await.unwrap();
    assert_eq!(format!("{told:?}"), format!("{again:?}"));
    same::assert_same(&same::tables(&t, org).await, &same::tables(&other, org).await);
}

/// A telling that was broken off is told to its end, and is then the demo it would have been.
#[tokio::test]
async fn an_interrupted_demo_is_told_to_its_end() {
    let size = Size { days: 6, skus: 60, orders: 12 };
    let t = TestDb::new().await;
    let half = CancellationToken::new();
    let progress = |day: i64, _: i64| {
        if day == 3 {
            half.cancel();
        }
    };
    let broken_off = Box::pin(half.run_until_cancelled(t.db.demo(noon(), size, &progress))).await;
    assert!(broken_off.is_none(), "it stops half way");
    assert!(!t.db.has_demo().await.unwrap(), "half a demo is none");
    let org = t.db.org_by_slug("demo").await.unwrap().unwrap();
    assert!(!t.db.orgs().await.unwrap().contains(&org), "nobody works on half a demo");
    let orders = t.count(&format!("sales_order where org_id = '{org}'")).await;
    assert!(orders > 0);
    // Some time later.
    let told = t.db.demo(noon() + TimeDelta::hours(30), size, &|_, _| {}).await.unwrap();
    assert!(t.db.has_demo().await.unwrap() && t.db.orgs().await.unwrap().contains(&org));
    assert!(t.count(&format!("sales_order where org_id = '{org}'")).await > orders);
    let broken: Vec<_> = t.db.verify(org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    let other = TestDb::new().await;
    let whole = other.db.demo(noon(), size, &|_, _| {}).await.unwrap();
    assert_eq!(format!("{told:?}"), format!("{whole:?}"));
    same::assert_same(&same::tables(&t, org).await, &same::tables(&other, org).await);
}
