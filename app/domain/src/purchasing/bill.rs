//! A supplier's bill against what was ordered and what came in: the three agree, or nothing is paid.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ClaimKind, PurchasingRefusal, Rules, is_cost};
use crate::ids::{BillId, PurchaseId};
use crate::reasons::Given;

/// A supplier's bill for goods of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordBill {
    pub id: BillId,
    pub order: PurchaseId,
    /// The supplier's own number for it.
    pub reference: String,
    pub lines: Vec<BilledLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilledLine {
    pub line_no: i32,
    pub quantity: i32,
    pub unit_cost: Decimal,
}

impl RecordBill {
    pub fn check(&self) -> Result<(), PurchasingRefusal> {
        use PurchasingRefusal as R;
        if self.reference.trim().is_empty() || self.reference.chars().count() > 80 {
            return Err(R::ReferenceNeeded);
        }
        if self.lines.is_empty() {
            return Err(R::NoLines);
        }
        for (nth, line) in self.lines.iter().enumerate() {
            if !is_cost(line.unit_cost) {
                return Err(R::BadCost);
            }
            if self.lines[..nth].iter().any(|other| other.line_no == line.line_no) {
                return Err(R::NoSuchLine { line_no: line.line_no });
            }
        }
        Ok(())
    }
}

/// Where a bill stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillStanding {
    /// It does not match: it is not paid.
    Blocked,
    Matched,
    /// It matched, and goods on it are claimed since: it is not paid either.
    Disputed,
    Paid,
    Rejected,
}

impl BillStanding {
    pub const fn of(matched: bool, paid: bool, rejected: bool) -> Self {
        match (rejected, paid, matched) {
            (true, ..) => Self::Rejected,
            (_, true, _) => Self::Paid,
            (.., true) => Self::Matched,
            (.., false) => Self::Blocked,
        }
    }

    /// With an open claim on one of its lines that nobody agreed to.
    #[must_use]
    pub const fn claimed(self, open: bool) -> Self {
        match self {
            Self::Matched if open => Self::Disputed,
            other => other,
        }
    }

    /// Is it kept from being paid?
    pub const fn held(self) -> bool {
        matches!(self, Self::Blocked | Self::Disputed)
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Blocked => "Does not match",
            Self::Matched => "To be paid",
            Self::Disputed => "Goods are claimed",
            Self::Paid => "Paid",
            Self::Rejected => "Sent back",
        }
    }
}

/// Look again: more may have come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchBill {
    pub id: BillId,
}

/// Somebody who did not record it agrees to its prices, and to paying it while a claim is open. Units that never came in are agreed to by
/// nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreeBill {
    pub id: BillId,
    pub reason: Given,
}

/// A bill that does not match goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectBill {
    pub id: BillId,
    pub reason: Given,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayBill {
    pub id: BillId,
}

/// What is known of one line when its bill comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    pub line_no: i32,
    pub sku_code: String,
    pub ordered_cost: Decimal,
    pub received: i32,
    /// On bills that match already.
    pub billed_before: i32,
    /// Of what was received, so many units are cleared by those bills.
    pub cleared_before: i32,
    pub billed: i32,
    pub billed_cost: Decimal,
}

/// Where the three do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Mismatch {
    /// More is billed than came in.
    Units { line_no: i32, sku: String, billed: i32, received: i32 },
    /// It costs more, or less, than was agreed, beyond the tolerance.
    Price { line_no: i32, sku: String, billed: Decimal, ordered: Decimal },
    /// Goods of the line are claimed, and the claim is open.
    Claim { line_no: i32, sku: String, claim: String, kind: ClaimKind, units: i32 },
}

impl Mismatch {
    /// A price may be agreed to afterwards, and paying before a claim is settled: what never came in is not owed.
    pub const fn may_be_agreed(&self) -> bool {
        matches!(self, Self::Price { .. } | Self::Claim { .. })
    }
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Units { line_no, sku, billed, received } => {
                write!(f, "Line {line_no}, {sku}: {billed} billed, {received} received")
            }
            Self::Price { line_no, sku, billed, ordered } => {
                write!(f, "Line {line_no}, {sku}: billed at {billed}, ordered at {ordered}")
            }
            Self::Claim { line_no, sku, claim, kind, units } => {
                write!(f, "Line {line_no}, {sku}: claim {claim} for {units} is open ({})", kind.words().to_lowercase())
            }
        }
    }
}

/// All that does not agree, line by line: units beyond what came in, and prices off the order's, each past its tolerance.
pub fn mismatches(lines: &[LineFacts], rules: &Rules) -> Vec<Mismatch> {
    let mut found = Vec::new();
    for line in lines {
        let (billed, received) = (line.billed_before.saturating_add(line.billed), line.received);
        if i64::from(billed - received) * 100 > i64::from(received) * i64::from(rules.units_percent) {
            found.push(Mismatch::Units { line_no: line.line_no, sku: line.sku_code.clone(), billed, received });
        }
        let off = (line.billed_cost - line.ordered_cost).abs();
        if off * Decimal::from(100) > line.ordered_cost * Decimal::from(rules.price_percent) {
            let (billed, ordered) = (line.billed_cost.normalize(), line.ordered_cost.normalize());
            found.push(Mismatch::Price { line_no: line.line_no, sku: line.sku_code.clone(), billed, ordered });
        }
    }
    found
}

/// What a matched line does to the books: cleared of what was received, owed to the supplier, and the difference between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleared {
    pub units: i32,
    pub received: Decimal,
    pub owed: Decimal,
}

/// Only what came in is cleared; a unit billed beyond that is a difference until it comes, and the next bill clears it.
pub fn cleared(line: &LineFacts) -> Cleared {
    let units = line.received.min(line.billed_before.saturating_add(line.billed)) - line.cleared_before;
    let units = units.max(0);
    Cleared { units, received: line.ordered_cost * Decimal::from(units), owed: line.billed_cost * Decimal::from(line.billed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(received: i32, billed_before: i32, billed: i32, cents: i64) -> LineFacts {
        LineFacts {
            line_no: 1,
            sku_code: "MUG".into(),
            ordered_cost: Decimal::from(4),
            received,
            billed_before,
            cleared_before: billed_before,
            billed,
            billed_cost: Decimal::new(cents, 2),
        }
    }

    fn tolerating(price_percent: i32, units_percent: i32) -> Rules {
        Rules { price_percent, units_percent, ..Rules::opening() }
    }

    /// IN-8: three-way: more than came in does not match, however it is spread over bills.
    #[test]
    fn no_more_is_billed_than_came_in() {
        let rules = Rules::opening();
        assert_eq!(mismatches(&[line(10, 0, 10, 400)], &rules), []);
        assert_eq!(mismatches(&[line(10, 6, 4, 400)], &rules), []);
        let over = Mismatch::Units { line_no: 1, sku: "MUG".into(), billed: 11, received: 10 };
        assert_eq!(mismatches(&[line(10, 6, 5, 400)], &rules), std::slice::from_ref(&over));
        assert!(!over.may_be_agreed());
        assert_eq!(over.to_string(), "Line 1, MUG: 11 billed, 10 received");
    }

    /// IN-8: units within the tolerance match; of what never came nothing is within it.
    #[test]
    fn units_are_within_the_tolerance() {
        let rules = tolerating(2, 10);
        assert_eq!(mismatches(&[line(10, 0, 11, 400)], &rules), []);
        assert_eq!(mismatches(&[line(10, 6, 6, 400)], &rules).len(), 1, "two bills share one tolerance");
        assert_eq!(mismatches(&[line(9, 0, 10, 400)], &rules).len(), 1, "nine and nine tenths are nine");
        assert_eq!(mismatches(&[line(0, 0, 1, 400)], &tolerating(2, 100)).len(), 1);
        assert_eq!(mismatches(&[line(i32::MAX, 0, i32::MAX, 400)], &tolerating(2, 100)), []);
    }

    /// IN-8: a unit billed before it came is a difference; the bill after it came clears it.
    #[test]
    fn only_what_came_in_is_cleared() {
        let early = cleared(&line(10, 0, 11, 400));
        assert_eq!((early.units, early.received, early.owed), (10, Decimal::from(40), Decimal::from(44)));
        let after = cleared(&LineFacts { cleared_before: 10, ..line(20, 11, 9, 400) });
        assert_eq!((after.units, after.received, after.owed), (10, Decimal::from(40), Decimal::from(36)));
        assert_eq!(cleared(&LineFacts { cleared_before: 10, ..line(10, 11, 1, 400) }).units, 0);
    }

    /// IN-8: a price within the tolerance matches, above and below; beyond it does not.
    #[test]
    fn a_price_is_within_the_tolerance() {
        let rules = Rules::opening();
        for cents in [392, 400, 408] {
            assert_eq!(mismatches(&[line(10, 0, 10, cents)], &rules), [], "{cents}");
        }
        for cents in [391, 409, 0] {
            let found = mismatches(&[line(10, 0, 10, cents)], &rules);
            assert!(matches!(found.as_slice(), [Mismatch::Price { .. }]) && found[0].may_be_agreed(), "{cents}: {found:?}");
        }
        assert_eq!(mismatches(&[line(10, 0, 10, 401)], &tolerating(0, 0)).len(), 1);
        let three = Cleared { units: 3, received: Decimal::from(12), owed: Decimal::new(1224, 2) };
        assert_eq!(cleared(&line(10, 0, 3, 408)), three);
    }
}
