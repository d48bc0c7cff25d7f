use domain::floor::{ClaimTrip, PickUnits, UnpickUnits};
use domain::orders::CancelOrder;
use domain::orders::stage::Stage;
use domain::people::Role;
use domain::reasons::Given;
use domain::waves::labour::TakenBack;
use domain::waves::{CancelWave, Chosen, Method, PlanWave, ReleaseWave, Status};

use crate::floor::tests::{House, code};

mod labour;
mod part;
mod roster;
mod take_back;

/// PCK-4, PCK-5: waiting orders ride together in walking order, never longer than first-in-first-out; the receipt says why.
#[tokio::test]
async fn waiting_orders_are_put_on_carts_in_walking_order() {
    let h = House::open().await;
    for n in 0..5 {
        h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 1)]).await;
    }
    let planner = h.t.person(Role::Planner, Some(h.site));
    h.rostered("Pia", -60..300).await;
    let waiting = h.t.db.waiting_for_wave(&planner, h.site).await.unwrap();
    assert_eq!((waiting.orders, waiting.units), (5, 10));
    let planned = h.t.try_run(&planner, &h.plan(4)).await.unwrap();
    assert_eq!((planned.trips.len(), planned.orders.len(), planned.units), (2, 5, 10));
    assert!(planned.metres <= planned.metres_fifo && planned.metres > 0);
    assert_eq!(
        h.t.count("decision where kind = 'wave' and rule_version = 'wave-4' and jsonb_array_length(rejected) = 2").await,
        1
    );
    assert_eq!(h.t.db.waiting_for_wave(&planner, h.site).await.unwrap(), domain::waves::Waiting::default());
    assert_eq!(code(&h.t.try_run(&planner, &h.plan(4)).await.unwrap_err()), "nothing_to_pick");
    let map = h.t.db.wave_map(&planner, planned.wave, crate::testkit::noon()).await.unwrap();
    assert_eq!(map.trips.len(), 2);
    let first = &map.trips[0];
    assert_eq!(first.path.first(), first.path.last(), "a walk begins and ends at the depot");
    let walked: i32 =
        first.path.windows(2).map(|leg| (leg[0].x_mm - leg[1].x_mm).abs() + (leg[0].y_mm - leg[1].y_mm).abs()).sum();
    assert_eq!((walked + 999) / 1_000, first.metres, "the drawn way is as long as the planned one");
    let bins: Vec<_> = first.stops.iter().map(|stop| stop.bin_code.clone()).collect();
    let sheet = h.sheet(planned.trips[0]).await;
    let mut tasks: Vec<_> = sheet.tasks.iter().map(|task| task.bin_code.clone()).collect();
    tasks.dedup();
    assert_eq!(bins, tasks);
}

/// Two planners at once never put one order on two carts.
#[tokio::test]
async fn twins_plan_an_order_once() {
    let h = House::open().await;
    for n in 0..6 {
        h.order(&format!("W-{n}"), &[(h.mug, 1)]).await;
    }
    let plan = h.plan(2);
    futures::future::join_all((0..4).map(|_| h.t.try_run(&h.picker, &plan))).await;
    assert_eq!(h.t.count("wave").await, 0, "a picker does not plan");
    let system = h.t.system();
    let planned = futures::future::join_all((0..4).map(|_| h.t.try_run(&system, &plan))).await;
    let orders: usize = planned.iter().flatten().map(|planned| planned.orders.len()).sum();
    assert_eq!(orders, 6);
    assert_eq!(h.t.count("pick_task").await, 6);
}

#[tokio::test]
async fn chosen_orders_and_single_walks_are_planned_as_asked() {
    let h = House::open().await;
    let (one, two) = (h.order("W-1", &[(h.mug, 1)]).await, h.order("W-2", &[(h.cup, 1)]).await);
    h.order("W-3", &[(h.cup, 1)]).await;
    let these = PlanWave { orders: Chosen::These(vec![two, one]), method: Method::Single, ..h.plan(8) };
    let planned = h.t.run(&these).await;
    assert_eq!((planned.trips.len(), planned.orders.len()), (2, 2));
    assert_eq!(code(&h.t.try_run(&h.t.system(), &h.plan(0)).await.unwrap_err()), "slots_out_of_range");
    let none = PlanWave { orders: Chosen::Most(0), ..h.plan(8) };
    assert_eq!(code(&h.t.try_run(&h.t.system(), &none).await.unwrap_err()), "orders_out_of_range");
    let planner_elsewhere = h.t.person(Role::Planner, Some(domain::ids::SiteId::mint()));
    assert_eq!(code(&h.t.try_run(&planner_elsewhere, &h.plan(8)).await.unwrap_err()), "not_allowed");
}

/// A planned wave is not walked before it is released, and the board follows the floor.
#[tokio::test]
async fn the_board_follows_a_wave_from_plan_to_picked() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 2)]).await;
    let planned = h.t.run(&PlanWave { release: false, ..h.plan(8) }).await;
    let trip = planned.trips[0];
    let planner = h.t.person(Role::Planner, None);
    h.rostered("Pia", -60..300).await;
    let row = async || h.t.db.waves(&planner, Some(h.site)).await.unwrap().remove(0);
    assert_eq!(row().await.status(), Status::Planned);
    assert!(h.t.db.open_trips(&h.picker, None).await.unwrap().is_empty());
    assert_eq!(code(&h.t.try_run(&h.picker, &ClaimTrip { trip }).await.unwrap_err()), "wave_not_released");
    h.t.try_run(&planner, &ReleaseWave { wave: planned.wave, reason: Given::default() }).await.unwrap();
    let again = h.t.try_run(&planner, &ReleaseWave { wave: planned.wave, reason: Given::default() }).await.unwrap_err();
    assert_eq!(code(&again), "wave_already_released");
    assert_eq!(row().await.status(), Status::Released);
    let open = h.t.db.open_trips(&h.picker, Some(h.site)).await.unwrap();
    assert_eq!((open[0].trip, open[0].units, open[0].units_done, open[0].mine), (trip, 2, 0, false));
    let task = h.claim(trip).await.tasks[0].clone();
    assert!(h.t.db.open_trips(&h.picker, None).await.unwrap()[0].mine);
    let one = PickUnits {
        task: task.task,
        bin_code: task.bin_code.clone(),
        item_code: "MUG-EAN".into(),
        tote_code: "LDS-T001".into(),
        quantity: 1,
        marks: domain::lots::Marks::default(),
    };
    h.t.try_run(&h.picker, &one).await.unwrap();
    let picking = row().await;
    assert_eq!((picking.status(), picking.units_picked, picking.trips_done), (Status::Picking, 1, 0));
    h.t.try_run(&h.picker, &one).await.unwrap();
    assert_eq!((row().await.status(), row().await.trips_done), (Status::Done, 1));
    let cancel = CancelWave { wave: planned.wave };
    assert_eq!(code(&h.t.try_run(&planner, &cancel).await.unwrap_err()), "wave_already_picked");
}

/// PCK-4: cancelling restores exactly what was not picked; what is in totes can be put back, and everything planned again.
#[tokio::test]
async fn a_cancelled_wave_can_be_planned_again() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 3)]).await;
    let planned = h.wave().await;
    let task = h.claim(planned.trips[0]).await.tasks[0].clone();
    let one = PickUnits {
        task: task.task,
        bin_code: task.bin_code.clone(),
        item_code: "MUG".into(),
        tote_code: "LDS-T001".into(),
        quantity: 1,
        marks: domain::lots::Marks::default(),
    };
    h.t.try_run(&h.picker, &one).await.unwrap();
    let allocated = h.t.count("(select sum(quantity) from allocation) a where sum = 3").await;
    let cancel = CancelWave { wave: planned.wave };
    assert_eq!(h.t.run(&cancel).await, TakenBack { units: 2, to_put_back: 1 });
    assert_eq!(code(&h.t.try_run(&h.t.system(), &cancel).await.unwrap_err()), "wave_is_cancelled");
    assert_eq!(h.t.count("(select sum(quantity) from allocation) a where sum = 3").await, allocated);
    assert_eq!(code(&h.t.try_run(&h.picker, &one).await.unwrap_err()), "wave_cancelled");
    assert_eq!(h.t.try_run(&h.picker, &UnpickUnits { task: task.task, quantity: 1 }).await.unwrap().quantity_picked, 0);
    assert_eq!(h.stage(order).await, Stage::Waiting);
    assert_eq!(h.wave().await.units, 3);
}

/// An order cancelled while its cart walks takes its tasks off the list.
#[tokio::test]
async fn a_cancelled_order_leaves_the_walk() {
    let h = House::open().await;
    let order = h.order("W-1", &[(h.mug, 1)]).await;
    h.order("W-2", &[(h.cup, 1)]).await;
    let trip = h.wave().await.trips[0];
    let sheet = h.claim(trip).await;
    h.t.run(&CancelOrder { order, reason: "changed_mind".into() }).await;
    let task = sheet.tasks.iter().find(|task| task.sku == h.mug).expect("mugs were on the list");
    let pick = PickUnits {
        task: task.task,
        bin_code: task.bin_code.clone(),
        item_code: "MUG".into(),
        tote_code: format!("LDS-T{:03}", task.slot),
        quantity: 1,
        marks: domain::lots::Marks::default(),
    };
    assert_eq!(code(&h.t.try_run(&h.picker, &pick).await.unwrap_err()), "task_done");
    assert_eq!(h.t.count("movement where reason = 'pick'").await, 0);
    assert_eq!(h.t.db.waves(&h.t.system(), None).await.unwrap()[0].units, 1);
}
