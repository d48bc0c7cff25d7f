//! What can be asked of refunds, and what screens show of them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::approval::Needs;
use super::{RefundKind, RefundStatus};
use crate::ids::{InspectionId, OrderId, RefundId, ReturnId};
use crate::money::Money;
use crate::quantity::Quantity;
use crate::reasons::Given;

/// Propose money back for inspected units of one return, by hand: after a decline, or when the rule proposed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposeRefund {
    pub id: ReturnId,
    pub units: Vec<ProposeUnits>,
    pub kind: RefundKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposeUnits {
    pub inspection: InspectionId,
    pub quantity: Quantity,
}

/// What was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    pub id: RefundId,
    pub number: String,
    pub amount: Money,
    pub status: RefundStatus,
    pub needs: Vec<Needs>,
}

/// Say yes to a refund someone else proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveRefund {
    pub id: RefundId,
}

/// Say yes to many; all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApproveRefunds {
    pub ids: Vec<RefundId>,
}

/// Say no, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclineRefund {
    pub id: RefundId,
    pub reason: Given,
}

/// Try to pay a failed refund again. The provider is asked under a key of its own: it keeps its answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryRefund {
    pub id: RefundId,
}

/// A refund in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRow {
    pub id: RefundId,
    pub number: String,
    pub return_id: ReturnId,
    pub return_number: String,
    pub order: OrderId,
    pub order_number: String,
    pub customer: String,
    pub kind: RefundKind,
    pub amount: Money,
    pub status: RefundStatus,
    pub needs: Vec<Needs>,
    pub proposed_by: Option<String>,
    pub proposed_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decline_reason: String,
    pub failure: String,
    pub paid_at: Option<DateTime<Utc>>,
    pub parts: Vec<RefundPart>,
    /// This reader proposed it or inspected the goods, and may not decide it.
    pub own: bool,
}

/// Units of one line within a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundPart {
    pub sku_code: String,
    pub name: String,
    pub variant: String,
    pub quantity: i32,
    pub grade: String,
    pub amount: Money,
    pub tax: Money,
    pub fee: Money,
}

/// The list of the approvals screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundList {
    pub rows: Vec<RefundRow>,
    /// Per status: how many, and how much in the org's currency.
    pub counts: Vec<(RefundStatus, i64, Money)>,
    /// Rows on all pages.
    pub total: i64,
}

/// Rows on a page of the list.
pub const PAGE: i64 = 50;
