//! Labour: how long work takes here, how many hours there are for it, and who does what. Rules only; rows are the service's.
//!
//! [`measure`] learns rates from what was picked, [`limit`] says whether a wave fits into the rest of the day, [`cutoff`] which
//! promises are at risk, [`finish`] when each walk ends, [`share`] evens walks out between pickers, [`part`] which orders may leave a wave. The [`super::roster`] is where
//! the hours come from.

pub mod cutoff;
pub mod finish;
pub mod limit;
pub mod measure;
pub mod part;
mod refusal;
pub mod share;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use refusal::{Edge, LabourRefusal};

use super::Method;
use super::batch::rates::{Rates, Work};
use crate::ids::{PersonId, SiteId, TripId, WaveId};

/// Somebody is there from then till then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Span {
    /// Seconds of it that are still to come.
    pub fn seconds_left(&self, now: DateTime<Utc>) -> i64 {
        (self.to - self.from.max(now)).num_seconds().max(0)
    }
}

/// A walk and what of it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    pub method: Method,
    /// The whole walk.
    pub length_mm: i64,
    pub stops: i64,
    /// Still to be done.
    pub orders_left: i64,
    pub stops_left: i64,
    pub units_left: i64,
    /// Somebody has it, or had.
    pub begun: bool,
}

impl Load {
    /// Seconds of work left. What is left of the walk goes by what is left of its stops.
    pub fn seconds_left(&self, rates: &Rates) -> i64 {
        if self.stops_left <= 0 {
            return 0;
        }
        let length_mm = self.length_mm * self.stops_left / self.stops.max(self.stops_left);
        let work = Work { length_mm, orders: self.orders_left, stops: self.stops_left, units: self.units_left };
        let setup = if self.begun { 0 } else { rates.setup_ms / 1_000 };
        setup + rates.walk_seconds(length_mm) + rates.handling_seconds(self.method, work)
    }
}

/// Let trips that nobody has begun be walked by whoever is free first: from then on the floor offers them to those people first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvenOut {
    pub site: SiteId,
}

/// What evening out did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvenedOut {
    /// Trips that are another's now.
    pub moved: i32,
    pub trips: i32,
    pub pickers: i32,
    /// When the last trip ends, before and after.
    pub before: Option<DateTime<Utc>>,
    pub after: Option<DateTime<Utc>>,
}

/// Put trips that nobody has begun into a wave of their own, off the floor until that is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitWave {
    pub wave: WaveId,
    pub trips: Vec<TripId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    pub wave: WaveId,
    pub number: String,
    pub trips: i32,
}

/// What cancelling a wave left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// Units that never left their bins: they can be planned again.
    pub units: i32,
    /// Units in totes that somebody puts back; then they can be planned again, too.
    pub to_put_back: i32,
}

/// How a site stands with its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlook {
    pub site: SiteId,
    pub site_code: String,
    /// Where the rates come from, in words.
    pub rates: String,
    /// Rostered picking seconds left today, and what of them released work takes.
    pub rostered: i64,
    pub promised: i64,
    pub cutoffs: Vec<cutoff::Cutoff>,
    pub waves: Vec<WaveOutlook>,
    pub pickers: Vec<PickerOutlook>,
    /// Trips nobody has begun: what can be moved.
    pub movable: i32,
}

impl Outlook {
    pub fn missed(&self) -> impl Iterator<Item = &cutoff::Cutoff> {
        self.cutoffs.iter().filter(|cutoff| !cutoff.is_met())
    }
}

/// A wave on the floor, or planned for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveOutlook {
    pub wave: WaveId,
    pub number: String,
    pub released: bool,
    pub seconds_left: i64,
    /// None = nobody is rostered to finish it, or it is not released.
    pub finish: Option<DateTime<Utc>>,
    /// The earliest promise in it.
    pub due: Option<DateTime<Utc>>,
}

impl WaveOutlook {
    pub fn is_late(&self) -> bool {
        self.released && self.due.is_some_and(|due| self.finish.is_none_or(|finish| finish > due))
    }
}

/// What one picker has before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickerOutlook {
    pub person: PersonId,
    pub name: String,
    pub trips: i32,
    pub seconds_left: i64,
    pub finish: Option<DateTime<Utc>>,
    pub rostered: bool,
}
