//! The order in which one cart visits its stops: out from the depot, past every stop once, and back.
//!
//! Exact on sites of one to three blocks without one-way aisles ([`grid`], [`tour`]) and for few stops anywhere; elsewhere
//! searched for ([`search`]), with a proof of how much shorter it could be at most ([`bound`]). What people walk without a plan is
//! [`policies`]. The same stops always give the same walk. Decides nothing about who walks.

mod advance;
pub mod bound;
pub mod grid;
mod net;
pub mod policies;
mod search;
mod sided;
mod states;
pub mod stretch;
pub mod table;
pub mod tour;
mod written;

use crate::sites::layout::Point;
use crate::sites::roads::{Roads, Spot};
use grid::Grid;
use policies::Policy;
use table::Table;

/// Up to here the shortest walk is found exactly on any site (2ⁿ·n² steps, 100,000 at most).
pub const EXACT_MAX: usize = 10;

/// A walk: positions in the given stops, in the order they are visited, and its whole length with the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    pub order: Vec<usize>,
    pub length_mm: i64,
}

/// What is asked of one walk.
#[derive(Debug, Clone, Copy)]
pub struct Errand<'a> {
    pub start: Spot,
    /// Where it may end: whichever makes it shortest. None given: where it started.
    pub ends: &'a [Spot],
    pub stops: &'a [Spot],
    /// One a stop, when heavy goods go first: all of a higher class are picked before any of a lower.
    pub classes: Option<&'a [u8]>,
}

impl Errand<'_> {
    fn ends(&self) -> &[Spot] {
        if self.ends.is_empty() { std::slice::from_ref(&self.start) } else { self.ends }
    }
}

/// A walk with its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub walk: Walk,
    pub end: Spot,
    /// Where it turns, start and end included.
    pub corners: Vec<Point>,
    /// No walk on this errand is shorter.
    pub lower_bound_mm: i64,
    /// This one is the shortest.
    pub proven: bool,
}

/// The best walk found from the depot and back.
pub fn walk(roads: &Roads, depot: Spot, stops: &[Spot]) -> Walk {
    least(roads, (depot, depot), stops, None).0
}

/// The best walk found on this errand, and where it ends.
pub fn walk_on(roads: &Roads, errand: Errand<'_>) -> (Walk, Spot) {
    let Errand { start, stops, classes, .. } = errand;
    let found = errand.ends().iter().map(|&end| (least(roads, (start, end), stops, classes).0, end));
    found.min_by_key(|(walk, _)| walk.length_mm).expect("there is an end")
}

/// The best walk found on this errand, and how good it is.
pub fn route(roads: &Roads, errand: Errand<'_>) -> Route {
    let Errand { start, stops, classes, .. } = errand;
    let found = errand.ends().iter().map(|&end| {
        let (walk, table) = least(roads, (start, end), stops, classes);
        let bound = table.map_or(walk.length_mm, |table| bound::lower_bound(&table, walk.length_mm));
        (walk, end, bound)
    });
    let found: Vec<(Walk, Spot, i64)> = found.collect();
    let lower_bound_mm = found.iter().map(|(_, _, bound)| *bound).min().unwrap_or(0);
    let best = found.into_iter().min_by_key(|(walk, _, _)| walk.length_mm);
    let (walk, end, _) = best.expect("there is an end");
    let corners = corners(roads, start, end, stops, &walk.order);
    let proven = lower_bound_mm == walk.length_mm;
    Route { walk, end, corners, lower_bound_mm, proven }
}

/// The walk, and the table it was searched in unless it is proven already.
fn least(roads: &Roads, ends: (Spot, Spot), stops: &[Spot], classes: Option<&[u8]>) -> (Walk, Option<Table>) {
    let one_class = classes.is_none_or(|classes| classes.iter().all(|class| *class == classes[0]));
    if one_class && let Some(walk) = Grid::of(roads, ends.0, ends.1).and_then(|grid| grid.walk(stops)) {
        return (walk, None);
    }
    // Several bins are often reached from one spot: it is visited once (a class).
    let place = |stop: usize| (classes.map_or(0, |classes| u8::MAX - classes[stop]), stops[stop]);
    let mut places: Vec<(u8, Spot)> = (0..stops.len()).map(place).collect();
    places.sort_unstable();
    places.dedup();
    let spots: Vec<Spot> = places.iter().map(|place| place.1).collect();
    let weights: Vec<u8> = places.iter().map(|place| u8::MAX - place.0).collect();
    let table = Table::of(roads, ends, &spots, classes.map(|_| weights.as_slice()));
    let few = spots.len() <= EXACT_MAX;
    let round = if few {
        table.exact()
    } else {
        let mut serpentine: Vec<usize> = serpentine(&spots).into_iter().map(|spot| spot + 1).collect();
        serpentine.sort_by_key(|&spot| places[spot - 1].0);
        search::search(&table, [serpentine, table.nearest()], 0)
    };
    let length_mm = table.length(&round);
    let mut position = vec![0; spots.len()];
    for (at, stop) in round.iter().enumerate() {
        position[stop - 1] = at;
    }
    let mut order: Vec<usize> = (0..stops.len()).collect();
    order.sort_by_key(|&stop| places.binary_search(&place(stop)).map(|index| position[index]));
    (Walk { order, length_mm }, (!few).then_some(table))
}

/// Where a walk in this order turns.
fn corners(roads: &Roads, start: Spot, end: Spot, stops: &[Spot], order: &[usize]) -> Vec<Point> {
    let way: Vec<Spot> =
        std::iter::once(start).chain(order.iter().map(|&stop| stops[stop])).chain(std::iter::once(end)).collect();
    tour::corners(way.windows(2).flat_map(|leg| roads.path(leg[0], leg[1])))
}

/// Aisle by aisle, up one and down the next: how people walk without a plan, and what plans are measured against. On irregular
/// sites from stop to stop in that order.
pub fn s_shape(roads: &Roads, depot: Spot, stops: &[Spot]) -> Walk {
    s_shape_to(roads, depot, depot, stops)
}

/// The same, not back to where it began.
pub fn s_shape_to(roads: &Roads, start: Spot, end: Spot, stops: &[Spot]) -> Walk {
    if let Some(walk) = Policy::SShape.walk(roads, start, end, stops) {
        return walk;
    }
    let order = serpentine(stops);
    let way: Vec<Spot> = [start].into_iter().chain(order.iter().map(|&stop| stops[stop])).chain([end]).collect();
    let length_mm = way.windows(2).map(|leg| i64::from(roads.distance(leg[0], leg[1]))).sum();
    Walk { order, length_mm }
}

fn serpentine(stops: &[Spot]) -> Vec<usize> {
    let mut aisles: Vec<i32> = stops.iter().map(|stop| stop.x_mm).collect();
    aisles.sort_unstable();
    aisles.dedup();
    let mut order: Vec<usize> = (0..stops.len()).collect();
    order.sort_by_key(|&stop| {
        let aisle = aisles.partition_point(|&x| x < stops[stop].x_mm);
        let y = stops[stop].y_mm;
        (aisle, if aisle % 2 == 0 { y } else { -y }, stop)
    });
    order
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
