//! Search for shorter fillings: orders change rides, change places, and whole neighbourhoods are taken off and put back.
//!
//! Simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, Science 220) over the moves of Henn & Wäscher (2012, European Journal of
//! Operational Research 222: an order moves, two orders change places) and the removals of adaptive large neighbourhood search
//! (Ropke & Pisinger 2006, Transportation Science 40; for order batching Žulj, Kramer & Schneider 2018, EJOR 264).

use super::budget::WHOLE;
use super::due::{Dues, LATE_MM_PER_SECOND};
use super::fill::{Fill, Ride};
use super::load::{Load, Rooms};
use super::pool::Pool;
use super::walks::Lengths;
use crate::waves::rng::Rng;

/// Moves between two looks at the budget.
const MOVES_A_LOOK: usize = 128;

pub struct Search<'s, 'w> {
    pub lengths: &'s mut Lengths<'w>,
    pub loads: &'s [Load],
    pub rooms: &'s Rooms,
    pub dues: Option<&'s Dues>,
    pub near: &'s [Vec<usize>],
    pub rng: Rng,
    pub pool: &'s mut Pool,
    pub heat: i64,
    /// Carts' worths of plans up to this length go into the pool.
    pub worth_keeping: i64,
}

/// Plans longer than the best by more than one part in so many teach nothing.
const KEPT_WITHIN: i64 = 60;
/// Looks before the heat is chosen.
const FIRST_LOOKS: u64 = 8;
/// With fewer moves than this for each order, less heat: there is no time to cool down from much.
const MOVES_AN_ORDER: i64 = 4_000;
/// Above this many orders the best plan is copied at looks only: copying costs more than what is missed.
const COPIED_MAX: usize = 300;
/// Looks between two copies of a large plan.
const LOOKS_A_COPY: u64 = 16;

impl Search<'_, '_> {
    /// Anneals from `hot` to `cold` (in the unit of lengths) while `left` says how much of its time is left; gives the best seen.
    pub fn anneal(&mut self, start: Fill, hot: i64, cold: i64, mut left: impl FnMut(u64) -> i64) -> Fill {
        let mut now = start;
        now.late = self.late(&now);
        let mut best = now.clone();
        let small = self.loads.len() <= COPIED_MAX;
        let mut warmth = 0;
        let mut asked = self.lengths.asked;
        for look in 0_u64.. {
            let share = left(self.lengths.asked - asked);
            asked = self.lengths.asked;
            if share <= 0 {
                break;
            }
            // The first looks are cold: they tell how many moves there will be.
            if look == FIRST_LOOKS {
                let moves = i64::try_from(MOVES_A_LOOK as u64 * FIRST_LOOKS).unwrap_or(0) * WHOLE / (WHOLE - share).max(1);
                let wanted = MOVES_AN_ORDER * i64::try_from(self.loads.len()).unwrap_or(i64::MAX);
                warmth = (moves * 1_000 / wanted).min(1_000);
            }
            self.heat = cold + (hot - cold) * warmth / 1_000 * share / WHOLE * share / WHOLE;
            self.worth_keeping = best.length + best.length / KEPT_WITHIN;
            for _ in 0..MOVES_A_LOOK {
                let moved = match self.rng.below(100) {
                    0..45 => self.change_places(&mut now),
                    45..75 => self.move_one(&mut now),
                    75..99 => self.two_for_one(&mut now),
                    _ => self.around(&mut now),
                };
                if moved && small && now.cost() < best.cost() {
                    best.clone_from(&now);
                }
            }
            now.tidy();
            if look.is_multiple_of(LOOKS_A_COPY) && now.cost() < best.cost() {
                best.clone_from(&now);
            }
        }
        if now.cost() < best.cost() {
            best = now;
        }
        best.tidy();
        best
    }

    fn late(&self, fill: &Fill) -> i64 {
        self.dues.map_or(0, |dues| dues.late(&fill.rides))
    }

    fn accepts(&mut self, longer: i64) -> bool {
        longer <= 0 || longer * 1_000 <= self.heat * self.rng.exponential_milli()
    }

    /// Somebody near `order` on another ride.
    fn neighbour(&mut self, fill: &Fill, order: usize) -> Option<usize> {
        for _ in 0..3 {
            let near = &self.near[order];
            if near.is_empty() {
                return None;
            }
            // Nearer ones more often.
            let pick = self.rng.below(near.len()).min(self.rng.below(near.len()));
            let other = near[pick];
            if fill.ride_of[other] != fill.ride_of[order] {
                return Some(other);
            }
        }
        None
    }

    fn without(&mut self, fill: &Fill, ride: usize, off: &[usize], on: &[usize]) -> i64 {
        let ride = &fill.rides[ride];
        let key = off.iter().chain(on).fold(ride.key, |key, order| key ^ self.lengths.key(*order));
        if ride.orders.len() + on.len() == off.len() {
            return 0;
        }
        self.lengths.keyed(key, |scratch| {
            scratch.extend(ride.orders.iter().filter(|order| !off.contains(order)));
            scratch.extend_from_slice(on);
        })
    }

    /// Exchanges `from_a` on ride `a` for `from_b` on ride `b`, if it fits and is accepted.
    fn exchange(&mut self, fill: &mut Fill, (a, from_a): (usize, &[usize]), (b, from_b): (usize, &[usize])) -> bool {
        let sum = |orders: &[usize]| orders.iter().fold(Load::default(), |sum, order| sum.plus(self.loads[*order]));
        let (load_a, load_b) = (sum(from_a), sum(from_b));
        if !self.rooms.fit(fill.rides[a].load.minus(load_a).plus(load_b))
            || !self.rooms.fit(fill.rides[b].load.minus(load_b).plus(load_a))
        {
            return false;
        }
        let was = fill.rides[a].length + fill.rides[b].length;
        let new_a = self.without(fill, a, from_a, from_b);
        let new_b = self.without(fill, b, from_b, from_a);
        let longer = new_a + new_b - was;
        if self.dues.is_none() && !self.accepts(longer) {
            return false;
        }
        let lengths_were = (fill.rides[a].length, fill.rides[b].length);
        self.trade(fill, (a, from_a), (b, from_b), (new_a, new_b));
        if self.dues.is_some() {
            let late = self.late(fill);
            if !self.accepts(longer + (late - fill.late) * LATE_MM_PER_SECOND) {
                self.trade(fill, (a, from_b), (b, from_a), lengths_were);
                return false;
            }
            fill.late = late;
        }
        if fill.length <= self.worth_keeping {
            self.pool.see(&fill.rides[a]);
            self.pool.see(&fill.rides[b]);
        }
        true
    }

    fn trade(&self, fill: &mut Fill, (a, from_a): (usize, &[usize]), (b, from_b): (usize, &[usize]), lengths: (i64, i64)) {
        for &order in from_a {
            self.shift(fill, order, b);
        }
        for &order in from_b {
            self.shift(fill, order, a);
        }
        fill.length += lengths.0 + lengths.1 - fill.rides[a].length - fill.rides[b].length;
        (fill.rides[a].length, fill.rides[b].length) = lengths;
    }

    fn shift(&self, fill: &mut Fill, order: usize, to: usize) {
        let (load, key) = (self.loads[order], self.lengths.key(order));
        let from = fill.ride_of[order];
        let (left, right) = (fill.rides[from].length, fill.rides[to].length);
        fill.take_off(order, load, key, left);
        fill.put_on(order, to, load, key, right);
    }

    fn move_one(&mut self, fill: &mut Fill) -> bool {
        let order = self.rng.below(self.loads.len());
        let Some(other) = self.neighbour(fill, order) else { return false };
        self.exchange(fill, (fill.ride_of[order], &[order]), (fill.ride_of[other], &[]))
    }

    fn change_places(&mut self, fill: &mut Fill) -> bool {
        let order = self.rng.below(self.loads.len());
        let Some(other) = self.neighbour(fill, order) else { return false };
        let (a, b) = (fill.ride_of[order], fill.ride_of[other]);
        let back = fill.rides[b].orders[self.rng.below(fill.rides[b].orders.len())];
        self.exchange(fill, (a, &[order]), (b, &[back]))
    }

    fn two_for_one(&mut self, fill: &mut Fill) -> bool {
        let order = self.rng.below(self.loads.len());
        let Some(other) = self.neighbour(fill, order) else { return false };
        let (a, b) = (fill.ride_of[order], fill.ride_of[other]);
        let second = fill.rides[a].orders[self.rng.below(fill.rides[a].orders.len())];
        if second == order {
            return false;
        }
        let back = fill.rides[b].orders[self.rng.below(fill.rides[b].orders.len())];
        self.exchange(fill, (a, &[order, second]), (b, &[back]))
    }

    /// Takes a few rides' orders off and puts them back where each lengthens least, the hardest first.
    fn around(&mut self, fill: &mut Fill) -> bool {
        let off = self.neighbourhood(fill);
        let was = Before { length: fill.length, late: fill.late, rides: fill.rides.len() };
        let mut saved: Vec<(usize, Ride)> = Vec::new();
        let rode: Vec<usize> = off.iter().map(|order| fill.ride_of[*order]).collect();
        for (&order, &ride) in off.iter().zip(&rode) {
            save(&mut saved, fill, ride);
            let length = self.without(fill, ride, &[order], &[]);
            fill.take_off(order, self.loads[order], self.lengths.key(order), length);
        }
        self.put_back(fill, off.clone(), &mut saved);
        fill.late = self.late(fill);
        let longer = fill.length - was.length + (fill.late - was.late) * LATE_MM_PER_SECOND;
        if self.accepts(longer) {
            if fill.length <= self.worth_keeping {
                for (ride, _) in &saved {
                    self.pool.see(&fill.rides[*ride]);
                }
            }
            return true;
        }
        for (ride, before) in saved {
            fill.rides[ride] = before;
        }
        fill.rides.truncate(was.rides);
        (fill.length, fill.late) = (was.length, was.late);
        for (order, ride) in off.into_iter().zip(rode) {
            fill.ride_of[order] = ride;
        }
        false
    }

    /// A few orders that lie near each other or ride together.
    fn neighbourhood(&mut self, fill: &Fill) -> Vec<usize> {
        let mut off = vec![self.rng.below(self.loads.len())];
        let most = 3 + self.rng.below(8);
        for _ in 0..4 * most {
            let from = off[self.rng.below(off.len())];
            let mates = if self.rng.below(3) == 0 { &fill.rides[fill.ride_of[from]].orders } else { &self.near[from] };
            if let Some(&next) = mates.get(self.rng.below(mates.len())).filter(|next| !off.contains(next)) {
                off.push(next);
            }
            if off.len() == most {
                break;
            }
        }
        off
    }

    /// Regret insertion: whoever would lose most by waiting goes first.
    fn put_back(&mut self, fill: &mut Fill, mut off: Vec<usize>, saved: &mut Vec<(usize, Ride)>) {
        while !off.is_empty() {
            let mut chosen: Option<(i64, usize, usize, i64)> = None;
            for (index, &order) in off.iter().enumerate() {
                let mut rides: Vec<usize> =
                    self.near[order].iter().filter(|o| !off.contains(o)).map(|o| fill.ride_of[*o]).collect();
                rides.extend(saved.iter().map(|(ride, _)| *ride));
                rides.sort_unstable();
                rides.dedup();
                let (mut best, mut next) = ((i64::MAX, usize::MAX, 0), i64::MAX);
                for ride in rides {
                    if !self.rooms.fit(fill.rides[ride].load.plus(self.loads[order])) {
                        continue;
                    }
                    let length = self.without(fill, ride, &[], &[order]);
                    let extra = length - fill.rides[ride].length;
                    if extra < best.0 {
                        next = best.0;
                        best = (extra, ride, length);
                    } else {
                        next = next.min(extra);
                    }
                }
                let alone = self.lengths.of(&[order]);
                if best.1 == usize::MAX {
                    best = (alone, usize::MAX, alone);
                }
                let regret = next.min(best.0 + alone) - best.0;
                if chosen.is_none_or(|(most, ..)| regret > most) {
                    chosen = Some((regret, index, best.1, best.2));
                }
            }
            let Some((_, index, ride, length)) = chosen else { return };
            let order = off.swap_remove(index);
            let ride = if ride == usize::MAX { fill.open() } else { ride };
            save(saved, fill, ride);
            fill.put_on(order, ride, self.loads[order], self.lengths.key(order), length);
        }
    }
}

struct Before {
    length: i64,
    late: i64,
    rides: usize,
}

/// Keeps a ride as it was before it was first touched.
fn save(saved: &mut Vec<(usize, Ride)>, fill: &Fill, ride: usize) {
    if saved.iter().all(|(known, _)| *known != ride) {
        saved.push((ride, fill.rides[ride].clone()));
    }
}
