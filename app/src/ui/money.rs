//! Money as people read it. Presentation only: sums are made in `domain`.

use domain::words::grouped;
use rust_decimal::Decimal;

/// `1,234.50`: two places, thousands parted.
pub fn amount(amount: Decimal) -> String {
    let rounded = amount.round_dp(2);
    let text = format!("{:.2}", rounded.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let whole = whole.parse::<i64>().map_or_else(|_| whole.to_owned(), grouped);
    let sign = if rounded < Decimal::ZERO { "−" } else { "" };
    format!("{sign}{whole}.{cents}")
}

/// `£1,234.50`: with the symbol of its currency (ISO 4217).
pub fn money(value: Decimal, currency: &str) -> String {
    let symbol =
        currency.parse::<iso_currency::Currency>().map_or_else(|_| currency.to_owned(), |known| known.symbol().to_string());
    let words = amount(value);
    match words.strip_prefix('−') {
        Some(positive) => format!("−{symbol}{positive}"),
        None => format!("{symbol}{words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_people_read_it() {
        let cases = [("1234.5", "GBP", "£1,234.50"), ("-3", "EUR", "−€3.00"), ("0.005", "USD", "$0.00"), ("7", "???", "???7.00")];
        for (value, currency, words) in cases {
            assert_eq!(money(value.parse().unwrap(), currency), words);
        }
    }
}
