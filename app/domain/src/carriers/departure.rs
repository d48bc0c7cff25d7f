//! Waves by carrier and cutoff: what waits, by whom it leaves and when; and which of it is picked next. Decides nothing about carts.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Orders that leave with one carrier at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Empty = nobody yet.
    pub carrier: String,
    pub at: DateTime<Utc>,
    pub orders: i32,
    pub units: i32,
}

impl Departure {
    /// For a screen.
    pub fn carrier_words(&self) -> &str {
        if self.carrier.is_empty() { "No carrier yet" } else { &self.carrier }
    }
}

/// What is picked next: the cutoff that comes first and has not passed; when all have, the one that passed last. `carrier` narrows it.
/// Whatever else waits for that carrier by that cutoff rides along, what is overdue included.
pub fn next<'d>(departures: &'d [Departure], carrier: Option<&str>, now: DateTime<Utc>) -> Option<&'d Departure> {
    let ours = || departures.iter().filter(|one| carrier.is_none_or(|carrier| one.carrier == carrier));
    let coming = ours().filter(|one| one.at >= now).min_by_key(|one| (one.at, &one.carrier));
    coming.or_else(|| ours().max_by_key(|one| (one.at, &one.carrier)))
}

/// One row for each carrier: its earliest cutoff, its orders and units; carriers by name.
pub fn by_carrier(rows: impl IntoIterator<Item = (String, DateTime<Utc>, i32)>) -> Vec<Departure> {
    let mut sums: Vec<Departure> = Vec::new();
    for (carrier, at, units) in rows {
        if let Some(sum) = sums.iter_mut().find(|sum| sum.carrier == carrier) {
            sum.at = sum.at.min(at);
            sum.orders += 1;
            sum.units += units;
        } else {
            sums.push(Departure { carrier, at, orders: 1, units });
        }
    }
    sums.sort_by(|a, b| a.carrier.cmp(&b.carrier));
    sums
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    fn leaving(carrier: &str, hours: i64) -> Departure {
        Departure { carrier: carrier.into(), at: at(hours), orders: 2, units: 3 }
    }

    /// PCK-4: the cutoff that comes first is picked first; what has passed does not hold it up.
    #[test]
    fn the_cutoff_that_comes_first_is_picked_next() {
        let all = [leaving("DPD", 18), leaving("DHL", 17), leaving("DHL", 4), leaving("Royal Mail", 17)];
        assert_eq!(next(&all, None, at(9)), Some(&all[1]));
        assert_eq!(next(&all, Some("DPD"), at(9)), Some(&all[0]));
        assert_eq!(next(&all, Some("DHL"), at(20)), Some(&all[1]), "all have passed: the latest");
        assert_eq!(next(&all, Some("UPS"), at(9)), None);
        assert_eq!(next(&[], None, at(9)), None);
    }

    /// PCK-4: a receipt names each carrier once, with its first cutoff and all its orders.
    #[test]
    fn carriers_are_summed_with_their_first_cutoff() {
        let rows = [("DPD", 18, 1), ("DHL", 17, 2), ("DPD", 16, 4)]
            .map(|(carrier, hours, units)| (carrier.to_owned(), at(hours), units));
        let sums = by_carrier(rows);
        assert_eq!(
            sums.iter().map(|sum| (sum.carrier.as_str(), sum.orders, sum.units)).collect::<Vec<_>>(),
            [("DHL", 1, 2), ("DPD", 2, 5)]
        );
        assert_eq!(sums[1].at, at(16));
    }
}
