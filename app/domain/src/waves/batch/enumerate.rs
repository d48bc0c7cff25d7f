//! All carts' worths there are, or all that are worth more than they cost: what proofs rest on.
//!
//! Depth first over the orders. A walk past more stops is never shorter, so once a cart's worth is longer than its orders and
//! whatever else may still fit on it are worth, nothing larger needs to be looked at (exact pricing; Gademann & van de Velde
//! 2005, IIE Transactions 37; Briant et al. 2020, European Journal of Operational Research 285).

use super::budget::Meter;
use super::load::{Load, Rooms};
use super::pool::{Column, Pool};
use super::prices::Prices;
use super::walks::Lengths;

/// How many carts' worths there are, when not more than `most`.
pub fn count(loads: &[Load], rooms: &Rooms, most: usize) -> Option<usize> {
    fn go(loads: &[Load], rooms: &Rooms, from: usize, load: Load, left: &mut usize) -> bool {
        for next in from..loads.len() {
            let with = load.plus(loads[next]);
            if rooms.fit(with) {
                if *left == 0 {
                    return false;
                }
                *left -= 1;
                if !go(loads, rooms, next + 1, with, left) {
                    return false;
                }
            }
        }
        true
    }
    let mut left = most;
    go(loads, rooms, 0, Load::default(), &mut left).then_some(most - left)
}

/// Adds every cart's worth to the pool; false when the budget ended before.
pub fn all(lengths: &mut Lengths, loads: &[Load], rooms: &Rooms, pool: &mut Pool, meter: &mut Meter<'_>) -> bool {
    let mut path = Vec::new();
    let mut walk = Everything { lengths, loads, rooms, pool, meter };
    walk.deepen(0, Load::default(), 0, &mut path)
}

struct Everything<'e, 'w, 'b> {
    lengths: &'e mut Lengths<'w>,
    loads: &'e [Load],
    rooms: &'e Rooms,
    pool: &'e mut Pool,
    meter: &'e mut Meter<'b>,
}

impl Everything<'_, '_, '_> {
    fn deepen(&mut self, from: usize, load: Load, key: u64, path: &mut Vec<usize>) -> bool {
        for next in from..self.loads.len() {
            let with = load.plus(self.loads[next]);
            if !self.rooms.fit(with) {
                continue;
            }
            path.push(next);
            let key = key ^ self.lengths.key(next);
            let length = self.lengths.fresh(path);
            let look = self.lengths.walked.is_multiple_of(256);
            let room = self.pool.add(key, path, length) || self.pool.knows(key);
            if !room || (look && !self.meter.goes_on(256)) || !self.deepen(next + 1, with, key, path) {
                return false;
            }
            path.pop();
        }
        true
    }
}

/// Looks for carts' worths worth more than they cost.
pub struct Pricing<'p, 'w> {
    pub lengths: &'p mut Lengths<'w>,
    pub loads: &'p [Load],
    pub rooms: &'p Rooms,
    pub prices: &'p Prices,
    /// Orders, those worth most for what they take up first; what each takes up, and is worth.
    ranked: Vec<(usize, i64, i64)>,
    /// The narrowest room, in the same measure.
    room: i64,
    found: Vec<(u64, Column)>,
    finished: bool,
}

/// Found at most: enough to mend prices with.
const FOUND_MAX: usize = 20_000;

impl<'p, 'w> Pricing<'p, 'w> {
    pub fn new(lengths: &'p mut Lengths<'w>, loads: &'p [Load], rooms: &'p Rooms, prices: &'p Prices) -> Self {
        let most = rooms.most().parts();
        let sums = loads.iter().fold([0_i64; 3], |sum, load| {
            let parts = load.parts();
            [0, 1, 2].map(|part| sum[part].saturating_add(parts[part]))
        });
        let need = |part: &usize| i128::from(sums[*part]) * 1_000_000 / i128::from(most[*part].max(1));
        let measure = [0, 1, 2].into_iter().max_by_key(need).unwrap_or(0);
        let mut ranked: Vec<(usize, i64, i64)> =
            loads.iter().enumerate().map(|(order, load)| (order, load.parts()[measure], prices.of[order])).collect();
        ranked.sort_by(|a, b| (i128::from(b.2) * i128::from(a.1)).cmp(&(i128::from(a.2) * i128::from(b.1))).then(a.0.cmp(&b.0)));
        Self { lengths, loads, rooms, prices, ranked, room: most[measure], found: Vec::new(), finished: true }
    }

    /// Whether all were seen, and those found.
    pub fn run(mut self, meter: &mut Meter<'_>) -> (bool, Vec<(u64, Column)>) {
        self.deepen(0, Load::default(), (0, self.room), 0, &mut Vec::new(), meter);
        (self.finished, self.found)
    }

    /// What may still be earned with the orders from here on in so much room: the last one in part (Dantzig 1957).
    fn more(&self, from: usize, mut room: i64) -> i64 {
        let mut worth = 0;
        for &(_, takes, earns) in &self.ranked[from..] {
            if takes > room {
                let part = i128::from(earns) * i128::from(room) / i128::from(takes);
                return worth + i64::try_from(part).unwrap_or(earns) + 1;
            }
            room -= takes;
            worth += earns;
        }
        worth
    }

    fn deepen(
        &mut self,
        from: usize,
        load: Load,
        (over, room): (i64, i64),
        key: u64,
        path: &mut Vec<usize>,
        meter: &mut Meter<'_>,
    ) {
        for at in from..self.ranked.len() {
            if over >= self.more(at, room) {
                return;
            }
            let (next, takes, _) = self.ranked[at];
            let with = load.plus(self.loads[next]);
            if !self.rooms.fit(with) {
                continue;
            }
            let look = self.lengths.walked.is_multiple_of(256);
            if self.found.len() >= FOUND_MAX || (look && !meter.goes_on(256)) {
                self.finished = false;
                return;
            }
            path.push(next);
            let key = key ^ self.lengths.key(next);
            let length = self.lengths.fresh(path);
            let over = self.prices.over(path, length);
            if over < 0 {
                let mut orders = path.clone();
                orders.sort_unstable();
                self.found.push((key, Column { orders, length }));
            }
            self.deepen(at + 1, with, (over, room - takes), key, path, meter);
            path.pop();
            if !self.finished {
                return;
            }
        }
    }
}
