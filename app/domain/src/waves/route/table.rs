//! Distances between the stops of one walk, and the shortest walk of a few stops by trying all sets.
//!
//! Place 0 is where the walk begins and ends: its row leads from the start, its column to the end, so that a walk between two
//! depots is a round like any other. Weight classes (heavier picked before lighter) are ways that are not open. Decides nothing
//! about many stops: [`super::search`] does.

use crate::sites::roads::{Roads, Spot};

/// Not a way at all: from lighter to heavier. Farther than any walk, and some thousands of them still add up.
pub const BARRED: i64 = 1 << 48;

/// From place to place, row by row; stops are 1….
#[derive(Debug, Clone)]
pub struct Table {
    pub size: usize,
    /// Something goes first.
    pub barred: bool,
    cells: Vec<i64>,
}

impl Table {
    /// `classes`, when given, are one a stop: those of a higher class are picked first.
    pub fn of(roads: &Roads, (start, end): (Spot, Spot), stops: &[Spot], classes: Option<&[u8]>) -> Self {
        let size = stops.len() + 1;
        let mut cells = vec![0; size * size];
        let between = |a: Spot, b: Spot| i64::from(roads.distance(a, b));
        let mirrored = roads.is_symmetric();
        for (from, row) in (0..).zip(cells.chunks_exact_mut(size)) {
            for (to, cell) in row.iter_mut().enumerate() {
                *cell = match (from, to) {
                    (0, 0) => between(start, end),
                    (0, to) => between(start, stops[to - 1]),
                    (from, 0) => between(stops[from - 1], end),
                    (from, to) if mirrored && to < from => 0,
                    (from, to) => between(stops[from - 1], stops[to - 1]),
                };
            }
        }
        if mirrored {
            for from in 2..size {
                for to in 1..from {
                    cells[from * size + to] = cells[to * size + from];
                }
            }
        }
        let mut table = Self { size, barred: false, cells };
        if let Some(classes) = classes {
            table.bar(classes);
        }
        table
    }

    /// Leaves open only ways within a class and to the next lighter one there is.
    fn bar(&mut self, classes: &[u8]) {
        self.barred = classes.iter().any(|class| *class != classes[0]);
        let next = |class: u8| classes.iter().copied().filter(|&other| other < class).max();
        let (heaviest, lightest) = (classes.iter().max(), classes.iter().min());
        for from in 0..self.size {
            for to in (0..self.size).filter(|&to| to != from) {
                let open = match (from.checked_sub(1), to.checked_sub(1)) {
                    (None, Some(to)) => heaviest == Some(&classes[to]),
                    (Some(from), None) => lightest == Some(&classes[from]),
                    (Some(from), Some(to)) => classes[from] == classes[to] || next(classes[from]) == Some(classes[to]),
                    (None, None) => true,
                };
                if !open {
                    self.cells[from * self.size + to] = BARRED;
                }
            }
        }
    }

    pub fn at(&self, from: usize, to: usize) -> i64 {
        self.cells[from * self.size + to]
    }

    /// Of a round: start, these places, end.
    pub fn length(&self, round: &[usize]) -> i64 {
        let mut at = 0;
        let mut length = 0;
        for &next in round {
            length += self.at(at, next);
            at = next;
        }
        length + self.at(at, 0)
    }

    /// Held & Karp (1962, Journal of SIAM 10:1): `best[set][last]` is the shortest way from the start past `set`, ending at `last`.
    pub fn exact(&self) -> Vec<usize> {
        let stops = self.size - 1;
        if stops == 0 {
            return Vec::new();
        }
        let sets = 1_usize << stops;
        let mut best = vec![i64::MAX; sets * stops];
        for stop in 0..stops {
            best[(1 << stop) * stops + stop] = self.at(0, stop + 1);
        }
        for set in 1..sets {
            for last in (0..stops).filter(|last| set & (1 << last) != 0) {
                let so_far = best[set * stops + last];
                if so_far == i64::MAX {
                    continue;
                }
                for next in (0..stops).filter(|next| set & (1 << next) == 0) {
                    let cell = &mut best[(set | 1 << next) * stops + next];
                    *cell = (*cell).min(so_far + self.at(last + 1, next + 1));
                }
            }
        }
        // Backwards: whichever stop explains the length came before.
        let mut round = Vec::with_capacity(stops);
        let mut set = sets - 1;
        let mut after = 0;
        while set != 0 {
            let inside = (0..stops).filter(|last| set & (1 << last) != 0);
            let last = inside.min_by_key(|&last| best[set * stops + last].saturating_add(self.at(last + 1, after)));
            let last = last.expect("the set is not empty");
            round.push(last + 1);
            after = last + 1;
            set &= !(1 << last);
        }
        round.reverse();
        round
    }

    /// Always on to the nearest place left.
    pub fn nearest(&self) -> Vec<usize> {
        let mut left: Vec<usize> = (1..self.size).collect();
        let mut round = Vec::with_capacity(left.len());
        let mut at = 0;
        while let Some((index, _)) = left.iter().enumerate().min_by_key(|(_, next)| (self.at(at, **next), **next)) {
            at = left.swap_remove(index);
            round.push(at);
        }
        round
    }
}
