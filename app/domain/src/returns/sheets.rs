//! What screens of returns show: the portal's lines and status, the queue, the RMA page, the bench. Shared with the browser.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::eligibility::Eligibility;
use super::policy::{Because, Question};
use super::timeline::Moment;
use super::{Disposition, Grade, Outcome, Reason, Resolution, Source, Stage};
use crate::ids::{InspectionId, OrderId, OrderLineId, ReceiptLineId, ReturnId, ReturnLineId, SiteId, SkuId};
use crate::money::Money;
use crate::refunds::RefundRow;
use crate::refunds::amount::SoldLine;

/// An order as the portal shows it: what can come back. The address is masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderToReturn {
    pub order: OrderId,
    pub number: String,
    pub placed_at: DateTime<Utc>,
    pub masked_email: String,
    pub lines: Vec<EligibleLine>,
    pub resolutions: Vec<Resolution>,
    /// What the customer pays for the way back, unless it is our fault.
    pub postage_fee: Money,
    /// Returns already asked for on this order.
    pub returns: Vec<ReturnBrief>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EligibleLine {
    pub line: OrderLineId,
    pub sku_code: String,
    pub name: String,
    pub variant: String,
    pub shipped: i32,
    pub can: Eligibility,
    /// What it was sold for: what units give back before fees is computed from it, in the browser as on the server.
    pub sold: SoldLine,
}

impl EligibleLine {
    /// What so many units give back before fees.
    pub fn worth(&self, units: i32) -> Money {
        let nothing = Money::zero(self.sold.gross.currency);
        self.sold.next(units).map_or(nothing, |(amount, _)| amount)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnBrief {
    pub id: ReturnId,
    pub number: String,
    pub stage: Stage,
    pub requested_at: DateTime<Utc>,
    pub units: i32,
}

/// One return as its customer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnStatus {
    pub id: ReturnId,
    pub number: String,
    pub order_number: String,
    pub stage: Stage,
    pub lines: Vec<ReturnLineSheet>,
    pub because: Vec<Because>,
    /// What customer service wrote when it denied the return.
    pub denied_why: String,
    /// By when a review is decided.
    pub review_by: Option<DateTime<Utc>>,
    pub timeline: Vec<Moment>,
    pub refunds: Vec<RefundRow>,
    pub cancellable: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnLineSheet {
    pub id: ReturnLineId,
    pub line: OrderLineId,
    pub sku: SkuId,
    pub sku_code: String,
    pub name: String,
    pub variant: String,
    pub category: String,
    pub barcodes: Vec<(String, i32)>,
    pub reason: Reason,
    pub note: String,
    pub resolution: Resolution,
    pub quantity: i32,
    pub quantity_received: i32,
    pub quantity_inspected: i32,
}

/// A row of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnRow {
    pub id: ReturnId,
    pub number: String,
    pub order: OrderId,
    pub order_number: String,
    pub customer: String,
    pub source: Source,
    pub stage: Stage,
    pub requested_at: DateTime<Utc>,
    /// Since when it stands at this stage.
    pub since: DateTime<Utc>,
    pub units: i32,
    pub units_received: i32,
    pub units_inspected: i32,
    pub reasons: Vec<Reason>,
}

/// How many stand at a stage, and how many of them too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCount {
    pub stage: Stage,
    pub returns: i64,
    pub late: i64,
    pub oldest: Option<DateTime<Utc>>,
}

/// The queue's question, as its URL says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFilter {
    /// None: every open stage.
    pub stage: Option<Stage>,
    pub reason: Option<Reason>,
    /// Part of an RMA or order number, or of a customer's name or email.
    pub find: String,
    pub late_only: bool,
    /// 1-based.
    pub page: i64,
}

/// Rows on a page of the queue.
pub const PAGE: i64 = 50;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    pub rows: Vec<ReturnRow>,
    pub stages: Vec<StageCount>,
    /// Rows on all pages.
    pub total: i64,
    pub as_of: DateTime<Utc>,
}

/// The RMA page of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnSheet {
    pub row: ReturnRow,
    pub decision: Outcome,
    pub policy_version: i32,
    pub because: Vec<Because>,
    pub denied_why: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    pub lines: Vec<ReturnLineSheet>,
    pub inspections: Vec<InspectionRow>,
    pub refunds: Vec<RefundRow>,
    pub timeline: Vec<Moment>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionRow {
    pub id: InspectionId,
    pub return_line: ReturnLineId,
    pub sku_code: String,
    pub name: String,
    pub quantity: i32,
    pub grade: Grade,
    pub note: String,
    pub disposition: Disposition,
    pub override_reason: String,
    pub bin_code: String,
    pub inspected_by: Option<String>,
    pub at: DateTime<Utc>,
}

/// What the bench sees after scanning an RMA or order number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchSheet {
    pub id: ReturnId,
    pub number: String,
    pub order_number: String,
    pub customer: String,
    pub stage: Stage,
    pub site: SiteId,
    pub lines: Vec<BenchLine>,
}

/// One line on the bench: what is still to come in, and what stands there to be inspected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchLine {
    pub sheet: ReturnLineSheet,
    pub questions: Vec<Question>,
    /// What the matrix proposes for each grade; none: the bench decides.
    pub proposals: Vec<(Grade, Option<Disposition>)>,
    /// Receipts of this site with units still to inspect.
    pub waiting: Vec<Waiting>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub receipt_line: ReceiptLineId,
    pub bin_code: String,
    pub quantity: i32,
    pub since: DateTime<Utc>,
}

/// A return a scan could mean, when it means several (an order number with two returns).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BenchFound {
    One(Box<BenchSheet>),
    Several(Vec<ReturnBrief>),
}

/// `ana.lopez@example.com` → `a•••@example.com`: enough to know one's own, too little to learn another's.
pub fn mask_email(email: &str) -> String {
    let (name, host) = email.split_once('@').unwrap_or((email, ""));
    let first: String = name.chars().take(1).collect();
    if host.is_empty() { format!("{first}•••") } else { format!("{first}•••@{host}") }
}

#[cfg(test)]
mod tests {
    use super::mask_email;

    /// RET-1: the portal shows enough of an email to know one's own.
    #[test]
    fn an_email_is_masked() {
        assert_eq!(mask_email("ana.lopez@example.com"), "a•••@example.com");
        assert_eq!(mask_email("nobody"), "n•••");
        assert_eq!(mask_email(""), "•••");
    }
}
