//! Tours against their lengths.

use proptest::prelude::*;

use super::*;
use crate::sites::layout::Layout;
use crate::sites::roads::tests::layouts;
use crate::waves::route::grid::tests::{both_ways, prices, stops_on};

fn is_walked(layout: &Layout, picks: &[(usize, i32)], ends: (usize, usize)) -> Result<(), TestCaseError> {
    let roads = layout.roads().unwrap();
    let depot = |index: usize| roads.depot(index % layout.depots.len()).unwrap();
    let (start, end) = (depot(ends.0), depot(ends.1));
    let stops = stops_on(layout, &roads, picks);
    let grid = Grid::of(&roads, start, end).unwrap();
    let Tour { walk, corners } = grid.tour(&stops).unwrap();
    prop_assert_eq!(walk.length_mm, grid.length(&prices(&grid, &stops)));
    let mut once = walk.order.clone();
    once.sort_unstable();
    prop_assert_eq!(once, (0..stops.len()).collect::<Vec<_>>());
    let mut way = vec![start];
    way.extend(walk.order.iter().map(|&stop| stops[stop]));
    way.push(end);
    let measured: i64 = way.windows(2).map(|pair| i64::from(roads.distance(pair[0], pair[1]))).sum();
    prop_assert_eq!(measured, walk.length_mm, "the order is as long as promised");
    prop_assert_eq!((corners[0], corners[corners.len() - 1]), (start.into(), end.into()));
    let legs = corners.windows(2).map(|leg| ((leg[0].x_mm - leg[1].x_mm).abs(), (leg[0].y_mm - leg[1].y_mm).abs()));
    prop_assert!(legs.clone().all(|(dx, dy)| dx == 0 || dy == 0), "{:?}", corners);
    let drawn: i64 = legs.map(|(dx, dy)| i64::from(dx + dy)).sum();
    let wide = layout.aisles.iter().any(|aisle| aisle.width_mm > 0);
    // Crossing a wide aisle is not drawn.
    prop_assert!(drawn == walk.length_mm || wide && drawn < walk.length_mm, "and so are its corners: {drawn}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// PCK-5: a tour passes every pick once, and its measured length is the programme's, to the millimetre.
    #[test]
    fn a_tour_passes_every_pick_and_is_as_long_as_its_length_says(
        layout in layouts(false), picks in prop::collection::vec((0..20usize, 0..=100i32), 0..40), ends in (0..3usize, 0..3usize)
    ) {
        is_walked(&layout, &picks, ends)?;
    }

    /// PCK-5: also where aisles end early.
    #[test]
    fn a_tour_is_as_long_as_its_length_says_where_aisles_end_early(
        layout in layouts(true).prop_map(both_ways), picks in prop::collection::vec((0..20usize, 0..=100i32), 0..40),
        ends in (0..3usize, 0..3usize)
    ) {
        prop_assume!(layout.check().is_ok());
        is_walked(&layout, &picks, ends)?;
    }
}
