//! One step of the exact programme: the lengths of all states after it from those before, in place.
//!
//! The inner loop of two- and three-block lengths: no branch depends on lengths, and most steps touch few states, for what all
//! states pay alike is kept aside. The commonest tables are [`written`] out. Which steps follow each other is [`super::grid`].

use super::states::{Block, Pairs, Tables};
use super::stretch::{NEVER, Stretch};
use super::written;

/// Farther than any walk; two of them still add up.
pub const FAR: i64 = i64::MAX / 8;

/// One step of the programme.
#[derive(Debug, Clone, Copy)]
pub enum Move {
    /// Into the first column.
    Into,
    /// No choice: a start or an end lies on this cross-aisle.
    Forced(usize),
    /// Along this stretch: its column × blocks + block, and its block.
    Along(usize, usize, Prices),
    /// From one column to another, so far apart.
    Across(usize, usize, i64),
    /// All that must be visited lies behind: a whole tour may end here.
    MayEnd,
}

/// What the ways of walking a stretch cost; all states pay the first, which is to stay out of it or, with picks, to split it.
#[derive(Debug, Clone, Copy)]
pub struct Prices {
    pub all: i64,
    /// Beyond that: when only its front end is part of the tour, only its back end, neither.
    pub ends: Option<[i64; 2]>,
    /// … when it is walked through, once and twice.
    pub through: i64,
    pub twice: i64,
}

impl Prices {
    /// A stretch with picks.
    pub fn of(stretch: &Stretch) -> Self {
        let all = i64::from(stretch.split);
        let beyond = |way: i32| if way == NEVER { FAR } else { i64::from(way) - all };
        let Stretch { front, back, through, twice, .. } = *stretch;
        Self { all, ends: Some([beyond(front), beyond(back)]), through: beyond(through), twice: beyond(twice) }
    }

    /// A stretch with nothing to pick.
    pub fn empty(length: i32) -> Self {
        Self { all: 0, ends: None, through: i64::from(length), twice: 2 * i64::from(length) }
    }
}

/// The lengths of all states, but for what all of them paid. `N`, a power of two, is no less than their number.
#[derive(Debug, Clone, Copy)]
pub struct Lengths<const N: usize> {
    pub of: [i64; N],
    pub all: i64,
}

impl<const N: usize> Lengths<N> {
    /// “Nothing yet”.
    pub fn begin() -> Self {
        let mut of = [FAR; N];
        of[0] = 0;
        Self { of, all: 0 }
    }

    pub fn advance(&mut self, tables: &Tables, step: &Move) {
        match step {
            Move::Into => self.touch(tables),
            Move::Forced(level) => self.force(&tables.forced[*level]),
            Move::Along(_, block, prices) => self.along(tables, *block, prices),
            Move::Across(.., wide) => {
                self.leave(tables);
                self.across(&tables.edges, *wide);
                self.touch(tables);
            }
            Move::MayEnd => {}
        }
    }

    pub(super) fn touch(&mut self, tables: &Tables) {
        match tables.codes.len() {
            written::THREE => written::three::touch(self.first()),
            written::TWO => written::two::touch(self.first()),
            _ => self.relax(&tables.touch),
        }
    }

    pub(super) fn leave(&mut self, tables: &Tables) {
        match tables.codes.len() {
            written::THREE => written::three::leave(self.first()),
            written::TWO => written::two::leave(self.first()),
            _ => self.relax(&tables.leave),
        }
    }

    pub(super) fn along(&mut self, tables: &Tables, block: usize, prices: &Prices) {
        self.all += prices.all;
        let open = prices.through < FAR && prices.ends.is_none_or(|ends| ends[0].max(ends[1]) < FAR);
        match tables.codes.len() {
            written::THREE if open => written::three::along(self.first(), block, prices),
            written::TWO if open => written::two::along(self.first(), block, prices),
            _ => self.along_block(&tables.blocks[block], prices),
        }
    }

    /// The states there are: `N` is no less than their number.
    fn first<const STATES: usize>(&mut self) -> &mut [i64; STATES] {
        self.of.first_chunk_mut().expect("the array holds all states")
    }

    /// The least a whole tour may end with, but for what all paid, and in which state.
    pub fn ended(&self, tables: &Tables) -> (i64, u16) {
        tables.done.iter().map(|&state| (self.at(state), state)).min().unwrap_or((FAR, 0))
    }

    // The masks change nothing: they spare the checks of bounds.
    fn at(&self, state: u16) -> i64 {
        self.of[usize::from(state) & (N - 1)]
    }

    fn at_mut(&mut self, state: u16) -> &mut i64 {
        &mut self.of[usize::from(state) & (N - 1)]
    }

    pub(super) fn relax(&mut self, pairs: &Pairs) {
        for pair in &pairs.list {
            let length = self.at(pair.from);
            let to = self.at_mut(pair.to);
            *to = length.min(*to);
        }
    }

    fn force(&mut self, to: &[u16]) {
        let mut next = Self { of: [FAR; N], all: self.all };
        for (&to, &length) in to.iter().zip(&self.of) {
            let cell = next.at_mut(to);
            *cell = length.min(*cell);
        }
        *self = next;
    }

    pub(super) fn along_block(&mut self, block: &Block, prices: &Prices) {
        if let Some([front, back]) = prices.ends {
            // What is farther than any walk stays so.
            for &state in &block.front {
                *self.at_mut(state) = (self.at(state) + front).min(FAR);
            }
            for &state in &block.back {
                *self.at_mut(state) = (self.at(state) + back).min(FAR);
            }
            for &state in &block.neither {
                *self.at_mut(state) = FAR;
            }
        }
        if prices.through == FAR {
            return;
        }
        let mut joined = Self { of: [FAR; N], all: 0 };
        for pair in &block.joins.list {
            let length = self.at(pair.from);
            let to = joined.at_mut(pair.to);
            *to = length.min(*to);
        }
        let Prices { through, twice, .. } = *prices;
        for &(one, other) in &block.swaps {
            let (a, b) = (self.at(one), self.at(other));
            let (to_a, to_b) = (joined.at(one), joined.at(other));
            *self.at_mut(one) = a.min(b.min(to_a) + through).min(to_b + twice);
            *self.at_mut(other) = b.min(a.min(to_b) + through).min(to_a + twice);
        }
    }

    fn across(&mut self, ends: &[usize], wide: i64) {
        let mut begin = 0;
        let mut price = 0;
        for &end in ends {
            for length in &mut self.of[begin..end] {
                *length += price;
            }
            begin = end;
            price += wide;
        }
    }
}
