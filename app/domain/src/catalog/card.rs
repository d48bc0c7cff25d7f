//! A SKU's card, as people edit it: in parts, each with an owner. Decides what may stand on it and what differs; who may change which
//! part is `changes`.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::slotting::Slotting;
use super::{CatalogRefusal, NewSku};
use crate::ids::SkuId;
use crate::numbers::Series;
use crate::quantity::QUANTITY_MAX;
use crate::sites::places::{Hazard, StorageClass};

/// Sides and weight are whole numbers up to what no warehouse holds (a kilometre, ten tonnes).
const MM_MAX: i32 = 1_000_000;
const GRAMS_MAX: i32 = 10_000_000;
/// Barcodes of one SKU.
const BARCODES_MAX: usize = 40;
/// Money on a card.
const MONEY_MAX: i64 = 1_000_000_000;

/// What one of it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    #[default]
    Each,
    Pair,
    Set,
    Pack,
    Metre,
    Kilogram,
    Litre,
}

impl Unit {
    pub const ALL: [Self; 7] = [Self::Each, Self::Pair, Self::Set, Self::Pack, Self::Metre, Self::Kilogram, Self::Litre];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Each => "each",
            Self::Pair => "pair",
            Self::Set => "set",
            Self::Pack => "pack",
            Self::Metre => "metre",
            Self::Kilogram => "kilogram",
            Self::Litre => "litre",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Each => "Each",
            Self::Pair => "Pair",
            Self::Set => "Set",
            Self::Pack => "Pack",
            Self::Metre => "Metre",
            Self::Kilogram => "Kilogram",
            Self::Litre => "Litre",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.code() == code.trim().to_lowercase())
    }
}

/// A part of what is known of a SKU; each has one owner. The last two do not stand on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    Naming,
    Warehouse,
    Finance,
    Barcodes,
    Kit,
    Tracking,
}

impl Group {
    pub const ALL: [Self; 6] = [Self::Naming, Self::Warehouse, Self::Finance, Self::Barcodes, Self::Kit, Self::Tracking];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Naming => "naming",
            Self::Warehouse => "warehouse",
            Self::Finance => "finance",
            Self::Barcodes => "barcodes",
            Self::Kit => "kit",
            Self::Tracking => "tracking",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Naming => "Name and category",
            Self::Warehouse => "Size and storage",
            Self::Finance => "Price and cost",
            Self::Barcodes => "Barcodes and packs",
            Self::Kit => "Parts of a kit",
            Self::Tracking => "Lots and serials",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    pub name: String,
    pub variant: String,
    pub category: String,
    pub unit: Unit,
    pub active: bool,
}

/// None: nobody has measured it yet; the planner goes by a guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warehouse {
    pub dimensions_mm: Option<[i32; 3]>,
    pub weight_g: Option<i32>,
    pub slotting: Slotting,
    /// What it asks of the bin it stands in.
    #[serde(default)]
    pub storage: StorageClass,
    #[serde(default)]
    pub hazard: Hazard,
}

impl Warehouse {
    /// Nobody has said anything.
    pub const UNKNOWN: Self = Self {
        dimensions_mm: None,
        weight_g: None,
        slotting: Slotting::Unclassed,
        storage: StorageClass::Ambient,
        hazard: Hazard::None,
    };
}

/// None: nobody has said yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finance {
    pub price: Option<Decimal>,
    pub tax_rate: Option<Decimal>,
    pub standard_cost: Option<Decimal>,
}

/// A barcode and the units it counts: one, or a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pack {
    pub code: String,
    pub quantity: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    pub code: String,
    pub naming: Naming,
    pub warehouse: Warehouse,
    pub finance: Finance,
    pub barcodes: Vec<Pack>,
}

/// One part of it by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "group", content = "part", rename_all = "snake_case")]
pub enum Part {
    Naming(Naming),
    Warehouse(Warehouse),
    Finance(Finance),
    Barcodes(Vec<Pack>),
}

impl Part {
    pub const fn group(&self) -> Group {
        match self {
            Self::Naming(_) => Group::Naming,
            Self::Warehouse(_) => Group::Warehouse,
            Self::Finance(_) => Group::Finance,
            Self::Barcodes(_) => Group::Barcodes,
        }
    }

    /// What stands on it, line by line, for people.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let given = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
        match self {
            Self::Naming(n) => vec![
                ("Name", n.name.clone()),
                ("Variant", n.variant.clone()),
                ("Category", n.category.clone()),
                ("Unit", n.unit.words().to_owned()),
                ("Active", if n.active { "yes" } else { "no" }.to_owned()),
            ],
            Self::Warehouse(w) => vec![
                ("Size", given(w.dimensions_mm.map(|[l, w, h]| format!("{l} × {w} × {h} mm")))),
                ("Weight", given(w.weight_g.map(|grams| format!("{grams} g")))),
                ("Class", w.slotting.words().to_owned()),
                ("Stored", w.storage.words().to_owned()),
                ("Hazard", w.hazard.words().to_owned()),
            ],
            Self::Finance(f) => vec![
                ("Price", given(f.price.map(|amount| amount.normalize().to_string()))),
                ("Tax rate", given(f.tax_rate.map(|rate| format!("{} %", (rate * Decimal::ONE_HUNDRED).normalize())))),
                ("Standard cost", given(f.standard_cost.map(|amount| amount.normalize().to_string()))),
            ],
            Self::Barcodes(packs) => {
                let pack = |pack: &Pack| format!("{} × {}", pack.code, pack.quantity);
                let all: Vec<String> = packs.iter().map(pack).collect();
                vec![("Barcodes", if all.is_empty() { "none".to_owned() } else { all.join(", ") })]
            }
        }
    }
}

impl Card {
    pub fn parts(&self) -> [Part; 4] {
        [
            Part::Naming(self.naming.clone()),
            Part::Warehouse(self.warehouse.clone()),
            Part::Finance(self.finance.clone()),
            Part::Barcodes(self.barcodes.clone()),
        ]
    }

    /// Is this what stands on it?
    pub fn says(&self, part: &Part) -> bool {
        self.parts().contains(part)
    }

    pub fn put(&mut self, part: Part) {
        match part {
            Part::Naming(naming) => self.naming = naming,
            Part::Warehouse(warehouse) => self.warehouse = warehouse,
            Part::Finance(finance) => self.finance = finance,
            Part::Barcodes(barcodes) => self.barcodes = barcodes,
        }
    }

    /// Its barcodes, as they are scanned.
    pub fn scans(&self) -> Vec<&str> {
        self.barcodes.iter().map(|pack| pack.code.as_str()).collect()
    }

    /// Parts that are other than they were: each before and after.
    pub fn changed(&self, before: &Self) -> Vec<(Part, Part)> {
        before.parts().into_iter().zip(self.parts()).filter(|(before, after)| before != after).collect()
    }

    /// Written as it is kept: no blanks around words, barcodes in order.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.code = self.code.trim().to_owned();
        let naming = &mut self.naming;
        for words in [&mut naming.name, &mut naming.variant, &mut naming.category] {
            *words = words.trim().to_owned();
        }
        if naming.category.is_empty() {
            "general".clone_into(&mut naming.category);
        }
        self.barcodes.iter_mut().for_each(|pack| pack.code = pack.code.trim().to_owned());
        self.barcodes.retain(|pack| !pack.code.is_empty());
        self.barcodes.sort_by(|a, b| (a.quantity, &a.code).cmp(&(b.quantity, &b.code)));
        let finance = &mut self.finance;
        for amount in [&mut finance.price, &mut finance.tax_rate, &mut finance.standard_cost] {
            *amount = amount.map(|amount| amount.normalize());
        }
        self
    }

    /// May it stand so? Named beside the field that may not.
    pub fn check(&self) -> Result<(), CatalogRefusal> {
        let bad = |field: &'static str, words: &str| {
            Err(CatalogRefusal::Invalid { code: self.code.clone(), field: field.to_owned(), words: words.to_owned() })
        };
        let naming = &self.naming;
        if self.code.is_empty() || self.code.len() > 60 {
            return bad("code", "a code has 1 to 60 characters");
        }
        if Series::reads(&self.code).is_some() {
            return bad("code", "a code of this form is a document's number");
        }
        if naming.name.is_empty() || naming.name.len() > 200 {
            return bad("name", "a name has 1 to 200 characters");
        }
        if naming.variant.len() > 200 || naming.category.len() > 60 {
            return bad("category", "a variant has at most 200 characters, a category 60");
        }
        let sides = self.warehouse.dimensions_mm.unwrap_or([1; 3]);
        if sides.iter().any(|mm| !(1..=MM_MAX).contains(mm)) {
            return bad("dimensions", "length, width and height are from 1 to 1,000,000 mm");
        }
        if !(1..=GRAMS_MAX).contains(&self.warehouse.weight_g.unwrap_or(1)) {
            return bad("weight_g", "the weight is from 1 g to 10 t");
        }
        let finance = &self.finance;
        for (field, amount) in [("price", finance.price), ("standard_cost", finance.standard_cost)] {
            let amount = amount.unwrap_or_default();
            if amount < Decimal::ZERO || amount > MONEY_MAX.into() || amount.normalize().scale() > 4 {
                return bad(field, "an amount is not negative and has at most four places");
            }
        }
        let rate = finance.tax_rate.unwrap_or_default();
        if rate < Decimal::ZERO || rate >= Decimal::ONE || rate.normalize().scale() > 4 {
            return bad("tax_rate", "the tax rate is from 0 to below 100 %");
        }
        self.check_barcodes()
    }

    fn check_barcodes(&self) -> Result<(), CatalogRefusal> {
        let bad = |words: &str| {
            Err(CatalogRefusal::Invalid { code: self.code.clone(), field: "barcodes".to_owned(), words: words.to_owned() })
        };
        if self.barcodes.len() > BARCODES_MAX {
            return bad("a SKU has at most 40 barcodes");
        }
        for (index, pack) in self.barcodes.iter().enumerate() {
            if !(3..=80).contains(&pack.code.len()) || !(1..=QUANTITY_MAX).contains(&pack.quantity) {
                return bad("a barcode has 3 to 80 characters and counts at least one unit");
            }
            if Series::reads(&pack.code).is_some() {
                return bad("a barcode of this form is a document's number");
            }
            if self.barcodes[..index].iter().any(|other| other.code.eq_ignore_ascii_case(&pack.code)) {
                return bad("a barcode is there twice");
            }
        }
        Ok(())
    }
}

/// Says who a card is of, for commands that change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveSku {
    pub id: SkuId,
    pub card: Card,
    /// The card it was made of; none: a new SKU. What others changed meanwhile stays as they left it.
    pub seen: Option<Card>,
    /// A word to whoever has to agree.
    pub note: String,
}

impl From<&NewSku> for Card {
    fn from(new: &NewSku) -> Self {
        let pack = |(code, quantity): &(String, i32)| Pack { code: code.clone(), quantity: *quantity };
        Self {
            code: new.code.clone(),
            naming: Naming {
                name: new.name.clone(),
                variant: new.variant.clone(),
                category: new.category.clone(),
                unit: Unit::Each,
                active: true,
            },
            warehouse: Warehouse {
                dimensions_mm: Some([new.length_mm, new.width_mm, new.height_mm]),
                weight_g: Some(new.weight_g),
                ..Warehouse::UNKNOWN
            },
            finance: Finance { price: Some(new.price), tax_rate: Some(new.tax_rate), standard_cost: Some(new.standard_cost) },
            barcodes: new.barcodes.iter().map(pack).collect(),
        }
        .tidy()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mug() -> Card {
        Card::from(&super::super::tests::mug())
    }

    /// MDM-1: what may not stand on a card is named beside its field.
    #[test]
    fn what_may_not_stand_on_a_card_is_named() {
        assert_eq!(mug().check(), Ok(()));
        let field = |change: fn(&mut Card)| {
            let mut card = mug();
            change(&mut card);
            match card.tidy().check() {
                Err(CatalogRefusal::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(field(|c| c.code = " ".into()), "code");
        assert_eq!(field(|c| c.code = "so-12".into()), "code");
        assert_eq!(field(|c| c.naming.name = " ".into()), "name");
        assert_eq!(field(|c| c.naming.category = "x".repeat(61)), "category");
        assert_eq!(field(|c| c.warehouse.dimensions_mm = Some([0, 1, 1])), "dimensions");
        assert_eq!(field(|c| c.warehouse.weight_g = Some(0)), "weight_g");
        assert_eq!(field(|c| c.finance.price = Some(Decimal::NEGATIVE_ONE)), "price");
        assert_eq!(field(|c| c.finance.standard_cost = Some(Decimal::new(1, 5))), "standard_cost");
        assert_eq!(field(|c| c.finance.tax_rate = Some(Decimal::ONE)), "tax_rate");
        assert_eq!(field(|c| c.barcodes[0].quantity = 0), "barcodes");
        assert_eq!(field(|c| c.barcodes[0].code = "RMA-77".into()), "barcodes");
        let twice = |c: &mut Card| c.barcodes.push(Pack { code: c.barcodes[0].code.clone(), quantity: 6 });
        assert_eq!(field(twice), "barcodes");
        let mut unknown = mug();
        unknown.warehouse = Warehouse::UNKNOWN;
        unknown.finance = Finance { price: None, tax_rate: None, standard_cost: None };
        unknown.barcodes.clear();
        assert_eq!(unknown.check(), Ok(()), "what nobody knows yet may be left open");
    }

    /// MDM-3: only the parts that differ are changed.
    #[test]
    fn a_card_knows_what_differs() {
        let (before, mut after) = (mug(), mug());
        assert_eq!(after.changed(&before), []);
        after.finance.price = Some(Decimal::from(13));
        after.warehouse.weight_g = None;
        let changed = after.changed(&before);
        assert_eq!(changed.iter().map(|(_, after)| after.group()).collect::<Vec<_>>(), [Group::Warehouse, Group::Finance]);
        assert!(changed.iter().all(|(old, new)| before.says(old) && !before.says(new) && after.says(new)));
        let mut put = before;
        for (_, part) in changed {
            put.put(part);
        }
        assert_eq!(put, after);
        for group in Group::ALL {
            assert_eq!(Group::parse(group.code()), Some(group));
            assert_eq!(serde_json::to_value(group).unwrap(), group.code());
        }
        for unit in Unit::ALL {
            assert_eq!(Unit::parse(unit.code()), Some(unit));
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.code());
        }
    }
}
