//! Goods that are looked at before they are sold: which receipts a plan asks for, how many units of each, and when the rest may go. Where
//! units stand is `stock`; what is claimed for those that fail is `purchasing`.
//!
//! The sampling is a plain share or number: a plan that needs the tables of a standard states its own figures.

mod dto;
mod refusal;
pub mod scan;

use serde::{Deserialize, Serialize};

pub use dto::{HeldRow, InspectionBoard, InspectionRow, PlanRow};
pub use refusal::InspectionRefusal;

use crate::ids::{GoodsInspectionId, SupplierId};
use crate::lots::Marks;
use crate::purchasing::Condition;
use crate::quantity::QUANTITY_MAX;
use crate::reasons::Code;

/// Every how many receipts, at most.
pub const NTH_MAX: i32 = 100;
/// A note is a sentence or two (characters).
pub const NOTE_MAX: usize = 500;

/// How the units of a receipt are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    #[default]
    All,
    /// All of every so-manieth receipt, the first among them.
    Nth,
    Units,
    Percent,
}

impl How {
    pub const ALL: [Self; 4] = [Self::All, Self::Nth, Self::Units, Self::Percent];

    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Nth => "nth",
            Self::Units => "units",
            Self::Percent => "percent",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::All => "Every unit",
            Self::Nth => "Every nth receipt",
            Self::Units => "So many units",
            Self::Percent => "So many per cent",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.code() == code)
    }
}

/// How, and the number it needs; `All` needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Sampling {
    pub how: How,
    pub amount: i32,
}

impl Sampling {
    pub fn check(self) -> Result<(), InspectionRefusal> {
        let range = match self.how {
            How::All => return Ok(()),
            How::Nth => 2..=NTH_MAX,
            How::Units => 1..=QUANTITY_MAX,
            How::Percent => 1..=100,
        };
        if range.contains(&self.amount) {
            Ok(())
        } else {
            Err(InspectionRefusal::Amount { from: *range.start(), to: *range.end() })
        }
    }

    /// Is the so-manieth receipt since the plan was made one to look at? The first is.
    pub const fn takes(self, receipt: i64) -> bool {
        match self.how {
            How::Nth => (receipt - 1) % (if self.amount > 1 { self.amount as i64 } else { 1 }) == 0,
            How::All | How::Units | How::Percent => true,
        }
    }

    /// Units to look at, of so many that came, while none has failed.
    pub fn sample(self, came: i32) -> i32 {
        match self.how {
            How::All | How::Nth => came,
            How::Units => self.amount.min(came),
            How::Percent => {
                let share = (i64::from(came) * i64::from(self.amount) + 99) / 100;
                i32::try_from(share).unwrap_or(came).min(came)
            }
        }
    }

    /// Units to look at once so many have failed: one that fails means that all are looked at.
    pub fn wanted(self, came: i32, rejected: i32) -> i32 {
        if rejected > 0 { came } else { self.sample(came) }
    }

    /// `10 % of each receipt`.
    pub fn words(self) -> String {
        match self.how {
            How::All => "Every unit".to_owned(),
            How::Nth => format!("All of every {}th receipt", self.amount),
            How::Units => format!("{} of each receipt", self.amount),
            How::Percent => format!("{} % of each receipt", self.amount),
        }
    }
}

/// How far an inspection has come: follows from what was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InspectionStanding {
    /// Units are still to be looked at.
    Waiting,
    /// Enough was looked at: what passed may be released.
    Judged,
    /// Released, or nothing passed.
    Done,
}

impl InspectionStanding {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Judged, Self::Done];

    pub fn of(sampling: Sampling, came: i32, (accepted, rejected): (i32, i32), released: bool) -> Self {
        if released || rejected >= came {
            Self::Done
        } else if accepted + rejected >= sampling.wanted(came, rejected) {
            Self::Judged
        } else {
            Self::Waiting
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Waiting => "To inspect",
            Self::Judged => "May be released",
            Self::Done => "Done",
        }
    }
}

/// What is asked of goods from now on; without a sampling nothing is. A plan of SKU and supplier comes before the SKU's, that before the
/// supplier's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetInspectionPlan {
    /// Its code; empty = every SKU.
    pub sku: String,
    /// None = every supplier.
    pub supplier: Option<SupplierId>,
    pub sampling: Option<Sampling>,
    /// What to look at.
    pub note: String,
}

impl SetInspectionPlan {
    pub fn check(&self) -> Result<(), InspectionRefusal> {
        if self.sku.trim().is_empty() && self.supplier.is_none() {
            return Err(InspectionRefusal::PlanOfNothing);
        }
        check_note(&self.note)?;
        self.sampling.map_or(Ok(()), Sampling::check)
    }
}

fn check_note(note: &str) -> Result<(), InspectionRefusal> {
    if note.chars().count() > NOTE_MAX { Err(InspectionRefusal::NoteTooLong { max: NOTE_MAX }) } else { Ok(()) }
}

/// Units of an inspection were looked at: they pass, or fail for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeUnits {
    pub id: GoodsInspectionId,
    /// What was scanned: a case's barcode counts its case.
    pub code: String,
    /// So many of what the code counts.
    pub quantity: i32,
    pub condition: Condition,
    /// Why they fail: a code of the process their kind is claimed by.
    pub fault: Option<Code>,
    /// Beside the code.
    pub note: String,
    /// Which, where units are told apart; a label says it by itself.
    #[serde(default)]
    pub marks: Marks,
}

impl JudgeUnits {
    pub fn check(&self) -> Result<(), InspectionRefusal> {
        check_note(&self.note)
    }
}

/// What passed goes to where it came in, or into another bin, to be sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseInspection {
    pub id: GoodsInspectionId,
    /// The code of the bin they go into; empty: the one they came into.
    #[serde(default)]
    pub bin: String,
}

/// What a judgement came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Units that were judged by it.
    pub units: i32,
    /// Units still to be looked at.
    pub left: i32,
    pub standing: InspectionStanding,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn sampling(how: How, amount: i32) -> Sampling {
        Sampling { how, amount }
    }

    #[test]
    fn codes_read_back_and_words_differ() {
        for how in How::ALL {
            assert_eq!(How::parse(how.code()), Some(how));
            assert_eq!(serde_json::to_value(how).unwrap(), how.code());
        }
        assert_eq!(How::parse("some"), None);
        assert_eq!(How::ALL.iter().map(|how| how.words()).collect::<HashSet<_>>().len(), How::ALL.len());
        assert_eq!(How::ALL.iter().map(|how| sampling(*how, 7).words()).collect::<HashSet<_>>().len(), How::ALL.len());
        let standings: HashSet<_> = InspectionStanding::ALL.iter().map(|standing| standing.words()).collect();
        assert_eq!(standings.len(), InspectionStanding::ALL.len());
    }

    /// IN-3: all, so many, or so many per cent and at least one; never more than came.
    #[test]
    fn a_sample_is_what_its_plan_says() {
        assert_eq!(sampling(How::All, 0).sample(40), 40);
        assert_eq!((sampling(How::Units, 8).sample(40), sampling(How::Units, 8).sample(5)), (8, 5));
        assert_eq!((sampling(How::Percent, 10).sample(41), sampling(How::Percent, 1).sample(3)), (5, 1));
        assert_eq!(sampling(How::Nth, 3).sample(40), 40);
        let taken: Vec<_> = (1..=7).filter(|nth| sampling(How::Nth, 3).takes(*nth)).collect();
        assert_eq!(taken, [1, 4, 7], "the first, and every third after it");
        assert!((1..=7).all(|nth| sampling(How::Percent, 10).takes(nth)));
        for (how, amount, fits) in [
            (How::All, 0, true),
            (How::Nth, 1, false),
            (How::Nth, 2, true),
            (How::Nth, NTH_MAX + 1, false),
            (How::Units, 0, false),
            (How::Percent, 101, false),
            (How::Percent, 100, true),
        ] {
            assert_eq!(sampling(how, amount).check().is_ok(), fits, "{how:?} {amount}");
        }
    }

    /// IN-3: one unit that fails means that every unit is looked at.
    #[test]
    fn one_that_fails_means_all_are_looked_at() {
        use InspectionStanding as S;
        let ten = sampling(How::Percent, 10);
        assert_eq!(S::of(ten, 40, (3, 0), false), S::Waiting);
        assert_eq!(S::of(ten, 40, (4, 0), false), S::Judged);
        assert_eq!(S::of(ten, 40, (3, 1), false), S::Waiting);
        assert_eq!(S::of(ten, 40, (38, 2), false), S::Judged);
        assert_eq!(S::of(ten, 40, (0, 40), false), S::Done, "nothing is left to release");
        assert_eq!(S::of(ten, 40, (4, 0), true), S::Done);
    }

    /// IN-3: a plan is of a SKU, of a supplier, or of both.
    #[test]
    fn a_plan_is_of_something() {
        let plan = |sku: &str, supplier| SetInspectionPlan { sku: sku.into(), supplier, sampling: None, note: String::new() };
        assert_eq!(plan(" ", None).check(), Err(InspectionRefusal::PlanOfNothing));
        assert!(plan("MUG", None).check().is_ok() && plan("", Some(SupplierId::mint())).check().is_ok());
        let long = SetInspectionPlan { note: "x".repeat(NOTE_MAX + 1), ..plan("MUG", None) };
        assert_eq!(long.check(), Err(InspectionRefusal::NoteTooLong { max: NOTE_MAX }));
    }

    proptest! {
        /// IN-3: however units are judged, what is wanted never exceeds what came, and all judged is enough.
        #[test]
        fn all_judged_is_enough(came in 1..100_000_i32, amount in 1..100_i32, rejected in 0..100_000_i32) {
            let rejected = rejected.min(came);
            for how in How::ALL {
                let plan = sampling(how, amount);
                prop_assert!((1..=came).contains(&plan.sample(came)));
                prop_assert!(plan.wanted(came, rejected) <= came);
                let standing = InspectionStanding::of(plan, came, (came - rejected, rejected), false);
                prop_assert_ne!(standing, InspectionStanding::Waiting);
            }
        }
    }
}
