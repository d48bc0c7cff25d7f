//! What is shown of lots and serials: the list, and one with its past and its whereabouts.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Picking, Policy};
use crate::ids::{LotId, ParcelId, SkuId};
use crate::stock::State;

/// A lot, or a serial that is of none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotRow {
    /// The lot's id, or the serial's.
    pub id: LotId,
    pub serial: bool,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub code: String,
    pub made_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub supplier: String,
    pub recalled_at: Option<DateTime<Utc>>,
    pub recall_note: String,
    pub on_hand: i64,
    pub held: i64,
    pub allocated: i64,
    pub shipped: i64,
}

impl LotRow {
    pub fn expired(&self, today: NaiveDate) -> bool {
        self.expires_on.is_some_and(|on| on < today)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotList {
    pub rows: Vec<LotRow>,
    pub total: i64,
    /// What is past its day is told by this.
    pub today: NaiveDate,
}

/// A receipt that brought some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotCame {
    pub at: DateTime<Utc>,
    pub receipt: String,
    pub supplier: String,
    /// The purchase order, when it was one.
    pub order: Option<String>,
    pub quantity: i64,
}

/// Where some stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotPlace {
    pub site_code: String,
    pub bin_code: String,
    pub lpn_code: Option<String>,
    pub serial: Option<String>,
    pub state: State,
    pub on_hand: i32,
    pub allocated: i32,
}

/// A parcel that took some to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotWent {
    pub at: DateTime<Utc>,
    pub parcel: ParcelId,
    pub parcel_number: String,
    pub order_number: String,
    pub customer: String,
    pub email: String,
    pub city: String,
    pub country: String,
    pub tracking: String,
    pub serials: String,
    pub quantity: i64,
    /// Of those of its order that came back.
    pub returned: i64,
}

/// Back to the supplier and forward to the customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotSheet {
    pub row: LotRow,
    pub today: NaiveDate,
    pub came: Vec<LotCame>,
    pub places: Vec<LotPlace>,
    /// None: the reader sees no orders.
    pub went: Option<Vec<LotWent>>,
}

/// How one SKU is told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrackedSku {
    pub sku: SkuId,
    pub code: String,
    pub policy: Policy,
    /// In which order it is taken when it says nothing.
    pub usual: Picking,
}

/// What holds for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub picking: Picking,
    /// Channels by code and name, with the days goods of their orders must still be good.
    pub channels: Vec<(String, String, i32)>,
}
