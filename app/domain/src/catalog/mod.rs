//! What is sold: SKUs, their barcodes and packs. Decides what a SKU must state; how many there are is `stock`.

pub mod card;
pub mod changes;
pub mod kits;
pub mod readiness;
mod refusal;
pub mod sheet;
pub mod slotting;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use refusal::CatalogRefusal;

use crate::ids::SkuId;

/// A SKU as it is brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSku {
    pub id: SkuId,
    pub code: String,
    pub name: String,
    /// What tells it from its siblings: "GREEN · 350 ml"; may be empty.
    pub variant: String,
    pub category: String,
    pub length_mm: i32,
    pub width_mm: i32,
    pub height_mm: i32,
    pub weight_g: i32,
    /// For one, tax included, in the org's currency.
    pub price: Decimal,
    /// 0.2 = 20 %.
    pub tax_rate: Decimal,
    pub standard_cost: Decimal,
    /// Each with the units it counts: 1, or a case.
    pub barcodes: Vec<(String, i32)>,
}

/// Many SKUs at once; one bad SKU refuses them all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddSkus {
    pub skus: Vec<NewSku>,
}

/// A SKU as orders and screens need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkuRow {
    pub id: SkuId,
    pub code: String,
    pub name: String,
    pub variant: String,
    pub category: String,
    pub price: Decimal,
    pub tax_rate: Decimal,
}

impl NewSku {
    /// Is it whole? Named beside the field that is not.
    pub fn check(&self) -> Result<(), CatalogRefusal> {
        let invalid = |field: &'static str, words: &str| {
            Err(CatalogRefusal::Invalid { code: self.code.clone(), field: field.to_owned(), words: words.to_owned() })
        };
        if self.code.trim().is_empty() || self.code.len() > 60 {
            return invalid("code", "a code has 1 to 60 characters");
        }
        if self.name.trim().is_empty() {
            return invalid("name", "a name is missing");
        }
        if [self.length_mm, self.width_mm, self.height_mm].iter().any(|mm| *mm <= 0) {
            return invalid("dimensions", "length, width and height are above zero");
        }
        if self.weight_g <= 0 {
            return invalid("weight_g", "the weight is above zero");
        }
        if self.price < Decimal::ZERO || self.standard_cost < Decimal::ZERO {
            return invalid("price", "price and cost are not negative");
        }
        if self.tax_rate < Decimal::ZERO || self.tax_rate >= Decimal::ONE {
            return invalid("tax_rate", "the tax rate is a share from 0 to below 1");
        }
        for (index, (code, pack)) in self.barcodes.iter().enumerate() {
            if !(3..=80).contains(&code.len()) || *pack <= 0 {
                return invalid("barcodes", "a barcode has 3 to 80 characters and counts at least one unit");
            }
            if self.barcodes[..index].iter().any(|(other, _)| other == code) {
                return invalid("barcodes", "a barcode is there twice");
            }
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn mug() -> NewSku {
        NewSku {
            id: SkuId::mint(),
            code: "MUG-1".into(),
            name: "Mug".into(),
            variant: String::new(),
            category: "kitchen".into(),
            length_mm: 100,
            width_mm: 100,
            height_mm: 100,
            weight_g: 300,
            price: Decimal::new(1200, 2),
            tax_rate: Decimal::new(2, 1),
            standard_cost: Decimal::new(400, 2),
            barcodes: vec![("5012345678900".into(), 1), ("15012345678907".into(), 12)],
        }
    }

    /// MDM-1: several barcodes per SKU, cases among them.
    #[test]
    fn a_sku_has_several_barcodes_and_case_packs() {
        assert_eq!(mug().check(), Ok(()));
    }

    #[test]
    fn what_is_missing_is_named_by_its_field() {
        let field = |change: fn(&mut NewSku)| {
            let mut sku = mug();
            change(&mut sku);
            match sku.check() {
                Err(CatalogRefusal::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(field(|s| s.code = " ".into()), "code");
        assert_eq!(field(|s| s.name = String::new()), "name");
        assert_eq!(field(|s| s.height_mm = 0), "dimensions");
        assert_eq!(field(|s| s.weight_g = -1), "weight_g");
        assert_eq!(field(|s| s.price = Decimal::NEGATIVE_ONE), "price");
        assert_eq!(field(|s| s.tax_rate = Decimal::ONE), "tax_rate");
        assert_eq!(field(|s| s.barcodes[0].1 = 0), "barcodes");
        assert_eq!(field(|s| s.barcodes[1].0 = s.barcodes[0].0.clone()), "barcodes");
    }
}
