//! Orders on carts: who rides with whom, how full and how long each ride is. Keeps the books; decides nothing.

use super::load::Load;
use super::walks::Lengths;

/// One cart's worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ride {
    pub orders: Vec<usize>,
    pub load: Load,
    pub length: i64,
    pub key: u64,
}

/// All orders, each on one ride.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub rides: Vec<Ride>,
    pub ride_of: Vec<usize>,
    pub length: i64,
    /// Seconds late over all orders, as last worked out.
    pub late: i64,
}

impl Ride {
    pub fn of(lengths: &mut Lengths, loads: &[Load], orders: Vec<usize>) -> Self {
        let load = orders.iter().fold(Load::default(), |sum, order| sum.plus(loads[*order]));
        Self { load, length: lengths.of(&orders), key: lengths.key_of(&orders), orders }
    }
}

impl Fill {
    pub fn of(lengths: &mut Lengths, loads: &[Load], groups: Vec<Vec<usize>>) -> Self {
        let rides: Vec<Ride> = groups.into_iter().map(|orders| Ride::of(lengths, loads, orders)).collect();
        let mut ride_of = vec![0; loads.len()];
        for (ride, Ride { orders, .. }) in rides.iter().enumerate() {
            for &order in orders {
                ride_of[order] = ride;
            }
        }
        let length = rides.iter().map(|ride| ride.length).sum();
        Self { rides, ride_of, length, late: 0 }
    }

    /// Lateness first, then length.
    pub const fn cost(&self) -> (i64, i64) {
        (self.late, self.length)
    }

    /// Takes an order off its ride, which is `length` long without it; an empty ride stays until [`Self::tidy`].
    pub fn take_off(&mut self, order: usize, load: Load, key: u64, length: i64) {
        let ride = &mut self.rides[self.ride_of[order]];
        ride.orders.retain(|other| *other != order);
        ride.load = ride.load.minus(load);
        ride.key ^= key;
        self.length += length - ride.length;
        ride.length = length;
    }

    /// Puts an order that rides nowhere on a ride, which is `length` long with it.
    pub fn put_on(&mut self, order: usize, ride: usize, load: Load, key: u64, length: i64) {
        self.ride_of[order] = ride;
        let ride = &mut self.rides[ride];
        ride.orders.push(order);
        ride.load = ride.load.plus(load);
        ride.key ^= key;
        self.length += length - ride.length;
        ride.length = length;
    }

    /// A new ride with nothing on it.
    pub fn open(&mut self) -> usize {
        self.rides.push(Ride { orders: Vec::new(), load: Load::default(), length: 0, key: 0 });
        self.rides.len() - 1
    }

    pub fn tidy(&mut self) {
        let mut at = 0;
        while at < self.rides.len() {
            if self.rides[at].orders.is_empty() {
                self.rides.swap_remove(at);
                if let Some(moved) = self.rides.get(at) {
                    for &order in &moved.orders {
                        self.ride_of[order] = at;
                    }
                }
            } else {
                at += 1;
            }
        }
    }

    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = self.rides.iter().map(|ride| ride.orders.clone()).collect();
        for group in &mut groups {
            group.sort_unstable();
        }
        groups.sort_unstable();
        groups
    }
}
