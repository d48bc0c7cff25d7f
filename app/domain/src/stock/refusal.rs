//! What stock refuses, and the words for it.

use serde::{Deserialize, Serialize};

use super::{Reason, State};
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum StockRefusal {
    #[error("There are {free} free here, not {wanted}.")]
    NotEnough { wanted: i32, free: i32 },
    #[error("By {}, units do not go from “{}” to “{}”.", reason.code().replace('_', " "), from.words(), to.words())]
    Unlawful { reason: Reason, from: State, to: State },
    #[error("A receipt needs at least one line.")]
    EmptyReceipt,
    #[error("A cost is not negative.")]
    NegativeCost,
    #[error("“{reason}” is no reason for that.")]
    HoldReason { reason: String },
    #[error("A note has at most {max} characters.")]
    NoteTooLong { max: usize },
    #[error("There is no channel {code}.")]
    UnknownChannel { code: String },
    #[error("{dimension} is no side to look at here.")]
    NotADimension { dimension: String },
    #[error("Group by one thing, or by two different ones.")]
    GroupedTwice,
    #[error("That moment has not come yet.")]
    NotYet,
    #[error("What units cost is told of now only.")]
    ValueIsOfNow,
    #[error("The period ends before it begins.")]
    PeriodBackwards,
    #[error("Choose one SKU, or a period of at most {days_max} days.")]
    PeriodTooLong { days_max: i64 },
}

impl Named for StockRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotEnough { .. } => "not_enough_stock",
            Self::Unlawful { .. } => "unlawful_movement",
            Self::EmptyReceipt => "empty_receipt",
            Self::NegativeCost => "negative_cost",
            Self::HoldReason { .. } => "hold_reason",
            Self::NoteTooLong { .. } => "hold_note_too_long",
            Self::UnknownChannel { .. } => "unknown_stock_channel",
            Self::NotADimension { .. } => "not_a_dimension",
            Self::GroupedTwice => "grouped_twice",
            Self::NotYet => "moment_not_yet",
            Self::ValueIsOfNow => "value_is_of_now",
            Self::PeriodBackwards => "period_backwards",
            Self::PeriodTooLong { .. } => "period_too_long",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotEnough { .. } | Self::Unlawful { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotEnough { .. } => Some("quantity"),
            Self::Unlawful { .. } => None,
            Self::EmptyReceipt => Some("lines"),
            Self::NegativeCost => Some("unit_cost"),
            Self::HoldReason { .. } => Some("reason"),
            Self::NoteTooLong { .. } => Some("note"),
            Self::UnknownChannel { .. } => Some("channel"),
            Self::NotADimension { .. } => Some("by"),
            Self::GroupedTwice => Some("then"),
            Self::NotYet => Some("at"),
            Self::ValueIsOfNow => Some("value"),
            Self::PeriodBackwards => Some("until"),
            Self::PeriodTooLong { .. } => Some("from"),
        }
    }
}
