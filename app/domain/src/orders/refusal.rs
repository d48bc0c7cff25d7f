//! What orders refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::quantity::QuantityOutOfRange;
use crate::refusal::Named;
use crate::words::counted;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum OrderRefusal {
    #[error("Order {external_id}: {words}.")]
    Invalid { external_id: String, field: String, words: String },
    #[error(transparent)]
    Quantity(#[from] QuantityOutOfRange),
    #[error("There is no channel {code}.")]
    UnknownChannel { code: String },
    #[error("There is a channel {code} already.")]
    ChannelTaken { code: String },
    #[error("Order {number} is cancelled.")]
    Cancelled { number: String },
    #[error("{} of order {number} {} picked or gone already. Let them come back as a return.", counted(*.units, "unit", "units"), if *.units == 1 { "is" } else { "are" })]
    TooLate { number: String, units: i32 },
    #[error("Send at most {max} orders at once; these are {given}.")]
    TooManyAtOnce { given: usize, max: usize },
    #[error("Only an import may say when an order was placed.")]
    PastNotYours,
    #[error("Open a site first: there is nowhere to serve orders from.")]
    NoSite,
    #[error("This authorisation pays for another order already.")]
    AuthorisationUsed,
    #[error("No payment of order {number} has failed.")]
    NothingFailed { number: String },
    #[error("A parcel of order {number} is packed already, with the old address on it.")]
    AddressTooLate { number: String },
    #[error("No carrier offers the service {code} here.")]
    UnknownService { code: String },
    #[error("Of {sku} there are {free} free, not {wanted}.")]
    BasketShort { sku: String, wanted: i32, free: i32 },
    #[error("A basket has 1 to {max} lines.")]
    BasketLines { max: usize },
    #[error("A basket is kept for 1 to {max} minutes.")]
    BasketMinutes { max: i32 },
    #[error("This basket is kept already.")]
    BasketTaken,
}

impl Named for OrderRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "order_invalid",
            Self::Quantity(_) => "quantity_out_of_range",
            Self::UnknownChannel { .. } => "unknown_channel",
            Self::ChannelTaken { .. } => "channel_taken",
            Self::Cancelled { .. } => "order_cancelled",
            Self::TooLate { .. } => "too_late_to_cancel",
            Self::TooManyAtOnce { .. } => "too_many_orders",
            Self::PastNotYours => "past_not_yours",
            Self::NoSite => "no_site",
            Self::AuthorisationUsed => "authorisation_used",
            Self::NothingFailed { .. } => "nothing_failed",
            Self::AddressTooLate { .. } => "too_late_for_address",
            Self::UnknownService { .. } => "unknown_service",
            Self::BasketShort { .. } => "basket_short",
            Self::BasketLines { .. } => "basket_lines",
            Self::BasketMinutes { .. } => "basket_minutes",
            Self::BasketTaken => "basket_taken",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. }
            | Self::Quantity(_)
            | Self::UnknownChannel { .. }
            | Self::PastNotYours
            | Self::UnknownService { .. }
            | Self::BasketLines { .. }
            | Self::BasketMinutes { .. }
            | Self::TooManyAtOnce { .. } => 422,
            Self::ChannelTaken { .. }
            | Self::Cancelled { .. }
            | Self::TooLate { .. }
            | Self::NoSite
            | Self::AuthorisationUsed
            | Self::BasketShort { .. }
            | Self::BasketTaken
            | Self::NothingFailed { .. }
            | Self::AddressTooLate { .. } => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Quantity(_) => Some("quantity"),
            Self::UnknownChannel { .. } | Self::ChannelTaken { .. } => Some("channel"),
            Self::UnknownService { .. } => Some("service"),
            Self::TooManyAtOnce { .. } => Some("orders"),
            Self::AuthorisationUsed => Some("authorisation"),
            Self::BasketShort { .. } | Self::BasketLines { .. } => Some("lines"),
            Self::BasketMinutes { .. } => Some("minutes"),
            _ => None,
        }
    }
}
