//! What the floor refuses, and the words for it: always what was expected, then what came.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;
use crate::words::counted;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum FloorRefusal {
    #[error("Expected {expected}, scanned {scanned}. Nothing changed.")]
    WrongScan { expected: String, scanned: String },
    #[error("Only {left} left to pick here; {scanned} scanned. Nothing changed.")]
    TooMany { left: i32, scanned: i32 },
    #[error("{person} is walking this trip.")]
    TripTaken { person: String },
    #[error("Take the trip first.")]
    TripNotYours,
    #[error("This wave is cancelled.")]
    WaveCancelled,
    #[error("This wave is not released yet.")]
    WaveNotReleased,
    #[error("This line is done.")]
    TaskDone,
    #[error("Tote {code} is in use for another order.")]
    ToteInUse { code: String },
    #[error("There is no tote {code} here.")]
    UnknownTote { code: String },
    #[error("Put a tote on slot {slot} first.")]
    ToteMissing { slot: i32 },
    #[error("Nothing picked is waiting to be packed for “{scan}”.")]
    NothingToPack { scan: String },
    #[error("{} still being picked.", counted(*.left, "unit of this order is", "units of this order are"))]
    StillPicking { left: i32 },
    #[error("{scanned} does not belong in this parcel. Nothing changed.")]
    NotInParcel { scanned: String },
    #[error("All {expected} of {sku} are already in. This one is too many.")]
    AlreadyPacked { sku: String, expected: i32 },
    #[error("{} not verified yet.", counted(*.missing, "unit is", "units are"))]
    NotVerified { missing: i32 },
    #[error("The parcel weighs {actual_g} g; {expected_g} g was expected. Check what is inside.")]
    WeightOff { expected_g: i32, actual_g: i32 },
    #[error("A parcel weighs something: put it on the scale.")]
    NoWeight,
    #[error("Parcel {number} is already closed.")]
    ParcelClosed { number: String },
    #[error("Parcel {number} is not packed yet.")]
    NotPacked { number: String },
    #[error("Nothing of this is left to put back.")]
    NothingToUnpick,
    #[error("{left} of this go back; {scanned} scanned. Nothing changed.")]
    TooManyBack { left: i32, scanned: i32 },
    #[error("Parcel {number} goes with {carrier}.")]
    OtherCarrier { number: String, carrier: String },
}

impl Named for FloorRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongScan { .. } => "wrong_scan",
            Self::TooMany { .. } => "too_many",
            Self::TripTaken { .. } => "trip_taken",
            Self::TripNotYours => "trip_not_yours",
            Self::WaveCancelled => "wave_cancelled",
            Self::WaveNotReleased => "wave_not_released",
            Self::TaskDone => "task_done",
            Self::ToteInUse { .. } => "tote_in_use",
            Self::UnknownTote { .. } => "unknown_tote",
            Self::ToteMissing { .. } => "tote_missing",
            Self::NothingToPack { .. } => "nothing_to_pack",
            Self::StillPicking { .. } => "still_picking",
            Self::NotInParcel { .. } => "not_in_parcel",
            Self::AlreadyPacked { .. } => "already_packed",
            Self::NotVerified { .. } => "not_verified",
            Self::WeightOff { .. } => "weight_off",
            Self::NoWeight => "no_weight",
            Self::ParcelClosed { .. } => "parcel_closed",
            Self::NotPacked { .. } => "not_packed",
            Self::TooManyBack { .. } => "too_many_back",
            Self::NothingToUnpick => "nothing_to_unpick",
            Self::OtherCarrier { .. } => "other_carrier",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::UnknownTote { .. } | Self::NothingToPack { .. } => 404,
            Self::WrongScan { .. }
            | Self::TooMany { .. }
            | Self::NotInParcel { .. }
            | Self::AlreadyPacked { .. }
            | Self::TooManyBack { .. }
            | Self::NoWeight => 422,
            _ => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoWeight | Self::WeightOff { .. } => Some("weight"),
            Self::WrongScan { .. }
            | Self::TooMany { .. }
            | Self::TooManyBack { .. }
            | Self::NotInParcel { .. }
            | Self::AlreadyPacked { .. } => Some("code"),
            Self::OtherCarrier { .. } => Some("carrier"),
            _ => None,
        }
    }
}
