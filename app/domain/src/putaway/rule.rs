//! The rule of putaway: which bins take goods, in which order they are looked at, and why others were passed over.
//!
//! Goods in doubt go to quarantine. Sellable ones go to the pick bin that has them already, or to a new one while they have none; then
//! to reserve; then to any other pick bin. Among equals fast movers stand near the depot, slow ones far from it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ids::{BinId, LotId, OwnerId, SkuId};
use crate::sites::places::{BinKind, Hazard, Keeping, Mixing, StorageClass};
use crate::stock::State;

/// Picks within four weeks from which an item is fast: one a day.
const FAST_PICKS: i64 = 28;
/// And below which it is slow: less than one a week.
const SLOW_PICKS: i64 = 4;

/// How often goods are picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    Fast,
    Middling,
    Slow,
}

impl Pace {
    pub const fn of(picks: i64) -> Self {
        if picks >= FAST_PICKS {
            Self::Fast
        } else if picks >= SLOW_PICKS {
            Self::Middling
        } else {
            Self::Slow
        }
    }
}

/// Units of one item, and what one of them asks of its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub sku: SkuId,
    /// Whose it is.
    #[serde(default)]
    pub owner: OwnerId,
    pub lot: LotId,
    pub quantity: i32,
    pub volume_ml: i64,
    pub weight_g: i64,
    pub class: StorageClass,
    pub hazard: Hazard,
}

/// Goods that are put away together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    pub items: Vec<Item>,
    pub state: State,
    pub pace: Pace,
}

/// A bin that may take goods, with what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub bin: BinId,
    pub code: String,
    pub kind: BinKind,
    pub keeping: Keeping,
    pub locked: bool,
    /// Enough is, for machines to propose it; people go where they like.
    pub known: bool,
    /// From the first depot; none: off the map, and looked at last.
    pub distance_mm: Option<i32>,
    pub used_volume_ml: i64,
    pub used_weight_g: i64,
    pub inside: BTreeSet<(SkuId, LotId)>,
    /// Whose goods alone may stand there; none: anybody's.
    pub kept_for: Option<OwnerId>,
    /// Whose the items are that stand in it.
    pub owners: BTreeSet<(SkuId, OwnerId)>,
}

/// Why a bin does not take goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Locked,
    Kind,
    Class,
    Hazard,
    Mixing,
    Owner,
    Volume,
    Weight,
    NotKnown,
}

impl Why {
    pub const ALL: [Self; 9] = [
        Self::Locked,
        Self::Kind,
        Self::Class,
        Self::Hazard,
        Self::Mixing,
        Self::Owner,
        Self::Volume,
        Self::Weight,
        Self::NotKnown,
    ];

    pub const fn words(self) -> &'static str {
        match self {
            Self::Locked => "it is locked",
            Self::Kind => "it is for other goods",
            Self::Class => "they need another storage class",
            Self::Hazard => "it is kept for another hazard, or for none",
            Self::Mixing => "they may not stand with what is in it",
            Self::Owner => "it is another owner's, or holds the same of another owner",
            Self::Volume => "it is full by volume",
            Self::Weight => "it is full by weight",
            Self::NotKnown => "too little is known of it",
        }
    }
}

/// How many of the goods a bin takes: all that are asked, fewer, or none and why. Several items together go in whole or not at all.
pub fn fits(bin: &Candidate, load: &Load) -> Result<i32, Why> {
    if bin.locked {
        return Err(Why::Locked);
    }
    if !kinds(load.state).contains(&bin.kind) {
        return Err(Why::Kind);
    }
    suits(bin, &load.items)?;
    roomy(bin, &load.items)
}

/// Goods of whatever states that stay together, as in a handling unit: does the bin take them whole? Docks and stages take anything
/// that has room there, for as long as it stays.
pub fn fits_whole(bin: &Candidate, goods: &[(State, Item)]) -> Result<(), Why> {
    if bin.locked {
        return Err(Why::Locked);
    }
    let bench = matches!(bin.kind, BinKind::Dock | BinKind::Stage);
    let taken = |state: State| if bench { bin.kind.takes(state) } else { kinds(state).contains(&bin.kind) };
    if !goods.iter().all(|(state, _)| taken(*state)) {
        return Err(Why::Kind);
    }
    let items: Vec<Item> = goods.iter().map(|(_, item)| item.clone()).collect();
    if !bench {
        suits(bin, &items)?;
    }
    let asked = units(&items);
    match roomy(bin, &items)? {
        taken if taken >= asked => Ok(()),
        _ if room(bin.keeping.volume_ml, bin.used_volume_ml, &items, |item| item.volume_ml) < asked => Err(Why::Volume),
        _ => Err(Why::Weight),
    }
}

pub(super) fn units(items: &[Item]) -> i32 {
    items.iter().map(|item| item.quantity).fold(0, i32::saturating_add)
}

/// May they stand there, beside what stands there? One item of two owners could not be told apart.
pub(super) fn suits(bin: &Candidate, items: &[Item]) -> Result<(), Why> {
    let kept = |item: &Item| bin.kept_for.is_none_or(|owner| owner == item.owner);
    let of_others = |item: &Item| bin.owners.iter().any(|(sku, owner)| *sku == item.sku && *owner != item.owner);
    let stored = matches!(bin.kind, BinKind::Pick | BinKind::Reserve);
    if items.iter().any(|item| !kept(item) || stored && of_others(item)) {
        return Err(Why::Owner);
    }
    keeps(bin, items)
}

/// Is the bin kept for such goods, whosever they are?
pub(super) fn keeps(bin: &Candidate, items: &[Item]) -> Result<(), Why> {
    if items.iter().any(|item| item.class != bin.keeping.class) {
        return Err(Why::Class);
    }
    if items.iter().any(|item| item.hazard != bin.keeping.hazard) {
        return Err(Why::Hazard);
    }
    let together: BTreeSet<(SkuId, LotId)> =
        bin.inside.iter().copied().chain(items.iter().map(|item| (item.sku, item.lot))).collect();
    let skus = together.iter().map(|(sku, _)| sku).collect::<BTreeSet<_>>().len();
    let apart = match bin.keeping.mixing {
        Mixing::Any => false,
        Mixing::OneSku => skus > 1,
        Mixing::OneLot => together.len() > 1,
    };
    if apart { Err(Why::Mixing) } else { Ok(()) }
}

/// For how many of them is there room?
pub(super) fn roomy(bin: &Candidate, items: &[Item]) -> Result<i32, Why> {
    let volume = room(bin.keeping.volume_ml, bin.used_volume_ml, items, |item| item.volume_ml);
    let weight = room(bin.keeping.weight_g, bin.used_weight_g, items, |item| item.weight_g);
    match (volume, weight) {
        (0, _) => Err(Why::Volume),
        (_, 0) => Err(Why::Weight),
        (volume, weight) => Ok(volume.min(weight)),
    }
}

/// Units that still go in by one measure.
fn room(limit: Option<i32>, used: i64, items: &[Item], one: fn(&Item) -> i64) -> i32 {
    let asked = units(items);
    let Some(limit) = limit else { return asked };
    let left = (i64::from(limit) - used).max(0);
    let needed: i64 = items.iter().map(|item| one(item).saturating_mul(item.quantity.into())).fold(0, i64::saturating_add);
    match items {
        _ if needed <= left => asked,
        // Lots of one item are each as large as the other.
        [first, rest @ ..] if rest.iter().all(|item| item.sku == first.sku) => {
            i32::try_from(left / one(first).max(1)).unwrap_or(asked).min(asked)
        }
        _ => 0,
    }
}

/// Kinds of bins that goods in a state come to rest in.
fn kinds(state: State) -> &'static [BinKind] {
    match state {
        State::Sellable | State::Held => &[BinKind::Pick, BinKind::Reserve],
        State::Quarantined | State::Damaged => &[BinKind::Quarantine],
        State::Returned => &[BinKind::Returns],
        State::InTransit | State::Outside => &[],
    }
}

/// What the rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Which bin, and how many of the goods.
    pub chosen: Option<(usize, i32)>,
    /// Bins that came before it and why each was passed over, in the order they were looked at. A bin with room for a part is passed
    /// over when another takes all.
    pub passed_over: Vec<(usize, Why)>,
}

impl Proposed {
    /// How many for each reason.
    pub fn reasons(&self) -> Vec<(Why, usize)> {
        let mut counts: BTreeMap<Why, usize> = BTreeMap::new();
        for (_, why) in &self.passed_over {
            *counts.entry(*why).or_default() += 1;
        }
        counts.into_iter().collect()
    }
}

/// The first bin that takes all; failing that, the first that takes the most.
pub fn propose(load: &Load, bins: &[Candidate]) -> Proposed {
    let mut order: Vec<usize> = (0..bins.len()).collect();
    let rank = Ranking::of(load, bins);
    order.sort_by_cached_key(|at| rank.key(&bins[*at]));
    let asked = units(&load.items);
    let mut passed_over: Vec<(usize, Why)> = Vec::new();
    let mut part: Option<(usize, i32)> = None;
    for at in order {
        match fits(&bins[at], load) {
            Ok(_) if !bins[at].known => passed_over.push((at, Why::NotKnown)),
            Ok(units) if units >= asked => return Proposed { chosen: Some((at, units)), passed_over },
            Ok(units) => {
                if part.is_none_or(|(_, most)| units > most) {
                    part = Some((at, units));
                }
                let full = room(bins[at].keeping.volume_ml, bins[at].used_volume_ml, &load.items, |item| item.volume_ml) < asked;
                passed_over.push((at, if full { Why::Volume } else { Why::Weight }));
            }
            Err(why) => passed_over.push((at, why)),
        }
    }
    if let Some((chosen, _)) = part {
        passed_over.retain(|(at, _)| *at != chosen);
    }
    Proposed { chosen: part, passed_over }
}

/// In which order bins are looked at.
struct Ranking<'a> {
    load: &'a Load,
    /// Does some pick bin have these goods already?
    picked_from: bool,
    /// The distance half of the bins lie within: where goods of no haste stand.
    middle_mm: i32,
}

impl<'a> Ranking<'a> {
    fn of(load: &'a Load, bins: &[Candidate]) -> Self {
        let mut distances: Vec<i32> = bins.iter().filter_map(|bin| bin.distance_mm).collect();
        distances.sort_unstable();
        let middle_mm = distances.get(distances.len() / 2).copied().unwrap_or(0);
        let picked_from = bins.iter().any(|bin| bin.kind == BinKind::Pick && Self::has(load, bin));
        Self { load, picked_from, middle_mm }
    }

    fn has(load: &Load, bin: &Candidate) -> bool {
        load.items.iter().any(|item| bin.inside.iter().any(|(sku, _)| *sku == item.sku))
    }

    /// Kind and what is in it first, then distance by pace, then by name.
    fn key(&self, bin: &Candidate) -> (u8, bool, i64, Reverse<i64>, String) {
        let has = Self::has(self.load, bin);
        let tier = match bin.kind {
            BinKind::Pick if has => 0,
            BinKind::Pick if !self.picked_from => 1,
            BinKind::Reserve if has => 2,
            BinKind::Reserve => 3,
            BinKind::Pick => 4,
            _ => 5,
        };
        let distance = i64::from(bin.distance_mm.unwrap_or(0));
        let (near, far) = match self.load.pace {
            Pace::Fast => (distance, 0),
            Pace::Middling => ((distance - i64::from(self.middle_mm)).abs(), 0),
            Pace::Slow => (0, distance),
        };
        (tier, bin.distance_mm.is_none(), near, Reverse(far), bin.code.clone())
    }
}
