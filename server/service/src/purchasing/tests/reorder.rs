use chrono::TimeDelta;
use domain::floor::{PackOrders, PickTrips};
use domain::ids::PurchaseId;
use domain::purchasing::reorder::{DraftReorder, Level, SetReorderLevel};
use domain::purchasing::{SendPurchase, SetPrice};
use rust_decimal::Decimal;

use super::{Shop, tried};
use crate::testkit::noon;
use crate::verify::business;

async fn priced(shop: &Shop) {
    for (sku, min_quantity, cents) in [("MUG", 1, 400), ("MUG", 50, 300), ("CUP", 1, 250)] {
        let price = SetPrice { supplier: shop.supplier, sku: sku.into(), min_quantity, unit_cost: Some(Decimal::new(cents, 2)) };
        shop.t.try_run(&shop.planner, &price).await.unwrap();
    }
}

fn level(shop: &Shop, sku: &str, min: i32, max: i32) -> SetReorderLevel {
    SetReorderLevel { site: shop.site, sku: sku.into(), level: Some(Level { min, max }) }
}

fn draft(shop: &Shop) -> DraftReorder {
    DraftReorder { id: PurchaseId::mint(), supplier: shop.supplier, site: shop.site }
}

async fn web(shop: &Shop) {
    let (id, code, name) = (domain::ids::ChannelId::mint(), "web".into(), "Web".into());
    shop.t.run(&domain::orders::OpenChannel { id, code, name, promise_hours: 24 }).await;
}

/// IN-8: reorder proposal → approved order → receipt: what is below its least is proposed, one press makes the draft, with the price list's
/// step and a receipt that says why; what is ordered is not proposed again.
#[tokio::test]
async fn a_proposal_becomes_a_draft_with_one_press() {
    let shop = Shop::open().await;
    priced(&shop).await;
    shop.t.receive(shop.site, shop.mug, "A01-01L-1", 5).await;
    for set in [level(&shop, "mug", 10, 60), level(&shop, "CUP", 0, 12)] {
        shop.t.try_run(&shop.planner, &set).await.unwrap();
    }
    let board = shop.t.db.reorder_board(&shop.planner, Some(shop.site), noon()).await.unwrap();
    let (order, site, due) = &board.orders[0];
    let lines: Vec<_> = order.lines.iter().map(|line| (line.code.as_str(), line.have, line.quantity, line.unit_cost)).collect();
    assert_eq!(lines, [("CUP", 0, 12, Decimal::new(250, 2)), ("MUG", 5, 55, Decimal::from(3))]);
    assert_eq!((order.total, site.as_str(), *due), (Decimal::from(195), "LDS", noon().date_naive() + TimeDelta::days(14)));
    let written = shop.t.try_run(&shop.planner, &draft(&shop)).await.unwrap();
    let sheet = shop.t.db.purchase(&shop.planner, &written.number, noon()).await.unwrap();
    assert_eq!((sheet.row.total, sheet.lines.len(), sheet.decisions.len()), (Decimal::from(195), 2, 1));
    assert_eq!(shop.t.count("decision where kind = 'reorder' and rule_version = 'reorder/1'").await, 1);
    assert!(shop.t.db.reorder_board(&shop.planner, None, noon()).await.unwrap().orders.is_empty(), "the draft counts as coming");
    assert_eq!(tried(&shop, &shop.planner, &draft(&shop)).await, ("reorder_not_proposed", 409, None));
    shop.t.try_run(&shop.planner, &SendPurchase { id: written.id, seen: written.revision }).await.unwrap();
    shop.receive(written.id, &[("MUG", 55), ("CUP", 12)]).await;
    assert!(
        shop.t.db.reorder_board(&shop.planner, None, noon()).await.unwrap().orders.is_empty(),
        "and so does what stands at the dock"
    );
    shop.whole().await;
}

/// IN-8: without a level it is told by what sells, and by what customers wait for; what nobody sells is said, not ordered.
#[tokio::test]
async fn what_sells_and_what_is_waited_for_is_proposed() {
    let shop = Shop::open().await;
    web(&shop).await;
    shop.t.receive(shop.site, shop.mug, "A01-01L-1", 10).await;
    let sold = business::order(&shop.t, shop.mug, 7).await;
    let trips = business::walk(&shop.t, shop.site, &[sold]).await;
    shop.t.run(&PickTrips { trips }).await;
    let parcels = shop.t.run(&PackOrders { site: shop.site, orders: vec![sold] }).await;
    business::ship(&shop.t, shop.site, &parcels).await;
    business::order(&shop.t, shop.mug, 5).await;
    // Three are there and promised, two are waited for; seven sell in a week. Nobody sells mugs yet.
    let board = shop.t.db.reorder_board(&shop.planner, None, noon()).await.unwrap();
    assert!(board.orders.is_empty());
    let unsold: Vec<_> = board.unsourced.iter().map(|(one, _)| (one.code.as_str(), one.have, one.point)).collect();
    assert_eq!((board.weeks, unsold), (1, vec![("MUG", -2, 7)]));
    priced(&shop).await;
    let board = shop.t.db.reorder_board(&shop.planner, None, noon()).await.unwrap();
    let line = &board.orders[0].0.lines[0];
    // Two weeks to come and four to last: 42, and the two.
    assert_eq!((line.target, line.quantity, line.for_price), (42, 50, true), "44 at 4.00 cost more than 50 at 3.00");
    let inactive = domain::purchasing::SaveSupplier {
        id: shop.supplier,
        code: "NP".into(),
        name: "Northern Potteries".into(),
        email: String::new(),
        lead_days: 14,
        over_percent: None,
        active: false,
    };
    shop.t.try_run(&shop.planner, &inactive).await.unwrap();
    assert_eq!(tried(&shop, &shop.planner, &draft(&shop)).await.0, "reorder_not_proposed");
}

/// IN-8: two presses at once make one draft; who may not buy, or not here, makes none.
#[tokio::test]
async fn two_presses_make_one_draft() {
    let shop = Shop::open().await;
    priced(&shop).await;
    shop.t.try_run(&shop.planner, &level(&shop, "MUG", 10, 20)).await.unwrap();
    let (one, other) = (draft(&shop), draft(&shop));
    let both = tokio::join!(shop.t.try_run(&shop.planner, &one), shop.t.try_run(&shop.planner, &other));
    assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|ok| **ok).count(), 1);
    assert_eq!(shop.t.count("purchase_order").await, 1);
    assert_eq!(tried(&shop, &shop.receiver, &draft(&shop)).await.0, "not_allowed");
    let elsewhere = shop.t.person(domain::people::Role::Planner, Some(shop.t.site("LYN").await));
    assert_eq!(tried(&shop, &elsewhere, &draft(&shop)).await.0, "not_allowed");
    assert!(shop.t.db.reorder_board(&elsewhere, Some(shop.site), noon()).await.is_err());
    assert_eq!(tried(&shop, &shop.planner, &level(&shop, "MUG", 5, 4)).await, ("reorder_level", 422, Some("max")));
    assert_eq!(tried(&shop, &shop.planner, &level(&shop, "NOPE", 1, 4)).await, ("unknown_sku", 422, Some("sku")));
    let gone = SetReorderLevel { level: None, ..level(&shop, "MUG", 0, 1) };
    shop.t.try_run(&shop.planner, &gone).await.unwrap();
    assert_eq!(shop.t.count("reorder_level").await, 0);
}
