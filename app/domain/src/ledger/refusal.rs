//! What the ledger refuses, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LedgerRefusal {
    #[error("The books for {period} are closed.")]
    PeriodClosed { period: String },
    #[error("No cost stands behind {units} of these units. Run `tideway verify`.")]
    NoCost { units: i32 },
}

impl Named for LedgerRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::PeriodClosed { .. } => "period_closed",
            Self::NoCost { .. } => "no_cost",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::PeriodClosed { .. } | Self::NoCost { .. } => 409,
        }
    }
}
