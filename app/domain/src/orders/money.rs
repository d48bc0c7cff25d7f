//! What an order costs: gross lines with the tax that is within them.

use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::money::Money;

/// A unit price ends below this: far above any real one, far below what `numeric(19,4)` holds for a whole line.
const PRICE_LIMIT: i64 = 1_000_000_000;

pub fn too_fine(amount: Decimal) -> bool {
    amount.normalize().scale() > 4
}

pub fn too_large(price: Decimal) -> bool {
    price >= Decimal::from(PRICE_LIMIT)
}

/// What the customer pays for a line.
pub fn gross(unit_price: Decimal, quantity: i32, discount: Decimal) -> Decimal {
    unit_price * Decimal::from(quantity) - discount
}

/// The tax within a gross amount at a rate (0.2 = 20 %), in the currency's minor units.
pub fn tax_within(gross: Decimal, rate: Decimal, currency: Currency) -> Decimal {
    Money { amount: gross * rate / (Decimal::ONE + rate), currency }.rounded().amount.min(gross)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_within_the_price() {
        let of = |gross: &str, rate: &str| tax_within(gross.parse().unwrap(), rate.parse().unwrap(), Currency::GBP).to_string();
        assert_eq!(of("12.00", "0.2"), "2.00");
        assert_eq!(of("0.01", "0.2"), "0.00");
        assert_eq!(of("9.99", "0"), "0");
        assert_eq!(gross(Decimal::new(250, 2), 4, Decimal::ONE), Decimal::from(9));
    }

    #[test]
    fn prices_have_at_most_four_places_and_an_end() {
        assert!(!too_fine(Decimal::new(12345, 4)) && too_fine(Decimal::new(123_456, 5)));
        assert!(too_large(Decimal::from(PRICE_LIMIT)) && !too_large(Decimal::from(PRICE_LIMIT - 1)));
    }
}
