//! What needs a person: which kinds there are, what each asks for, who has it. Whoever meets trouble raises the case.

mod refusal;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{ExceptionId, PersonId, SiteId};
pub use refusal::ExceptionRefusal;

/// Rows on one page of the queue.
pub const PAGE: i64 = 50;
/// A resolution is a sentence, not a report (bytes).
pub const RESOLUTION_MAX: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Payment,
    ShortPick,
    Backorder,
    Address,
    UnidentifiedReturn,
    UnmatchedReturn,
    RefundFailed,
    CountDue,
    Putaway,
    NoReserve,
    Import,
    OverDelivery,
    Recall,
    Expired,
    MasterData,
    BillMismatch,
    UnitMissing,
}

impl Kind {
    pub const ALL: [Self; 17] = [
        Self::Recall,
        Self::Expired,
        Self::MasterData,
        Self::Payment,
        Self::RefundFailed,
        Self::Address,
        Self::ShortPick,
        Self::Backorder,
        Self::UnidentifiedReturn,
        Self::UnmatchedReturn,
        Self::OverDelivery,
        Self::BillMismatch,
        Self::CountDue,
        Self::UnitMissing,
        Self::Putaway,
        Self::NoReserve,
        Self::Import,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::ShortPick => "short_pick",
            Self::Backorder => "backorder",
            Self::Address => "address",
            Self::UnidentifiedReturn => "unidentified_return",
            Self::UnmatchedReturn => "unmatched_return",
            Self::RefundFailed => "refund_failed",
            Self::CountDue => "count_due",
            Self::Putaway => "putaway",
            Self::NoReserve => "no_reserve",
            Self::Import => "import",
            Self::OverDelivery => "over_delivery",
            Self::Recall => "recall",
            Self::Expired => "expired",
            Self::MasterData => "master_data",
            Self::BillMismatch => "bill_mismatch",
            Self::UnitMissing => "unit_missing",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Payment => "Payment",
            Self::ShortPick => "Short pick",
            Self::Backorder => "Backorder",
            Self::Address => "Address",
            Self::UnidentifiedReturn => "Unknown parcel",
            Self::UnmatchedReturn => "Return without order",
            Self::RefundFailed => "Refund failed",
            Self::CountDue => "Count due",
            Self::Putaway => "No place fits",
            Self::NoReserve => "No reserve",
            Self::Import => "Import",
            Self::OverDelivery => "More than ordered",
            Self::Recall => "Recall",
            Self::Expired => "Past its day",
            Self::MasterData => "Too little known",
            Self::BillMismatch => "Bill does not match",
            Self::UnitMissing => "Pallet not seen",
        }
    }

    /// What a person does about it.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Payment => "Ask the customer for another payment, or cancel the order.",
            Self::ShortPick => "Look where the units went; the order was given others, or waits.",
            Self::Backorder => "Order more, or offer the customer something else. Goods that come in serve it by themselves.",
            Self::Address => "Correct the address with the customer; the order is released again when this is resolved.",
            Self::UnidentifiedReturn => "Find whose parcel it is by its contents and label.",
            Self::UnmatchedReturn => "Find the sale it belongs to, or send it back.",
            Self::RefundFailed => "Read the provider's words, then try again or pay another way.",
            Self::NoReserve => {
                "Order more, or move some from another site. It closes by itself when reserve comes in or nothing is needed."
            }
            Self::CountDue => "Count the bin and correct the stock.",
            Self::Expired => "Scrap the units or send them back to their supplier. They are held: nothing sells them meanwhile.",
            Self::Recall => "Take the units out, lay them aside, and say so here. Their order looks for others by itself.",
            Self::MasterData => {
                "Say what is missing on the SKU's card. It closes by itself once enough is known, and its orders go on."
            }
            Self::Putaway => "Make room or make a bin that takes the goods; then they are put away as always.",
            Self::OverDelivery => "Take the units after all, or send them back: on the order's page.",
            Self::BillMismatch => "Compare bill, order and receipts on the order's page; agree, match again, or send it back.",
            Self::UnitMissing => {
                "Look for the pallet, carton or tote, and move it by scan to where it is; what is gone from it is corrected. Seen at its bin's next count, this closes by itself."
            }
            Self::Import => "Read the rows that were not taken, correct the file, bring it in again.",
        }
    }

    /// Does resolving it open the order's gates again?
    pub const fn releases(self) -> bool {
        matches!(self, Self::Payment | Self::Address | Self::Backorder)
    }
}

/// Take a case on. `from` is who had it when the asker looked (nil: nobody), so that nobody takes it over unknowingly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimException {
    pub id: ExceptionId,
    pub from: PersonId,
}

/// Close a case, saying what was done. If the cause is still there it is raised anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolveException {
    pub id: ExceptionId,
    pub resolution: String,
}

impl ResolveException {
    pub fn check(&self) -> Result<&str, ExceptionRefusal> {
        let words = self.resolution.trim();
        if words.is_empty() || words.len() > RESOLUTION_MAX { Err(ExceptionRefusal::SayWhatWasDone) } else { Ok(words) }
    }
}

/// Which cases are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExceptionFilter {
    /// None: every kind.
    pub kind: Option<Kind>,
    /// None: every site the reader may see. Cases of no site are everybody's.
    pub site: Option<SiteId>,
    /// Those closed last, instead of the open ones.
    pub resolved: bool,
    /// 1-based.
    pub page: i64,
}

/// One case, for the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    pub id: ExceptionId,
    pub kind: Kind,
    pub summary: String,
    /// The site's code; none when it is of no site.
    pub site: Option<String>,
    /// The number of the order it is about, if it is about one.
    pub order: Option<String>,
    /// The number of the return whose refund it is about.
    pub rma: Option<String>,
    /// The number of the order to a supplier it is about.
    pub purchase: Option<String>,
    pub raised_at: DateTime<Utc>,
    /// Nil: nobody has it.
    pub owner: PersonId,
    pub owner_name: Option<String>,
    pub claimed_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub resolution: String,
    /// The reader's own.
    pub own: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionList {
    pub as_of: DateTime<Utc>,
    pub rows: Vec<ExceptionRow>,
    /// All that were asked for, beyond this page.
    pub total: i64,
    /// Open cases of each kind that has any.
    pub counts: Vec<(Kind, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_reads_back_as_it_was_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.code()), Some(kind));
        }
    }

    #[test]
    fn a_case_is_closed_with_words() {
        let check =
            |words: &str| ResolveException { id: ExceptionId::NIL, resolution: words.to_owned() }.check().map(str::to_owned);
        assert_eq!(check("  New card on file. "), Ok("New card on file.".to_owned()));
        assert_eq!(check("  "), Err(ExceptionRefusal::SayWhatWasDone));
        assert_eq!(check(&"x".repeat(501)), Err(ExceptionRefusal::SayWhatWasDone));
    }
}
