//! Evening out: trips that nobody has begun are dealt between pickers so that the last one ends as early as can be. Longest first to
//! whoever would end it first (Graham 1969, "Bounds on multiprocessing timing anomalies": at most a third above the best where all
//! are there from the start); what was dealt before stays when that ends no later.

use chrono::{DateTime, Utc};

use super::finish::Picker;
use crate::ids::{PersonId, TripId};

/// A trip nobody has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dealt {
    pub trip: TripId,
    pub seconds: i64,
    /// For whom it was meant before.
    pub person: Option<PersonId>,
}

/// Who walks what, and when the last of it ends; none where the roster does not reach so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    pub trips: Vec<(TripId, PersonId)>,
    pub ends: Option<DateTime<Utc>>,
}

/// The last end of all; none when somebody does not come to an end.
fn ends(now: DateTime<Utc>, pickers: &[Picker]) -> Option<DateTime<Utc>> {
    let all: Option<Vec<_>> = pickers.iter().map(|picker| picker.done_with(now, 0)).collect();
    all.map(|all| all.into_iter().max().unwrap_or(now))
}

/// An end that never comes is later than any.
fn rank(end: Option<DateTime<Utc>>) -> (bool, Option<DateTime<Utc>>) {
    (end.is_none(), end)
}

/// As it stands: what is meant for nobody, or for somebody who is not there, has no deal.
pub fn before(now: DateTime<Utc>, pickers: &[Picker], trips: &[Dealt]) -> Option<Deal> {
    let mut pickers = pickers.to_vec();
    let mut dealt = Vec::new();
    for trip in trips {
        let picker = pickers.iter_mut().find(|picker| Some(picker.person) == trip.person)?;
        picker.busy += trip.seconds;
        dealt.push((trip.trip, picker.person));
    }
    Some(Deal { trips: dealt, ends: ends(now, &pickers) })
}

/// Deals the trips between the pickers, of whom there is at least one; each has in `busy` what they have begun.
pub fn share(now: DateTime<Utc>, pickers: &[Picker], trips: &[Dealt]) -> Deal {
    let mut hands = pickers.to_vec();
    let mut longest: Vec<&Dealt> = trips.iter().collect();
    longest.sort_by_key(|trip| (std::cmp::Reverse(trip.seconds), trip.trip));
    let mut dealt = Vec::new();
    for trip in longest {
        // Where no roster reaches so far, whoever has least takes it.
        let end = |picker: &Picker| (rank(picker.done_with(now, trip.seconds)), picker.busy);
        let Some(index) = (0..hands.len()).min_by_key(|index| (end(&hands[*index]), *index)) else { break };
        hands[index].busy += trip.seconds;
        dealt.push((trip.trip, hands[index].person));
    }
    let fresh = Deal { trips: dealt, ends: ends(now, &hands) };
    match before(now, pickers, trips) {
        Some(old) if rank(old.ends) <= rank(fresh.ends) => old,
        _ => fresh,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::waves::labour::Span;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn pickers(busy: &[i64]) -> Vec<Picker> {
        let day = Span { from: NOW, to: NOW + TimeDelta::days(1) };
        busy.iter().map(|busy| Picker { person: PersonId::mint(), spans: Some(vec![day]), busy: *busy }).collect()
    }

    fn trips(seconds: &[i64], pickers: &[Picker], held: &[Option<usize>]) -> Vec<Dealt> {
        let person = |at: usize| held.get(at).copied().flatten().map(|held| pickers[held % pickers.len()].person);
        let trip = |(at, seconds): (usize, &i64)| Dealt { trip: TripId::mint(), seconds: *seconds, person: person(at) };
        seconds.iter().enumerate().map(trip).collect()
    }

    /// The earliest last end of all deals there are.
    fn best(busy: &[i64], seconds: &[i64]) -> i64 {
        match seconds.split_first() {
            None => busy.iter().copied().max().unwrap_or(0),
            Some((first, rest)) => (0..busy.len())
                .map(|at| {
                    let mut busy = busy.to_vec();
                    busy[at] += first;
                    best(&busy, rest)
                })
                .min()
                .unwrap_or(0),
        }
    }

    proptest! {
        /// PCK-4: every trip that is not begun has one picker, the last end is never later than before, and never more than a third
        /// above the best there is when all begin with empty hands.
        #[test]
        fn evening_out_ends_no_later_and_near_the_best(
            busy in prop::collection::vec(0_i64..4_000, 1..4), seconds in prop::collection::vec(1_i64..4_000, 0..7),
            held in prop::collection::vec(prop::option::of(0_usize..4), 7)
        ) {
            let hands = pickers(&busy);
            let trips = trips(&seconds, &hands, &held);
            let deal = share(NOW, &hands, &trips);
            let mut dealt: Vec<_> = deal.trips.iter().map(|(trip, _)| *trip).collect();
            dealt.sort_unstable();
            let mut asked: Vec<_> = trips.iter().map(|trip| trip.trip).collect();
            asked.sort_unstable();
            prop_assert_eq!(dealt, asked);
            let end = (deal.ends.expect("a day is long enough") - NOW).num_seconds();
            if let Some(old) = before(NOW, &hands, &trips) {
                prop_assert!(deal.ends <= old.ends);
            }
            let empty = vec![0; busy.len()];
            let fresh = share(NOW, &pickers(&empty), &trips);
            let fresh = (fresh.ends.expect("a day is long enough") - NOW).num_seconds();
            prop_assert!(3 * fresh <= 4 * best(&empty, &seconds).max(0) || busy.len() == 1);
            prop_assert!(end >= best(&busy, &seconds));
        }
    }

    /// Trips that are evenly dealt stay where they are: nobody is sent elsewhere for nothing.
    #[test]
    fn what_is_even_already_stays() {
        let hands = pickers(&[0, 0]);
        let trips = trips(&[100, 100], &hands, &[Some(1), Some(0)]);
        let deal = share(NOW, &hands, &trips);
        assert_eq!(deal.trips, [(trips[0].trip, hands[1].person), (trips[1].trip, hands[0].person)]);
    }

    #[test]
    fn who_is_done_sooner_gets_more() {
        let hands = pickers(&[600, 0]);
        let trips = trips(&[300, 300, 300], &hands, &[Some(0), Some(0), Some(0)]);
        let deal = share(NOW, &hands, &trips);
        assert_eq!(deal.ends, Some(NOW + TimeDelta::seconds(900)));
        assert_eq!(deal.trips.iter().filter(|(_, person)| *person == hands[1].person).count(), 2);
    }
}
