//! The follower of stock: whatever frees units serves who waits for them.

use super::*;

/// ORD-3, INT-3: goods that come in serve whoever waits; a follower killed before its cursor moved does it again, once.
#[tokio::test]
async fn goods_that_come_in_serve_who_waits_at_least_and_at_most_once() {
    let test = TestDb::new().await;
    let mut leader = leader(&test).await;
    let (site, sku) = (test.site("LDS").await, test.sku("MUG").await);
    let served = async || test.count("command where kind = 'orders.serve_backorders'").await;
    test.receive(site, sku, "A01-01L-1", 1).await;
    assert!(!test.db.follow_stock(test.org, noon()).await.expect("follows"), "nothing is numbered yet");
    stamp_all(&mut leader).await;
    assert!(test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert!(!test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert_eq!(served().await, 1);
    sqlx::query("update follower_cursor set position = 0 where follower = 'backorders'")
        .execute(&test.root)
        .await
        .expect("the cursor goes back");
    stamp_all(&mut leader).await;
    assert!(test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert_eq!(served().await, 1, "the same goods, the same command");
    test.receive(site, sku, "A01-01L-1", 1).await;
    stamp_all(&mut leader).await;
    assert!(test.db.follow_stock(test.org, noon()).await.expect("follows"));
    assert_eq!(served().await, 2);
}

/// Numbers what happened and follows it, until nothing is left to follow.
async fn followed(test: &TestDb, leader: &mut Leader) {
    stamp_all(leader).await;
    while test.db.follow_stock(test.org, noon()).await.expect("follows") {
        stamp_all(leader).await;
    }
}

/// ORD-3: goods that came back and were graded as new go to who waits for them.
#[tokio::test]
async fn goods_graded_for_resale_serve_who_waits() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    let sent = shop.sent(100).await;
    let waits = shop.order(2, NewPayment::Paid { reference: "shop".into() }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Backorder);
    shop.returned(sent, 2, &shop.t.system()).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// ORD-3: goods that came before the money serve the order when the money comes.
#[tokio::test]
async fn a_late_payment_finds_the_goods_that_came_meanwhile() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    shop.sent(100).await;
    let waits = shop.order(2, NewPayment::Capture { authorisation: "late".into() }).await;
    shop.t.receive(shop.site, shop.sku, "A01-01L-1", 5).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::OnHold);
    let payment = shop.t.db.order(&shop.t.system(), waits).await.expect("the order reads").payments[0].payment;
    shop.t.run(&RecordPayments { answers: vec![(payment, Answer::Done { reference: "late".into() })] }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// ORD-3: what a cancelled order gives back serves the next.
#[tokio::test]
async fn a_cancelled_orders_units_serve_who_waits() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    let paid = || NewPayment::Paid { reference: "shop".into() };
    let (has, waits) = (shop.order(100, paid()).await, shop.order(2, paid()).await);
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Backorder);
    shop.t.run(&CancelOrder { order: has, reason: "changed_mind".into() }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// ORD-3: units whose hold ends serve who waits.
#[tokio::test]
async fn units_let_go_of_serve_who_waits() {
    let shop = Shop::open().await;
    let mut leader = leader(&shop.t).await;
    let bin = shop.t.bin(shop.site, "A01-01L-1").await;
    let hold = |hold| HoldUnits {
        sku: shop.sku,
        site: shop.site,
        bin,
        quantity: 100,
        those: Those::default(),
        hold,
        reason: if hold { HoldReason::Investigation } else { HoldReason::Checked }.into(),
        note: String::new(),
    };
    shop.t.run(&hold(true)).await;
    let waits = shop.order(2, NewPayment::Paid { reference: "shop".into() }).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Backorder);
    shop.t.run(&hold(false)).await;
    followed(&shop.t, &mut leader).await;
    assert_eq!(stage(&shop.t, waits).await, Stage::Waiting);
}

/// PCK-6, ORD-3: what a short pick does not find at its own site is found at another.
#[tokio::test]
async fn what_a_short_pick_lacks_is_served_from_another_site() {
    let house = House::open().await;
    let mut leader = leader(&house.t).await;
    let york = house.t.site("YRK").await;
    house.order("W-1", &[(house.cup, 10)]).await;
    let trip = house.wave().await.trips[0];
    house.t.receive(york, house.cup, "A01-01L-1", 5).await;
    followed(&house.t, &mut leader).await;
    let task = house.claim(trip).await.tasks[0].task;
    house.t.try_run(&house.picker, &ShortPick { task, reason: ShortReason::Damaged.into() }).await.expect("it is told");
    followed(&house.t, &mut leader).await;
    assert_eq!(house.t.count(&format!("allocation where site_id = '{york}' and quantity = 5")).await, 1);
}

async fn stage(test: &TestDb, order: OrderId) -> Stage {
    test.db.order(&test.system(), order).await.expect("the order reads").row.stage
}
