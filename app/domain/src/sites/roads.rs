//! Distances: how far it is from one spot of a sound layout to another, and which way one walks.
//!
//! Exact. On regular layouts (every aisle joins every cross-aisle, both ways) by closed form; otherwise by a table of
//! shortest paths between junctions, made once. Decides nothing about the order in which spots are visited.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::layout::{Access, Layout, Point, Side, Way};

/// A place to stand: on an aisle, or at a depot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot {
    pub x_mm: i32,
    pub y_mm: i32,
    /// Which of [`Roads::columns`] it lies on.
    pub(crate) column: usize,
    /// Where crossing the aisle costs something; elsewhere both sides are one spot.
    pub(crate) side: Option<Side>,
}

/// One place `x` where aisles or depots lie, and per block how the aisle there may be walked (`None`: no aisle), how wide it is,
/// and what part of it is blocked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    pub x_mm: i32,
    pub ways: Vec<Option<Way>>,
    pub widths: Vec<i32>,
    pub blocked: Vec<Option<(i32, i32)>>,
}

/// A layout ready for distances.
#[derive(Debug, Clone)]
pub struct Roads {
    pub(crate) columns: Vec<Column>,
    pub(crate) crosses: Vec<i32>,
    aisles: BTreeMap<i32, (usize, i32, i32)>,
    depots: Vec<Spot>,
    pub(crate) regular: bool,
    /// From junction × to junction, row by row; empty when regular.
    table: Vec<i32>,
}

const FAR: i32 = i32::MAX;

impl Roads {
    /// Of a checked layout only: [`Layout::roads`].
    pub(super) fn lay(layout: &Layout) -> Self {
        let blocks = layout.cross_aisles.len() - 1;
        let mut columns: BTreeMap<i32, Column> = BTreeMap::new();
        let bare = |x_mm| Column { x_mm, ways: vec![None; blocks], widths: vec![0; blocks], blocked: vec![None; blocks] };
        for aisle in &layout.aisles {
            let column = columns.entry(aisle.x_mm).or_insert_with(|| bare(aisle.x_mm));
            let span = usize::from(aisle.from)..usize::from(aisle.to);
            column.ways[span.clone()].fill(Some(aisle.way));
            column.widths[span].fill(aisle.width_mm);
            for (block, blocked) in layout.blocked(aisle) {
                column.blocked[block] = Some(blocked);
            }
        }
        for depot in &layout.depots {
            columns.entry(depot.x_mm).or_insert_with(|| bare(depot.x_mm));
        }
        let columns: Vec<Column> = columns.into_values().collect();
        let column_at = |x: i32| columns.partition_point(|c| c.x_mm < x);
        let aisles = layout.aisles.iter().map(|a| {
            let y = |cross: u16| layout.cross_aisles[usize::from(cross)];
            (a.no, (column_at(a.x_mm), y(a.from), y(a.to)))
        });
        let depots = layout.depots.iter().map(|d| Spot {
            x_mm: d.x_mm,
            y_mm: layout.cross_aisles[usize::from(d.cross_aisle)],
            column: column_at(d.x_mm),
            side: None,
        });
        let mut roads = Self {
            aisles: aisles.collect(),
            depots: depots.collect(),
            regular: columns.iter().all(|c| c.is_whole() || c.is_bare()),
            crosses: layout.cross_aisles.clone(),
            table: Vec::new(),
            columns,
        };
        if !roads.regular {
            roads.table = roads.shortest_between_junctions();
        }
        roads
    }

    /// Where a bin is reached, if it is.
    pub fn spot(&self, access: Access) -> Option<Spot> {
        let &(column, from, to) = self.aisles.get(&access.aisle)?;
        let (Column { x_mm, widths, blocked, .. }, y_mm) = (&self.columns[column], access.y_mm);
        if !(from..=to).contains(&y_mm) {
            return None;
        }
        let Some(block) = self.block_at(y_mm) else {
            return Some(Spot { x_mm: *x_mm, y_mm, column, side: None });
        };
        let enclosed = blocked[block].is_some_and(|(from, to)| from < y_mm && y_mm < to);
        (!enclosed).then(|| Spot { x_mm: *x_mm, y_mm, column, side: (widths[block] > 0).then_some(access.side) })
    }

    /// The block a place lies in; none on a cross-aisle.
    fn block_at(&self, y_mm: i32) -> Option<usize> {
        self.crosses.binary_search(&y_mm).err()?.checked_sub(1)
    }

    /// Across the aisle, for two spots on opposite sides of one stretch of it.
    fn across(&self, a: Spot, b: Spot) -> i32 {
        let opposite = a.column == b.column && a.side != b.side && self.block_at(a.y_mm) == self.block_at(b.y_mm);
        self.block_at(a.y_mm).filter(|_| opposite).map_or(0, |block| self.columns[a.column].widths[block])
    }

    /// All places where trips may begin and end.
    pub fn depots(&self) -> &[Spot] {
        &self.depots
    }

    pub fn depot(&self, index: usize) -> Option<Spot> {
        self.depots.get(index).copied()
    }

    /// One-way aisles make the way back differ from the way there.
    pub fn is_symmetric(&self) -> bool {
        self.columns.iter().all(|c| c.ways.iter().all(|w| matches!(w, None | Some(Way::Both))))
    }

    /// Shortest walk from `a` to `b`.
    pub fn distance(&self, a: Spot, b: Spot) -> i32 {
        if !self.regular {
            return self.best_exits(a, b).0;
        }
        let (dx, dy) = ((a.x_mm - b.x_mm).abs(), (a.y_mm - b.y_mm).abs());
        if dx == 0 && (dy == 0 || !self.columns[a.column].is_bare()) {
            return match self.across(a, b) {
                0 => dy,
                across => (dy + across).min(self.around(a, b).1),
            };
        }
        match self.turn(a, b) {
            Turn::Straight(_) => dx + dy,
            Turn::At(y) => dx + (a.y_mm - y).abs() + (b.y_mm - y).abs(),
            Turn::Around(x) => (a.x_mm - x).abs() + (b.x_mm - x).abs() + dy,
        }
    }

    /// The corners of that walk, both ends included, for drawing on a map.
    pub fn path(&self, a: Spot, b: Spot) -> Vec<Point> {
        let mut path = vec![Point::from(a)];
        let mut go = |x_mm, y_mm| {
            let next = Point { x_mm, y_mm };
            if path.last() != Some(&next) {
                path.push(next);
            }
        };
        if !self.regular {
            let (_, exit, entry) = self.best_exits(a, b);
            if let (Some(exit), Some(entry)) = (exit, entry) {
                for junction in self.junctions_between(exit, entry) {
                    go(self.columns[junction.0].x_mm, self.crosses[junction.1]);
                }
            }
        } else if a.x_mm == b.x_mm && self.around_is_shorter(a, b) {
            go(a.x_mm, self.around(a, b).0);
        } else if a.x_mm != b.x_mm || self.columns[a.column].is_bare() {
            match self.turn(a, b) {
                // Walk in the aisle where there is one, along the cross-aisle at the other end.
                Turn::Straight(y) | Turn::At(y) => {
                    go(a.x_mm, y);
                    go(b.x_mm, y);
                }
                Turn::Around(x) => {
                    go(x, a.y_mm);
                    go(x, b.y_mm);
                }
            }
        }
        go(b.x_mm, b.y_mm);
        path
    }

    /// By which cross-aisle two spots of one block are nearer to each other, and how far that is along the aisles.
    fn around(&self, a: Spot, b: Spot) -> (i32, i32) {
        let above = self.crosses.partition_point(|&y| y < a.y_mm.max(b.y_mm)).max(1);
        let by = |y: i32| (y, (a.y_mm - y).abs() + (b.y_mm - y).abs());
        let (front, back) = (by(self.crosses[above - 1]), by(self.crosses[above]));
        if front.1 <= back.1 { front } else { back }
    }

    /// To the other side of a wide aisle: by its end rather than across.
    fn around_is_shorter(&self, a: Spot, b: Spot) -> bool {
        let across = self.across(a, b);
        across > 0 && self.around(a, b).1 < across + (a.y_mm - b.y_mm).abs()
    }

    /// Where a walk between different aisles of a regular layout changes aisle.
    fn turn(&self, a: Spot, b: Spot) -> Turn {
        let bare = |s: Spot| self.columns[s.column].is_bare();
        let (low, high) = (a.y_mm.min(b.y_mm), a.y_mm.max(b.y_mm));
        if bare(a) && bare(b) {
            // Two depots: along their cross-aisle, or through the aisle that costs least.
            if a.y_mm == b.y_mm {
                return Turn::Straight(a.y_mm);
            }
            let detour = |x: i32| i64::from((a.x_mm - x).abs()) + i64::from((b.x_mm - x).abs());
            let whole = self.columns.iter().filter(|c| c.is_whole()).map(|c| c.x_mm);
            return Turn::Around(whole.min_by_key(|&x| detour(x)).expect("a sound layout has an aisle"));
        }
        if bare(a) || bare(b) {
            return Turn::Straight(if bare(a) { a.y_mm } else { b.y_mm });
        }
        let above = self.crosses.partition_point(|&y| y < low);
        let first = self.crosses[above];
        if first <= high {
            return Turn::Straight(first);
        }
        let below = self.crosses[above - 1];
        let by_front = (low - below) + (high - below);
        let by_back = (first - low) + (first - high);
        Turn::At(if by_front <= by_back { below } else { first })
    }

    /// Shortest walk over junctions, with the junction left by and the one arrived at (none: straight along the aisle).
    fn best_exits(&self, a: Spot, b: Spot) -> (i32, Option<Junction>, Option<Junction>) {
        let mut best = (FAR, None, None);
        if a.column == b.column && (a.y_mm == b.y_mm || self.may_walk(a, b)) {
            best.0 = (a.y_mm - b.y_mm).abs() + self.across(a, b);
        }
        for (exit, out) in self.ends(a, true) {
            for (entry, into) in self.ends(b, false) {
                let between = self.table[self.index(exit) * self.junction_count() + self.index(entry)];
                let length = between.saturating_add(out).saturating_add(into);
                if length < best.0 {
                    best = (length, Some(exit), Some(entry));
                }
            }
        }
        best
    }

    /// Within one block of one aisle, as its way allows.
    fn may_walk(&self, a: Spot, b: Spot) -> bool {
        let (low, high) = (a.y_mm.min(b.y_mm), a.y_mm.max(b.y_mm));
        let block = self.crosses.partition_point(|&y| y <= low).saturating_sub(1);
        let Some(Some(way)) = self.columns[a.column].ways.get(block) else {
            return false;
        };
        let walled = self.columns[a.column].blocked[block].is_some_and(|(from, to)| low <= from && to <= high);
        high <= self.crosses[block + 1] && !walled && if a.y_mm < b.y_mm { way.up() } else { way.down() }
    }

    /// The junctions next to a spot: those it can leave by, or be reached from.
    fn ends(&self, spot: Spot, leaving: bool) -> Vec<(Junction, i32)> {
        let above = self.crosses.partition_point(|&y| y < spot.y_mm);
        if self.crosses.get(above) == Some(&spot.y_mm) {
            return vec![((spot.column, above), 0)];
        }
        let Some(below) = above.checked_sub(1) else {
            return Vec::new();
        };
        let Some(Some(way)) = self.columns[spot.column].ways.get(below) else {
            return Vec::new();
        };
        let blocked = self.columns[spot.column].blocked[below];
        let (may_up, may_down) = (blocked.is_none_or(|part| spot.y_mm >= part.1), blocked.is_none_or(|part| spot.y_mm <= part.0));
        let mut ends = Vec::with_capacity(2);
        if may_up && if leaving { way.up() } else { way.down() } {
            ends.push(((spot.column, above), self.crosses[above] - spot.y_mm));
        }
        if may_down && if leaving { way.down() } else { way.up() } {
            ends.push(((spot.column, below), spot.y_mm - self.crosses[below]));
        }
        ends
    }

    fn junction_count(&self) -> usize {
        self.columns.len() * self.crosses.len()
    }

    fn index(&self, (column, cross): Junction) -> usize {
        column * self.crosses.len() + cross
    }

    fn neighbours(&self, (column, cross): Junction) -> impl Iterator<Item = (Junction, i32)> {
        let x = |c: usize| self.columns[c].x_mm;
        let y = |j: usize| self.crosses[j];
        let open = |block: usize| self.columns[column].ways.get(block).copied().flatten();
        let open = |block: usize| open(block).filter(|_| self.columns[column].blocked[block].is_none());
        let left = (column > 0).then(|| ((column - 1, cross), x(column) - x(column - 1)));
        let right = (column + 1 < self.columns.len()).then(|| ((column + 1, cross), x(column + 1) - x(column)));
        let up = open(cross).filter(|way| way.up()).map(|_| ((column, cross + 1), y(cross + 1) - y(cross)));
        let below = cross.checked_sub(1);
        let down = below.and_then(|b| open(b).filter(|way| way.down()).map(|_| ((column, b), y(cross) - y(b))));
        [left, right, up, down].into_iter().flatten()
    }

    /// Dijkstra from every junction.
    fn shortest_between_junctions(&self) -> Vec<i32> {
        let count = self.junction_count();
        let mut table = vec![FAR; count * count];
        for (from, row) in table.chunks_exact_mut(count).enumerate() {
            let mut heap = BinaryHeap::from([Reverse((0, from))]);
            row[from] = 0;
            while let Some(Reverse((distance, at))) = heap.pop() {
                if distance > row[at] {
                    continue;
                }
                for (next, step) in self.neighbours((at / self.crosses.len(), at % self.crosses.len())) {
                    let (next, longer) = (self.index(next), distance + step);
                    if longer < row[next] {
                        row[next] = longer;
                        heap.push(Reverse((longer, next)));
                    }
                }
            }
        }
        table
    }

    /// Follows the table from one junction to another, both included.
    fn junctions_between(&self, from: Junction, to: Junction) -> Vec<Junction> {
        let left = |j: Junction| self.table[self.index(j) * self.junction_count() + self.index(to)];
        let (mut at, mut way) = (from, vec![from]);
        while at != to {
            let next = self.neighbours(at).find(|&(next, step)| left(next).saturating_add(step) == left(at));
            at = next.expect("a shortest path goes on until it arrives").0;
            way.push(at);
        }
        way
    }
}

type Junction = (usize, usize);

enum Turn {
    /// No detour in `y`: change aisle at this cross-aisle, which lies between.
    Straight(i32),
    /// Both in one block: out to this cross-aisle and back.
    At(i32),
    /// Two depots on different cross-aisles: through the aisle at this `x`.
    Around(i32),
}

impl Column {
    /// An aisle from front to back, both ways.
    fn is_whole(&self) -> bool {
        self.ways.iter().all(|w| *w == Some(Way::Both)) && self.blocked.iter().all(Option::is_none)
    }

    /// A depot beside the aisles.
    pub fn is_bare(&self) -> bool {
        self.ways.iter().all(Option::is_none)
    }
}

#[cfg(test)]
#[path = "roads_tests.rs"]
pub(crate) mod tests;
