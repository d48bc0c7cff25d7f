//! The return policy: what may come back, for how long, at whose cost, and who must look at it first. An effective-dated version;
//! every decision cites it.
//!
//! Decides approved, review or denied for a whole request. It does not count units: `eligibility` does.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::disposition::DispositionRule;
use super::{Grade, Outcome, Reason, Resolution, ReturnRefusal, Source};
use crate::money::Money;
use crate::refusal::Refusal;

/// The longest window a policy may give: ten years, so that dates stay dates.
const WINDOW_DAYS_MAX: i32 = 3650;

/// One version of the rules. Amounts are in the org's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Days from hand-over to the carrier.
    pub window_days: i32,
    pub window_days_by_category: BTreeMap<String, i32>,
    /// Days for what is our fault (faulty, wrong, not as described): two years, as EU consumer law has it.
    pub fault_window_days: i32,
    /// Comes back only when it is our fault.
    pub final_sale: BTreeSet<String>,
    pub resolutions: Vec<Resolution>,
    /// Percent of the price kept back by grade, unless it is our fault.
    pub fee_percent_by_grade: BTreeMap<Grade, Decimal>,
    /// The customer's share of return postage, once a return, unless it is our fault.
    pub postage_fee: Decimal,
    /// Requests worth more are looked at first.
    pub approve_up_to: Decimal,
    /// Customers with more requests than this in a year are looked at first.
    pub review_after_requests: i32,
    /// Reasons that are looked at first.
    pub review_reasons: BTreeSet<Reason>,
    /// Days customer service takes for a review.
    pub review_days: i32,
    /// Refunds that bring what an order, or a customer in a day, got back above this are approved by someone else.
    pub refund_up_to: Decimal,
    /// What the bench asks, by category; `""` is every other category.
    pub checklists: BTreeMap<String, Vec<Question>>,
    /// The first rule that fits proposes; none fits: the bench decides.
    pub dispositions: Vec<DispositionRule>,
}

/// One question of the bench's checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub text: String,
    /// A "no" here stops the refund until someone else approves it (RET-5).
    pub stops_refund: bool,
}

/// What the policy needs to know of one line that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedFacts {
    pub name: String,
    pub category: String,
    pub reason: Reason,
    pub resolution: Resolution,
    pub shipped_at: DateTime<Utc>,
    /// What it would give back before fees, in the org's currency.
    pub value: Money,
}

/// The decision with everything that led to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyDecision {
    pub outcome: Outcome,
    pub because: Vec<Because>,
}

/// One reason of a decision. Its `Display` is what people read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Because {
    #[error("Within the policy.")]
    WithinPolicy,
    #[error("Recorded from history.")]
    History,
    #[error("{name}: the time to return it ended on {on}.", on = crate::dates::long_day(on))]
    WindowClosed { name: String, on: DateTime<Utc> },
    #[error("{name} was a final sale and can only come back when faulty.")]
    FinalSale { name: String },
    #[error("“{}” is not offered.", resolution.words())]
    NotOffered { resolution: Resolution },
    #[error("Worth {value}, more than the {limit} approved without a look.")]
    Worth { value: Money, limit: Money },
    #[error("{requests} returns in a year; the limit without a look is {limit}.")]
    ManyReturns { requests: i32, limit: i32 },
    #[error("The reason “{}” is looked at first.", reason.words())]
    ReasonReviewed { reason: Reason },
}

impl Policy {
    /// The policy an org opens with: 30 days, two years for faults, refund or store credit, no postage.
    pub fn opening() -> Self {
        let question = |text: &str, stops_refund| Question { text: text.to_owned(), stops_refund };
        let checklist = vec![
            question("It is the item that was sold", true),
            question("All parts and papers are there", false),
            question("Clean and unused", false),
            question("Packaging can be sold again", false),
        ];
        Self {
            window_days: 30,
            window_days_by_category: BTreeMap::new(),
            fault_window_days: 730,
            final_sale: BTreeSet::from(["hygiene".to_owned(), "food".to_owned(), "gift_card".to_owned()]),
            resolutions: vec![Resolution::Refund, Resolution::Credit],
            fee_percent_by_grade: BTreeMap::from([(Grade::C, Decimal::from(20)), (Grade::D, Decimal::from(50))]),
            postage_fee: Decimal::ZERO,
            approve_up_to: Decimal::from(250),
            review_after_requests: 6,
            review_reasons: BTreeSet::new(),
            review_days: 2,
            refund_up_to: Decimal::from(100),
            checklists: BTreeMap::from([(String::new(), checklist)]),
            dispositions: DispositionRule::opening(),
        }
    }

    /// Days a category may come back for this reason; `None`: never.
    pub fn days(&self, category: &str, reason: Reason) -> Option<i32> {
        if reason.is_our_fault() { Some(self.fault_window_days) } else { self.ordinary_days(category) }
    }

    /// Days a category may come back for any reason at all; `None`: a final sale.
    pub fn ordinary_days(&self, category: &str) -> Option<i32> {
        let days = self.window_days_by_category.get(category).copied().unwrap_or(self.window_days);
        (!self.final_sale.contains(category)).then_some(days)
    }

    pub fn checklist(&self, category: &str) -> &[Question] {
        self.checklists.get(category).or_else(|| self.checklists.get("")).map_or(&[], Vec::as_slice)
    }

    /// Percent kept back of a unit in this condition.
    pub fn fee_percent(&self, grade: Grade, reason: Reason) -> Decimal {
        if reason.is_our_fault() { Decimal::ZERO } else { self.fee_percent_by_grade.get(&grade).copied().unwrap_or_default() }
    }

    /// Approve, look first, or deny, with every reason that led there. The strictest rule wins.
    pub fn decide(&self, lines: &[AskedFacts], requests_in_a_year: i32, source: Source, now: DateTime<Utc>) -> PolicyDecision {
        if source == Source::Import {
            return PolicyDecision { outcome: Outcome::Approved, because: vec![Because::History] };
        }
        let denied: Vec<Because> = lines.iter().filter_map(|line| self.denies(line, now)).collect();
        if !denied.is_empty() {
            return PolicyDecision { outcome: Outcome::Denied, because: denied };
        }
        let review = self.reviews(lines, requests_in_a_year);
        if !review.is_empty() {
            return PolicyDecision { outcome: Outcome::Review, because: review };
        }
        PolicyDecision { outcome: Outcome::Approved, because: vec![Because::WithinPolicy] }
    }

    fn denies(&self, line: &AskedFacts, now: DateTime<Utc>) -> Option<Because> {
        if line.resolution == Resolution::Exchange || !self.resolutions.contains(&line.resolution) {
            return Some(Because::NotOffered { resolution: line.resolution });
        }
        let Some(days) = self.days(&line.category, line.reason) else {
            return Some(Because::FinalSale { name: line.name.clone() });
        };
        let on = window_end(line.shipped_at, days);
        (now > on).then(|| Because::WindowClosed { name: line.name.clone(), on })
    }

    fn reviews(&self, lines: &[AskedFacts], requests: i32) -> Vec<Because> {
        let mut because = Vec::new();
        let worth: Decimal = lines.iter().map(|line| line.value.amount).sum();
        if let Some(line) = lines.first().filter(|_| worth > self.approve_up_to) {
            let (value, limit) = (Money { amount: worth, ..line.value }, Money { amount: self.approve_up_to, ..line.value });
            because.push(Because::Worth { value, limit });
        }
        if requests > self.review_after_requests {
            because.push(Because::ManyReturns { requests, limit: self.review_after_requests });
        }
        let reviewed: BTreeSet<Reason> =
            lines.iter().map(|line| line.reason).filter(|reason| self.review_reasons.contains(reason)).collect();
        because.extend(reviewed.into_iter().map(|reason| Because::ReasonReviewed { reason }));
        because
    }

    /// A policy that can be lived with; refused beside the field that is wrong otherwise.
    pub fn check(&self) -> Result<(), Refusal> {
        let days = [self.window_days, self.fault_window_days, self.review_days];
        let days = days.into_iter().chain(self.window_days_by_category.values().copied());
        if days.into_iter().any(|days| !(0..=WINDOW_DAYS_MAX).contains(&days)) {
            return Err(Refusal::invalid("window_days", format!("Days are from 0 to {WINDOW_DAYS_MAX}.")));
        }
        if self.fee_percent_by_grade.values().any(|percent| *percent < Decimal::ZERO || *percent > Decimal::ONE_HUNDRED) {
            return Err(Refusal::invalid("fee_percent_by_grade", "A fee is from 0 to 100 percent."));
        }
        if [self.postage_fee, self.approve_up_to, self.refund_up_to].into_iter().any(|amount| amount < Decimal::ZERO) {
            return Err(Refusal::invalid("approve_up_to", "Amounts are not negative."));
        }
        if self.resolutions.is_empty() {
            return Err(Refusal::invalid("resolutions", "Offer at least one resolution."));
        }
        // Nothing sends the other item yet: whoever asked for one would get neither it nor their money.
        if self.resolutions.contains(&Resolution::Exchange) {
            return Err(ReturnRefusal::ExchangesNotHandled.into());
        }
        Ok(())
    }
}

/// The last moment something shipped then may come back.
pub fn window_end(shipped_at: DateTime<Utc>, days: i32) -> DateTime<Utc> {
    shipped_at + TimeDelta::days(i64::from(days))
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
