//! Is enough known of it to let machines decide? Each fact has its weight; what is missing is named. Decides the score; which score is
//! enough is each org's own choice.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::card::Card;
use super::slotting::Slotting;
use crate::ids::{BinId, SkuId};

/// Everything is known.
pub const WHOLE: i32 = 100;

/// What is to be known of a SKU, a bin or a carrier's service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    Dimensions,
    Weight,
    Barcode,
    CasePack,
    Price,
    Tax,
    Cost,
    Category,
    Slotting,
    /// Of a bin: where it is walked to.
    Mapped,
    /// Of a bin: how much fits.
    Volume,
    Load,
    /// Of a carrier's service: where it goes, and when it leaves.
    Countries,
    Cutoff,
}

impl Fact {
    pub const OF_SKU: [Self; 9] = [
        Self::Dimensions,
        Self::Weight,
        Self::Barcode,
        Self::CasePack,
        Self::Price,
        Self::Tax,
        Self::Cost,
        Self::Category,
        Self::Slotting,
    ];

    pub const fn words(self) -> &'static str {
        match self {
            Self::Dimensions => "size",
            Self::Weight => "weight",
            Self::Barcode => "barcode of one",
            Self::CasePack => "case pack",
            Self::Price => "price",
            Self::Tax => "tax rate",
            Self::Cost => "standard cost",
            Self::Category => "category",
            Self::Slotting => "class",
            Self::Mapped => "place on the map",
            Self::Volume => "volume it holds",
            Self::Load => "weight it bears",
            Self::Countries => "countries",
            Self::Cutoff => "when it leaves",
        }
    }

    /// Of the whole of its kind.
    pub const fn weight(self) -> i32 {
        match self {
            Self::Dimensions | Self::Barcode => 20,
            Self::Weight => 15,
            Self::Price | Self::Cost | Self::Category => 10,
            Self::Tax | Self::CasePack | Self::Slotting => 5,
            Self::Mapped | Self::Countries | Self::Cutoff => 50,
            Self::Volume | Self::Load => 25,
        }
    }
}

/// What is known of a SKU.
pub fn missing(card: &Card) -> Vec<Fact> {
    let positive = |amount: Option<Decimal>| amount.is_some_and(|amount| amount > Decimal::ZERO);
    let known = |fact: &Fact| match fact {
        Fact::Dimensions => card.warehouse.dimensions_mm.is_some(),
        Fact::Weight => card.warehouse.weight_g.is_some(),
        Fact::Barcode => card.barcodes.iter().any(|pack| pack.quantity == 1),
        Fact::CasePack => card.barcodes.iter().any(|pack| pack.quantity > 1),
        Fact::Price => positive(card.finance.price),
        Fact::Tax => card.finance.tax_rate.is_some(),
        Fact::Cost => positive(card.finance.standard_cost),
        Fact::Category => !["", "general"].contains(&card.naming.category.as_str()),
        Fact::Slotting => card.warehouse.slotting != Slotting::Unclassed,
        _ => true,
    };
    Fact::OF_SKU.into_iter().filter(|fact| !known(fact)).collect()
}

/// What is known of a bin that is picked from or filled up.
pub fn of_bin(mapped: bool, volume: bool, load: bool) -> Vec<Fact> {
    gone([(Fact::Mapped, mapped), (Fact::Volume, volume), (Fact::Load, load)])
}

/// What is known of a carrier's service.
pub fn of_service(countries: bool, leaves: bool) -> Vec<Fact> {
    gone([(Fact::Countries, countries), (Fact::Cutoff, leaves)])
}

fn gone<const N: usize>(facts: [(Fact, bool); N]) -> Vec<Fact> {
    facts.into_iter().filter(|(_, known)| !known).map(|(fact, _)| fact).collect()
}

/// The whole less what is missing.
pub fn score(missing: &[Fact]) -> i32 {
    WHOLE - missing.iter().map(|fact| fact.weight()).sum::<i32>()
}

/// `size, weight and price`.
pub fn listed(missing: &[Fact]) -> String {
    let words: Vec<&str> = missing.iter().map(|fact| fact.words()).collect();
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// A SKU that machines leave alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unready {
    pub sku: SkuId,
    pub code: String,
    pub score: i32,
    pub threshold: i32,
    pub missing: Vec<Fact>,
}

impl Unready {
    pub fn words(&self) -> String {
        format!("{} is at {} of {}: {} missing", self.code, self.score, self.threshold, listed(&self.missing))
    }
}

/// Of what the list tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    #[default]
    Skus,
    Bins,
    Carriers,
}

impl Of {
    pub const ALL: [Self; 3] = [Self::Skus, Self::Bins, Self::Carriers];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Skus => "skus",
            Self::Bins => "bins",
            Self::Carriers => "carriers",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Skus => "SKUs",
            Self::Bins => "Bins",
            Self::Carriers => "Carriers",
        }
    }

    /// What machines do without those of which too little is known.
    pub const fn left_out(self) -> &'static str {
        match self {
            Self::Skus => "left out of releases, waves and replenishment",
            Self::Bins => "not proposed for putaway",
            Self::Carriers => "not chosen unless an order asks for them",
        }
    }

    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|of| of.code() == code).unwrap_or_default()
    }
}

/// One in the list, worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub sku: Option<SkuId>,
    pub bin: Option<BinId>,
    pub code: String,
    pub name: String,
    pub score: i32,
    pub missing: Vec<Fact>,
    /// Left alone by machines, as the threshold stands.
    pub held: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    pub of: Of,
    pub rows: Vec<Row>,
    pub total: i64,
    /// All of the kind: how many, their mean score, and how many are below the threshold.
    pub all: i64,
    pub mean: i32,
    pub below: i64,
    pub whole: i64,
    pub threshold: i32,
    /// How many miss each fact.
    pub gaps: Vec<(Fact, i64)>,
    /// Edits that wait for an owner.
    pub waiting: i64,
}

impl Board {
    /// All of a kind summed up, and those that are looked for, worst first. Nothing is known of edits that wait.
    pub fn over(of: Of, mut rows: Vec<Row>, threshold: i32, search: &str, fact: Option<Fact>) -> Self {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let all = count(rows.len());
        let mean = rows.iter().map(|row| i64::from(row.score)).sum::<i64>() / all.max(1);
        let mut gaps: BTreeMap<Fact, i64> = BTreeMap::new();
        for gone in rows.iter().flat_map(|row| &row.missing) {
            *gaps.entry(*gone).or_default() += 1;
        }
        let mut gaps: Vec<(Fact, i64)> = gaps.into_iter().collect();
        gaps.sort_by_key(|(fact, many)| (Reverse(*many), *fact));
        let below = count(rows.iter().filter(|row| row.held).count());
        let whole = count(rows.iter().filter(|row| row.score == WHOLE).count());
        let search = search.trim().to_lowercase();
        rows.retain(|row| {
            let named = row.code.to_lowercase().contains(&search) || row.name.to_lowercase().contains(&search);
            named && fact.is_none_or(|fact| row.missing.contains(&fact))
        });
        rows.sort_by(|a, b| (a.score, &a.code).cmp(&(b.score, &b.code)));
        let (total, mean) = (count(rows.len()), i32::try_from(mean).unwrap_or(0));
        Self { of, rows, total, all, mean, below, whole, threshold, gaps, waiting: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MDM-1: what is looked for stands worst first; the sums are of all, whatever is looked for.
    #[test]
    fn a_board_sums_all_and_shows_the_worst_first() {
        let row = |code: &str, missing: Vec<Fact>| {
            let (score, held) = (score(&missing), missing.len() > 1);
            Row { sku: None, bin: None, code: code.into(), name: format!("Bin {code}"), score, missing, held }
        };
        let rows = vec![row("A1", vec![]), row("A2", vec![Fact::Volume]), row("A3", of_bin(false, false, false))];
        let found = |search, fact| Board::over(Of::Bins, rows.clone(), 50, search, fact);
        let codes = |board: &Board| board.rows.iter().map(|row| row.code.clone()).collect::<Vec<_>>();
        let board = found("", None);
        assert_eq!(codes(&board), ["A3", "A2", "A1"]);
        assert_eq!((board.all, board.total, board.whole, board.below), (3, 3, 1, 1));
        assert_eq!(board.mean, rows.iter().map(|row| row.score).sum::<i32>() / 3);
        assert_eq!(board.gaps[0], (Fact::Volume, 2));
        let board = found(" bin a2", Some(Fact::Volume));
        assert_eq!((codes(&board), board.all, board.total), (vec!["A2".to_owned()], 3, 1));
        assert_eq!(Board::over(Of::Bins, vec![], 50, "", None).mean, 0, "nothing is no division");
    }

    /// MDM-1: the weights of a kind make a whole, and whatever is missing is named and counted.
    #[test]
    fn what_is_missing_is_named_and_counted() {
        assert_eq!(Fact::OF_SKU.iter().map(|fact| fact.weight()).sum::<i32>(), WHOLE);
        assert_eq!((score(&of_bin(false, false, false)), score(&of_service(false, false))), (0, 0));
        assert_eq!((of_bin(true, false, true), of_service(true, false)), (vec![Fact::Volume], vec![Fact::Cutoff]));
        let mut card = Card::from(&super::super::tests::mug());
        assert_eq!(missing(&card), [Fact::Slotting]);
        card.warehouse.slotting = Slotting::A;
        assert_eq!(score(&missing(&card)), WHOLE);
        card.warehouse.weight_g = None;
        card.barcodes.retain(|pack| pack.quantity > 1);
        card.finance.standard_cost = Some(Decimal::ZERO);
        card.naming.category = "general".into();
        let gone = missing(&card);
        assert_eq!(gone, [Fact::Weight, Fact::Barcode, Fact::Cost, Fact::Category]);
        assert_eq!((score(&gone), listed(&gone).as_str()), (45, "weight, barcode of one, standard cost and category"));
        let unready = Unready { sku: SkuId::NIL, code: "MUG".into(), score: 45, threshold: 60, missing: vec![Fact::Weight] };
        assert_eq!(unready.words(), "MUG is at 45 of 60: weight missing");
        for of in Of::ALL {
            assert_eq!(Of::parse(of.code()), of);
        }
    }
}
