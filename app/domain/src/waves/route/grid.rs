//! The least walk on sites of one to three blocks, exactly.
//!
//! A dynamic programme over columns from left to right, see [`super::states`] for the papers: linear in the number of aisles,
//! whatever the number of picks. Any distances between aisles and cross-aisles, start and end on any cross-aisle, aisles that
//! end early, obstacles; no one-way aisles. [`Grid::length`] is what batching calls millions of times: no allocation, and for
//! one block a handful of additions an aisle. The order of visits is [`super::tour`].

use super::states::{STATES_MAX, Steps, THROUGH, TWICE, Tables, WAYS, tables};
use super::stretch::{NEVER, Stretch};
use crate::sites::roads::{Roads, Spot};

/// Farther than any walk; two of them still add up.
pub(super) const FAR: i64 = i64::MAX / 8;

/// What lies between two neighbouring cross-aisles in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    Aisle,
    /// No aisle, or one nobody can walk through.
    Closed,
}

/// A site of one to three blocks, made ready for walks from one junction to another (often the same).
#[derive(Debug, Clone)]
pub struct Grid {
    pub(super) xs: Vec<i64>,
    /// The length of each block's stretches.
    pub(super) lengths: Vec<i32>,
    pub(super) crosses: Vec<i32>,
    /// Column by column, block by block.
    pub(super) ground: Vec<Ground>,
    /// Column and cross-aisle.
    pub(super) start: (usize, usize),
    pub(super) end: (usize, usize),
    /// Every column is an aisle from front to back or none at all: no walk need leave the columns it must visit.
    regular: bool,
    pub(super) tables: &'static Tables,
}

impl Grid {
    /// None when the walk cannot be planned this way: more than three blocks, one-way aisles, a start or an end amid an aisle.
    pub fn of(roads: &Roads, start: Spot, end: Spot) -> Option<Self> {
        let blocks = roads.crosses.len() - 1;
        if !(1..=3).contains(&blocks) || !roads.is_symmetric() {
            return None;
        }
        let junction = |spot: Spot| Some((spot.column, roads.crosses.iter().position(|&y| y == spot.y_mm)?));
        let (start, end) = (junction(start)?, junction(end)?);
        let ground = roads.columns.iter().flat_map(|column| &column.ways);
        let regular = roads.regular;
        Some(Self {
            xs: roads.columns.iter().map(|column| i64::from(column.x_mm)).collect(),
            lengths: roads.crosses.windows(2).map(|pair| pair[1] - pair[0]).collect(),
            crosses: roads.crosses.clone(),
            ground: ground.map(|way| if way.is_some() { Ground::Aisle } else { Ground::Closed }).collect(),
            start,
            end,
            regular,
            tables: tables(blocks, start == end),
        })
    }

    pub fn blocks(&self) -> usize {
        self.lengths.len()
    }

    /// Aisles and depots beside them, from left to right.
    pub fn columns(&self) -> usize {
        self.xs.len()
    }

    /// Stretches of the site: what [`Self::length`] takes one price list each for.
    pub fn cells(&self) -> usize {
        self.ground.len()
    }

    /// The length of the stretches of one block.
    pub fn block_mm(&self, block: usize) -> i32 {
        self.lengths[block]
    }

    /// On which stretch a pick lies, column × blocks + block, and how far from its front end: one on a cross-aisle counts to the
    /// stretch before it, where there is one. None beside the aisles.
    pub fn locate(&self, spot: Spot) -> Option<(usize, i32)> {
        let after = self.crosses.partition_point(|&y| y <= spot.y_mm);
        let first = spot.column * self.blocks();
        let lies = |&block: &usize| {
            let reached = (self.crosses[block]..=self.crosses[block + 1]).contains(&spot.y_mm);
            reached && self.ground[first + block] == Ground::Aisle
        };
        let block = (after.saturating_sub(2)..after.min(self.blocks())).find(lies)?;
        Some((first + block, spot.y_mm - self.crosses[block]))
    }

    /// What a stretch costs with these picks (distances from its front end, ascending).
    pub fn price(&self, cell: usize, picks: &[i32]) -> Stretch {
        Stretch::of(self.lengths[cell % self.blocks()], picks)
    }

    /// The length of the least walk, given the price list of every stretch ([`Self::cells`] of them).
    pub fn length(&self, stretches: &[Stretch]) -> i64 {
        if self.regular && self.start == self.end && self.blocks() == 1 {
            self.round_of_one_block(stretches)
        } else {
            match self.tables.codes.len() {
                0..=32 => self.walk_of_any::<32>(stretches),
                33..=128 => self.walk_of_any::<128>(stretches),
                _ => self.walk_of_any::<STATES_MAX>(stretches),
            }
        }
    }

    /// The first column a least walk may go to, the last it must, and the last it may.
    pub(super) fn hull(&self, stretches: &[Stretch]) -> (usize, usize, usize) {
        let (first, last) = (self.start.0.min(self.end.0), self.start.0.max(self.end.0));
        let blocks = self.blocks();
        let first = stretches.iter().position(|s| !s.is_empty()).map_or(first, |cell| first.min(cell / blocks));
        let last = stretches.iter().rposition(|s| !s.is_empty()).map_or(last, |cell| last.max(cell / blocks));
        if !self.regular {
            return (0, last, self.columns() - 1);
        }
        if self.start == self.end {
            return (first, last, last);
        }
        // Two depots beside the aisles may be joined by an aisle farther out.
        let whole = |column: &usize| self.ground[column * blocks] == Ground::Aisle;
        ((0..=first).rev().find(whole).unwrap_or(first), last, (last..self.columns()).find(whole).unwrap_or(last))
    }

    /// Ratliff & Rosenthal's states as variables: only the front junction is part of the tour, only the back one, both in one
    /// component, both in two, both with odd degree. Aisles with nothing to pick are passed over, and none is walked twice: in
    /// one block neither is ever needed (for the latter Revenant, Cambazard & Catusse 2025, arXiv:2503.02476; both are checked
    /// against the general steps by the tests).
    fn round_of_one_block(&self, stretches: &[Stretch]) -> i64 {
        let (mut nothing, mut front, mut back, mut whole, mut apart, mut odd) = (0, FAR, FAR, FAR, FAR, FAR);
        let (first, last, _) = self.hull(stretches);
        let mut at = self.xs[first];
        let columns = self.xs.iter().zip(stretches).enumerate();
        for (column, (&x, stretch)) in columns.take(last + 1).skip(first) {
            let depot = column == self.start.0;
            if stretch.is_empty() && !depot {
                continue;
            }
            let wide = 2 * (x - at);
            at = x;
            front = front.min(whole) + wide;
            back = back.min(whole) + wide;
            whole += 2 * wide;
            apart += 2 * wide;
            odd += wide;
            if depot {
                if self.start.1 == 0 {
                    apart = apart.min(back);
                    front = front.min(nothing);
                    back = FAR;
                } else {
                    apart = apart.min(front);
                    back = back.min(nothing);
                    front = FAR;
                }
                nothing = FAR;
            }
            if !stretch.is_empty() {
                let [through, in_front, in_back, split] =
                    [stretch.through, stretch.front, stretch.back, stretch.split].map(i64::from);
                let any = nothing.min(front).min(back).min(apart);
                let crossed = any.min(whole) + through;
                whole = (whole + split).min(odd + through);
                odd = (odd + split).min(crossed);
                front = front.min(nothing) + in_front;
                back = back.min(nothing) + in_back;
                apart = any + split;
                nothing = FAR;
            }
        }
        front.min(back).min(whole)
    }

    /// By the general steps; `N`, a power of two, is no less than the number of states.
    fn walk_of_any<const N: usize>(&self, stretches: &[Stretch]) -> i64 {
        let (mut here, mut next) = ([FAR; N], [FAR; N]);
        here[0] = 0;
        let mut best = FAR;
        self.sweep(stretches, |step, prices| {
            match step {
                Move::MayEnd => {
                    best = self.tables.done.iter().map(|&state| here[usize::from(state)]).fold(best, i64::min);
                    return;
                }
                Move::Across(steps, _) | Move::Stretch(steps, _) => advance(steps, &here, &mut next, prices),
                Move::Forced(to) => {
                    next.fill(FAR);
                    for (&to, &length) in to.iter().zip(&here) {
                        let cell = &mut next[usize::from(to)];
                        *cell = length.min(*cell);
                    }
                }
            }
            std::mem::swap(&mut here, &mut next);
        });
        best
    }

    /// Calls `step` for each step of the programme, in order, with its prices.
    pub(super) fn sweep(&self, stretches: &[Stretch], mut step: impl FnMut(Move<'_>, &[i64; WAYS])) {
        let (first, needed, last) = self.hull(stretches);
        let blocks = self.blocks();
        for column in first..=last {
            if column > first {
                let wide = self.xs[column] - self.xs[column - 1];
                let mut edges = [0; WAYS];
                (0..).zip(&mut edges).for_each(|(count, price)| *price = count * wide);
                step(Move::Across(&self.tables.across, column), &edges);
            }
            for (place, level) in [self.start, self.end] {
                if place == column {
                    let to = if self.start == self.end { &self.tables.touch } else { &self.tables.flip };
                    step(Move::Forced(&to[level]), &[0; WAYS]);
                }
            }
            for block in 0..blocks {
                let cell = column * blocks + block;
                let (stretch, ground) = (&stretches[cell], self.ground[cell]);
                if !stretch.is_empty() {
                    step(Move::Stretch(&self.tables.full[block], cell), &priced(stretch));
                } else if ground == Ground::Aisle {
                    let mut prices = [0; WAYS];
                    prices[usize::from(THROUGH)] = i64::from(self.lengths[block]);
                    prices[usize::from(TWICE)] = 2 * i64::from(self.lengths[block]);
                    step(Move::Stretch(&self.tables.empty[block], cell), &prices);
                }
            }
            if column >= needed {
                step(Move::MayEnd, &[0; WAYS]);
            }
        }
    }
}

/// One step of the programme.
#[derive(Debug, Clone, Copy)]
pub(super) enum Move<'a> {
    /// To this column from the one before.
    Across(&'a Steps, usize),
    /// Along this stretch.
    Stretch(&'a Steps, usize),
    /// No choice: a start or an end lies here.
    Forced(&'a [u16]),
    /// No choice: all that must be visited lies behind, a whole tour may end here.
    MayEnd,
}

fn priced(stretch: &Stretch) -> [i64; WAYS] {
    let mut prices = [0; WAYS];
    let ways = [NEVER, stretch.through, stretch.twice, stretch.front, stretch.back, stretch.split];
    for (price, way) in prices.iter_mut().zip(ways) {
        *price = if way == NEVER { FAR } else { i64::from(way) };
    }
    prices
}

fn advance<const N: usize>(steps: &Steps, here: &[i64; N], next: &mut [i64; N], prices: &[i64; WAYS]) {
    next.fill(FAR);
    let mut begin = 0;
    for reached in &steps.reached {
        let end = usize::from(reached.end);
        let mut best = FAR;
        for source in &steps.sources[begin..end] {
            // The masks change nothing: they spare the checks of bounds.
            best = best.min(here[usize::from(source.from) & (N - 1)] + prices[usize::from(source.by) & (WAYS - 1)]);
        }
        next[usize::from(reached.state) & (N - 1)] = best;
        begin = end;
    }
}

#[cfg(test)]
#[path = "grid_tests.rs"]
pub(crate) mod tests;
