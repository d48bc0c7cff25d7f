//! Cost layers, first in first out: which receipt paid for the units that leave, and which get them back.
//! A layer's remaining value is exact; whoever takes its last unit takes the odd penny.

use rust_decimal::Decimal;

/// What is left of a receipt. `value` is what `remaining` units still cost together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    pub remaining: i32,
    pub value: Decimal,
}

/// A layer's part in a consumption or reinstatement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub layer: usize,
    pub quantity: i32,
    pub value: Decimal,
}

/// What `units` of `of` units worth `value` are worth, to four places; all of them are worth all of it.
fn worth(value: Decimal, of: i32, units: i32) -> Decimal {
    if units == of { value } else { (value * Decimal::from(units) / Decimal::from(of)).round_dp(4) }
}

/// Takes `units` from the oldest layers on, lowering them. Answers the parts and how many units no layer covered.
pub fn consume(layers: &mut [Layer], units: i32) -> (Vec<Part>, i32) {
    let mut left = units;
    let mut parts = Vec::new();
    for (index, layer) in layers.iter_mut().enumerate() {
        let quantity = left.min(layer.remaining);
        if quantity <= 0 {
            continue;
        }
        let value = worth(layer.value, layer.remaining, quantity);
        layer.remaining -= quantity;
        layer.value -= value;
        left -= quantity;
        parts.push(Part { layer: index, quantity, value });
    }
    (parts, left)
}

/// What a line took from a layer and has not had reinstated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub layer: usize,
    pub quantity: i32,
    pub value: Decimal,
}

/// Gives `units` back to the layers they came from, last taken first. Answers the parts and how many units were never taken.
pub fn reinstate(taken: &mut [Taken], units: i32) -> (Vec<Part>, i32) {
    let mut left = units;
    let mut parts = Vec::new();
    for taken in taken.iter_mut().rev() {
        let quantity = left.min(taken.quantity);
        if quantity <= 0 {
            continue;
        }
        let value = worth(taken.value, taken.quantity, quantity);
        taken.quantity -= quantity;
        taken.value -= value;
        left -= quantity;
        parts.push(Part { layer: taken.layer, quantity, value });
    }
    (parts, left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn layer(remaining: i32, value: &str) -> Layer {
        Layer { remaining, value: value.parse().unwrap() }
    }

    /// FIN-1: first in, first out.
    #[test]
    fn the_oldest_layer_pays_first() {
        let mut layers = [layer(2, "4"), layer(5, "15")];
        let (parts, missing) = consume(&mut layers, 4);
        assert_eq!(missing, 0);
        assert_eq!(parts[0], Part { layer: 0, quantity: 2, value: 4.into() });
        assert_eq!(parts[1], Part { layer: 1, quantity: 2, value: 6.into() });
        assert_eq!(layers, [layer(0, "0"), layer(3, "9")]);
    }

    #[test]
    fn the_last_unit_takes_the_odd_penny() {
        let mut layers = [layer(3, "10")];
        let values: Vec<_> = (0..3).map(|_| consume(&mut layers, 1).0[0].value).collect();
        assert_eq!(values.iter().sum::<Decimal>(), Decimal::from(10));
        assert_eq!(values[0], "3.3333".parse().unwrap());
        assert_eq!(layers[0], layer(0, "0"));
    }

    #[test]
    fn units_no_layer_covers_are_told() {
        let (parts, missing) = consume(&mut [layer(1, "1")], 3);
        assert_eq!((parts.len(), missing), (1, 2));
    }

    #[test]
    fn what_comes_back_goes_to_the_layer_taken_last() {
        let mut taken = [Taken { layer: 0, quantity: 2, value: 4.into() }, Taken { layer: 1, quantity: 2, value: 6.into() }];
        let (parts, missing) = reinstate(&mut taken, 3);
        assert_eq!(parts[0], Part { layer: 1, quantity: 2, value: 6.into() });
        assert_eq!(parts[1], Part { layer: 0, quantity: 1, value: 2.into() });
        assert_eq!(missing, 0);
        assert_eq!(reinstate(&mut taken, 9).1, 8);
    }

    proptest! {
        #[test]
        fn consumed_and_remaining_value_sum_to_the_whole(
            layers in prop::collection::vec((1..50i32, 0..1_000_000i64), 1..6), asks in prop::collection::vec(1..30i32, 1..20),
        ) {
            let mut now: Vec<_> = layers.iter().map(|(n, v)| Layer { remaining: *n, value: Decimal::new(*v, 2) }).collect();
            let whole: Decimal = now.iter().map(|l| l.value).sum();
            let mut spent = Decimal::ZERO;
            let mut taken = Vec::new();
            for ask in asks {
                let before: i32 = now.iter().map(|l| l.remaining).sum();
                let (parts, missing) = consume(&mut now, ask);
                prop_assert_eq!(missing, (ask - before).max(0));
                spent += parts.iter().map(|p| p.value).sum::<Decimal>();
                taken.extend(parts.into_iter().map(|p| Taken { layer: p.layer, quantity: p.quantity, value: p.value }));
                prop_assert_eq!(spent + now.iter().map(|l| l.value).sum::<Decimal>(), whole);
                prop_assert!(now.iter().all(|l| l.remaining >= 0 && l.value >= Decimal::ZERO && (l.remaining > 0 || l.value.is_zero())));
            }
            let units: i32 = taken.iter().map(|t| t.quantity).sum();
            let (parts, missing) = reinstate(&mut taken, units);
            prop_assert_eq!(missing, 0);
            prop_assert_eq!(parts.iter().map(|p| p.value).sum::<Decimal>(), spent);
        }
    }
}
