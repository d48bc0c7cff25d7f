//! A cart's walk in time: where it is at any moment, for playing it back. Stops that were scanned happen when they were scanned;
//! the others when the plan says. It goes along the planned way: a stop taken before its turn is passed no later than it was taken.

use super::batch::rates::Rates;
use super::{StopMark, TripLine};
use crate::sites::layout::Point;

/// Where a cart is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    pub at_ms: i64,
    pub along_mm: i64,
    /// Stops finished by then.
    pub stops: usize,
}

/// A walk, moment by moment: each stop is reached, then left; between two moments it goes evenly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    moments: Vec<Moment>,
    /// When each stop was finished, and whether that was scanned.
    pub finished: Vec<(i64, bool)>,
}

impl Course {
    pub fn of(trip: &TripLine, rates: &Rates) -> Self {
        let (scale, taken_at) = (Scale::of(trip, rates), trip.claimed_at.filter(|_| trip.is_timed()));
        let start = scale.apply(rates.setup_ms / 2);
        let mut moments = vec![Moment { at_ms: 0, along_mm: 0, stops: 0 }, Moment { at_ms: start, along_mm: 0, stops: 0 }];
        let mut finished = Vec::with_capacity(trip.stops.len());
        for (before, stop) in trip.stops.iter().enumerate() {
            let last = moments[moments.len() - 1];
            let (way, work) = (scale.apply(walk_ms(stop.along_mm - last.along_mm, rates)), scale.apply(work_ms(stop, rates)));
            let scanned = taken_at.zip(stop.done_at).map(|(from, at)| (at - from).num_milliseconds().max(0));
            let end = scanned.map_or(last.at_ms + way + work, |at| at.max(last.at_ms));
            let reached = (end - work).max(last.at_ms);
            moments.push(Moment { at_ms: reached, along_mm: stop.along_mm, stops: before });
            moments.push(Moment { at_ms: end, along_mm: stop.along_mm, stops: before + 1 });
            finished.push((end, scanned.is_some()));
        }
        let (last, length_mm) = (moments[moments.len() - 1], trip.length_mm());
        let home = last.at_ms + scale.apply(walk_ms(length_mm - last.along_mm, rates) + rates.setup_ms / 2);
        moments.push(Moment { at_ms: home, along_mm: length_mm, ..last });
        Self { moments, finished }
    }

    pub fn length_ms(&self) -> i64 {
        self.moments.last().map_or(0, |moment| moment.at_ms)
    }

    /// Where the cart is then; before the start it stands at the depot, after the end too.
    pub fn at(&self, at_ms: i64) -> Moment {
        let next = self.moments.partition_point(|moment| moment.at_ms <= at_ms);
        let (Some(from), Some(to)) = (next.checked_sub(1).map(|before| self.moments[before]), self.moments.get(next)) else {
            let end = if next == 0 { self.moments.first() } else { self.moments.last() };
            return end.copied().unwrap_or(Moment { at_ms, along_mm: 0, stops: 0 });
        };
        let gone = (to.along_mm - from.along_mm) * (at_ms - from.at_ms) / (to.at_ms - from.at_ms);
        Moment { at_ms, along_mm: from.along_mm + gone, stops: from.stops }
    }
}

/// What the rates say, stretched to what the plan says of the whole walk.
struct Scale {
    planned_ms: i64,
    rated_ms: i64,
}

impl Scale {
    fn of(trip: &TripLine, rates: &Rates) -> Self {
        let work: i64 = trip.stops.iter().map(|stop| work_ms(stop, rates)).sum();
        let rated_ms = (rates.setup_ms + walk_ms(trip.length_mm(), rates) + work).max(1);
        Self { planned_ms: i64::from(trip.seconds) * 1_000, rated_ms }
    }

    fn apply(&self, ms: i64) -> i64 {
        ms.saturating_mul(self.planned_ms) / self.rated_ms
    }
}

fn walk_ms(mm: i64, rates: &Rates) -> i64 {
    mm.max(0) * 1_000 / rates.walk_mm_per_second.max(1)
}

fn work_ms(stop: &StopMark, rates: &Rates) -> i64 {
    rates.stop_ms + i64::from(stop.units) * (rates.unit_ms + rates.put_ms)
}

/// The way walked so far: its corners, and where it has come to.
pub fn walked(path: &[Point], along_mm: i64) -> Vec<Point> {
    let mut way: Vec<Point> = path.first().copied().into_iter().collect();
    let mut left = along_mm;
    for leg in path.windows(2) {
        let length = leg[0].steps_to(leg[1]);
        if length > left {
            let part = |from: i32, to: i32| {
                // Within the leg, so it fits as both ends do.
                let gone = i64::from(to - from) * left.max(0) / length.max(1);
                from + i32::try_from(gone).unwrap_or(0)
            };
            way.push(Point { x_mm: part(leg[0].x_mm, leg[1].x_mm), y_mm: part(leg[0].y_mm, leg[1].y_mm) });
            return way;
        }
        left -= length;
        way.push(leg[1]);
    }
    way
}

#[cfg(test)]
#[path = "replay_tests.rs"]
mod tests;
