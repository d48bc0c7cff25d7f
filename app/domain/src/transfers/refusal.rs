//! What transfers refuse, and the words for it. What is scanned wrong is refused in the floor's words.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum TransferRefusal {
    #[error("Goods go from one site to another: choose two.")]
    SameSite,
    #[error("A transfer needs at least one line.")]
    NoLines,
    #[error("A transfer has {max} lines at most; these are {given}.")]
    TooManyLines { given: usize, max: usize },
    #[error("Line {line} does not read: a SKU and its units, as in “TW-0001 12”.")]
    LineUnread { line: usize },
    #[error("A SKU stands in two lines.")]
    SkuTwice,
    #[error("A note has {max} characters at most.")]
    NoteTooLong { max: usize },
    #[error(
        "Of {sku}, {free} can be given; {wanted} are asked for. What is left is promised to customers or on its way elsewhere."
    )]
    NotFree { sku: String, wanted: i32, free: i32 },
    #[error("Whoever asks for a transfer does not approve it. Another person does.")]
    OwnRequest,
    #[error("Transfer {number} is {status}: that is not possible any more, or not yet.")]
    WrongStatus { number: String, status: String },
    #[error("{scanned} is not part of this transfer.")]
    NotInTransfer { scanned: String },
    #[error("There is no bin {code} at this site that goods can be put into or taken from.")]
    NoSuchBin { code: String },
    #[error("{left} of {sku} are still to be loaded, not {scanned}.")]
    MoreThanAsked { sku: String, left: i32, scanned: i32 },
    #[error("Nothing is loaded: a truck does not leave empty.")]
    NothingLoaded,
    #[error("{left} of {sku} were sent and are not in yet; {scanned} cannot come.")]
    MoreThanShipped { sku: String, left: i32, scanned: i32 },
    #[error("Everything that was sent is in.")]
    NothingMissing,
    #[error("Freight is an amount from 0 to {max}, with four places at most.")]
    FreightOutOfRange { max: i64 },
    #[error("A run takes 0 to 365 days; {given} is neither.")]
    DaysOutOfRange { given: i32 },
    #[error("This is not proposed any more: what it was worth has changed. Look again.")]
    NotProposed,
}

impl Named for TransferRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::SameSite => "transfer_same_site",
            Self::NoLines => "transfer_no_lines",
            Self::TooManyLines { .. } => "transfer_too_many_lines",
            Self::LineUnread { .. } => "transfer_line_unread",
            Self::SkuTwice => "transfer_sku_twice",
            Self::NoteTooLong { .. } => "transfer_note_too_long",
            Self::NotFree { .. } => "transfer_not_free",
            Self::OwnRequest => "own_request",
            Self::WrongStatus { .. } => "transfer_wrong_status",
            Self::NotInTransfer { .. } => "not_in_transfer",
            Self::NoSuchBin { .. } => "transfer_bin_unknown",
            Self::MoreThanAsked { .. } => "more_than_asked",
            Self::NothingLoaded => "nothing_loaded",
            Self::MoreThanShipped { .. } => "more_than_shipped",
            Self::NothingMissing => "nothing_missing",
            Self::FreightOutOfRange { .. } => "freight_out_of_range",
            Self::DaysOutOfRange { .. } => "transit_days_out_of_range",
            Self::NotProposed => "not_proposed",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::OwnRequest => 403,
            Self::NotFree { .. } | Self::WrongStatus { .. } | Self::NothingLoaded | Self::NothingMissing | Self::NotProposed => {
                409
            }
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::SameSite => Some("to"),
            Self::NoLines | Self::TooManyLines { .. } | Self::LineUnread { .. } | Self::SkuTwice | Self::NotFree { .. } => {
                Some("lines")
            }
            Self::NoteTooLong { .. } => Some("note"),
            Self::NotInTransfer { .. } | Self::NoSuchBin { .. } => Some("code"),
            Self::MoreThanAsked { .. } | Self::MoreThanShipped { .. } => Some("quantity"),
            Self::FreightOutOfRange { .. } => Some("freight"),
            Self::DaysOutOfRange { .. } => Some("days"),
            Self::OwnRequest | Self::WrongStatus { .. } | Self::NothingLoaded | Self::NothingMissing | Self::NotProposed => None,
        }
    }
}
