//! What happens to a returned unit: grade × reason × category proposes; going another way needs a reason; an uncovered
//! cell leaves it to the bench.

use serde::{Deserialize, Serialize};

use super::{Disposition, Grade, Reason, ReturnRefusal};
use crate::reasons::Code;
use crate::sites::places::BinKind;
use crate::stock::State;

/// One cell, or a whole row, of the matrix. What is not named fits everything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispositionRule {
    pub grade: Option<Grade>,
    pub category: Option<String>,
    pub reason: Option<Reason>,
    pub propose: Disposition,
}

/// What the bench was told, and did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disposed {
    pub disposition: Disposition,
    pub proposed: Option<Disposition>,
    /// Why not what was proposed; none when it was followed.
    pub override_reason: Option<Code>,
}

/// The bench's own choice, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub disposition: Disposition,
    pub why: Code,
}

impl DispositionRule {
    fn fits(&self, grade: Grade, category: &str, reason: Reason) -> bool {
        self.grade.is_none_or(|own| own == grade)
            && self.category.as_deref().is_none_or(|own| own == category)
            && self.reason.is_none_or(|own| own == reason)
    }

    /// The matrix an org opens with. Hygiene and food are never sold twice; what is faulty is claimed from whoever made it.
    pub fn opening() -> Vec<Self> {
        use Disposition as To;
        let rule = |grade, category: Option<&str>, reason, propose| Self {
            grade,
            category: category.map(str::to_owned),
            reason,
            propose,
        };
        vec![
            rule(None, Some("hygiene"), None, To::Dispose),
            rule(None, Some("food"), None, To::Dispose),
            rule(Some(Grade::A), None, Some(Reason::Defective), To::Quarantine),
            rule(Some(Grade::B), None, Some(Reason::Defective), To::Refurbish),
            rule(None, None, Some(Reason::Defective), To::VendorClaim),
            rule(Some(Grade::A), None, None, To::Resale),
            rule(Some(Grade::B), None, None, To::Refurbish),
            rule(Some(Grade::C), None, None, To::Quarantine),
            rule(Some(Grade::D), None, None, To::Dispose),
        ]
    }
}

/// The first rule that fits; `None`: the matrix does not say.
pub fn propose(rules: &[DispositionRule], grade: Grade, category: &str, reason: Reason) -> Option<Disposition> {
    rules.iter().find(|rule| rule.fits(grade, category, reason)).map(|rule| rule.propose)
}

/// What is done: the proposal, or the bench's choice. Another way than proposed needs a reason, and so does deciding alone.
pub fn settle(proposed: Option<Disposition>, chosen: Option<&Override>) -> Result<Disposed, ReturnRefusal> {
    match (proposed, chosen) {
        (None, None) => Err(ReturnRefusal::DispositionNeeded),
        (Some(disposition), None) => Ok(Disposed { disposition, proposed, override_reason: None }),
        (_, Some(chosen)) if proposed == Some(chosen.disposition) => {
            Ok(Disposed { disposition: chosen.disposition, proposed, override_reason: None })
        }
        (_, Some(chosen)) if chosen.why.0.trim().is_empty() => Err(ReturnRefusal::OverrideNeedsReason),
        (_, Some(chosen)) => {
            Ok(Disposed { disposition: chosen.disposition, proposed, override_reason: Some(chosen.why.clone()) })
        }
    }
}

/// What a bin must be for goods on this way, and the state they are in there; `None`: they leave.
pub const fn belongs(disposition: Disposition) -> Option<(BinKind, State)> {
    match disposition {
        Disposition::Resale => Some((BinKind::Pick, State::Sellable)),
        Disposition::Refurbish => Some((BinKind::Returns, State::Held)),
        Disposition::Quarantine => Some((BinKind::Quarantine, State::Quarantined)),
        Disposition::VendorClaim => Some((BinKind::Quarantine, State::Held)),
        Disposition::Dispose => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RET-6, INV-4: each way leads to a bin that takes goods in the state they are in there; only resale is for sale.
    #[test]
    fn goods_belong_where_their_state_may_be() {
        for &way in Disposition::ALL {
            let Some((kind, state)) = belongs(way) else {
                assert_eq!(way, Disposition::Dispose);
                continue;
            };
            assert!(kind.takes(state), "{way:?}");
            assert_eq!(state == State::Sellable, way == Disposition::Resale);
        }
    }

    fn own(disposition: Disposition, why: &str) -> Override {
        Override { disposition, why: why.into() }
    }

    /// RET-6: the matrix proposes by grade, reason and category; the first rule that fits wins.
    #[test]
    fn the_matrix_proposes() {
        let rules = DispositionRule::opening();
        let cell = |grade, category, reason| propose(&rules, grade, category, reason);
        assert_eq!(cell(Grade::A, "shoes", Reason::SizeTooSmall), Some(Disposition::Resale));
        assert_eq!(cell(Grade::B, "shoes", Reason::Unwanted), Some(Disposition::Refurbish));
        assert_eq!(cell(Grade::C, "shoes", Reason::Unwanted), Some(Disposition::Quarantine));
        assert_eq!(cell(Grade::D, "shoes", Reason::Unwanted), Some(Disposition::Dispose));
        assert_eq!(cell(Grade::D, "shoes", Reason::Defective), Some(Disposition::VendorClaim));
        assert_eq!(cell(Grade::A, "shoes", Reason::Defective), Some(Disposition::Quarantine));
        assert_eq!(cell(Grade::A, "hygiene", Reason::WrongItem), Some(Disposition::Dispose));
    }

    /// RET-6: every cell of the opening matrix says something.
    #[test]
    fn the_opening_matrix_has_no_hole() {
        for grade in Grade::ALL {
            for reason in Reason::ALL {
                assert!(propose(&DispositionRule::opening(), *grade, "general", *reason).is_some(), "{grade:?} {reason:?}");
            }
        }
    }

    /// RET-6: going another way needs a reason; following the proposal does not.
    #[test]
    fn another_way_needs_a_reason() {
        let proposed = Some(Disposition::Resale);
        assert_eq!(settle(proposed, Some(&own(Disposition::Dispose, " "))), Err(ReturnRefusal::OverrideNeedsReason));
        assert_eq!(
            settle(proposed, Some(&own(Disposition::Dispose, "not_worth_it "))).unwrap().override_reason,
            Some("not_worth_it".into())
        );
        assert_eq!(settle(proposed, Some(&own(Disposition::Resale, "recalled"))).unwrap().override_reason, None);
        assert_eq!(settle(proposed, None).unwrap().disposition, Disposition::Resale);
    }

    /// RET-6: an uncovered cell is the bench's to decide, with a reason.
    #[test]
    fn an_uncovered_cell_is_decided_by_hand() {
        assert_eq!(propose(&[], Grade::A, "shoes", Reason::Other), None);
        assert_eq!(settle(None, None), Err(ReturnRefusal::DispositionNeeded));
        assert_eq!(settle(None, Some(&own(Disposition::Resale, ""))), Err(ReturnRefusal::OverrideNeedsReason));
        assert!(settle(None, Some(&own(Disposition::Resale, "better_than_graded"))).is_ok());
    }
}
