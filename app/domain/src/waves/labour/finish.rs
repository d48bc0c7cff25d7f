//! When walks end: each picker works through theirs while rostered, and what is nobody's goes to whoever can end it first, in the order
//! the floor offers it. Predicts; decides nothing.

use chrono::{DateTime, TimeDelta, Utc};

use super::Span;
use crate::ids::PersonId;

/// Somebody who picks, and the seconds of work they have taken on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picker {
    pub person: PersonId,
    /// In order, not overlapping. None: they walk without being rostered, and go on until they are done.
    pub spans: Option<Vec<Span>>,
    pub busy: i64,
}

impl Picker {
    /// When they would be done with so much more.
    pub fn done_with(&self, now: DateTime<Utc>, more: i64) -> Option<DateTime<Utc>> {
        let mut left = self.busy + more;
        let Some(spans) = &self.spans else { return Some(now + TimeDelta::seconds(left)) };
        if left == 0 {
            return Some(now);
        }
        for span in spans {
            let there = span.seconds_left(now);
            if left <= there {
                return Some(span.from.max(now) + TimeDelta::seconds(left));
            }
            left -= there;
        }
        None
    }
}

/// A walk that is not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    pub seconds: i64,
    /// Who walks it, or for whom it is meant.
    pub person: Option<PersonId>,
}

/// When each walk ends, in the order given; none where no roster reaches so far. Pickers are left with what they took on.
pub fn finishes(now: DateTime<Utc>, pickers: &mut Vec<Picker>, walks: &[Walk]) -> Vec<Option<DateTime<Utc>>> {
    let mut ends = Vec::with_capacity(walks.len());
    for walk in walks {
        let given = walk.person.map(|person| {
            pickers.iter().position(|picker| picker.person == person).unwrap_or_else(|| {
                pickers.push(Picker { person, spans: None, busy: 0 });
                pickers.len() - 1
            })
        });
        let end = |index: usize, pickers: &[Picker]| pickers[index].done_with(now, walk.seconds);
        let taker = given.or_else(|| {
            (0..pickers.len()).filter(|index| end(*index, pickers).is_some()).min_by_key(|index| (end(*index, pickers), *index))
        });
        ends.push(taker.and_then(|taker| {
            let at = end(taker, pickers);
            pickers[taker].busy += walk.seconds;
            at
        }));
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn picker(spans: &[(i64, i64)]) -> Picker {
        let spans = spans.iter().map(|(from, to)| Span { from: at(*from), to: at(*to) }).collect();
        Picker { person: PersonId::mint(), spans: Some(spans), busy: 0 }
    }

    /// PCK-4: a walk ends while its picker is there: a break between two shifts is waited for, and no roster means no end.
    #[test]
    fn work_goes_on_when_the_next_shift_begins() {
        let one = picker(&[(6, 10), (12, 14)]);
        assert_eq!(one.done_with(at(8), 3_600), Some(at(9)));
        assert_eq!(one.done_with(at(8), 3 * 3_600), Some(at(13)));
        assert_eq!(one.done_with(at(8), 5 * 3_600), None);
        assert_eq!(one.done_with(at(4), 0), Some(at(4)));
    }

    #[test]
    fn free_walks_go_to_whoever_ends_them_first() {
        let mut pickers = vec![picker(&[(8, 16)]), picker(&[(10, 16)])];
        let first = pickers[0].person;
        let hour = |person| Walk { seconds: 3_600, person };
        let ends = finishes(at(8), &mut pickers, &[hour(Some(first)), hour(None), hour(None), hour(None)]);
        assert_eq!(ends, [Some(at(9)), Some(at(10)), Some(at(11)), Some(at(11))]);
        assert_eq!((pickers[0].busy, pickers[1].busy), (3 * 3_600, 3_600));
    }

    #[test]
    fn who_walks_without_a_shift_ends_all_the_same() {
        let (mut nobody, stranger) = (Vec::new(), PersonId::mint());
        let walks = [Walk { seconds: 60, person: Some(stranger) }, Walk { seconds: 60, person: None }];
        let ends = finishes(at(8), &mut nobody, &walks);
        assert_eq!(ends, [Some(at(8) + TimeDelta::seconds(60)), Some(at(8) + TimeDelta::seconds(120))]);
        assert_eq!(finishes(at(8), &mut Vec::new(), &walks[1..]), [None]);
    }
}
