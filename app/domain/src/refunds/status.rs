//! A refund's states and the ways between them. An unknown outcome is asked for, never repeated blindly.

use super::RefundRefusal;
use crate::returns::terms;

terms! {
    /// Where a refund stands.
    RefundStatus {
        Proposed = "proposed", "Waiting for approval";
        Approved = "approved", "Approved";
        Paying = "paying", "Being paid";
        /// The provider did not answer: it is looked up under the refund's own id.
        Unknown = "unknown", "Being checked with the bank";
        Paid = "paid", "Paid";
        Failed = "failed", "Payment failed";
        Declined = "declined", "Declined";
    }
}

terms! {
    /// How the money goes back.
    RefundKind {
        Refund = "refund", "Money back";
        Credit = "credit", "Store credit";
    }
}

impl RefundStatus {
    /// Waiting for somebody or something.
    pub const OPEN: &[Self] = &[Self::Proposed, Self::Approved, Self::Paying, Self::Unknown, Self::Failed];

    /// Whether it may become `next`.
    pub const fn may_become(self, next: Self) -> bool {
        use RefundStatus as S;
        matches!(
            (self, next),
            (S::Proposed | S::Failed, S::Approved | S::Declined)
                | (S::Approved, S::Paying | S::Paid)
                | (S::Paying, S::Paid | S::Failed | S::Unknown)
                | (S::Unknown, S::Paid | S::Failed | S::Paying)
        )
    }

    pub fn advance(self, next: Self, number: &str) -> Result<Self, RefundRefusal> {
        if self.may_become(next) {
            Ok(next)
        } else {
            Err(RefundRefusal::WrongStatus { number: number.to_owned(), status: self.words().to_lowercase() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RET-7: what is paid or declined stays so; nothing is paid without approval.
    #[test]
    fn paid_and_declined_are_final() {
        for next in RefundStatus::ALL {
            assert!(!RefundStatus::Paid.may_become(*next));
            assert!(!RefundStatus::Declined.may_become(*next));
        }
        assert!(!RefundStatus::Proposed.may_become(RefundStatus::Paying));
        assert!(!RefundStatus::Proposed.may_become(RefundStatus::Paid));
        let refused = RefundStatus::Paid.advance(RefundStatus::Declined, "RF-1").unwrap_err();
        assert_eq!(refused.to_string(), "RF-1 is paid; that cannot be done now.");
    }

    /// RET-7: from each state there are these ways and no others.
    #[test]
    fn the_ways_between_states() {
        use RefundStatus as S;
        let ways: [(S, &[S]); 7] = [
            (S::Proposed, &[S::Approved, S::Declined]),
            (S::Approved, &[S::Paying, S::Paid]),
            (S::Paying, &[S::Unknown, S::Paid, S::Failed]),
            (S::Unknown, &[S::Paying, S::Paid, S::Failed]),
            (S::Paid, &[]),
            (S::Failed, &[S::Approved, S::Declined]),
            (S::Declined, &[]),
        ];
        for (from, to) in ways {
            for next in S::ALL {
                assert_eq!(from.may_become(*next), to.contains(next), "{from:?} → {next:?}");
                assert_eq!(from.advance(*next, "RF-1").ok(), to.contains(next).then_some(*next));
            }
        }
    }
}
