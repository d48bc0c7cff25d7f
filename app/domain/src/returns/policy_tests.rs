use iso_currency::Currency;

use super::*;
use crate::refusal::Named;

fn day(days: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(days)
}

fn asked(category: &str, reason: Reason, pounds: i64) -> AskedFacts {
    AskedFacts {
        name: "Linen shirt".into(),
        category: category.into(),
        reason,
        resolution: Resolution::Refund,
        shipped_at: day(0),
        value: Money { amount: pounds.into(), currency: Currency::GBP },
    }
}

fn outcome(line: AskedFacts, now: i64) -> Outcome {
    Policy::opening().decide(&[line], 0, Source::Portal, day(now)).outcome
}

/// RET-2: within the window and below every limit a return is approved at once.
#[test]
fn an_ordinary_return_is_approved() {
    let decision = Policy::opening().decide(&[asked("clothes", Reason::Unwanted, 42)], 1, Source::Portal, day(30));
    assert_eq!(decision, PolicyDecision { outcome: Outcome::Approved, because: vec![Because::WithinPolicy] });
}

/// RET-2: the window counts to its last moment, and faults have longer.
#[test]
fn after_the_window_it_is_denied_unless_it_is_our_fault() {
    assert_eq!(outcome(asked("clothes", Reason::Unwanted, 42), 31), Outcome::Denied);
    assert_eq!(outcome(asked("clothes", Reason::Defective, 42), 31), Outcome::Approved);
    assert_eq!(outcome(asked("clothes", Reason::Defective, 42), 731), Outcome::Denied);
    assert_eq!(outcome(asked("hygiene", Reason::Unwanted, 42), 1), Outcome::Denied);
    assert_eq!(outcome(asked("hygiene", Reason::WrongItem, 42), 1), Outcome::Approved);
}

/// RET-2: a category may have its own window.
#[test]
fn a_category_may_have_its_own_window() {
    let mut policy = Policy::opening();
    policy.window_days_by_category.insert("furniture".into(), 14);
    assert_eq!(policy.days("furniture", Reason::Unwanted), Some(14));
    assert_eq!(policy.days("furniture", Reason::Defective), Some(730));
    assert_eq!(policy.days("clothes", Reason::Unwanted), Some(30));
    assert_eq!(policy.days("food", Reason::Unwanted), None);
}

/// RET-2: value, habit and reason each send a request to a person, who reads why.
#[test]
fn dear_frequent_and_listed_requests_are_looked_at_first() {
    let mut policy = Policy::opening();
    policy.review_reasons.insert(Reason::Other);
    let lines = [asked("clothes", Reason::Other, 200), asked("clothes", Reason::Style, 51)];
    let decision = policy.decide(&lines, 7, Source::Portal, day(1));
    assert_eq!(decision.outcome, Outcome::Review);
    let words: Vec<String> = decision.because.iter().map(ToString::to_string).collect();
    assert_eq!(
        words,
        [
            "Worth 251.00 GBP, more than the 250.00 GBP approved without a look.",
            "7 returns in a year; the limit without a look is 6.",
            "The reason “Another reason” is looked at first.",
        ]
    );
    assert_eq!(outcome(asked("clothes", Reason::Style, 250), 1), Outcome::Approved);
}

/// RET-2: a resolution the policy does not offer is denied, with its name.
#[test]
fn what_is_not_offered_is_denied() {
    let line = AskedFacts { resolution: Resolution::Exchange, ..asked("clothes", Reason::SizeTooSmall, 42) };
    let decision = Policy::opening().decide(&[line], 0, Source::Portal, day(1));
    assert_eq!(decision.because, [Because::NotOffered { resolution: Resolution::Exchange }]);
    assert_eq!(decision.because[0].to_string(), "“Exchange” is not offered.");
}

/// History is recorded, not judged.
#[test]
fn history_is_not_judged() {
    let decision = Policy::opening().decide(&[asked("food", Reason::Unknown, 9999)], 99, Source::Import, day(9999));
    assert_eq!(decision.outcome, Outcome::Approved);
}

/// RET-5: condition fees follow the grade, and never what is our fault.
#[test]
fn fees_follow_the_grade_unless_it_is_our_fault() {
    let policy = Policy::opening();
    assert_eq!(policy.fee_percent(Grade::A, Reason::Unwanted), Decimal::ZERO);
    assert_eq!(policy.fee_percent(Grade::C, Reason::Unwanted), Decimal::from(20));
    assert_eq!(policy.fee_percent(Grade::D, Reason::Defective), Decimal::ZERO);
}

/// RET-5: every category has a checklist, its own or the common one.
#[test]
fn every_category_has_a_checklist() {
    let mut policy = Policy::opening();
    policy.checklists.insert("shoes".into(), vec![Question { text: "Soles unworn".into(), stops_refund: false }]);
    assert_eq!(policy.checklist("shoes").len(), 1);
    assert_eq!(policy.checklist("clothes").len(), 4);
}

/// GOV-5: a policy that cannot be lived with is refused beside its field.
#[test]
fn a_policy_is_checked() {
    let refused = |change: fn(&mut Policy)| {
        let mut policy = Policy::opening();
        change(&mut policy);
        policy.check().unwrap_err()
    };
    assert_eq!(Policy::opening().check(), Ok(()));
    assert_eq!(refused(|policy| policy.window_days = -1).beside(), Some("window_days"));
    assert_eq!(refused(|policy| policy.postage_fee = Decimal::NEGATIVE_ONE).beside(), Some("approve_up_to"));
    assert_eq!(refused(|policy| policy.resolutions.clear()).status(), 422);
    assert_eq!(
        refused(|policy| policy.fee_percent_by_grade = BTreeMap::from([(Grade::D, 101.into())])).beside(),
        Some("fee_percent_by_grade")
    );
}

/// A policy written to the database reads back as it was.
#[test]
fn a_policy_reads_back() {
    let policy = Policy::opening();
    let json = serde_json::to_value(&policy).unwrap();
    assert_eq!(serde_json::from_value::<Policy>(json).unwrap(), policy);
}

/// RET-8: what nobody would carry out is not offered, whatever a policy says.
#[test]
fn an_exchange_can_be_neither_offered_nor_asked_for() {
    let mut policy = Policy::opening();
    policy.resolutions.push(Resolution::Exchange);
    let refused = policy.check().unwrap_err();
    assert_eq!((refused.code(), refused.beside()), ("exchanges_not_handled", Some("resolutions")));
    let line = AskedFacts { resolution: Resolution::Exchange, ..asked("clothes", Reason::SizeTooSmall, 42) };
    assert_eq!(policy.decide(&[line], 0, Source::Staff, day(1)).outcome, Outcome::Denied);
}
