//! The least walk itself: the order of visits and the corners, behind the length that [`super::grid`] finds.
//!
//! Keeps for every state of the programme the step it came by, follows them back from the best end, lays the edges these steps
//! stand for, and walks every edge once (Hierholzer 1873, Mathematische Annalen 6). Decides nothing about lengths.

use super::Walk;
use super::grid::{FAR, Grid, Move};
use super::states::{BACK, Code, FRONT, SPLIT, STAY, Source, Steps, THROUGH, WAYS};
use super::stretch::Stretch;
use crate::sites::layout::Point;
use crate::sites::roads::Spot;

/// A least walk: [`Walk`] and where it turns, start and end included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    pub walk: Walk,
    pub corners: Vec<Point>,
}

/// Where the steps of one level of the programme lead.
#[derive(Debug, Clone, Copy)]
enum Laid {
    Across(usize),
    Stretch(usize),
    Nothing,
}

/// Edges of a walk: places and the way between them, to be walked once each.
#[derive(Debug, Default)]
struct Net {
    points: Vec<Point>,
    /// The picks met at a place.
    picks: Vec<Vec<usize>>,
    ends: Vec<Vec<(usize, usize)>>,
    edges: usize,
}

impl Grid {
    /// The least walk past these picks. None when a pick lies beside the aisles.
    pub fn tour(&self, picks: &[Spot]) -> Option<Tour> {
        let mut on: Vec<Vec<(i32, usize)>> = vec![Vec::new(); self.cells()];
        for (index, &pick) in picks.iter().enumerate() {
            let (cell, offset) = self.locate(pick)?;
            on[cell].push((offset, index));
        }
        let price = |(cell, places): (usize, &mut Vec<(i32, usize)>)| {
            places.sort_unstable();
            let offsets: Vec<i32> = places.iter().map(|place| place.0).collect();
            self.price(cell, &offsets)
        };
        let stretches: Vec<Stretch> = on.iter_mut().enumerate().map(price).collect();
        let (length_mm, steps) = self.least(&stretches);
        let mut net = self.junctions();
        for (laid, to, by) in steps {
            match laid {
                Laid::Across(column) => self.lay_across(&mut net, column, to),
                Laid::Stretch(cell) => self.lay_along(&mut net, cell, by, &on[cell]),
                Laid::Nothing => {}
            }
        }
        let way = net.walked_from(self.junction(self.end));
        let order = way.iter().flat_map(|&place| std::mem::take(&mut net.picks[place])).collect();
        let corners = corners(way.iter().map(|&place| net.points[place]));
        Some(Tour { walk: Walk { order, length_mm }, corners })
    }

    /// The least length, and the steps that make it, last first: what was laid, to which state, by which way.
    fn least(&self, stretches: &[Stretch]) -> (i64, Vec<(Laid, Code, u16)>) {
        let count = self.tables.codes.len();
        let (mut here, mut next) = (vec![FAR; count], vec![FAR; count]);
        here[0] = 0;
        let mut came: Vec<(Laid, Vec<Source>)> = Vec::new();
        let mut best = (FAR, 0, 0);
        self.sweep(stretches, |step, prices| {
            next.fill(FAR);
            let mut sources = vec![Source::default(); count];
            let mut reach = |state: u16, source: Source, length: i64| {
                if length < next[usize::from(state)] {
                    next[usize::from(state)] = length;
                    sources[usize::from(state)] = source;
                }
            };
            let laid = match step {
                Move::MayEnd => {
                    let ends = self.tables.done.iter().map(|&state| (here[usize::from(state)], came.len(), state));
                    best = ends.fold(best, |best, end| if end.0 < best.0 { end } else { best });
                    return;
                }
                Move::Across(steps, column) => {
                    each(steps, &here, prices, reach);
                    Laid::Across(column)
                }
                Move::Stretch(steps, cell) => {
                    each(steps, &here, prices, reach);
                    Laid::Stretch(cell)
                }
                Move::Forced(to) => {
                    for (from, (&state, &length)) in (0..).zip(to.iter().zip(&here)) {
                        reach(state, Source { from, by: STAY }, length);
                    }
                    Laid::Nothing
                }
            };
            came.push((laid, sources));
            std::mem::swap(&mut here, &mut next);
        });
        let (length_mm, depth, mut state) = best;
        let steps = came[..depth].iter().rev().map(|(laid, sources)| {
            let Source { from, by } = sources[usize::from(state)];
            let to = self.tables.codes[usize::from(state)];
            state = from;
            (*laid, to, by)
        });
        (length_mm, steps.collect())
    }

    fn junction(&self, (column, level): (usize, usize)) -> usize {
        column * self.crosses.len() + level
    }

    fn junctions(&self) -> Net {
        let mut net = Net::default();
        for &x in &self.xs {
            for &y_mm in &self.crosses {
                net.place(Point { x_mm: i32::try_from(x).expect("a sound layout is within bounds"), y_mm }, Vec::new());
            }
        }
        net
    }

    /// From the column before: one edge where the degree became odd, two where it stayed even.
    fn lay_across(&self, net: &mut Net, column: usize, to: Code) {
        for (level, part) in to.into_iter().enumerate().take(self.crosses.len()) {
            let edges = if part == 0 { 0 } else { 2 - part % 2 };
            for _ in 0..edges {
                net.join(self.junction((column - 1, level)), self.junction((column, level)));
            }
        }
    }

    fn lay_along(&self, net: &mut Net, cell: usize, by: u16, picks: &[(i32, usize)]) {
        if by == STAY {
            return;
        }
        let (column, block) = (cell / self.blocks(), cell % self.blocks());
        let mut places = vec![(0, self.junction((column, block)))];
        for same in picks.chunk_by(|a, b| a.0 == b.0) {
            let at = net.points[places[0].1];
            let point = Point { y_mm: at.y_mm + same[0].0, ..at };
            places.push((same[0].0, net.place(point, same.iter().map(|pick| pick.1).collect())));
        }
        places.push((self.lengths[block], self.junction((column, block + 1))));
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

fn each(steps: &Steps, here: &[i64], prices: &[i64; WAYS], mut reach: impl FnMut(u16, Source, i64)) {
    let mut begin = 0;
    for reached in &steps.reached {
        let end = usize::from(reached.end);
        for source in &steps.sources[begin..end] {
            reach(reached.state, *source, here[usize::from(source.from)] + prices[usize::from(source.by)]);
        }
        begin = end;
    }
}

impl Net {
    fn place(&mut self, point: Point, picks: Vec<usize>) -> usize {
        self.points.push(point);
        self.picks.push(picks);
        self.ends.push(Vec::new());
        self.points.len() - 1
    }

    fn join(&mut self, one: usize, other: usize) {
        self.ends[one].push((other, self.edges));
        self.ends[other].push((one, self.edges));
        self.edges += 1;
    }

    /// Every edge once; ends at `end`.
    fn walked_from(&mut self, end: usize) -> Vec<usize> {
        let mut walked = vec![false; self.edges];
        let (mut open, mut way) = (vec![end], Vec::with_capacity(self.edges + 1));
        while let Some(&at) = open.last() {
            match self.ends[at].pop() {
                Some((_, edge)) if walked[edge] => {}
                Some((next, edge)) => {
                    walked[edge] = true;
                    open.push(next);
                }
                None => {
                    way.push(at);
                    open.pop();
                }
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
