use super::*;

fn ask() -> PlanWave {
    PlanWave {
        site: SiteId::mint(),
        orders: Chosen::Most(10),
        method: Method::Cluster,
        cart: Cart::totes(8),
        pickers: 2,
        rounds: Rounds::default(),
        release: false,
    }
}

/// PCK-2: what no cart is, and what nobody can ask for, is refused beside its field.
#[test]
fn what_nobody_can_ask_for_is_refused_by_name() {
    use crate::refusal::Named;
    let twice = OrderId::mint();
    let cart = |cart| PlanWave { cart, ..ask() };
    let orders = |orders| PlanWave { orders, ..ask() };
    for (asked, code, field) in [
        (cart(Cart::totes(0)), "slots_out_of_range", "slots"),
        (cart(Cart::totes(37)), "slots_out_of_range", "slots"),
        (cart(Cart { volume_ml: Some(0), ..Cart::totes(8) }), "cart_volume_out_of_range", "volume"),
        (cart(Cart { volume_ml: Some(-1), ..Cart::totes(8) }), "cart_volume_out_of_range", "volume"),
        (cart(Cart { weight_g: Some(0), ..Cart::totes(8) }), "cart_weight_out_of_range", "weight"),
        (cart(Cart { weight_g: Some(i32::MAX), ..Cart::totes(8) }), "cart_weight_out_of_range", "weight"),
        (PlanWave { pickers: 0, ..ask() }, "pickers_out_of_range", "pickers"),
        (PlanWave { rounds: Rounds { heavy_from_g: Some(-1), ..Rounds::default() }, ..ask() }, "heavy_out_of_range", "heavy"),
        (orders(Chosen::Most(0)), "orders_out_of_range", "orders"),
        (orders(Chosen::Filtered(Filter::most(ORDERS_MAX + 1))), "orders_out_of_range", "orders"),
        (orders(Chosen::These(vec![])), "orders_out_of_range", "orders"),
        (orders(Chosen::These(vec![twice, OrderId::mint(), twice])), "order_twice_in_wave", "orders"),
    ] {
        let refusal = asked.check().expect_err(code);
        assert_eq!((refusal.code(), refusal.field()), (code, Some(field)));
    }
    assert_eq!(ask().check(), Ok(()));
}

/// PCK-2: carts that can be chosen are carts that can be used, and totes limit whoever sorts while picking.
#[test]
fn presets_are_carts() {
    for (code, words, cart) in Cart::PRESETS {
        assert!(words.ends_with(&cart.words()), "{words}");
        assert_eq!(cart.check(), Ok(()));
        assert_eq!(Cart::preset(code), Some(cart));
        assert_eq!(cart.rooms(Method::Cluster).most().totes, i64::from(cart.slots));
        assert_eq!(cart.rooms(Method::Batch).most().totes, i64::MAX);
    }
    assert_eq!(Cart::totes(4).rooms(Method::Batch).most().totes, 4, "something has to limit");
    assert_eq!(Cart::preset("sleigh"), None);
}
