//! What returns refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ReturnRefusal {
    #[error("Only {remaining} of these can still come back; you asked for {requested}.")]
    QuantityExceeds { requested: i32, remaining: i32 },
}

impl Named for ReturnRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::QuantityExceeds { .. } => "quantity_exceeds",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::QuantityExceeds { .. } => 422,
        }
    }
}
