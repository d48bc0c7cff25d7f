//! What putaway refuses, and the words for it.

use serde::{Deserialize, Serialize};

use super::Why;
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PutawayRefusal {
    #[error("Nothing of this waits there to be put away. Nothing changed.")]
    NothingThere,
    #[error("{left} of this wait there; {given} are in hand. Nothing changed.")]
    MoreThanThere { left: i32, given: i32 },
    #[error("Bin {bin} has room for {room} of these; {given} are in hand. Nothing changed.")]
    BinFull { bin: String, room: i32, given: i32 },
    #[error("Bin {bin} does not take these: {}. Nothing changed.", .why.words())]
    BinUnfit { bin: String, why: Why },
    #[error(
        "No quarantine bin takes {sku}: it needs another storage class, or there is no room in any of the {looked_at}. Nothing changed."
    )]
    NowhereApart { sku: String, looked_at: usize },
    #[error("{proposed} was proposed. Choose why it is another.")]
    ReasonNeeded { proposed: String },
    #[error("Ask again where these go: what was proposed was for other goods.")]
    OtherGoods,
    #[error("{code} is no bin and no tote here. Nothing changed.")]
    NoSuchPlace { code: String },
    #[error("These go to order {number}: scan a tote. Nothing changed.")]
    ToteNeeded { number: String },
    #[error("Order {number} does not wait for these any more. Ask again where they go.")]
    ServedMeanwhile { number: String },
}

impl Named for PutawayRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingThere => "nothing_to_put_away",
            Self::MoreThanThere { .. } => "more_than_there",
            Self::BinFull { .. } => "bin_full",
            Self::BinUnfit { .. } => "bin_unfit",
            Self::NowhereApart { .. } => "nowhere_apart",
            Self::ReasonNeeded { .. } => "other_bin_needs_reason",
            Self::OtherGoods => "proposal_of_other_goods",
            Self::NoSuchPlace { .. } => "no_such_place",
            Self::ToteNeeded { .. } => "cross_dock_needs_tote",
            Self::ServedMeanwhile { .. } => "order_served_meanwhile",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NoSuchPlace { .. } => 404,
            Self::MoreThanThere { .. } | Self::ReasonNeeded { .. } | Self::ToteNeeded { .. } => 422,
            Self::NothingThere
            | Self::BinFull { .. }
            | Self::BinUnfit { .. }
            | Self::NowhereApart { .. }
            | Self::OtherGoods
            | Self::ServedMeanwhile { .. } => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::MoreThanThere { .. } => Some("quantity"),
            Self::BinFull { .. }
            | Self::BinUnfit { .. }
            | Self::NowhereApart { .. }
            | Self::NoSuchPlace { .. }
            | Self::ToteNeeded { .. } => Some("bin"),
            Self::ReasonNeeded { .. } => Some("reason"),
            Self::NothingThere | Self::OtherGoods | Self::ServedMeanwhile { .. } => None,
        }
    }
}
