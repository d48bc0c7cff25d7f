use chrono::TimeDelta;
use domain::floor::PickUnits;
use domain::people::Role;
use domain::waves::batch::receipt::Receipt;
use domain::waves::whatif::{self, Question, Reply, Try};
use domain::waves::{Cart, Method, PlanWave};

use crate::floor::tests::{House, code};
use crate::testkit::noon;

/// PCK-5: a wave's map shows every bay of the site, each cart's way with its stops along it, and who is where.
#[tokio::test]
async fn a_wave_is_drawn_on_its_site_with_all_its_bays() {
    let h = House::open().await;
    for n in 0..3 {
        h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 2)]).await;
    }
    let planned = h.t.run(&PlanWave { release: false, ..h.plan(2) }).await;
    let map = h.t.db.wave_map(&h.t.system(), planned.wave, noon()).await.unwrap();
    // Four aisles, two sides, ten bays of two levels each.
    assert_eq!(map.shelves.len(), 8);
    assert!(map.shelves.iter().all(|shelf| shelf.bays_mm.len() == 10 && shelf.bays_mm.is_sorted()));
    assert_eq!(map.finish, None, "nothing walks before it is released");
    for trip in &map.trips {
        assert_eq!((trip.length_mm() + 999) / 1_000, i64::from(trip.metres), "the drawn way is as long as the planned one");
        assert!(trip.stops.is_sorted_by_key(|stop| stop.along_mm) && trip.stops.iter().all(|stop| stop.along_mm > 0));
        assert_eq!(trip.stops.iter().map(|stop| stop.units).sum::<i32>(), trip.units);
        assert!(trip.seconds > 0 && trip.claimed_at.is_none());
    }
}

/// PCK-4: on the floor the map says who walks, what is scanned and when the wave will be done.
#[tokio::test]
async fn the_map_follows_the_floor_and_foretells_the_end() {
    let h = House::open().await;
    h.order("W-1", &[(h.mug, 1), (h.cup, 1)]).await;
    let planned = h.wave().await;
    let told = async || {
        let map = h.t.db.wave_map(&h.t.system(), planned.wave, noon()).await.unwrap();
        let board = h.t.db.outlook(&h.t.system(), Some(h.site), noon()).await.unwrap().remove(0);
        assert_eq!((map.finish.as_ref(), map.rates.as_str()), (board.waves.first(), board.rates.as_str()), "one prediction");
        map
    };
    let before = told().await.finish.expect("it is on the floor");
    assert_eq!(before.finish, None, "nobody is rostered");
    h.rostered("Pia", -60..120).await;
    let before = told().await;
    let all = before.finish.expect("it is on the floor");
    let planned_seconds = i64::from(before.row.seconds);
    assert!(
        (all.seconds_left - planned_seconds).abs() <= 3,
        "as planned, but for whole metres and sorting alone: {} and {planned_seconds} s",
        all.seconds_left
    );
    assert_eq!(all.finish, Some(noon() + TimeDelta::seconds(all.seconds_left)));
    let task = h.claim(planned.trips[0]).await.tasks[0].clone();
    let pick = PickUnits {
        task: task.task,
        bin_code: task.bin_code.clone(),
        item_code: task.sku_code.clone(),
        tote_code: "LDS-T001".into(),
        quantity: 1,
        marks: domain::lots::Marks::default(),
    };
    h.t.try_run(&h.picker, &pick).await.unwrap();
    let map = told().await;
    let (trip, stop) = (&map.trips[0], &map.trips[0].stops[0]);
    assert_eq!((trip.claimed_at, stop.done, stop.done_at, stop.units_done), (Some(noon()), true, Some(noon()), 1));
    let left = map.finish.expect("one is left");
    assert!(left.seconds_left < all.seconds_left && left.finish < all.finish);
}

/// PCK-2: what another cart or method would walk is planned from what the wave is made of; as it is, it walks as planned.
#[tokio::test]
async fn a_wave_can_be_tried_another_way() {
    let h = House::open().await;
    for n in 0..4 {
        h.order(&format!("W-{n}"), &[(h.mug, 1), (h.cup, 1)]).await;
    }
    let planned = h.t.run(&h.plan(2)).await;
    let planner = h.t.person(Role::Planner, Some(h.site));
    let (ground, now) = h.t.db.what_if(&planner, planned.wave).await.unwrap();
    assert_eq!(now, Try { method: Method::Cluster, cart: Cart::totes(2) });
    assert_eq!((ground.orders.len(), ground.pickers), (4, 1));
    let takes = || ground.orders.iter().flat_map(|need| &need.takes);
    assert!(takes().all(|take| take.access.is_some() && take.unit_volume_ml == 400 && take.unit_weight_g == 250));
    let tried = |what: Try| -> Receipt {
        match whatif::answer(&Question { ground: ground.clone(), what }, &mut |_| ()) {
            Reply::Done(receipt) => receipt,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(tried(now).metres(), i64::from(planned.metres));
    assert!(tried(Try { cart: Cart::totes(4), ..now }).metres() < i64::from(planned.metres));
    let elsewhere = h.t.person(Role::Planner, Some(domain::ids::SiteId::mint()));
    assert_eq!(code(&h.t.db.what_if(&elsewhere, planned.wave).await.unwrap_err()), "not_allowed");
    let nothing = domain::ids::WaveId::mint();
    assert_eq!(code(&h.t.db.what_if(&planner, nothing).await.unwrap_err()), "not_found");
}
