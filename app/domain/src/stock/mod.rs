//! Stock: the states goods can be in, why they move, and how much is free to promise. Where they stand is `sites`;
//! what they cost is `ledger`. Decides nothing about who may move them.

pub mod channels;
pub mod explore;
pub mod history;
mod holds;
pub mod lasting;
mod lawful;
pub mod picks;
mod refusal;
pub mod tag;
pub mod why;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use holds::{HoldReason, HoldUnits, Those};
pub use refusal::StockRefusal;
pub use tag::Tag;

use crate::ids::{BinId, LpnId, OrderId, OrderLineId, OwnerId, SiteId, SkuId};
use crate::lots::{Apart, Marks};

/// Physical states; `outside` is the world beyond the walls and keeps no balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Outside,
    Sellable,
    Held,
    Quarantined,
    Damaged,
    Returned,
    InTransit,
}

impl State {
    /// States that keep a balance, in the order people read them.
    pub const INSIDE: [Self; 6] = [Self::Sellable, Self::Held, Self::Quarantined, Self::Damaged, Self::Returned, Self::InTransit];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Outside => "outside",
            Self::Sellable => "sellable",
            Self::Held => "held",
            Self::Quarantined => "quarantined",
            Self::Damaged => "damaged",
            Self::Returned => "returned",
            Self::InTransit => "in_transit",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Outside => "Outside",
            Self::Sellable => "Sellable",
            Self::Held => "On hold",
            Self::Quarantined => "Quarantined",
            Self::Damaged => "Damaged",
            Self::Returned => "Returned",
            Self::InTransit => "In transit",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Outside].into_iter().chain(Self::INSIDE).find(|state| state.code() == code)
    }
}

/// Why a movement was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Receipt,
    Opening,
    Putaway,
    Pick,
    Unpick,
    Pack,
    Ship,
    ReturnReceipt,
    Disposition,
    Hold,
    Release,
    Damage,
    Count,
    Scrap,
    Move,
    Replenish,
    Transfer,
}

impl Reason {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Receipt => "receipt",
            Self::Opening => "opening",
            Self::Putaway => "putaway",
            Self::Pick => "pick",
            Self::Unpick => "unpick",
            Self::Pack => "pack",
            Self::Ship => "ship",
            Self::ReturnReceipt => "return_receipt",
            Self::Disposition => "disposition",
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Damage => "damage",
            Self::Count => "count",
            Self::Scrap => "scrap",
            Self::Move => "move",
            Self::Replenish => "replenish",
            Self::Transfer => "transfer",
        }
    }
}

/// Where goods stand: in a bin, loose or in a handling unit (`lpn` nil = loose).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    pub site: SiteId,
    pub bin: BinId,
    pub lpn: LpnId,
}

impl Place {
    pub const fn loose(site: SiteId, bin: BinId) -> Self {
        Self { site, bin, lpn: LpnId::NIL }
    }
}

/// Goods that arrive, on a supplier's word or as the opening of the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveGoods {
    pub site: SiteId,
    pub supplier: String,
    pub reference: String,
    pub opening: bool,
    pub lines: Vec<ReceiveLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveLine {
    pub sku: SkuId,
    pub bin: BinId,
    pub quantity: i32,
    /// Cost of one; none = the SKU's standard cost.
    pub unit_cost: Option<Decimal>,
    /// Of a SKU that is told apart: its lot, its serials.
    #[serde(default)]
    pub marks: Marks,
}

/// What can be promised of a SKU at a site.
/// `free` = Σ sellable on hand − Σ allocated, in pick and reserve bins; `promised` = reserved + buffer. Never below zero.
pub fn available_to_promise(free: i64, promised: i64) -> i32 {
    i32::try_from((free - promised).clamp(0, i64::from(i32::MAX))).unwrap_or(i32::MAX)
}

/// Shares `free` units among wants in their order: each gets what is left, up to what it wants.
pub fn share_out(free: i32, wants: &[i32]) -> Vec<i32> {
    let mut left = free.max(0);
    wants
        .iter()
        .map(|want| {
            let got = left.min((*want).max(0));
            left -= got;
            got
        })
        .collect()
}

/// One SKU in the list: units by what people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRow {
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    pub variant: String,
    pub category: String,
    pub price: Decimal,
    pub available: i64,
    pub allocated: i64,
    pub reserved: i64,
    pub held: i64,
    pub quarantined: i64,
    pub damaged: i64,
    pub returned: i64,
    pub in_transit: i64,
    pub on_hand: i64,
}

/// A page of the inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockPage {
    pub rows: Vec<StockRow>,
    /// All that match, whatever the page.
    pub total: i64,
}

/// Where units of a SKU stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockPlace {
    pub site: SiteId,
    pub site_code: String,
    pub bin: BinId,
    pub bin_code: String,
    pub bin_kind: String,
    /// Nil: they stand loose.
    pub lpn: LpnId,
    pub lpn_code: Option<String>,
    pub owner: OwnerId,
    /// Whose they are, by code; empty: our own.
    pub owner_code: String,
    pub apart: Apart,
    pub state: State,
    pub on_hand: i32,
    pub allocated: i32,
}

/// Who holds units that cannot be sold: an order line's allocation or reservation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub order: OrderId,
    pub order_number: String,
    pub line: OrderLineId,
    /// True: these very units; false: a promise.
    pub allocated: bool,
    pub bin_code: Option<String>,
    pub quantity: i32,
}

/// One movement as the SKU's page tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovementRow {
    pub at: DateTime<Utc>,
    pub reason: String,
    pub quantity: i32,
    pub from: String,
    pub from_state: State,
    pub to: String,
    pub to_state: State,
}

/// "Why can't I sell this?": everything about a SKU's units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkuStock {
    pub row: StockRow,
    pub barcodes: Vec<(String, i32)>,
    pub weight_g: i32,
    pub dimensions_mm: (i32, i32, i32),
    /// What can be promised, per site.
    pub promise: Vec<(SiteId, String, i32)>,
    pub places: Vec<StockPlace>,
    pub holders: Vec<Holder>,
    pub movements: Vec<MovementRow>,
    /// Why units cannot be sold or picked.
    pub why: Vec<why::Hindrance>,
    /// Units at the end of each day, by the trade's time; today last.
    pub history: Vec<(NaiveDate, i64)>,
    pub layers_quantity: i64,
    pub layers_value: Decimal,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn states_read_back() {
        for state in State::INSIDE {
            assert_eq!(State::parse(state.code()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.code());
        }
        assert_eq!(State::parse("lost"), None);
    }

    #[test]
    fn people_read_each_state_by_a_name_of_its_own() {
        let words: std::collections::HashSet<_> = State::INSIDE.iter().map(|state| state.words()).collect();
        assert_eq!(words.len(), State::INSIDE.len());
        assert_eq!((State::Held.words(), State::Outside.words()), ("On hold", "Outside"));
        assert_eq!(State::parse("outside"), Some(State::Outside));
    }

    #[test]
    fn reasons_are_stored_as_they_travel() {
        use Reason as R;
        let all = [
            R::Receipt,
            R::Opening,
            R::Putaway,
            R::Pick,
            R::Unpick,
            R::Pack,
            R::Ship,
            R::ReturnReceipt,
            R::Disposition,
            R::Hold,
            R::Release,
            R::Damage,
            R::Count,
            R::Scrap,
            R::Move,
            R::Replenish,
            R::Transfer,
        ];
        for reason in all {
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        }
    }

    #[test]
    fn loose_goods_stand_in_no_handling_unit() {
        let (site, bin) = (SiteId::mint(), BinId::mint());
        assert_eq!(Place::loose(site, bin), Place { site, bin, lpn: LpnId::NIL });
    }

    /// ORD-2: what is promised is never more than what is free.
    #[test]
    fn what_can_be_promised_is_free_less_promised_and_never_negative() {
        assert_eq!(available_to_promise(10, 4), 6);
        assert_eq!(available_to_promise(4, 4), 0);
        assert_eq!(available_to_promise(3, 4), 0);
        assert_eq!(available_to_promise(i64::MAX, 0), i32::MAX);
    }

    proptest! {
        /// ORD-2: however promises are made and kept, no unit is promised twice.
        #[test]
        fn what_is_promised_and_what_can_be_is_never_more_than_is_free(free in -1_000_i64..1_000, asked in prop::collection::vec(1_i64..50, 0..40)) {
            let mut promised = 0;
            for wanted in asked {
                let can = i64::from(available_to_promise(free, promised));
                prop_assert!(can >= 0);
                prop_assert!(promised + can <= free.max(promised), "{} more on {} of {}", can, promised, free);
                prop_assert!(can == 0 || promised + can == free, "all that is free can be promised");
                promised += wanted.min(can);
            }
            prop_assert!(promised <= free.max(0));
        }

        #[test]
        fn shares_never_exceed_what_is_free_nor_what_is_wanted(free in 0..500, wants in prop::collection::vec(0..100, 0..20)) {
            let got = share_out(free, &wants);
            prop_assert_eq!(got.len(), wants.len());
            prop_assert!(got.iter().zip(&wants).all(|(got, want)| (0..=*want).contains(got)));
            let (given, wanted): (i32, i32) = (got.iter().sum(), wants.iter().sum());
            prop_assert_eq!(given, free.min(wanted));
            // First come, first served: once someone gets less, nobody after gets any.
            let short = got.iter().zip(&wants).position(|(got, want)| got < want).unwrap_or(got.len());
            prop_assert!(got.iter().skip(short + 1).all(|got| *got == 0));
        }
    }
}
