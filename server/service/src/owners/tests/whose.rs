//! Units nobody says the owner of, where it cannot be told, and goods that do not travel.

use domain::ids::{OwnerId, SiteTransferId};
use domain::lots::Marks;
use domain::owners::AddOwner;
use domain::people::Role;
use domain::transfers::{ApproveTransfer, AskedUnits, LoadTransfer, RequestTransfer, ScannedUnits};

use super::House;

/// INV-6 ✗: where two clients have the same item at one spot, a correction that does not say whose is refused and changes nothing; once
/// our own stand there too, they are meant.
#[tokio::test]
async fn units_of_two_clients_are_not_corrected_by_guessing() {
    let h = House::open().await;
    h.shop.t.run(&AddOwner { id: OwnerId::mint(), code: "BOLT".into(), name: "Bolt".into() }).await;
    h.comes("ACME", "", 2).await;
    h.comes("BOLT", "", 3).await;
    for units in [1, -1] {
        assert_eq!(h.refused(&h.adjusts("DOCK", units)).await, ("whose_units", 409, None), "{units}");
    }
    assert_eq!((h.theirs("true").await, h.units("true").await), (2, 5));
    h.comes("", "", 4).await;
    h.shop.t.run(&h.adjusts("DOCK", -1)).await;
    assert_eq!((h.theirs("true").await, h.units("true").await), (2, 8), "one of our own is gone");
    h.shop.whole().await;
}

/// PLN-1 ✗: a client's goods are not loaded for another site, however many of our own are free: that is refused by the client's code, and
/// what goes is our own.
#[tokio::test]
async fn a_clients_goods_do_not_travel() {
    let h = House::open().await;
    let (t, site) = (&h.shop.t, h.shop.site);
    let lyon = t.site("LYN").await;
    h.comes("", "A01-01L-1", 5).await;
    h.comes("ACME", "A01-01R-1", 10).await;
    let lines = vec![AskedUnits { sku: h.shop.mug, quantity: 3 }];
    let asked = RequestTransfer { id: SiteTransferId::mint(), from: site, to: lyon, lines, note: String::new() };
    t.try_run(&t.person(Role::Planner, Some(lyon)), &asked).await.expect("as much of our own is free");
    t.try_run(&h.shop.supervisor, &ApproveTransfer { transfer: asked.id }).await.expect("another approves it");
    let load = |bin: &str| LoadTransfer {
        transfer: asked.id,
        units: vec![ScannedUnits { bin_code: bin.into(), item_code: "MUG".into(), quantity: 3, marks: Marks::default() }],
        last: true,
    };
    assert_eq!(h.refused(&load("A01-01R-1")).await, ("own_goods_only", 409, None));
    t.run(&load("A01-01L-1")).await;
    assert_eq!((h.theirs("true").await, h.units("state = 'in_transit'").await), (10, 3));
    assert_eq!(h.theirs("state = 'in_transit'").await, 0);
    h.shop.whole().await;
}
