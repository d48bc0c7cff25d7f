use proptest::prelude::*;

use super::*;
use crate::sites::layout::{Access, Depot, Layout, Side, Way};
use crate::sites::spec::LayoutSpec;

fn layout(aisles: u16, cross_aisles: u16, one_way: bool) -> Layout {
    let spec = LayoutSpec { aisles, cross_aisles, ..LayoutSpec::small() };
    let mut layout = spec.layout().expect("the site is sound");
    if one_way && aisles > 2 {
        layout.aisles[1].way = Way::Up;
        layout.aisles[2].way = Way::Down;
    }
    layout
}

fn spots(roads: &Roads, aisles: u16, places: &[(u16, i32)]) -> Vec<Spot> {
    let access =
        |(aisle, y): &(u16, i32)| Access { aisle: i32::from(aisle % aisles) + 1, y_mm: y * 100, side: Side::Left, level: 0 };
    places.iter().map(|place| roads.spot(access(place)).expect("it lies on its aisle")).collect()
}

fn measured(roads: &Roads, depot: Spot, stops: &[Spot], order: &[usize]) -> i64 {
    let mut round = vec![depot];
    round.extend(order.iter().map(|stop| stops[*stop]));
    round.push(depot);
    round.windows(2).map(|pair| i64::from(roads.distance(pair[0], pair[1]))).sum()
}

/// Every order there is.
fn shortest_of_all(roads: &Roads, depot: Spot, stops: &[Spot]) -> i64 {
    fn go(left: &mut Vec<usize>, done: &mut Vec<usize>, length: &dyn Fn(&[usize]) -> i64) -> i64 {
        if left.is_empty() {
            return length(done);
        }
        let mut best = i64::MAX;
        for index in 0..left.len() {
            let next = left.remove(index);
            done.push(next);
            best = best.min(go(left, done, length));
            done.pop();
            left.insert(index, next);
        }
        best
    }
    let length = |order: &[usize]| measured(roads, depot, stops, order);
    go(&mut (0..stops.len()).collect(), &mut Vec::new(), &length)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// PCK-5: every stop is passed once, the length is what it measures, and never longer than the S-shape.
    #[test]
    fn a_walk_passes_every_stop_once_and_is_never_longer_than_the_s_shape(
        aisles in 1_u16..9, cross in 2_u16..5, one_way: bool, places in prop::collection::vec((0_u16..9, 0_i32..=120), 0..40)
    ) {
        let roads = layout(aisles, cross, one_way).roads().expect("the site is sound");
        let depot = roads.depot(0).expect("a depot");
        let stops = spots(&roads, aisles, &places);
        let walked = walk(&roads, depot, &stops);
        let mut seen = walked.order.clone();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..stops.len()).collect::<Vec<_>>());
        prop_assert_eq!(walked.length_mm, measured(&roads, depot, &stops, &walked.order));
        let plain = s_shape(&roads, depot, &stops);
        prop_assert!(plain.length_mm >= measured(&roads, depot, &stops, &plain.order));
        prop_assert!(walked.length_mm <= plain.length_mm);
        prop_assert_eq!(walk(&roads, depot, &stops), walked);
    }

    /// PCK-5: with few stops no order of them is shorter.
    #[test]
    fn few_stops_are_walked_in_the_shortest_way_there_is(
        aisles in 3_u16..6, cross in 2_u16..4, one_way: bool, places in prop::collection::vec((0_u16..6, 0_i32..=120), 0..7)
    ) {
        let roads = layout(aisles, cross, one_way).roads().expect("the site is sound");
        let depot = roads.depot(0).expect("a depot");
        let stops = spots(&roads, aisles, &places);
        prop_assert_eq!(walk(&roads, depot, &stops).length_mm, shortest_of_all(&roads, depot, &stops));
    }
}

#[test]
fn many_stops_are_walked_near_the_shortest_way() {
    // Eleven stops: one more than is solved exactly by rule, and still quickly solved here.
    let roads = layout(6, 3, false).roads().expect("the site is sound");
    let depot = roads.depot(0).expect("a depot");
    let places: Vec<(u16, i32)> = (0..11).map(|n| (n * 5 % 6, i32::from(n) * 37 % 121)).collect();
    let stops = spots(&roads, 6, &places);
    let table = Table::of(&roads, (depot, depot), &stops, None);
    let best = table.length(&table.exact());
    let walked = walk(&roads, depot, &stops).length_mm;
    assert!(walked * 100 <= best * 105, "{walked} against {best}");
}

#[test]
fn nothing_to_pick_is_no_walk() {
    let roads = layout(4, 2, false).roads().expect("the site is sound");
    let depot = roads.depot(0).expect("a depot");
    assert_eq!(walk(&roads, depot, &[]), Walk { order: vec![], length_mm: 0 });
    let here = spots(&roads, 4, &[(1, 0), (1, 0)]);
    assert_eq!(walk(&roads, depot, &here).order, [0, 1]);
}

/// PCK-5: of several drop points the walk ends at the one that makes it shortest, and no order to any of them is shorter.
#[test]
fn a_walk_ends_at_the_drop_point_that_makes_it_shortest() {
    let mut layout = layout(8, 3, false);
    let (last, right) = (u16::try_from(layout.cross_aisles.len()).unwrap() - 1, layout.aisles[7].x_mm);
    for (name, x_mm, cross_aisle) in [("Packing", right, 0), ("Dock", right, last)] {
        layout.depots.push(Depot { name: name.into(), x_mm, cross_aisle });
    }
    let roads = layout.roads().expect("the site is sound");
    let start = roads.depot(0).expect("a depot");
    let ends: Vec<Spot> = roads.depots()[1..].to_vec();
    for places in [[(1, 10), (6, 20), (7, 110)], [(0, 5), (3, 30), (5, 15)]] {
        let stops = spots(&roads, 8, &places);
        let errand = Errand { start, ends: &ends, stops: &stops, classes: None };
        let found = route(&roads, errand);
        assert_eq!(walk_on(&roads, errand), (found.walk.clone(), found.end));
        let to = |end: &Spot| {
            let table = Table::of(&roads, (start, *end), &stops, None);
            table.length(&table.exact())
        };
        assert_eq!(found.walk.length_mm, ends.iter().map(to).min().unwrap());
        assert_eq!(found.walk.length_mm, to(&found.end));
        assert!(found.proven && found.lower_bound_mm == found.walk.length_mm);
        assert_eq!(found.corners.last(), Some(&found.end.into()));
    }
    assert_eq!(walk_on(&roads, Errand { start, ends: &[], stops: &[], classes: None }).1, start, "none given: back to the start");
}

/// PCK-5: beyond three blocks and on one-way aisles a walk comes with a bound it is never below, and says when it is proven.
#[test]
fn odd_sites_get_a_walk_with_its_bound() {
    for layout in [layout(9, 6, false), layout(9, 3, true)] {
        let roads = layout.roads().expect("the site is sound");
        let start = roads.depot(0).expect("a depot");
        let places: Vec<(u16, i32)> = (0..30_u16).map(|n| (n * 5 % 9, i32::from(n) * 37 % 121)).collect();
        let stops = spots(&roads, 9, &places);
        let found = route(&roads, Errand { start, ends: &[], stops: &stops, classes: None });
        assert_eq!(found.walk.length_mm, measured(&roads, start, &stops, &found.walk.order));
        assert!(found.lower_bound_mm <= found.walk.length_mm && found.lower_bound_mm * 10 >= found.walk.length_mm * 7);
        assert_eq!(found.proven, found.lower_bound_mm == found.walk.length_mm);
    }
}

/// PCK-5: heavy goods first, when asked: never shorter than without, and among few stops no such walk is shorter.
#[test]
fn heavy_goods_are_met_first_when_asked() {
    let roads = layout(6, 3, false).roads().expect("the site is sound");
    let start = roads.depot(0).expect("a depot");
    let stops = spots(&roads, 6, &[(0, 30), (1, 90), (2, 10), (3, 70), (4, 110), (5, 20)]);
    let classes = [0, 1, 0, 1, 0, 1];
    let found = route(&roads, Errand { start, ends: &[], stops: &stops, classes: Some(&classes) });
    let met: Vec<u8> = found.walk.order.iter().map(|stop| classes[*stop]).collect();
    assert_eq!(met, [1, 1, 1, 0, 0, 0]);
    assert!(found.walk.length_mm >= walk(&roads, start, &stops).length_mm);
    let table = Table::of(&roads, (start, start), &stops, Some(&classes));
    assert_eq!((found.walk.length_mm, found.proven), (table.length(&table.exact()), true));
    let none = route(&roads, Errand { start, ends: &[], stops: &stops, classes: Some(&[0; 6]) });
    assert_eq!(none.walk, walk(&roads, start, &stops), "one class is no order");
}
