//! The least walk itself: the order of visits and the corners, behind the length that [`super::grid`] finds.
//!
//! Keeps the lengths of all states after every step of the programme, looks back from the best end for the steps that explain
//! them, lays the edges these steps stand for, and walks every edge once (Hierholzer 1873, Mathematische Annalen 6). Decides
//! nothing about lengths.

use super::Walk;
use super::advance::{FAR, Move, advance, force};
use super::grid::Grid;
use super::states::{BACK, Code, FRONT, SPLIT, STATES_MAX, STAY, THROUGH, WAYS};
use super::stretch::Stretch;
use crate::sites::layout::{Point, Side};
use crate::sites::roads::Spot;

/// A least walk: [`Walk`] and where it turns, start and end included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    pub walk: Walk,
    pub corners: Vec<Point>,
}

/// A pick on its stretch: how far from the front end it lies, on which side of a wide aisle, and which it is.
type Pick = (i32, Side, usize);

/// What one step of the walk lays: edges from one column to another and the state there, or along a stretch by this way.
enum Laid {
    Across(usize, usize, Code),
    Along(usize, u16),
}

/// Edges of a walk: places and the ways between them, to be walked once each.
#[derive(Debug, Default)]
struct Net {
    points: Vec<Point>,
    /// The picks met at a place: a part of all picks, sorted.
    picks: Vec<(usize, usize)>,
    /// The last half-edge laid at a place …
    last: Vec<Option<usize>>,
    /// … and for each half-edge where it leads, and the one laid before it. Halves 2n and 2n + 1 are one edge.
    halves: Vec<(usize, Option<usize>)>,
}

impl Grid {
    /// The least walk past these picks. None when a pick lies beside the aisles.
    pub fn tour(&self, picks: &[Spot]) -> Option<Tour> {
        let mut located: Vec<(usize, Pick)> = Vec::with_capacity(picks.len());
        for (index, &pick) in picks.iter().enumerate() {
            let (cell, offset) = self.locate(pick)?;
            located.push((cell, (offset, pick.side.unwrap_or_default(), index)));
        }
        located.sort_unstable();
        let mut stretches = vec![Stretch::EMPTY; self.cells()];
        let mut on = vec![(0, 0); self.cells()];
        let mut begin = 0;
        for same in located.chunk_by(|a, b| a.0 == b.0) {
            let cell = same[0].0;
            let sides: Vec<(i32, Side)> = same.iter().map(|place| (place.1.0, place.1.1)).collect();
            stretches[cell] = self.price_sides(cell, &sides);
            on[cell] = (begin, begin + same.len());
            begin += same.len();
        }
        let located: Vec<Pick> = located.into_iter().map(|place| place.1).collect();
        Some(self.walked(&stretches, &located, &on))
    }

    /// The least walk on a ladder past these places: rung, and distance from the left side.
    pub(super) fn climbed(&self, places: &[(usize, i32)]) -> Walk {
        let mut located: Vec<(usize, Pick)> =
            places.iter().enumerate().map(|(index, &(rung, offset))| (rung, (offset, Side::Left, index))).collect();
        located.sort_unstable();
        let mut stretches = vec![Stretch::EMPTY; self.cells()];
        let mut on = vec![(0, 0); self.cells()];
        let mut begin = 0;
        for same in located.chunk_by(|a, b| a.0 == b.0) {
            let offsets: Vec<i32> = same.iter().map(|place| place.1.0).collect();
            stretches[same[0].0] = Stretch::of(self.lengths[0], &offsets);
            on[same[0].0] = (begin, begin + same.len());
            begin += same.len();
        }
        (stretches[0], stretches[self.end.0]) = (Stretch::FREE, Stretch::FREE);
        let located: Vec<Pick> = located.into_iter().map(|place| place.1).collect();
        self.walked(&stretches, &located, &on).walk
    }

    fn walked(&self, stretches: &[Stretch], located: &[Pick], on: &[(usize, usize)]) -> Tour {
        let (length_mm, laid) = match self.tables.codes.len() {
            0..=32 => self.least::<32>(stretches),
            33..=128 => self.least::<128>(stretches),
            _ => self.least::<STATES_MAX>(stretches),
        };
        let mut net = self.junctions(located.len());
        for laid in laid {
            match laid {
                Laid::Across(from, column, to) => self.lay_across(&mut net, from, column, to),
                Laid::Along(cell, by) if self.ground[cell].plain() => self.lay_along(&mut net, cell, by, located, on[cell]),
                Laid::Along(cell, by) => self.lay_sides(&mut net, cell, by, located, on[cell]),
            }
        }
        let way = net.walked_from(self.junction(self.end));
        let mut order = Vec::with_capacity(located.len());
        for &place in &way {
            let (from, to) = std::mem::take(&mut net.picks[place]);
            order.extend(located[from..to].iter().map(|pick| pick.2));
        }
        let corners = corners(way.iter().map(|&place| net.points[place]));
        Tour { walk: Walk { order, length_mm }, corners }
    }

    /// The least length, and what its walk lays, from right to left. `N` is no less than the number of states.
    fn least<const N: usize>(&self, stretches: &[Stretch]) -> (i64, Vec<Laid>) {
        let mut layers: Vec<[i64; N]> = Vec::with_capacity(self.columns() * (self.blocks() + 2) + 1);
        layers.push([FAR; N]);
        layers[0][0] = 0;
        let mut steps: Vec<(Move, [i64; WAYS])> = Vec::with_capacity(layers.capacity());
        let mut best = (FAR, 0, 0);
        self.sweep(stretches, |step, prices| {
            let here = &layers[layers.len() - 1];
            let mut next = [FAR; N];
            match step {
                Move::MayEnd => {
                    let ends = self.tables.done.iter().map(|&state| (here[usize::from(state)], steps.len(), state));
                    best = ends.fold(best, |best, end| if end.0 < best.0 { end } else { best });
                    return;
                }
                Move::Across(steps, ..) | Move::Stretch(steps, _) => advance(steps, here, &mut next, prices),
                Move::Forced(to) => force(to, here, &mut next),
            }
            steps.push((step, *prices));
            layers.push(next);
        });
        let (length_mm, depth, mut state) = best;
        let mut laid = Vec::with_capacity(depth);
        for ((step, prices), (before, after)) in steps.iter().zip(layers.iter().zip(&layers[1..])).take(depth).rev() {
            let length = after[usize::from(state)];
            match step {
                Move::Across(steps, from, column) => {
                    laid.push(Laid::Across(*from, *column, self.tables.codes[usize::from(state)]));
                    state = steps
                        .source(state, |source| before[usize::from(source.from)] + prices[usize::from(source.by)] == length)
                        .from;
                }
                Move::Stretch(steps, cell) => {
                    let source =
                        steps.source(state, |source| before[usize::from(source.from)] + prices[usize::from(source.by)] == length);
                    laid.push(Laid::Along(*cell, source.by));
                    state = source.from;
                }
                Move::Forced(to) => {
                    let from = (0..).zip(to.iter().zip(before)).find(|&(_, (&to, &before))| to == state && before == length);
                    state = from.expect("a state has a source").0;
                }
                Move::MayEnd => {}
            }
        }
        (length_mm, laid)
    }

    fn junction(&self, (column, level): (usize, usize)) -> usize {
        column * self.crosses.len() + level
    }

    /// All junctions, with room for this many picks.
    fn junctions(&self, picks: usize) -> Net {
        let places = self.xs.len() * self.crosses.len() + picks;
        let mut net = Net {
            points: Vec::with_capacity(places),
            picks: Vec::with_capacity(places),
            last: Vec::with_capacity(places),
            halves: Vec::with_capacity(4 * places),
        };
        for &x in &self.xs {
            for &y_mm in &self.crosses {
                net.place(Point { x_mm: i32::try_from(x).expect("a sound layout is within bounds"), y_mm }, (0, 0));
            }
        }
        net
    }

    /// From column to column: one edge where the degree became odd, two where it stayed even.
    fn lay_across(&self, net: &mut Net, from: usize, column: usize, to: Code) {
        for (level, part) in to.into_iter().enumerate().take(self.crosses.len()) {
            let edges = if part == 0 { 0 } else { 2 - part % 2 };
            for _ in 0..edges {
                net.join(self.junction((from, level)), self.junction((column, level)));
            }
        }
    }

    fn lay_along(&self, net: &mut Net, cell: usize, by: u16, located: &[Pick], (from, to): (usize, usize)) {
        if by == STAY {
            return;
        }
        let (column, block) = (cell / self.blocks(), cell % self.blocks());
        let front = self.junction((column, block));
        let mut places = Vec::with_capacity(to - from + 2);
        places.push((0, front));
        let mut begin = from;
        for same in located[from..to].chunk_by(|a, b| a.0 == b.0) {
            let Point { x_mm, y_mm } = net.points[front];
            let point = Point { x_mm, y_mm: y_mm + same[0].0 };
            places.push((same[0].0, net.place(point, (begin, begin + same.len()))));
            begin += same.len();
        }
        places.push((self.lengths[block], front + 1));
        let last = places.len() - 2;
        let length = |piece: usize| places[piece + 1].0 - places[piece].0;
        let spared = match by {
            FRONT => Some(last),
            BACK => Some(0),
            SPLIT => (0..=last).max_by_key(|&piece| length(piece)),
            _ => None,
        };
        for piece in (0..=last).filter(|&piece| spared != Some(piece)) {
            let (one, other) = (places[piece].1, places[piece + 1].1);
            net.join(one, other);
            if by != THROUGH {
                net.join(one, other);
            }
        }
    }
}

impl Grid {
    /// Wide or blocked stretches: each trip from its end from pick to pick and out.
    fn lay_sides(&self, net: &mut Net, cell: usize, by: u16, located: &[Pick], (from, to): (usize, usize)) {
        let (column, block) = (cell / self.blocks(), cell % self.blocks());
        let front = self.junction((column, block));
        if by == STAY {
            return;
        }
        if from == to {
            for _ in 0..if by == THROUGH { 1 } else { 2 } {
                net.join(front, front + 1);
            }
            return;
        }
        let picks = (from..).zip(&located[from..to]).map(|(at, &(offset, side, _))| (offset, side, at)).collect();
        let Point { x_mm, y_mm } = net.points[front];
        for trip in self.sided(cell, picks).visits(by) {
            let (begin, other) = if trip.from_front { (front, front + 1) } else { (front + 1, front) };
            let mut at = begin;
            for pick in trip.picks {
                let place = net.place(Point { x_mm, y_mm: y_mm + located[pick].0 }, (pick, pick + 1));
                net.join(at, place);
                at = place;
            }
            net.join(at, if trip.passes { other } else { begin });
        }
    }
}

impl Net {
    fn place(&mut self, point: Point, picks: (usize, usize)) -> usize {
        self.points.push(point);
        self.picks.push(picks);
        self.last.push(None);
        self.points.len() - 1
    }

    fn join(&mut self, one: usize, other: usize) {
        for (from, to) in [(one, other), (other, one)] {
            self.halves.push((to, self.last[from]));
            self.last[from] = Some(self.halves.len() - 1);
        }
    }

    /// Every edge once; ends at `end`.
    fn walked_from(&mut self, end: usize) -> Vec<usize> {
        let edges = self.halves.len() / 2;
        let mut walked = vec![false; edges];
        let (mut open, mut way) = (Vec::with_capacity(edges + 1), Vec::with_capacity(edges + 1));
        open.push(end);
        while let Some(&at) = open.last() {
            let Some(half) = self.last[at] else {
                way.push(at);
                open.pop();
                continue;
            };
            let (next, before) = self.halves[half];
            self.last[at] = before;
            if !std::mem::replace(&mut walked[half / 2], true) {
                open.push(next);
            }
        }
        way
    }
}

/// Leaves out what lies on a straight line between its neighbours.
pub(super) fn corners(way: impl Iterator<Item = Point>) -> Vec<Point> {
    let mut corners: Vec<Point> = Vec::new();
    for point in way {
        if corners.last() == Some(&point) {
            continue;
        }
        if let [.., before, last] = corners[..] {
            let on = |a: i32, b: i32, c: i32| (a <= b && b <= c) || (c <= b && b <= a);
            let straight = (before.x_mm == last.x_mm && last.x_mm == point.x_mm && on(before.y_mm, last.y_mm, point.y_mm))
                || (before.y_mm == last.y_mm && last.y_mm == point.y_mm && on(before.x_mm, last.x_mm, point.x_mm));
            if straight {
                corners.pop();
            }
        }
        corners.push(point);
    }
    corners
}

#[cfg(test)]
#[path = "tour_tests.rs"]
mod tests;
