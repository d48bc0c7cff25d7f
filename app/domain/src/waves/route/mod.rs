//! The order in which one cart visits its stops: out from the depot, past every stop once, and back.
//!
//! Exact for few stops; beyond that nearest neighbour and the S-shape, both improved by turning and moving stretches, whichever
//! is shorter. So it is never longer than the S-shape. The same stops always give the same walk. Decides nothing about who walks.

pub mod grid;
mod states;
pub mod stretch;
pub mod tour;

use crate::sites::roads::{Roads, Spot};

/// Up to here the shortest walk is found exactly (Held–Karp: 2ⁿ·n² steps, 100,000 at most).
pub const EXACT_MAX: usize = 10;
/// Improvement rounds over all stretches; each round shortens the walk, so few are needed, and none may run away.
const ROUNDS_MAX: usize = 60;

/// A walk: positions in the given stops, in the order they are visited, and its whole length with the way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    pub order: Vec<usize>,
    pub length_mm: i64,
}

/// Distances between depot (0) and stops (1…), row by row.
struct Table {
    size: usize,
    cells: Vec<i32>,
}

impl Table {
    fn of(roads: &Roads, depot: Spot, stops: &[Spot]) -> Self {
        let places: Vec<Spot> = std::iter::once(depot).chain(stops.iter().copied()).collect();
        let cells = places.iter().flat_map(|from| places.iter().map(|to| roads.distance(*from, *to))).collect();
        Self { size: places.len(), cells }
    }

    fn at(&self, from: usize, to: usize) -> i64 {
        i64::from(self.cells[from * self.size + to])
    }

    /// Of a round: depot, these places, depot.
    fn length(&self, round: &[usize]) -> i64 {
        let mut at = 0;
        let mut length = 0;
        for &next in round {
            length += self.at(at, next);
            at = next;
        }
        length + self.at(at, 0)
    }
}

/// The best walk found.
pub fn walk(roads: &Roads, depot: Spot, stops: &[Spot]) -> Walk {
    // Several bins are often reached from one spot: it is visited once.
    let mut spots: Vec<Spot> = stops.to_vec();
    spots.sort_unstable();
    spots.dedup();
    let table = Table::of(roads, depot, &spots);
    let round = if spots.len() <= EXACT_MAX {
        exact(&table)
    } else {
        let serpentine: Vec<usize> = serpentine(&spots).into_iter().map(|stop| stop + 1).collect();
        let mut rounds = [improved(&table, serpentine), improved(&table, nearest(&table))];
        rounds.sort_by_key(|round| table.length(round));
        let [best, _] = rounds;
        best
    };
    let length_mm = table.length(&round);
    let mut order: Vec<usize> = (0..stops.len()).collect();
    let mut place = vec![0; spots.len()];
    for (position, stop) in round.iter().enumerate() {
        place[stop - 1] = position;
    }
    order.sort_by_key(|&stop| spots.binary_search(&stops[stop]).map(|spot| place[spot]));
    Walk { order, length_mm }
}

/// Aisle by aisle, up one and down the next: how people walk without a plan, and what plans are measured against.
pub fn s_shape(roads: &Roads, depot: Spot, stops: &[Spot]) -> Walk {
    let order = serpentine(stops);
    let mut at = depot;
    let mut length_mm = 0;
    for &stop in &order {
        length_mm += i64::from(roads.distance(at, stops[stop]));
        at = stops[stop];
    }
    length_mm += i64::from(roads.distance(at, depot));
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

fn nearest(table: &Table) -> Vec<usize> {
    let mut left: Vec<usize> = (1..table.size).collect();
    let mut round = Vec::with_capacity(left.len());
    let mut at = 0;
    while let Some((index, _)) = left.iter().enumerate().min_by_key(|(_, next)| (table.at(at, **next), **next)) {
        at = left.swap_remove(index);
        round.push(at);
    }
    round
}

/// Held–Karp: `best[set][last]` is the shortest way from the depot past `set`, ending at `last`.
fn exact(table: &Table) -> Vec<usize> {
    let stops = table.size - 1;
    if stops == 0 {
        return Vec::new();
    }
    let sets = 1_usize << stops;
    let mut best = vec![i64::MAX; sets * stops];
    for stop in 0..stops {
        best[(1 << stop) * stops + stop] = table.at(0, stop + 1);
    }
    for set in 1..sets {
        for last in (0..stops).filter(|last| set & (1 << last) != 0) {
            let so_far = best[set * stops + last];
            if so_far == i64::MAX {
                continue;
            }
            for next in (0..stops).filter(|next| set & (1 << next) == 0) {
                let cell = &mut best[(set | 1 << next) * stops + next];
                *cell = (*cell).min(so_far + table.at(last + 1, next + 1));
            }
        }
    }
    // Backwards: whichever stop explains the length came before.
    let mut round = Vec::with_capacity(stops);
    let mut set = sets - 1;
    let mut after = 0;
    while set != 0 {
        let inside = (0..stops).filter(|last| set & (1 << last) != 0);
        let last = inside.min_by_key(|&last| best[set * stops + last].saturating_add(table.at(last + 1, after)));
        let last = last.expect("the set is not empty");
        round.push(last + 1);
        after = last + 1;
        set &= !(1 << last);
    }
    round.reverse();
    round
}

/// Turns stretches around (2-opt) and moves short ones elsewhere (or-opt) as long as that shortens the walk.
fn improved(table: &Table, mut round: Vec<usize>) -> Vec<usize> {
    for _ in 0..ROUNDS_MAX {
        let before = table.length(&round);
        turn_stretches(table, &mut round);
        move_stretches(table, &mut round);
        if table.length(&round) >= before {
            break;
        }
    }
    round
}

/// What stands before and after a position; the depot at both ends.
fn around(round: &[usize], from: usize, to: usize) -> (usize, usize) {
    (from.checked_sub(1).map_or(0, |before| round[before]), round.get(to + 1).copied().unwrap_or(0))
}

fn turn_stretches(table: &Table, round: &mut [usize]) {
    for from in 0..round.len() {
        // One-way aisles make a stretch cost differently backwards: both directions are summed as it grows.
        let (mut there, mut back) = (0, 0);
        for to in from + 1..round.len() {
            there += table.at(round[to - 1], round[to]);
            back += table.at(round[to], round[to - 1]);
            let (before, after) = around(round, from, to);
            let now = table.at(before, round[from]) + there + table.at(round[to], after);
            let turned = table.at(before, round[to]) + back + table.at(round[from], after);
            if turned < now {
                round[from..=to].reverse();
                std::mem::swap(&mut there, &mut back);
            }
        }
    }
}

/// Stretches of up to three stops, put where they cost least, either way round.
fn move_stretches(table: &Table, round: &mut Vec<usize>) {
    for size in 1..=3.min(round.len().saturating_sub(1)) {
        for from in 0..=round.len() - size {
            let stretch: Vec<usize> = round[from..from + size].to_vec();
            let (before, after) = around(round, from, from + size - 1);
            let (first, last) = (stretch[0], stretch[size - 1]);
            let inner = |way: &[usize]| way.windows(2).map(|pair| table.at(pair[0], pair[1])).sum::<i64>();
            let turned: Vec<usize> = stretch.iter().rev().copied().collect();
            let (straight_inside, turned_inside) = (inner(&stretch), inner(&turned));
            let saved = table.at(before, first) + straight_inside + table.at(last, after) - table.at(before, after);
            let rest: Vec<usize> = round[..from].iter().chain(&round[from + size..]).copied().collect();
            let mut best = (saved, None);
            for gap in 0..=rest.len() {
                let left = gap.checked_sub(1).map_or(0, |left| rest[left]);
                let right = rest.get(gap).copied().unwrap_or(0);
                let open = table.at(left, right);
                let straight = table.at(left, first) + straight_inside + table.at(last, right) - open;
                let around = table.at(left, last) + turned_inside + table.at(first, right) - open;
                for (cost, way) in [(straight, &stretch), (around, &turned)] {
                    if cost < best.0 {
                        best = (cost, Some((gap, way)));
                    }
                }
            }
            if let (_, Some((gap, way))) = best {
                *round = rest[..gap].iter().chain(way).chain(&rest[gap..]).copied().collect();
            }
        }
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
