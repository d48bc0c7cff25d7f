//! Putaway: where goods that came in are to stand. The rule proposes the first bin, in an order of its own, that takes them; whoever puts
//! them away may choose another that takes them too, and says why. What stands where is `sites` and `stock`.

mod landing;
mod refusal;
mod rule;
#[cfg(test)]
mod rule_tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use landing::{first_that_takes, land, takes};
pub use refusal::PutawayRefusal;
pub use rule::{Candidate, Item, Load, Pace, Proposed, Why, fits, fits_whole, propose};

use crate::floor::TaskLot;
use crate::floor::apart::{Held, Wanted};
use crate::ids::{BinId, DecisionId, LpnId, OrderId, OrderLineId, OwnerId, SiteId, SkuId};
use crate::lots::Marks;
use crate::reasons::Code;
use crate::sites::places::{Hazard, StorageClass};
use crate::stock::State;

/// Version of the rule, as decision receipts cite it.
pub const RULE: &str = "putaway-2";

/// Bins passed over that a receipt names; the rest is counted.
pub const NAMED_MAX: usize = 25;

/// Ask where goods in hand go: an item out of a receiving bin, so many of it. Writes the receipt, and a case when nothing takes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Propose {
    pub site: SiteId,
    /// The bin they stand in.
    pub from: BinId,
    /// The handling unit they stand in; nil: loose.
    pub lpn: LpnId,
    /// None: everything in the handling unit.
    pub sku: Option<SkuId>,
    /// Whose they are; nil: our own. A handling unit holds whosever it holds.
    #[serde(default)]
    pub owner: OwnerId,
    pub state: State,
    pub quantity: i32,
    /// Their lot and serials, if they were scanned.
    #[serde(default)]
    pub marks: Marks,
}

/// Where they go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Into this bin: as many of them as it takes.
    Bin { bin: BinId, code: String, quantity: i32 },
    /// To an order that waits for them: into a tote, straight to the packing bench.
    Stage { line: OrderLineId, order: OrderId, number: String, quantity: i32 },
    /// Nothing takes them; somebody is told.
    Nowhere { looked_at: usize },
}

/// The answer to [`Propose`], and the receipt that explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    pub decision: DecisionId,
    pub target: Target,
    /// Why the bins before it were passed over: how many for each reason.
    pub passed_over: Vec<(Why, usize)>,
}

/// Goods put away as scanned: into a bin, or into a tote for the order that was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutAway {
    pub site: SiteId,
    pub from: BinId,
    pub lpn: LpnId,
    pub sku: Option<SkuId>,
    #[serde(default)]
    pub owner: OwnerId,
    pub state: State,
    pub quantity: i32,
    /// What was proposed for them.
    pub proposal: DecisionId,
    /// The code of the bin or tote they were put into.
    pub target_code: String,
    /// Why another bin than the proposed one; empty when it is that one.
    pub reason: Code,
    /// Their lot and serials, where it is not plain which they are.
    #[serde(default)]
    pub marks: Marks,
}

impl PutAway {
    /// Another bin needs a reason.
    pub fn check_reason(&self, other: bool, proposed: &str) -> Result<(), PutawayRefusal> {
        if other && self.reason.0.trim().is_empty() {
            return Err(PutawayRefusal::ReasonNeeded { proposed: proposed.to_owned() });
        }
        Ok(())
    }
}

/// What a putaway did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutAwayDone {
    pub code: String,
    pub quantity: i32,
    /// Units of the same goods that still wait where they stood.
    pub left: i32,
}

/// What an item asks of the place it stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetHandling {
    pub sku: SkuId,
    pub class: StorageClass,
    pub hazard: Hazard,
}

/// The same, as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handling {
    pub class: StorageClass,
    pub hazard: Hazard,
}

/// Goods that stand in a receiving bin: one task of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToPutAway {
    pub from: BinId,
    pub from_code: String,
    pub site_code: String,
    pub lpn: LpnId,
    pub lpn_code: Option<String>,
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    /// Whose they are.
    pub owner: OwnerId,
    /// By code; empty: our own.
    pub owner_code: String,
    /// Every barcode of the SKU with its pack quantity.
    pub barcodes: Vec<(String, i32)>,
    pub state: State,
    pub quantity: i32,
    /// When the latest of them came.
    pub since: Option<DateTime<Utc>>,
    /// The lots that stand there, what spoils first before the rest.
    pub lots: Vec<TaskLot>,
    pub by_serial: bool,
    pub serials: Vec<String>,
}

impl ToPutAway {
    /// What has to be said of them: of several lots which, of numbered units each.
    pub fn wanted(&self) -> Wanted<'_> {
        Wanted {
            sku_code: &self.sku_code,
            bin_code: &self.from_code,
            lots: &self.lots,
            say_lot: self.lots.len() > 1,
            by_serial: self.by_serial,
            serials: &self.serials,
            left: self.quantity,
        }
    }

    /// Is it plain which units are in the hand?
    pub fn plain(&self, held: &Held) -> bool {
        held.units > 0 && (self.lots.len() < 2 || !held.marks.lot.is_empty())
    }
}

/// What a scan on the putaway screen means, given what waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// This item: so many more in the hand.
    Item { at: usize, units: i32 },
    /// Everything in a handling unit.
    Unit { at: usize },
    /// No goods that wait: a place, if goods are in the hand.
    Place(String),
}

/// Hear one scan. Codes are compared as people read them.
pub fn hear(waiting: &[ToPutAway], held: Option<usize>, code: &str) -> Heard {
    let same = |known: &str| known.trim().eq_ignore_ascii_case(code.trim());
    if let Some(at) = waiting.iter().position(|task| task.lpn_code.as_deref().is_some_and(same)) {
        return Heard::Unit { at };
    }
    let units = |task: &ToPutAway| {
        let pack = task.barcodes.iter().find(|(barcode, _)| same(barcode)).map(|(_, pack)| *pack);
        pack.or_else(|| same(&task.sku_code).then_some(1))
    };
    // What is in the hand already comes before another pile of the same.
    let order = held.into_iter().chain(0..waiting.len());
    let mut loose = order.filter_map(|at| Some((at, waiting.get(at).filter(|task| task.lpn.is_nil())?)));
    let found = loose.find_map(|(at, task)| units(task).map(|units| Heard::Item { at, units }));
    found.unwrap_or_else(|| Heard::Place(code.trim().to_owned()))
}

/// Goods of a handling unit, together: what its scan takes into the hand.
pub fn unit_of(waiting: &[ToPutAway], lpn: LpnId) -> Vec<&ToPutAway> {
    waiting.iter().filter(|task| task.lpn == lpn && !lpn.is_nil()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(sku_code: &str, lpn: Option<&str>) -> ToPutAway {
        ToPutAway {
            from: BinId::NIL,
            from_code: "DOCK".into(),
            site_code: "LDS".into(),
            lpn: lpn.map_or(LpnId::NIL, |_| LpnId::mint()),
            lpn_code: lpn.map(Into::into),
            sku: SkuId::mint(),
            sku_code: sku_code.into(),
            sku_name: sku_code.into(),
            variant: String::new(),
            owner: OwnerId::NIL,
            owner_code: String::new(),
            barcodes: vec![(format!("{sku_code}-CASE"), 6)],
            state: State::Sellable,
            quantity: 10,
            since: None,
            lots: vec![],
            by_serial: false,
            serials: vec![],
        }
    }

    /// IN-5: an item counts itself or its case, a handling unit all it holds; anything else is a place.
    #[test]
    fn a_scan_is_an_item_a_unit_or_a_place() {
        let waiting = [task("MUG", None), task("CUP", Some("P-1")), task("MUG", None)];
        assert_eq!(hear(&waiting, None, "mug"), Heard::Item { at: 0, units: 1 });
        assert_eq!(hear(&waiting, Some(2), " MUG-case "), Heard::Item { at: 2, units: 6 });
        assert_eq!(hear(&waiting, None, "p-1"), Heard::Unit { at: 1 });
        assert_eq!(hear(&waiting, None, "CUP"), Heard::Place("CUP".into()), "what stands in a unit is scanned by the unit");
        assert_eq!(hear(&waiting, None, " A-01-1 "), Heard::Place("A-01-1".into()));
        assert_eq!((unit_of(&waiting, waiting[1].lpn).len(), unit_of(&waiting, LpnId::NIL).len()), (1, 0));
    }

    /// IN-5, INV-3: of two lots that wait the one in the hand is said; of one it is plain, and of numbered units each is said.
    #[test]
    fn what_is_put_away_is_said_where_it_is_not_plain() {
        let lot = |code: &str| TaskLot { code: code.into(), expires_on: None, units: 5 };
        let two = ToPutAway { lots: vec![lot("L1"), lot("L2")], ..task("MUG", None) };
        let held = two.wanted().item(Held::default(), None, 1).unwrap();
        assert!(!two.plain(&held));
        let held = two.wanted().other(&held, "l2").unwrap().unwrap();
        assert!(two.plain(&held) && held.marks.lot == "L2");
        let one = ToPutAway { lots: vec![lot("L1")], ..two };
        let held = one.wanted().item(Held::default(), None, 1).unwrap();
        assert!(one.plain(&held) && one.wanted().other(&held, "A-01-1") == Ok(None), "the place is next");
        let numbered = ToPutAway { lots: vec![], by_serial: true, serials: vec!["S1".into()], ..one };
        let held = numbered.wanted().item(Held::default(), None, 1).unwrap();
        assert!(!numbered.plain(&held));
        assert_eq!(numbered.wanted().other(&held, "S1").unwrap().unwrap().units, 1);
    }

    #[test]
    fn another_bin_needs_a_reason() {
        let put = |reason: &str| PutAway {
            site: SiteId::NIL,
            from: BinId::NIL,
            lpn: LpnId::NIL,
            sku: None,
            owner: OwnerId::NIL,
            state: State::Sellable,
            quantity: 1,
            proposal: DecisionId::NIL,
            target_code: "A".into(),
            reason: reason.into(),
            marks: Marks::default(),
        };
        assert_eq!(put("").check_reason(false, "A"), Ok(()));
        assert_eq!(put("in_the_way").check_reason(true, "A"), Ok(()));
        assert!(matches!(put(" ").check_reason(true, "A-01"), Err(PutawayRefusal::ReasonNeeded { .. })));
    }
}
