//! How long picking takes: seconds from metres, stops, units and orders. From the site's own history where there is some, otherwise
//! standard, and then it says so. Decides nothing about who walks.

use serde::{Deserialize, Serialize};

use crate::waves::Method;

/// Where rates come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Common figures, until the site has a history.
    #[default]
    Standard,
    /// This many picks of the site's own.
    History { picks: i64 },
}

impl Basis {
    pub fn words(self) -> String {
        match self {
            Self::Standard => "standard".to_owned(),
            Self::History { picks } => format!("from {picks} picks here"),
        }
    }
}

/// Milliseconds for each part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    pub basis: Basis,
    pub walk_mm_per_second: i64,
    /// Getting a cart ready and handing it in.
    pub setup_ms: i64,
    /// Finding a bin and scanning it.
    pub stop_ms: i64,
    /// Taking a unit.
    pub unit_ms: i64,
    /// Putting a unit in the right one of several totes: sort while picking.
    pub put_ms: i64,
    /// Sorting a unit to its order afterwards: pick, then sort.
    pub sort_ms: i64,
    /// Bringing an order's part from one zone together with the others.
    pub join_ms: i64,
}

impl Default for Rates {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// What is done on one cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    pub length_mm: i64,
    pub orders: i64,
    pub stops: i64,
    pub units: i64,
}

impl Rates {
    /// A brisk walk with a cart; the shares of search and pick are those of Tompkins et al. (2010, Facilities Planning), in which
    /// travel is half of a picker's day.
    pub const STANDARD: Self = Self {
        basis: Basis::Standard,
        walk_mm_per_second: 1_200,
        setup_ms: 60_000,
        stop_ms: 9_000,
        unit_ms: 4_000,
        put_ms: 1_000,
        sort_ms: 3_500,
        join_ms: 20_000,
    };

    pub fn walk_seconds(&self, length_mm: i64) -> i64 {
        length_mm / self.walk_mm_per_second.max(1)
    }

    /// Seconds beside walking for so many orders, stops and units.
    pub fn handling_seconds(&self, method: Method, Work { orders, stops, units, .. }: Work) -> i64 {
        let per_unit = match method {
            Method::Single => 0,
            // Zones sort while they pick: each order's part has its own tote.
            Method::Cluster | Method::Zone => self.put_ms,
            Method::Batch => self.sort_ms,
        };
        let joins = if method == Method::Zone { orders * self.join_ms } else { 0 };
        (stops * self.stop_ms + units * (self.unit_ms + per_unit) + joins) / 1_000
    }

    /// Seconds from taking the cart to handing it in.
    pub fn seconds(&self, method: Method, work: Work) -> i64 {
        self.setup_ms / 1_000 + self.walk_seconds(work.length_mm) + self.handling_seconds(method, work)
    }
}
