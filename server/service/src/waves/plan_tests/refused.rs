//! What cannot be planned is named.

use super::*;

/// PCK-2: an order larger than any cart is left out and named; alone, it is refused by name.
#[tokio::test]
async fn an_order_larger_than_any_cart_is_left_out_by_name() {
    let h = House::open().await;
    let sofa = h.thing("SOFA", [2_000, 900, 800], 40_000).await;
    let large = h.order("W-1", &[(sofa, 1)]).await;
    let cart = Cart::preset("trolley").unwrap();
    let alone = PlanWave { cart, ..h.ask(Chosen::These(vec![large])) };
    assert_eq!(refused(h.planned(&alone).await), "order_larger_than_cart");
    let small = h.order("W-2", &[(h.mug, 1)]).await;
    let planned = h.planned(&PlanWave { cart, ..h.ask(filter(|all| all)) }).await.unwrap();
    assert_eq!(planned.orders, [small]);
    let left = h.receipt(&planned).await.left_out;
    assert!(matches!(&left[0].why, Why::OrderTooLarge { needs: 1_440_000, room: 240_000, .. }), "{left:?}");
    h.whole().await;
}

/// PCK-2: what has no size is no goods, and what holds nothing is no cart. Something smaller than a millilitre takes one.
#[tokio::test]
async fn zero_and_negative_dimensions_are_refused() {
    let h = House::open().await;
    for sides in [[0, 80, 50], [100, -80, 50], [100, 80, 0]] {
        let flat = AddSkus { skus: vec![thing("FLAT", sides, 250)] };
        assert_eq!(refused(h.t.try_run(&h.t.system(), &flat).await), "sku_invalid");
    }
    for weight in [0, -250] {
        let airy = AddSkus { skus: vec![thing("AIRY", [100, 80, 50], weight)] };
        assert_eq!(refused(h.t.try_run(&h.t.system(), &airy).await), "sku_invalid");
    }
    let pin = h.thing("PIN", [4, 4, 4], 1).await;
    h.order("W-1", &[(pin, 3)]).await;
    for (cart, why) in [
        (Cart { volume_ml: Some(0), ..Cart::totes(4) }, "cart_volume_out_of_range"),
        (Cart { weight_g: Some(-1), ..Cart::totes(4) }, "cart_weight_out_of_range"),
        (Cart::totes(0), "slots_out_of_range"),
    ] {
        assert_eq!(refused(h.planned(&PlanWave { cart, ..h.ask(filter(|all| all)) }).await), why);
    }
    let cart = Cart { volume_ml: Some(3), ..Cart::totes(4) };
    let asked = PlanWave { cart, ..h.ask(filter(|all| all)) };
    let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &asked).await.unwrap();
    assert_eq!(preview.carts[0].volume_ml, 3);
    h.whole().await;
}

/// PCK-5: a bin no layout knows is picked last, and named in the receipt; so is one whose aisle does not reach it.
#[tokio::test]
async fn a_bin_with_no_access_point_goes_last_and_is_named() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1), (h.cup, 1)]).await;
    let far = "update bin set y_mm = 99999 where site_id = $1 and code in ('A01-01L-1', 'A04-09R-2')";
    sqlx::query(far).bind(h.site.0).execute(&h.t.root).await.unwrap();
    let planned = h.planned(&PlanWave { release: true, ..h.ask(filter(|all| all)) }).await.unwrap();
    let receipt = h.receipt(&planned).await;
    assert_eq!(receipt.unmapped.len(), 1, "the mug's");
    let sheet = h.sheet(planned.trips[0]).await;
    assert_eq!(sheet.tasks.last().map(|task| &task.bin_code), receipt.unmapped.first());
    h.whole().await;
}

/// PCK-5: a layout that fell apart is refused by name, and nothing is planned on it.
#[tokio::test]
async fn a_disconnected_layout_is_refused() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    let walled = "update site set layout = jsonb_set(layout, '{obstacles}',
        (select jsonb_agg(jsonb_build_object('aisle', a->'no', 'from_mm', 1000, 'to_mm', 2000)) from jsonb_array_elements(layout->'aisles') a))
        where id = $1";
    sqlx::query(walled).bind(h.site.0).execute(&h.t.root).await.unwrap();
    let asked = h.ask(filter(|all| all));
    assert_eq!(refused(h.planned(&asked).await), "layout_disconnected");
    let preview = h.t.db.preview_wave(&h.t.system(), CommandId::mint(), noon(), &asked).await;
    assert_eq!(refused(preview), "layout_disconnected");
    assert_eq!(h.t.count("wave").await, 0);
    h.whole().await;
}

/// PCK-4: no wave without orders, and no order twice in one.
#[tokio::test]
async fn an_empty_wave_and_an_order_named_twice_are_refused() {
    let h = House::open().await;
    assert_eq!(refused(h.planned(&h.ask(filter(|all| all))).await), "nothing_to_pick");
    let order = h.order("W-1", &[(h.mug, 1)]).await;
    assert_eq!(refused(h.planned(&h.ask(Chosen::These(vec![order, order]))).await), "order_twice_in_wave");
    assert_eq!(refused(h.planned(&h.ask(Chosen::These(vec![]))).await), "orders_out_of_range");
    assert_eq!(refused(h.planned(&h.ask(Chosen::These(vec![OrderId::mint()]))).await), "not_found");
    let planned = h.planned(&h.ask(Chosen::These(vec![order]))).await.unwrap();
    let other = h.order("W-2", &[(h.cup, 1)]).await;
    let again = h.planned(&h.ask(Chosen::These(vec![order, other]))).await.unwrap();
    let receipt = h.receipt(&again).await;
    assert_eq!((planned.orders, again.orders), (vec![order], vec![other]));
    assert_eq!((receipt.considered, receipt.left_out[0].why.clone()), (2, Why::NothingToPick));
    h.whole().await;
}

/// Who may not plan at a site is refused before anything is looked at, and nothing is left of it.
#[tokio::test]
async fn who_may_not_plan_is_refused_before_anything_is_drawn() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    let elsewhere = h.t.person(Role::Planner, Some(SiteId::mint()));
    let ended = h.t.db.plan_wave(&elsewhere, CommandId::mint(), noon(), &h.ask(filter(|all| all))).await;
    assert!(matches!(&ended, Err(Failure::Refused(_))));
    assert_eq!(refused(ended), "not_allowed");
    assert_eq!(h.t.count("wave").await, 0);
}
