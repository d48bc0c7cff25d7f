use proptest::prelude::*;

use super::*;
use crate::sites::layout::{Access, Side};
use crate::sites::spec::LayoutSpec;

const AISLES: i32 = 8;

fn roads() -> Roads {
    LayoutSpec { aisles: 8, cross_aisles: 3, ..LayoutSpec::small() }.layout().and_then(|l| l.roads()).expect("the site is sound")
}

fn stop(roads: &Roads, aisle: i32, y_mm: i32) -> Stop {
    let spot = roads.spot(Access { aisle, y_mm, side: Side::Left, level: 0 });
    let zone = if aisle <= AISLES / 2 { 1 } else { 2 };
    let bin = usize::try_from(aisle * 1_000 + y_mm / 100).unwrap_or(0);
    Stop { spot, bin, sku: 0, units: 2, volume_ml: 400, weight_g: 250, zone }
}

fn job(roads: &Roads, number: usize, places: &[(i32, i32)]) -> Job {
    let stops = places.iter().map(|(aisle, y)| stop(roads, *aisle, *y)).collect();
    Job { number: format!("SO-{number}"), stops, due_seconds: None }
}

fn way(method: Method, slots: i32) -> Way {
    Way { method, cart: Cart::totes(slots), pickers: 1, rates: Rates::STANDARD }
}

fn round(roads: &Roads) -> Manner {
    Manner::round(roads.depot(0).expect("a depot"))
}

fn planned(roads: &Roads, jobs: &[Job], way: &Way) -> Plan {
    plan(roads, &round(roads), jobs, way, &mut steps(jobs.len())).expect("it can be planned")
}

/// Every stop of these jobs is walked past once.
fn all_stops(jobs: &[Job], but: &[usize]) -> Vec<(usize, usize)> {
    let stops = |job: usize| (0..jobs[job].stops.len()).map(move |stop| (job, stop));
    (0..jobs.len()).filter(|job| !but.contains(job)).flat_map(stops).collect()
}

fn walked(plan: &Plan) -> Vec<(usize, usize)> {
    let mut stops: Vec<_> = plan.trips.iter().flat_map(|trip| trip.walk.clone()).collect();
    stops.sort_unstable();
    stops
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// PCK-5, PCK-2: every order rides once, no cart is over-full, and the whole is never longer than first-in-first-out by S-shape.
    #[test]
    fn a_plan_carries_every_order_once_and_is_never_longer_than_fifo(
        orders in prop::collection::vec(prop::collection::vec((1..=AISLES, 0..=12_000_i32), 1..5), 0..30), slots in 1_i32..9
    ) {
        let roads = roads();
        let jobs: Vec<Job> = orders.iter().enumerate().map(|(n, places)| job(&roads, n, places)).collect();
        let plan = planned(&roads, &jobs, &way(Method::Cluster, slots));
        let mut ridden: Vec<usize> = plan.trips.iter().flat_map(|trip| trip.jobs.clone()).collect();
        ridden.sort_unstable();
        prop_assert_eq!(ridden, (0..jobs.len()).collect::<Vec<_>>());
        let room = usize::try_from(slots).expect("small");
        prop_assert!(plan.trips.iter().all(|trip| (1..=room).contains(&trip.jobs.len())));
        prop_assert_eq!(walked(&plan), all_stops(&jobs, &[]));
        prop_assert_eq!(plan.length_mm, plan.trips.iter().map(|trip| trip.length_mm).sum::<i64>());
        prop_assert!(plan.bound_mm <= plan.length_mm);
        prop_assert!(plan.length_mm <= plan.came_mm && plan.came_mm <= plan.fifo_mm);
    }

    /// PCK-2, PCK-3: by every method every unit rides once, within the cart's litres and kilos, and zones keep to themselves.
    #[test]
    fn every_method_carries_everything_within_the_cart(
        orders in prop::collection::vec(prop::collection::vec((1..=AISLES, 0..=12_000_i32), 1..4), 1..16), litres in 3_i32..9
    ) {
        let roads = roads();
        let jobs: Vec<Job> = orders.iter().enumerate().map(|(n, places)| job(&roads, n, places)).collect();
        for method in Method::ALL {
            let cart = Cart { slots: 6, volume_ml: Some(litres * 1_000), weight_g: Some(3_000) };
            let plan = planned(&roads, &jobs, &Way { cart, ..way(method, 6) });
            prop_assert_eq!(walked(&plan), all_stops(&jobs, &[]));
            for trip in &plan.trips {
                prop_assert!(trip.load.within(cart.rooms(method).most()) || method == Method::Single);
                let zones: BTreeSet<u16> = trip.walk.iter().map(|(job, stop)| jobs[*job].stops[*stop].zone).collect();
                prop_assert!(method != Method::Zone || zones.len() == 1);
                prop_assert!(method != Method::Single || trip.jobs.len() == 1);
            }
        }
    }

    /// PCK-4: what goes after the plan was made takes only itself out of it.
    #[test]
    fn a_plan_without_some_orders_is_the_plan_of_the_others(gone in prop::collection::btree_set(0_usize..12, 0..12)) {
        let roads = roads();
        let place = |n: i32, k: i32| ((n * 7 + k * 3) % AISLES + 1, (n * 3_100 + k * 1_700) % 12_001);
        let jobs: Vec<Job> = (0..12).map(|n| job(&roads, usize::try_from(n).expect("small"), &[place(n, 1), place(n, 2)])).collect();
        let way = way(Method::Cluster, 4);
        let whole = planned(&roads, &jobs, &way);
        let left = without(&roads, &round(&roads), &jobs, &way, whole.clone(), &gone).expect("it can be told");
        let but: Vec<usize> = gone.iter().copied().collect();
        prop_assert_eq!(walked(&left), all_stops(&jobs, &but));
        prop_assert!(left.length_mm <= whole.length_mm && left.trips.len() <= whole.trips.len());
        prop_assert!(!left.trips.iter().any(|trip| trip.walk.is_empty()));
    }
}

/// PCK-5: orders for the same aisles share a cart although they came apart.
#[test]
fn neighbours_share_a_cart() {
    let roads = roads();
    let near = |n, y| job(&roads, n, &[(1, y)]);
    let far = |n, y| job(&roads, n, &[(8, y)]);
    let plan = planned(&roads, &[near(0, 600), far(1, 600), near(2, 1_800), far(3, 1_800)], &way(Method::Cluster, 2));
    let carts: Vec<_> = plan.trips.iter().map(|trip| trip.jobs.clone()).collect();
    assert_eq!(carts, [[0, 2], [1, 3]]);
    assert_eq!(plan.filled, Filled::ForLeastWalking);
    assert!(plan.length_mm < plan.came_mm && plan.length_mm < plan.fifo_mm);
}

/// PCK-5: a bin that is not on the layout is picked last, whatever its order.
#[test]
fn unmapped_bins_go_last() {
    let roads = roads();
    let unmapped = Stop { spot: None, bin: 0, units: 1, ..stop(&roads, 3, 600) };
    let jobs = [Job { stops: vec![unmapped, stop(&roads, 3, 600)], ..job(&roads, 0, &[]) }, job(&roads, 1, &[(4, 600)])];
    let plan = planned(&roads, &jobs, &way(Method::Cluster, 4));
    assert_eq!(plan.trips[0].walk.last(), Some(&(0, 0)));
    assert!(plan.trips[0].length_mm > 0);
}

/// Bins above one another are emptied together, in the order of their codes; both orders at one bin, one after the other.
#[test]
fn one_spot_is_taken_bin_by_bin() {
    let roads = roads();
    let at = |bin| Stop { bin, ..stop(&roads, 2, 600) };
    let jobs = [Job { stops: vec![at(7), at(5)], ..job(&roads, 0, &[]) }, Job { stops: vec![at(5)], ..job(&roads, 1, &[]) }];
    let plan = planned(&roads, &jobs, &way(Method::Cluster, 4));
    assert_eq!(plan.trips[0].walk, [(0, 1), (1, 0), (0, 0)]);
    let metres = plan.trips[0].length_mm;
    // A minute to get the cart ready, nine seconds a stop, five a unit: taken, and put in its own tote.
    assert_eq!(plan.trips[0].seconds, 60 + metres / 1_200 + 3 * 9 + 6 * 5);
}

/// PCK-2: an order no cart can take is left out by name, with what it needs; one with no size at all is refused.
#[test]
fn an_order_larger_than_any_cart_is_left_out() {
    let roads = roads();
    let huge = Job { stops: vec![Stop { units: 10, ..stop(&roads, 1, 600) }], ..job(&roads, 1, &[]) };
    let cart = Cart { slots: 4, volume_ml: Some(3_999), weight_g: None };
    let plan = planned(&roads, &[job(&roads, 0, &[(1, 600)]), huge.clone()], &Way { cart, ..way(Method::Cluster, 4) });
    assert_eq!(plan.trips.len(), 1);
    let why =
        WaveRefusal::OrderLargerThanCart { order: "SO-1".into(), measure: "volume in ml".into(), needs: 4_000, room: 3_999 };
    assert_eq!(plan.left_out, [(1, why)]);
    let alone = planned(&roads, std::slice::from_ref(&huge), &Way { cart, ..way(Method::Cluster, 4) });
    assert_eq!((alone.trips.len(), alone.left_out.len()), (0, 1));
    let flat = Job { stops: vec![Stop { volume_ml: 0, ..stop(&roads, 1, 600) }], ..job(&roads, 2, &[]) };
    let refused = plan_of(&roads, &[flat]);
    assert!(matches!(refused, Err(WaveRefusal::NotPositive { .. })), "{refused:?}");
    let twice = plan_of(&roads, &[job(&roads, 3, &[(1, 600)]), job(&roads, 3, &[(2, 600)])]);
    assert_eq!(twice, Err(WaveRefusal::OrderTwice { order: "SO-3".into() }));
}

fn plan_of(roads: &Roads, jobs: &[Job]) -> Result<Plan, WaveRefusal> {
    plan(roads, &round(roads), jobs, &way(Method::Cluster, 4), &mut steps(jobs.len()))
}

/// PCK-4: what is due first goes out first; a promise nobody can keep is told, and one that has passed is nobody's fault.
#[test]
fn carts_go_out_by_promise() {
    let roads = roads();
    let due = |n, aisle, due_seconds| Job { due_seconds: Some(due_seconds), ..job(&roads, n, &[(aisle, 6_000)]) };
    let jobs = [due(0, 1, 9_000), due(1, 4, 900), due(2, 8, -60)];
    let plan = planned(&roads, &jobs, &way(Method::Single, 1));
    let out: Vec<_> = plan.trips.iter().map(|trip| trip.jobs[0]).collect();
    assert_eq!(out, [2, 1, 0]);
    assert!(plan.late.is_empty());
    assert!(plan.trips.windows(2).all(|pair| pair[0].ends_seconds < pair[1].ends_seconds), "one picker, one cart at a time");
    let late = planned(&roads, &[due(0, 1, 5), due(1, 8, -60)], &way(Method::Single, 1));
    assert_eq!(late.late.iter().map(|late| late.job).collect::<Vec<_>>(), [0]);
    let two = planned(&roads, &jobs, &Way { pickers: 3, ..way(Method::Single, 1) });
    assert!(two.trips.iter().all(|trip| trip.ends_seconds == trip.seconds), "each has a picker of their own");
}

/// PCK-4: metres give way to promises, and only as far as they must.
#[test]
fn promises_come_before_metres() {
    let roads = roads();
    let place = |n: i32, k: i32| ((n * 7 + k * 3) % AISLES + 1, (n * 3_100 + k * 1_700) % 12_001);
    let mut jobs: Vec<Job> =
        (0..24).map(|n| job(&roads, usize::try_from(n).expect("small"), &[place(n, 1), place(n, 2), place(n, 5)])).collect();
    let way = way(Method::Cluster, 6);
    let shortest = planned(&roads, &jobs, &way);
    for index in [0, 7, 13, 20] {
        jobs[index].due_seconds = Some(600);
    }
    let kept = planned(&roads, &jobs, &way);
    assert!(kept.late.is_empty(), "{:?}", kept.late);
    assert!(kept.length_mm >= shortest.length_mm);
    assert_eq!(kept.trips[0].jobs.iter().filter(|job| [0, 7, 13, 20].contains(*job)).count(), 4);
}

/// PCK-4: nobody waits any more: the search ends at once, with a plan all the same; and how far it is is told on the way.
#[test]
fn a_search_nobody_waits_for_ends() {
    let roads = roads();
    let place = |n: i32| ((n * 7) % AISLES + 1, (n * 3_100) % 12_001);
    let jobs: Vec<Job> = (0..300).map(|n| job(&roads, usize::try_from(n).expect("small"), &[place(n), place(n * 3)])).collect();
    let heard = |stop_after: usize| {
        let mut told = Vec::new();
        let mut go_on = |done: i64| {
            told.push(done);
            told.len() < stop_after
        };
        let mut share = Share { go_on: &mut go_on, own: steps(jobs.len()), before: 1, part: 2, of: 4 };
        let plan = plan(&roads, &round(&roads), &jobs, &way(Method::Cluster, 8), &mut share).expect("it can be planned");
        assert_eq!(walked(&plan), all_stops(&jobs, &[]));
        told
    };
    let stopped = heard(1).len();
    let whole = heard(usize::MAX);
    assert!(stopped < 10 && stopped < whole.len(), "{stopped} of {}", whole.len());
    assert!(whole.iter().all(|done| (WHOLE / 4..=WHOLE * 3 / 4).contains(done)), "its own part of the whole");
}

#[test]
fn a_long_queue_is_walked_a_tenth_shorter_than_fifo() {
    let roads = roads();
    let place = |n: i32, a: i32, b: i32| (n * a % AISLES + 1, n * b % 12_001);
    let jobs: Vec<Job> =
        (0..2_000).map(|n| job(&roads, usize::try_from(n).expect("small"), &[place(n, 7, 131), place(n, 3, 57)])).collect();
    let plan = planned(&roads, &jobs, &way(Method::Cluster, 12));
    // 167 carts would hold them all; a few more may save walking.
    assert!((167..175).contains(&plan.trips.len()), "{} carts", plan.trips.len());
    assert!(plan.length_mm * 10 < plan.fifo_mm * 9, "{} against {}", plan.length_mm, plan.fifo_mm);
}

/// PCK-5: heavy goods are picked before all others, wherever they lie; the walk is no shorter for it, and everything is still taken.
#[test]
fn heavy_goods_go_first() {
    let roads = roads();
    let place = |n: i32, k: i32| ((n * 7 + k * 3) % AISLES + 1, (n * 3_100 + k * 1_700) % 12_001);
    let mut jobs: Vec<Job> =
        (0..16).map(|n| job(&roads, usize::try_from(n).expect("small"), &[place(n, 1), place(n, 2), place(n, 5)])).collect();
    for job in jobs.iter_mut().step_by(3) {
        job.stops[1].weight_g = 8_000;
    }
    let way = way(Method::Cluster, 6);
    let plain = planned(&roads, &jobs, &way);
    let heavy_first = Manner { heavy_from_g: Some(5_000), ..round(&roads) };
    let plan = plan(&roads, &heavy_first, &jobs, &way, &mut steps(jobs.len())).expect("it can be planned");
    assert_eq!(walked(&plan), all_stops(&jobs, &[]));
    for trip in &plan.trips {
        let heavy: Vec<bool> = trip.walk.iter().map(|(job, stop)| jobs[*job].stops[*stop].weight_g >= 5_000).collect();
        assert!(heavy.is_sorted_by_key(|heavy| !heavy), "{heavy:?}");
    }
    assert!(plan.length_mm > plain.length_mm && plan.bound_mm <= plan.length_mm);
    let none = Manner { heavy_from_g: Some(9_000), ..round(&roads) };
    let same = super::plan(&roads, &none, &jobs, &way, &mut steps(jobs.len())).expect("it can be planned");
    assert_eq!((same.length_mm, same.trips.len()), (plain.length_mm, plain.trips.len()), "nothing is that heavy");
}

/// PCK-5: carts start at one depot and are handed in wherever that is nearest; several ends never walk farther than one.
#[test]
fn carts_end_where_it_is_nearest() {
    let layout = LayoutSpec { aisles: 8, cross_aisles: 3, ..LayoutSpec::small() }.layout().map(|mut layout| {
        let depot = |name: &str, x_mm| crate::sites::layout::Depot { name: name.into(), x_mm, cross_aisle: 2 };
        layout.depots.extend([depot("West", 0), depot("East", 21_000)]);
        layout
    });
    let roads = layout.and_then(|layout| layout.roads()).expect("the site is sound");
    let (start, west, east) = (roads.depots()[0], roads.depots()[1], roads.depots()[2]);
    let jobs = [job(&roads, 0, &[(1, 9_000)]), job(&roads, 1, &[(8, 9_000)])];
    let by = |ends: &[Spot]| {
        let manner = Manner { start, ends: ends.to_vec(), heavy_from_g: None };
        plan(&roads, &manner, &jobs, &way(Method::Single, 1), &mut steps(jobs.len())).expect("it can be planned")
    };
    let plan = by(&[west, east]);
    let ends: Vec<Spot> = plan.trips.iter().map(|trip| trip.end).collect();
    assert_eq!(ends, [west, east]);
    assert!(plan.length_mm < by(&[west]).length_mm.min(by(&[east]).length_mm));
    assert!(plan.length_mm < by(&[]).length_mm && plan.length_mm <= plan.fifo_mm);
    assert_eq!(by(&[]).trips[0].end, start, "none named: back to where it began");
}

/// PCK-2: what several orders need from one bin is one stop when it is sorted afterwards.
#[test]
fn equal_picks_of_a_batch_are_one_stop() {
    let roads = roads();
    let jobs = [job(&roads, 0, &[(2, 600)]), job(&roads, 1, &[(2, 600)])];
    let batch = planned(&roads, &jobs, &way(Method::Batch, 4)).trips.remove(0);
    // A minute for the cart, nine seconds for the bin, four a unit to take it and three and a half to sort it.
    assert_eq!(batch.seconds, 60 + batch.length_mm / 1_200 + 9 + 4 * 15 / 2);
}
