//! Transfers between sites: asked for, approved by another, sent, in transit, taken in with what is missing. Commands, what they
//! answer, and how far a transfer is.
//!
//! What a scan means is `transfers::scan`. A transfer holds nothing back until it is loaded: customers' orders come first.

pub mod balance;
mod refusal;
pub mod scan;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use refusal::TransferRefusal;

use crate::ids::{SiteId, SiteTransferId, SkuId, TransferLineId};
use crate::lots::Marks;
use crate::quantity::{Quantity, QuantityOutOfRange};
use crate::reasons::Given;

/// Lines of one transfer.
pub const LINES_MAX: usize = 200;
/// Rows on a page of the list.
pub const PAGE: i64 = 50;
/// A note is a sentence, not a report (bytes).
pub const NOTE_MAX: usize = 500;

/// How far a transfer is. Derived from what happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Requested,
    Approved,
    Loading,
    InTransit,
    Arriving,
    Done,
    Cancelled,
}

impl Status {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Requested => "Asked for",
            Self::Approved => "Approved",
            Self::Loading => "Being loaded",
            Self::InTransit => "In transit",
            Self::Arriving => "Arriving",
            Self::Done => "Done",
            Self::Cancelled => "Cancelled",
        }
    }
}

/// What happened to a transfer so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each happened or did not, whatever the others")]
pub struct Course {
    pub approved: bool,
    /// The last of it has left.
    pub shipped: bool,
    pub closed: bool,
    pub cancelled: bool,
    pub loaded: i64,
    pub received: i64,
}

impl Course {
    pub const fn status(&self) -> Status {
        match self {
            Self { cancelled: true, .. } => Status::Cancelled,
            Self { closed: true, .. } => Status::Done,
            Self { received: 1.., .. } => Status::Arriving,
            Self { shipped: true, .. } => Status::InTransit,
            Self { loaded: 1.., .. } => Status::Loading,
            Self { approved: true, .. } => Status::Approved,
            _ => Status::Requested,
        }
    }
}

/// Units of a SKU that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedUnits {
    pub sku: SkuId,
    pub quantity: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTransfer {
    pub id: SiteTransferId,
    pub from: SiteId,
    pub to: SiteId,
    pub lines: Vec<AskedUnits>,
    pub note: String,
}

impl RequestTransfer {
    pub fn check(&self) -> Result<(), TransferRefusal> {
        if self.from == self.to {
            return Err(TransferRefusal::SameSite);
        }
        if self.lines.is_empty() {
            return Err(TransferRefusal::NoLines);
        }
        if self.lines.len() > LINES_MAX {
            return Err(TransferRefusal::TooManyLines { given: self.lines.len(), max: LINES_MAX });
        }
        if self.note.len() > NOTE_MAX {
            return Err(TransferRefusal::NoteTooLong { max: NOTE_MAX });
        }
        let skus: BTreeSet<SkuId> = self.lines.iter().map(|line| line.sku).collect();
        if skus.len() < self.lines.len() {
            return Err(TransferRefusal::SkuTwice);
        }
        Ok(())
    }

    pub fn check_quantities(&self) -> Result<(), QuantityOutOfRange> {
        self.lines.iter().try_for_each(|line| Quantity::new(line.quantity.into()).map(drop))
    }
}

/// A transfer as it is typed: a SKU and its units a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedTransfer {
    pub id: SiteTransferId,
    pub from: SiteId,
    pub to: SiteId,
    pub lines: String,
    pub note: String,
}

/// Reads `TW-0001 12`, one a line; commas, semicolons and tabs part as spaces do. Or says which line does not read.
pub fn read_lines(text: &str) -> Result<Vec<(String, i32)>, TransferRefusal> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if lines.len() >= LINES_MAX {
            return Err(TransferRefusal::TooManyLines { given: lines.len() + 1, max: LINES_MAX });
        }
        let unread = || TransferRefusal::LineUnread { line: at + 1 };
        let parts: Vec<&str> = line
            .split(|letter: char| letter.is_whitespace() || [',', ';'].contains(&letter))
            .filter(|part| !part.is_empty())
            .collect();
        let [code, units] = parts.as_slice() else { return Err(unread()) };
        lines.push(((*code).to_owned(), units.parse().map_err(|_| unread())?));
    }
    if lines.is_empty() { Err(TransferRefusal::NoLines) } else { Ok(lines) }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveTransfer {
    pub transfer: SiteTransferId,
}

/// Called off before anything was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelTransfer {
    pub transfer: SiteTransferId,
    pub reason: Given,
}

/// Units of one SKU out of, or into, one bin, as scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScannedUnits {
    pub bin_code: String,
    pub item_code: String,
    pub quantity: i32,
    /// Of a SKU that is told apart: which lot, which serials.
    #[serde(default)]
    pub marks: Marks,
}

/// Units onto the truck. `last`: it leaves, and what is not on it does not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadTransfer {
    pub transfer: SiteTransferId,
    pub units: Vec<ScannedUnits>,
    pub last: bool,
}

/// Units off the truck into bins. After it was closed: what was given up turns up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveTransfer {
    pub transfer: SiteTransferId,
    pub units: Vec<ScannedUnits>,
}

/// Why units that were sent did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VarianceReason {
    Missing,
    Damaged,
    Miscounted,
}

impl VarianceReason {
    pub const ALL: [Self; 3] = [Self::Missing, Self::Damaged, Self::Miscounted];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Damaged => "damaged",
            Self::Miscounted => "miscounted",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Missing => "Lost on the way",
            Self::Damaged => "Damaged on the way",
            Self::Miscounted => "Fewer were sent than counted",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// Give up what was sent and did not come: it leaves the books, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseTransfer {
    pub transfer: SiteTransferId,
    pub reason: Given,
}

/// What loading or taking in did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    pub units: i32,
    pub left: i64,
    /// The truck has left, or everything is in.
    pub finished: bool,
}

/// A transfer in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRow {
    pub id: SiteTransferId,
    pub number: String,
    pub from: SiteId,
    pub from_code: String,
    pub to: SiteId,
    pub to_code: String,
    pub status: Status,
    pub units: i64,
    pub loaded: i64,
    pub received: i64,
    /// Given up and not found again.
    pub lost: i64,
    pub requested_at: DateTime<Utc>,
    pub requested_by: Option<String>,
}

impl TransferRow {
    pub const fn on_the_way(&self) -> i64 {
        self.loaded - self.received - self.lost
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferPage {
    pub rows: Vec<TransferRow>,
    /// All that match, whatever the page.
    pub total: i64,
}

/// One line with how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferLine {
    pub id: TransferLineId,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub barcodes: Vec<(String, i32)>,
    pub quantity: i32,
    pub loaded: i32,
    pub received: i32,
    pub lost: i32,
    /// Where free units of it stand at the giving site: bin, units.
    pub places: Vec<(String, i32)>,
}

impl TransferLine {
    pub const fn to_load(&self) -> i32 {
        self.quantity - self.loaded
    }

    /// On the truck.
    pub const fn on_the_way(&self) -> i32 {
        self.loaded - self.received - self.lost
    }
}

/// Units given up or found again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VarianceRow {
    pub at: DateTime<Utc>,
    pub sku_code: String,
    pub gain: bool,
    pub quantity: i32,
    pub value: Decimal,
    /// In words.
    pub reason: String,
    pub note: String,
    pub person: Option<String>,
}

/// Everything about one transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferSheet {
    pub row: TransferRow,
    pub from_name: String,
    pub to_name: String,
    pub note: String,
    /// Asked for by whoever reads this: another approves it.
    pub own: bool,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Option<String>,
    pub loaded_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub received_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_why: String,
    pub lines: Vec<TransferLine>,
    pub variances: Vec<VarianceRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(lines: &[(SkuId, i32)]) -> RequestTransfer {
        let lines = lines.iter().map(|(sku, quantity)| AskedUnits { sku: *sku, quantity: *quantity }).collect();
        let (from, to) = (SiteId::mint(), SiteId::mint());
        RequestTransfer { id: SiteTransferId::mint(), from, to, lines, note: String::new() }
    }

    /// PLN-1: from another site, something, each SKU once.
    #[test]
    fn what_is_asked_for_is_something_from_another_site() {
        let sku = SkuId::mint();
        let good = request(&[(sku, 3)]);
        assert_eq!((good.check(), good.check_quantities()), (Ok(()), Ok(())));
        assert_eq!(request(&[]).check(), Err(TransferRefusal::NoLines));
        assert_eq!(RequestTransfer { to: good.from, ..good.clone() }.check(), Err(TransferRefusal::SameSite));
        assert_eq!(request(&[(sku, 3), (sku, 4)]).check(), Err(TransferRefusal::SkuTwice));
        assert!(matches!(RequestTransfer { note: "x".repeat(501), ..good }.check(), Err(TransferRefusal::NoteTooLong { .. })));
        let many: Vec<_> = (0..=LINES_MAX).map(|_| (SkuId::mint(), 1)).collect();
        assert!(matches!(request(&many).check(), Err(TransferRefusal::TooManyLines { .. })));
        for units in [0, -1] {
            assert!(request(&[(sku, units)]).check_quantities().is_err());
        }
    }

    /// PLN-1: lines are read as people write them.
    #[test]
    fn lines_are_read_as_people_write_them() {
        let read = read_lines("MUG 12\n\n CUP,3\nPOT;\t4 ").unwrap();
        assert_eq!(read, [("MUG".to_owned(), 12), ("CUP".to_owned(), 3), ("POT".to_owned(), 4)]);
        assert_eq!(read_lines("MUG 12\nCUP"), Err(TransferRefusal::LineUnread { line: 2 }));
        assert_eq!(read_lines("MUG many"), Err(TransferRefusal::LineUnread { line: 1 }));
        assert_eq!(read_lines(" \n"), Err(TransferRefusal::NoLines));
    }

    /// PLN-1: how far a transfer is follows from what happened to it.
    #[test]
    fn how_far_it_is_follows_from_what_happened() {
        let mut course = Course::default();
        assert_eq!(course.status(), Status::Requested);
        course.approved = true;
        assert_eq!(course.status(), Status::Approved);
        course.loaded = 5;
        assert_eq!(course.status(), Status::Loading);
        course.shipped = true;
        assert_eq!(course.status(), Status::InTransit);
        course.received = 2;
        assert_eq!(course.status(), Status::Arriving);
        course.closed = true;
        assert_eq!(course.status(), Status::Done);
        assert_eq!(Course { cancelled: true, ..Course::default() }.status(), Status::Cancelled);
        for reason in VarianceReason::ALL {
            assert_eq!(VarianceReason::parse(reason.code()), Some(reason));
        }
    }
}
