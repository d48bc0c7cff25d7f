//! How a SKU is told apart, and what has to be said of units that come in. Decides; whether a serial is known already is asked of the
//! database.

use std::collections::HashSet;

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{LotRefusal, Marks};

/// Ten years: longer than anything that expires is kept.
pub const DAYS_MAX: i32 = 3650;
/// The longest lot or serial of a GS1 label.
const CODE_MAX: usize = 20;

/// Which units are taken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picking {
    /// What expires first.
    #[default]
    Fefo,
    /// What came first.
    Fifo,
    /// What came last.
    Lifo,
}

impl Picking {
    pub const ALL: [Self; 3] = [Self::Fefo, Self::Fifo, Self::Lifo];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Fefo => "fefo",
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Fefo => "First expired, first out",
            Self::Fifo => "First in, first out",
            Self::Lifo => "Last in, first out",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|picking| picking.code() == code)
    }
}

/// How a SKU is told apart. Most are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Policy {
    pub lot: bool,
    pub serial: bool,
    /// A lot says until when it is good.
    pub expiry: bool,
    /// None: as the org has it.
    pub picking: Option<Picking>,
    /// From the day it was made; none: the label must say until when.
    pub shelf_life_days: Option<i32>,
}

impl Policy {
    pub const fn tracked(&self) -> bool {
        self.lot || self.serial
    }

    pub fn check(&self) -> Result<(), LotRefusal> {
        if self.expiry && !self.lot {
            return Err(LotRefusal::ExpiryNeedsLot);
        }
        if self.shelf_life_days.is_some_and(|days| !(0..=DAYS_MAX).contains(&days)) {
            return Err(LotRefusal::BadDays);
        }
        Ok(())
    }

    /// What `units` of a SKU are said to be, whole: refused when something is missing. What the SKU is not told apart by is dropped.
    /// `sold`: they go on sale, so they must not be past their day.
    pub fn settle(&self, sku: &str, units: i32, said: &Marks, today: NaiveDate, sold: bool) -> Result<Marks, LotRefusal> {
        let mut marks = Marks::default();
        if self.lot {
            marks.lot = label(&said.lot)?.ok_or_else(|| LotRefusal::LotMissing { sku: sku.to_owned() })?;
            marks.made_on = said.made_on;
            marks.expires_on = said.expires_on.or_else(|| self.good_until(said.made_on?));
            if self.expiry && marks.expires_on.is_none() {
                return Err(LotRefusal::ExpiryMissing { sku: sku.to_owned() });
            }
            if let Some(on) = marks.expires_on.filter(|on| sold && *on < today) {
                return Err(LotRefusal::Expired { lot: marks.lot, on });
            }
        }
        if self.serial {
            let mut seen = HashSet::new();
            for serial in &said.serials {
                if let Some(serial) = label(serial)? {
                    if !seen.insert(serial.clone()) {
                        return Err(LotRefusal::SerialTwice { serial });
                    }
                    marks.serials.push(serial);
                }
            }
            let given = i32::try_from(marks.serials.len()).unwrap_or(i32::MAX);
            if given != units {
                return Err(LotRefusal::SerialsWanted { sku: sku.to_owned(), wanted: units, given });
            }
        }
        Ok(marks)
    }

    /// What somebody who looks at units says of them: as [`Self::settle`], but for the day, which a lot that is known has already.
    pub fn named(&self, sku: &str, units: i32, said: &Marks, today: NaiveDate) -> Result<Marks, LotRefusal> {
        Self { expiry: false, ..*self }.settle(sku, units, said, today, false)
    }

    fn good_until(&self, made_on: NaiveDate) -> Option<NaiveDate> {
        made_on.checked_add_days(Days::new(u64::try_from(self.shelf_life_days?).ok()?))
    }
}

/// A lot's or serial's code as it is kept, in capitals; none when nothing was said.
pub fn label(said: &str) -> Result<Option<String>, LotRefusal> {
    let code = said.trim().to_uppercase();
    if code.len() > CODE_MAX || code.chars().any(|char| char.is_whitespace() || char.is_control()) {
        return Err(LotRefusal::BadLabel { code: code.chars().take(40).collect() });
    }
    Ok((!code.is_empty()).then_some(code))
}

/// A recall and its end say why.
#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn said(lot: &str, expires_on: Option<NaiveDate>, serials: &[&str]) -> Marks {
        let serials = serials.iter().map(|serial| (*serial).to_owned()).collect();
        Marks { lot: lot.to_owned(), made_on: None, expires_on, serials }
    }

    const BOTH: Policy = Policy { lot: true, serial: true, expiry: true, picking: None, shelf_life_days: None };

    /// INV-3: what a SKU is told apart by has to be said, whole; the rest is dropped.
    #[test]
    fn a_receipt_says_what_the_sku_is_told_apart_by() {
        let settle = |policy: Policy, marks: Marks| policy.settle("SERUM", 2, &marks, day(26), true);
        let whole = said(" ab-1 ", Some(day(28)), &["s1", "S2"]);
        assert_eq!(settle(BOTH, whole.clone()), Ok(said("AB-1", Some(day(28)), &["S1", "S2"])));
        assert_eq!(settle(Policy::default(), whole.clone()), Ok(Marks::default()));
        let sku = "SERUM".to_owned();
        assert_eq!(settle(BOTH, said("", None, &[])), Err(LotRefusal::LotMissing { sku: sku.clone() }));
        assert_eq!(settle(BOTH, said("A", None, &[])), Err(LotRefusal::ExpiryMissing { sku: sku.clone() }));
        let few = LotRefusal::SerialsWanted { sku, wanted: 2, given: 1 };
        assert_eq!(settle(BOTH, said("A", Some(day(28)), &["S1", " "])), Err(few));
        let twice = LotRefusal::SerialTwice { serial: "S1".into() };
        assert_eq!(settle(BOTH, said("A", Some(day(28)), &["S1", "s1"])), Err(twice));
        assert!(matches!(settle(BOTH, said("A B", None, &[])), Err(LotRefusal::BadLabel { .. })));
        assert!(matches!(settle(BOTH, said(&"A".repeat(21), None, &[])), Err(LotRefusal::BadLabel { .. })));
    }

    /// INV-3: who counts says which; until when a known lot is good need not be said again.
    #[test]
    fn whoever_counts_says_which() {
        let named = |units, marks| BOTH.named("SERUM", units, &marks, day(26));
        assert_eq!(named(1, said("a", None, &["s1"])), Ok(said("A", None, &["S1"])));
        assert_eq!(
            named(1, said("a", Some(day(1)), &["s1"])),
            Ok(said("A", Some(day(1)), &["S1"])),
            "past its day it lies there too"
        );
        assert_eq!(named(1, said("", None, &["s1"])), Err(LotRefusal::LotMissing { sku: "SERUM".into() }));
        assert!(matches!(named(2, said("a", None, &["s1"])), Err(LotRefusal::SerialsWanted { given: 1, .. })));
    }

    /// INV-3: what is past its day does not go on sale; set apart it may be taken in. Its last day is a good one.
    #[test]
    fn what_is_past_its_day_does_not_go_on_sale() {
        let lot = Policy { serial: false, ..BOTH };
        let settle = |on, sold| lot.settle("SERUM", 2, &said("A", Some(on), &[]), day(26), sold);
        assert_eq!(settle(day(25), true), Err(LotRefusal::Expired { lot: "A".into(), on: day(25) }));
        assert!(settle(day(25), false).is_ok() && settle(day(26), true).is_ok());
    }

    /// INV-3: where the label tells only when it was made, the SKU's shelf life says until when it is good.
    #[test]
    fn shelf_life_makes_a_day_of_expiry() {
        let lot = Policy { serial: false, shelf_life_days: Some(10), ..BOTH };
        let made = Marks { made_on: Some(day(20)), ..said("A", None, &[]) };
        assert_eq!(lot.settle("SERUM", 1, &made, day(26), true).unwrap().expires_on, Some(day(30)));
        assert!(lot.settle("SERUM", 1, &Marks { made_on: Some(day(1)), ..made }, day(26), true).is_err());
    }

    #[test]
    fn a_policy_is_whole() {
        assert_eq!(Policy { expiry: true, ..Policy::default() }.check(), Err(LotRefusal::ExpiryNeedsLot));
        assert_eq!(Policy { shelf_life_days: Some(-1), ..BOTH }.check(), Err(LotRefusal::BadDays));
        assert_eq!(BOTH.check(), Ok(()));
        assert!(Picking::ALL.iter().all(|picking| Picking::parse(picking.code()) == Some(*picking)));
    }

    /// IN-5: what a label says fills what was not said, and overrules nothing.
    #[test]
    fn a_label_fills_what_was_not_said() {
        let label = "(01)09506000134352(17)261231(10)L7(21)S9";
        let filled = Marks::default().with_label(label, day(26));
        assert_eq!((filled.lot.as_str(), filled.serials.as_slice()), ("L7", &["S9".to_owned()][..]));
        assert_eq!(filled.expires_on, NaiveDate::from_ymd_opt(2026, 12, 31));
        assert_eq!(said("MINE", None, &[]).with_label(label, day(26)).lot, "MINE");
        assert_eq!(said("MINE", None, &[]).with_label("MUG-1", day(26)), said("MINE", None, &[]));
    }
}
