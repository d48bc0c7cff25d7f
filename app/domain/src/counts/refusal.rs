//! What counting and correcting refuse, and the words for it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::refusal::Named;
use crate::words::counted;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CountRefusal {
    #[error("Bin {bin} is not counted: only pick and reserve bins are.")]
    NotCountable { bin: String },
    #[error("{person} is counting this bin.")]
    Taken { person: String },
    #[error("You are not counting this bin. Scan its label to begin.")]
    NotYours,
    #[error("You counted this bin last. Somebody else counts it again.")]
    SamePerson,
    #[error("Somebody else has to decide this count: you counted.")]
    OwnCount,
    #[error("Count {number} is not where that can be done: {status}.")]
    WrongStatus { number: String, status: String },
    #[error("Goods were booked into {bin} meanwhile. Count it.")]
    Filled { bin: String },
    #[error("{} missing, and the ledger has fewer left in {bin}. Send it back to be counted again.", counted(*.units, "unit is", "units are"))]
    MovedSince { bin: String, units: i32 },
    #[error("{code} does not stand in {bin} by the books. If it is here, move it here by scan first.")]
    UnitNotHere { code: String, bin: String },
    #[error("A note has at most {most} letters.")]
    NoteTooLong { most: usize },
    #[error("Say how many units more or fewer there are, as a number other than 0.")]
    NoUnits,
    #[error("“{reason}” does not go with {direction} units.")]
    WrongReason { reason: String, direction: String },
    #[error("Somebody else has to decide this correction: you proposed it.")]
    OwnAdjustment,
    #[error("This correction is somebody else's. Who proposed it can take it back.")]
    NotYourAdjustment,
    #[error("Correction {number} is {status} already.")]
    AdjustmentDecided { number: String, status: String },
    #[error("Correction {number} ran out on {}. Propose it again if it is still right.", crate::dates::long_day(at))]
    AdjustmentExpired { number: String, at: DateTime<Utc> },
}

impl Named for CountRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotCountable { .. } => "bin_not_counted",
            Self::Taken { .. } => "count_taken",
            Self::NotYours => "count_not_yours",
            Self::SamePerson => "count_same_person",
            Self::OwnCount => "own_count",
            Self::WrongStatus { .. } => "count_wrong_status",
            Self::Filled { .. } => "bin_filled",
            Self::MovedSince { .. } => "count_moved_since",
            Self::UnitNotHere { .. } => "unit_not_here",
            Self::NoteTooLong { .. } => "count_note_too_long",
            Self::NoUnits => "adjustment_no_units",
            Self::WrongReason { .. } => "adjustment_wrong_reason",
            Self::OwnAdjustment => "own_adjustment",
            Self::NotYourAdjustment => "adjustment_not_yours",
            Self::AdjustmentDecided { .. } => "adjustment_decided",
            Self::AdjustmentExpired { .. } => "adjustment_expired",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::SamePerson | Self::OwnCount | Self::OwnAdjustment | Self::NotYourAdjustment => 403,
            Self::NoteTooLong { .. } | Self::NoUnits | Self::WrongReason { .. } => 422,
            _ => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotCountable { .. } => Some("bin_code"),
            Self::UnitNotHere { .. } => Some("code"),
            Self::NoteTooLong { .. } => Some("note"),
            Self::NoUnits => Some("units"),
            Self::WrongReason { .. } => Some("reason"),
            _ => None,
        }
    }
}
