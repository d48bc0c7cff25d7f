//! Replenishment: forward pick bins are filled from reserve before a wave runs short. Commands and what they answer.
//!
//! How many are brought, and from where, is `replenish::need`; what a scan means is `replenish::scan`; a file of rules is
//! `replenish::sheet`. Decides nothing about what is promised: units on their way stay free, or their order's.

pub mod need;
mod refusal;
pub mod scan;
pub mod sheet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use refusal::ReplenishRefusal;

use crate::catalog::slotting::Slotting;
use crate::floor::TaskLot;
use crate::ids::{BinId, ReplenishTaskId, SiteId, SkuId};
use crate::lots::Marks;
use crate::quantity::QUANTITY_MAX;
use crate::reasons::Code;

/// Rules on a page of the list.
pub const PAGE: i64 = 50;
/// Rules set by one command.
pub const RULES_MAX: usize = 5_000;
/// Whoever took a task and is not seen with it for so long has left it.
pub const CLAIM: TimeDelta = TimeDelta::minutes(30);

/// What a forward pick bin should hold of a SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardPick {
    pub bin: BinId,
    pub sku: SkuId,
    /// Below this it is filled,
    pub min: i32,
    /// up to this.
    pub max: i32,
    /// The SKU's class, everywhere; none leaves it as it is.
    pub slotting: Option<Slotting>,
}

impl ForwardPick {
    pub fn check(&self) -> Result<(), ReplenishRefusal> {
        if self.min < 0 || self.max <= self.min || self.max > QUANTITY_MAX {
            return Err(ReplenishRefusal::MaxNotAboveMin { min: self.min, max: self.max });
        }
        Ok(())
    }
}

/// Forward picks of a site, new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetForwardPicks {
    pub site: SiteId,
    pub rules: Vec<ForwardPick>,
}

/// One as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedForwardPick {
    pub site: SiteId,
    pub bin_code: String,
    /// A code or a barcode.
    pub sku_code: String,
    pub min: i32,
    pub max: i32,
    pub slotting: Slotting,
}

/// The bin is filled no more; what is open for it is called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveForwardPick {
    pub site: SiteId,
    pub bin: BinId,
    pub sku: SkuId,
}

/// Look at every forward pick of a site, or of all, and raise, change or call off what is to be brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckForwardPicks {
    pub site: Option<SiteId>,
}

/// What such a look did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Checked {
    pub raised: i32,
    pub changed: i32,
    pub called_off: i32,
    /// Bins that need units, and no reserve has any.
    pub without_reserve: i32,
}

/// Take a task on: nobody else brings it for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimReplenishment {
    pub task: ReplenishTaskId,
}

/// Units taken from reserve and put into the forward pick bin, as scanned. With a reason, there are no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replenish {
    pub task: ReplenishTaskId,
    pub from_code: String,
    pub item_code: String,
    pub quantity: i32,
    pub to_code: String,
    pub short: Option<Code>,
    /// Their lot and serials, where it is not plain which they are.
    #[serde(default)]
    pub marks: Marks,
}

/// What bringing did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replenished {
    pub moved: i32,
    /// Picks that will now be made at the forward bin instead of in reserve (units).
    pub nearer: i32,
    pub left: i32,
}

/// A task as the floor and the board show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplenishRow {
    pub task: ReplenishTaskId,
    pub site_code: String,
    pub from_code: String,
    /// The pallet, carton or tote they are taken from, where they do not stand loose.
    pub unit: Option<String>,
    pub to_code: String,
    /// Whose they are, by code; empty: our own.
    pub owner_code: String,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub slotting: Slotting,
    /// Every barcode of the SKU with its pack quantity.
    pub barcodes: Vec<(String, i32)>,
    pub quantity: i32,
    pub quantity_moved: i32,
    /// Who is on it, and whether that is the reader.
    pub person: Option<String>,
    pub mine: bool,
    pub raised_at: DateTime<Utc>,
    /// The wave that runs short without it, and when its first promise falls due.
    pub wave: Option<String>,
    pub due: Option<DateTime<Utc>>,
    /// Which lots are to be taken, in their turn; none: the SKU has none.
    pub lots: Vec<TaskLot>,
    /// Several stand there: which one has to be said.
    pub say_lot: bool,
    pub by_serial: bool,
    /// The numbers of those that may be taken.
    pub serials: Vec<String>,
}

impl ReplenishRow {
    /// What is scanned where they are taken from: the pallet, or the bin.
    pub fn source(&self) -> &str {
        self.unit.as_deref().unwrap_or(&self.from_code)
    }

    pub const fn left(&self) -> i32 {
        self.quantity - self.quantity_moved
    }
}

/// Units are needed and no reserve has any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoReserve {
    pub site_code: String,
    pub bin_code: String,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub raised_at: DateTime<Utc>,
    pub on_hand: i32,
    pub min: i32,
}

/// The desk's board: most urgent first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplenishBoard {
    pub tasks: Vec<ReplenishRow>,
    pub without: Vec<NoReserve>,
}

/// A rule in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardPickRow {
    pub site: SiteId,
    pub site_code: String,
    pub bin: BinId,
    pub bin_code: String,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub slotting: Slotting,
    /// Whose goods it is filled with, by code; empty: our own.
    pub owner_code: String,
    pub min: i32,
    pub max: i32,
    pub on_hand: i32,
    pub allocated: i32,
    /// On their way.
    pub coming: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForwardPickPage {
    pub rows: Vec<ForwardPickRow>,
    /// All that match, whatever the page.
    pub total: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RPL-1: a bin is filled up to more than what it must not fall below.
    #[test]
    fn a_maximum_is_above_its_minimum() {
        let rule = |min, max| ForwardPick { bin: BinId::NIL, sku: SkuId::NIL, min, max, slotting: None }.check();
        assert_eq!((rule(0, 1), rule(10, 40)), (Ok(()), Ok(())));
        for (min, max) in [(0, 0), (5, 5), (6, 5), (-1, 5), (0, QUANTITY_MAX + 1)] {
            assert_eq!(rule(min, max), Err(ReplenishRefusal::MaxNotAboveMin { min, max }));
        }
    }
}
