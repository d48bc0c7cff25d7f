//! What screens show of counts. What the floor is shown says nothing of what the ledger expects: counting is blind by its types.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Class, Status, Why, variance};
use crate::ids::{CountId, SiteId, SkuId};
use crate::lots::Policy;
use crate::lpns::UnitKind;

/// A bin somebody can count, for the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorCount {
    pub count: CountId,
    pub number: String,
    pub bin_code: String,
    pub why: Why,
    pub note: String,
    pub recount: bool,
    /// Under way, by this reader.
    pub mine: bool,
    /// Who counts it, when it is somebody else.
    pub person: Option<String>,
    /// The reader counted it last and may not count it again.
    pub barred: bool,
}

/// A bin being counted, as its counter sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountSheet {
    pub count: CountId,
    pub number: String,
    pub site: SiteId,
    pub bin_code: String,
    pub why: Why,
    pub recount: bool,
    pub mine: bool,
    pub status: Status,
    /// What the counter said so far, last first.
    pub items: Vec<ItemCounted>,
    /// Handling units that stand in the bin by the books. What stands in them is not counted.
    #[serde(default)]
    pub units: Vec<UnitToSee>,
}

/// A pallet, carton or tote to be confirmed by its label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitToSee {
    pub code: String,
    pub kind: UnitKind,
    pub seen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCounted {
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    pub variant: String,
    pub quantity: i32,
    /// Of which lot, and which unit; empty where the SKU is not told apart so.
    #[serde(default)]
    pub lot: String,
    #[serde(default)]
    pub serial: String,
}

impl ItemCounted {
    /// `lot L7 serial S1`; empty where it is of none.
    pub fn which(&self) -> String {
        which(&self.lot, &self.serial)
    }
}

/// Which lot and which unit, in words; empty where there is neither.
pub fn which(lot: &str, serial: &str) -> String {
    let lot = Some(lot).filter(|lot| !lot.is_empty()).map(|lot| format!("lot {lot}"));
    let serial = Some(serial).filter(|serial| !serial.is_empty()).map(|serial| format!("serial {serial}"));
    lot.into_iter().chain(serial).collect::<Vec<_>>().join(" ")
}

/// What a code scanned while counting stands for: a SKU, and how many of it one scan counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemScanned {
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    pub variant: String,
    pub pack: i32,
    /// What has to be said of it.
    #[serde(default)]
    pub policy: Policy,
}

/// What ended a round: the counter is not told how far it was off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub count: CountId,
    pub status: Status,
}

/// Which of all counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Show {
    #[default]
    All,
    /// Open, or ended today.
    Today,
    /// Those that ended.
    Done,
    /// Those that ended and were off.
    Off,
}

/// Which counts are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CountFilter {
    pub site: Option<SiteId>,
    pub show: Show,
    pub status: Option<Status>,
    pub class: Option<Class>,
    /// Only those of no class: nothing stood there.
    pub unclassed: bool,
    pub every_days: Option<i32>,
    /// Only those that ended within so many days.
    pub days: Option<i32>,
    /// 1-based.
    pub page: i64,
}

/// A count in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRow {
    pub id: CountId,
    pub number: String,
    pub site_code: String,
    pub bin_code: String,
    pub why: Why,
    pub class: Option<Class>,
    pub every_days: i32,
    pub status: Status,
    pub note: String,
    pub rounds: i32,
    pub person: Option<String>,
    pub opened_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub in_tolerance: Option<bool>,
    /// Σ |difference| and Σ difference of the last round.
    pub off_value: Decimal,
    pub net_value: Decimal,
    /// The reader counted it.
    pub own: bool,
}

/// Accuracy is told of so many days.
pub const ACCURACY_DAYS: i32 = 90;

/// What the floor has to count, and what the reader counts now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorWork {
    pub counts: Vec<FloorCount>,
    pub sheet: Option<CountSheet>,
}

/// Today at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Today {
    pub open: i64,
    pub counting: i64,
    pub recount: i64,
    pub approval: i64,
    pub done: i64,
}

impl Today {
    pub const fn all(&self) -> i64 {
        self.open + self.counting + self.recount + self.approval + self.done
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountList {
    pub rows: Vec<CountRow>,
    pub total: i64,
    pub today: Today,
    pub currency: String,
}

/// Inventory record accuracy of one site, class and frequency: bins in tolerance ÷ bins counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accuracy {
    pub site: SiteId,
    pub site_code: String,
    pub class: Option<Class>,
    pub every_days: i32,
    pub counted: i64,
    pub right: i64,
}

impl Accuracy {
    /// In tenths of a per cent.
    pub const fn permille(counted: i64, right: i64) -> Option<i64> {
        if counted > 0 { Some(right * 1000 / counted) } else { None }
    }
}

/// Everything about one count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountReceipt {
    pub row: CountRow,
    pub opened_by: Option<String>,
    pub decided_by: Option<String>,
    pub rounds: Vec<CountRound>,
    /// Units posted by it: SKU code, and more or fewer.
    pub posted: Vec<(String, i64)>,
    pub currency: String,
}

/// Who counted what when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountRound {
    pub round: i32,
    pub person: Option<String>,
    pub began_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub lines: Vec<RoundLine>,
    /// Handling units that stood there by the books.
    pub units: Vec<UnitToSee>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundLine {
    pub sku_code: String,
    pub sku_name: String,
    pub counted_at: Option<DateTime<Utc>>,
    pub line: variance::Line,
}
