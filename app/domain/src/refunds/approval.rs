//! Who must agree to a refund, and who may. The threshold is cumulative, so that splitting a refund does not dodge it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::RefundRefusal;
use crate::ids::PersonId;
use crate::money::Money;

/// What live refunds already give back, without the one at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct History {
    pub on_order: Money,
    /// To the same customer within the last day, over all orders.
    pub to_customer_in_a_day: Money,
}

/// Why someone else has to agree. Its `Display` is what the approver reads.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Needs {
    #[error("{total} given back on this order; {limit} goes without a look.")]
    OrderTotal { total: Money, limit: Money },
    #[error("{total} given back to this customer in a day; {limit} goes without a look.")]
    CustomerTotal { total: Money, limit: Money },
    #[error("The bench says it is not what was sold.")]
    StoppedAtBench,
    #[error("Proposed by hand.")]
    ByHand,
}

/// Why this refund needs someone else's yes; none: it is paid at once.
pub fn required(amount: Money, limit: Decimal, history: History, stopped_at_bench: bool, by_hand: bool) -> Vec<Needs> {
    let limit = Money { amount: limit, ..amount };
    let mut needs = Vec::new();
    if stopped_at_bench {
        needs.push(Needs::StoppedAtBench);
    }
    if by_hand {
        needs.push(Needs::ByHand);
    }
    let with = |before: Money| Money { amount: before.amount + amount.amount, ..amount };
    let on_order = with(history.on_order);
    if on_order.amount > limit.amount {
        needs.push(Needs::OrderTotal { total: on_order, limit });
    }
    let to_customer = with(history.to_customer_in_a_day);
    if to_customer.amount > limit.amount && to_customer.amount > on_order.amount {
        needs.push(Needs::CustomerTotal { total: to_customer, limit });
    }
    needs
}

/// GOV-2: neither who proposed it nor who inspected the goods. The system (nil) has no own interest.
pub fn check_approver(approver: PersonId, proposer: PersonId, inspectors: &[PersonId]) -> Result<(), RefundRefusal> {
    if approver.is_nil() {
        Ok(())
    } else if approver == proposer {
        Err(RefundRefusal::OwnProposal)
    } else if inspectors.contains(&approver) {
        Err(RefundRefusal::OwnInspection)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use iso_currency::Currency;
    use proptest::prelude::*;

    use super::*;

    fn gbp(pounds: i64) -> Money {
        Money { amount: pounds.into(), currency: Currency::GBP }
    }

    fn needs(amount: i64, on_order: i64, to_customer: i64) -> Vec<Needs> {
        let history = History { on_order: gbp(on_order), to_customer_in_a_day: gbp(to_customer) };
        required(gbp(amount), 100.into(), history, false, false)
    }

    /// GOV-3: the threshold counts what the order, and the customer today, already got.
    #[test]
    fn the_threshold_is_cumulative() {
        assert!(needs(100, 0, 0).is_empty());
        assert_eq!(needs(101, 0, 0), [Needs::OrderTotal { total: gbp(101), limit: gbp(100) }]);
        assert_eq!(needs(10, 95, 95), [Needs::OrderTotal { total: gbp(105), limit: gbp(100) }]);
        assert_eq!(needs(10, 0, 95), [Needs::CustomerTotal { total: gbp(105), limit: gbp(100) }]);
        assert!(needs(5, 0, 95).is_empty() && needs(5, 95, 0).is_empty(), "the limit itself goes without a look");
        let both =
            [Needs::OrderTotal { total: gbp(105), limit: gbp(100) }, Needs::CustomerTotal { total: gbp(115), limit: gbp(100) }];
        assert_eq!(needs(10, 95, 105), both, "the customer got more than on this order");
    }

    /// RET-5: what the bench stopped, and what was proposed by hand, is looked at whatever it is worth.
    #[test]
    fn stopped_and_manual_refunds_are_looked_at() {
        let none = History { on_order: gbp(0), to_customer_in_a_day: gbp(0) };
        assert_eq!(required(gbp(1), 100.into(), none, true, true), [Needs::StoppedAtBench, Needs::ByHand]);
        assert_eq!(required(gbp(1), 100.into(), none, true, false), [Needs::StoppedAtBench]);
        assert_eq!(required(gbp(1), 100.into(), none, false, true), [Needs::ByHand]);
    }

    /// GOV-2: who proposed it or inspected the goods does not approve it.
    #[test]
    fn proposer_and_inspector_may_not_approve() {
        let (ana, ben, cem) = (PersonId::mint(), PersonId::mint(), PersonId::mint());
        assert_eq!(check_approver(ana, ana, &[]), Err(RefundRefusal::OwnProposal));
        assert_eq!(check_approver(ben, ana, &[ben]), Err(RefundRefusal::OwnInspection));
        assert_eq!(check_approver(cem, ana, &[ben]), Ok(()));
        assert_eq!(check_approver(PersonId::NIL, PersonId::NIL, &[PersonId::NIL]), Ok(()));
    }

    proptest! {
        /// GOV-3: however a sum above the limit is split, at least one part needs approval.
        #[test]
        fn splitting_does_not_dodge_the_threshold(parts in prop::collection::vec(1_i64..60, 1..10)) {
            let total: i64 = parts.iter().sum();
            let mut before = 0;
            let mut asked = false;
            for part in parts {
                asked |= !needs(part, before, before).is_empty();
                before += part;
            }
            prop_assert_eq!(asked, total > 100);
        }
    }
}
