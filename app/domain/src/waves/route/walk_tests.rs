use proptest::prelude::*;

use super::*;
use crate::sites::layout::{Access, Layout, Side, Way};
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
