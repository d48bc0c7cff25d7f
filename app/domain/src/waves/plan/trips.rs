//! Carts walked and sent out: by the earliest promise they carry, each to the picker who is free first (Jackson 1955's rule).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::{Drawing, Late, Trip};
use crate::sites::roads::Spot;
use crate::waves::Method;
use crate::waves::batch::load::Load;
use crate::waves::batch::rates::Work;
use crate::waves::route::{self, Errand};

/// What rides on one cart: stops (job, stop).
pub(super) struct Group {
    pub zone: Option<u16>,
    pub stops: Vec<(usize, usize)>,
}

/// All carts, in the order in which they go out.
pub(super) struct Walked {
    pub trips: Vec<Trip>,
    pub late: Vec<Late>,
    pub late_seconds: i64,
    pub length_mm: i64,
}

impl Walked {
    /// Promises first, then metres.
    pub const fn cost(&self) -> (i64, i64) {
        (self.late_seconds, self.length_mm)
    }
}

impl Drawing<'_> {
    pub(super) fn send_out(&self, groups: impl IntoIterator<Item = Group>) -> Walked {
        let mut trips: Vec<Trip> = groups.into_iter().map(|group| self.trip(group)).collect();
        let due = |trip: &Trip| trip.jobs.iter().filter_map(|job| self.jobs[*job].due_seconds).min().unwrap_or(i64::MAX);
        trips.sort_by_key(|trip| (due(trip), trip.jobs.first().copied(), trip.zone));
        let mut free: BinaryHeap<Reverse<i64>> = (0..self.way.pickers.max(1)).map(|_| Reverse(0)).collect();
        let mut back: BTreeMap<usize, i64> = BTreeMap::new();
        for trip in &mut trips {
            let Reverse(starts) = free.pop().unwrap_or_default();
            trip.ends_seconds = starts + trip.seconds;
            free.push(Reverse(trip.ends_seconds));
            for job in &trip.jobs {
                let ends = back.entry(*job).or_default();
                *ends = trip.ends_seconds.max(*ends);
            }
        }
        // What is late already cannot be kept: it goes out first, and is nothing to weigh metres against.
        let kept = |job: usize| self.jobs[job].due_seconds.filter(|due| *due >= 0);
        let (mut late, mut late_seconds) = (Vec::new(), 0);
        for (job, ends_seconds) in back {
            if let Some(due) = kept(job).filter(|due| *due < ends_seconds) {
                late_seconds += ends_seconds - due;
                late.push(Late { job, ends_seconds });
            }
        }
        let length_mm = trips.iter().map(|trip| trip.length_mm).sum();
        Walked { trips, late, late_seconds, length_mm }
    }

    /// Mapped stops by the route, heavy ones before others where that is asked for; those off the layout behind them by bin.
    pub(super) fn trip(&self, Group { zone, stops }: Group) -> Trip {
        let of = |(job, stop): (usize, usize)| self.jobs[job].stops[stop];
        let jobs: BTreeSet<usize> = stops.iter().map(|(job, _)| *job).collect();
        let (mapped, mut unmapped): (Vec<_>, Vec<_>) = stops.into_iter().partition(|stop| of(*stop).spot.is_some());
        let places: Vec<Spot> = mapped.iter().filter_map(|stop| of(*stop).spot).collect();
        let class = |stop: (usize, usize)| self.manner.class(of(stop).weight_g);
        let classes: Option<Vec<u8>> = self.manner.heavy_from_g.map(|_| mapped.iter().map(|stop| class(*stop)).collect());
        let errand = Errand { start: self.manner.start, ends: &self.manner.ends, stops: &places, classes: classes.as_deref() };
        let (route::Walk { order, length_mm }, end) = route::walk_on(self.roads, errand);
        let mut walk: Vec<(usize, usize)> = order.into_iter().map(|index| mapped[index]).collect();
        // What is reached from one spot is taken bin by bin, and from a bin kind by kind.
        let rank = |stop: (usize, usize)| (Reverse(class(stop)), of(stop).bin, of(stop).sku);
        for same in walk.chunk_by_mut(|a, b| of(*a).spot == of(*b).spot) {
            same.sort_by_key(|stop| rank(*stop));
        }
        unmapped.sort_by_key(|stop| rank(*stop));
        walk.extend(unmapped);
        let load = walk.iter().fold(Load::default(), |load, stop| {
            let (stop, units) = (of(*stop), i64::from(of(*stop).units));
            let (volume_ml, weight_g) = (stop.volume_ml.saturating_mul(units), stop.weight_g.saturating_mul(units));
            load.plus(Load { volume_ml, weight_g, totes: 0 })
        });
        let seconds = self.seconds(&walk, length_mm);
        let totes = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
        let jobs = jobs.into_iter().collect();
        Trip { jobs, walk, zone, end, load: Load { totes, ..load }, length_mm, seconds, ends_seconds: 0 }
    }

    pub(super) fn s_shape(&self, group: &Group) -> i64 {
        let spots: Vec<Spot> = group.stops.iter().filter_map(|(job, stop)| self.jobs[*job].stops[*stop].spot).collect();
        let to = |end: &Spot| route::s_shape_to(self.roads, self.manner.start, *end, &spots).length_mm;
        self.manner.ends().iter().map(to).min().unwrap_or(0)
    }

    /// Each stop is scanned, whoever else stopped at that bin; what is picked together is scanned once a bin and kind.
    pub(super) fn seconds(&self, stops: &[(usize, usize)], length_mm: i64) -> i64 {
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let jobs = stops.iter().map(|(job, _)| job).collect::<BTreeSet<_>>().len();
        let units = stops.iter().map(|(job, stop)| i64::from(self.jobs[*job].stops[*stop].units)).sum();
        let of = |(job, stop): &(usize, usize)| self.jobs[*job].stops[*stop];
        let together = || stops.iter().map(|stop| (of(stop).bin, of(stop).sku)).collect::<BTreeSet<_>>().len();
        let scanned = if self.way.method == Method::Batch { together() } else { stops.len() };
        let work = Work { length_mm, orders: count(jobs), stops: count(scanned), units };
        // Alone on a cart there is nothing to sort.
        let method = if jobs == 1 && self.way.method != Method::Zone { Method::Single } else { self.way.method };
        self.way.rates.seconds(method, work)
    }
}
