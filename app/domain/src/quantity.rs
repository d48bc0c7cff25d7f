//! Units: how many of a thing. Parsed at the edge; inside, never zero and never negative.

use serde::{Deserialize, Serialize};

/// The most units one line may name: far above any real line, far below overflow of an `i32` sum over a big order.
pub const QUANTITY_MAX: i32 = 1_000_000;

/// A count of units, 1 ..= [`QUANTITY_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Quantity(i32);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("A quantity is a whole number from 1 to {QUANTITY_MAX}; {given} is not.")]
pub struct QuantityOutOfRange {
    pub given: i64,
}

impl Quantity {
    pub const ONE: Self = Self(1);

    pub fn new(units: i64) -> Result<Self, QuantityOutOfRange> {
        i32::try_from(units)
            .ok()
            .filter(|units| (1..=QUANTITY_MAX).contains(units))
            .map(Self)
            .ok_or(QuantityOutOfRange { given: units })
    }

    pub const fn units(self) -> i32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(i64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_at_least_one_and_bounded() {
        assert_eq!(Quantity::new(0), Err(QuantityOutOfRange { given: 0 }));
        assert_eq!(Quantity::new(-3), Err(QuantityOutOfRange { given: -3 }));
        assert!(Quantity::new(i64::from(QUANTITY_MAX) + 1).is_err());
        assert_eq!(Quantity::new(7).map(Quantity::units), Ok(7));
        assert!(serde_json::from_str::<Quantity>("0").is_err());
    }
}
