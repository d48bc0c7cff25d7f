//! A short walk over many stops where no exact programme applies: one-way aisles, more than three blocks, weight classes.
//!
//! Three ways on are exchanged at a time, in the manner of Lin & Kernighan (1973, Operations Research 21:2) but never deeper:
//! stretches are turned around, or moved elsewhere either way round, as long as that shortens the walk; ways back may differ from
//! ways there. The best walk is then shaken locally (the double bridge of Martin, Otto & Felten 1991, Complex Systems 5) and
//! mended, again and again. The generator is seeded by a constant, so the same stops always give the same walk. How far from the
//! shortest it can be at most is [`super::bound`].

use super::table::Table;
use crate::waves::rng::Rng;

/// A new way on is sought among this many nearest places.
const NEAR: usize = 8;
/// Longer stretches are turned but not moved.
const MOVED_MAX: usize = 12;
/// Shakings a stop, and in all: short lists cost little however often, and long ones stay affordable.
const SHAKES_PER_STOP: usize = 12;
const SHAKES_MIN: usize = 400;
const SHAKES_MAX: usize = 1_500;
/// Where something goes first there are fewer ways to choose from, and every cart of a wave is searched for: no more than so many.
const SHAKES_BARRED: usize = 60;
/// A shaking stays within this many neighbours on the walk: mending it costs the same however long the walk is.
const SHAKEN: usize = 30;
const SEED: u64 = 1;

/// Improves these rounds, then the best of them further. `enough`: a length known to be the shortest there can be, if any.
pub fn search(table: &Table, begun: impl IntoIterator<Item = Vec<usize>>, enough: i64) -> Vec<usize> {
    let near = near(table);
    let mended = begun.into_iter().map(|round| {
        let mut path = Path::of(table, &near, &round);
        path.mend(&mut (0..table.size).collect());
        path
    });
    let Some(mut best) = mended.min_by_key(Path::length) else {
        return Vec::new();
    };
    let mut rng = Rng::new(SEED);
    let shakes = (SHAKES_PER_STOP * table.size).clamp(SHAKES_MIN, SHAKES_MAX);
    for _ in 0..if table.barred { SHAKES_BARRED } else { shakes } {
        if best.length() <= enough || table.size < 6 {
            break;
        }
        let mut other = best.clone();
        let mut dirty = other.shake(&mut rng);
        other.mend(&mut dirty);
        if other.length() <= best.length() {
            best = other;
        }
    }
    best.stops[1..table.size].to_vec()
}

/// For each place, to which others the way is shortest.
fn near(table: &Table) -> Vec<Vec<usize>> {
    let sorted = |from: usize| {
        let mut others: Vec<usize> = (1..table.size).filter(|&to| to != from).collect();
        others.sort_by_key(|&to| (table.at(from, to), to));
        others.truncate(NEAR);
        others
    };
    (0..table.size).map(sorted).collect()
}

/// A stretch of the path, and what becomes of it.
#[derive(Debug, Clone, Copy)]
enum Exchange {
    Turn {
        from: usize,
        to: usize,
    },
    /// Between position `gap` and the one after it.
    Move {
        from: usize,
        to: usize,
        gap: usize,
        turned: bool,
    },
}

#[derive(Debug, Clone)]
struct Path<'a> {
    table: &'a Table,
    near: &'a [Vec<usize>],
    /// Place 0 at both ends.
    stops: Vec<usize>,
    position: Vec<usize>,
    /// Lengths up to each position, and those of the same ways walked back.
    there: Vec<i64>,
    back: Vec<i64>,
}

impl<'a> Path<'a> {
    fn of(table: &'a Table, near: &'a [Vec<usize>], round: &[usize]) -> Self {
        let stops: Vec<usize> = std::iter::once(0).chain(round.iter().copied()).chain(std::iter::once(0)).collect();
        let (position, sums) = (vec![0; table.size], vec![0; stops.len()]);
        let mut path = Self { table, near, stops, position, there: sums.clone(), back: sums };
        path.sum();
        path
    }

    fn sum(&mut self) {
        for at in 1..self.stops.len() {
            let (before, here) = (self.stops[at - 1], self.stops[at]);
            self.there[at] = self.there[at - 1] + self.table.at(before, here);
            self.back[at] = self.back[at - 1] + self.table.at(here, before);
            if here != 0 {
                self.position[here] = at;
            }
        }
    }

    fn length(&self) -> i64 {
        self.there[self.stops.len() - 1]
    }

    /// Between the places at two positions.
    fn way(&self, from: usize, to: usize) -> i64 {
        self.table.at(self.stops[from], self.stops[to])
    }

    /// From the stretch's one end to the other, as it lies or turned.
    fn inside(&self, from: usize, to: usize, turned: bool) -> i64 {
        if turned { self.back[to] - self.back[from] } else { self.there[to] - self.there[from] }
    }

    /// How much longer the walk becomes.
    fn cost(&self, exchange: Exchange) -> i64 {
        match exchange {
            Exchange::Turn { from, to } => {
                let turned = self.way(from - 1, to) + self.inside(from, to, true) + self.way(from, to + 1);
                turned - self.inside(from - 1, to + 1, false)
            }
            Exchange::Move { from, to, gap, turned } => {
                let (first, last) = if turned { (to, from) } else { (from, to) };
                let there =
                    self.way(gap, first) + self.inside(from, to, turned) + self.way(last, gap + 1) - self.way(gap, gap + 1);
                there + self.way(from - 1, to + 1) - self.inside(from - 1, to + 1, false)
            }
        }
    }

    /// The best exchange that makes one of the near places follow the one at `at`.
    fn best(&self, at: usize) -> Option<Exchange> {
        let stops = self.stops.len() - 2;
        let mut best = (0, None);
        let mut consider = |exchange: Exchange| {
            let cost = self.cost(exchange);
            if cost < best.0 {
                best = (cost, Some(exchange));
            }
        };
        for &next in &self.near[self.stops[at]] {
            let next = self.position[next];
            if next == at + 1 {
                continue;
            }
            if next > at {
                consider(Exchange::Turn { from: at + 1, to: next });
            } else {
                consider(Exchange::Turn { from: next + 1, to: at });
            }
            for more in 0..MOVED_MAX.min(stops) {
                // The stretch begins with the near place, and goes behind this one.
                if next + more <= stops && (at < next || next + more < at) {
                    consider(Exchange::Move { from: next, to: next + more, gap: at, turned: false });
                }
                if next > more && (at + 1 < next - more || next < at) {
                    consider(Exchange::Move { from: next - more, to: next, gap: at, turned: true });
                }
                // The stretch ends with this place, and goes before the near one.
                if at > more && (next < at - more || at < next) {
                    consider(Exchange::Move { from: at - more, to: at, gap: next - 1, turned: false });
                }
                if at > 0 && at + more <= stops && (at + more + 1 < next || next < at) {
                    consider(Exchange::Move { from: at, to: at + more, gap: next - 1, turned: true });
                }
            }
        }
        best.1
    }

    fn apply(&mut self, exchange: Exchange) {
        match exchange {
            Exchange::Turn { from, to } => self.stops[from..=to].reverse(),
            Exchange::Move { from, to, gap, turned } => {
                if turned {
                    self.stops[from..=to].reverse();
                }
                if gap < from {
                    self.stops[gap + 1..=to].rotate_right(to + 1 - from);
                } else {
                    self.stops[from..=gap].rotate_left(to + 1 - from);
                }
            }
        }
        self.sum();
    }

    /// Applies exchanges at the places listed, and at those they touch, until none helps.
    fn mend(&mut self, dirty: &mut Vec<usize>) {
        while let Some(place) = dirty.pop() {
            let at = if place == 0 { 0 } else { self.position[place] };
            let Some(exchange) = self.best(at) else { continue };
            let ends = match exchange {
                Exchange::Turn { from, to } => [from - 1, from, to, to + 1, at, at],
                Exchange::Move { from, to, gap, .. } => [from - 1, from, to, to + 1, gap, gap + 1],
            };
            let touched = ends.map(|end| self.stops[end]);
            let hoped = self.length() + self.cost(exchange);
            self.apply(exchange);
            debug_assert_eq!(self.length(), hoped);
            for place in touched {
                if !dirty.contains(&place) {
                    dirty.push(place);
                }
            }
        }
    }

    /// Three neighbouring stretches in the opposite order, none turned: no single exchange undoes that. Answers the places at
    /// their ends.
    fn shake(&mut self, rng: &mut Rng) -> Vec<usize> {
        let stops = self.stops.len() - 2;
        let span = SHAKEN.min(stops);
        let first = 1 + rng.below(stops - span + 1);
        let mut cuts = [rng.below(span - 1), rng.below(span - 1)].map(|cut| first + 1 + cut);
        cuts.sort_unstable();
        if cuts[0] == cuts[1] {
            cuts = [first + span / 3, first + 2 * span / 3];
        }
        let (from, [one, two], to) = (first, cuts, first + span);
        let new: Vec<usize> = [&self.stops[two..to], &self.stops[one..two], &self.stops[from..one]].concat();
        let ends = [from - 1, from, one - 1, one, two - 1, two, to - 1, to].map(|end| self.stops[end]);
        self.stops[from..to].copy_from_slice(&new);
        self.sum();
        ends.to_vec()
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
