//! Which orders share a cart, and in what order it is walked.
//!
//! Two ways of filling carts are tried: as orders came, and around a seed order with whatever lies nearest to what the cart visits
//! already; the shorter total is kept. Each cart is walked by [`super::route`], so a plan is never longer than the same orders
//! first-in-first-out by S-shape. Decides nothing about which orders are due, nor who walks.

use super::route;
use crate::sites::roads::{Roads, Spot};

/// Version of these rules, as decision receipts cite it.
pub const RULE: &str = "wave-1";
/// A seed looks for company among this many of the oldest orders left: bounds the work on long queues, and keeps the old ones first.
const COMPANY_MAX: usize = 400;
/// A brisk walk with a cart: 1.2 m/s.
const WALK_MM_PER_SECOND: i64 = 1_200;
/// Finding the bin, scanning it, and putting down: seconds a stop; and seconds a unit.
const STOP_SECONDS: i64 = 9;
const UNIT_SECONDS: i64 = 4;

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
    pub filled: Filled,
}

/// How carts were filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    AsTheyCame,
    AroundSeeds,
}

impl Filled {
    pub const fn code(self) -> &'static str {
        match self {
            Self::AsTheyCame => "as_they_came",
            Self::AroundSeeds => "around_seeds",
        }
    }
}

/// Puts jobs, oldest first, on carts of at most `slots` orders.
pub fn plan(roads: &Roads, depot: Spot, jobs: &[Job], slots: usize) -> Plan {
    let slots = slots.max(1);
    let all: Vec<usize> = (0..jobs.len()).collect();
    let fifo: Vec<Vec<usize>> = all.chunks(slots).map(<[usize]>::to_vec).collect();
    let fifo_mm = fifo.iter().map(|ridden| route::s_shape(roads, depot, &spots(jobs, ridden)).length_mm).sum();
    let walked =
        |carts: Vec<Vec<usize>>| -> Vec<Cart> { carts.into_iter().map(|jobs_on| cart(roads, depot, jobs, jobs_on)).collect() };
    let total = |carts: &[Cart]| carts.iter().map(|cart| cart.length_mm).sum::<i64>();
    let came = walked(fifo);
    let seeded = if slots == 1 { came.clone() } else { walked(around_seeds(roads, depot, jobs, slots)) };
    let (came_mm, seeded_mm) = (total(&came), total(&seeded));
    let (carts, length_mm, other_mm, filled) = if seeded_mm < came_mm {
        (seeded, seeded_mm, came_mm, Filled::AroundSeeds)
    } else {
        (came, came_mm, seeded_mm, Filled::AsTheyCame)
    };
    Plan { carts, length_mm, fifo_mm, other_mm, filled }
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
    let units: i64 = walk.iter().map(|stop| i64::from(of(*stop).units)).sum();
    let stops = i64::try_from(walk.len()).unwrap_or(i64::MAX);
    let seconds = length_mm / WALK_MM_PER_SECOND + stops * STOP_SECONDS + units * UNIT_SECONDS;
    Cart { jobs: ridden, walk, length_mm, seconds }
}

/// Each cart begins with the oldest order left and is filled with those whose stops lie nearest to its own.
fn around_seeds(roads: &Roads, depot: Spot, jobs: &[Job], slots: usize) -> Vec<Vec<usize>> {
    let places: Vec<Vec<Spot>> = (0..jobs.len()).map(|job| spots(jobs, &[job])).collect();
    let mut left: Vec<usize> = (0..jobs.len()).collect();
    let mut carts = Vec::new();
    while !left.is_empty() {
        let seed = left.remove(0);
        let mut riding = vec![seed];
        let company = COMPANY_MAX.min(left.len());
        // How far each stop of each candidate is from what the cart passes anyway; the depot is always passed.
        let from_depot = |job: &usize| places[*job].iter().map(|spot| roads.distance(depot, *spot)).collect::<Vec<i32>>();
        let mut near: Vec<Vec<i32>> = left[..company].iter().map(from_depot).collect();
        let mut added = seed;
        while riding.len() < slots && !near.is_empty() {
            for (job, distances) in left.iter().zip(&mut near) {
                for (spot, distance) in places[*job].iter().zip(distances) {
                    let nearest = places[added].iter().map(|passed| roads.distance(*passed, *spot)).min();
                    *distance = nearest.map_or(*distance, |nearest| nearest.min(*distance));
                }
            }
            let extra = |distances: &Vec<i32>| distances.iter().map(|mm| i64::from(*mm)).sum::<i64>();
            let best = near.iter().enumerate().min_by_key(|(index, distances)| (extra(distances), *index));
            let Some((index, _)) = best else { break };
            near.remove(index);
            added = left.remove(index);
            riding.push(added);
        }
        carts.push(riding);
    }
    carts
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
