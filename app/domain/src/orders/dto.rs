//! What screens and the API are told about orders.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::release::Hold;
use super::stage::{Progress, Stage};
use crate::ids::{OrderId, OrderLineId, ParcelId, PaymentId, ReturnId, SkuId};

/// An order in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    pub order: OrderId,
    pub number: String,
    pub channel: String,
    pub customer: String,
    pub country: String,
    pub placed_at: DateTime<Utc>,
    /// By when it must be ready for its carrier.
    pub promised_at: DateTime<Utc>,
    /// With whom it leaves; empty = nobody yet.
    pub carrier: String,
    pub service: String,
    pub total: Decimal,
    pub currency: String,
    pub units: Progress,
    pub stage: Stage,
    pub hold: Option<Hold>,
}

/// A page of orders; `next` continues it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPage {
    pub rows: Vec<OrderRow>,
    pub next: Option<String>,
}

/// An order with everything that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSheet {
    pub row: OrderRow,
    /// Whose goods it sells, by the owner's code; empty: our own.
    pub owner: String,
    pub external_id: String,
    pub email: String,
    pub address_line: String,
    pub city: String,
    pub postcode: String,
    pub shipping_amount: Decimal,
    pub ship_complete: bool,
    pub released_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub lines: Vec<OrderLineSheet>,
    pub payments: Vec<PaymentRow>,
    pub parcels: Vec<ParcelOfOrder>,
    pub returns: Vec<(ReturnId, String)>,
    pub timeline: Vec<Moment>,
    /// Why it was decided so: kind, rule, what was chosen.
    pub decisions: Vec<DecisionRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineSheet {
    pub line: OrderLineId,
    pub line_no: i32,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    /// The kit it was ordered as a part of.
    pub kit_code: Option<String>,
    pub quantity: i32,
    pub quantity_cancelled: i32,
    pub unit_price: Decimal,
    pub discount: Decimal,
    pub tax: Decimal,
    pub units: Progress,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRow {
    pub payment: PaymentId,
    pub provider: String,
    pub amount: Decimal,
    pub status: String,
    pub failure: String,
    pub captured_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParcelOfOrder {
    pub parcel: ParcelId,
    pub number: String,
    pub units: i32,
    pub weight_g: i32,
    pub carrier: String,
    pub tracking: String,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
}

/// Something that happened, for a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub at: DateTime<Utc>,
    /// The topic: `order.placed`, `parcel.shipped`.
    pub topic: String,
    pub words: String,
}

/// A decision receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRow {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub rule_version: String,
    pub inputs: serde_json::Value,
    pub chosen: serde_json::Value,
    pub rejected: serde_json::Value,
}
