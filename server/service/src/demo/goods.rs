//! What the demo sells: two thousand SKUs of an invented shop for home and kitchen. Data, told by a seed; decides nothing.

use domain::catalog::NewSku;
use domain::ids::SkuId;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rust_decimal::Decimal;
use uuid::Uuid;

pub(super) const SKUS: usize = 2_000;

/// Kind of thing, its category, its size in mm (length, width, height), its weight in g and its usual price.
type Thing = (&'static str, &'static str, (i32, i32, i32), i32, i64);
const THINGS: [Thing; 25] = [
    ("Mug", "kitchen", (120, 90, 100), 340, 12),
    ("Espresso cup", "kitchen", (80, 60, 60), 160, 9),
    ("Teapot", "kitchen", (240, 150, 160), 920, 38),
    ("Dinner plate", "kitchen", (270, 270, 25), 610, 16),
    ("Soup bowl", "kitchen", (170, 170, 80), 420, 14),
    ("Carving board", "kitchen", (400, 280, 22), 1450, 34),
    ("Storage jar", "kitchen", (110, 110, 180), 520, 15),
    ("Tea towel", "textiles", (300, 220, 15), 120, 11),
    ("Linen napkin", "textiles", (220, 220, 10), 70, 8),
    ("Wool throw", "textiles", (400, 300, 90), 1100, 74),
    ("Cushion cover", "textiles", (300, 250, 30), 240, 26),
    ("Bath towel", "textiles", (350, 300, 80), 640, 29),
    ("Table lamp", "lighting", (300, 220, 380), 1900, 89),
    ("Pendant shade", "lighting", (360, 360, 260), 980, 66),
    ("Candle holder", "home", (110, 110, 120), 380, 19),
    ("Picture frame", "home", (320, 230, 25), 540, 22),
    ("Wall hook", "home", (120, 60, 70), 150, 13),
    ("Door mat", "home", (700, 400, 25), 1800, 32),
    ("Plant pot", "garden", (200, 200, 190), 1200, 24),
    ("Watering can", "garden", (340, 160, 280), 780, 36),
    ("Herb kit", "garden", (260, 180, 120), 650, 18),
    ("Notebook", "stationery", (215, 150, 16), 280, 12),
    ("Pen", "stationery", (150, 20, 20), 30, 6),
    ("Wooden puzzle", "toys", (240, 180, 50), 460, 21),
    ("Rag doll", "toys", (300, 140, 90), 260, 27),
];
const COLOURS: [&str; 12] = ["Chalk", "Ink", "Moss", "Rust", "Sand", "Slate", "Plum", "Teal", "Ochre", "Rose", "Fog", "Charcoal"];
const SERIES: [&str; 10] = ["Harbour", "Fell", "Dune", "Weir", "Copse", "Skerry", "Marsh", "Tarn", "Beacon", "Ferry"];

fn pick<T: Copy>(of: &[T], rng: &mut StdRng) -> T {
    *of.choose(rng).expect("the lists above are not empty")
}

/// The check digit of a GTIN (GS1 General Specifications 7.9).
fn gtin(digits: &str) -> String {
    let sum: u32 = digits.bytes().rev().enumerate().map(|(i, d)| u32::from(d - b'0') * if i % 2 == 0 { 3 } else { 1 }).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// The assortment: things × series × colours, until there are enough. The first sell best.
pub(super) fn skus(seed: u64) -> Vec<NewSku> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut skus = Vec::with_capacity(SKUS);
    let mut combinations: Vec<(usize, usize, usize)> = (0..THINGS.len())
        .flat_map(|thing| (0..SERIES.len()).flat_map(move |series| (0..COLOURS.len()).map(move |colour| (thing, series, colour))))
        .collect();
    for index in 0..SKUS {
        let chosen = rng.random_range(index..combinations.len());
        combinations.swap(index, chosen);
        let (thing, series, colour) = combinations[index];
        let (name, category, (length_mm, width_mm, height_mm), weight_g, price) = THINGS[thing];
        let price = Decimal::new(price * 100 + pick(&[-100, -50, 0, 0, 50, 95, 200], &mut rng), 2);
        let each = gtin(&format!("50{index:010}"));
        let case = gtin(&format!("150{index:010}"));
        skus.push(NewSku {
            id: SkuId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("demo sku {index}").as_bytes())),
            code: format!("TW-{:04}", index + 1),
            name: format!("{} {name}", SERIES[series]),
            variant: COLOURS[colour].to_uppercase(),
            category: category.to_owned(),
            length_mm,
            width_mm,
            height_mm,
            weight_g,
            price,
            tax_rate: Decimal::new(2, 1),
            standard_cost: (price * Decimal::new(42, 2)).round_dp(2),
            barcodes: vec![(each, 1), (case, pick(&[6, 12], &mut rng))],
        });
    }
    skus
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_assortment_is_whole_and_the_same_for_a_seed() {
        let goods = skus(7);
        assert_eq!(goods.len(), SKUS);
        assert!(goods.iter().all(|sku| sku.check().is_ok()));
        assert_eq!(goods, skus(7));
        let barcodes: BTreeSet<_> = goods.iter().flat_map(|sku| sku.barcodes.iter().map(|(code, _)| code)).collect();
        assert_eq!(barcodes.len(), 2 * SKUS);
        let names: BTreeSet<_> = goods.iter().map(|sku| (&sku.name, &sku.variant)).collect();
        assert_eq!(names.len(), SKUS);
    }

    /// GS1 General Specifications, example 7.9.
    #[test]
    fn check_digits_are_those_of_gs1() {
        assert_eq!(gtin("629104150021"), "6291041500213");
    }
}
