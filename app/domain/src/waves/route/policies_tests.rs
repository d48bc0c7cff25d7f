//! Habits against the least walk, and against each other.

use proptest::prelude::*;

use super::*;
use crate::sites::roads::tests::layouts;
use crate::waves::route::grid::Grid;
use crate::waves::route::grid::tests::stops_on;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// PCK-5: every habit passes every pick once, and none is shorter than the least walk.
    #[test]
    fn no_habit_is_shorter_than_the_least_walk(
        layout in layouts(false), picks in prop::collection::vec((0..20usize, 0..=100i32), 0..30), ends in (0..3usize, 0..3usize)
    ) {
        let roads = layout.roads().unwrap();
        let depot = |index: usize| roads.depot(index % layout.depots.len()).unwrap();
        let (start, end) = (depot(ends.0), depot(ends.1));
        let stops = stops_on(&layout, &roads, &picks);
        let least = Grid::of(&roads, start, end).unwrap().tour(&stops).unwrap().walk.length_mm;
        for policy in Policy::ALL {
            let walk = policy.walk(&roads, start, end, &stops).unwrap();
            let mut once = walk.order.clone();
            once.sort_unstable();
            prop_assert_eq!(once, (0..stops.len()).collect::<Vec<_>>(), "{:?}", policy);
            prop_assert!(walk.length_mm >= least, "{:?}: {} against {}", policy, walk.length_mm, least);
        }
    }

    /// PCK-5: in one block “combined” chooses among the ways of S-shape and return, and no other split beats the largest gap.
    #[test]
    fn the_better_habits_are_never_longer_than_the_simple_ones(
        mut layout in layouts(false), picks in prop::collection::vec((0..20usize, 0..=100i32), 0..30)
    ) {
        layout.aisles.iter_mut().for_each(|aisle| aisle.width_mm = 0);
        prop_assume!(layout.cross_aisles.len() == 2);
        let roads = layout.roads().unwrap();
        let depot = roads.depot(0).unwrap();
        let stops = stops_on(&layout, &roads, &picks);
        let [s_shape, back, midpoint, gap, combined] =
            Policy::ALL.map(|policy| policy.walk(&roads, depot, depot, &stops).unwrap().length_mm);
        prop_assert!(combined <= s_shape && combined <= back && gap <= midpoint);
    }
}
