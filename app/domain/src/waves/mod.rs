//! Waves: which orders are picked together, on which carts, by what way. Commands, what they answer, what boards and maps show.
//!
//! How carts are filled is `plan`, how one is walked is `route`; what the floor then does is `floor`.

pub mod ask;
pub mod batch;
pub mod labour;
mod map;
pub mod plan;
pub mod receipt;
mod refusal;
pub mod replay;
pub mod rng;
pub mod roster;
pub mod rounds;
pub mod route;
pub mod whatif;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use ask::{Cart, Chosen, Filter, ORDERS_MAX, PlanWave, SLOTS_MAX};
pub use map::{StopMark, TripLine, WaveMap};
pub use refusal::WaveRefusal;
pub use rounds::Rounds;

use crate::ids::{OrderId, SiteId, TripId, WaveId};
use crate::reasons::Given;

/// How orders become walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// One order a walk.
    Single,
    /// Several orders on a cart, sorted while picking: each in its totes.
    #[default]
    Cluster,
    /// Several orders picked together, sorted afterwards.
    Batch,
    /// Each zone picks its part of every order; the parts are brought together.
    Zone,
}

impl Method {
    /// What the floor can be asked for.
    pub const ALL: [Self; 4] = [Self::Cluster, Self::Batch, Self::Zone, Self::Single];
    /// What plans can be compared by.
    pub const COMPARED: [Self; 4] = [Self::Cluster, Self::Batch, Self::Zone, Self::Single];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Cluster => "cluster",
            Self::Batch => "batch",
            Self::Zone => "zone",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Single => "One order a walk",
            Self::Cluster => "Several orders on a cart",
            Self::Batch => "Several orders together, sorted afterwards",
            Self::Zone => "Zone by zone, then brought together",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }
}

/// Hand a planned wave to the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseWave {
    pub wave: WaveId,
    /// Why, although today's roster has too few hours for it: from somebody who may say so.
    #[serde(default)]
    pub reason: Given,
}

/// Take back what is not picked yet: those units keep their bins and can be planned again. What is in totes is put back by the floor,
/// or packed; it stays its order's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelWave {
    pub wave: WaveId,
}

/// A wave as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub wave: WaveId,
    pub number: String,
    pub trips: Vec<TripId>,
    pub orders: Vec<OrderId>,
    pub units: i32,
    pub metres: i32,
    pub metres_fifo: i32,
}

/// What waits to be planned at a site.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waiting {
    pub orders: i32,
    pub units: i32,
    /// The earliest promise among them.
    pub due: Option<DateTime<Utc>>,
}

/// How far a wave is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Planned,
    Released,
    Picking,
    Done,
    Cancelled,
}

impl Status {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Released => "On the floor",
            Self::Picking => "Picking",
            Self::Done => "Picked",
            Self::Cancelled => "Cancelled",
        }
    }
}

/// A wave on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveRow {
    pub wave: WaveId,
    pub number: String,
    pub site: SiteId,
    pub site_code: String,
    pub method: Method,
    pub orders: i32,
    pub trips: i32,
    pub trips_done: i32,
    pub units: i32,
    pub units_picked: i32,
    pub units_short: i32,
    pub metres: i32,
    pub metres_fifo: i32,
    pub seconds: i32,
    pub pickers: Vec<String>,
    /// With whom its orders leave, by name.
    pub carriers: Vec<String>,
    /// The earliest promise among its orders.
    pub due: Option<DateTime<Utc>>,
    pub planned_at: DateTime<Utc>,
    pub released_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
}

impl WaveRow {
    pub fn units_done(&self) -> i32 {
        self.units_picked + self.units_short
    }

    pub fn status(&self) -> Status {
        if self.cancelled_at.is_some() {
            Status::Cancelled
        } else if self.released_at.is_none() {
            Status::Planned
        } else if self.units_done() >= self.units {
            Status::Done
        } else if self.units_done() > 0 || !self.pickers.is_empty() {
            Status::Picking
        } else {
            Status::Released
        }
    }

    /// Metres saved against first-in-first-out, in per cent.
    pub fn saved_percent(&self) -> i32 {
        if self.metres_fifo <= 0 { 0 } else { (self.metres_fifo - self.metres) * 100 / self.metres_fifo }
    }
}
