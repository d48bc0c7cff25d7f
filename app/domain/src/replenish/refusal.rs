//! What replenishment refuses, and the words for it. What is scanned wrong is refused in the floor's words.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ReplenishRefusal {
    #[error("The maximum is above the minimum, and the minimum not below zero; {min} to {max} is neither.")]
    MaxNotAboveMin { min: i32, max: i32 },
    #[error("There is no bin {code} at this site.")]
    UnknownBin { code: String },
    #[error("{code} is no pick bin: only those are filled from reserve.")]
    NotForwardPick { code: String },
    #[error("{given} rules at once are too many; {max} are possible.")]
    TooManyRules { given: usize, max: usize },
    #[error("This is no file of forward picks: its first line is {expected}.")]
    NotASheet { expected: String },
    #[error("{person} is bringing this.")]
    TakenBy { person: String },
    #[error("This was brought already.")]
    Done,
    #[error("This is not needed any more.")]
    CalledOff,
    #[error("Bin {code} is locked.")]
    BinLocked { code: String },
}

impl Named for ReplenishRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::MaxNotAboveMin { .. } => "max_not_above_min",
            Self::UnknownBin { .. } => "forward_bin_unknown",
            Self::NotForwardPick { .. } => "not_forward_pick",
            Self::TooManyRules { .. } => "too_many_forward_picks",
            Self::NotASheet { .. } => "not_forward_picks",
            Self::TakenBy { .. } => "replenishment_taken",
            Self::Done => "replenishment_done",
            Self::CalledOff => "replenishment_called_off",
            Self::BinLocked { .. } => "replenish_bin_locked",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::MaxNotAboveMin { .. }
            | Self::UnknownBin { .. }
            | Self::NotForwardPick { .. }
            | Self::TooManyRules { .. }
            | Self::NotASheet { .. } => 422,
            Self::TakenBy { .. } | Self::Done | Self::CalledOff | Self::BinLocked { .. } => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::MaxNotAboveMin { .. } => Some("max"),
            Self::UnknownBin { .. } | Self::NotForwardPick { .. } => Some("bin"),
            Self::TooManyRules { .. } | Self::NotASheet { .. } => Some("file"),
            Self::TakenBy { .. } | Self::Done | Self::CalledOff | Self::BinLocked { .. } => None,
        }
    }
}
