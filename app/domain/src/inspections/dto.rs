//! What screens are told of inspections and of what is on hold.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{InspectionStanding, Sampling};
use crate::ids::{BinId, GoodsInspectionId, LpnId, OwnerId, SiteId, SkuId, SupplierId};
use crate::lots::Apart;

/// An inspection, on the desk and on the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionRow {
    pub id: GoodsInspectionId,
    pub number: String,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    /// Each with the units it counts.
    pub barcodes: Vec<(String, i32)>,
    /// Lots and serials of what it has, by code, where units are told apart.
    #[serde(default)]
    pub apart: Vec<String>,
    pub supplier: String,
    pub receipt: String,
    pub order_number: String,
    pub site_code: String,
    pub bin_code: String,
    /// What to look at.
    pub note: String,
    pub sampling: Sampling,
    pub came: i32,
    pub wanted: i32,
    pub accepted: i32,
    pub rejected: i32,
    pub standing: InspectionStanding,
    pub opened_at: DateTime<Utc>,
}

impl InspectionRow {
    /// Units still to be looked at.
    pub fn left(&self) -> i32 {
        (self.wanted - self.accepted - self.rejected).max(0)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// Code and name; none = every SKU.
    pub sku: Option<(String, String)>,
    /// None = every supplier.
    pub supplier: Option<(SupplierId, String)>,
    pub sampling: Sampling,
    pub note: String,
    pub set_at: DateTime<Utc>,
}

/// Stock on hold in a bin, and why it was held last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldRow {
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub site: SiteId,
    pub site_code: String,
    pub bin: BinId,
    pub bin_code: String,
    /// The handling unit they stand in; nil: loose.
    pub lpn: LpnId,
    pub lpn_code: Option<String>,
    pub owner: OwnerId,
    /// Whose they are, by code; empty: our own.
    pub owner_code: String,
    pub apart: Apart,
    pub units: i32,
    /// Of them, units an inspection holds: those are released by it.
    pub inspected: i32,
    /// Of them, units that are told apart by lot or serial, and nobody has said which they are: they are named before they are released.
    pub unnamed: i32,
    /// In words.
    pub reason: Option<String>,
    pub note: String,
    pub held_by: Option<String>,
    pub held_at: Option<DateTime<Utc>>,
}

/// All about goods that are not sold yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectionBoard {
    /// Those that wait, then those that may be released, oldest first; the last that are done.
    pub rows: Vec<InspectionRow>,
    pub plans: Vec<PlanRow>,
    pub held: Vec<HeldRow>,
}
