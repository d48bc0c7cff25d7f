//! What the exception queue refuses, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ExceptionRefusal {
    #[error("This was resolved meanwhile.")]
    Resolved,
    #[error("Someone else has taken this on meanwhile. Look again before you take it over.")]
    Claimed,
    #[error("Someone else is on this. Take it over first.")]
    NotYours,
    #[error("Say what was done, in a sentence or two.")]
    SayWhatWasDone,
}

impl Named for ExceptionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Resolved => "exception_resolved",
            Self::Claimed => "exception_claimed",
            Self::NotYours => "exception_not_yours",
            Self::SayWhatWasDone => "resolution_needed",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Resolved | Self::Claimed | Self::NotYours => 409,
            Self::SayWhatWasDone => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        matches!(self, Self::SayWhatWasDone).then_some("resolution")
    }
}
