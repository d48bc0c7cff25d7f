//! A wave drawn on its site: what stands there, each cart's way, and how far it has come. Decides nothing.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::WaveRow;
use super::labour::WaveOutlook;
use crate::ids::TripId;
use crate::sites::layout::{Layout, Point, Side};
use crate::sites::shelf::Shelf;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveMap {
    pub row: WaveRow,
    pub layout: Layout,
    pub shelves: Vec<Shelf>,
    pub trips: Vec<TripLine>,
    /// When it will be picked; told while there is something left to pick on the floor.
    pub finish: Option<WaveOutlook>,
    /// Where its hours come from, in words.
    pub rates: String,
}

/// One cart's way, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TripLine {
    pub trip: TripId,
    pub trip_no: i32,
    pub person: Option<String>,
    pub claimed_at: Option<DateTime<Utc>>,
    pub metres: i32,
    /// Predicted, from taking the cart to handing it in.
    pub seconds: i32,
    pub units: i32,
    pub units_done: i32,
    /// Corners of the walk from where the cart starts to where it is handed in.
    pub path: Vec<Point>,
    /// The depot where it is handed in.
    pub end: String,
    pub stops: Vec<StopMark>,
}

/// A bin on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopMark {
    pub bin_code: String,
    /// None = the bin is not on the layout.
    pub at: Option<Point>,
    pub side: Side,
    /// How far along the way it lies.
    pub along_mm: i64,
    pub units: i32,
    pub units_done: i32,
    pub done: bool,
    /// When the last of it was scanned.
    pub done_at: Option<DateTime<Utc>>,
}

impl TripLine {
    /// How long the whole way is.
    pub fn length_mm(&self) -> i64 {
        self.path.windows(2).map(|leg| leg[0].steps_to(leg[1])).sum()
    }

    /// Was it scanned stop by stop? What is posted at once, in bulk, says nothing about time.
    pub fn is_timed(&self) -> bool {
        let scanned = || self.stops.iter().filter_map(|stop| stop.done_at);
        self.claimed_at.is_some_and(|from| scanned().any(|at| at > from))
    }

    pub fn is_done(&self) -> bool {
        self.stops.iter().all(|stop| stop.done)
    }
}
