//! A supplier's bill against what was ordered and what came in: the three agree, or nothing is paid.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What is known of one line when its bill comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    pub line_no: i32,
    pub sku_code: String,
    pub ordered_cost: Decimal,
    pub received: i32,
    /// On bills that match already.
    pub billed_before: i32,
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
}

impl Mismatch {
    /// Only a price may be agreed to afterwards: what never came in is not owed.
    pub const fn may_be_agreed(&self) -> bool {
        matches!(self, Self::Price { .. })
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
        }
    }
}

/// All that does not agree, line by line. Units allow nothing: what is owed is what came.
pub fn mismatches(lines: &[LineFacts], price_percent: i32) -> Vec<Mismatch> {
    let mut found = Vec::new();
    for line in lines {
        let billed = line.billed_before.saturating_add(line.billed);
        if billed > line.received {
            found.push(Mismatch::Units { line_no: line.line_no, sku: line.sku_code.clone(), billed, received: line.received });
        }
        let off = (line.billed_cost - line.ordered_cost).abs();
        if off * Decimal::from(100) > line.ordered_cost * Decimal::from(price_percent.max(0)) {
            let (billed, ordered) = (line.billed_cost.normalize(), line.ordered_cost.normalize());
            found.push(Mismatch::Price { line_no: line.line_no, sku: line.sku_code.clone(), billed, ordered });
        }
    }
    found
}

/// What a matched line does to the books: cleared of what was received, owed to the supplier, and the difference between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cleared {
    pub received: Decimal,
    pub owed: Decimal,
}

pub fn cleared(line: &LineFacts) -> Cleared {
    let units = Decimal::from(line.billed);
    Cleared { received: line.ordered_cost * units, owed: line.billed_cost * units }
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
            billed,
            billed_cost: Decimal::new(cents, 2),
        }
    }

    /// IN-8: three-way: more than came in does not match, however it is spread over bills.
    #[test]
    fn no_more_is_billed_than_came_in() {
        assert_eq!(mismatches(&[line(10, 0, 10, 400)], 2), []);
        assert_eq!(mismatches(&[line(10, 6, 4, 400)], 2), []);
        let over = Mismatch::Units { line_no: 1, sku: "MUG".into(), billed: 11, received: 10 };
        assert_eq!(mismatches(&[line(10, 6, 5, 400)], 2), [over.clone()]);
        assert!(!over.may_be_agreed());
        assert_eq!(over.to_string(), "Line 1, MUG: 11 billed, 10 received");
    }

    /// IN-8: a price within the tolerance matches, above and below; beyond it does not.
    #[test]
    fn a_price_is_within_the_tolerance() {
        for cents in [392, 400, 408] {
            assert_eq!(mismatches(&[line(10, 0, 10, cents)], 2), [], "{cents}");
        }
        for cents in [391, 409, 0] {
            let found = mismatches(&[line(10, 0, 10, cents)], 2);
            assert!(matches!(found.as_slice(), [Mismatch::Price { .. }]) && found[0].may_be_agreed(), "{cents}: {found:?}");
        }
        assert_eq!(mismatches(&[line(10, 0, 10, 401)], 0).len(), 1);
        assert_eq!(cleared(&line(10, 0, 3, 408)), Cleared { received: Decimal::from(12), owed: Decimal::new(1224, 2) });
    }
}
