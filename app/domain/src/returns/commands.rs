//! What can be asked of returns, and what is answered. Each command has a bulk form: import, demo and replay use it.

use serde::{Deserialize, Serialize};

use super::disposition::Override;
use super::policy::{Because, Policy};
use super::{Disposition, Grade, Outcome, Reason, Resolution, ReturnRefusal, Source};
use crate::ids::{BinId, InspectionId, OrderId, OrderLineId, PolicyId, ReceiptLineId, RefundId, ReturnId, ReturnLineId, SiteId};
use crate::quantity::Quantity;
use crate::reasons::Code;

/// A note's length, in characters: a few sentences.
pub const NOTE_MAX: usize = 300;

/// Ask for a return of some lines of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestReturn {
    pub order: OrderId,
    pub lines: Vec<AskedLine>,
    pub source: Source,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedLine {
    pub line: OrderLineId,
    pub quantity: Quantity,
    pub reason: Reason,
    pub note: String,
    pub resolution: Resolution,
}

/// Many requests at once; all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestReturns {
    pub requests: Vec<RequestReturn>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    pub id: ReturnId,
    pub number: String,
    pub outcome: Outcome,
    pub because: Vec<Because>,
    /// In the order they were asked for.
    pub lines: Vec<ReturnLineId>,
}

/// Customer service decides a request in review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideReturn {
    pub id: ReturnId,
    pub approve: bool,
    /// Why it is denied, for the house; approving needs none.
    pub reason: Code,
    /// What the customer reads when it is denied.
    pub why: String,
}

/// The customer, or customer service, thinks again before anything came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelReturn {
    pub id: ReturnId,
}

/// Units of one line came through the door; into the returns bin unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveReturn {
    pub return_line: ReturnLineId,
    pub quantity: Quantity,
    pub site: SiteId,
    pub bin: Option<BinId>,
    /// Of a SKU that is told apart: which one came back.
    #[serde(default)]
    pub marks: crate::lots::Marks,
}

/// Many lines came in at one site; all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveReturns {
    pub site: SiteId,
    pub received: Vec<ReceiveReturn>,
}

/// A parcel nobody announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiveUnidentified {
    pub site: SiteId,
    /// What its label said.
    pub scanned: String,
    pub note: String,
}

/// Grade units of one receipt, and put them where they belong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectUnits {
    pub receipt_line: ReceiptLineId,
    pub quantity: Quantity,
    pub grade: Grade,
    pub checklist: Vec<Answer>,
    pub note: String,
    /// Only to go another way than proposed.
    pub disposition: Option<Override>,
    /// Only to put them elsewhere than the first fitting bin.
    pub bin: Option<BinId>,
}

/// One answered question of the bench.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub question: String,
    pub yes: bool,
}

/// Many inspections at one site; all or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectMany {
    pub site: SiteId,
    pub inspected: Vec<InspectUnits>,
}

/// What an inspection led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    pub inspection: InspectionId,
    pub disposition: Disposition,
    pub bin_code: String,
    /// The refund it proposed, when there is money to give back.
    pub refund: Option<RefundId>,
}

/// A new version of the policy, from now on. Old decisions keep citing theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPolicy {
    pub policy: Policy,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySet {
    pub id: PolicyId,
    pub version: i32,
}

impl RequestReturn {
    /// What can be refused before anything is looked up.
    pub fn check(&self) -> Result<(), ReturnRefusal> {
        if self.lines.is_empty() {
            return Err(ReturnRefusal::NothingAsked);
        }
        if self.lines.iter().any(|line| line.note.chars().count() > NOTE_MAX) {
            return Err(ReturnRefusal::NoteTooLong { most: NOTE_MAX });
        }
        Ok(())
    }
}

impl InspectUnits {
    /// Every question is answered, each once.
    pub fn check_answers(&self, policy: &Policy, category: &str) -> Result<(), ReturnRefusal> {
        let open = |text: &str| !self.checklist.iter().any(|answer| answer.question == text);
        let missing = policy.checklist(category).iter().filter(|question| open(&question.text)).count();
        if missing > 0 { Err(ReturnRefusal::ChecklistOpen { missing }) } else { Ok(()) }
    }

    /// A "no" to a question that stops the refund: someone else looks at it (RET-5).
    pub fn stops_refund(&self, policy: &Policy, category: &str) -> bool {
        let said_no = |text: &str| self.checklist.iter().any(|answer| answer.question == text && !answer.yes);
        policy.checklist(category).iter().any(|question| question.stops_refund && said_no(&question.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspection(checklist: Vec<Answer>) -> InspectUnits {
        InspectUnits {
            receipt_line: ReceiptLineId::NIL,
            quantity: Quantity::ONE,
            grade: Grade::A,
            checklist,
            note: String::new(),
            disposition: None,
            bin: None,
        }
    }

    fn answers(yes: impl Fn(usize) -> bool) -> Vec<Answer> {
        let policy = Policy::opening();
        let questions = policy.checklist("shoes").iter().enumerate();
        questions.map(|(i, question)| Answer { question: question.text.clone(), yes: yes(i) }).collect()
    }

    /// RET-5: a grade without its checklist is refused.
    #[test]
    fn every_question_is_answered() {
        let policy = Policy::opening();
        let refused = inspection(answers(|_| true)[1..].to_vec()).check_answers(&policy, "shoes");
        assert_eq!(refused, Err(ReturnRefusal::ChecklistOpen { missing: 1 }));
        assert_eq!(inspection(answers(|_| false)).check_answers(&policy, "shoes"), Ok(()));
    }

    /// RET-5: another item than was sold stops the refund; a missing box does not.
    #[test]
    fn the_wrong_item_stops_the_refund() {
        let policy = Policy::opening();
        assert!(inspection(answers(|i| i != 0)).stops_refund(&policy, "shoes"));
        assert!(!inspection(answers(|i| i != 3)).stops_refund(&policy, "shoes"));
    }

    /// RET-1: an empty request, and a novel for a note, are refused.
    #[test]
    fn a_request_has_lines_and_short_notes() {
        let empty = RequestReturn { order: OrderId::NIL, lines: vec![], source: Source::Portal };
        assert_eq!(empty.check(), Err(ReturnRefusal::NothingAsked));
        let line = |note: String| AskedLine {
            line: OrderLineId::NIL,
            quantity: Quantity::ONE,
            reason: Reason::Other,
            note,
            resolution: Resolution::Refund,
        };
        let noted = |note| RequestReturn { lines: vec![line(note)], ..empty.clone() };
        assert_eq!(noted("é".repeat(NOTE_MAX)).check(), Ok(()));
        assert_eq!(noted("é".repeat(NOTE_MAX + 1)).check(), Err(ReturnRefusal::NoteTooLong { most: NOTE_MAX }));
    }
}
