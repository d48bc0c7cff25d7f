//! How many units there were at the end of each day, told backwards from how many there are. Decides nothing.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

/// Days a SKU's page looks back.
pub const DAYS: u64 = 90;

/// Units at the end of each of the last days, earliest first, today last. `changes` are a day's units in less those out.
pub fn by_day(now: i64, today: NaiveDate, changes: &BTreeMap<NaiveDate, i64>) -> Vec<(NaiveDate, i64)> {
    let mut units = now;
    let mut days = Vec::new();
    for back in 0..DAYS {
        let Some(day) = today.checked_sub_days(Days::new(back)) else { break };
        days.push((day, units));
        units -= changes.get(&day).copied().unwrap_or(0);
    }
    days.reverse();
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    /// INV-2: a day ends with what the next day began with.
    #[test]
    fn days_end_with_what_was_there() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 9, d).unwrap();
        let told = by_day(7, day(17), &BTreeMap::from([(day(17), -3), (day(15), 10)]));
        assert_eq!(told.len(), 90);
        assert_eq!(told[86..], [(day(14), 0), (day(15), 10), (day(16), 10), (day(17), 7)]);
    }
}
