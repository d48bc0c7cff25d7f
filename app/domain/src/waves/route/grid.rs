//! The least walk on sites of one to three blocks, exactly.
//!
//! A dynamic programme over columns from left to right, see [`super::states`] for the papers: linear in the number of aisles,
//! whatever the number of picks. Any distances between aisles and cross-aisles, start and end on any cross-aisle, aisles that
//! end early, obstacles; no one-way aisles. [`Grid::length`] is what batching calls millions of times: no allocation, and for
//! one block a handful of additions an aisle. The order of visits is [`super::tour`].

use super::advance::{FAR, Lengths, Move, Prices};
use super::sided::Sided;
use super::states::{STATES_MAX, Tables, tables};
use super::stretch::Stretch;
use crate::sites::layout::Side;
use crate::sites::roads::{Roads, Spot};

/// What lies between two neighbouring cross-aisles in one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ground {
    /// There is an aisle …
    pub aisle: bool,
    /// … as wide as this, and blocked from here to there, counted from its front end.
    pub width: i32,
    pub blocked: Option<(i32, i32)>,
}

impl Ground {
    const PLAIN: Self = Self { aisle: true, width: 0, blocked: None };

    fn passable(self) -> bool {
        self.aisle && self.blocked.is_none()
    }

    /// Both sides in reach, and nothing in the way.
    pub fn plain(self) -> bool {
        self.width == 0 && self.blocked.is_none()
    }
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
    /// One block, and back to where it began, with no wide aisle.
    short_cut: bool,
    /// Columns a walk may need even with nothing to pick there. Where all aisles are whole, a way through another can be shifted
    /// left or right, one of which makes the walk no longer, until it falls together with a column that is visited or kept.
    kept: Vec<bool>,
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
        let ground = roads.columns.iter().flat_map(|column| {
            (0..blocks).map(|block| Ground {
                aisle: column.ways[block].is_some(),
                width: column.widths[block],
                blocked: column.blocked[block].map(|(from, to)| (from - roads.crosses[block], to - roads.crosses[block])),
            })
        });
        let ground: Vec<Ground> = ground.collect();
        let regular = roads.regular;
        let kept =
            (0..roads.columns.len()).map(|column| !regular || [start.0, end.0].iter().any(|&ends| keeps(roads, ends, column)));
        let kept = kept.collect();
        Some(Self {
            xs: roads.columns.iter().map(|column| i64::from(column.x_mm)).collect(),
            lengths: roads.crosses.windows(2).map(|pair| pair[1] - pair[0]).collect(),
            crosses: roads.crosses.clone(),
            start,
            end,
            regular,
            short_cut: regular && blocks == 1 && start == end && ground.iter().all(|ground| ground.plain()),
            kept,
            ground,
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
            reached && self.ground[first + block].aisle
        };
        let block = (after.saturating_sub(2)..after.min(self.blocks())).find(lies)?;
        Some((first + block, spot.y_mm - self.crosses[block]))
    }

    /// What a stretch costs with these picks (distances from its front end, ascending), all on one side if it is wide.
    pub fn price(&self, cell: usize, picks: &[i32]) -> Stretch {
        self.price_sides(cell, picks.iter().map(|&pick| (pick, Side::Left)))
    }

    /// What a stretch costs with these picks, on either side, ascending.
    pub fn price_sides(&self, cell: usize, picks: impl IntoIterator<Item = (i32, Side)>) -> Stretch {
        let picks = picks.into_iter();
        if self.ground[cell].plain() {
            return Stretch::of(self.lengths[cell % self.blocks()], picks.map(|pick| pick.0));
        }
        self.sided(cell, picks.map(|(pick, side)| (pick, side, 0)).collect()).price()
    }

    pub(super) fn sided(&self, cell: usize, picks: Vec<(i32, Side, usize)>) -> Sided {
        let Ground { width, blocked, .. } = self.ground[cell];
        Sided { length: self.lengths[cell % self.blocks()], width, blocked, picks }
    }

    /// A wide stretch as a site of its own: rungs for aisles, its sides for cross-aisles, from its front end to its back end.
    pub(super) fn ladder(rungs: &[i32], width: i32) -> Self {
        Self {
            xs: rungs.iter().map(|&rung| i64::from(rung)).collect(),
            lengths: vec![width],
            crosses: vec![0, width],
            ground: vec![Ground::PLAIN; rungs.len()],
            start: (0, 0),
            end: (rungs.len() - 1, 0),
            regular: false,
            short_cut: false,
            kept: vec![true; rungs.len()],
            tables: tables(1, false),
        }
    }

    /// The length of the least walk, given the price list of every stretch ([`Self::cells`] of them).
    pub fn length(&self, stretches: &[Stretch]) -> i64 {
        if self.short_cut {
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
        let whole = |column: &usize| self.ground[column * blocks].aisle;
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
        let mut lengths = Lengths::<N>::begin();
        let mut best = FAR;
        self.sweep(stretches, |step| match step {
            Move::MayEnd => best = best.min(lengths.ended(self.tables).0 + lengths.all),
            _ => lengths.advance(self.tables, step),
        });
        best
    }

    /// Calls `step` for each step of the programme, in order.
    pub(super) fn sweep(&self, stretches: &[Stretch], mut step: impl FnMut(&Move)) {
        let (first, needed, last) = self.hull(stretches);
        let blocks = self.blocks();
        let mut at = first;
        for column in first..=last {
            let in_column = &stretches[column * blocks..(column + 1) * blocks];
            if !self.kept[column] && in_column.iter().all(Stretch::is_empty) {
                continue;
            }
            if column > first {
                step(&Move::Across(at, column, self.xs[column] - self.xs[at]));
                at = column;
            } else {
                step(&Move::Into);
            }
            for (place, level) in [Some(self.start), (self.end != self.start).then_some(self.end)].into_iter().flatten() {
                if place == column {
                    step(&Move::Forced(level));
                }
            }
            for (block, stretch) in in_column.iter().enumerate() {
                let cell = column * blocks + block;
                if !stretch.is_empty() {
                    step(&Move::Along(cell, block, Prices::of(stretch)));
                } else if self.ground[cell].passable() {
                    step(&Move::Along(cell, block, Prices::empty(self.lengths[block])));
                }
            }
            if column >= needed {
                step(&Move::MayEnd);
            }
        }
    }
}

/// A start or an end keeps its own column, and, when it stands beside the aisles, the nearest aisle on either hand.
fn keeps(roads: &Roads, end: usize, column: usize) -> bool {
    let aisle = |column: &usize| !roads.columns[*column].is_bare();
    let beside = !aisle(&end);
    let (left, right) = ((0..end).rev().find(aisle), (end + 1..roads.columns.len()).find(aisle));
    column == end || beside && (Some(column) == left || Some(column) == right)
}

#[cfg(test)]
#[path = "grid_tests.rs"]
pub(crate) mod tests;
