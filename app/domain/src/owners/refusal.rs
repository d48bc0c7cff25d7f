//! What is refused for the sake of whose goods they are, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;
use crate::words::counted;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum OwnerRefusal {
    #[error("A code has 1 to {max} letters and digits, without spaces.")]
    BadCode { max: usize },
    #[error("A name has 1 to {max} characters.")]
    BadName { max: usize },
    #[error("{code} is an owner already.")]
    Taken { code: String },
    #[error("There is no owner {code}.")]
    Unknown { code: String },
    #[error("{code} is not a client any more.")]
    Retired { code: String },
    #[error("{} of {code} {} here: send them away first.", counted(*.units, "unit", "units"), if *.units == 1 { "stands" } else { "stand" })]
    StillHere { code: String, units: i64 },
    #[error("{orders} orders for {code} are not finished.")]
    StillOpen { code: String, orders: i64 },
    #[error("What is a client's costs us nothing: leave the cost out.")]
    CostOfOthers,
    #[error("Order {number} is for {code}: what it costs is the client's.")]
    NotOurs { number: String, code: String },
    #[error("{sku} of {there} stands in bin {bin}: goods of two owners are kept apart.")]
    KeptApart { bin: String, sku: String, there: String },
    #[error("Bin {bin} is kept for {code}.")]
    KeptFor { bin: String, code: String },
    #[error("Goods of others stand in bin {bin}: it cannot be kept for {code}.")]
    OthersInside { bin: String, code: String },
    #[error("Several owners have units there: they are moved where it is known whose they are.")]
    Whose,
    #[error("{sku} there is {code}'s: only our own goods go from site to site.")]
    OwnOnly { sku: String, code: String },
}

impl Named for OwnerRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::BadCode { .. } => "owner_code",
            Self::BadName { .. } => "owner_name",
            Self::Taken { .. } => "owner_taken",
            Self::Unknown { .. } => "unknown_owner",
            Self::Retired { .. } => "owner_retired",
            Self::StillHere { .. } => "owner_has_stock",
            Self::StillOpen { .. } => "owner_has_orders",
            Self::CostOfOthers => "cost_of_others",
            Self::NotOurs { .. } => "order_of_others",
            Self::KeptApart { .. } => "owners_kept_apart",
            Self::KeptFor { .. } => "bin_kept_for_owner",
            Self::OthersInside { .. } => "bin_holds_others",
            Self::Whose => "whose_units",
            Self::OwnOnly { .. } => "own_goods_only",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::BadCode { .. } | Self::BadName { .. } | Self::Unknown { .. } | Self::CostOfOthers => 422,
            _ => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::BadCode { .. } | Self::Taken { .. } => Some("code"),
            Self::BadName { .. } => Some("name"),
            Self::Unknown { .. } | Self::Retired { .. } => Some("owner"),
            Self::CostOfOthers => Some("unit_cost"),
            Self::KeptApart { .. } | Self::KeptFor { .. } => Some("bin"),
            _ => None,
        }
    }
}
