use domain::catalog::card::{Card, Naming, SaveSku};
use domain::catalog::{AddSkus, sheet};
use domain::ids::{LandedId, SkuId};
use domain::people::Role;
use domain::purchasing::{AllocateLanded, Basis, Charge, ChargeKind};

use super::*;
use crate::testkit::new_sku;

/// IN-7: one charge, shared out by weight, by volume, by quantity and by value, each to the cent.
#[tokio::test]
async fn a_charge_is_shared_out_on_each_basis() {
    let shop = Shop::open().await;
    // A mug weighs 250 g and takes 400 ml; an anvil four times and half of that.
    let anvil = domain::catalog::NewSku { weight_g: 1_000, height_mm: 25, ..new_sku("ANVIL") };
    shop.t.run(&AddSkus { skus: vec![anvil] }).await;
    let order = shop.ordered(&[("MUG", 10), ("ANVIL", 5)]).await;
    let receipt = shop.receive(order, &[("MUG", 10), ("ANVIL", 5)]).await.number;
    let clerk = shop.t.person(Role::Finance, None);
    let shares = async |basis| {
        let preview = shop.t.db.landed_preview(&clerk, &receipt, basis, Decimal::from(10)).await.unwrap();
        preview.shares.iter().map(|share| (share.sku_code.clone(), share.amount)).collect::<Vec<_>>()
    };
    let of = |mugs, anvils| vec![("MUG".to_owned(), Decimal::new(mugs, 2)), ("ANVIL".to_owned(), Decimal::new(anvils, 2))];
    assert_eq!(shares(Basis::Weight).await, of(333, 667), "2.5 kg and 5 kg");
    assert_eq!(shares(Basis::Volume).await, of(800, 200), "4 l and 1 l");
    assert_eq!(shares(Basis::Quantity).await, of(667, 333));
    assert_eq!(shares(Basis::Value).await, of(667, 333), "all cost the same");
}

/// IN-7, MDM-1 ✗: what nobody has weighed bears no share by weight; by its value, or by shares that are given, it does.
#[tokio::test]
async fn nothing_is_shared_by_a_guessed_weight() {
    let shop = Shop::open().await;
    let clerk = shop.t.person(Role::Finance, None);
    let card = Card { naming: Naming { name: "Vase".into(), ..sheet::blank("VASE").naming }, ..sheet::blank("VASE") };
    shop.t.run(&SaveSku { id: SkuId::mint(), card, seen: None, note: String::new() }).await;
    let order = shop.ordered(&[("MUG", 10), ("VASE", 5)]).await;
    let receipt = shop.receive(order, &[("MUG", 10), ("VASE", 5)]).await.number;
    let preview = async |basis| shop.t.db.landed_preview(&clerk, &receipt, basis, Decimal::from(10)).await;
    for basis in [Basis::Weight, Basis::Volume] {
        assert_eq!(crate::floor::tests::code(&preview(basis).await.unwrap_err()), "unmeasured");
    }
    assert_eq!(preview(Basis::Quantity).await.unwrap().shares.len(), 2);
    let charges = vec![Charge { kind: ChargeKind::Freight, amount: Decimal::from(10) }];
    let shares = Some(vec![Decimal::from(4), Decimal::from(6)]);
    let id = LandedId::mint();
    let landed = AllocateLanded { id, receipt, basis: Basis::Weight, charges, shares: None, reference: String::new() };
    assert_eq!(tried(&shop, &clerk, &landed).await, ("unmeasured", 409, Some("basis")));
    shop.t.try_run(&clerk, &AllocateLanded { shares, ..landed }).await.unwrap();
    shop.whole().await;
}
