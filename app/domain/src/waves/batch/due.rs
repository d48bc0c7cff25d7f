//! Cutoffs: in what order carts go out, who is late and by how much. Decides nothing about who rides with whom.
//!
//! Carts go out by the earliest cutoff they carry (Jackson 1955's rule of the earliest due date), each to the picker who is free
//! first.

use super::fill::Ride;

/// Lateness comes before length: a second late weighs as much as a kilometre.
pub const LATE_MM_PER_SECOND: i64 = 1_000_000;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dues {
    /// Seconds from now by which the order must be picked.
    pub cutoffs: Vec<Option<i64>>,
    /// Seconds each order takes beside walking.
    pub handling: Vec<i64>,
    /// Seconds each cart takes to get ready.
    pub setup: i64,
    pub walk_mm_per_second: i64,
    pub pickers: usize,
}

/// A cart on its way: which ride, when it comes back, who walks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trip {
    pub ride: usize,
    pub picker: usize,
    pub starts: i64,
    pub ends: i64,
}

impl Dues {
    pub fn seconds(&self, orders: &[usize], length: i64) -> i64 {
        let handling: i64 = orders.iter().map(|order| self.handling[*order]).sum();
        self.setup + length / self.walk_mm_per_second.max(1) + handling
    }

    pub fn schedule(&self, rides: &[Ride]) -> Vec<Trip> {
        let due = |ride: usize| rides[ride].orders.iter().filter_map(|order| self.cutoffs[*order]).min().unwrap_or(i64::MAX);
        let mut queue: Vec<(i64, usize)> =
            (0..rides.len()).filter(|ride| !rides[*ride].orders.is_empty()).map(|ride| (due(ride), ride)).collect();
        queue.sort_unstable();
        let mut free = vec![0_i64; self.pickers.max(1)];
        let mut trips = Vec::with_capacity(queue.len());
        for (_, ride) in queue {
            let Some((picker, starts)) = free.iter().copied().enumerate().min_by_key(|(picker, at)| (*at, *picker)) else {
                break;
            };
            let ends = starts + self.seconds(&rides[ride].orders, rides[ride].length);
            free[picker] = ends;
            trips.push(Trip { ride, picker, starts, ends });
        }
        trips
    }

    /// Seconds late, over all orders.
    pub fn late(&self, rides: &[Ride]) -> i64 {
        let late = |trip: &Trip| -> i64 {
            let cutoffs = rides[trip.ride].orders.iter().filter_map(|order| self.cutoffs[*order]);
            cutoffs.map(|cutoff| (trip.ends - cutoff).max(0)).sum()
        };
        self.schedule(rides).iter().map(late).sum()
    }
}
