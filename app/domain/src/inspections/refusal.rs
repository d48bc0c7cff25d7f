//! What inspections refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum InspectionRefusal {
    #[error("A plan is of a SKU, of a supplier, or of both.")]
    PlanOfNothing,
    #[error("Give a number from {from} to {to}.")]
    Amount { from: i32, to: i32 },
    #[error("A note has at most {max} characters.")]
    NoteTooLong { max: usize },
    #[error("This is {scanned}; {number} is of {expected}.")]
    WrongItem { number: String, expected: String, scanned: String },
    #[error("{left} units of {number} are not judged yet, not {asked}.")]
    TooMany { number: String, asked: i64, left: i32 },
    #[error("{number} is done.")]
    Closed { number: String },
    #[error("{left} units of {number} are to be looked at first.")]
    NotJudged { number: String, left: i32 },
    #[error("{units} units here are under inspection: they are released by it.")]
    UnderInspection { units: i32 },
}

impl Named for InspectionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::PlanOfNothing => "plan_of_nothing",
            Self::Amount { .. } => "sampling_amount",
            Self::NoteTooLong { .. } => "inspection_note_too_long",
            Self::WrongItem { .. } => "inspect_wrong_item",
            Self::TooMany { .. } => "inspect_too_many",
            Self::Closed { .. } => "inspection_done",
            Self::NotJudged { .. } => "not_judged",
            Self::UnderInspection { .. } => "under_inspection",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Closed { .. } | Self::NotJudged { .. } | Self::UnderInspection { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::PlanOfNothing => "sku",
            Self::Amount { .. } => "amount",
            Self::NoteTooLong { .. } => "note",
            Self::WrongItem { .. } => "code",
            Self::TooMany { .. } | Self::UnderInspection { .. } => "quantity",
            Self::Closed { .. } | Self::NotJudged { .. } => return None,
        })
    }
}
