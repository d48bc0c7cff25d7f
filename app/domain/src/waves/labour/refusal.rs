//! What the roster and the hours refuse, and the words for it.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LabourRefusal {
    #[error("A shift ends after it begins.")]
    EndsBeforeStart,
    #[error("A shift of {hours} hours is too long: at most {max}.")]
    ShiftTooLong { hours: i64, max: i64 },
    #[error("Nobody who works here is called “{given}”.")]
    UnknownWorker { given: String },
    #[error("{person} is no {role} at this site.")]
    RoleNotHeld { person: String, role: String },
    #[error("{person} has another shift then, at {site} from {} {}.", crate::dates::day_of_year(from), crate::dates::time(from))]
    Overlaps { person: String, site: String, from: NaiveDateTime },
    #[error("“{given}” is no day and time such as 2026-11-25 06:00.")]
    NoTime { field: Edge, given: String },
    #[error("A roster file has at most {max} rows. Split it.")]
    TooManyRows { max: usize },
    #[error("A roster file begins with the line {expected}.")]
    NotARoster { expected: String },
    #[error(
        "The wave needs {needed_minutes} minutes, {left_minutes} are left of today's roster. A supervisor may release it with a reason."
    )]
    NotEnoughHours { needed_minutes: i64, left_minutes: i64 },
    #[error("Nobody is rostered to pick here, now or later today.")]
    NobodyToPick,
    #[error("Every cart here is begun: there is nothing to move.")]
    NothingToMove,
    #[error("Choose the carts to put into a wave of their own.")]
    NoTripChosen,
    #[error("Leave at least one cart in the wave.")]
    NothingWouldStay,
    #[error("Cart {trip_no} is begun: it stays in its wave.")]
    TripBegun { trip_no: i32 },
    #[error("Choose the orders to put into a wave of their own.")]
    NoOrderChosen,
    #[error("Leave at least one order in the wave.")]
    NoOrderWouldStay,
    #[error("Order {number} is picked: nothing of it is left to move.")]
    OrderPicked { number: String },
    #[error("A parcel of order {number} is packed here: it stays in its wave.")]
    OrderPacked { number: String },
}

/// Which end of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    Starts,
    Ends,
}

impl Named for LabourRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::EndsBeforeStart => "ends_before_start",
            Self::ShiftTooLong { .. } => "shift_too_long",
            Self::UnknownWorker { .. } => "unknown_worker",
            Self::RoleNotHeld { .. } => "role_not_held",
            Self::Overlaps { .. } => "shifts_overlap",
            Self::NoTime { .. } => "no_time",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::NotARoster { .. } => "not_a_roster",
            Self::NotEnoughHours { .. } => "not_enough_hours",
            Self::NobodyToPick => "nobody_to_pick",
            Self::NothingToMove => "nothing_to_move",
            Self::NoTripChosen => "no_trip_chosen",
            Self::NothingWouldStay => "nothing_would_stay",
            Self::TripBegun { .. } => "trip_begun",
            Self::NoOrderChosen => "no_order_chosen",
            Self::NoOrderWouldStay => "no_order_would_stay",
            Self::OrderPicked { .. } => "order_picked",
            Self::OrderPacked { .. } => "order_packed",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Overlaps { .. }
            | Self::NotEnoughHours { .. }
            | Self::NobodyToPick
            | Self::NothingToMove
            | Self::NothingWouldStay
            | Self::TripBegun { .. }
            | Self::NoOrderWouldStay
            | Self::OrderPicked { .. }
            | Self::OrderPacked { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::EndsBeforeStart | Self::ShiftTooLong { .. } | Self::NoTime { field: Edge::Ends, .. } => Some("ends_at"),
            Self::Overlaps { .. } | Self::NoTime { field: Edge::Starts, .. } => Some("starts_at"),
            Self::UnknownWorker { .. } => Some("person"),
            Self::RoleNotHeld { .. } => Some("role"),
            Self::TooManyRows { .. } | Self::NotARoster { .. } => Some("file"),
            Self::NotEnoughHours { .. } => Some("reason"),
            Self::NoTripChosen | Self::NothingWouldStay | Self::TripBegun { .. } => Some("trips"),
            Self::NoOrderChosen | Self::NoOrderWouldStay | Self::OrderPicked { .. } | Self::OrderPacked { .. } => Some("orders"),
            Self::NobodyToPick | Self::NothingToMove => None,
        }
    }
}
