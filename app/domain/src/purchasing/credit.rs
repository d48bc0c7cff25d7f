//! What a supplier's credit for a claim does to the books. The supplier bills what it sent and credits what it owes for: what is credited
//! is owed by the supplier until it is taken off a payment. Goods that never came were never booked as received, so of a shortage only
//! what was billed all the same is credited.

use rust_decimal::Decimal;

use super::ClaimKind;
use crate::ledger::{PURCHASE_DIFFERENCES, WRITE_OFFS};

/// What is known of a claim that its supplier credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub kind: ClaimKind,
    pub units: i32,
    pub amount: Decimal,
    /// On the books already: of a shortage, what was billed before.
    pub credited: Decimal,
    /// Of the line: units on bills that match, less those that came, less those that were credited.
    pub billed_beyond: i32,
}

/// To be credited of a claim: how many units, how much, and on which account it makes up for the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    pub units: i32,
    pub amount: Decimal,
    pub account: &'static str,
}

/// Damaged goods are written off, and the credit makes up for that. What is not as agreed is worth less than it cost, and what was billed
/// and never came was booked as a difference: both credits are differences the other way.
pub fn credit(claim: &Claimed) -> Credit {
    let left = (claim.amount - claim.credited).max(Decimal::ZERO);
    match claim.kind {
        ClaimKind::Damage => Credit { units: claim.units, amount: left, account: WRITE_OFFS },
        ClaimKind::NonCompliance => Credit { units: claim.units, amount: left, account: PURCHASE_DIFFERENCES },
        ClaimKind::Shortage => {
            let units = claim.units.min(claim.billed_beyond).max(0);
            let amount = claim.amount * Decimal::from(units) / Decimal::from(claim.units.max(1));
            Credit { units, amount: amount.round_dp(4).min(left), account: PURCHASE_DIFFERENCES }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claimed(kind: ClaimKind, billed_beyond: i32, credited: i64) -> Claimed {
        Claimed { kind, units: 3, amount: Decimal::from(12), credited: Decimal::from(credited), billed_beyond }
    }

    /// IN-2, FIN-1: what came in is credited whole, once, on the account of its loss.
    #[test]
    fn what_came_is_credited_whole() {
        for (kind, account) in [(ClaimKind::Damage, WRITE_OFFS), (ClaimKind::NonCompliance, PURCHASE_DIFFERENCES)] {
            assert_eq!(credit(&claimed(kind, 0, 0)), Credit { units: 3, amount: Decimal::from(12), account });
            assert_eq!(credit(&claimed(kind, 0, 12)).amount, Decimal::ZERO);
        }
    }

    /// IN-2, FIN-1: of what never came, only what was billed is money, and no more than is claimed.
    #[test]
    fn what_never_came_is_credited_as_far_as_it_was_billed() {
        for (beyond, before, amount) in [(-4, 0, 0), (0, 0, 0), (1, 0, 4), (3, 0, 12), (9, 0, 12), (9, 8, 4), (9, 12, 0)] {
            let credit = credit(&claimed(ClaimKind::Shortage, beyond, before));
            assert_eq!((credit.amount, credit.account), (Decimal::from(amount), PURCHASE_DIFFERENCES), "{beyond} {before}");
        }
    }
}
