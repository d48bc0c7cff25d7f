//! What sites refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum SiteRefusal {
    #[error("Site “{code}” needs a code of 2–12 capitals, a name, a two-letter country and a time zone.")]
    Unnamed { code: String },
    #[error("A layout needs at least one {what}.")]
    NothingThere { what: String },
    #[error("{what} must be greater than zero; {given} is not.")]
    NotPositive { what: String, given: i64 },
    #[error("{what} may be at most {max}; {given} is more.")]
    TooMany { what: String, given: i64, max: i64 },
    #[error("{what} lies at {given} mm: outside 0 to {max} mm.")]
    OutOfBounds { what: String, given: i64, max: i32 },
    #[error(
        "Cross-aisles must be listed from front to back, each farther than the one before; {given} mm comes after {before} mm."
    )]
    CrossAislesOutOfOrder { before: i32, given: i32 },
    #[error("Aisle {aisle} is listed twice.")]
    AisleTwice { aisle: i32 },
    #[error(
        "Aisle {aisle} must run from one cross-aisle to a farther one; {from} to {to} is not that (there are {cross_aisles}, counted from 0)."
    )]
    AisleGoesNowhere { aisle: i32, from: u16, to: u16, cross_aisles: usize },
    #[error("Aisles {one} and {other} lie on top of each other.")]
    AislesOverlap { one: i32, other: i32 },
    #[error("{what} stands on cross-aisle {cross_aisle}, which does not exist.")]
    UnknownCrossAisle { what: String, cross_aisle: u16 },
    #[error("The layout is disconnected: no aisle leads from the cross-aisle at {from_mm} mm to the one at {to_mm} mm.")]
    Disconnected { from_mm: i32, to_mm: i32 },
    #[error("Bin {bin} has no access point: aisle {aisle} does not exist or does not reach {y_mm} mm.")]
    NoAccessPoint { bin: String, aisle: i32, y_mm: i32 },
    #[error("The obstacle from {from_mm} to {to_mm} mm does not lie on aisle {aisle}.")]
    ObstacleNowhere { aisle: i32, from_mm: i32, to_mm: i32 },
    #[error("Aisle {aisle} is one-way: behind an obstacle nobody could turn back.")]
    ObstacleInOneWay { aisle: i32 },
    #[error("Zones need names, each its own; “{zone}” is empty or taken.")]
    ZoneNameTaken { zone: String },
    #[error("Zone “{zone}” names aisle {aisle}, which does not exist.")]
    UnknownAisle { zone: String, aisle: i32 },
    #[error("Aisle {aisle} is in two zones, “{one}” and “{other}”.")]
    AisleInTwoZones { aisle: i32, one: String, other: String },
    #[error("Levels must be listed from the floor up, each higher than the one before; {given} mm comes after {before} mm.")]
    LevelsOutOfOrder { before: i32, given: i32 },
}

impl Named for SiteRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unnamed { .. } => "site_unnamed",
            Self::NothingThere { .. } => "layout_incomplete",
            Self::NotPositive { .. } => "dimension_not_positive",
            Self::TooMany { .. } => "layout_too_large",
            Self::OutOfBounds { .. } => "layout_out_of_bounds",
            Self::CrossAislesOutOfOrder { .. } => "cross_aisles_out_of_order",
            Self::AisleTwice { .. } => "aisle_twice",
            Self::AisleGoesNowhere { .. } => "aisle_goes_nowhere",
            Self::AislesOverlap { .. } => "aisles_overlap",
            Self::UnknownCrossAisle { .. } => "unknown_cross_aisle",
            Self::Disconnected { .. } => "layout_disconnected",
            Self::NoAccessPoint { .. } => "bin_without_access_point",
            Self::ObstacleNowhere { .. } => "obstacle_nowhere",
            Self::ObstacleInOneWay { .. } => "obstacle_in_one_way_aisle",
            Self::ZoneNameTaken { .. } => "zone_name_taken",
            Self::UnknownAisle { .. } => "unknown_aisle",
            Self::AisleInTwoZones { .. } => "aisle_in_two_zones",
            Self::LevelsOutOfOrder { .. } => "levels_out_of_order",
        }
    }

    fn status(&self) -> u16 {
        422
    }

    fn field(&self) -> Option<&'static str> {
        Some("layout")
    }
}
