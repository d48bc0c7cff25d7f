use domain::catalog::AddSkus;
use domain::people::Role;
use domain::purchasing::Basis;

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
