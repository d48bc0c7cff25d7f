//! A return's story as its customer and the desk read it: what happened, and what is still ahead.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Outcome, Stage};

/// One step of the timeline; no time yet = still ahead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    pub what: String,
    pub at: Option<DateTime<Utc>>,
}

/// What the story is told from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    pub stage: Stage,
    pub decision: Outcome,
    pub requested_at: DateTime<Utc>,
    pub decided_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub received_at: Option<DateTime<Utc>>,
    pub inspected_at: Option<DateTime<Utc>>,
    pub paid_at: Option<DateTime<Utc>>,
    /// All announced units are in, and all of them inspected.
    pub all_in: bool,
}

impl Story {
    /// RET-3: requested → approved → received → inspected → paid back, with the time of each. What ended the story ends it here.
    pub fn tell(&self) -> Vec<Moment> {
        let moment = |what: &str, at| Moment { what: what.to_owned(), at };
        let mut told = vec![moment("Requested", Some(self.requested_at))];
        if self.decision == Outcome::Denied {
            told.push(moment("Not approved", self.decided_at));
            return told;
        }
        told.push(moment("Approved", self.decided_at));
        if self.stage == Stage::Cancelled {
            told.retain(|moment| moment.at.is_some());
            told.push(moment("Cancelled", self.cancelled_at));
            return told;
        }
        told.push(moment("Arrived with us", self.received_at));
        told.push(moment("Inspected", self.inspected_at.filter(|_| self.all_in)));
        told.push(moment("Money on its way back", self.paid_at.filter(|_| self.stage == Stage::Done)));
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hours)
    }

    fn story(stage: Stage) -> Story {
        Story {
            stage,
            decision: Outcome::Approved,
            requested_at: DateTime::UNIX_EPOCH,
            decided_at: Some(at(1)),
            cancelled_at: None,
            received_at: None,
            inspected_at: None,
            paid_at: None,
            all_in: false,
        }
    }

    fn told(story: &Story) -> Vec<(String, bool)> {
        story.tell().into_iter().map(|moment| (moment.what, moment.at.is_some())).collect()
    }

    /// RET-3: what happened has a time, what is ahead has none, in the order it happens.
    #[test]
    fn the_story_shows_what_happened_and_what_is_ahead() {
        let on_its_way = story(Stage::Awaiting);
        let steps = told(&on_its_way);
        assert_eq!(steps.iter().map(|(_, done)| *done).collect::<Vec<_>>(), [true, true, false, false, false]);
        let done = Story {
            received_at: Some(at(2)),
            inspected_at: Some(at(3)),
            paid_at: Some(at(4)),
            all_in: true,
            ..story(Stage::Done)
        };
        assert!(told(&done).iter().all(|(_, done)| *done));
    }

    /// RET-3: half inspected is not inspected, half paid is not paid.
    #[test]
    fn half_is_not_done() {
        let half = Story { received_at: Some(at(2)), inspected_at: Some(at(3)), paid_at: Some(at(4)), ..story(Stage::ToInspect) };
        assert_eq!(told(&half)[3..], [("Inspected".to_owned(), false), ("Money on its way back".to_owned(), false)]);
    }

    /// RET-2: a denied or cancelled return ends there.
    #[test]
    fn denied_and_cancelled_end_the_story() {
        let denied = Story { decision: Outcome::Denied, ..story(Stage::Denied) };
        assert_eq!(told(&denied).last().unwrap().0, "Not approved");
        let cancelled = Story { decided_at: None, cancelled_at: Some(at(2)), ..story(Stage::Cancelled) };
        assert_eq!(told(&cancelled), [("Requested".to_owned(), true), ("Cancelled".to_owned(), true)]);
    }
}
