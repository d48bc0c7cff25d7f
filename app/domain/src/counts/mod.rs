//! Counting and correcting stock: why a bin is counted, what can be asked, what screens show. When it is due is `programme`, what a
//! difference means is `variance`, corrections by hand are `adjust`. Only loose goods in storage bins are counted; handling units that stand
//! there are seen, or not.

pub mod adjust;
mod dto;
pub mod programme;
mod refusal;
pub mod variance;

use serde::{Deserialize, Serialize};

pub use dto::{
    ACCURACY_DAYS, Accuracy, CountFilter, CountList, CountReceipt, CountRound, CountRow, CountSheet, Counted, FloorCount,
    FloorWork, ItemCounted, ItemScanned, RoundLine, Show, Today, UnitToSee, which,
};
pub use programme::Programme;
pub use refusal::CountRefusal;

use crate::ids::{CountId, SiteId, SkuId};
use crate::lots::Marks;
use crate::reasons::Given;

/// Rows on one page of counts.
pub const PAGE: i64 = 50;
/// A note beside a code or a decision is a sentence (bytes).
pub const NOTE_MAX: usize = 300;
/// Bins whose goods are counted.
pub const COUNTABLE: [&str; 2] = ["pick", "reserve"];

/// Why a bin is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Velocity,
    Value,
    Accuracy,
    ZeroCheck,
    Request,
    ShortPick,
}

impl Why {
    pub const ALL: [Self; 6] = [Self::Velocity, Self::Value, Self::Accuracy, Self::ZeroCheck, Self::Request, Self::ShortPick];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Velocity => "velocity",
            Self::Value => "value",
            Self::Accuracy => "accuracy",
            Self::ZeroCheck => "zero_check",
            Self::Request => "request",
            Self::ShortPick => "short_pick",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Velocity => "Its class is due",
            Self::Value => "Worth much",
            Self::Accuracy => "Was off last time",
            Self::ZeroCheck => "Should be empty",
            Self::Request => "Asked for",
            Self::ShortPick => "A pick was short",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// How fast goods move: A are the few that make most of the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    A,
    B,
    C,
}

impl Class {
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    pub const fn code(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }
}

/// Where a count stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    Counting,
    /// Somebody else counts it again.
    Recount,
    /// Counted, and worth so much that somebody else has to agree.
    Approval,
    Done,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::Open, Self::Counting, Self::Recount, Self::Approval, Self::Done];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Counting => "counting",
            Self::Recount => "recount",
            Self::Approval => "approval",
            Self::Done => "done",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "To count",
            Self::Counting => "Being counted",
            Self::Recount => "To recount",
            Self::Approval => "Waits for approval",
            Self::Done => "Done",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// Begin to count the bin whose label was scanned: what was asked for there, or a count of one's own accord.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginCount {
    pub site: SiteId,
    pub bin_code: String,
}

/// So many of a SKU lie here; of one that is told apart, of which lot, or which units. Said again of the same, it replaces what was said
/// before; zero is an answer too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountItem {
    pub count: CountId,
    pub sku: SkuId,
    pub quantity: i32,
    #[serde(default)]
    pub marks: Marks,
    /// The label that was scanned: it says what the marks leave out.
    #[serde(default)]
    pub label: String,
}

/// A handling unit that stands in the bin by the books was seen there by its label; or it was not, after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeeUnit {
    pub count: CountId,
    pub code: String,
    pub seen: bool,
}

/// Everything in the bin was counted: what was not named is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FinishCount {
    pub count: CountId,
}

/// Give up a round that is under way; what was counted in it is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveCount {
    pub count: CountId,
}

/// The bin that a pick emptied is empty indeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmEmpty {
    pub count: CountId,
}

/// Agree to what was counted, or send it back to be counted once more, saying why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideCount {
    pub count: CountId,
    pub approve: bool,
    pub reason: Given,
}

/// Have a bin counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestCount {
    pub site: SiteId,
    pub bin_code: String,
    pub reason: Given,
}

/// Open what is due at a site today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCounts {
    pub site: SiteId,
}

/// Change how a site counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetProgramme {
    pub site: SiteId,
    pub programme: Programme,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_as_they_travel() {
        for why in Why::ALL {
            assert_eq!(Why::parse(why.code()), Some(why));
            assert_eq!(serde_json::to_value(why).unwrap(), why.code());
        }
        for status in Status::ALL {
            assert_eq!(Status::parse(status.code()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.code());
        }
        for class in Class::ALL {
            assert_eq!(Class::parse(class.code()), Some(class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.code());
        }
    }
}
