//! Units that are told apart: an inspection judges and releases its own, whatever else stands in the bin.

use domain::counts::adjust::{AdjustStock, Why};
use domain::ids::{PurchaseId, SkuId};
use domain::lots::Policy;
use domain::purchasing::Arrived;
use domain::stock::State;

use super::*;
use crate::lots::tests::{LOT, SERIAL, of_lot, of_serials};
use crate::testkit::new_sku;

/// The item of the labels below.
const GTIN: &str = "4006381333931";

/// A shop that buys something told apart, all of it to be inspected.
async fn told_apart(code: &str, policy: Policy) -> (Shop, SkuId) {
    let shop = Shop::open().await;
    let new = domain::catalog::NewSku { barcodes: vec![(GTIN.to_owned(), 1)], ..new_sku(code) };
    let sku = new.id;
    shop.t.run(&domain::catalog::AddSkus { skus: vec![new] }).await;
    shop.t.run(&SetTracking { sku, policy }).await;
    shop.t.try_run(&shop.planner, &plan(code, How::All, 0)).await.unwrap();
    (shop, sku)
}

/// An order of so many came in with these marks; answers the inspection it opened.
async fn came(shop: &Shop, code: &str, arrived: Vec<(i32, Marks)>) -> GoodsInspectionId {
    let known: Vec<GoodsInspectionId> = waiting(shop).await.iter().map(|row| row.id).collect();
    let order: PurchaseId = shop.ordered(&[(code, arrived.iter().map(|(units, _)| units).sum())]).await;
    let arrived = arrived.into_iter().map(|(units, marks)| Arrived { marks, ..Arrived::good(code, units) }).collect();
    let receive = ReceivePurchase { bin: "A01-01L-1".into(), arrived, ..Shop::arrival(order, &[]) };
    shop.t.try_run(&shop.receiver, &receive).await.expect("it comes in");
    waiting(shop).await.into_iter().map(|row| row.id).find(|id| !known.contains(id)).expect("an inspection is open")
}

/// Units in a state, by the code of their lot or serial.
async fn standing(shop: &Shop, state: &str) -> Vec<(String, i64)> {
    sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "select coalesce(s.code, t.code), sum(b.on_hand)::bigint from balance b left join lot t on t.id = b.lot_id
         left join serial s on s.id = b.serial_id where b.state = '{state}' and b.on_hand > 0 group by 1 order by 1"
    )))
    .fetch_all(&shop.t.root)
    .await
    .unwrap()
}

fn units(of: &[(&str, i64)]) -> Vec<(String, i64)> {
    of.iter().map(|(code, units)| ((*code).to_owned(), *units)).collect()
}

/// IN-3 ✗: what is released is what was judged: an older lot that waits for its own inspection in the same bin stays on hold.
#[tokio::test]
async fn an_inspection_releases_its_own_lot_and_no_older_one() {
    let (shop, _) = told_apart("SERUM", LOT).await;
    let older = came(&shop, "SERUM", vec![(4, of_lot("L1", 30))]).await;
    let newer = came(&shop, "SERUM", vec![(3, of_lot("L2", 90))]).await;
    shop.t.try_run(&shop.receiver, &good(newer, "SERUM", 3)).await.expect("its only lot says itself");
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(newer)).await.unwrap(), 3);
    assert_eq!(standing(&shop, "sellable").await, units(&[("L2", 3)]));
    assert_eq!(standing(&shop, "held").await, units(&[("L1", 4)]), "nobody has judged these");
    // And it condemns its own.
    let third = came(&shop, "SERUM", vec![(2, of_lot("L3", 120))]).await;
    shop.t.try_run(&shop.receiver, &bad(third, "SERUM", 2, Condition::Damaged, Some(Fault::Broken))).await.unwrap();
    assert_eq!(standing(&shop, "damaged").await, units(&[("L3", 2)]));
    shop.t.try_run(&shop.receiver, &good(older, "SERUM", 4)).await.unwrap();
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(older)).await.unwrap(), 4);
    assert!(standing(&shop, "held").await.is_empty());
    shop.whole().await;
}

/// IN-3: of several lots in one inspection each verdict says which; what is not of it is refused.
#[tokio::test]
async fn of_several_lots_a_verdict_says_which() {
    let (shop, _) = told_apart("SERUM", LOT).await;
    let other = came(&shop, "SERUM", vec![(2, of_lot("L9", 10))]).await;
    let id = came(&shop, "SERUM", vec![(4, of_lot("L1", 30)), (3, of_lot("L2", 90))]).await;
    let mut apart = waiting(&shop).await.into_iter().find(|row| row.id == id).unwrap().apart;
    apart.sort();
    assert_eq!(apart, ["L1", "L2"]);
    let broken = |quantity, lot: &str| JudgeUnits {
        marks: Marks { lot: lot.into(), ..Marks::default() },
        ..bad(id, "SERUM", quantity, Condition::Damaged, Some(Fault::Broken))
    };
    let who = &shop.receiver;
    assert_eq!(tried(&shop, who, &good(id, "SERUM", 2)).await, ("lot_missing", 422, Some("lot")));
    assert_eq!(tried(&shop, who, &broken(1, "L9")).await, ("lot_elsewhere", 409, Some("lot")));
    assert_eq!(tried(&shop, who, &broken(4, "L2")).await, ("inspect_too_many", 422, Some("quantity")));
    assert_eq!(shop.t.count("goods_verdict").await, 0);
    shop.t.try_run(who, &broken(2, "l2")).await.unwrap();
    assert_eq!(standing(&shop, "damaged").await, units(&[("L2", 2)]));
    // A label says it by itself: the item, and its lot.
    let label = |lot: &str| format!("01{:0>14}17{}10{lot}", GTIN, "991231");
    shop.t.try_run(who, &good(id, &label("L2"), 1)).await.unwrap();
    assert_eq!(tried(&shop, who, &good(id, &label("L2"), 1)).await.0, "lot_elsewhere", "all of it is judged");
    shop.t.try_run(who, &good(id, &format!("(01)0{GTIN}(10)L1"), 4)).await.unwrap();
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(id)).await.unwrap(), 5);
    assert_eq!(standing(&shop, "sellable").await, units(&[("L1", 4), ("L2", 1)]));
    assert_eq!(standing(&shop, "held").await, units(&[("L9", 2)]));
    assert!(waiting(&shop).await.iter().any(|row| row.id == other));
    shop.whole().await;
}

/// IN-3 ✗: the serial that is broken is the one that is set apart; each is judged once.
#[tokio::test]
async fn the_serial_that_fails_is_the_one_that_was_named() {
    let (shop, _) = told_apart("METER", SERIAL).await;
    let other = came(&shop, "METER", vec![(1, of_serials(&["S0"]))]).await;
    let id = came(&shop, "METER", vec![(3, of_serials(&["S1", "S2", "S3"]))]).await;
    let who = &shop.receiver;
    let fault = Some(Fault::Broken);
    let broken =
        |code: &str, serials: &[&str]| JudgeUnits { marks: of_serials(serials), ..bad(id, code, 1, Condition::Damaged, fault) };
    assert_eq!(tried(&shop, who, &broken("METER", &[])).await, ("serials_wanted", 422, Some("serials")));
    assert_eq!(tried(&shop, who, &broken("METER", &["S0"])).await, ("serial_elsewhere", 409, Some("serials")));
    shop.t.try_run(who, &broken(&format!("(01)0{GTIN}(21)S3"), &[])).await.expect("the label names it");
    assert_eq!(standing(&shop, "damaged").await, units(&[("S3", 1)]));
    shop.t.try_run(who, &JudgeUnits { marks: of_serials(&["s2"]), ..good(id, "METER", 1) }).await.unwrap();
    assert_eq!(tried(&shop, who, &broken("METER", &["S2"])).await.0, "serial_elsewhere", "S2 has passed");
    shop.t.try_run(who, &good(id, "METER", 1)).await.expect("only one is left");
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(id)).await.unwrap(), 2);
    assert_eq!(standing(&shop, "sellable").await, units(&[("S1", 1), ("S2", 1)]));
    assert_eq!(standing(&shop, "held").await, units(&[("S0", 1)]));
    assert!(waiting(&shop).await.iter().any(|row| row.id == other));
    shop.whole().await;
}

/// IN-3 ✗: what a count lost is not made up from what others hold in the same bin, and nobody releases a lot in the place of another.
#[tokio::test]
async fn what_others_hold_is_not_swept_along() {
    let shop = Shop::open().await;
    shop.t.try_run(&shop.planner, &plan("MUG", How::All, 0)).await.unwrap();
    let first = came(&shop, "MUG", vec![(5, Marks::default())]).await;
    came(&shop, "MUG", vec![(5, Marks::default())]).await;
    let lost = AdjustStock {
        site: shop.site,
        bin_code: "QUARANTINE".into(),
        sku_code: "MUG".into(),
        marks: Marks::default(),
        state: State::Held,
        units: -2,
        reason: Why::Stolen.into(),
        note: String::new(),
    };
    shop.t.run(&lost).await;
    shop.t.try_run(&shop.receiver, &good(first, "MUG", 5)).await.unwrap();
    assert_eq!(shop.t.try_run(&shop.supervisor, &release(first)).await.unwrap(), 3);
    assert_eq!(promise(&shop).await, 3, "the five that wait still wait");
    shop.whole().await;
}
