//! When a wave will be picked: what is left by the plan, corrected by how fast its carts went so far. Decides nothing about who
//! walks; a cart nobody has taken goes, longest first, to whoever is free first.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{TripLine, WaveRow};

/// Fewer stops say nothing about a pace: the first ones are found slowly.
pub const STOPS_MIN: usize = 5;
/// No pace is believed beyond a quarter and four times of the plan (per mille): a break, or a scan by mistake.
const PACE_RANGE: (i64, i64) = (250, 4_000);
/// The plan's own pace.
const AS_PLANNED: i64 = 1_000;

/// What is left of a wave on the floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finish {
    /// Work left, all carts together.
    pub work_seconds: i64,
    pub at: DateTime<Utc>,
    /// Pickers it is shared by.
    pub pickers: usize,
    /// Scanned stops the pace is measured on; none = as planned.
    pub measured_stops: Option<usize>,
}

/// Told for a wave on the floor with units left to pick.
pub fn finish(row: &WaveRow, trips: &[TripLine], now: DateTime<Utc>) -> Option<Finish> {
    let open: Vec<&TripLine> = trips.iter().filter(|trip| !trip.is_done()).collect();
    if open.is_empty() || row.released_at.is_none() || row.cancelled_at.is_some() {
        return None;
    }
    let (pace, measured_stops) = pace(trips);
    let left = |trip: &TripLine| planned(trip, trip.units - trip.units_done) * pace / 1_000;
    let mut busy: BTreeMap<&str, i64> = BTreeMap::new();
    let mut free: Vec<i64> = Vec::new();
    for trip in &open {
        match &trip.person {
            Some(person) => *busy.entry(person).or_default() += left(trip),
            None => free.push(left(trip)),
        }
    }
    let mut loads: Vec<i64> = busy.into_values().collect();
    if loads.is_empty() {
        loads.push(0);
    }
    free.sort_unstable_by(|a, b| b.cmp(a));
    for seconds in &free {
        if let Some(least) = loads.iter_mut().min() {
            *least += seconds;
        }
    }
    let (work_seconds, last) = (loads.iter().sum(), loads.iter().copied().max().unwrap_or(0));
    Some(Finish { work_seconds, at: now + TimeDelta::seconds(last), pickers: loads.len(), measured_stops })
}

/// Seconds planned for so many of a cart's units.
fn planned(trip: &TripLine, units: i32) -> i64 {
    i64::from(trip.seconds) * i64::from(units.max(0)) / i64::from(trip.units.max(1))
}

/// Seconds taken for each thousand planned, over all stops scanned on carts that were taken.
fn pace(trips: &[TripLine]) -> (i64, Option<usize>) {
    let (mut stops, mut taken, mut plan) = (0, 0, 0);
    for trip in trips.iter().filter(|trip| trip.is_timed()) {
        let scanned: Vec<_> = trip.stops.iter().filter_map(|stop| Some((stop.done_at?, stop.units))).collect();
        let (Some(from), Some(last)) = (trip.claimed_at, scanned.iter().map(|(at, _)| *at).max()) else { continue };
        stops += scanned.len();
        taken += (last - from).num_seconds().max(0);
        plan += planned(trip, scanned.iter().map(|(_, units)| units).sum());
    }
    if stops < STOPS_MIN || plan == 0 {
        return (AS_PLANNED, None);
    }
    ((taken * AS_PLANNED / plan).clamp(PACE_RANGE.0, PACE_RANGE.1), Some(stops))
}

#[cfg(test)]
#[path = "progress_tests.rs"]
mod tests;
