//! What stock refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum StockRefusal {
    #[error("There are {free} free here, not {wanted}.")]
    NotEnough { wanted: i32, free: i32 },
}

impl Named for StockRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotEnough { .. } => "not_enough_stock",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotEnough { .. } => 409,
        }
    }
}
