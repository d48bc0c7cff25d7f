//! What is brought in from files: which row is what, by a stated rule each. Decides on rows; taking them is the service's.

pub mod own;
pub mod uci;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::ids::ImportId;

/// What became of a row. Every row has exactly one; their counts sum to the rows of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A sale to a known customer.
    Sale,
    /// A sale without a customer number: taken as a guest's.
    GuestSale,
    /// A return that matches an earlier sale of the SKU to the customer.
    ReturnMatched,
    /// A return without such a sale: an exception for a person, never lost.
    ReturnUnmatched,
    /// Postage, discounts, fees, samples, tests: nothing a warehouse holds.
    PseudoSku,
    /// An exact copy of an earlier row of the same invoice.
    Duplicate,
    /// A negative quantity on an invoice that is no credit note: a stock correction of the old system.
    StockCorrection,
    /// A positive quantity on a credit note.
    OddReturn,
    /// No price: a gift, a sample or a found unit. Not a sale.
    ZeroPrice,
    /// A negative price: a correction of the books.
    BooksCorrection,
    /// The channel had sent the order before.
    Known,
    /// It does not read: too few columns, no number, no date.
    Unreadable,
    /// It reads, but the order it belongs to is refused.
    Refused,
}

impl Outcome {
    pub const ALL: [Self; 13] = [
        Self::Sale,
        Self::GuestSale,
        Self::ReturnMatched,
        Self::ReturnUnmatched,
        Self::PseudoSku,
        Self::Duplicate,
        Self::StockCorrection,
        Self::OddReturn,
        Self::ZeroPrice,
        Self::BooksCorrection,
        Self::Known,
        Self::Unreadable,
        Self::Refused,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::GuestSale => "guest_sale",
            Self::ReturnMatched => "return_matched",
            Self::ReturnUnmatched => "return_unmatched",
            Self::PseudoSku => "pseudo_sku",
            Self::Duplicate => "duplicate",
            Self::StockCorrection => "stock_correction",
            Self::OddReturn => "odd_return",
            Self::ZeroPrice => "zero_price",
            Self::BooksCorrection => "books_correction",
            Self::Known => "known",
            Self::Unreadable => "unreadable",
            Self::Refused => "refused",
        }
    }

    /// The rule, for the report beside the row.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Sale => "A sale: taken.",
            Self::GuestSale => "A sale without a customer number: taken as a guest's.",
            Self::ReturnMatched => "A return of an earlier sale: taken.",
            Self::ReturnUnmatched => "No earlier sale of this SKU to this customer: raised as an exception.",
            Self::PseudoSku => "Not a product (postage, discount, fee, sample, test): not taken.",
            Self::Duplicate => "An exact copy of an earlier row of this invoice: not taken twice.",
            Self::StockCorrection => {
                "A negative quantity on an invoice that is no credit note (no C): a stock correction, not taken."
            }
            Self::OddReturn => "A positive quantity on a credit note: not taken.",
            Self::ZeroPrice => "No price: not a sale, not taken.",
            Self::BooksCorrection => "A negative price: a correction of the books, not taken.",
            Self::Known => "This order was taken before.",
            Self::Unreadable => "This row does not read.",
            Self::Refused => "The order it belongs to is refused.",
        }
    }

    /// Does it become stock or money in Tideway?
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::Sale | Self::GuestSale | Self::ReturnMatched)
    }
}

/// A row that was not taken, with the rule that says why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowReport {
    /// Counted from 1, the header aside.
    pub row_no: i32,
    pub outcome: Outcome,
    pub words: String,
}

/// What a file would do, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    pub import: ImportId,
    pub filename: String,
    pub dry_run: bool,
    pub rows: i64,
    pub outcomes: BTreeMap<Outcome, i64>,
    pub orders: i64,
    pub new_skus: i64,
    /// The first of the rows not taken.
    pub not_taken: Vec<RowReport>,
}

/// An import in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    pub import: ImportId,
    pub kind: String,
    pub filename: String,
    pub dry_run: bool,
    pub rows_total: i32,
    pub rows_done: i32,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// One sold line as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    pub row_no: i32,
    pub sku_code: String,
    pub name: String,
    pub quantity: i32,
    pub unit_price: Decimal,
    pub discount: Decimal,
}

/// An order as a file tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOrder {
    pub external_id: String,
    pub at: DateTime<Utc>,
    pub customer_name: String,
    pub email: String,
    pub address_line: String,
    pub city: String,
    pub postcode: String,
    pub country: String,
    pub shipping_amount: Decimal,
    /// The carrier's service asked for, by its code.
    pub service: Option<String>,
    pub guest: bool,
    pub lines: Vec<FileLine>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_its_own_code_and_a_rule() {
        let codes: std::collections::BTreeSet<_> = Outcome::ALL.iter().map(|outcome| outcome.code()).collect();
        assert_eq!(codes.len(), Outcome::ALL.len());
        assert!(Outcome::ALL.iter().all(|outcome| outcome.rule().ends_with('.')));
        assert_eq!(serde_json::to_value(Outcome::GuestSale).unwrap(), "guest_sale");
    }
}
