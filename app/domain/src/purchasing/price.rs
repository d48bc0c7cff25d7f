//! What a supplier asks for one, by how many are ordered: the dearest thing about a price list is to read the wrong line of it.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// From so many on, one costs this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    pub min_quantity: i32,
    pub unit_cost: Decimal,
}

/// The break of the largest quantity that is reached; none when even the first is not.
pub fn price_for(breaks: &[Break], quantity: i32) -> Option<Decimal> {
    let reached = breaks.iter().filter(|step| step.min_quantity <= quantity);
    reached.max_by_key(|step| step.min_quantity).map(|step| step.unit_cost)
}

/// Can it be kept: not negative, at most four places, within `numeric(19,4)`?
pub fn is_cost(cost: Decimal) -> bool {
    cost >= Decimal::ZERO && cost.normalize().scale() <= 4 && cost < Decimal::from(1_000_000_000_i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IN-8: price breaks: the more is ordered, the further down the list.
    #[test]
    fn the_largest_quantity_that_is_reached_sets_the_price() {
        let step = |min_quantity, cents| Break { min_quantity, unit_cost: Decimal::new(cents, 2) };
        let breaks = [step(100, 350), step(1, 420), step(500, 300)];
        let price = |quantity| price_for(&breaks, quantity);
        assert_eq!(price(1), Some(Decimal::new(420, 2)));
        assert_eq!(price(99), Some(Decimal::new(420, 2)));
        assert_eq!(price(100), Some(Decimal::new(350, 2)));
        assert_eq!(price(10_000), Some(Decimal::new(300, 2)));
        assert_eq!(price_for(&breaks[..1], 99), None);
    }

    #[test]
    fn a_cost_has_four_places_and_a_sign() {
        assert!(is_cost(Decimal::ZERO) && is_cost(Decimal::new(12_345, 4)));
        assert!(!is_cost(Decimal::new(-1, 4)) && !is_cost(Decimal::new(1, 5)) && !is_cost(Decimal::MAX));
    }
}
