//! Carts' worths seen along the way, each with its length: what set partitioning chooses from.

use std::collections::HashSet;

use super::fill::Ride;

/// Kept at most: bounds memory (some 100 bytes each) and the time set partitioning takes.
pub const POOL_MAX: usize = 60_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub orders: Vec<usize>,
    pub length: i64,
}

#[derive(Debug, Default)]
pub struct Pool {
    seen: HashSet<u64, Keyed>,
    pub columns: Vec<Column>,
}

/// The keys are random numbers already.
#[derive(Debug, Clone, Default)]
struct Keyed;

#[derive(Default)]
struct AsItIs(u64);

impl std::hash::BuildHasher for Keyed {
    type Hasher = AsItIs;
    fn build_hasher(&self) -> AsItIs {
        AsItIs(0)
    }
}

impl std::hash::Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl Pool {
    pub fn see(&mut self, ride: &Ride) {
        self.add(ride.key, &ride.orders, ride.length);
    }

    pub fn knows(&self, key: u64) -> bool {
        self.seen.contains(&key)
    }

    pub fn add(&mut self, key: u64, orders: &[usize], length: i64) -> bool {
        if self.columns.len() >= POOL_MAX || orders.is_empty() || !self.seen.insert(key) {
            return false;
        }
        let mut orders = orders.to_vec();
        orders.sort_unstable();
        self.columns.push(Column { orders, length });
        true
    }
}
