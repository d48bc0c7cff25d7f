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
    Stop { spot, bin: usize::try_from(aisle * 1_000 + y_mm / 100).unwrap_or(0), units: 2 }
}

fn job(roads: &Roads, places: &[(i32, i32)]) -> Job {
    Job { stops: places.iter().map(|(aisle, y)| stop(roads, *aisle, *y)).collect() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// PCK-5, PCK-2: every order rides once, no cart is over-full, and the whole is never longer than first-in-first-out by S-shape.
    #[test]
    fn a_plan_carries_every_order_once_and_is_never_longer_than_fifo(
        orders in prop::collection::vec(prop::collection::vec((1..=AISLES, 0..=12_000_i32), 1..5), 0..30), slots in 1_usize..9
    ) {
        let roads = roads();
        let depot = roads.depot(0).expect("a depot");
        let jobs: Vec<Job> = orders.iter().map(|places| job(&roads, places)).collect();
        let plan = plan(&roads, depot, &jobs, slots);
        let mut ridden: Vec<usize> = plan.carts.iter().flat_map(|cart| cart.jobs.clone()).collect();
        ridden.sort_unstable();
        prop_assert_eq!(ridden, (0..jobs.len()).collect::<Vec<_>>());
        prop_assert!(plan.carts.iter().all(|cart| (1..=slots).contains(&cart.jobs.len())));
        let mut stops: Vec<_> = plan.carts.iter().flat_map(|cart| cart.walk.clone()).collect();
        stops.sort_unstable();
        let expected: Vec<_> = jobs.iter().enumerate().flat_map(|(j, job)| (0..job.stops.len()).map(move |s| (j, s))).collect();
        prop_assert_eq!(stops, expected);
        prop_assert_eq!(plan.length_mm, plan.carts.iter().map(|cart| cart.length_mm).sum::<i64>());
        prop_assert!(plan.length_mm <= plan.fifo_mm && plan.length_mm <= plan.other_mm);
    }
}

/// PCK-5: orders for the same aisles share a cart although they came apart.
#[test]
fn neighbours_share_a_cart() {
    let roads = roads();
    let depot = roads.depot(0).expect("a depot");
    let near = |y| job(&roads, &[(1, y)]);
    let far = |y| job(&roads, &[(8, y)]);
    let plan = plan(&roads, depot, &[near(600), far(600), near(1_800), far(1_800)], 2);
    let carts: Vec<_> = plan.carts.iter().map(|cart| cart.jobs.clone()).collect();
    assert_eq!(carts, [[0, 2], [1, 3]]);
    assert_eq!(plan.filled, Filled::ForLeastWalking);
    assert!(plan.length_mm < plan.other_mm && plan.length_mm < plan.fifo_mm);
}

/// PCK-5: a bin that is not on the layout is picked last, whatever its order.
#[test]
fn unmapped_bins_go_last() {
    let roads = roads();
    let depot = roads.depot(0).expect("a depot");
    let unmapped = Stop { spot: None, bin: 0, units: 1 };
    let jobs = [Job { stops: vec![unmapped, stop(&roads, 3, 600)] }, job(&roads, &[(4, 600)])];
    let plan = plan(&roads, depot, &jobs, 4);
    assert_eq!(plan.carts[0].walk.last(), Some(&(0, 0)));
    assert!(plan.carts[0].length_mm > 0);
}

/// Bins above one another are emptied together, in the order of their codes; both orders at one bin, one after the other.
#[test]
fn one_spot_is_taken_bin_by_bin() {
    let roads = roads();
    let depot = roads.depot(0).expect("a depot");
    let at = |bin| Stop { bin, ..stop(&roads, 2, 600) };
    let jobs = [Job { stops: vec![at(7), at(5)] }, Job { stops: vec![at(5)] }];
    let plan = plan(&roads, depot, &jobs, 4);
    assert_eq!(plan.carts[0].walk, [(0, 1), (1, 0), (0, 0)]);
    let metres = plan.carts[0].length_mm;
    // A minute to get the cart ready, nine seconds a stop, five a unit: taken, and put in its own tote.
    assert_eq!(plan.carts[0].seconds, 60 + metres / 1_200 + 3 * 9 + 6 * 5);
}

#[test]
fn a_long_queue_is_walked_a_tenth_shorter_than_fifo() {
    let roads = roads();
    let depot = roads.depot(0).expect("a depot");
    let jobs: Vec<Job> =
        (0..2_000).map(|n| job(&roads, &[(n * 7 % 8 + 1, n * 131 % 12_001), (n * 3 % 8 + 1, n * 57 % 12_001)])).collect();
    let plan = plan(&roads, depot, &jobs, 12);
    // 167 carts would hold them all; a few more may save walking.
    assert!((167..175).contains(&plan.carts.len()), "{} carts", plan.carts.len());
    assert!(plan.length_mm * 10 < plan.fifo_mm * 9, "{} against {}", plan.length_mm, plan.fifo_mm);
}
