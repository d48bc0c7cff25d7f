//! Money: an exact amount in one currency. No floats, no silent mixing of currencies.
//!
//! Amounts are `numeric(19,4)` in the database: at most 15 digits before the point and four after.
//! What is paid or refunded is rounded to the currency's minor units (ISO 4217); cost layers keep four places.

use iso_currency::Currency;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// `numeric(19,4)` ends here.
const AMOUNT_LIMIT: i64 = 1_000_000_000_000_000;

/// An amount in a currency. Arithmetic across currencies is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub amount: Decimal,
    #[serde(with = "by_code")]
    pub currency: Currency,
}

/// A currency as its ISO 4217 code. Derived, reading one is a match over every variant by name and by index, in each type that has
/// one, and browsers load them all.
mod by_code {
    use iso_currency::Currency;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
    pub fn serialize<S: Serializer>(currency: &Currency, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(currency.code())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        let code = <std::borrow::Cow<'_, str>>::deserialize(from)?;
        Currency::from_code(&code).ok_or_else(|| D::Error::custom(format_args!("{code} is no currency")))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum MoneyError {
    #[error("{left} and {right} cannot be added: convert one first.")]
    CurrencyMismatch {
        #[serde(with = "by_code")]
        left: Currency,
        #[serde(with = "by_code")]
        right: Currency,
    },
    #[error("The amount is too large to be kept exactly.")]
    TooLarge,
    #[error("An amount has at most four decimal places here.")]
    TooFine,
    #[error("There is nothing to split the amount over.")]
    NothingToSplitOver,
}

impl Money {
    /// An amount as it came from outside: at most four places, within `numeric(19,4)`.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.normalize().scale() > 4 {
            return Err(MoneyError::TooFine);
        }
        Self::bounded(amount, currency)
    }

    pub const fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::ZERO, currency }
    }

    fn bounded(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.abs() >= Decimal::from(AMOUNT_LIMIT) { Err(MoneyError::TooLarge) } else { Ok(Self { amount, currency }) }
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch { left: self.currency, right: other.currency })
        }
    }

    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        let amount = self.amount.checked_add(other.amount).ok_or(MoneyError::TooLarge)?;
        Self::bounded(amount, self.currency)
    }

    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.plus(Self { amount: -other.amount, ..other })
    }

    pub fn times(self, units: i32) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(Decimal::from(units)).ok_or(MoneyError::TooLarge)?;
        Self::bounded(amount, self.currency)
    }

    /// How many decimals this currency is paid in (ISO 4217): 2 for GBP, 0 for JPY, 3 for KWD.
    pub fn minor_places(self) -> u32 {
        self.currency.exponent().map_or(2, u32::from)
    }

    /// Rounded half away from zero to what can be paid.
    #[must_use]
    pub fn rounded(self) -> Self {
        let amount = self.amount.round_dp_with_strategy(self.minor_places(), RoundingStrategy::MidpointAwayFromZero);
        Self { amount, ..self }
    }

    /// Rounded down to what can be paid: half a penny is neither asked for nor given back.
    #[must_use]
    pub fn payable(self) -> Self {
        Self { amount: self.amount.round_dp_with_strategy(self.minor_places(), RoundingStrategy::ToZero), ..self }
    }

    /// Whole minor units, as payment providers count: 12.34 GBP is 1234.
    pub fn minor_units(self) -> Option<i64> {
        let scaled = self.rounded().amount.checked_mul(Decimal::from(10_i64.pow(self.minor_places())))?;
        i64::try_from(scaled.normalize()).ok()
    }

    /// From whole minor units.
    pub fn from_minor(units: i64, currency: Currency) -> Self {
        let zero = Self::zero(currency);
        Self { amount: Decimal::new(units, zero.minor_places()), currency }
    }

    pub fn is_positive(self) -> bool {
        self.amount > Decimal::ZERO
    }

    /// The share of a line of `whole` units that falls to `units` of them, when `before` units had theirs already.
    /// Cumulative, so that the shares of all units sum to the line exactly, in whatever portions they come.
    pub fn share(self, whole: i32, before: i32, units: i32) -> Result<Self, MoneyError> {
        if whole <= 0 || before < 0 || units < 0 || before + units > whole {
            return Err(MoneyError::NothingToSplitOver);
        }
        let until = |count: i32| {
            let amount = self.amount.checked_mul(Decimal::from(count)).ok_or(MoneyError::TooLarge)? / Decimal::from(whole);
            Ok(Self { amount, ..self }.rounded())
        };
        until(before + units)?.minus(until(before)?)
    }

    /// Split by weights so that the parts sum to the whole exactly, in minor units: largest remainder, ties to the earlier part.
    /// Weights are non-negative; all-zero weights split evenly.
    pub fn split(self, weights: &[Decimal]) -> Result<Vec<Self>, MoneyError> {
        if weights.is_empty() {
            return Err(MoneyError::NothingToSplitOver);
        }
        let unit = Decimal::new(1, self.minor_places().max(self.amount.normalize().scale()));
        let total: Decimal = weights.iter().copied().sum();
        let even = [Decimal::ONE];
        let weights: Vec<Decimal> = if total.is_zero() { weights.iter().map(|_| even[0]).collect() } else { weights.to_vec() };
        let total: Decimal = weights.iter().copied().sum();
        let whole = (self.amount / unit).round();
        let exact: Vec<Decimal> = weights.iter().map(|weight| whole * weight / total).collect();
        let mut parts: Vec<Decimal> = exact.iter().map(Decimal::trunc).collect();
        let mut left = whole - parts.iter().copied().sum::<Decimal>();
        let step = if left.is_sign_negative() { -Decimal::ONE } else { Decimal::ONE };
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by(|&a, &b| {
            let rest = |i: usize| (exact[i] - parts[i]).abs();
            rest(b).cmp(&rest(a)).then(a.cmp(&b))
        });
        for i in order.into_iter().cycle() {
            if left.is_zero() {
                break;
            }
            parts[i] += step;
            left -= step;
        }
        Ok(parts.into_iter().map(|part| Self { amount: part * unit, currency: self.currency }).collect())
    }
}

impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let places = self.minor_places() as usize;
        write!(f, "{:.places$} {}", self.rounded().amount, self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gbp(text: &str) -> Money {
        Money::new(text.parse().unwrap(), Currency::GBP).unwrap()
    }

    #[test]
    fn currencies_do_not_mix() {
        let euro = Money::zero(Currency::EUR);
        assert!(matches!(gbp("1").plus(euro), Err(MoneyError::CurrencyMismatch { .. })));
        assert!(matches!(gbp("1").minus(euro), Err(MoneyError::CurrencyMismatch { .. })));
    }

    #[test]
    fn amounts_are_bounded_and_exact() {
        assert_eq!(Money::new("0.00001".parse().unwrap(), Currency::GBP), Err(MoneyError::TooFine));
        assert_eq!(Money::new("1000000000000000".parse().unwrap(), Currency::GBP), Err(MoneyError::TooLarge));
        assert!(Money::new("999999999999999.9999".parse().unwrap(), Currency::GBP).is_ok());
        assert_eq!(gbp("999999999999999").plus(gbp("1")), Err(MoneyError::TooLarge));
        assert_eq!(gbp("999999999999999").times(2), Err(MoneyError::TooLarge));
        assert_eq!(gbp("0.1").plus(gbp("0.2")), Ok(gbp("0.3")));
        assert_eq!(gbp("2.50").times(3), Ok(gbp("7.5")));
        assert_eq!(gbp("2.50").minus(gbp("3")), Ok(gbp("-0.50")));
    }

    #[test]
    fn minor_units_follow_the_currency() {
        assert_eq!(gbp("12.345").minor_units(), Some(1235));
        assert_eq!(gbp("-12.345").minor_units(), Some(-1235));
        assert_eq!(Money::new(500.into(), Currency::JPY).unwrap().minor_units(), Some(500));
        assert_eq!(Money::from_minor(1234, Currency::GBP), gbp("12.34"));
        assert_eq!(Money::from_minor(1234, Currency::JPY).amount, Decimal::from(1234));
        assert_eq!(gbp("3").to_string(), "3.00 GBP");
    }

    fn yen(amount: i64) -> Money {
        Money { amount: amount.into(), currency: Currency::JPY }
    }

    #[test]
    fn each_currency_is_paid_in_its_own_minor_units() {
        let dinar = Money { amount: "1.2345".parse().unwrap(), currency: Currency::KWD };
        assert_eq!((gbp("1").minor_places(), yen(1).minor_places(), dinar.minor_places()), (2, 0, 3));
        assert_eq!((dinar.rounded().amount.to_string(), dinar.minor_units()), ("1.235".to_owned(), Some(1235)));
        assert_eq!(gbp("0.005").rounded(), gbp("0.01"));
        assert_eq!(gbp("-0.005").rounded(), gbp("-0.01"));
        assert_eq!(gbp("0.0049").rounded(), gbp("0"));
        assert_eq!((yen(500).to_string(), dinar.to_string()), ("500 JPY".to_owned(), "1.235 KWD".to_owned()));
    }

    #[test]
    fn amounts_are_bounded_below_as_above() {
        assert_eq!(Money::new("-1000000000000000".parse().unwrap(), Currency::GBP), Err(MoneyError::TooLarge));
        assert!(Money::new("-999999999999999.9999".parse().unwrap(), Currency::GBP).is_ok());
        assert_eq!(gbp("-999999999999999").minus(gbp("1")), Err(MoneyError::TooLarge));
        assert_eq!(gbp("-999999999999999").times(2), Err(MoneyError::TooLarge));
        assert_eq!(gbp("1.10").times(-2), Ok(gbp("-2.20")));
    }

    #[test]
    fn money_travels_with_its_currencys_code() {
        let text = serde_json::to_string(&gbp("1.50")).unwrap();
        assert_eq!(text, r#"{"amount":"1.50","currency":"GBP"}"#);
        assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), gbp("1.50"));
        assert!(
            serde_json::from_str::<Money>(r#"{"amount":"1.50","currency":"XQZ"}"#)
                .unwrap_err()
                .to_string()
                .contains("XQZ is no currency")
        );
    }

    #[test]
    fn what_is_finer_than_a_penny_is_split_as_fine() {
        assert_eq!(gbp("0.0003").split(&[1.into(), 1.into()]).unwrap(), [gbp("0.0002"), gbp("0.0001")]);
        assert_eq!(yen(10).split(&[1.into(), 1.into(), 1.into()]).unwrap(), [yen(4), yen(3), yen(3)]);
        assert_eq!(gbp("-1").split(&[1.into(), 2.into(), 4.into()]).unwrap(), [gbp("-0.14"), gbp("-0.29"), gbp("-0.57")]);
        assert_eq!(gbp("1").split(&[0.into(), 1.into()]).unwrap(), [gbp("0"), gbp("1")]);
    }

    #[test]
    fn only_more_than_nothing_is_positive() {
        assert!(gbp("0.01").is_positive());
        assert!(!gbp("0").is_positive());
        assert!(!gbp("-1").is_positive());
    }

    #[test]
    fn a_split_gives_the_odd_pennies_to_the_largest_remainders() {
        let parts = gbp("10").split(&[1.into(), 1.into(), 1.into()]).unwrap();
        assert_eq!(parts, [gbp("3.34"), gbp("3.33"), gbp("3.33")]);
        let parts = gbp("1").split(&[1.into(), 2.into(), 4.into()]).unwrap();
        assert_eq!(parts, [gbp("0.14"), gbp("0.29"), gbp("0.57")]);
        let even = gbp("0.03").split(&[0.into(), 0.into()]).unwrap();
        assert_eq!(even, [gbp("0.02"), gbp("0.01")]);
        assert_eq!(gbp("1").split(&[]), Err(MoneyError::NothingToSplitOver));
    }

    #[test]
    fn shares_outside_the_line_are_refused() {
        for (whole, before, units) in [(0, 0, 0), (3, -1, 1), (3, 0, -1), (3, 2, 2)] {
            assert_eq!(gbp("1").share(whole, before, units), Err(MoneyError::NothingToSplitOver), "{whole} {before} {units}");
        }
        assert_eq!(gbp("1").share(3, 0, 1), Ok(gbp("0.33")));
        assert_eq!(gbp("1").share(3, 1, 1), Ok(gbp("0.34")));
        assert_eq!(gbp("1").share(3, 0, 3), Ok(gbp("1")));
        assert_eq!(gbp("1").share(3, 3, 0), Ok(gbp("0")));
    }

    proptest! {
        /// TAX-1: however a line is shipped or returned in portions, the portions sum to the line.
        #[test]
        fn shares_in_any_portions_sum_to_the_line(minor in 0_i64..10_000_000, portions in prop::collection::vec(1_i32..50, 1..8)) {
            let line = Money::from_minor(minor, Currency::GBP);
            let whole: i32 = portions.iter().sum();
            let mut before = 0;
            let mut sum = Money::zero(Currency::GBP);
            for units in portions {
                sum = sum.plus(line.share(whole, before, units).unwrap()).unwrap();
                before += units;
            }
            prop_assert_eq!(sum, line);
        }

        /// TAX-1: no share is more than a penny from its part, and none is negative; all units together are the line.
        #[test]
        fn a_share_is_fair_to_the_penny(minor in 0_i64..10_000_000, whole in 1_i32..200, at in 0_i32..200, units in 0_i32..200) {
            let line = Money::from_minor(minor, Currency::GBP);
            let share = line.share(whole, at, units);
            if at + units > whole {
                prop_assert_eq!(share, Err(MoneyError::NothingToSplitOver));
            } else {
                let share = share.unwrap();
                let fair = line.amount * Decimal::from(units) / Decimal::from(whole);
                prop_assert!((share.amount - fair).abs() <= "0.01".parse().unwrap(), "{} is not near {}", share, fair);
                prop_assert!(!share.amount.is_sign_negative() || share.amount.is_zero());
                prop_assert_eq!(share, share.rounded());
                prop_assert_eq!(line.share(whole, 0, whole), Ok(line));
            }
        }

        /// Adding is exact: what is added can be taken away again, in any order, and minor units read back.
        #[test]
        fn sums_are_exact(a in -10_000_000_i64..10_000_000, b in -10_000_000_i64..10_000_000, units in -1_000_i32..1_000) {
            let (one, other) = (Money::from_minor(a, Currency::GBP), Money::from_minor(b, Currency::GBP));
            prop_assert_eq!(one.plus(other), other.plus(one));
            prop_assert_eq!(one.plus(other).unwrap().minus(other), Ok(one));
            prop_assert_eq!(one.plus(other).unwrap().minor_units(), Some(a + b));
            prop_assert_eq!(one.times(units).unwrap().minor_units(), Some(a * i64::from(units)));
        }

        /// TAX-1: partial quantities are exact to the cent.
        #[test]
        fn a_split_always_sums_to_the_whole(minor in -10_000_000_i64..10_000_000, weights in prop::collection::vec(0_i64..10_000, 1..12)) {
            let whole = Money::from_minor(minor, Currency::GBP);
            let weights: Vec<Decimal> = weights.into_iter().map(Decimal::from).collect();
            let parts = whole.split(&weights).unwrap();
            let sum: Decimal = parts.iter().map(|part| part.amount).sum();
            prop_assert_eq!(sum, whole.amount);
            let total: Decimal = weights.iter().copied().sum();
            for (part, weight) in parts.iter().zip(&weights) {
                let fair = if total.is_zero() { whole.amount / Decimal::from(weights.len()) } else { whole.amount * weight / total };
                prop_assert!((part.amount - fair).abs() < "0.01".parse().unwrap(), "{} is not near {}", part.amount, fair);
            }
        }
    }
}
