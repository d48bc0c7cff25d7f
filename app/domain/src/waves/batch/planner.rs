//! A wave planned: orders cut, carts filled for the least walking, sent out by cutoff, with the receipt.
//!
//! The order in which a cart visits its stops is not decided here: only how long its shortest walk is.

use std::collections::BTreeSet;

use super::budget::{self, Budget};
use super::due::{Dues, Trip};
use super::engine::{Outcome, Task, first_in_first_out, solve};
use super::fill::Ride;
use super::load::{Load, Rooms};
use super::rates::Work;
use super::receipt::{RULE, Receipt};
use super::shelves::{Gate, Shelves};
use super::walks::{ByHeart, Manner, Stop, Walks};
use super::wave::{Ask, Cut, Line, Order, Piece};
use crate::sites::roads::{Roads, Spot};
use crate::waves::route::s_shape_to;
use crate::waves::{Method, WaveRefusal};

/// One cart: what rides on it, how far and how long, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outing {
    pub pieces: Vec<Piece>,
    pub zone: Option<u16>,
    pub length_mm: i64,
    pub picker: usize,
    pub starts_seconds: i64,
    pub ends_seconds: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// In the order in which they go out.
    pub outings: Vec<Outing>,
    pub receipt: Receipt,
}

/// Plans a wave, or says by name why not.
pub fn plan(roads: &Roads, depot: Spot, orders: &[Order], ask: &Ask, budget: &mut dyn Budget) -> Result<Answer, WaveRefusal> {
    plan_in(roads, &Manner::round(depot), orders, ask, budget)
}

/// The same, with carts that may end elsewhere than they begin, or take heavy goods first.
pub fn plan_in(
    roads: &Roads,
    manner: &Manner,
    orders: &[Order],
    ask: &Ask,
    budget: &mut dyn Budget,
) -> Result<Answer, WaveRefusal> {
    let cut = ask.cut(orders)?;
    let mut zones: Vec<Option<u16>> = cut.pieces.iter().map(|piece| piece.zone).collect();
    zones.sort_unstable();
    zones.dedup();
    let wave = Wave { roads, manner, orders, ask };
    let parts: Vec<Part> = zones.iter().map(|zone| wave.part(&cut, *zone)).collect();
    let (mut rides, mut bound, mut steps) = (Vec::new(), 0, 0);
    for (index, part) in parts.iter().enumerate() {
        // Zones share the budget evenly.
        let (nth, of) = (i64::try_from(index).unwrap_or(0), i64::try_from(parts.len()).unwrap_or(1));
        let mut share = budget::Part { budget: &mut *budget, nth, of, done: steps };
        let outcome = wave.fill(part, &mut share);
        bound += outcome.bound;
        steps += outcome.steps;
        rides.push(outcome.groups);
    }
    let (outings, late) = wave.send_out(&parts, &rides);
    let fifo: Vec<Vec<Vec<usize>>> = parts.iter().map(|part| wave.fifo(part)).collect();
    let fifo_mm = parts.iter().zip(&fifo).flat_map(|(part, carts)| carts.iter().map(|cart| wave.s_shape(part, cart))).sum();
    let receipt = Receipt {
        rule: RULE.to_owned(),
        seed: ask.seed,
        method: ask.method,
        orders_considered: orders.len(),
        left_out: cut.left_out.clone(),
        carts: outings.len(),
        length_mm: outings.iter().map(|outing| outing.length_mm).sum(),
        work_seconds: outings.iter().map(|outing| outing.ends_seconds - outing.starts_seconds).sum(),
        ends_seconds: outings.iter().map(|outing| outing.ends_seconds).max().unwrap_or(0),
        late_seconds: late,
        fifo_mm,
        fifo_seconds: parts
            .iter()
            .zip(&fifo)
            .flat_map(|(part, carts)| carts.iter().map(|cart| wave.fifo_seconds(part, cart)))
            .sum(),
        bound_mm: bound,
        rates: ask.rates.basis,
        steps,
    };
    Ok(Answer { outings, receipt })
}

struct Wave<'w> {
    roads: &'w Roads,
    manner: &'w Manner,
    orders: &'w [Order],
    ask: &'w Ask,
}

/// What is put on carts together: the whole wave, or one zone of it.
struct Part {
    pieces: Vec<Piece>,
    loads: Vec<Load>,
    stops: Vec<Vec<Stop>>,
    dues: Dues,
}

impl Wave<'_> {
    fn part(&self, cut: &Cut, zone: Option<u16>) -> Part {
        let pieces: Vec<Piece> = cut.pieces.iter().filter(|piece| piece.zone == zone).cloned().collect();
        let class = |line: &Line| self.manner.class(line.unit_weight_g.unwrap_or(0));
        let stops = |piece: &Piece| {
            let lines = piece.lines.iter().map(|(line, _)| &self.orders[piece.order].lines[*line]);
            let stops = lines.filter_map(|line| Some((line.spot?, class(line))));
            stops.collect::<BTreeSet<Stop>>().into_iter().collect()
        };
        Part {
            loads: pieces.iter().map(|piece| piece.load).collect(),
            stops: pieces.iter().map(stops).collect(),
            dues: Dues {
                cutoffs: pieces.iter().map(|piece| self.orders[piece.order].cutoff_seconds).collect(),
                handling: pieces.iter().map(|piece| self.handling(std::iter::once(piece))).collect(),
                setup: self.ask.rates.setup_ms / 1_000,
                walk_mm_per_second: self.ask.rates.walk_mm_per_second,
                pickers: self.ask.pickers,
            },
            pieces,
        }
    }

    fn handling<'p>(&self, pieces: impl Iterator<Item = &'p Piece>) -> i64 {
        let (mut bins, mut work) = (BTreeSet::new(), Work::default());
        for piece in pieces {
            work.orders += 1;
            for &(line, units) in &piece.lines {
                work.units += units;
                bins.insert(self.orders[piece.order].lines[line].bin);
            }
        }
        work.stops = i64::try_from(bins.len()).unwrap_or(i64::MAX);
        self.ask.rates.handling_seconds(self.ask.method, work)
    }

    fn fill(&self, part: &Part, budget: &mut dyn Budget) -> Outcome {
        let dues = part.dues.cutoffs.iter().any(Option::is_some).then_some(&part.dues);
        let single: Vec<Load> = vec![Load { totes: 1, ..Load::default() }; part.loads.len()];
        let one = Rooms::totes(1);
        let (loads, rooms) = if self.ask.method == Method::Single { (&single, &one) } else { (&part.loads, &self.ask.carts) };
        let task = Task { loads, rooms, dues, seed: self.ask.seed };
        with_walks_in(self.roads, self.manner, &part.stops, |walks| solve(walks, task, budget))
    }

    /// Carts by cutoff, each to the picker who is free first; zones at the same time. The second is the lateness.
    fn send_out(&self, parts: &[Part], groups: &[Vec<Vec<usize>>]) -> (Vec<Outing>, i64) {
        let (mut rides, mut of) = (Vec::new(), Vec::new());
        let mut dues = Dues { pickers: self.ask.pickers, ..parts.first().map(|part| part.dues.clone()).unwrap_or_default() };
        (dues.cutoffs, dues.handling) = (Vec::new(), Vec::new());
        for (part, groups) in parts.iter().zip(groups) {
            let lengths = with_walks_in(self.roads, self.manner, &part.stops, |walks| {
                groups.iter().map(|group| walks.length(group)).collect::<Vec<i64>>()
            });
            for (group, length) in groups.iter().zip(lengths) {
                let at = dues.cutoffs.len();
                dues.cutoffs.extend(group.iter().map(|piece| part.dues.cutoffs[*piece]));
                // Bins several orders on this cart need are found once.
                let together = self.handling(group.iter().map(|piece| &part.pieces[*piece]));
                dues.handling.extend((0..group.len()).map(|first| if first == 0 { together } else { 0 }));
                rides.push(Ride { orders: (at..dues.cutoffs.len()).collect(), load: Load::default(), length, key: 0 });
                of.push(group.iter().map(|piece| part.pieces[*piece].clone()).collect::<Vec<Piece>>());
            }
        }
        let outing = |trip: &Trip| Outing {
            zone: of[trip.ride].first().and_then(|piece| piece.zone),
            pieces: of[trip.ride].clone(),
            length_mm: rides[trip.ride].length,
            picker: trip.picker,
            starts_seconds: trip.starts,
            ends_seconds: trip.ends,
        };
        (dues.schedule(&rides).iter().map(outing).collect(), dues.late(&rides))
    }

    fn fifo(&self, part: &Part) -> Vec<Vec<usize>> {
        if self.ask.method == Method::Single {
            return (0..part.pieces.len()).map(|piece| vec![piece]).collect();
        }
        first_in_first_out(&part.loads, &self.ask.carts)
    }

    fn s_shape(&self, part: &Part, cart: &[usize]) -> i64 {
        let spots: Vec<Spot> = cart.iter().flat_map(|piece| part.stops[*piece].iter().map(|stop| stop.0)).collect();
        let to = |end: &Spot| s_shape_to(self.roads, self.manner.start, *end, &spots).length_mm;
        self.manner.ends().iter().map(to).min().unwrap_or(0)
    }

    fn fifo_seconds(&self, part: &Part, cart: &[usize]) -> i64 {
        let handling = self.handling(cart.iter().map(|piece| &part.pieces[*piece]));
        self.ask.rates.setup_ms / 1_000 + self.ask.rates.walk_seconds(self.s_shape(part, cart)) + handling
    }
}

/// Walks from the depot and back.
pub fn with_walks<T>(roads: &Roads, depot: Spot, orders: &[Vec<Spot>], then: impl FnOnce(&mut dyn Walks) -> T) -> T {
    let stops: Vec<Vec<Stop>> = orders.iter().map(|spots| spots.iter().map(|spot| (*spot, 0)).collect()).collect();
    with_walks_in(roads, &Manner::round(depot), &stops, then)
}

/// Exact lengths where the site has one to three blocks and nothing goes first; elsewhere those of the best walk found.
pub fn with_walks_in<T>(roads: &Roads, manner: &Manner, orders: &[Vec<Stop>], then: impl FnOnce(&mut dyn Walks) -> T) -> T {
    let classes: BTreeSet<u8> = orders.iter().flatten().map(|stop| stop.1).collect();
    if classes.len() <= 1 {
        let gates: Option<Vec<Gate>> = manner.ends().iter().map(|&end| Gate::to(roads, manner.start, end)).collect();
        let spots: Vec<Vec<Spot>> = orders.iter().map(|stops| stops.iter().map(|stop| stop.0).collect()).collect();
        if let Some(mut shelves) = gates.as_deref().and_then(|gates| Shelves::new(roads, gates, &spots)) {
            return then(&mut shelves);
        }
    }
    then(&mut ByHeart::new(roads, manner, orders))
}

#[cfg(test)]
#[path = "planner_tests.rs"]
mod tests;
