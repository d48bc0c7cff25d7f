//! Buying and taking in: suppliers with what they ask, orders to them, the deliveries they announce. Decides what an order must say
//! and who may approve it; what goods cost on the books is `ledger`, where they stand is `stock`.

mod bill;
mod condition;
mod credit;
mod delivery;
mod dto;
mod landed;
mod price;
mod refusal;
pub mod reorder;
pub mod sheet;
mod standing;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use bill::{
    AgreeBill, BillStanding, BilledLine, LineFacts as BillLineFacts, MatchBill, Mismatch, PayBill, RecordBill, RejectBill,
    cleared, mismatches,
};
pub use condition::{ClaimKind, Condition, Fault, tolerance, within};
pub use credit::{Claimed, Credit, credit};
pub use delivery::{Announced, BookDelivery, DeliveryStep, MoveDelivery, SLOT_MINUTES};
pub use dto::{
    AnnouncedLot, AwaitedLine, Bench, BillRow, ClaimRow, DeliveryLine, DeliveryRow, InboundBoard, LandedPreview, LandedRow,
    LandedShare, OverRow, PurchaseFilter, PurchaseList, PurchaseRow, PurchaseSheet, PurchaseSheetLine, ReceiptRow, SupplierPick,
    SupplierRow, SupplierSheet, Written,
};
pub use landed::{AllocateLanded, Basis, Charge, ChargeKind, Goods, check_shares, parted, share_out};
pub use price::{Break, is_cost, price_for};
pub use refusal::{LineFault, PurchasingRefusal};
pub use standing::{DeliveryStanding, Standing};

use crate::ids::{ClaimId, DeliveryId, OverId, PersonId, PurchaseId, PurchaseLineId, ReceiptId, SiteId, SupplierId};
use crate::lots::Marks;
use crate::quantity::QUANTITY_MAX;
use crate::reasons::{Code, Given};

/// Lines on one order: a long delivery note, and few enough to show on one page.
pub const LINES_MAX: usize = 500;
/// A note is a sentence or two (characters).
pub const NOTE_MAX: usize = 500;
/// An order is due within two years.
pub const DAYS_AHEAD_MAX: i64 = 730;
/// Rows on one page of the list.
pub const PAGE: i64 = 50;

/// What an org asks of its buying.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// 0: the ones an org begins with.
    pub version: i32,
    /// Orders above this need the yes of somebody who did not write them.
    pub approve_above: Decimal,
    /// How much more than ordered is taken without asking, where neither line nor supplier says.
    pub over_percent: i32,
    /// How far a bill's price may be from the order's.
    pub price_percent: i32,
    /// How many more units a bill may ask for than came in.
    pub units_percent: i32,
    /// Weeks that a proposed order should last once it is in.
    pub cover_weeks: i32,
}

impl Rules {
    pub fn opening() -> Self {
        Self {
            version: 0,
            approve_above: Decimal::from(1_000),
            over_percent: 5,
            price_percent: 2,
            units_percent: 0,
            cover_weeks: 4,
        }
    }

    /// Does an order of this worth need somebody else's yes?
    pub fn needs_another(&self, total: Decimal) -> bool {
        total > self.approve_above
    }

    /// May this person approve it? Whoever wrote any of it may not, once it needs another.
    pub fn may_approve(&self, total: Decimal, approver: PersonId, writers: &[PersonId]) -> bool {
        !self.needs_another(total) || approver.is_nil() || !writers.contains(&approver)
    }
}

/// Other rules, from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPurchasingRules {
    pub approve_above: Decimal,
    pub over_percent: i32,
    pub price_percent: i32,
    pub units_percent: i32,
    pub cover_weeks: i32,
}

impl SetPurchasingRules {
    pub fn check(&self) -> Result<(), PurchasingRefusal> {
        check_percent(Some(self.over_percent))?;
        if !(0..=100).contains(&self.price_percent) {
            return Err(PurchasingRefusal::PricePercent { given: self.price_percent });
        }
        if !(0..=100).contains(&self.units_percent) {
            return Err(PurchasingRefusal::UnitsPercent { given: self.units_percent });
        }
        if !(1..=52).contains(&self.cover_weeks) {
            return Err(PurchasingRefusal::CoverWeeks { given: self.cover_weeks });
        }
        if is_cost(self.approve_above) { Ok(()) } else { Err(PurchasingRefusal::BadLimit) }
    }
}

fn check_percent(percent: Option<i32>) -> Result<(), PurchasingRefusal> {
    match percent {
        Some(given) if !(0..=100).contains(&given) => Err(PurchasingRefusal::OverPercent { given }),
        _ => Ok(()),
    }
}

/// A supplier as it is from now on; a new one under a new id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveSupplier {
    pub id: SupplierId,
    pub code: String,
    pub name: String,
    pub email: String,
    pub lead_days: i32,
    pub over_percent: Option<i32>,
    pub active: bool,
}

impl SaveSupplier {
    pub fn check(&self) -> Result<(), PurchasingRefusal> {
        use PurchasingRefusal as R;
        let coded = (2..=20).contains(&self.code.len())
            && self.code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-');
        if !coded {
            return Err(R::BadCode { given: self.code.chars().take(40).collect() });
        }
        if self.name.trim().is_empty() || self.name.chars().count() > 120 {
            return Err(R::NameMissing);
        }
        if !(0..=365).contains(&self.lead_days) {
            return Err(R::LeadDays { given: self.lead_days });
        }
        check_percent(self.over_percent)
    }
}

/// A step of a supplier's price list for one SKU; without a cost the step goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPrice {
    pub supplier: SupplierId,
    /// Its code.
    pub sku: String,
    pub min_quantity: i32,
    pub unit_cost: Option<Decimal>,
}

impl SetPrice {
    pub fn check(&self) -> Result<(), PurchasingRefusal> {
        if self.unit_cost.is_some_and(|cost| !is_cost(cost)) { Err(PurchasingRefusal::BadCost) } else { Ok(()) }
    }
}

/// A draft as it reads from now on. `seen` is the revision the writer had before them, 0 for a new order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritePurchase {
    pub id: PurchaseId,
    pub seen: i32,
    pub supplier: SupplierId,
    pub site: SiteId,
    /// By the site's clock; none = after the supplier's lead time.
    pub due: Option<NaiveDate>,
    pub note: String,
    /// Whose goods these are, by the owner's code; empty = our own.
    #[serde(default)]
    pub owner: String,
    pub lines: Vec<WrittenLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenLine {
    /// Its code.
    pub sku: String,
    pub quantity: i32,
    /// For one; none = as the supplier's list says, else the SKU's standard cost.
    pub unit_cost: Option<Decimal>,
    pub over_percent: Option<i32>,
}

impl WritePurchase {
    /// What can be refused before anything is looked up. A line's refusal names its number.
    pub fn check(&self) -> Result<(), PurchasingRefusal> {
        use PurchasingRefusal as R;
        if self.lines.is_empty() {
            return Err(R::NoLines);
        }
        if self.lines.len() > LINES_MAX {
            return Err(R::TooManyLines { max: LINES_MAX });
        }
        if self.note.chars().count() > NOTE_MAX {
            return Err(R::NoteTooLong { max: NOTE_MAX });
        }
        let mut known = std::collections::HashSet::new();
        for (line_no, line) in (1..).zip(&self.lines) {
            let bad = |fault| Err(R::BadLine { line_no, fault });
            let code = line.sku.trim();
            if code.is_empty() || code.len() > 60 {
                return bad(LineFault::UnknownSku { code: code.chars().take(60).collect() });
            }
            if !known.insert(code.to_uppercase()) {
                return bad(LineFault::Twice { code: code.to_owned() });
            }
            if !(1..=QUANTITY_MAX).contains(&line.quantity) {
                return bad(LineFault::Quantity { given: line.quantity.into() });
            }
            if line.unit_cost.is_some_and(|cost| !is_cost(cost)) {
                return bad(LineFault::Cost);
            }
            if check_percent(line.over_percent).is_err() {
                return bad(LineFault::Tolerance);
            }
        }
        Ok(())
    }

    /// Is the day one to be due on?
    pub fn check_day(&self, today: NaiveDate) -> Result<(), PurchasingRefusal> {
        let days = self.due.map_or(0, |due| due.signed_duration_since(today).num_days());
        if (0..=DAYS_AHEAD_MAX).contains(&days) { Ok(()) } else { Err(PurchasingRefusal::BadDay { max_days: DAYS_AHEAD_MAX }) }
    }
}

/// A buyer's own order up to the limit goes out: the revision they saw, and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendPurchase {
    pub id: PurchaseId,
    pub seen: i32,
}

/// Whoever approves orders sends it: the revision they saw, and no other. Above the limit they did not write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovePurchase {
    pub id: PurchaseId,
    pub seen: i32,
}

/// Take it back, before any goods came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelPurchase {
    pub id: PurchaseId,
    pub reason: Given,
}

/// Goods of one order come in. The receipt is begun by its first command and grows by those after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivePurchase {
    pub receipt: ReceiptId,
    pub order: PurchaseId,
    pub delivery: Option<DeliveryId>,
    /// The bin's code; empty = the delivery's dock, or the site's first.
    pub bin: String,
    pub arrived: Vec<Arrived>,
}

/// So many of what the code counts: a case's barcode counts its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrived {
    pub code: String,
    pub quantity: i32,
    pub condition: Condition,
    /// Why they are not good: a code of the process their kind is claimed by.
    pub fault: Option<Code>,
    /// Beside the code.
    pub note: String,
    /// Of a SKU that is told apart, as typed; a label says it in its code.
    #[serde(default)]
    pub marks: Marks,
}

impl Arrived {
    pub fn good(code: &str, quantity: i32) -> Self {
        Self {
            code: code.to_owned(),
            quantity,
            condition: Condition::Good,
            fault: None,
            note: String::new(),
            marks: Marks::default(),
        }
    }
}

/// What a command of receiving booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenIn {
    pub receipt: ReceiptId,
    pub number: String,
    /// Those that were taken.
    pub units: i64,
    /// Of those, units held for inspection: they go to quarantine.
    pub held: i64,
    /// Those beyond the tolerance, which wait for somebody's yes.
    pub waiting: i64,
    /// What is still awaited of the order.
    pub awaited: i64,
}

/// No more of a line is awaited: what is missing is claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseLine {
    pub line: PurchaseLineId,
    /// A code of what is missing.
    pub fault: Option<Code>,
    pub note: String,
}

/// Units beyond the tolerance are taken after all, or go back with the driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideOver {
    pub id: OverId,
    pub accept: bool,
    /// The code of the bin they go into; empty: the one they were scanned into.
    #[serde(default)]
    pub bin: String,
    /// Why they go back; taking them needs none.
    pub reason: Given,
}

/// How a claim ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    Credited,
    Replaced,
    Dropped,
}

impl Settled {
    pub const ALL: [Self; 3] = [Self::Credited, Self::Replaced, Self::Dropped];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::Replaced => "replaced",
            Self::Dropped => "dropped",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Credited => "Credited",
            Self::Replaced => "Replaced",
            Self::Dropped => "Dropped",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|settled| settled.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleClaim {
    pub id: ClaimId,
    pub settled_as: Settled,
}
