//! Stock looked at from any side: what stands, grouped by up to two dimensions and narrowed by any, now or at a moment past; and what
//! moved, the same way. Decides which questions can be asked; the answers are counted by the service.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{State, StockRefusal};
use crate::ids::{BinId, SiteId, SkuId};

/// Rows on a page of either question.
pub const PAGE: i64 = 50;
/// Movements of all SKUs are grouped over so many days at most; of one SKU over any time.
pub const DAYS_MAX: i64 = 31;
/// Days of a period that nobody named.
pub const DAYS: i64 = 7;
/// Nobody asks about later, nor about before 1970.
pub const LATEST: DateTime<Utc> = match DateTime::from_timestamp(250_000_000_000, 0) {
    Some(at) => at,
    None => DateTime::UNIX_EPOCH,
};

/// A side stock is looked at from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    Sku,
    Category,
    Site,
    Zone,
    Bin,
    State,
    Unit,
    Owner,
    Lot,
    Serial,
    Reason,
    Day,
    Month,
}

impl Dimension {
    /// Of what stands.
    pub const STANDING: [Self; 10] = [
        Self::Sku,
        Self::Category,
        Self::Site,
        Self::Zone,
        Self::Bin,
        Self::State,
        Self::Unit,
        Self::Owner,
        Self::Lot,
        Self::Serial,
    ];
    /// Of what moved.
    pub const MOVED: [Self; 9] =
        [Self::Reason, Self::Day, Self::Month, Self::Sku, Self::Category, Self::Site, Self::Owner, Self::Lot, Self::Serial];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Category => "category",
            Self::Site => "site",
            Self::Zone => "zone",
            Self::Bin => "bin",
            Self::State => "state",
            Self::Unit => "unit",
            Self::Owner => "owner",
            Self::Lot => "lot",
            Self::Serial => "serial",
            Self::Reason => "reason",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Sku => "SKU",
            Self::Category => "Category",
            Self::Site => "Site",
            Self::Zone => "Zone",
            Self::Bin => "Bin",
            Self::State => "State",
            Self::Unit => "Handling unit",
            Self::Owner => "Owner",
            Self::Lot => "Lot",
            Self::Serial => "Serial number",
            Self::Reason => "Reason",
            Self::Day => "Day",
            Self::Month => "Month",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::STANDING.into_iter().chain(Self::MOVED).find(|dimension| dimension.code() == code)
    }
}

/// Which of the two times of a movement: when the books learnt of it, or when it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    #[default]
    Recorded,
    Occurred,
}

impl Clock {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Occurred => "occurred",
        }
    }

    pub fn parse(code: &str) -> Self {
        if code == "occurred" { Self::Occurred } else { Self::Recorded }
    }
}

/// A moment past, by one of the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub at: DateTime<Utc>,
    pub clock: Clock,
}

/// What is looked at; empty words and none narrow nothing. Bins, zones and units are named by code or id, SKUs also by name and barcode.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Only {
    pub search: String,
    pub sku: Option<SkuId>,
    pub category: String,
    pub site: Option<SiteId>,
    pub zone: String,
    pub bin: String,
    pub state: Option<State>,
    pub unit: String,
    pub owner: String,
    pub lot: String,
    pub serial: String,
}

/// Group what stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Explore {
    pub only: Only,
    /// None: the balances themselves.
    pub by: Option<Dimension>,
    pub then: Option<Dimension>,
    /// None: now.
    pub moment: Option<Moment>,
    /// What the units cost too. Only now: what they cost once is the ledger's.
    pub value: bool,
    /// 1-based.
    pub page: i64,
}

/// Group or list what moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploreMoves {
    pub only: Only,
    /// None: the movements themselves, latest first.
    pub by: Option<Dimension>,
    pub then: Option<Dimension>,
    /// A movement's reason; empty for all.
    pub reason: String,
    pub clock: Clock,
    /// None: a week before the end; of one SKU all there is.
    pub from: Option<DateTime<Utc>>,
    /// None: now.
    pub until: Option<DateTime<Utc>>,
    pub page: i64,
}

fn distinct(by: Option<Dimension>, then: Option<Dimension>, known: &[Dimension]) -> Result<(), StockRefusal> {
    for dimension in by.into_iter().chain(then) {
        if !known.contains(&dimension) {
            return Err(StockRefusal::NotADimension { dimension: dimension.words().to_owned() });
        }
    }
    if then.is_some() && (by.is_none() || by == then) {
        return Err(StockRefusal::GroupedTwice);
    }
    Ok(())
}

impl Explore {
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), StockRefusal> {
        distinct(self.by, self.then, &Dimension::STANDING)?;
        if self.moment.is_some_and(|moment| moment.at > now) {
            return Err(StockRefusal::NotYet);
        }
        if self.value && self.moment.is_some() {
            return Err(StockRefusal::ValueIsOfNow);
        }
        Ok(())
    }
}

impl ExploreMoves {
    /// The period that is meant.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(DateTime<Utc>, DateTime<Utc>), StockRefusal> {
        distinct(self.by, self.then, &Dimension::MOVED)?;
        let sane = |at: DateTime<Utc>| at.clamp(DateTime::UNIX_EPOCH, LATEST);
        let until = sane(self.until.unwrap_or(now));
        let all = self.only.sku.is_some();
        let from = self.from.map(sane);
        let from = from.unwrap_or_else(|| if all { DateTime::UNIX_EPOCH } else { until - TimeDelta::days(DAYS) });
        if until < from {
            return Err(StockRefusal::PeriodBackwards);
        }
        if !all && self.by.is_some() && until - from > TimeDelta::days(DAYS_MAX) {
            return Err(StockRefusal::PeriodTooLong { days_max: DAYS_MAX });
        }
        Ok((from, until))
    }
}

/// One value of a dimension: as it narrows, and as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub dimension: Dimension,
    pub value: String,
    pub code: String,
    pub name: String,
}

/// What stands under one or two keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub keys: Vec<Key>,
    pub on_hand: i64,
    pub allocated: i64,
    /// Balances under it.
    pub balances: i64,
    pub value: Option<Decimal>,
}

/// One balance, down to the last key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub sku: SkuId,
    pub sku_code: String,
    pub sku_name: String,
    pub site: SiteId,
    pub site_code: String,
    pub zone_code: String,
    pub bin: BinId,
    pub bin_code: String,
    pub locked: bool,
    pub unit_code: String,
    pub owner: String,
    pub lot: String,
    pub lot_code: String,
    pub serial: String,
    pub serial_code: String,
    pub state: State,
    pub on_hand: i64,
    pub allocated: i64,
    pub value: Option<Decimal>,
}

/// What the answer stands on, for who wants to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    /// The snapshot it began from, and up to when that goes; none: the first movement.
    pub snapshot: Option<(i64, DateTime<Utc>)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explored {
    pub groups: Vec<Group>,
    pub balances: Vec<Standing>,
    /// Groups or balances, whatever the page.
    pub total: i64,
    pub on_hand: i64,
    pub allocated: i64,
    pub value: Option<Decimal>,
    pub currency: String,
    /// What was asked for by id, as people call it.
    pub only: Vec<Key>,
    /// For a moment past.
    pub grounds: Option<Grounds>,
}

/// What moved under one or two keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveGroup {
    pub keys: Vec<Key>,
    pub movements: i64,
    pub units: i64,
    /// From outside, and to it.
    pub came: i64,
    pub left: i64,
}

/// The very movement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub occurred_at: DateTime<Utc>,
    pub recorded_at: DateTime<Utc>,
    pub reason: String,
    pub quantity: i32,
    pub sku: SkuId,
    pub sku_code: String,
    pub from_site: String,
    pub from: String,
    pub from_state: State,
    pub to_site: String,
    pub to: String,
    pub to_state: State,
    /// Who moved it.
    pub person: Option<String>,
    pub kind: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploredMoves {
    pub groups: Vec<MoveGroup>,
    pub moves: Vec<Moved>,
    /// Groups; of single movements only whether there are more.
    pub total: i64,
    pub only: Vec<Key>,
    /// The period that was meant.
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Named;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(days)
    }

    #[test]
    fn dimensions_read_back_as_they_travel() {
        for dimension in Dimension::STANDING.into_iter().chain(Dimension::MOVED) {
            assert_eq!(Dimension::parse(dimension.code()), Some(dimension));
            assert_eq!(serde_json::to_value(dimension).unwrap(), dimension.code());
        }
        assert_eq!(Dimension::parse("colour"), None);
        for clock in [Clock::Recorded, Clock::Occurred] {
            assert_eq!(Clock::parse(clock.code()), clock);
        }
    }

    /// INV-1: up to two different sides, of what stands; a moment that has come; cost as it is now.
    #[test]
    fn what_cannot_be_asked_of_what_stands_is_named() {
        let field = |explore: Explore| explore.check(at(9)).err().and_then(|refusal| refusal.field());
        let by = |by, then| Explore { by, then, ..Explore::default() };
        assert_eq!(field(by(Some(Dimension::Site), Some(Dimension::State))), None);
        assert_eq!(field(by(None, None)), None);
        assert_eq!(field(by(Some(Dimension::Site), Some(Dimension::Site))), Some("then"));
        assert_eq!(field(by(None, Some(Dimension::Site))), Some("then"));
        assert_eq!(field(by(Some(Dimension::Reason), None)), Some("by"));
        let then =
            |days, value| Explore { moment: Some(Moment { at: at(days), clock: Clock::Recorded }), value, ..Explore::default() };
        assert_eq!(field(then(9, false)), None);
        assert_eq!(field(then(10, false)), Some("at"));
        assert_eq!(field(then(9, true)), Some("value"));
    }

    /// INV-2: all SKUs' movements are grouped over a month at most, one SKU's over any time.
    #[test]
    fn what_cannot_be_asked_of_what_moved_is_named() {
        let asked = |days, sku| ExploreMoves {
            only: Only { sku, ..Only::default() },
            by: Some(Dimension::Reason),
            then: None,
            reason: String::new(),
            clock: Clock::Recorded,
            from: Some(at(100)),
            until: Some(at(100 + days)),
            page: 1,
        };
        let field = |asked: ExploreMoves| asked.check(at(109)).err().and_then(|refusal| refusal.field());
        assert_eq!(field(asked(DAYS_MAX, None)), None);
        assert_eq!(field(asked(DAYS_MAX + 1, None)), Some("from"));
        assert_eq!(field(asked(999, Some(SkuId::NIL))), None);
        assert_eq!(field(ExploreMoves { by: None, ..asked(999, None) }), None);
        assert_eq!(field(asked(-1, None)), Some("until"));
        assert_eq!(field(ExploreMoves { by: Some(Dimension::Bin), ..asked(1, None) }), Some("by"));
        let unsaid = |sku| ExploreMoves { from: None, until: None, ..asked(1, sku) }.check(at(109));
        assert_eq!(unsaid(None), Ok((at(102), at(109))));
        assert_eq!(unsaid(Some(SkuId::NIL)), Ok((at(0), at(109))));
        let ever = ExploreMoves {
            by: None,
            from: Some(DateTime::<Utc>::MIN_UTC),
            until: Some(DateTime::<Utc>::MAX_UTC),
            ..asked(1, None)
        };
        assert_eq!(ever.check(at(109)), Ok((at(0), LATEST)));
    }
}
