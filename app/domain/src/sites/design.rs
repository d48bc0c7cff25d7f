//! The site designer's commands, and what its screens are told. What makes a layout sound is [`Layout::check`].

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::layout::{Access, Layout};
use super::pattern::BinPattern;
use super::places::{BinKind, Keeping};
use super::shelf::Shelf;
use crate::ids::{BinId, SiteId, SkuId};
use crate::lots::Apart;
use crate::reasons::Given;
use crate::stock::State;

/// The layout of a site, redrawn. `version` is the one the designer looked at: nobody's drawing is lost unseen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawLayout {
    pub site: SiteId,
    pub version: i32,
    pub layout: Layout,
}

/// Many bins by a pattern: all of them, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddBins {
    pub site: SiteId,
    pub bins: BinPattern,
}

/// One bin; without a place on the map when it stands beside the aisles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddBin {
    pub id: BinId,
    pub site: SiteId,
    pub code: String,
    pub kind: BinKind,
    pub at: Option<Access>,
    pub keeping: Keeping,
}

/// Another code, kind, or way of keeping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeBin {
    pub bin: BinId,
    pub code: String,
    pub kind: BinKind,
    pub keeping: Keeping,
}

/// Nothing goes into a locked bin, nothing is picked from it; what was promised from it is looked for elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockBin {
    pub bin: BinId,
    pub locked: bool,
    /// Why; unlocking needs none.
    pub reason: Given,
}

/// What locking a bin did to the orders whose goods stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Locked {
    /// Units found in other bins.
    pub reallocated: i32,
    /// Units nothing else stands behind: their orders wait, and are cases.
    pub waiting: i32,
}

/// An empty, locked bin goes out of use for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetireBin {
    pub bin: BinId,
}

/// A site as the designer opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Design {
    pub site: SiteId,
    pub code: String,
    pub name: String,
    pub version: i32,
    pub layout: Layout,
    pub shelves: Vec<Shelf>,
    /// Bins in use of each kind that has any.
    pub kinds: Vec<(BinKind, i64)>,
    /// Bins without a place on the map.
    pub unmapped: i64,
}

/// What a pattern would make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinsPreview {
    pub bins: i64,
    /// The first codes and the last ones.
    pub first: Vec<String>,
    pub last: Vec<String>,
    /// Where they would stand.
    pub shelves: Vec<Shelf>,
}

/// Which bins of a site are asked for. Empty fields ask for all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BinFilter {
    pub zone: String,
    pub aisle: Option<i32>,
    pub kind: Option<BinKind>,
    /// Part of a code; `*` stands for anything.
    pub code: String,
    /// 1-based; rows on a page are [`BINS_PAGE`].
    pub page: i64,
}

pub const BINS_PAGE: i64 = 50;

/// A bin in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinListRow {
    pub bin: BinId,
    pub code: String,
    pub kind: BinKind,
    pub zone: String,
    pub at: Option<Access>,
    pub keeping: Keeping,
    pub units: i64,
    pub used_volume_ml: i64,
    pub used_weight_g: i64,
    pub locked: bool,
    pub retired: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinList {
    pub rows: Vec<BinListRow>,
    pub total: i64,
    /// The site's zones and aisles, to ask by.
    pub zones: Vec<String>,
    pub aisles: Vec<i32>,
}

/// Units of one item in one state, in a bin: as they can be told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub apart: Apart,
    /// Whose they are, by code; empty: our own.
    pub owner_code: String,
    /// The handling unit they stand in, if any.
    pub lpn: Option<String>,
    pub state: State,
    pub on_hand: i32,
    pub allocated: i32,
}

/// Everything about one bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BinPage {
    pub site: SiteId,
    pub site_code: String,
    pub row: BinListRow,
    pub lock_note: String,
    pub retired_at: Option<DateTime<Utc>>,
    /// Whose goods alone may stand there, by code; empty: anybody's.
    pub kept_for: String,
    pub contents: Vec<Contents>,
}
