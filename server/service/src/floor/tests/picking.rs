use domain::floor::pick;

use super::*;

/// PCK-1: a wrong bin, item or tote, or too many, is refused by name, and nothing has changed.
#[tokio::test]
async fn a_wrong_scan_changes_nothing() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 2)]).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    let right = full(&sheet.tasks[0], "LDS-T001");
    let refused = async |pick: PickUnits| code(&h.pick(&pick).await.unwrap_err());
    assert_eq!(refused(PickUnits { bin_code: "A02-05R-1".into(), ..right.clone() }).await, "wrong_scan");
    assert_eq!(refused(PickUnits { item_code: "CUP-EAN".into(), ..right.clone() }).await, "wrong_scan");
    assert_eq!(refused(PickUnits { tote_code: "LDS-T002".into(), ..right.clone() }).await, "wrong_scan");
    assert_eq!(refused(PickUnits { quantity: 3, ..right.clone() }).await, "too_many");
    assert_eq!(h.sheet(trip).await, sheet);
    assert_eq!(h.moved("pick").await, 0);
    let picked = h.pick(&right).await.unwrap();
    assert_eq!((picked.quantity_picked, picked.quantity_left, picked.trip_left), (2, 0, 0));
    assert_eq!(refused(right).await, "task_done");
    h.books_agree().await;
}

/// PCK-1: one scan of a case counts its six units.
#[tokio::test]
async fn a_case_is_picked_by_one_scan() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 6)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let hand = pick::Hand { bin: Some(task.bin_code.clone()), ..pick::Hand::default() };
    let pick::Heard::Next(hand, pick::Step::Tote) = pick::hear(&task, Some("LDS-T001"), &hand, "mug-case").unwrap() else {
        panic!("the tote is next");
    };
    let pick::Heard::Send(send) = pick::hear(&task, Some("LDS-T001"), &hand, "LDS-T001").unwrap() else {
        panic!("it is sent");
    };
    let picked = h.pick(&send).await.unwrap();
    assert_eq!((picked.quantity_picked, picked.quantity_left), (6, 0));
    assert_eq!(h.t.count("movement where reason = 'pick' and quantity = 6").await, 1);
    h.books_agree().await;
}

/// PCK-2: a tote holds one order; one that is in use, or unknown, is refused; without one nothing is picked.
#[tokio::test]
async fn a_tote_is_bound_to_one_order() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1)]).await;
    h.order("W-2", &[(h.cup, 1)]).await;
    let planned = h.t.run(&h.plan(1)).await;
    let (one, two) = (planned.trips[0], planned.trips[1]);
    h.t.try_run(&h.picker, &ClaimTrip { trip: one }).await.unwrap();
    let bare = full(&h.sheet(one).await.tasks[0], "LDS-T001");
    assert_eq!(code(&h.pick(&bare).await.unwrap_err()), "tote_missing");
    let bind = |trip, code: &str| BindTote { trip, slot: 1, code: code.into() };
    assert_eq!(code(&h.t.try_run(&h.picker, &bind(one, "NOPE")).await.unwrap_err()), "unknown_tote");
    h.t.try_run(&h.picker, &bind(one, " lds-t001")).await.unwrap();
    h.t.try_run(&h.picker, &bind(one, "LDS-T001")).await.expect("again is the same");
    let other = h.t.person(Role::Picker, Some(h.site));
    assert_eq!(code(&h.t.try_run(&other, &bind(two, "LDS-T002")).await.unwrap_err()), "trip_not_yours");
    h.t.try_run(&other, &ClaimTrip { trip: two }).await.unwrap();
    assert_eq!(code(&h.t.try_run(&other, &bind(two, "LDS-T001")).await.unwrap_err()), "tote_in_use");
    h.pick(&bare).await.unwrap();
    assert_eq!(code(&h.t.try_run(&other, &bind(two, "LDS-T001")).await.unwrap_err()), "tote_in_use", "now it holds goods");
}

/// PCK-2 (peers OCA/wms PR 536, 724): a trip is one person's until it is left; a person from another site may not even look.
#[tokio::test]
async fn a_second_tablet_is_refused() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 2)]).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    let other = h.t.person(Role::Picker, Some(h.site));
    assert_eq!(code(&h.t.try_run(&other, &ClaimTrip { trip }).await.unwrap_err()), "trip_taken");
    let pick = PickUnits { quantity: 1, ..full(&sheet.tasks[0], "LDS-T001") };
    assert_eq!(code(&h.t.try_run(&other, &pick).await.unwrap_err()), "trip_taken");
    h.pick(&pick).await.unwrap();
    h.t.try_run(&h.picker, &LeaveTrip { trip }).await.unwrap();
    assert_eq!(code(&h.pick(&pick).await.unwrap_err()), "trip_not_yours");
    h.t.try_run(&other, &ClaimTrip { trip }).await.unwrap();
    assert_eq!(h.t.try_run(&other, &pick).await.unwrap().trip_left, 0, "what was picked stays picked");
    let elsewhere = h.t.person(Role::Picker, Some(SiteId::mint()));
    assert_eq!(code(&h.t.db.trip_sheet(&elsewhere, trip).await.unwrap_err()), "not_allowed");
    assert_eq!(code(&h.t.try_run(&elsewhere, &ClaimTrip { trip }).await.unwrap_err()), "not_allowed");
}

/// PCK-1: the same scan sent twice, at once, under one command id takes the units once. Peer openboxes/openboxes#229: one bin was picked
/// from over and over.
#[tokio::test]
async fn twins_pick_once() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 3)]).await;
    let trip = h.wave().await.trips[0];
    let pick = PickUnits { quantity: 1, ..full(&h.claim(trip).await.tasks[0], "LDS-T001") };
    let id = CommandId::mint();
    let twins = (0..6).map(|_| h.t.db.run(&h.picker, id, noon(), &pick));
    for twin in futures::future::join_all(twins).await {
        assert_eq!(twin.unwrap().quantity_picked, 1);
    }
    assert_eq!(h.t.count("movement where reason = 'pick' and quantity = 1").await, 1);
    let apart = (0..6).map(|_| h.t.db.run(&h.picker, CommandId::mint(), noon(), &pick));
    let done = futures::future::join_all(apart).await.into_iter().flatten().count();
    assert_eq!(done, 2, "two were left; the rest is refused");
    h.books_agree().await;
}

/// PCK-1: undo puts the units back where they were, by a movement of its own.
#[tokio::test]
async fn undo_returns_the_units_to_their_bin() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 2)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    h.pick(&full(&task, "LDS-T001")).await.unwrap();
    assert_eq!(h.stage(order).await, Stage::Packing);
    let undo = |quantity| UnpickUnits { task: task.task, quantity };
    assert_eq!(code(&h.t.try_run(&h.picker, &undo(3)).await.unwrap_err()), "nothing_to_unpick");
    assert_eq!(code(&h.t.try_run(&h.picker, &undo(0)).await.unwrap_err()), "nothing_to_unpick");
    assert_eq!(h.t.try_run(&h.picker, &undo(1)).await.unwrap().quantity_left, 1);
    assert_eq!(h.moved("unpick").await, 1);
    assert!(!h.sheet(trip).await.tasks[0].done);
    let bin = h.t.bin(h.site, &task.bin_code).await;
    assert_eq!(h.t.count(&format!("balance where bin_id = '{bin}' and on_hand in (9, 3) and allocated = 1")).await, 1);
    h.pick(&PickUnits { quantity: 1, ..full(&task, "LDS-T001") }).await.unwrap();
    h.books_agree().await;
}

/// PCK-6: what a bin lacks is found in another bin, at the end of the same walk; the bin is to be counted, its rest is out of sale.
#[tokio::test]
async fn a_short_pick_is_reallocated_elsewhere() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 4)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let (from, other) = if task.bin_code == "A01-01L-1" { (10, "A04-09R-2") } else { (4, "A01-01L-1") };
    h.pick(&PickUnits { quantity: 1, ..full(&task, "LDS-T001") }).await.unwrap();
    let short = ShortPick { task: task.task, reason: ShortReason::Missing.into() };
    let shorted = h.t.try_run(&h.picker, &short).await.unwrap();
    assert_eq!((shorted.reallocated, shorted.backordered), (3, 0));
    let sheet = h.sheet(trip).await;
    assert_eq!((sheet.tasks[0].quantity_picked, sheet.tasks[0].quantity_short, sheet.tasks[0].done), (1, 3, true));
    assert_eq!((sheet.tasks[1].bin_code.as_str(), sheet.tasks[1].quantity, sheet.tasks[1].slot), (other, 3, task.slot));
    let bin = h.t.bin(h.site, &task.bin_code).await;
    assert_eq!(h.t.count(&format!("balance where bin_id = '{bin}' and state = 'held' and on_hand = {}", from - 1)).await, 1);
    for kind in ["short_pick", "count_due"] {
        assert_eq!(h.t.count(&format!("exception_case where kind = '{kind}'")).await, 1);
    }
    assert_eq!(h.t.count("exception_case where kind = 'backorder'").await, 0);
    assert_eq!(code(&h.t.try_run(&h.picker, &short).await.unwrap_err()), "task_done");
    assert_eq!(h.pick(&full(&sheet.tasks[1], "LDS-T001")).await.unwrap().trip_left, 0);
    h.books_agree().await;
}

/// PCK-6: what is nowhere goes on backorder; damaged units are set apart as damaged.
#[tokio::test]
async fn a_short_pick_that_finds_nothing_goes_on_backorder() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.cup, 10)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    h.pick(&PickUnits { quantity: 8, ..full(&task, "LDS-T001") }).await.unwrap();
    let short = ShortPick { task: task.task, reason: ShortReason::Damaged.into() };
    let shorted = h.t.try_run(&h.picker, &short).await.unwrap();
    assert_eq!((shorted.reallocated, shorted.backordered), (0, 2));
    assert_eq!(h.t.count("balance where state = 'damaged' and on_hand = 2").await, 1);
    assert_eq!(h.t.count(&format!("exception_case where kind = 'backorder' and subject_id = '{order}'")).await, 1);
    assert_eq!(h.sheet(trip).await.tasks.len(), 1);
    assert_eq!(h.stage(order).await, Stage::Packing);
    h.books_agree().await;
}

/// MDM-2, PCK-6: an org's own code is taken and does what the one does that it counts as; an unknown or retired one, and one of another
/// process, is refused by name, and the bin keeps what the book says.
#[tokio::test]
async fn a_pick_is_short_for_a_code_of_the_orgs() {
    use domain::people::Role;
    use domain::reasons::{AddReason, Process, RetireReason};
    let h = House::open().await;
    h.order("W-1", &[(h.cup, 10)]).await;
    let trip = h.wave().await.trips[0];
    let task = h.claim(trip).await.tasks[0].clone();
    let admin = h.t.person(Role::Admin, None);
    let (process, words) = (Process::ShortPick, "Leaking");
    let add = AddReason { process, code: "leaking".into(), words: words.into(), means: "damaged".into() };
    h.t.try_run(&admin, &add).await.unwrap();
    h.t.try_run(&admin, &RetireReason { process, code: "wrong_item".into(), retire: true }).await.unwrap();
    let short = |code: &str| ShortPick { task: task.task, reason: code.into() };
    for (bad, refusal) in [
        ("", "reason_missing"),
        ("gone", "unknown_reason"),
        ("wrong_item", "reason_retired"),
        ("wet", "reason_of_another_process"),
    ] {
        assert_eq!(code(&h.t.try_run(&h.picker, &short(bad)).await.unwrap_err()), refusal, "{bad}");
    }
    assert_eq!(h.t.count("balance where state <> 'sellable'").await, 0);
    h.t.try_run(&h.picker, &short("leaking")).await.unwrap();
    assert_eq!(h.t.count("balance where state = 'damaged' and on_hand = 10").await, 1);
    assert_eq!(h.t.count("pick_task where short_reason = 'leaking'").await, 1);
    assert_eq!(h.t.count("exception_case where kind = 'short_pick' and summary like '%(leaking)'").await, 1);
    assert_eq!(h.t.count("reason_given where process = 'short_pick' and code = 'leaking'").await, 1);
    h.books_agree().await;
}

/// Bulk: what import and replay do walks every trip in one command, totes and all, and leaves the same facts.
#[tokio::test]
async fn many_trips_are_picked_at_once() {
    let h = House::open().await;
    for n in 0..6 {
        h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 1)]).await;
    }
    let planned = h.t.run(&h.plan(2)).await;
    assert_eq!(planned.trips.len(), 3);
    let picked = h.t.run(&PickTrips { trips: planned.trips.clone() }).await;
    assert_eq!(picked, 12);
    assert_eq!(h.t.count("trip_slot where lpn_id <> '00000000-0000-0000-0000-000000000000'").await, 6);
    assert_eq!(h.t.count("pick_task where done_at is null").await, 0);
    assert_eq!(h.t.run(&PickTrips { trips: planned.trips }).await, 0, "a second walk finds nothing left");
    let parcels = h.t.run(&PackOrders { site: h.site, orders: planned.orders }).await;
    assert_eq!(parcels.len(), 6);
    let ship = ShipParcels { parcels, carrier: "Post".into(), service: "24".into() };
    assert_eq!(h.t.run(&ship).await, 6);
    assert_eq!(h.t.count("allocation").await, 0);
    assert_eq!(h.t.count("parcel where shipped_at is not null and weight_g = 650").await, 6);
    h.books_agree().await;
}

/// One scan anywhere opens the task it belongs to: a cart while it is walked, the bench once it is picked, the item by its barcode.
#[tokio::test]
async fn a_scan_of_anything_finds_its_task() {
    use domain::floor::Found;
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 1)]).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    let number = sheet.slots[0].order_number.clone();
    let find = async |code: &str| h.t.db.find_scan(&h.picker, Some(h.site), code).await.unwrap();
    assert_eq!(find("lds-t001 ").await, Found::Trip(trip));
    assert_eq!(find(&number).await, Found::Order(number.clone()));
    assert_eq!(find("MUG-EAN").await, Found::Sku(h.mug));
    assert_eq!(find("cup").await, Found::Sku(h.cup));
    assert_eq!(find("lds-t009").await, Found::Unit("LDS-T009".into()), "nobody's task, and known all the same");
    assert_eq!(find("LDS-T999").await, Found::Nothing);
    let Found::Bin(bin) = find(&sheet.tasks[0].bin_code.to_lowercase()).await else { panic!("a bin says what is in it") };
    assert_eq!((bin.row.code.as_str(), bin.site_code.as_str()), (sheet.tasks[0].bin_code.as_str(), "LDS"));
    let mugs = bin.contents.iter().find(|held| held.sku == h.mug).expect("the mug stands there");
    assert!(mugs.on_hand >= 1 && mugs.allocated == 1 && mugs.sku_code == "MUG", "{mugs:?}");
    h.pick(&full(&sheet.tasks[0], "LDS-T001")).await.unwrap();
    assert_eq!(find("LDS-T001").await, Found::ToPack("LDS-T001".into()));
    assert_eq!(find(&number).await, Found::ToPack(number));
    let parcel = h.t.try_run(&h.packer, &OpenParcel { site: h.site, scan: order.to_string() }).await.unwrap();
    let name = h.t.db.parcel_sheet(&h.packer, parcel).await.unwrap().number;
    assert_eq!(find(&name).await, Found::Parcel(parcel));
}
