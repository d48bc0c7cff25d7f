//! What refunds refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RefundRefusal {
    #[error("Someone else has to decide this refund: you proposed it.")]
    OwnProposal,
    #[error("Someone else has to decide this refund: you inspected the goods.")]
    OwnInspection,
    #[error("{number} is {status}; that cannot be done now.")]
    WrongStatus { number: String, status: String },
    #[error("Only {remaining} of these units can still be refunded; you asked for {requested}.")]
    UnitsExceed { requested: i32, remaining: i32 },
    #[error("Nothing of what was paid is left to give back on this order.")]
    NothingLeft,
    #[error("{amount} is more than the {left} still left of what was paid.")]
    AbovePaid { amount: Money, left: Money },
    #[error("Choose at least one unit to refund.")]
    NothingAsked,
}

impl Named for RefundRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::OwnProposal => "own_proposal",
            Self::OwnInspection => "own_inspection",
            Self::WrongStatus { .. } => "refund_wrong_status",
            Self::UnitsExceed { .. } => "refund_units_exceed",
            Self::NothingLeft => "refund_nothing_left",
            Self::AbovePaid { .. } => "refund_above_paid",
            Self::NothingAsked => "refund_nothing_asked",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::OwnProposal | Self::OwnInspection => 403,
            Self::WrongStatus { .. } | Self::NothingLeft => 409,
            Self::UnitsExceed { .. } | Self::AbovePaid { .. } | Self::NothingAsked => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnitsExceed { .. } => Some("quantity"),
            Self::AbovePaid { .. } => Some("amount"),
            Self::NothingAsked => Some("units"),
            _ => None,
        }
    }
}
