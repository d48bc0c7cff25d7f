//! The least walk itself: the order of visits and the corners, behind the length that [`super::grid`] finds.
//!
//! Keeps the lengths of all states after every step of the programme, looks back from the best end for the steps that explain
//! them, and lays the edges these steps stand for, to be walked once each ([`super::net`]). Decides nothing about lengths.

use super::Walk;
use super::advance::{FAR, Lengths, Move};
use super::grid::Grid;
use super::net::Net;
use super::states::{Code, Pairs, STATES_MAX, Way};
use super::stretch::Stretch;
use crate::sites::layout::{Point, Side};
use crate::sites::roads::Spot;

/// A least walk: [`Walk`] and where it turns, start and end included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    pub walk: Walk,
    pub corners: Vec<Point>,
}

/// A pick: on which stretch, how far from the front end it lies, on which side of a wide aisle, and which it is.
#[derive(Debug, Clone, Copy)]
struct Pick {
    cell: usize,
    offset: i32,
    side: Side,
    index: usize,
}

impl Pick {
    /// As one number: quicker to compare.
    fn rank(&self) -> (u64, usize) {
        let place = u64::from(self.offset.unsigned_abs()) * 2 + u64::from(self.side == Side::Right);
        ((self.cell as u64) << 32 | place, self.index)
    }
}

/// How a step led to a state: from which, by which state on arrival in its column, or by which way along its stretch.
#[derive(Debug, Clone, Copy)]
struct Source {
    from: u16,
    arrived: u16,
    way: Way,
}

/// A least walk laid out: its length, its places, and in which order they are met.
struct LaidOut {
    walk: Walk,
    net: Net,
    way: Vec<usize>,
}

impl Grid {
    /// The least walk past these picks. None when a pick lies beside the aisles.
    pub fn walk(&self, picks: &[Spot]) -> Option<Walk> {
        self.laid_out(picks).map(|laid_out| laid_out.walk)
    }

    /// The same, and where it turns.
    pub fn tour(&self, picks: &[Spot]) -> Option<Tour> {
        let LaidOut { walk, net, way } = self.laid_out(picks)?;
        Some(Tour { walk, corners: corners(way.iter().map(|&place| net.places[place].point)) })
    }

    fn laid_out(&self, picks: &[Spot]) -> Option<LaidOut> {
        let pick = |(index, spot): (usize, &Spot)| {
            let (cell, offset) = self.locate(*spot)?;
            Some(Pick { cell, offset, side: spot.side.unwrap_or_default(), index })
        };
        let mut located = Vec::with_capacity(picks.len());
        for picked in picks.iter().enumerate().map(pick) {
            located.push(picked?);
        }
        located.sort_unstable_by_key(Pick::rank);
        let mut stretches = vec![Stretch::EMPTY; self.cells()];
        for same in located.chunk_by(|a, b| a.cell == b.cell) {
            let cell = same[0].cell;
            stretches[cell] = self.price_sides(cell, same.iter().map(|pick| (pick.offset, pick.side)));
        }
        Some(self.walked(&stretches, &located))
    }

    /// The least walk on a ladder past these places: rung, and distance from the left side.
    pub(super) fn climbed(&self, places: &[(usize, i32)]) -> Walk {
        let pick = |(index, &(cell, offset)): (usize, &(usize, i32))| Pick { cell, offset, side: Side::Left, index };
        let mut located: Vec<Pick> = places.iter().enumerate().map(pick).collect();
        located.sort_unstable_by_key(Pick::rank);
        let mut stretches = vec![Stretch::EMPTY; self.cells()];
        for same in located.chunk_by(|a, b| a.cell == b.cell) {
            stretches[same[0].cell] = Stretch::of(self.lengths[0], same.iter().map(|pick| pick.offset));
        }
        (stretches[0], stretches[self.end.0]) = (Stretch::FREE, Stretch::FREE);
        self.walked(&stretches, &located).walk
    }

    fn walked(&self, stretches: &[Stretch], located: &[Pick]) -> LaidOut {
        let mut net = self.junctions(located.len());
        let length_mm = match self.tables.codes.len() {
            0..=8 => self.lay::<8>(&mut net, stretches, located),
            9..=32 => self.lay::<32>(&mut net, stretches, located),
            33..=128 => self.lay::<128>(&mut net, stretches, located),
            _ => self.lay::<STATES_MAX>(&mut net, stretches, located),
        };
        let way = net.walked_from(self.junction(self.end));
        let mut order = Vec::with_capacity(located.len());
        for &place in &way {
            let (from, to) = std::mem::take(&mut net.places[place].picks);
            order.extend(located[from..to].iter().map(|pick| pick.index));
        }
        LaidOut { walk: Walk { order, length_mm }, net, way }
    }

    /// Lays the least walk, from right to left; answers its length. `N` is no less than the number of states.
    fn lay<const N: usize>(&self, net: &mut Net, stretches: &[Stretch], located: &[Pick]) -> i64 {
        let states = self.tables.codes.len();
        let mut lengths = Lengths::<N>::begin();
        let mut steps: Vec<Move> = Vec::with_capacity(self.columns() * (self.blocks() + 3));
        // The lengths before each step.
        let mut layers: Vec<i64> = Vec::with_capacity(steps.capacity() * states);
        let mut best = (FAR, 0, 0, 0);
        self.sweep(stretches, |step| {
            if let Move::MayEnd = step {
                let (length, state) = lengths.ended(self.tables);
                best = best.min((length + lengths.all, steps.len(), state, length));
                return;
            }
            layers.extend_from_slice(&lengths.of[..states]);
            steps.push(*step);
            lengths.advance(self.tables, step);
        });
        let (length_mm, depth, state, length) = best;
        let mut at = (state, length);
        // The picks on stretches not laid yet: those laid are taken off the end.
        let mut left = located;
        for (step, before) in steps.iter().zip(layers.chunks_exact(states)).take(depth).rev() {
            let Source { from, arrived, way } = self.source(step, before, at).expect("a state that was reached has a source");
            at = (from, before[usize::from(from)]);
            match *step {
                Move::Across(from, column, _) => self.lay_across(net, from, column, self.tables.codes[usize::from(arrived)]),
                Move::Along(cell, ..) => {
                    let on = left.iter().rev().take_while(|pick| pick.cell == cell).count();
                    let first = left.len() - on;
                    if self.ground[cell].plain() {
                        self.lay_along(net, cell, way, (first, &left[first..]));
                    } else {
                        self.lay_sides(net, cell, way, (first, &left[first..]));
                    }
                    left = &left[..first];
                }
                Move::Into | Move::Forced(_) | Move::MayEnd => {}
            }
        }
        length_mm
    }

    /// How a step led to this state, given its length and those of all states before.
    fn source(&self, step: &Move, before: &[i64], (state, length): (u16, i64)) -> Option<Source> {
        let tables = self.tables;
        let is = |from: u16, price: i64| before[usize::from(from)] + price == length;
        let by = |way: Way| move |from: u16| Source { from, arrived: state, way };
        match step {
            Move::Into => origin(&tables.touch, state, &|from| is(from, 0).then_some(from)).map(by(Way::Stay)),
            Move::Across(.., wide) => origin(&tables.touch, state, &|arrived| {
                let walked = tables.edges_of[usize::from(arrived)] * wide;
                let from = origin(&tables.leave, arrived, &|left| is(left, walked).then_some(left))?;
                Some(Source { from, arrived, way: Way::Stay })
            }),
            Move::Forced(level) => {
                let from = (0..).zip(&tables.forced[*level]).find(|&(from, to)| *to == state && is(from, 0))?.0;
                Some(by(Way::Stay)(from))
            }
            Move::Along(_, block, prices) => {
                let code = tables.codes[usize::from(state)];
                let (stay, way) = prices.ends.map_or((0, Way::Stay), |[front, back]| match (code[*block], code[block + 1]) {
                    (_, 0) => (front, Way::Front),
                    (0, _) => (back, Way::Back),
                    _ => (0, Way::Split),
                });
                if is(state, stay) {
                    return Some(by(way)(state));
                }
                let block = &tables.blocks[*block];
                let other = block.other[usize::from(state)];
                let joined =
                    |to: u16, price: i64| block.joins.leading_to(to).iter().map(|pair| pair.from).find(|&from| is(from, price));
                let swapped = (other != state && is(other, prices.through)).then_some(other);
                let through = swapped.or_else(|| joined(state, prices.through)).map(by(Way::Through));
                through.or_else(|| joined(other, prices.twice).map(by(Way::Twice)))
            }
            Move::MayEnd => None,
        }
    }

    fn junction(&self, (column, level): (usize, usize)) -> usize {
        column * self.crosses.len() + level
    }

    /// All junctions, with room for this many picks.
    fn junctions(&self, picks: usize) -> Net {
        let mut net = Net::with_room(self.xs.len() * self.crosses.len() + picks);
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
            net.join(self.junction((from, level)), self.junction((column, level)), edges);
        }
    }

    fn lay_along(&self, net: &mut Net, cell: usize, by: Way, (first, picks): (usize, &[Pick])) {
        let (column, block) = (cell / self.blocks(), cell % self.blocks());
        let front = self.junction((column, block));
        let length = self.lengths[block];
        // Between which two places nobody walks.
        let spared = match (by, picks) {
            (Way::Stay, _) => return,
            (Way::Front | Way::Back, []) => (0, length),
            (Way::Front, [.., last]) => (last.offset, length),
            (Way::Back, [first, ..]) => (0, first.offset),
            (Way::Split, _) => {
                let (mut at, mut largest) = (0, (0, 0));
                for next in picks.iter().map(|pick| pick.offset).chain([length]) {
                    if next - at > largest.1 - largest.0 {
                        largest = (at, next);
                    }
                    at = next;
                }
                largest
            }
            (Way::Through | Way::Twice, _) => (-1, -1),
        };
        let edges = if by == Way::Through { 1 } else { 2 };
        let Point { x_mm, y_mm } = net.places[front].point;
        let (mut at, mut from, mut begin) = (front, 0, first);
        for same in picks.chunk_by(|a, b| a.offset == b.offset) {
            let to = same[0].offset;
            let place = net.place(Point { x_mm, y_mm: y_mm + to }, (begin, begin + same.len()));
            if spared != (from, to) {
                net.join(at, place, edges);
            }
            (at, from, begin) = (place, to, begin + same.len());
        }
        if spared != (from, length) {
            net.join(at, front + 1, edges);
        }
    }
}

/// The first state whose length this one may have taken over, step by step, that is found to be it.
fn origin<T>(pairs: &Pairs, state: u16, found: &dyn Fn(u16) -> Option<T>) -> Option<T> {
    found(state).or_else(|| pairs.leading_to(state).iter().find_map(|pair| origin(pairs, pair.from, found)))
}

impl Grid {
    /// Wide or blocked stretches: each trip from its end from pick to pick and out.
    fn lay_sides(&self, net: &mut Net, cell: usize, by: Way, (from, picks): (usize, &[Pick])) {
        let (column, block) = (cell / self.blocks(), cell % self.blocks());
        let front = self.junction((column, block));
        if by == Way::Stay {
            return;
        }
        if picks.is_empty() {
            return net.join(front, front + 1, if by == Way::Through { 1 } else { 2 });
        }
        let sided = (0..).zip(picks).map(|(at, pick)| (pick.offset, pick.side, at)).collect();
        let Point { x_mm, y_mm } = net.places[front].point;
        for trip in self.sided(cell, sided).visits(by) {
            let (begin, other) = if trip.from_front { (front, front + 1) } else { (front + 1, front) };
            let mut at = begin;
            for pick in trip.picks {
                let place = net.place(Point { x_mm, y_mm: y_mm + picks[pick].offset }, (from + pick, from + pick + 1));
                net.join(at, place, 1);
                at = place;
            }
            net.join(at, if trip.passes { other } else { begin }, 1);
        }
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
