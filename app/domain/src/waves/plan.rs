//! Which orders share a cart, and in what order it is walked.
//!
//! Carts are filled by [`super::batch`] for the least walking, and each is walked by [`super::route`]; as orders came is the other
//! way of filling, and the shorter total is kept. So a plan is never longer than the same orders first-in-first-out by S-shape.
//! Decides nothing about which orders are due, nor who walks.

use super::batch::budget::{Budget, Steps};
use super::batch::engine::{Outcome, Task, solve};
use super::batch::load::{Load, Rooms};
use super::batch::planner::with_walks;
use super::batch::rates::{Rates, Work};
use super::{Method, route};
use crate::sites::roads::{Roads, Spot};

/// Version of these rules, as decision receipts cite it.
pub const RULE: &str = "wave-2";
/// Steps of work a plan may take: the same orders always give the same plan. Under a second in the largest wave.
const STEPS_MAX: u64 = 1_500_000;
/// … and in small waves no more than helps.
const STEPS_AN_ORDER: u64 = 2_000;
/// Part of the receipt: with the same seed a plan can be made again.
pub const SEED: u64 = 1;

/// One bin to visit for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Where it is reached; none = not on the layout: picked last.
    pub spot: Option<Spot>,
    /// Rank of the bin by its code: settles the order of bins reached from one spot.
    pub bin: usize,
    pub units: i32,
}

/// What one order needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Job {
    pub stops: Vec<Stop>,
}

/// One cart: which jobs ride (their slots, in this order), and all their stops (job, stop) in walking order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cart {
    pub jobs: Vec<usize>,
    pub walk: Vec<(usize, usize)>,
    pub length_mm: i64,
    pub seconds: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub carts: Vec<Cart>,
    pub length_mm: i64,
    /// The same orders in the order they came, each cart by S-shape.
    pub fifo_mm: i64,
    /// What the way of filling carts that was not taken would have walked.
    pub other_mm: i64,
    /// No plan is shorter than this.
    pub bound_mm: i64,
    pub filled: Filled,
}

/// How carts were filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    AsTheyCame,
    ForLeastWalking,
}

impl Filled {
    pub const fn code(self) -> &'static str {
        match self {
            Self::AsTheyCame => "as_they_came",
            Self::ForLeastWalking => "for_least_walking",
        }
    }
}

/// Puts jobs, oldest first, on carts of at most `slots` orders.
pub fn plan(roads: &Roads, depot: Spot, jobs: &[Job], slots: usize) -> Plan {
    let orders = u64::try_from(jobs.len()).unwrap_or(u64::MAX);
    plan_within(roads, depot, jobs, slots, &mut Steps(orders.saturating_mul(STEPS_AN_ORDER).min(STEPS_MAX)))
}

/// The same within a budget of the caller's: a clock, or a request that may be cancelled.
pub fn plan_within(roads: &Roads, depot: Spot, jobs: &[Job], slots: usize, budget: &mut dyn Budget) -> Plan {
    let slots = slots.max(1);
    let all: Vec<usize> = (0..jobs.len()).collect();
    let fifo: Vec<Vec<usize>> = all.chunks(slots).map(<[usize]>::to_vec).collect();
    let fifo_mm = fifo.iter().map(|ridden| route::s_shape(roads, depot, &spots(jobs, ridden)).length_mm).sum();
    let walked =
        |carts: Vec<Vec<usize>>| -> Vec<Cart> { carts.into_iter().map(|jobs_on| cart(roads, depot, jobs, jobs_on)).collect() };
    let total = |carts: &[Cart]| carts.iter().map(|cart| cart.length_mm).sum::<i64>();
    let Outcome { groups, bound, .. } = filled(roads, depot, jobs, slots, budget);
    let (came, best) = (walked(fifo), walked(groups));
    let (came_mm, best_mm) = (total(&came), total(&best));
    let (carts, length_mm, other_mm, filled) = if best_mm < came_mm {
        (best, best_mm, came_mm, Filled::ForLeastWalking)
    } else {
        (came, came_mm, best_mm, Filled::AsTheyCame)
    };
    Plan { carts, length_mm, fifo_mm, other_mm, bound_mm: bound, filled }
}

fn filled(roads: &Roads, depot: Spot, jobs: &[Job], slots: usize, budget: &mut dyn Budget) -> Outcome {
    let rooms = Rooms::totes(i64::try_from(slots).unwrap_or(i64::MAX));
    let loads = vec![Load { totes: 1, ..Load::default() }; jobs.len()];
    let places: Vec<Vec<Spot>> = (0..jobs.len()).map(|job| spots(jobs, &[job])).collect();
    let task = Task { loads: &loads, rooms: &rooms, dues: None, seed: SEED };
    with_walks(roads, depot, &places, |walks| solve(walks, task, budget))
}

fn spots(jobs: &[Job], ridden: &[usize]) -> Vec<Spot> {
    ridden.iter().flat_map(|job| jobs[*job].stops.iter().filter_map(|stop| stop.spot)).collect()
}

/// The walk of one cart: mapped stops by the route, those off the layout behind them by bin.
fn cart(roads: &Roads, depot: Spot, jobs: &[Job], ridden: Vec<usize>) -> Cart {
    let stops: Vec<(usize, usize)> = ridden.iter().flat_map(|job| (0..jobs[*job].stops.len()).map(|stop| (*job, stop))).collect();
    let of = |(job, stop): (usize, usize)| jobs[job].stops[stop];
    let (mapped, mut unmapped): (Vec<_>, Vec<_>) = stops.into_iter().partition(|stop| of(*stop).spot.is_some());
    let places: Vec<Spot> = mapped.iter().filter_map(|stop| of(*stop).spot).collect();
    let route::Walk { order, length_mm } = route::walk(roads, depot, &places);
    let mut walk: Vec<(usize, usize)> = order.into_iter().map(|index| mapped[index]).collect();
    // What is reached from one spot is taken bin by bin.
    for same in walk.chunk_by_mut(|a, b| of(*a).spot == of(*b).spot) {
        same.sort_by_key(|stop| of(*stop).bin);
    }
    unmapped.sort_by_key(|stop| of(*stop).bin);
    walk.extend(unmapped);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let units = walk.iter().map(|stop| i64::from(of(*stop).units)).sum();
    let work = Work { length_mm, orders: count(ridden.len()), stops: count(walk.len()), units };
    let method = if ridden.len() == 1 { Method::Single } else { Method::Cluster };
    Cart { jobs: ridden, walk, length_mm, seconds: Rates::STANDARD.seconds(method, work) }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
