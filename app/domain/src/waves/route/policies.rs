//! The walks people take by habit, to compare with: S-shape, return, midpoint, largest gap and combined.
//!
//! In one block as Hall (1993, IIE Transactions 25:4) and Petersen (1997, International Journal of Operations & Production
//! Management 17:11) describe them, in several as Roodbergen & de Koster (2001, International Journal of Production Research
//! 39:9): up the first aisle with picks to the farthest block, then block by block towards the front. Such walks are longer than
//! the way between their stops, for people go to the end of an aisle where the habit says so. Only for sites whose aisles all run
//! from front to back; elsewhere only [`super::s_shape`] is defined. Decides nothing about the least walk.

use super::Walk;
use crate::sites::roads::{Roads, Spot};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Every aisle with picks is walked through.
    SShape,
    /// Every aisle is left where it was entered.
    Return,
    /// Every aisle is picked up to its middle, from both ends.
    Midpoint,
    /// Every aisle is picked from both ends, but for the largest gap between two picks.
    LargestGap,
    /// Aisle by aisle through or back, whichever makes the block shortest.
    Combined,
}

impl Policy {
    pub const ALL: [Self; 5] = [Self::SShape, Self::Return, Self::Midpoint, Self::LargestGap, Self::Combined];

    pub const fn code(self) -> &'static str {
        match self {
            Self::SShape => "s_shape",
            Self::Return => "return",
            Self::Midpoint => "midpoint",
            Self::LargestGap => "largest_gap",
            Self::Combined => "combined",
        }
    }

    /// The walk by this habit. None on irregular sites, or when a stop lies beside the aisles.
    pub fn walk(self, roads: &Roads, start: Spot, end: Spot, stops: &[Spot]) -> Option<Walk> {
        let floor = Floor::of(roads, start, stops)?;
        let mut on_foot = OnFoot { floor: &floor, roads, stops, at: start, walk: Walk { order: Vec::new(), length_mm: 0 } };
        if let Some(farthest) = (0..floor.blocks).rev().find(|&block| !floor.aisles(block).is_empty()) {
            on_foot.reach_block(farthest);
            for block in (0..=farthest).rev() {
                on_foot.block(self, block, block == farthest);
            }
        }
        on_foot.to(end);
        Some(on_foot.walk)
    }
}

/// A pick: how far from the front it lies, and which stop it is.
type Pick = (i32, usize);

/// The picks of each stretch, seen from where the walk starts: whoever starts at the back finds the front there.
struct Floor {
    blocks: usize,
    crosses: Vec<i32>,
    /// What a place and its mirror image add up to, when seen from the back.
    mirrored: Option<i32>,
    /// Column by column, block by block; ascending.
    picks: Vec<Vec<Pick>>,
}

impl Floor {
    fn of(roads: &Roads, start: Spot, stops: &[Spot]) -> Option<Self> {
        let (first, last) = (*roads.crosses.first()?, *roads.crosses.last()?);
        let mirrored = (start.y_mm == last).then_some(first + last);
        let seen = |y: i32| mirrored.map_or(y, |sum| sum - y);
        let mut crosses: Vec<i32> = roads.crosses.iter().map(|&y| seen(y)).collect();
        crosses.sort_unstable();
        let blocks = crosses.len() - 1;
        let mut picks = vec![Vec::new(); roads.columns.len() * blocks];
        for (index, stop) in stops.iter().enumerate() {
            let y = seen(stop.y_mm);
            let block = crosses.partition_point(|&cross| cross < y).saturating_sub(1);
            picks[stop.column * blocks + block].push((y, index));
        }
        for picks in &mut picks {
            picks.sort_unstable();
        }
        let beside = stops.iter().any(|stop| roads.columns[stop.column].is_bare());
        (roads.regular && !beside).then_some(Self { blocks, crosses, mirrored, picks })
    }

    fn picks(&self, column: usize, block: usize) -> &[Pick] {
        &self.picks[column * self.blocks + block]
    }

    /// The columns with picks in a block, from left to right.
    fn aisles(&self, block: usize) -> Vec<usize> {
        (0..self.picks.len() / self.blocks).filter(|&column| !self.picks(column, block).is_empty()).collect()
    }
}

/// Someone who walks by habit.
struct OnFoot<'a> {
    floor: &'a Floor,
    roads: &'a Roads,
    stops: &'a [Spot],
    at: Spot,
    walk: Walk,
}

impl OnFoot<'_> {
    fn to(&mut self, spot: Spot) {
        self.walk.length_mm += i64::from(self.roads.distance(self.at, spot));
        self.at = spot;
    }

    fn reach(&mut self, column: usize, cross: usize) {
        let y = self.floor.crosses[cross];
        let y_mm = self.floor.mirrored.map_or(y, |sum| sum - y);
        self.to(Spot { x_mm: self.roads.columns[column].x_mm, y_mm, column, side: None });
    }

    fn pick(&mut self, picks: &[Pick]) {
        for &(_, stop) in picks {
            self.to(self.stops[stop]);
            self.walk.order.push(stop);
        }
    }

    /// All picks of a stretch, from end to end.
    fn through(&mut self, column: usize, block: usize, upwards: bool) {
        self.reach(column, if upwards { block } else { block + 1 });
        let mut picks = self.floor.picks(column, block).to_vec();
        if !upwards {
            picks.reverse();
        }
        self.pick(&picks);
        self.reach(column, if upwards { block + 1 } else { block });
    }

    /// These picks, in from one end and back to it.
    fn in_and_out(&mut self, column: usize, block: usize, from_front: bool, picks: &[Pick]) {
        if picks.is_empty() {
            return;
        }
        let cross = if from_front { block } else { block + 1 };
        self.reach(column, cross);
        let mut picks = picks.to_vec();
        if !from_front {
            picks.reverse();
        }
        self.pick(&picks);
        self.reach(column, cross);
    }

    /// From the start up the leftmost aisle with picks to the front of the farthest block, picking on the way.
    fn reach_block(&mut self, farthest: usize) {
        let leftmost = (0..farthest).flat_map(|block| self.floor.aisles(block)).chain(self.floor.aisles(farthest)).min();
        let Some(column) = leftmost else { return };
        self.reach(column, 0);
        for block in 0..farthest {
            self.through(column, block, true);
        }
    }

    /// One block: entered from its front when it is the farthest, from its back otherwise, and left at its front.
    fn block(&mut self, policy: Policy, block: usize, farthest: bool) {
        let done: Vec<usize> = self.walk.order.clone();
        let mut aisles = self.floor.aisles(block);
        aisles.retain(|&column| self.floor.picks(column, block).iter().any(|pick| !done.contains(&pick.1)));
        let (Some(&left), Some(&right)) = (aisles.first(), aisles.last()) else {
            // Nothing here: through the nearest aisle towards the front.
            let whole = (0..self.roads.columns.len()).filter(|&column| !self.roads.columns[column].is_bare());
            let nearest = whole.min_by_key(|&column| (self.roads.columns[column].x_mm - self.at.x_mm).abs());
            if let Some(column) = nearest.filter(|_| block > 0) {
                self.reach(column, block + 1);
                self.reach(column, block);
            }
            return;
        };
        let x = |column: usize| self.roads.columns[column].x_mm;
        if (x(right) - self.at.x_mm).abs() < (x(left) - self.at.x_mm).abs() {
            aisles.reverse();
        }
        match policy {
            Policy::SShape => self.s_shape(block, &aisles, farthest),
            Policy::Return => {
                if !farthest {
                    let column = aisles[0];
                    self.through(column, block, false);
                    aisles.remove(0);
                }
                for column in aisles {
                    self.in_and_out(column, block, true, self.floor.picks(column, block));
                }
            }
            Policy::Midpoint | Policy::LargestGap => self.perimeter(policy, block, &aisles, farthest),
            Policy::Combined => self.combined(block, &aisles, farthest),
        }
    }

    fn s_shape(&mut self, block: usize, aisles: &[usize], farthest: bool) {
        let mut at_front = farthest;
        for (index, &column) in aisles.iter().enumerate() {
            if at_front && index + 1 == aisles.len() {
                self.in_and_out(column, block, true, self.floor.picks(column, block));
            } else {
                self.through(column, block, at_front);
                at_front = !at_front;
            }
        }
    }

    /// Around the block: the far parts from the back, the near parts from the front.
    fn perimeter(&mut self, policy: Policy, block: usize, aisles: &[usize], farthest: bool) {
        let [first, .., last] = *aisles else {
            let picks = self.floor.picks(aisles[0], block);
            if farthest {
                self.in_and_out(aisles[0], block, true, picks);
            } else {
                self.through(aisles[0], block, false);
            }
            return;
        };
        if farthest {
            self.through(first, block, true);
        }
        let between: Vec<usize> = aisles.iter().copied().filter(|&c| c != last && !(farthest && c == first)).collect();
        let split = |column: usize| {
            let picks = self.floor.picks(column, block);
            let (front, back) = (self.floor.crosses[block], self.floor.crosses[block + 1]);
            let near = match policy {
                Policy::Midpoint => picks.partition_point(|pick| 2 * pick.0 <= front + back),
                _ => largest_gap(front, back, picks),
            };
            picks.split_at(near)
        };
        for &column in &between {
            self.in_and_out(column, block, false, split(column).1);
        }
        self.through(last, block, false);
        for &column in between.iter().rev() {
            self.in_and_out(column, block, true, split(column).0);
        }
    }

    /// Ratliff & Rosenthal's choice between two ways only, block by block: after each aisle one stands at its front or its back.
    fn combined(&mut self, block: usize, aisles: &[usize], farthest: bool) {
        let (front, back) = (self.floor.crosses[block], self.floor.crosses[block + 1]);
        let far = i64::MAX / 4;
        let mut best = if farthest { [0, far] } else { [far, 0] };
        let mut came = Vec::with_capacity(aisles.len());
        for &column in aisles {
            let picks = self.floor.picks(column, block);
            let (first, last) = (picks[0].0, picks[picks.len() - 1].0);
            let stay = [2 * i64::from(last - front), 2 * i64::from(back - first)];
            let cross = i64::from(back - front);
            let crossed = [best[1] + cross < best[0] + stay[0], best[0] + cross < best[1] + stay[1]];
            best = [(best[1] + cross).min(best[0] + stay[0]), (best[0] + cross).min(best[1] + stay[1])];
            came.push(crossed);
        }
        let mut side = 0;
        let mut ways: Vec<(usize, bool)> = Vec::with_capacity(aisles.len());
        for crossed in came.iter().rev() {
            ways.push((side, crossed[side]));
            if crossed[side] {
                side = 1 - side;
            }
        }
        for (&column, &(side, crossed)) in aisles.iter().zip(ways.iter().rev()) {
            if crossed {
                self.through(column, block, side == 1);
            } else {
                self.in_and_out(column, block, side == 0, self.floor.picks(column, block));
            }
        }
    }
}

/// How many picks lie before the largest gap, the ends of the stretch included.
fn largest_gap(front: i32, back: i32, picks: &[Pick]) -> usize {
    let mut places = vec![front];
    places.extend(picks.iter().map(|pick| pick.0));
    places.push(back);
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]).enumerate();
    gaps.max_by_key(|&(_, gap)| gap).map_or(0, |(before, _)| before)
}

#[cfg(test)]
#[path = "policies_tests.rs"]
mod tests;
