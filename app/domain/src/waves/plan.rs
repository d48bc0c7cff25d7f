//! Which orders share a cart, in what order it is walked, when it is back, and what that saves.
//!
//! Carts are filled by [`super::batch`] for the least walking, each is walked by [`super::route`]; orders as they came, on the same
//! carts, are the other way, and the better is kept: less late first, then shorter. Carts go out by the earliest promise they carry.
//! When that leaves a promise unkept, carts are filled once more with promises before metres. Where carts start and end, and what goes
//! first, is the [`Manner`]'s. Decides nothing about which orders are due, nor who walks.

mod trips;

use std::collections::{BTreeMap, BTreeSet};

use super::ask::Cart;
use super::batch::budget::{Budget, Progress, Steps, WHOLE};
use super::batch::load::Load;
use super::batch::rates::Rates;
use super::batch::walks::Manner;
use super::batch::wave::{Ask, Cut, Large, Line, Order};
use super::batch::{engine, planner};
use super::{Method, WaveRefusal};
use crate::sites::roads::{Roads, Spot};
use trips::{Group, Walked};

/// Version of these rules, as decision receipts cite it.
pub const RULE: &str = "wave-4";
/// Steps of work a plan may take: the same orders always give the same plan.
const STEPS_MAX: u64 = 1_500_000;
/// … and in small waves no more than helps.
const STEPS_AN_ORDER: u64 = 2_000;
/// Part of the receipt: with the same seed a plan can be made again.
pub const SEED: u64 = 1;
/// In larger waves carts go out by promise, and are not filled by it: weighing every move by all carts' times would take too long.
const PROMISES_MAX: usize = 500;
/// … and by what goes first neither: those walks are searched for, one by one.
const HEAVY_FIRST_MAX: usize = 12;

/// One bin to visit for an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Where it is reached; none = not on the layout: picked last.
    pub spot: Option<Spot>,
    /// Rank of the bin by its code: settles the order of bins reached from one spot.
    pub bin: usize,
    /// Rank of the SKU: what lies in one bin is taken kind by kind.
    pub sku: usize,
    pub units: i32,
    /// Of one unit.
    pub volume_ml: i64,
    pub weight_g: i64,
    /// Which team's aisles: orders are split by it when zones are picked apart.
    pub zone: u16,
}

/// What one order needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Job {
    /// What people call it: its own.
    pub number: String,
    pub stops: Vec<Stop>,
    /// Seconds from now to its promise; negative = that has passed.
    pub due_seconds: Option<i64>,
}

/// How it is picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    pub method: Method,
    pub cart: Cart,
    pub pickers: usize,
    pub rates: Rates,
}

/// One cart: which jobs ride (their slots, in this order), and all their stops (job, stop) in walking order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    pub jobs: Vec<usize>,
    pub walk: Vec<(usize, usize)>,
    pub zone: Option<u16>,
    /// Where it is handed in.
    pub end: Spot,
    pub load: Load,
    pub length_mm: i64,
    pub seconds: i64,
    /// From now until it is back.
    pub ends_seconds: i64,
}

/// An order that comes back too late: job, and when it is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Late {
    pub job: usize,
    pub ends_seconds: i64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which they go out.
    pub trips: Vec<Trip>,
    /// Jobs no cart can take, and the refusal that says why.
    pub left_out: Vec<(usize, WaveRefusal)>,
    /// Jobs promised for later than now that are back later than that; in their order.
    pub late: Vec<Late>,
    pub length_mm: i64,
    pub seconds: i64,
    /// The same orders in the order they came, each cart by S-shape.
    pub fifo_mm: i64,
    pub fifo_seconds: i64,
    /// As they came, each cart by its shortest walk.
    pub came_mm: i64,
    /// No plan is shorter than this.
    pub bound_mm: i64,
    pub filled: Filled,
}

/// How carts were filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filled {
    #[default]
    AsTheyCame,
    ForLeastWalking,
    /// … after promises.
    ForPromises,
}

impl Filled {
    pub const fn code(self) -> &'static str {
        match self {
            Self::AsTheyCame => "as_they_came",
            Self::ForLeastWalking => "for_least_walking",
            Self::ForPromises => "for_promises",
        }
    }
}

/// So much work for so many orders.
pub fn steps(jobs: usize) -> Steps {
    let orders = u64::try_from(jobs).unwrap_or(u64::MAX);
    Steps(orders.saturating_mul(STEPS_AN_ORDER).min(STEPS_MAX))
}

/// Puts jobs, those due first before others, on carts. What no cart can take is left out; anything else wrong with a job refuses.
pub fn plan(roads: &Roads, manner: &Manner, jobs: &[Job], way: &Way, budget: &mut dyn Budget) -> Result<Plan, WaveRefusal> {
    Drawing::of(roads, manner, jobs, way)?.plan(budget)
}

/// The plan without these jobs: whoever else rode stays on their cart, which walks what is left.
pub fn without(
    roads: &Roads,
    manner: &Manner,
    jobs: &[Job],
    way: &Way,
    plan: Plan,
    gone: &BTreeSet<usize>,
) -> Result<Plan, WaveRefusal> {
    if gone.is_empty() {
        return Ok(plan);
    }
    let mut drawing = Drawing::of(roads, manner, jobs, way)?;
    drawing.cut.pieces.retain(|piece| !gone.contains(&piece.order));
    let groups = plan.trips.iter().map(|trip| {
        let stops = trip.walk.iter().copied().filter(|(job, _)| !gone.contains(job)).collect();
        Group { zone: trip.zone, stops }
    });
    let walked = drawing.send_out(groups.filter(|group| !group.stops.is_empty()));
    let came_mm = drawing.send_out(drawing.came()).length_mm;
    // A bound of more orders is none of fewer.
    Ok(drawing.told(walked, came_mm, 0, plan.filled))
}

/// Jobs as the engine knows them.
struct Drawing<'d> {
    roads: &'d Roads,
    manner: &'d Manner,
    jobs: &'d [Job],
    way: &'d Way,
    ask: Ask,
    /// All jobs, by position; those left out are not in `cut`.
    orders: Vec<Order>,
    cut: Cut,
    left_out: Vec<(usize, WaveRefusal)>,
}

impl<'d> Drawing<'d> {
    fn of(roads: &'d Roads, manner: &'d Manner, jobs: &'d [Job], way: &'d Way) -> Result<Self, WaveRefusal> {
        let ask = Ask {
            method: way.method,
            carts: way.cart.rooms(way.method),
            pickers: way.pickers.max(1),
            rates: way.rates,
            large: Large::Refuse,
            seed: SEED,
        };
        let orders: Vec<Order> = jobs.iter().map(order).collect();
        let (mut cut, mut left_out) = (Cut::default(), Vec::new());
        let mut seen = BTreeSet::new();
        for (index, order) in orders.iter().enumerate() {
            if !seen.insert(&order.number) {
                return Err(WaveRefusal::OrderTwice { order: order.number.clone() });
            }
            match ask.cut(std::slice::from_ref(order)) {
                Ok(one) => cut.pieces.extend(one.pieces.into_iter().map(|mut piece| {
                    piece.order = index;
                    piece
                })),
                Err(refusal @ WaveRefusal::OrderLargerThanCart { .. }) => left_out.push((index, refusal)),
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(Self { roads, manner, jobs, way, ask, orders, cut, left_out })
    }

    fn plan(&self, budget: &mut dyn Budget) -> Result<Plan, WaveRefusal> {
        if self.cut.pieces.is_empty() {
            return Ok(Plan { left_out: self.left_out.clone(), ..Plan::default() });
        }
        // Lengths are exact where nothing goes first; whoever walks takes heavy goods first all the same, in `send_out`.
        let nearest = self.manner.by_nearness();
        let (groups, bound_mm) = self.filled(&nearest, false, budget)?;
        let (mut best, mut filled) = (self.send_out(groups), Filled::ForLeastWalking);
        let manner = if self.jobs.len() <= HEAVY_FIRST_MAX && self.is_mixed() { self.manner } else { &nearest };
        if manner.heavy_from_g.is_some() && !budget.stopped(&Progress::default()) {
            let (groups, _) = self.filled(manner, false, budget)?;
            let heavy_first = self.send_out(groups);
            if heavy_first.cost() < best.cost() {
                best = heavy_first;
            }
        }
        if best.late_seconds > 0 && self.jobs.len() <= PROMISES_MAX && !budget.stopped(&Progress::default()) {
            let (groups, _) = self.filled(manner, true, budget)?;
            let kept = self.send_out(groups);
            if kept.cost() < best.cost() {
                (best, filled) = (kept, Filled::ForPromises);
            }
        }
        let came = self.send_out(self.came());
        let came_mm = came.length_mm;
        if came.cost() < best.cost() {
            (best, filled) = (came, Filled::AsTheyCame);
        }
        Ok(self.told(best, came_mm, bound_mm, filled))
    }

    /// Is there something that goes first, and something that does not?
    fn is_mixed(&self) -> bool {
        let classes = self.jobs.iter().flat_map(|job| job.stops.iter().map(|stop| self.manner.class(stop.weight_g)));
        classes.collect::<BTreeSet<u8>>().len() > 1
    }

    /// Carts as the engine fills them, with promises before metres or without; and the bound.
    fn filled(&self, manner: &Manner, promises: bool, budget: &mut dyn Budget) -> Result<(Vec<Group>, i64), WaveRefusal> {
        let left: BTreeSet<usize> = self.left_out.iter().map(|(job, _)| *job).collect();
        let riding: Vec<usize> = (0..self.jobs.len()).filter(|job| !left.contains(job)).collect();
        let due = |job: usize| self.jobs[job].due_seconds.filter(|due| promises && *due >= 0);
        let orders: Vec<Order> =
            riding.iter().map(|job| Order { cutoff_seconds: due(*job), ..self.orders[*job].clone() }).collect();
        let answer = planner::plan_in(self.roads, manner, &orders, &self.ask, budget)?;
        let group = |outing: planner::Outing| Group {
            zone: outing.zone,
            stops: outing
                .pieces
                .iter()
                .flat_map(|piece| piece.lines.iter().map(|(line, _)| (riding[piece.order], *line)))
                .collect(),
        };
        Ok((answer.outings.into_iter().map(group).collect(), answer.receipt.bound_mm))
    }

    /// Carts as orders came: each on the one before while there is room; zones apart.
    fn came(&self) -> Vec<Group> {
        let mut zones: BTreeMap<Option<u16>, Vec<usize>> = BTreeMap::new();
        for (index, piece) in self.cut.pieces.iter().enumerate() {
            zones.entry(piece.zone).or_default().push(index);
        }
        let mut groups = Vec::new();
        for (zone, pieces) in zones {
            let loads: Vec<Load> = pieces.iter().map(|piece| self.cut.pieces[*piece].load).collect();
            let carts = match self.way.method {
                Method::Single => (0..pieces.len()).map(|piece| vec![piece]).collect(),
                Method::Cluster | Method::Batch | Method::Zone => engine::first_in_first_out(&loads, &self.ask.carts),
            };
            for cart in carts {
                let stops = cart.iter().flat_map(|piece| {
                    let piece = &self.cut.pieces[pieces[*piece]];
                    piece.lines.iter().map(|(line, _)| (piece.order, *line))
                });
                groups.push(Group { zone, stops: stops.collect() });
            }
        }
        groups
    }

    fn told(&self, best: Walked, came_mm: i64, bound_mm: i64, filled: Filled) -> Plan {
        let (mut fifo_mm, mut fifo_seconds) = (0, 0);
        for group in self.came() {
            let length_mm = self.s_shape(&group);
            fifo_mm += length_mm;
            fifo_seconds += self.seconds(&group.stops, length_mm);
        }
        Plan {
            length_mm: best.length_mm,
            seconds: best.trips.iter().map(|trip| trip.seconds).sum(),
            trips: best.trips,
            left_out: self.left_out.clone(),
            late: best.late,
            fifo_mm,
            fifo_seconds,
            came_mm,
            bound_mm,
            filled,
        }
    }
}

/// An order takes one tote; what was not measured does not count.
fn order(job: &Job) -> Order {
    let line = |stop: &Stop| Line {
        spot: stop.spot,
        bin: stop.bin,
        units: i64::from(stop.units),
        unit_volume_ml: Some(stop.volume_ml),
        unit_weight_g: Some(stop.weight_g),
        zone: stop.zone,
    };
    Order { number: job.number.clone(), lines: job.stops.iter().map(line).collect(), totes: 1, cutoff_seconds: None }
}

/// One method's share of the work, when several are compared: tells how far the whole is, and ends when nobody waits any more.
pub struct Share<'b> {
    /// Hears millionths of the whole; answers whether to go on.
    pub go_on: &'b mut dyn FnMut(i64) -> bool,
    pub own: Steps,
    /// Of so many parts, so many were done before, and so many are this share.
    pub before: i64,
    pub part: i64,
    pub of: i64,
}

impl Share<'_> {
    /// Of the whole, when so much is left of the own.
    fn done(&self, own: i64) -> i64 {
        (self.before * WHOLE + (WHOLE - own) * self.part) / self.of.max(1)
    }
}

impl Budget for Share<'_> {
    fn left(&mut self, at: &Progress) -> i64 {
        let own = self.own.left(at);
        let done = self.done(own);
        if (self.go_on)(done) { own } else { 0 }
    }

    fn stopped(&mut self, at: &Progress) -> bool {
        let own = self.own.left(at);
        let done = self.done(own);
        !(self.go_on)(done)
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
