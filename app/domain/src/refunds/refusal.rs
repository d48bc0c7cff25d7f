//! What refunds refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RefundRefusal {
    #[error("Someone else has to decide this refund: you proposed it.")]
    OwnProposal,
}

impl Named for RefundRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::OwnProposal => "own_proposal",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::OwnProposal => 403,
        }
    }
}
