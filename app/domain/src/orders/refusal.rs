//! What orders refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum OrderRefusal {
    #[error("This order is cancelled.")]
    Cancelled,
}

impl Named for OrderRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "order_cancelled",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Cancelled => 409,
        }
    }
}
