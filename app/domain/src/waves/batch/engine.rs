//! From a first filling to the best that can be had in the time given, with a bound that says how good it is at least.
//!
//! Savings first; on small waves all carts' worths and set partitioning, which proves; otherwise annealing and set partitioning in
//! turn. Anytime, and the same for the same seed and count of steps. Knows lengths and loads only; what orders are, see
//! [`super::wave`].

use super::bound::bound;
use super::budget::{Budget, Meter, WHOLE};
use super::due::Dues;
use super::enumerate::{self, Pricing};
use super::fill::Fill;
use super::load::{Load, Rooms};
use super::partition::{ORDERS_MAX, partition};
use super::pool::Pool;
use super::prices::{Prices, effort, prices};
use super::savings::savings;
use super::search::Search;
use super::walks::{Lengths, Walks};
use crate::waves::rng::Rng;

/// With so many carts' worths at most, all are looked at.
const ALL_MAX: usize = 40_000;
/// Up to so many orders, everybody may join everybody.
const EVERYBODY_MAX: usize = 160;
/// Whom an order tries first: the nearest so many.
const NEAR: usize = 40;
/// … and in large waves so many to begin with.
const FIRST: usize = 12;
/// Steps of set partitioning: some seconds at most, should the budget not end before.
const PARTITION_STEPS: u64 = 20_000_000;
/// Orders between two looks at whether somebody still waits, before the search itself.
const LOOK: usize = 16;
/// Parts of the mean length of a cart's walk at which annealing begins and ends, in ten-thousandths.
const HOT: i64 = 400;
const COLD: i64 = 60;

/// What is put on carts: by position, what each order takes up; and what carts there are.
#[derive(Debug, Clone, Copy)]
pub struct Task<'t> {
    pub loads: &'t [Load],
    pub rooms: &'t Rooms,
    pub dues: Option<&'t Dues>,
    pub seed: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The orders of each cart.
    pub groups: Vec<Vec<usize>>,
    pub length: i64,
    /// Seconds late over all orders.
    pub late: i64,
    /// No plan is shorter than this, whatever the cutoffs.
    pub bound: i64,
    /// Work done, as budgets count it, and the walks worked out for it.
    pub steps: u64,
    pub walked: u64,
}

impl Outcome {
    pub const fn proven(&self) -> bool {
        self.late == 0 && self.length <= self.bound
    }
}

struct Engine<'t, 'w, 'b> {
    task: Task<'t>,
    lengths: Lengths<'w>,
    alone: Vec<i64>,
    pool: Pool,
    rng: Rng,
    bound: i64,
    best: Fill,
    meter: Meter<'b>,
}

/// Fills carts. Every order must fit on some cart.
pub fn solve(walks: &mut dyn Walks, task: Task<'_>, budget: &mut dyn Budget) -> Outcome {
    let mut engine = Engine::start(walks, task, budget);
    if !task.loads.is_empty() {
        engine.run();
    }
    let Engine { lengths, best, bound, meter, .. } = engine;
    Outcome {
        groups: best.groups(),
        length: best.length,
        late: best.late,
        bound: bound.min(best.length),
        steps: meter.at.steps,
        walked: lengths.walked,
    }
}

/// As orders come, each on the cart before it while there is room.
pub fn first_in_first_out(loads: &[Load], rooms: &Rooms) -> Vec<Vec<usize>> {
    let mut carts: Vec<Vec<usize>> = Vec::new();
    let mut taken = Load::default();
    for (order, load) in loads.iter().enumerate() {
        match carts.last_mut() {
            Some(cart) if rooms.fit(taken.plus(*load)) => {
                cart.push(order);
                taken = taken.plus(*load);
            }
            _ => {
                carts.push(vec![order]);
                taken = *load;
            }
        }
    }
    carts
}

impl<'t, 'w, 'b> Engine<'t, 'w, 'b> {
    fn start(walks: &'w mut dyn Walks, task: Task<'t>, budget: &'b mut dyn Budget) -> Self {
        let orders = task.loads.len();
        let (mut lengths, mut meter) = (Lengths::new(walks, orders), Meter::new(budget));
        let mut alone = Vec::with_capacity(orders);
        while alone.len() < orders && (!alone.len().is_multiple_of(LOOK) || !meter.stopped(lengths.asked)) {
            alone.push(lengths.of(&[alone.len()]));
        }
        let waited_for = alone.len() == orders;
        alone.resize(orders, 0);
        let bound = if orders == 0 || !waited_for { 0 } else { bound(&mut lengths, task.loads, task.rooms) };
        let groups = first_in_first_out(task.loads, task.rooms);
        let best = Fill::of(&mut lengths, task.loads, groups);
        let mut engine = Self { task, lengths, alone, pool: Pool::default(), rng: Rng::new(task.seed), bound, best, meter };
        engine.best.late = engine.late(&engine.best);
        engine
    }

    fn late(&self, fill: &Fill) -> i64 {
        self.task.dues.map_or(0, |dues| dues.late(&fill.rides))
    }

    fn take(&mut self, fill: Fill) {
        if fill.cost() < self.best.cost() {
            self.best = fill;
            self.meter.at.length = self.best.length;
        }
    }

    fn take_groups(&mut self, groups: Vec<Vec<usize>>) {
        let mut fill = Fill::of(&mut self.lengths, self.task.loads, groups);
        fill.late = self.late(&fill);
        self.take(fill);
    }

    fn run(&mut self) {
        let Some(near) = self.near() else { return };
        if near.iter().all(Vec::is_empty) {
            // No two fit on a cart: there is one way only.
            self.raise(self.best.length);
            return;
        }
        let first = if self.task.loads.len() <= EVERYBODY_MAX { usize::MAX } else { FIRST };
        let company: Vec<Vec<usize>> = near.iter().map(|near| near.iter().copied().take(first).collect()).collect();
        let meter = &mut self.meter;
        let groups = savings(&mut self.lengths, self.task.loads, self.task.rooms, &company, &mut |asked| !meter.stopped(asked));
        self.take_groups(groups);
        self.meter.at.steps = self.lengths.asked;
        let near: Vec<Vec<usize>> = near.into_iter().map(|near| near.into_iter().take(NEAR).collect()).collect();
        if self.task.loads.len() > ORDERS_MAX {
            self.anneal(&near, HOT, (WHOLE, 0));
            return;
        }
        if !self.settled() && enumerate::count(self.task.loads, self.task.rooms, ALL_MAX).is_some() {
            self.see_all();
        }
        if !self.settled() {
            self.anneal(&near, HOT, (WHOLE, 350_000));
            self.put_together(300_000, false);
            self.look_for_bound(200_000);
        }
        if !self.settled() {
            self.anneal(&near, HOT / 4, (200_000, 50_000));
            self.put_together(0, false);
        }
    }

    /// Whom each order would best join, best first: by what joining saves, or in large waves by a look at where their stops lie.
    /// None when nobody waits any more.
    fn near(&mut self) -> Option<Vec<Vec<usize>>> {
        let Task { loads, rooms, .. } = self.task;
        let closely = loads.len() <= EVERYBODY_MAX;
        let mut all = Vec::with_capacity(loads.len());
        for one in 0..loads.len() {
            if one.is_multiple_of(LOOK) && self.meter.stopped(self.lengths.asked) {
                return None;
            }
            let fits = |other: &usize| *other != one && rooms.fit(loads[one].plus(loads[*other]));
            let mut apart = |other| {
                if closely {
                    self.lengths.of(&[one, other]) - self.alone[one] - self.alone[other]
                } else {
                    self.lengths.apart(one, other)
                }
            };
            let mut ranked: Vec<(i64, usize)> = (0..loads.len()).filter(fits).map(|other| (apart(other), other)).collect();
            if !closely && ranked.len() > NEAR {
                ranked.select_nth_unstable(NEAR - 1);
                ranked.truncate(NEAR);
            }
            ranked.sort_unstable();
            // From the slice: collecting the list itself would keep its room for everybody.
            all.push(ranked.iter().map(|(_, other)| *other).collect());
        }
        Some(all)
    }

    fn settled(&self) -> bool {
        self.best.late == 0 && self.best.length <= self.bound
    }

    fn anneal(&mut self, near: &[Vec<usize>], hot: i64, (from, to): (i64, i64)) {
        let carts = i64::try_from(self.best.rides.len()).unwrap_or(1).max(1);
        let mean = self.best.length / carts;
        let mut search = Search {
            lengths: &mut self.lengths,
            loads: self.task.loads,
            rooms: self.task.rooms,
            dues: self.task.dues,
            near,
            rng: self.rng.clone(),
            pool: &mut self.pool,
            heat: 0,
            worth_keeping: 0,
        };
        let meter = &mut self.meter;
        let left = |more| (meter.left(more) - to) * WHOLE / (from - to);
        let best = search.anneal(self.best.clone(), mean * hot / 10_000, mean * COLD / 10_000, left);
        self.rng = search.rng;
        self.take(best);
        for ride in &self.best.rides {
            self.pool.see(ride);
        }
    }

    /// Set partitioning over all carts' worths there are: what it finds is the shortest plan.
    fn see_all(&mut self) {
        let until = WHOLE * 3 / 4;
        let all = enumerate::all(&mut self.lengths, self.task.loads, self.task.rooms, &mut self.pool, self.meter.until(until));
        self.put_together(until, all);
    }

    /// The shortest plan of what was seen so far; and a bound, when that is `all` there is.
    fn put_together(&mut self, until: i64, all: bool) {
        let Some(prices) = self.prices(until) else { return };
        if all {
            self.raise(prices.sum);
        }
        let (best, grain) = (self.best.length, self.lengths.grain());
        let part = partition(&self.pool.columns, &prices, (best, grain), PARTITION_STEPS, &mut self.meter);
        if let Some(chosen) = part.chosen {
            self.take_groups(chosen.into_iter().map(|column| self.pool.columns[column].orders.clone()).collect());
        }
        if all && part.finished {
            self.raise(part.length.min(best));
        }
    }

    /// None when there is no time for them.
    fn prices(&mut self, until: i64) -> Option<Prices> {
        let meter = self.meter.until(until);
        if meter.affords(effort(&self.alone, &self.pool.columns)) { prices(&self.alone, &self.pool.columns, meter) } else { None }
    }

    /// Column generation: looks for carts' worths worth more than they cost until there are none.
    fn look_for_bound(&mut self, until: i64) {
        while let Some(prices) = self.prices(until) {
            let pricing = Pricing::new(&mut self.lengths, self.task.loads, self.task.rooms, &prices);
            let (finished, found) = pricing.run(&mut self.meter);
            if finished {
                self.raise(prices.mended_for(found.iter().map(|(_, column)| column)).sum);
            }
            let more = found.into_iter().filter(|(key, column)| self.pool.add(*key, &column.orders, column.length)).count();
            if !finished || more == 0 {
                return;
            }
        }
    }

    /// Lengths are whole grains, and so are bounds. What is not proven to be shortest proves nothing.
    fn raise(&mut self, bound: i64) {
        if !self.lengths.exact() {
            return;
        }
        let grain = self.lengths.grain();
        self.bound = self.bound.max((bound + grain - 1).div_euclid(grain) * grain);
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
pub(super) mod tests;
