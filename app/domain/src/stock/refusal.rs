//! What stock refuses, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum StockRefusal {
    #[error("There are {free} free here, not {wanted}.")]
    NotEnough { wanted: i32, free: i32 },
    #[error("A receipt needs at least one line.")]
    EmptyReceipt,
    #[error("A cost is not negative.")]
    NegativeCost,
    #[error("There is no channel {code}.")]
    UnknownChannel { code: String },
}

impl Named for StockRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotEnough { .. } => "not_enough_stock",
            Self::EmptyReceipt => "empty_receipt",
            Self::NegativeCost => "negative_cost",
            Self::UnknownChannel { .. } => "unknown_stock_channel",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotEnough { .. } => 409,
            Self::EmptyReceipt | Self::NegativeCost | Self::UnknownChannel { .. } => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotEnough { .. } => Some("quantity"),
            Self::EmptyReceipt => Some("lines"),
            Self::NegativeCost => Some("unit_cost"),
            Self::UnknownChannel { .. } => Some("channel"),
        }
    }
}
