use domain::floor::{ClaimTrip, PackOrders, PickUnits, PutBack, PutBackRow};
use domain::ids::SiteId;
use domain::orders::stage::Stage;
use domain::people::Role;
use domain::reasons::Given;
use domain::waves::labour::{SplitWave, TakenBack};
use domain::waves::{CancelWave, ReleaseWave, Status};

use crate::floor::tests::{House, code, full};

pub(super) async fn holds(h: &House) {
    let broken: Vec<_> = h.t.db.verify(h.t.org).await.unwrap().into_iter().filter(|check| !check.holds()).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    h.books_agree().await;
}

fn back(row: &PutBackRow, quantity: i32) -> PutBack {
    PutBack { task: row.task, bin_code: row.bin_code.clone(), item_code: row.sku_code.clone(), quantity }
}

/// PCK-4: carts nobody has begun become a wave of their own; every allocation and every task stays as it was.
#[tokio::test]
async fn a_split_wave_keeps_every_task_and_allocation() {
    let h = House::open().await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    for n in 0..4 {
        h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 1)]).await;
    }
    let planned = h.t.run(&h.plan(1)).await;
    let (begun, free) = (planned.trips[0], planned.trips[1..].to_vec());
    h.claim(begun).await;
    let allocations = "allocation a join pick_task k on k.order_line_id = a.order_line_id and k.bin_id = a.bin_id";
    let before = h.t.count(allocations).await;
    let split = |trips: &[_]| SplitWave { wave: planned.wave, trips: trips.to_vec() };
    let refused = async |command: &SplitWave| code(&h.t.try_run(&planner, command).await.unwrap_err());
    assert_eq!(refused(&split(&[])).await, "no_trip_chosen");
    assert_eq!(refused(&split(&[begun])).await, "trip_begun");
    assert_eq!(refused(&split(&[domain::ids::TripId::mint()])).await, "not_found");
    let elsewhere = h.t.person(Role::Planner, Some(SiteId::mint()));
    assert_eq!(code(&h.t.try_run(&elsewhere, &split(&free)).await.unwrap_err()), "not_allowed");
    let done = h.t.try_run(&planner, &split(&free[1..])).await.unwrap();
    assert_eq!(done.trips, 2);
    assert_eq!(refused(&split(&free[1..])).await, "not_found");
    let rows = h.t.db.waves(&planner, Some(h.site)).await.unwrap();
    let row = |wave| rows.iter().find(|row| row.wave == wave).unwrap().clone();
    let (kept, new) = (row(planned.wave), row(done.wave));
    assert_eq!((kept.trips, kept.status(), new.trips, new.status()), (2, Status::Released, 2, Status::Planned));
    assert_eq!((kept.metres + new.metres, kept.metres_fifo + new.metres_fifo), (planned.metres, planned.metres_fifo));
    assert_eq!(h.t.count(allocations).await, before);
    // Off the floor until it is released.
    assert_eq!(code(&h.t.try_run(&h.picker, &ClaimTrip { trip: free[2] }).await.unwrap_err()), "wave_not_released");
    h.t.run(&ReleaseWave { wave: done.wave, reason: Given::default() }).await;
    h.t.try_run(&h.picker, &ClaimTrip { trip: free[2] }).await.unwrap();
    // The last cart cannot leave its wave, begun or not.
    assert_eq!(refused(&SplitWave { wave: done.wave, trips: free[1..].to_vec() }).await, "trip_begun");
    holds(&h).await;
}

/// PCK-4: amid picking, what is in totes becomes tasks to put back: item and bin are scanned, it stays its order's, and all of it can be
/// waved again.
#[tokio::test]
async fn what_a_cancelled_wave_left_in_totes_goes_back_to_its_bin() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 3), (h.cup, 2)]).await;
    let planned = h.wave().await;
    let sheet = h.claim(planned.trips[0]).await;
    let of = |sku| sheet.tasks.iter().find(|task| task.sku == sku).unwrap();
    // All the cups, one of the mugs.
    let (cups, mugs) = (full(of(h.cup), "LDS-T001"), PickUnits { quantity: 1, ..full(of(h.mug), "LDS-T001") });
    for pick in [&cups, &mugs] {
        h.t.try_run(&h.picker, pick).await.unwrap();
    }
    assert!(h.t.db.put_backs(&h.picker, None).await.unwrap().is_empty(), "nothing goes back while the wave is walked");
    assert_eq!(h.t.run(&CancelWave { wave: planned.wave }).await, TakenBack { units: 2, to_put_back: 3 });
    holds(&h).await;
    let rows = h.t.db.put_backs(&h.picker, Some(h.site)).await.unwrap();
    assert_eq!(rows.iter().map(|row| (row.sku, row.quantity, row.tote_code.as_str())).collect::<Vec<_>>().len(), 2);
    let row = |sku| rows.iter().find(|row| row.sku == sku).unwrap();
    let (cup, mug) = (row(h.cup), row(h.mug));
    assert_eq!((cup.quantity, mug.quantity, cup.tote_code.as_str()), (2, 1, "LDS-T001"));
    let refused = async |command: PutBack| code(&h.t.try_run(&h.picker, &command).await.unwrap_err());
    assert_eq!(refused(PutBack { bin_code: mug.bin_code.clone(), ..back(cup, 1) }).await, "wrong_scan");
    assert_eq!(refused(PutBack { item_code: "MUG-EAN".into(), ..back(cup, 1) }).await, "wrong_scan");
    assert_eq!(refused(back(cup, 3)).await, "too_many_back");
    let elsewhere = h.t.person(Role::Picker, Some(SiteId::mint()));
    assert_eq!(code(&h.t.try_run(&elsewhere, &back(cup, 1)).await.unwrap_err()), "not_allowed");
    // Anyone who picks here may, not only who picked it; two at once put it back once.
    let other = h.t.person(Role::Picker, Some(h.site));
    let (both, same) = (back(cup, 2), back(cup, 2));
    let (one, two) = tokio::join!(h.t.try_run(&other, &both), h.t.try_run(&h.picker, &same));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
    assert_eq!(h.t.count("pick_task where done_at is null and cancelled_at is null").await, 0, "no list of a dead wave is open");
    h.t.try_run(&other, &back(mug, 1)).await.unwrap();
    assert!(h.t.db.put_backs(&h.picker, None).await.unwrap().is_empty());
    assert_eq!(refused(back(mug, 1)).await, "nothing_to_unpick");
    assert_eq!(
        h.t.count("(select sum(quantity) from allocation where lpn_id = '00000000-0000-0000-0000-000000000000') a where sum = 5")
            .await,
        1
    );
    assert_eq!(h.stage(order).await, Stage::Waiting);
    assert_eq!(h.wave().await.units, 5, "all of it is waved again");
    holds(&h).await;
}

/// PCK-4: a wave cancelled before anybody walks it leaves nothing to put back; what is packed meanwhile is not put back either.
#[tokio::test]
async fn what_is_packed_or_was_never_picked_is_not_put_back() {
    let h = House::open().await;
    let early = h.order("W-1", &[(h.mug, 2)]).await;
    let planned = h.wave().await;
    assert_eq!(h.t.run(&CancelWave { wave: planned.wave }).await, TakenBack { units: 2, to_put_back: 0 });
    let late = h.order("W-2", &[(h.cup, 2)]).await;
    let planned = h.wave().await;
    assert_eq!(planned.orders.len(), 2);
    let sheet = h.claim(planned.trips[0]).await;
    let task = sheet.tasks.iter().find(|task| task.sku == h.cup).unwrap();
    h.t.try_run(&h.picker, &full(task, &format!("LDS-T{:03}", task.slot))).await.unwrap();
    assert_eq!(h.t.run(&CancelWave { wave: planned.wave }).await, TakenBack { units: 2, to_put_back: 2 });
    h.t.run(&PackOrders { site: h.site, orders: vec![late] }).await;
    assert!(h.t.db.put_backs(&h.picker, None).await.unwrap().is_empty());
    let back = PutBack { task: task.task, bin_code: task.bin_code.clone(), item_code: "CUP".into(), quantity: 1 };
    assert_eq!(code(&h.t.try_run(&h.picker, &back).await.unwrap_err()), "nothing_to_unpick");
    assert_eq!((h.stage(late).await, h.stage(early).await), (Stage::Packed, Stage::Waiting));
    holds(&h).await;
}
