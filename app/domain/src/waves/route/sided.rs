//! Stretches of wide aisles, where crossing from side to side costs the aisle's width, and stretches with an obstacle.
//!
//! Prices the same ways as [`super::stretch`] does, exactly: from one end and back one goes up one side and down the other, or up
//! and down both, whichever is cheaper; from both ends each side has its own gap; and to pass through while picking both sides
//! (Goetschalckx & Ratliff 1988, IIE Transactions 20:1) is itself a least walk, on the ladder whose rails are the sides and whose
//! rungs are the crossings, which [`super::grid`] solves as it solves a site of one block. Crossing is free at both ends. Decides
//! nothing about which way is taken.

use super::Walk;
use super::grid::Grid;
use super::states::Way;
use super::stretch::{NEVER, Stretch};
use crate::sites::layout::Side;

/// One stretch and its picks: (distance from the front end, side, which), ascending.
#[derive(Debug, Clone)]
pub struct Sided {
    pub length: i32,
    pub width: i32,
    pub blocked: Option<(i32, i32)>,
    pub picks: Vec<(i32, Side, usize)>,
}

/// Into a stretch from one end, past these picks, and out at the same end or the other.
#[derive(Debug, Clone)]
pub struct Trip {
    pub from_front: bool,
    pub passes: bool,
    pub picks: Vec<usize>,
}

impl Sided {
    pub fn price(&self) -> Stretch {
        if self.picks.is_empty() {
            return Stretch::EMPTY;
        }
        let open = self.blocked.is_none();
        // Up one side and down the other may be cheaper than to cross; it does all that the other ways do.
        let around = if open { 2 * self.length } else { NEVER };
        let on = |from: i32, to: i32| self.picks.iter().all(|pick| from <= pick.0 && pick.0 <= to);
        let (before, behind) = self.blocked.unwrap_or((self.length, 0));
        let (left, right) = (self.side(Side::Left), self.side(Side::Right));
        Stretch {
            through: if open { self.through().0 } else { NEVER },
            twice: around,
            front: around.min(if on(0, before) { self.by_front(left.last(), right.last()) } else { NEVER }),
            back: around.min(if on(behind, self.length) { self.by_back(left.first(), right.first()) } else { NEVER }),
            split: around.min(self.split().0),
        }
    }

    /// The picks of each trip, in the order they are met.
    pub fn visits(&self, way: Way) -> Vec<Trip> {
        let (left, right) = (self.side(Side::Left), self.side(Side::Right));
        let (split, a, b) = self.split();
        let (price, trips) = match way {
            Way::Through => return vec![Trip { from_front: true, passes: true, picks: self.through().1 }],
            Way::Front => (self.by_front(left.last(), right.last()), self.front_trips(left.len(), right.len())),
            Way::Back => (self.by_back(left.first(), right.first()), self.back_trips(0, 0)),
            Way::Split => (split, [self.front_trips(a, b), self.back_trips(a, b)].concat()),
            _ => (NEVER, Vec::new()),
        };
        if self.blocked.is_some() || price <= 2 * self.length {
            return trips;
        }
        // Up one side and down the other.
        let down = self.which(Side::Right).into_iter().rev().collect();
        let up = Trip { from_front: true, passes: true, picks: self.which(Side::Left) };
        vec![up, Trip { from_front: false, passes: true, picks: down }]
    }

    fn side(&self, side: Side) -> Vec<i32> {
        self.picks.iter().filter(|pick| pick.1 == side).map(|pick| pick.0).collect()
    }

    fn which(&self, side: Side) -> Vec<usize> {
        self.picks.iter().filter(|pick| pick.1 == side).map(|pick| pick.2).collect()
    }

    /// There and back as far as these, one a side.
    fn by_front(&self, left: Option<&i32>, right: Option<&i32>) -> i32 {
        let (left, right) = (left.copied().unwrap_or(0), right.copied().unwrap_or(0));
        2 * left.max(right) + self.width.min(2 * left.min(right))
    }

    fn by_back(&self, left: Option<&i32>, right: Option<&i32>) -> i32 {
        let mirrored = |pick: Option<&i32>| pick.map(|pick| self.length - pick);
        self.by_front(mirrored(left).as_ref(), mirrored(right).as_ref())
    }

    /// The cheapest way to pick some of each side from the front and the others from the back, and how many from the front.
    fn split(&self) -> (i32, usize, usize) {
        let (left, right) = (self.side(Side::Left), self.side(Side::Right));
        let may = |side: &[i32], front: usize| {
            let reached = |(before, behind): (i32, i32)| {
                side[..front].iter().all(|&pick| pick <= before) && side[front..].iter().all(|&pick| pick >= behind)
            };
            self.blocked.is_none_or(reached)
        };
        let mut best = (NEVER, 0, 0);
        for a in (0..=left.len()).filter(|&a| may(&left, a)) {
            for b in (0..=right.len()).filter(|&b| may(&right, b)) {
                let price = self.by_front(left[..a].last(), right[..b].last()) + self.by_back(left.get(a), right.get(b));
                if price < best.0 {
                    best = (price, a, b);
                }
            }
        }
        best
    }

    /// The first so many of each side, from the front: around, or each side by itself.
    fn front_trips(&self, left: usize, right: usize) -> Vec<Trip> {
        let reach = |side: Side, count: usize| self.side(side)[..count].last().copied().unwrap_or(0);
        let both = 2 * reach(Side::Left, left).min(reach(Side::Right, right));
        self.trips(true, &self.which(Side::Left)[..left], &self.which(Side::Right)[..right], both)
    }

    /// All but the first so many of each side, from the back.
    fn back_trips(&self, left: usize, right: usize) -> Vec<Trip> {
        let reach = |side: Side, count: usize| self.side(side).get(count).map_or(0, |pick| self.length - pick);
        let both = 2 * reach(Side::Left, left).min(reach(Side::Right, right));
        let backwards = |side: Side, count: usize| self.which(side).into_iter().skip(count).rev().collect::<Vec<_>>();
        self.trips(false, &backwards(Side::Left, left), &backwards(Side::Right, right), both)
    }

    /// Both lists run away from the end.
    fn trips(&self, from_front: bool, left: &[usize], right: &[usize], both_sides: i32) -> Vec<Trip> {
        let trips = if self.width < both_sides {
            vec![left.iter().chain(right.iter().rev()).copied().collect()]
        } else {
            vec![left.to_vec(), right.to_vec()]
        };
        let trips = trips.into_iter().filter(|picks: &Vec<usize>| !picks.is_empty());
        trips.map(|picks| Trip { from_front, passes: false, picks }).collect()
    }

    /// The least walk from the front end to the back end past all picks.
    fn through(&self) -> (i32, Vec<usize>) {
        let mut rungs: Vec<i32> = [0, self.length].into_iter().chain(self.picks.iter().map(|pick| pick.0)).collect();
        rungs.sort_unstable();
        rungs.dedup();
        let ladder = Grid::ladder(&rungs, self.width);
        let rung = |offset: i32| rungs.partition_point(|&rung| rung < offset);
        let places = self.picks.iter().map(|&(offset, side, _)| (rung(offset), if side == Side::Left { 0 } else { self.width }));
        let Walk { order, length_mm } = ladder.climbed(&places.collect::<Vec<_>>());
        (i32::try_from(length_mm).unwrap_or(NEVER), order.into_iter().map(|pick| self.picks[pick].2).collect())
    }
}
