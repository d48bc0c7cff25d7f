use domain::floor::{PackOrders, PutBack};
use domain::ids::{OrderId, SiteId};
use domain::orders::stage::Stage;
use domain::people::Role;
use domain::reasons::Given;
use domain::waves::labour::part::PartOrders;
use domain::waves::{CancelWave, ReleaseWave, Status};

use super::take_back::holds;
use crate::floor::tests::{House, code, full};

const ALLOCATED: &str = "(select sum(quantity) from allocation) a where sum =";

/// PCK-4: before picking, orders leave into a wave of their own: their tasks end, both waves are walked anew, their slots and totes are
/// free, every unit stays allocated, and the new wave is picked like any other.
#[tokio::test]
async fn orders_leave_a_wave_before_it_is_picked() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    let mut orders = Vec::new();
    for n in 0..4 {
        orders.push(h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 1)]).await);
    }
    let planned = h.t.run(&h.plan(4)).await;
    h.claim(planned.trips[0]).await;
    let part = |orders: &[OrderId]| PartOrders { wave: planned.wave, orders: orders.to_vec() };
    let parted = h.t.try_run(&planner, &part(&orders[..2])).await.unwrap();
    assert_eq!((parted.orders, parted.units, parted.to_put_back), (2, 4, 0));
    assert_eq!(h.t.count(&format!("{ALLOCATED} 8")).await, 1);
    let rows = h.t.db.waves(&planner, Some(h.site)).await.unwrap();
    let row = |wave| rows.iter().find(|row| row.wave == wave).unwrap().clone();
    let (kept, new) = (row(planned.wave), row(parted.wave));
    assert_eq!((kept.orders, kept.units, kept.status()), (2, 4, Status::Released));
    assert_eq!((new.orders, new.units, new.status()), (2, 4, Status::Planned));
    assert!(kept.metres <= planned.metres && new.metres > 0, "{kept:?} {new:?}");
    assert!(h.t.db.wave_receipt(&planner, parted.wave).await.unwrap().is_some());
    // The tablet sees two totes less, and a list without gaps.
    let sheet = h.sheet(planned.trips[0]).await;
    assert_eq!((sheet.slots.len(), sheet.tasks.len()), (2, 4));
    let map = h.t.db.wave_map(&planner, planned.wave, crate::testkit::noon()).await.unwrap();
    assert_eq!(map.trips.iter().map(|trip| trip.units).sum::<i32>(), 4);
    holds(&h).await;
    // What left is picked by another cart with the same totes.
    for task in &sheet.tasks {
        h.t.try_run(&h.picker, &full(task, &format!("LDS-T{:03}", task.slot))).await.unwrap();
    }
    h.t.run(&PackOrders { site: h.site, orders: orders[2..].to_vec() }).await;
    h.t.run(&ReleaseWave { wave: parted.wave, reason: Given::default() }).await;
    let trip = h.t.db.wave_map(&planner, parted.wave, crate::testkit::noon()).await.unwrap().trips[0].trip;
    for task in h.claim(trip).await.tasks {
        h.t.try_run(&h.picker, &full(&task, &format!("LDS-T{:03}", task.slot))).await.unwrap();
    }
    h.t.run(&PackOrders { site: h.site, orders: orders[..2].to_vec() }).await;
    for order in orders {
        assert_eq!(h.stage(order).await, Stage::Packed);
    }
    holds(&h).await;
}

/// PCK-4: amid picking, what is left of an order goes into the new wave; what is in its tote waits to be put back, and stays its order's.
#[tokio::test]
async fn orders_leave_a_wave_amid_picking() {
    let h = House::open().await;
    let begun = h.order("W-1", &[(h.mug, 3), (h.cup, 1)]).await;
    let other = h.order("W-2", &[(h.cup, 2)]).await;
    let planned = h.wave().await;
    let sheet = h.claim(planned.trips[0]).await;
    let numbers: Vec<_> = sheet.slots.iter().map(|slot| slot.order_number.clone()).collect();
    let mine = h.t.db.order(&h.t.system(), begun).await.unwrap().row.number;
    assert!(numbers.contains(&mine));
    let task = sheet.tasks.iter().find(|task| task.sku == h.mug).unwrap();
    let tote = format!("LDS-T{:03}", task.slot);
    h.t.try_run(&h.picker, &domain::floor::PickUnits { quantity: 1, ..full(task, &tote) }).await.unwrap();
    let parted = h.t.run(&PartOrders { wave: planned.wave, orders: vec![begun] }).await;
    assert_eq!((parted.orders, parted.units, parted.to_put_back), (1, 3, 1));
    assert_eq!(h.t.count(&format!("{ALLOCATED} 6")).await, 1);
    holds(&h).await;
    // Its list is closed on the cart that had it; the other order's goes on.
    assert_eq!(code(&h.t.try_run(&h.picker, &full(task, &tote)).await.unwrap_err()), "task_done");
    let rows = h.t.db.put_backs(&h.picker, Some(h.site)).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.sku, row.quantity, row.tote_code.as_str())).collect::<Vec<_>>(),
        [(h.mug, 1, tote.as_str())]
    );
    let back = PutBack { task: rows[0].task, bin_code: rows[0].bin_code.clone(), item_code: "MUG".into(), quantity: 1 };
    h.t.try_run(&h.picker, &back).await.unwrap();
    assert!(h.t.db.put_backs(&h.picker, None).await.unwrap().is_empty());
    for task in h.sheet(planned.trips[0]).await.tasks.iter().filter(|task| task.quantity_picked == 0 && !task.done) {
        h.t.try_run(&h.picker, &full(task, &format!("LDS-T{:03}", task.slot))).await.unwrap();
    }
    h.t.run(&PackOrders { site: h.site, orders: vec![other] }).await;
    assert_eq!(h.stage(other).await, Stage::Packed);
    // A new wave can be cancelled like any other, and all of the order is waved again.
    h.t.run(&CancelWave { wave: parted.wave }).await;
    assert_eq!(h.wave().await.units, 4);
    holds(&h).await;
}

/// PCK-4: who may not leave says why, and nothing changes.
#[tokio::test]
async fn who_may_not_leave_a_wave_stays() {
    let h = House::open().await;
    let (one, two) = (h.order("W-1", &[(h.mug, 1)]).await, h.order("W-2", &[(h.cup, 1)]).await);
    let planned = h.wave().await;
    let later = h.order("W-3", &[(h.cup, 1)]).await;
    let part = |orders: &[OrderId]| PartOrders { wave: planned.wave, orders: orders.to_vec() };
    let planner = h.t.person(Role::Planner, Some(h.site));
    let refused = async |command: &PartOrders| code(&h.t.try_run(&planner, command).await.unwrap_err());
    assert_eq!(refused(&part(&[])).await, "no_order_chosen");
    assert_eq!(refused(&part(&[later])).await, "not_found");
    assert_eq!(refused(&part(&[OrderId::mint()])).await, "not_found");
    assert_eq!(refused(&part(&[one, two])).await, "no_order_would_stay");
    assert_eq!(refused(&PartOrders { wave: domain::ids::WaveId::mint(), orders: vec![one] }).await, "not_found");
    let elsewhere = h.t.person(Role::Planner, Some(SiteId::mint()));
    assert_eq!(code(&h.t.try_run(&elsewhere, &part(&[one])).await.unwrap_err()), "not_allowed");
    assert_eq!(code(&h.t.try_run(&h.picker, &part(&[one])).await.unwrap_err()), "not_allowed");
    let sheet = h.claim(planned.trips[0]).await;
    let task = sheet.tasks.iter().find(|task| task.sku == h.mug).unwrap();
    h.t.try_run(&h.picker, &full(task, &format!("LDS-T{:03}", task.slot))).await.unwrap();
    assert_eq!(refused(&part(&[one])).await, "order_picked");
    h.t.run(&PackOrders { site: h.site, orders: vec![one] }).await;
    assert_eq!(refused(&part(&[one])).await, "order_packed");
    let before = h.t.count("pick_task where cancelled_at is null").await;
    assert_eq!(before, 2);
    assert_eq!(h.t.count("wave").await, 1);
    h.t.run(&CancelWave { wave: planned.wave }).await;
    assert_eq!(refused(&part(&[two])).await, "wave_is_cancelled");
    holds(&h).await;
}

/// PCK-4: two planners at once: the order leaves once.
#[tokio::test]
async fn two_planners_part_an_order_off_once() {
    let h = House::open().await;
    let one = h.order("W-1", &[(h.mug, 1)]).await;
    h.order("W-2", &[(h.cup, 1)]).await;
    let planned = h.wave().await;
    let (first, second) = (h.t.person(Role::Planner, Some(h.site)), h.t.person(Role::Planner, Some(h.site)));
    let part = PartOrders { wave: planned.wave, orders: vec![one] };
    let (a, b) = tokio::join!(h.t.try_run(&first, &part), h.t.try_run(&second, &part));
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
    assert_eq!(h.t.count("wave").await, 2);
    holds(&h).await;
}
