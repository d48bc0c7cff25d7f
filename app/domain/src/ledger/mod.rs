//! The ledger: the chart of accounts, and how cost flows out and back. Decides amounts; what happened is others' word.

pub mod layers;
mod refusal;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use refusal::LedgerRefusal;

/// An account of the built-in chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    pub code: &'static str,
    pub name: &'static str,
    /// asset, liability, equity, income, expense.
    pub kind: &'static str,
}

macro_rules! chart {
    ($($name:ident $code:literal $words:literal $kind:literal;)+) => {
        $(pub const $name: &str = $code;)+
        /// Every account an org opens with.
        pub const CHART: &[Account] = &[$(Account { code: $code, name: $words, kind: $kind }),+];
    };
}

chart! {
    PAYMENT_CLEARING "1000" "Payment clearing" "asset";
    BANK "1010" "Bank" "asset";
    INVENTORY "1200" "Inventory" "asset";
    SUPPLIER_CREDITS "1300" "Owed by suppliers" "asset";
    RECEIVED_NOT_INVOICED "2000" "Goods received, not invoiced" "liability";
    PAYABLES "2010" "Accounts payable" "liability";
    CONTRACT_LIABILITY "2100" "Contract liability" "liability";
    REFUNDS_PAYABLE "2200" "Refunds payable" "liability";
    STORE_CREDIT "2250" "Store credit" "liability";
    SALES_TAX "2300" "Sales tax" "liability";
    OWED_TO_OWNERS "2400" "Owed to owners" "liability";
    OPENING_EQUITY "3000" "Opening equity" "equity";
    SALES "4000" "Sales" "income";
    SALES_RETURNS "4100" "Sales returns" "income";
    RETURN_FEES "4200" "Return fees" "income";
    COST_OF_SALES "5000" "Cost of goods sold" "expense";
    STOCK_ADJUSTMENTS "5100" "Stock adjustments" "expense";
    WRITE_OFFS "5200" "Write-offs" "expense";
    PURCHASE_DIFFERENCES "5300" "Purchase price differences" "expense";
}

/// The chart of accounts for an org that has none; asking again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenBooks {}

/// One line of the trial balance. Debits and credits are sums; `balance` = debit − credit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialRow {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub debit: Decimal,
    pub credit: Decimal,
}

/// The books at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialBalance {
    pub rows: Vec<TrialRow>,
    pub inventory: Decimal,
    pub layers: Decimal,
}
