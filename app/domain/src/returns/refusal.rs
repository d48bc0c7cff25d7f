//! What returns refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ReturnRefusal {
    #[error("Only {remaining} of these can still come back; you asked for {requested}.")]
    QuantityExceeds { requested: i32, remaining: i32 },
    #[error("{name} was not sent yet, so it cannot come back.")]
    NotShipped { name: String },
    #[error("Choose at least one item to send back.")]
    NothingAsked,
    #[error("A note has at most {most} characters.")]
    NoteTooLong { most: usize },
    #[error("{number} is already {stage}.")]
    WrongStage { number: String, stage: String },
    #[error("{number} was not approved: nothing can be received for it.")]
    NotApproved { number: String },
    #[error("Goods of {number} have come in already; it cannot be cancelled.")]
    AlreadyReceived { number: String },
    #[error("Only {remaining} more were announced on this line; {given} would be too many.")]
    MoreThanAnnounced { remaining: i32, given: i32 },
    #[error("Only {remaining} of these are still to be inspected; {given} would be too many.")]
    MoreThanReceived { remaining: i32, given: i32 },
    #[error("Answer every question of the checklist first: {missing} left.")]
    ChecklistOpen { missing: usize },
    #[error("The policy does not say what to do with these: choose, and say why.")]
    DispositionNeeded,
    #[error("Say why you go another way than proposed.")]
    OverrideNeedsReason,
    #[error("Give a reason.")]
    ReasonNeeded,
    #[error("{bin} is a {kind} bin; this belongs in a {needed} bin.")]
    WrongBin { bin: String, kind: String, needed: String },
    #[error("No open {kind} bin of this site takes these: scan one that has room for them.")]
    NoBin { kind: String },
    #[error("Nothing to return is known by “{scan}”. Keep it as an unidentified return.")]
    UnknownScan { scan: String },
    #[error("We found no order with these details. Check the order number, and the email or postcode it was placed with.")]
    NoMatch,
    #[error("Exchanges are not handled yet: offer a refund or store credit.")]
    ExchangesNotHandled,
}

impl Named for ReturnRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::QuantityExceeds { .. } => "quantity_exceeds",
            Self::NotShipped { .. } => "not_shipped",
            Self::NothingAsked => "nothing_asked",
            Self::NoteTooLong { .. } => "note_too_long",
            Self::WrongStage { .. } => "return_wrong_stage",
            Self::NotApproved { .. } => "return_not_approved",
            Self::AlreadyReceived { .. } => "return_already_received",
            Self::MoreThanAnnounced { .. } => "more_than_announced",
            Self::MoreThanReceived { .. } => "more_than_received",
            Self::ChecklistOpen { .. } => "checklist_open",
            Self::DispositionNeeded => "disposition_needed",
            Self::OverrideNeedsReason => "override_needs_reason",
            Self::ReasonNeeded => "reason_needed",
            Self::WrongBin { .. } => "wrong_bin",
            Self::NoBin { .. } => "no_bin",
            Self::UnknownScan { .. } => "unknown_scan",
            Self::NoMatch => "no_match",
            Self::ExchangesNotHandled => "exchanges_not_handled",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::UnknownScan { .. } | Self::NoMatch => 404,
            Self::WrongStage { .. } | Self::NotApproved { .. } | Self::AlreadyReceived { .. } | Self::NoBin { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::QuantityExceeds { .. } | Self::MoreThanAnnounced { .. } | Self::MoreThanReceived { .. } => Some("quantity"),
            Self::NothingAsked | Self::NotShipped { .. } => Some("lines"),
            Self::NoteTooLong { .. } => Some("note"),
            Self::ChecklistOpen { .. } => Some("checklist"),
            Self::DispositionNeeded => Some("disposition"),
            Self::OverrideNeedsReason => Some("reason"),
            Self::ReasonNeeded => Some("why"),
            Self::WrongBin { .. } | Self::NoBin { .. } => Some("bin"),
            Self::UnknownScan { .. } => Some("scan"),
            Self::NoMatch => Some("order"),
            Self::ExchangesNotHandled => Some("resolutions"),
            Self::WrongStage { .. } | Self::NotApproved { .. } | Self::AlreadyReceived { .. } => None,
        }
    }
}
