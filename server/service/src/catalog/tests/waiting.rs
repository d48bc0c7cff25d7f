//! Edits of what somebody else owns, wherever they are made.

use domain::catalog::changes::Edit;
use domain::catalog::kits::{KitPart, SetKit};
use domain::catalog::slotting::Slotting;
use domain::lots::{Policy, SetTracking};
use domain::putaway::SetHandling;
use domain::reasons::Given;
use domain::replenish::{ForwardPick, SetForwardPicks};
use domain::sites::places::{Hazard, StorageClass};

use super::*;

/// MDM-3: what belongs to a card is no less its owner's where it is said elsewhere: storage and class.
#[tokio::test]
async fn no_way_leads_around_the_owner() {
    let h = House::open().await;
    let (sku, site) = (h.t.sku("MUG").await, h.t.site("LDS").await);
    let cold = SetHandling { sku, class: StorageClass::Chilled, hazard: Hazard::None };
    assert_eq!(h.t.try_run(&h.finance, &cold).await.unwrap().waits[0].2, Role::Supervisor);
    let again = h.t.try_run(&h.finance, &cold).await.unwrap();
    assert_eq!(h.t.count("sku_change where status = 'pending'").await, 1, "asked again it is that one: {again:?}");
    assert_eq!(h.card(sku).await.warehouse.storage, StorageClass::Ambient);
    assert_eq!(h.t.try_run(&h.supervisor, &cold).await.unwrap().applied, [Group::Warehouse]);
    assert_eq!(h.card(sku).await.warehouse.storage, StorageClass::Chilled);
    let bin = h.t.bin(site, "A01-01L-1").await;
    let rule = ForwardPick { bin, sku: h.t.sku("CUP").await, min: 5, max: 20, slotting: Some(Slotting::A) };
    let (planner, picks) = (h.t.person(Role::Planner, None), SetForwardPicks { site, rules: vec![rule] });
    h.t.try_run(&planner, &picks).await.unwrap();
    assert_eq!(h.card(rule.sku).await.warehouse.slotting, Slotting::Unclassed);
    h.t.try_run(&h.supervisor, &picks).await.unwrap();
    assert_eq!(h.card(rule.sku).await.warehouse.slotting, Slotting::A);
}

/// MDM-3: what a kit is made of and how units are told apart have owners too: another's edit waits, is agreed to as what it was asked of,
/// and is refused where it could not be done.
#[tokio::test]
async fn another_edit_of_a_kit_or_of_tracking_waits() {
    let h = House::open().await;
    let (mug, set) = (h.t.sku("MUG").await, h.t.sku("SET").await);
    let kit = |quantity| SetKit { kit: set, parts: vec![KitPart { sku: mug, quantity }] };
    let parts = async || h.t.db.kit(&h.admin, set).await.unwrap().iter().map(|part| part.quantity).collect::<Vec<_>>();
    let waiting = async || h.t.db.sku_changes(&h.admin, Some(Status::Pending), 1).await.unwrap().rows;
    let agree = |id| DecideChange { id, approve: true, reason: Given::default() };
    let saved = h.t.try_run(&h.supervisor, &kit(2)).await.unwrap();
    assert_eq!((saved.applied.len(), saved.waits[0].0, saved.waits[0].2), (0, Group::Kit, Role::Admin));
    assert_eq!(h.t.try_run(&h.supervisor, &kit(2)).await.unwrap().waits, saved.waits, "asked again it is that one");
    assert_eq!(code(h.t.try_run(&h.supervisor, &kit(0)).await), "kit_invalid");
    assert!(parts().await.is_empty());
    let asked = waiting().await.remove(0);
    assert_eq!(Edit::differs(&asked.before, &asked.after), [("Made of", "no parts".into(), "2 × MUG".into())]);
    assert_eq!(code(h.t.try_run(&h.finance, &agree(asked.id)).await), "not_the_owner");
    h.t.try_run(&h.admin, &agree(asked.id)).await.unwrap();
    assert_eq!(parts().await, [2]);
    // It was asked of a kit that is another one now.
    h.t.try_run(&h.supervisor, &kit(3)).await.unwrap();
    assert_eq!(h.t.try_run(&h.admin, &kit(4)).await.unwrap().applied, [Group::Kit]);
    assert_eq!(code(h.t.try_run(&h.admin, &agree(waiting().await[0].id)).await), "stale");
    assert_eq!(parts().await, [4]);

    let by_lot = SetTracking { sku: mug, policy: Policy { lot: true, ..Policy::default() } };
    let saved = h.t.try_run(&h.finance, &by_lot).await.unwrap();
    assert_eq!((saved.waits[0].0, saved.waits[0].2), (Group::Tracking, Role::Supervisor));
    let asked = waiting().await.into_iter().find(|row| row.after.group() == Group::Tracking).unwrap();
    // Goods that came meanwhile could not be told apart: it cannot be agreed to any more.
    let site = h.t.site("LDS").await;
    h.t.receive(site, mug, "A01-01L-1", 1).await;
    assert_eq!(code(h.t.try_run(&h.supervisor, &agree(asked.id)).await), "tracked_on_hand");
    assert_eq!(h.t.db.tracking(&h.finance, mug).await.unwrap().policy, Policy::default());
}
