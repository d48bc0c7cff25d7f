//! What planning refuses, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum WaveRefusal {
    #[error("No released order waits with goods in bins here.")]
    NothingToPick,
    #[error("A cart carries between 1 and {max} totes; {given} were given.")]
    SlotsOutOfRange { given: i32, max: i32 },
    #[error("A wave takes between 1 and {max} orders; {given} were given.")]
    OrdersOutOfRange { given: i32, max: i32 },
    #[error("Wave {number} is already on the floor.")]
    AlreadyReleased { number: String },
    #[error("Wave {number} is cancelled.")]
    Cancelled { number: String },
    #[error("Wave {number} is picked already.")]
    AlreadyPicked { number: String },
}

impl Named for WaveRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingToPick => "nothing_to_pick",
            Self::SlotsOutOfRange { .. } => "slots_out_of_range",
            Self::OrdersOutOfRange { .. } => "orders_out_of_range",
            Self::AlreadyReleased { .. } => "wave_already_released",
            Self::Cancelled { .. } => "wave_is_cancelled",
            Self::AlreadyPicked { .. } => "wave_already_picked",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::SlotsOutOfRange { .. } | Self::OrdersOutOfRange { .. } => 422,
            _ => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::SlotsOutOfRange { .. } => Some("slots"),
            Self::OrdersOutOfRange { .. } => Some("orders"),
            _ => None,
        }
    }
}
