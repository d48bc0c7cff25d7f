//! The exact programme against every order there is, on any layout it takes.

use proptest::prelude::*;

use super::*;
use crate::sites::layout::{Layout, Way};
use crate::sites::roads::tests::{layouts, spots};

/// The price lists of all stretches for these picks.
pub(crate) fn prices(grid: &Grid, picks: &[Spot]) -> Vec<Stretch> {
    let mut on: Vec<Vec<(i32, Side)>> = vec![Vec::new(); grid.cells()];
    for &pick in picks {
        let (cell, offset) = grid.locate(pick).unwrap();
        on[cell].push((offset, pick.side.unwrap_or_default()));
    }
    on.iter_mut()
        .enumerate()
        .map(|(cell, picks)| {
            picks.sort_unstable();
            grid.price_sides(cell, picks.iter().copied())
        })
        .collect()
}

/// The shortest of all orders, by Held & Karp's programme over sets.
pub(crate) fn shortest(roads: &Roads, start: Spot, end: Spot, stops: &[Spot]) -> i64 {
    let between = |a: Spot, b: Spot| i64::from(roads.distance(a, b));
    let count = stops.len();
    if count == 0 {
        return between(start, end);
    }
    let mut best = vec![vec![FAR; count]; 1 << count];
    for set in 1..1_usize << count {
        for last in (0..count).filter(|last| set & (1 << last) != 0) {
            let before = set & !(1 << last);
            best[set][last] = if before == 0 {
                between(start, stops[last])
            } else {
                let of = |prior: usize| best[before][prior] + between(stops[prior], stops[last]);
                (0..count).filter(|prior| before & (1 << prior) != 0).map(of).min().unwrap()
            };
        }
    }
    (0..count).map(|last| best[(1 << count) - 1][last] + between(stops[last], end)).min().unwrap()
}

pub(crate) fn both_ways(mut layout: Layout) -> Layout {
    layout.aisles.iter_mut().for_each(|aisle| aisle.way = Way::Both);
    layout
}

/// Picks in aisles only.
pub(crate) fn stops_on(layout: &Layout, roads: &Roads, picks: &[(usize, i32)]) -> Vec<Spot> {
    let picks: Vec<(usize, i32)> = picks.iter().map(|&(aisle, share)| (aisle % layout.aisles.len(), share)).collect();
    spots(layout, roads, &picks)
}

fn is_shortest(layout: &Layout, picks: &[(usize, i32)], ends: (usize, usize)) -> Result<(), TestCaseError> {
    let roads = layout.roads().unwrap();
    let depot = |index: usize| roads.depot(index % layout.depots.len()).unwrap();
    let (start, end) = (depot(ends.0), depot(ends.1));
    let stops = stops_on(layout, &roads, picks);
    let grid = Grid::of(&roads, start, end).unwrap();
    let length = grid.length(&prices(&grid, &stops));
    prop_assert_eq!(length, shortest(&roads, start, end, &stops), "{:?} {:?} {:?}", layout, stops, (start, end));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// PCK-5 (peers odoo/odoo#20630, OCA/wms PR 964): on one to three blocks the length is that of the shortest of all orders, start and end apart or not.
    #[test]
    fn no_order_of_the_stops_is_shorter(
        layout in layouts(false), picks in prop::collection::vec((0..20usize, 0..=100i32), 0..9), ends in (0..3usize, 0..3usize)
    ) {
        is_shortest(&layout, &picks, ends)?;
    }

    /// PCK-5: so it is where aisles end early.
    #[test]
    fn no_order_of_the_stops_is_shorter_where_aisles_end_early(
        layout in layouts(true).prop_map(both_ways), picks in prop::collection::vec((0..20usize, 0..=100i32), 0..9),
        ends in (0..3usize, 0..3usize)
    ) {
        prop_assume!(layout.check().is_ok());
        is_shortest(&layout, &picks, ends)?;
    }

    /// PCK-5: what one block's shortcut passes over (empty aisles, walking an aisle twice) never shortens a round.
    #[test]
    fn the_shortcut_for_one_block_agrees_with_the_general_steps(
        aisles in prop::collection::btree_set(0..300i32, 1..14), length in 1..60i32, depot in (0..300i32, 0..2u16),
        picks in prop::collection::vec((0..14usize, 0..=100i32), 0..40)
    ) {
        use crate::sites::layout::{Aisle, Depot};
        let aisles = (0..).zip(aisles).map(|(no, x_mm)| Aisle { no, x_mm, from: 0, to: 1, way: Way::Both, width_mm: 0 }).collect();
        let depots = vec![Depot { name: "D".into(), x_mm: depot.0, cross_aisle: depot.1 }];
        let layout = Layout { aisles, cross_aisles: vec![0, length], depots, ..Layout::default() };
        let roads = layout.roads().unwrap();
        let depot = roads.depot(0).unwrap();
        let stops = stops_on(&layout, &roads, &picks);
        let grid = Grid::of(&roads, depot, depot).unwrap();
        let prices = prices(&grid, &stops);
        let short = grid.length(&prices);
        prop_assert_eq!(short, grid.walk_of_any::<STATES_MAX>(&prices));
    }
}

/// PCK-5: with “nothing yet”, and but for those only open walks need, the states of the papers.
#[test]
fn there_are_as_many_states_as_published() {
    let counts = [1, 2, 3].map(|blocks| (tables(blocks, true).codes.len(), tables(blocks, false).codes.len()));
    assert_eq!(counts, [(6, 13), (24, 71), (112, 441)]);
}
