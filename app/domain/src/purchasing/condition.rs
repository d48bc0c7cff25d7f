//! As what goods came in, why not as agreed, and how much more than ordered is taken without asking.

use serde::{Deserialize, Serialize};

use super::PurchasingRefusal;
use crate::reasons::{Code, Process};

/// As what units came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    #[default]
    Good,
    Damaged,
    /// Whole, but not as agreed.
    NonCompliant,
}

/// What a supplier owes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    Shortage,
    Damage,
    NonCompliance,
}

/// Why: the standard codes; an org has its own beside them, each of the process its kind is claimed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    Crushed,
    Wet,
    Broken,
    WrongLabel,
    WrongPack,
    NoPapers,
    NotAsOrdered,
    ShortShipped,
    LostOnTheWay,
    NoLongerMade,
}

impl Condition {
    pub const ALL: [Self; 3] = [Self::Good, Self::Damaged, Self::NonCompliant];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Damaged => "damaged",
            Self::NonCompliant => "non_compliant",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Good => "Good",
            Self::Damaged => "Damaged",
            Self::NonCompliant => "Not as agreed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.code() == code)
    }

    /// What is claimed for such units.
    pub const fn claim(self) -> Option<ClaimKind> {
        match self {
            Self::Good => None,
            Self::Damaged => Some(ClaimKind::Damage),
            Self::NonCompliant => Some(ClaimKind::NonCompliance),
        }
    }

    /// Good units need no reason, and nothing is noted of them; the others need a code, of the process their kind is claimed by.
    pub fn check(self, fault: Option<&Code>, note: &str) -> Result<Option<(ClaimKind, Code)>, PurchasingRefusal> {
        let fault = fault.filter(|code| !code.0.trim().is_empty());
        match (self.claim(), fault) {
            (None, None) if note.trim().is_empty() => Ok(None),
            (Some(kind), Some(code)) => Ok(Some((kind, code.clone()))),
            _ => Err(PurchasingRefusal::FaultNeeded),
        }
    }
}

impl ClaimKind {
    pub const ALL: [Self; 3] = [Self::Shortage, Self::Damage, Self::NonCompliance];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Shortage => "shortage",
            Self::Damage => "damage",
            Self::NonCompliance => "non_compliance",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Shortage => "Shortage",
            Self::Damage => "Damage",
            Self::NonCompliance => "Not as agreed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whose codes say why.
    pub const fn process(self) -> Process {
        match self {
            Self::Shortage => Process::Shortage,
            Self::Damage => Process::Damage,
            Self::NonCompliance => Process::NonCompliance,
        }
    }
}

impl Fault {
    pub const ALL: [Self; 10] = [
        Self::Crushed,
        Self::Wet,
        Self::Broken,
        Self::WrongLabel,
        Self::WrongPack,
        Self::NoPapers,
        Self::NotAsOrdered,
        Self::ShortShipped,
        Self::LostOnTheWay,
        Self::NoLongerMade,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Crushed => "crushed",
            Self::Wet => "wet",
            Self::Broken => "broken",
            Self::WrongLabel => "wrong_label",
            Self::WrongPack => "wrong_pack",
            Self::NoPapers => "no_papers",
            Self::NotAsOrdered => "not_as_ordered",
            Self::ShortShipped => "short_shipped",
            Self::LostOnTheWay => "lost_on_the_way",
            Self::NoLongerMade => "no_longer_made",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Crushed => "Crushed",
            Self::Wet => "Wet",
            Self::Broken => "Broken",
            Self::WrongLabel => "Wrong label",
            Self::WrongPack => "Wrong pack",
            Self::NoPapers => "Papers missing",
            Self::NotAsOrdered => "Not what was ordered",
            Self::ShortShipped => "Sent short",
            Self::LostOnTheWay => "Lost on the way",
            Self::NoLongerMade => "No longer made",
        }
    }

    pub const fn kind(self) -> ClaimKind {
        match self {
            Self::Crushed | Self::Wet | Self::Broken => ClaimKind::Damage,
            Self::WrongLabel | Self::WrongPack | Self::NoPapers | Self::NotAsOrdered => ClaimKind::NonCompliance,
            Self::ShortShipped | Self::LostOnTheWay | Self::NoLongerMade => ClaimKind::Shortage,
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fault| fault.code() == code)
    }
}

impl From<Fault> for Code {
    fn from(fault: Fault) -> Self {
        fault.code().into()
    }
}

/// The tolerance that holds for a line: its own, else the supplier's, else the org's.
pub fn tolerance(line: Option<i32>, supplier: Option<i32>, org: i32) -> i32 {
    line.or(supplier).unwrap_or(org)
}

/// Of so many that arrive on a line, how many are taken at once, and how many are over the tolerance and wait for somebody's yes.
pub fn within(ordered: i32, received: i32, arriving: i32, over_percent: i32) -> (i32, i32) {
    let allowed = i64::from(ordered) + i64::from(ordered) * i64::from(over_percent.max(0)) / 100;
    let room = (allowed - i64::from(received)).clamp(0, i64::from(arriving.max(0)));
    let taken = i32::try_from(room).unwrap_or(arriving);
    (taken, arriving.max(0) - taken)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_read_back_and_words_differ() {
        for condition in Condition::ALL {
            assert_eq!(Condition::parse(condition.code()), Some(condition));
            assert_eq!(serde_json::to_value(condition).unwrap(), condition.code());
        }
        for kind in ClaimKind::ALL {
            assert_eq!(ClaimKind::parse(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        for fault in Fault::ALL {
            assert_eq!(Fault::parse(fault.code()), Some(fault));
            assert_eq!(serde_json::to_value(fault).unwrap(), fault.code());
        }
        assert_eq!(Fault::ALL.iter().map(|fault| fault.words()).collect::<HashSet<_>>().len(), Fault::ALL.len());
        assert_eq!(ClaimKind::ALL.iter().map(|kind| kind.words()).collect::<HashSet<_>>().len(), 3);
        assert_eq!((Condition::parse("lost"), ClaimKind::parse("lost"), Fault::parse("lost")), (None, None, None));
    }

    /// IN-2, MDM-2: without a reason code of its own kind nothing is damaged, or other than agreed.
    #[test]
    fn what_is_not_good_needs_a_reason_of_its_own() {
        assert_eq!(Condition::Good.check(None, " "), Ok(None));
        assert_eq!(Condition::Good.check(None, "a word"), Err(PurchasingRefusal::FaultNeeded), "a note stands beside a code");
        let wet = Code::from(Fault::Wet);
        assert_eq!(Condition::Damaged.check(Some(&wet), ""), Ok(Some((ClaimKind::Damage, wet.clone()))));
        for (condition, fault) in [
            (Condition::Damaged, None),
            (Condition::NonCompliant, None),
            (Condition::Damaged, Some(Code::from(" "))),
            (Condition::Good, Some(wet)),
        ] {
            assert_eq!(condition.check(fault.as_ref(), "a word"), Err(PurchasingRefusal::FaultNeeded), "{condition:?} {fault:?}");
        }
    }

    /// IN-2: up to the tolerance goods are taken; what is beyond waits.
    #[test]
    fn what_is_beyond_the_tolerance_waits() {
        assert_eq!(within(100, 0, 105, 5), (105, 0));
        assert_eq!(within(100, 0, 106, 5), (105, 1));
        assert_eq!(within(100, 105, 3, 5), (0, 3));
        assert_eq!(within(10, 0, 11, 5), (10, 1), "half a unit is none");
        assert_eq!(within(10, 0, 12, 0), (10, 2));
        assert_eq!(tolerance(Some(0), Some(9), 5), 0);
        assert_eq!(tolerance(None, Some(9), 5), 9);
        assert_eq!(tolerance(None, None, 5), 5);
    }

    proptest! {
        /// IN-2: however a delivery is scanned in, no unit is lost and none is taken beyond the tolerance.
        #[test]
        fn no_unit_is_lost_between_taken_and_waiting(ordered in 1..10_000, percent in 0..=100, parts in prop::collection::vec(1..500, 0..30)) {
            let (mut received, mut waiting) = (0, 0);
            for arriving in &parts {
                let (taken, over) = within(ordered, received, *arriving, percent);
                prop_assert!(taken >= 0 && over >= 0 && taken + over == *arriving);
                received += taken;
                waiting += over;
            }
            let came: i32 = parts.iter().sum();
            let allowed = ordered + ordered * percent / 100;
            prop_assert_eq!(received, came.min(allowed));
            prop_assert_eq!(waiting, came - received);
        }
    }
}
