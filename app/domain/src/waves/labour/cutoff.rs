//! Which promises are at risk: the backlog, what is due first done first, against the hours that are rostered. Work is taken as if it
//! could be cut anywhere between those who are there; so a promise this finds missed is missed. Predicts; decides nothing.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Span;

/// Work that is promised for one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    pub orders: i32,
    pub seconds: i64,
}

/// A promise, and when its work will be picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cutoff {
    pub at: DateTime<Utc>,
    pub orders: i32,
    /// Work for it alone.
    pub seconds: i64,
    /// When it and all that is due before it is picked; none = the roster ends before.
    pub finish: Option<DateTime<Utc>>,
}

impl Cutoff {
    pub fn is_met(&self) -> bool {
        self.finish.is_some_and(|finish| finish <= self.at)
    }

    /// Seconds too late, when it can be told.
    pub fn late_seconds(&self) -> Option<i64> {
        self.finish.map(|finish| (finish - self.at).num_seconds().max(0))
    }
}

/// When so many seconds of work are done by whoever is there.
pub fn done_at(now: DateTime<Utc>, spans: &[Span], seconds: i64) -> Option<DateTime<Utc>> {
    if seconds <= 0 {
        return Some(now);
    }
    let mut edges: Vec<DateTime<Utc>> = spans.iter().flat_map(|span| [span.from.max(now), span.to]).collect();
    edges.retain(|edge| *edge >= now);
    edges.sort_unstable();
    edges.dedup();
    let mut left = seconds;
    for pair in edges.windows(2) {
        let there = spans.iter().filter(|span| span.from.max(now) <= pair[0] && span.to >= pair[1]).count();
        let there = i64::try_from(there).unwrap_or(i64::MAX);
        let done = (pair[1] - pair[0]).num_seconds() * there;
        if left <= done {
            return Some(pair[0] + TimeDelta::seconds((left + there - 1) / there));
        }
        left -= done;
    }
    None
}

/// Every promise with work open, earliest first.
pub fn cutoffs(now: DateTime<Utc>, spans: &[Span], mut dues: Vec<Due>) -> Vec<Cutoff> {
    dues.sort_by_key(|due| due.at);
    let mut sum = 0;
    let mut cutoffs = Vec::with_capacity(dues.len());
    for due in dues {
        sum += due.seconds;
        cutoffs.push(Cutoff { at: due.at, orders: due.orders, seconds: due.seconds, finish: done_at(now, spans, sum) });
    }
    cutoffs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn span(from: i64, to: i64) -> Span {
        Span { from: at(from), to: at(to) }
    }

    fn due(minutes: i64, work_minutes: i64) -> Due {
        Due { at: at(minutes), orders: 1, seconds: work_minutes * 60 }
    }

    /// PLN-4: backlog against rostered hours tells which promise is missed, and by how much.
    #[test]
    fn a_promise_is_missed_when_the_hours_before_it_are_too_few() {
        let spans = [span(0, 120), span(60, 120)];
        let found = cutoffs(at(0), &spans, vec![due(90, 100), due(60, 50), due(600, 40)]);
        let ends: Vec<_> = found.iter().map(|cutoff| cutoff.finish).collect();
        assert_eq!(ends, [Some(at(50)), Some(at(105)), None]);
        assert_eq!(found.iter().map(Cutoff::is_met).collect::<Vec<_>>(), [true, false, false]);
        assert_eq!(found[1].late_seconds(), Some(900));
    }

    /// PLN-4: nobody rostered: no promise with work is met; a shift that begins later is waited for.
    #[test]
    fn without_a_roster_no_promise_is_met() {
        assert_eq!(cutoffs(at(0), &[], vec![due(60, 1)])[0].finish, None);
        assert_eq!(cutoffs(at(0), &[span(30, 40)], vec![due(60, 5)])[0].finish, Some(at(35)));
        assert_eq!(done_at(at(50), &[span(0, 60)], 600), Some(at(60)));
    }

    proptest! {
        /// PLN-4: what is found is exact: up to the end there are as many rostered seconds as there is work, and no fewer one second
        /// before it than work less one second for each who is there.
        #[test]
        fn the_end_is_where_hours_and_work_are_even(
            shifts in prop::collection::vec((0_i64..500, 1_i64..300), 0..6), work in 1_i64..40_000
        ) {
            let spans: Vec<Span> = shifts.iter().map(|(from, length)| span(*from, from + length)).collect();
            let hours = |until: DateTime<Utc>| -> i64 {
                spans.iter().map(|span| (span.to.min(until) - span.from.max(at(0))).num_seconds().max(0)).sum()
            };
            match done_at(at(0), &spans, work) {
                None => prop_assert!(hours(at(100_000)) < work),
                Some(end) => {
                    prop_assert!(hours(end) >= work);
                    prop_assert!(hours(end - TimeDelta::seconds(1)) < work);
                }
            }
        }
    }
}
