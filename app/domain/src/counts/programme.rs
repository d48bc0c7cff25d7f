//! When a bin is due: by the speed of what stands in it, by its worth, by how it was found last time. Zero-checks and requests are
//! not due, they are asked for. Decides which; opening them is the service's.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Class, Why};
use crate::ids::BinId;
use crate::refusal::Refusal;

/// How a site counts: classes, intervals, thresholds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    /// Per cent of the units moved that make class A, and with B.
    pub a_percent: i32,
    pub b_percent: i32,
    /// Moves of so many days make the classes.
    pub window_days: i32,
    pub a_days: i32,
    pub b_days: i32,
    pub c_days: i32,
    /// A bin worth at least this is counted every `value_days`.
    pub value_over: Decimal,
    pub value_days: i32,
    /// A bin that was off is looked at again after so many days.
    pub recheck_days: i32,
    /// Most counts opened for one day.
    pub daily_most: i32,
    /// Ask whoever empties a bin whether it is empty.
    pub zero_check: bool,
    /// Units a SKU may be off and its bin still counts as right.
    pub tolerance_units: i32,
    /// Beyond either, somebody else counts again.
    pub recount_units: i32,
    pub recount_value: Decimal,
    /// Beyond it, somebody who did not count has to agree.
    pub approve_value: Decimal,
    /// The same for corrections by hand, of one person and day together.
    pub adjust_value: Decimal,
    /// A correction nobody decided runs out after so many days.
    pub adjust_days: i32,
}

impl Programme {
    /// Where every site begins.
    pub fn opening() -> Self {
        Self {
            a_percent: 80,
            b_percent: 95,
            window_days: 90,
            a_days: 30,
            b_days: 90,
            c_days: 180,
            value_over: Decimal::from(2_500),
            value_days: 60,
            recheck_days: 7,
            daily_most: 40,
            zero_check: true,
            tolerance_units: 0,
            recount_units: 2,
            recount_value: Decimal::from(50),
            approve_value: Decimal::from(100),
            adjust_value: Decimal::from(100),
            adjust_days: 7,
        }
    }

    /// Is it one that can be kept to? Beside the first field that is not.
    pub fn check(&self) -> Result<(), Refusal> {
        let whole = [
            ("a_percent", self.a_percent, 1, 100),
            ("b_percent", self.b_percent, self.a_percent, 100),
            ("window_days", self.window_days, 1, 730),
            ("a_days", self.a_days, 1, 730),
            ("b_days", self.b_days, 1, 730),
            ("c_days", self.c_days, 1, 730),
            ("value_days", self.value_days, 1, 730),
            ("recheck_days", self.recheck_days, 1, 730),
            ("daily_most", self.daily_most, 0, 2_000),
            ("tolerance_units", self.tolerance_units, 0, 1_000),
            ("recount_units", self.recount_units, 0, 1_000_000),
            ("adjust_days", self.adjust_days, 1, 90),
        ];
        for (field, given, least, most) in whole {
            if !(least..=most).contains(&given) {
                return Err(Refusal::invalid(field, format!("Give a number from {least} to {most}.")));
            }
        }
        let sums = [
            ("value_over", self.value_over),
            ("recount_value", self.recount_value),
            ("approve_value", self.approve_value),
            ("adjust_value", self.adjust_value),
        ];
        for (field, given) in sums {
            if given < Decimal::ZERO || given > Decimal::from(1_000_000_000) || given.normalize().scale() > 2 {
                return Err(Refusal::invalid(field, "Give an amount of money from 0, with at most two places."));
            }
        }
        Ok(())
    }

    pub const fn days(&self, class: Class) -> i32 {
        match class {
            Class::A => self.a_days,
            Class::B => self.b_days,
            Class::C => self.c_days,
        }
    }
}

/// Classes by the units that moved: the fastest make A until they have moved `a_percent` of all, then B until `b_percent`; the rest,
/// and what did not move, are C.
pub fn abc<K: Copy + Eq + Hash + Ord>(moved: &[(K, i64)], a_percent: i32, b_percent: i32) -> HashMap<K, Class> {
    let mut order: Vec<(K, i64)> = moved.iter().map(|(key, units)| (*key, (*units).max(0))).collect();
    order.sort_by_key(|(key, units)| (Reverse(*units), *key));
    let whole: i128 = order.iter().map(|(_, units)| i128::from(*units)).sum();
    let mut before: i128 = 0;
    let mut classes = HashMap::with_capacity(order.len());
    for (key, units) in order {
        let within = |percent: i32| before * 100 < whole * i128::from(percent);
        let class = match units {
            0 => Class::C,
            _ if within(a_percent) => Class::A,
            _ if within(b_percent) => Class::B,
            _ => Class::C,
        };
        classes.insert(key, class);
        before += i128::from(units);
    }
    classes
}

/// What is known of a bin with goods in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BinFacts {
    pub bin: BinId,
    pub code: String,
    /// Of the fastest SKU in it.
    pub class: Class,
    pub value: Decimal,
    /// The last count of it: when, and whether all was right.
    pub last: Option<(DateTime<Utc>, bool)>,
}

/// A bin to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub bin: BinId,
    pub why: Why,
    pub class: Class,
    pub every_days: i32,
}

/// What is due, at most `room` of it: what was off first, then what is overdue longest by its own interval (never counted is longest);
/// the faster class and then the code break ties.
pub fn due(bins: &[BinFacts], rules: &Programme, now: DateTime<Utc>, room: usize) -> Vec<Due> {
    let mut found: Vec<_> = bins
        .iter()
        .filter_map(|bin| {
            let mut every = vec![(rules.days(bin.class), Why::Velocity)];
            if bin.value >= rules.value_over {
                every.push((rules.value_days, Why::Value));
            }
            if bin.last.is_some_and(|(_, right)| !right) {
                every.push((rules.recheck_days, Why::Accuracy));
            }
            let (every_days, why) = every.into_iter().min_by_key(|(days, why)| (*days, *why == Why::Velocity))?;
            let hours = bin.last.map(|(at, _)| (now - at).num_hours());
            let late = hours.map_or(i64::MAX, |hours| hours * 1_000 / (i64::from(every_days) * 24));
            let due = Due { bin: bin.bin, why, class: bin.class, every_days };
            (late >= 1_000).then(|| ((why != Why::Accuracy, Reverse(late), bin.class, bin.code.clone()), due))
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.into_iter().take(room).map(|(_, due)| due).collect()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::refusal::Named;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_789_646_400, 0).unwrap()
    }

    fn bin(code: &str, class: Class, value: i64, last: Option<(i64, bool)>) -> BinFacts {
        let last = last.map(|(days, right)| (now() - TimeDelta::days(days), right));
        BinFacts { bin: BinId::mint(), code: code.into(), class, value: value.into(), last }
    }

    /// INV-5: the few that make most of the moves are A; what did not move is C.
    #[test]
    fn the_fastest_make_class_a() {
        let classes = abc(&[(1, 50), (2, 30), (3, 15), (4, 5), (5, 0)], 80, 95);
        let of = |key| classes[&key];
        assert_eq!([of(1), of(2), of(3), of(4), of(5)], [Class::A, Class::A, Class::B, Class::C, Class::C]);
        assert_eq!(abc(&[(1, 7)], 80, 95)[&1], Class::A, "what alone moves is the fastest");
        assert_eq!(abc(&[(1, 0)], 80, 95)[&1], Class::C);
    }

    /// INV-5: each class has its interval, the dear and the doubtful have shorter ones, and the day has room for so many.
    #[test]
    fn bins_are_due_by_class_value_and_accuracy() {
        let rules = Programme::opening();
        let bins = [
            bin("A1", Class::A, 10, Some((31, true))),
            bin("A2", Class::A, 10, Some((29, true))),
            bin("B1", Class::B, 10, Some((89, true))),
            bin("B2", Class::B, 9_000, Some((61, true))),
            bin("C1", Class::C, 10, None),
            bin("C2", Class::C, 10, Some((8, false))),
            bin("C3", Class::C, 10, Some((6, false))),
        ];
        let found = due(&bins, &rules, now(), 99);
        let told: Vec<_> = found.iter().map(|due| (due.why, due.every_days)).collect();
        assert_eq!(told, [(Why::Accuracy, 7), (Why::Velocity, 180), (Why::Velocity, 30), (Why::Value, 60)]);
        assert_eq!(found[0].bin, bins[5].bin);
        assert_eq!(found[1].bin, bins[4].bin, "never counted comes before overdue");
        assert_eq!(due(&bins, &rules, now(), 1), found[..1]);
    }

    #[test]
    fn a_programme_that_cannot_be_kept_to_is_refused_beside_its_field() {
        let refused = |change: fn(&mut Programme)| {
            let mut programme = Programme::opening();
            change(&mut programme);
            programme.check().err().and_then(|refusal| refusal.beside().map(str::to_owned))
        };
        assert_eq!(refused(|_| ()), None);
        assert_eq!(refused(|p| p.a_days = 0).as_deref(), Some("a_days"));
        assert_eq!(refused(|p| p.b_percent = 70).as_deref(), Some("b_percent"));
        assert_eq!(refused(|p| p.approve_value = Decimal::NEGATIVE_ONE).as_deref(), Some("approve_value"));
        assert_eq!(refused(|p| p.recount_value = Decimal::new(1, 3)).as_deref(), Some("recount_value"));
        let mut programme = Programme::opening();
        programme.daily_most = -1;
        assert_eq!(programme.check().unwrap_err().status(), 422);
    }

    proptest! {
        /// INV-5: a faster SKU is never in a slower class, and class A carries at least its share.
        #[test]
        fn faster_is_never_classed_lower(units in prop::collection::vec(0_i64..1_000, 1..60), a in 1_i32..100, more in 0_i32..40) {
            let moved: Vec<(usize, i64)> = units.iter().copied().enumerate().collect();
            let classes = abc(&moved, a, (a + more).min(100));
            for (x, fast) in &moved {
                for (y, slow) in &moved {
                    if fast > slow {
                        prop_assert!(classes[x] <= classes[y]);
                    }
                }
            }
            let whole: i64 = units.iter().sum();
            let in_a: i64 = moved.iter().filter(|(key, _)| classes[key] == Class::A).map(|(_, units)| units).sum();
            prop_assert!(whole == 0 || in_a * 100 >= whole * i64::from(a));
        }
    }
}
