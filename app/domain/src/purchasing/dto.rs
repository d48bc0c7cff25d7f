//! What screens are told of buying and taking in.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Basis, BillStanding, Break, ClaimKind, Condition, DeliveryStanding, Rules, Settled, Standing};
use crate::ids::{BillId, ClaimId, DeliveryId, OverId, PurchaseId, PurchaseLineId, SiteId, SkuId, SupplierId};
use crate::lots::Policy;
use crate::orders::DecisionRow;

/// A supplier in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierRow {
    pub id: SupplierId,
    pub code: String,
    pub name: String,
    pub email: String,
    pub lead_days: i32,
    pub over_percent: Option<i32>,
    pub active: bool,
    /// Orders goods may still come in for.
    pub open_orders: i64,
    /// SKUs on the price list.
    pub priced: i64,
}

/// The page of suppliers: all of them, the rules, and one's price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierSheet {
    pub suppliers: Vec<SupplierRow>,
    pub rules: Rules,
    /// Of the one asked for: code and name of each SKU with its steps, the smallest first.
    pub prices: Vec<(String, String, Vec<Break>)>,
    pub currency: String,
}

/// A supplier to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplierPick {
    pub id: SupplierId,
    pub name: String,
    pub lead_days: i32,
}

/// Which orders are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PurchaseFilter {
    /// Number, supplier's name or code; empty = all.
    pub search: String,
    pub standing: Option<Standing>,
    pub site: Option<SiteId>,
    /// 1-based.
    pub page: i64,
}

/// An order in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseRow {
    pub id: PurchaseId,
    pub number: String,
    pub supplier: String,
    pub site: String,
    pub standing: Standing,
    pub written_at: DateTime<Utc>,
    /// By the site's clock.
    pub due: NaiveDate,
    /// The day is over and goods are still awaited.
    pub late: bool,
    pub units: i64,
    pub received: i64,
    pub total: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseList {
    pub rows: Vec<PurchaseRow>,
    pub total: i64,
    /// Of each standing, whatever is asked for.
    pub counts: Vec<(Standing, i64)>,
    pub currency: String,
}

/// A line as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseSheetLine {
    pub id: PurchaseLineId,
    pub line_no: i32,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub quantity: i32,
    pub unit_cost: Decimal,
    pub over_percent: Option<i32>,
    pub received: i32,
    pub awaited: i32,
    pub closed: bool,
}

/// What came in with one receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptRow {
    pub number: String,
    pub at: DateTime<Utc>,
    pub delivery: Option<String>,
    pub units: i64,
    pub value: Decimal,
}

/// A delivery on an order's page and on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    pub id: DeliveryId,
    pub number: String,
    pub order_number: String,
    pub supplier: String,
    pub site: String,
    pub dock: String,
    /// By the site's clock.
    pub from: NaiveDateTime,
    pub to: NaiveDateTime,
    pub carrier: String,
    pub reference: String,
    pub standing: DeliveryStanding,
    /// Its appointment is over and it has not arrived.
    pub late: bool,
    pub arrived_at: Option<DateTime<Utc>>,
    pub done_at: Option<DateTime<Utc>>,
    /// Announced.
    pub units: i64,
    pub received: i64,
    pub lines: Vec<DeliveryLine>,
}

/// What was announced of one line of the order, and what came of it with this delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryLine {
    pub sku_code: String,
    pub ordered: i32,
    pub announced: i32,
    pub received: i32,
    /// Announced beyond what is ordered, with all that came or is announced otherwise.
    pub over: i32,
    pub lots: Vec<AnnouncedLot>,
}

impl DeliveryLine {
    /// More or fewer came than were announced: below zero, fewer.
    pub const fn off(&self) -> i32 {
        self.received - self.announced
    }
}

impl DeliveryRow {
    /// Once no more of it is to come: where what came is not what was announced.
    pub fn differences(&self) -> impl Iterator<Item = &DeliveryLine> {
        self.lines.iter().filter(|line| self.standing == DeliveryStanding::Done && line.off() != 0)
    }
}

/// Units of a line that the supplier says are of one lot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedLot {
    pub lot: String,
    pub expires_on: Option<NaiveDate>,
    pub quantity: i32,
}

/// Everything about one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurchaseSheet {
    pub row: PurchaseRow,
    /// Whose goods these are, by the owner's code; empty: our own.
    pub owner: String,
    pub supplier: SupplierId,
    pub site: SiteId,
    pub note: String,
    pub revision: i32,
    pub writers: Vec<String>,
    pub approved_at: Option<DateTime<Utc>>,
    pub approved_by: Option<String>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_why: String,
    /// Somebody else's yes is needed, and the reader wrote it.
    pub needs_another: bool,
    pub own: bool,
    pub lines: Vec<PurchaseSheetLine>,
    pub receipts: Vec<ReceiptRow>,
    pub deliveries: Vec<DeliveryRow>,
    /// What waits for somebody's yes, then what had it.
    pub overs: Vec<OverRow>,
    pub claims: Vec<ClaimRow>,
    pub bills: Vec<BillRow>,
    /// What the supplier credited and is still to be taken off a payment, of whatever order.
    pub credit: Decimal,
    pub landed: Vec<LandedRow>,
    /// Docks of its site, by code.
    pub docks: Vec<String>,
    pub currency: String,
    pub decisions: Vec<DecisionRow>,
}

/// Units beyond the tolerance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverRow {
    pub id: OverId,
    pub line_no: i32,
    pub sku_code: String,
    pub quantity: i32,
    pub condition: Condition,
    pub reporter: Option<String>,
    pub reported_at: DateTime<Utc>,
    /// The reader reported it, so someone else decides.
    pub own: bool,
    /// None: it waits.
    pub accepted: Option<bool>,
    pub why: String,
}

/// What the supplier owes for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRow {
    pub id: ClaimId,
    pub number: String,
    pub sku_code: String,
    pub kind: ClaimKind,
    /// Why, in the words of its code.
    pub fault: String,
    pub quantity: i32,
    pub amount: Decimal,
    pub note: String,
    pub raised_at: DateTime<Utc>,
    /// None: it is open.
    pub settled: Option<Settled>,
    /// What the books took of its credit.
    pub credited: Decimal,
}

/// A supplier's bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillRow {
    pub id: BillId,
    pub number: String,
    pub reference: String,
    pub standing: BillStanding,
    pub amount: Decimal,
    pub recorded_at: DateTime<Utc>,
    /// The reader recorded it, so someone else agrees.
    pub own: bool,
    /// Of what was paid, so much by the supplier's own credits.
    pub credit: Decimal,
    /// Where it does not agree, in words.
    pub mismatches: Vec<String>,
    pub agreed_why: String,
    pub rejected_why: String,
}

/// What it cost to get a receipt's goods here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedRow {
    pub number: String,
    pub receipt: String,
    pub basis: Basis,
    pub reference: String,
    pub at: DateTime<Utc>,
    pub amount: Decimal,
    /// What of it made stock dearer; the rest is cost of sales.
    pub in_stock: Decimal,
}

/// What one line would bear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedShare {
    pub sku_code: String,
    pub quantity: i32,
    pub amount: Decimal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedPreview {
    pub total: Decimal,
    pub shares: Vec<LandedShare>,
}

/// A draft as it was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub id: PurchaseId,
    pub number: String,
    pub revision: i32,
}

/// What is to come on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundBoard {
    pub day: NaiveDate,
    /// By site, dock and appointment; today's begin with those that should have come before.
    pub rows: Vec<DeliveryRow>,
    /// Orders due by then of which no delivery is announced.
    pub unannounced: Vec<PurchaseRow>,
    pub currency: String,
}

/// A line the dock may receive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedLine {
    pub id: PurchaseLineId,
    pub line_no: i32,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub quantity: i32,
    pub received: i32,
    pub closed: bool,
    /// Each with the units it counts.
    pub barcodes: Vec<(String, i32)>,
    /// What has to be said of its units.
    #[serde(default)]
    pub policy: Policy,
    /// In the delivery at hand, as its supplier announced it; none without one.
    #[serde(default)]
    pub announced: Option<i32>,
    #[serde(default)]
    pub lots: Vec<AnnouncedLot>,
}

/// The order at hand at the dock: no costs, they are the office's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bench {
    pub id: PurchaseId,
    pub number: String,
    pub supplier: String,
    pub standing: Standing,
    pub delivery: Option<(DeliveryId, String)>,
    /// Where goods come in unless another bin is scanned.
    pub dock: String,
    pub lines: Vec<AwaitedLine>,
}
