//! Kits: what is sold as one and kept, promised, picked and sent as its parts. Decides what a kit may be made of, and what each part of
//! one that is ordered costs. A kit has no stock of its own, and no kit is part of another.
//!
//! The price is shared by what the parts sell for alone (IFRS 15, 73–80: relative stand-alone selling prices), to the penny.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::CatalogRefusal;
use crate::ids::SkuId;
use crate::money::{Money, MoneyError};
use crate::orders::NewLine;

/// Different parts a kit may have.
pub const PARTS_MAX: usize = 50;
/// Units of one part in one kit.
pub const UNITS_MAX: i32 = 1_000;

/// What one kit is made of; no parts: it is a plain SKU again. Orders placed before keep what they were placed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetKit {
    pub kit: SkuId,
    pub parts: Vec<KitPart>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitPart {
    pub sku: SkuId,
    /// Units in one kit.
    pub quantity: i32,
}

/// A part with its item's code, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPart {
    pub sku: SkuId,
    pub code: String,
    pub quantity: i32,
}

/// A kit as it is typed: parts by code or barcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedKit {
    pub kit: SkuId,
    pub parts: Vec<TypedPart>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedPart {
    pub sku: String,
    pub quantity: i32,
}

/// A part as a screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KitPartRow {
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    pub quantity: i32,
    /// Kits this part is enough for, at the site that has most.
    pub enough_for: i32,
}

impl SetKit {
    /// May a kit be made of these?
    pub fn check(&self) -> Result<(), CatalogRefusal> {
        let invalid = |words: &str| Err(CatalogRefusal::KitInvalid { words: words.to_owned() });
        if self.parts.len() > PARTS_MAX {
            return invalid("a kit has at most 50 different parts");
        }
        for (index, part) in self.parts.iter().enumerate() {
            if part.sku == self.kit {
                return invalid("a kit is not part of itself");
            }
            if !(1..=UNITS_MAX).contains(&part.quantity) {
                return invalid("each part is there 1 to 1,000 times");
            }
            if self.parts[..index].iter().any(|other| other.sku == part.sku) {
                return invalid("a part is named twice: add its units up");
            }
        }
        Ok(())
    }
}

/// Whole kits that so many units of each part make: the scarcest part decides. `free` answers units of a SKU.
pub fn whole(parts: &[KitPart], free: impl Fn(SkuId) -> i32) -> i32 {
    parts.iter().map(|part| free(part.sku).max(0) / part.quantity.max(1)).min().unwrap_or(0)
}

/// Wants of kits as wants of their parts, summed with what is wanted of those alone.
pub fn into_parts<S: BuildHasher>(
    wants: BTreeMap<SkuId, i32>,
    made_of: &HashMap<SkuId, Vec<KitPart>, S>,
) -> BTreeMap<SkuId, i32> {
    let mut plain = BTreeMap::new();
    let mut want = |sku, units: i32| {
        let sum: &mut i32 = plain.entry(sku).or_default();
        *sum = sum.saturating_add(units);
    };
    for (sku, units) in wants {
        match made_of.get(&sku) {
            Some(parts) => parts.iter().for_each(|part| want(part.sku, units.saturating_mul(part.quantity))),
            None => want(sku, units),
        }
    }
    plain
}

/// An ordered kit as lines of its parts, which cost together exactly what it costs. `prices`: what one of each part sells for alone.
pub fn take_apart(kit: &NewLine, parts: &[KitPart], prices: &[Decimal], currency: &str) -> Result<Vec<NewLine>, CatalogRefusal> {
    let too_large = |_: MoneyError| CatalogRefusal::KitInvalid { words: "its price cannot be shared".to_owned() };
    let currency = iso_currency::Currency::from_code(currency)
        .ok_or_else(|| CatalogRefusal::KitInvalid { words: "its price has no known currency".to_owned() })?;
    let gross = Money { amount: kit.unit_price * Decimal::from(kit.quantity) - kit.discount, currency };
    let alone: Vec<Decimal> = parts.iter().zip(prices).map(|(part, price)| *price * Decimal::from(part.quantity)).collect();
    // Parts that sell for nothing alone share by their units.
    let units: Vec<Decimal> = parts.iter().map(|part| Decimal::from(part.quantity)).collect();
    let weights = if alone.iter().any(|weight| !weight.is_zero()) { alone } else { units };
    let shares = gross.split(&weights).map_err(too_large)?;
    let mut lines = Vec::new();
    for (part, share) in parts.iter().zip(shares) {
        let quantity = part
            .quantity
            .checked_mul(kit.quantity)
            .ok_or_else(|| CatalogRefusal::KitInvalid { words: "so many are too many".to_owned() })?;
        let many = Decimal::from(quantity);
        // A price for one has four places: rounded up, and what that is too much is the line's discount.
        let unit_price = (share.amount / many).round_dp_with_strategy(4, RoundingStrategy::AwayFromZero);
        lines.push(NewLine {
            sku: part.sku,
            quantity,
            unit_price,
            discount: unit_price * many - share.amount,
            kit: Some(kit.sku),
        });
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(quantity: i32) -> KitPart {
        KitPart { sku: SkuId::mint(), quantity }
    }

    fn line(quantity: i32, unit_price: Decimal, discount: Decimal) -> NewLine {
        NewLine { sku: SkuId::mint(), quantity, unit_price, discount, kit: None }
    }

    #[test]
    fn a_kit_is_made_of_other_skus_each_named_once() {
        let (kit, mug) = (SkuId::mint(), part(2));
        let words = |parts: Vec<KitPart>| SetKit { kit, parts }.check().map_err(|refusal| refusal.to_string());
        assert_eq!(words(vec![mug, part(1)]), Ok(()));
        assert_eq!(words(Vec::new()), Ok(()), "a plain SKU again");
        assert_eq!(
            words(vec![KitPart { sku: kit, quantity: 1 }]).unwrap_err(),
            "This kit cannot be: a kit is not part of itself."
        );
        for bad in [vec![mug, mug], vec![part(0)], vec![part(UNITS_MAX + 1)], (0..51).map(|_| part(1)).collect()] {
            assert!(words(bad).is_err());
        }
    }

    #[test]
    fn the_scarcest_part_decides_how_many_kits_there_are() {
        let (mug, plate) = (part(2), part(1));
        let free = |mugs, plates| whole(&[mug, plate], |sku| if sku == mug.sku { mugs } else { plates });
        assert_eq!((free(9, 9), free(9, 3), free(1, 3), free(-4, 3)), (4, 3, 0, 0));
        assert_eq!(whole(&[], |_| 9), 0);
    }

    /// ORD-2: a set costs what it costs, shared by what its parts sell for alone.
    #[test]
    fn the_price_is_shared_by_what_parts_sell_for_alone() {
        let lines = take_apart(
            &line(1, Decimal::new(3000, 2), Decimal::ZERO),
            &[part(2), part(1)],
            &[Decimal::from(10), Decimal::from(20)],
            "GBP",
        )
        .unwrap();
        let prices: Vec<_> = lines.iter().map(|line| (line.quantity, line.unit_price.normalize().to_string())).collect();
        assert_eq!(prices, [(2, "7.5".to_owned()), (1, "15".to_owned())]);
    }

    proptest! {
        #[test]
        fn parts_cost_together_what_the_kit_costs(
            parts in prop::collection::vec((1..7_i32, 0..5_000_i64), 1..6),
            quantity in 1..9_i32,
            pennies in 0..100_000_i64,
            off in 0..100_i64,
        ) {
            let price = Decimal::new(pennies, 2);
            let discount = Decimal::new(off, 2).min(price * Decimal::from(quantity));
            let kit = line(quantity, price, discount);
            let prices: Vec<Decimal> = parts.iter().map(|(_, price)| Decimal::new(*price, 2)).collect();
            let parts: Vec<KitPart> = parts.iter().map(|(quantity, _)| part(*quantity)).collect();
            let lines = take_apart(&kit, &parts, &prices, "GBP").unwrap();
            let sum: Decimal = lines.iter().map(|line| line.unit_price * Decimal::from(line.quantity) - line.discount).sum();
            prop_assert_eq!(sum, price * Decimal::from(quantity) - discount);
            for (line, part) in lines.iter().zip(&parts) {
                prop_assert_eq!(line.quantity, part.quantity * quantity);
                prop_assert!(line.discount >= Decimal::ZERO && line.discount <= line.unit_price * Decimal::from(line.quantity));
                prop_assert!(line.unit_price.normalize().scale() <= 4 && line.discount.normalize().scale() <= 4);
            }
        }
    }
}
