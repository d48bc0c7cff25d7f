//! What ledger refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LedgerRefusal {
    #[error("The books for {period} are closed.")]
    PeriodClosed { period: String },
}

impl Named for LedgerRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::PeriodClosed { .. } => "period_closed",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::PeriodClosed { .. } => 409,
        }
    }
}
