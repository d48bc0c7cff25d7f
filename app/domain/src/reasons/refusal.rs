//! What is refused about reasons, and the words for it.

use serde::{Deserialize, Serialize};

use super::Process;
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ReasonRefusal {
    #[error("{}: choose why. Words alone are not enough.", process.words())]
    Missing { process: Process },
    #[error("{}: there is no reason “{code}”.", process.words())]
    Unknown { process: Process, code: String },
    #[error("{}: “{code}” is a reason for something else ({}).", process.words(), of.words().to_lowercase())]
    OtherProcess { process: Process, code: String, of: Process },
    #[error("{}: “{words}” is no longer in use.", process.words())]
    Retired { process: Process, words: String },
    #[error("Words beside a reason have at most {most} characters.")]
    NoteTooLong { most: usize },
    #[error("A code has 2 to {most} small letters, digits or underscores, and begins with a letter.")]
    BadCode { most: usize },
    #[error("Say what it stands for, in at most {most} characters.")]
    BadWords { most: usize },
    #[error("{}: choose the standard reason it counts as.", process.words())]
    CountsAsNothing { process: Process },
    #[error("There is a reason {code} already, in use or retired. What was done for it keeps it.")]
    CodeTaken { code: String },
    #[error("“{words}” is the last reason for it. Add another first.")]
    LastOne { process: Process, words: String },
}

impl Named for ReasonRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "reason_missing",
            Self::Unknown { .. } => "unknown_reason",
            Self::OtherProcess { .. } => "reason_of_another_process",
            Self::Retired { .. } => "reason_retired",
            Self::NoteTooLong { .. } => "reason_note_too_long",
            Self::BadCode { .. } => "bad_reason_code",
            Self::BadWords { .. } => "bad_reason_words",
            Self::CountsAsNothing { .. } => "reason_counts_as_nothing",
            Self::CodeTaken { .. } => "reason_code_taken",
            Self::LastOne { .. } => "last_reason",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::CodeTaken { .. } | Self::LastOne { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoteTooLong { .. } => "note",
            Self::BadCode { .. } | Self::CodeTaken { .. } | Self::LastOne { .. } => "code",
            Self::BadWords { .. } => "words",
            Self::CountsAsNothing { .. } => "means",
            _ => "reason",
        })
    }
}
