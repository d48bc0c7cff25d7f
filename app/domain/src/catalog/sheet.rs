//! A file of SKUs, a row each: what a row says, and the card it makes of what is known already. An empty cell says nothing; a column may
//! be left out, and columns may stand in any order.

use super::card::{Card, Finance, Naming, Pack, Unit, Warehouse};
use super::slotting::Slotting;
use crate::rows::{self, Row};
use crate::sites::places::{Hazard, StorageClass};

/// What a file may say, and what it is written with.
pub const HEADER: [&str; 16] = [
    "code",
    "name",
    "variant",
    "category",
    "unit",
    "active",
    "length_mm",
    "width_mm",
    "height_mm",
    "weight_g",
    "class",
    "storage",
    "hazard",
    "price",
    "tax_rate",
    "standard_cost",
];
/// Each `code x quantity`, several parted by semicolons.
pub const BARCODES: &str = "barcodes";

/// The columns of a file, in its own order.
pub fn columns(header: &[&str]) -> Result<Vec<&'static str>, String> {
    rows::columns(header, &HEADER.into_iter().chain([BARCODES]).collect::<Vec<_>>(), &["code"])
}

impl Row {
    pub fn code(&self) -> &str {
        self.get("code").unwrap_or_default()
    }

    /// What becomes of a SKU's card; none known: what a new one says.
    pub fn onto(&self, known: Option<&Card>) -> Result<Card, String> {
        let mut card = known.cloned().unwrap_or_else(|| blank(self.code()));
        for (column, words) in
            [("name", &mut card.naming.name), ("variant", &mut card.naming.variant), ("category", &mut card.naming.category)]
        {
            if let Some(cell) = self.get(column) {
                cell.clone_into(words);
            }
        }
        if let Some(cell) = self.get("unit") {
            card.naming.unit = Unit::parse(cell).ok_or_else(|| format!("there is no unit “{cell}”"))?;
        }
        card.naming.active = self.yes("active")?.unwrap_or(card.naming.active);
        let sides = [self.whole("length_mm")?, self.whole("width_mm")?, self.whole("height_mm")?];
        if sides.iter().any(Option::is_some) {
            let old = card.warehouse.dimensions_mm;
            let side = |at: usize| sides[at].or_else(|| old.map(|old| old[at]));
            let (Some(length), Some(width), Some(height)) = (side(0), side(1), side(2)) else {
                return Err("length, width and height belong together".to_owned());
            };
            card.warehouse.dimensions_mm = Some([length, width, height]);
        }
        card.warehouse.weight_g = self.whole("weight_g")?.or(card.warehouse.weight_g);
        if let Some(cell) = self.get("class") {
            card.warehouse.slotting = Slotting::parse(cell).ok_or_else(|| format!("there is no class “{cell}”"))?;
        }
        if let Some(cell) = self.get("storage") {
            card.warehouse.storage = StorageClass::parse(cell).ok_or_else(|| format!("there is no storage class “{cell}”"))?;
        }
        if let Some(cell) = self.get("hazard") {
            card.warehouse.hazard = Hazard::parse(cell).ok_or_else(|| format!("there is no hazard “{cell}”"))?;
        }
        card.finance.price = self.amount("price")?.or(card.finance.price);
        card.finance.tax_rate = self.amount("tax_rate")?.or(card.finance.tax_rate);
        card.finance.standard_cost = self.amount("standard_cost")?.or(card.finance.standard_cost);
        if let Some(cell) = self.get(BARCODES) {
            card.barcodes = packs(cell)?;
        }
        Ok(card.tidy())
    }
}

/// A SKU of which only its code is known.
pub fn blank(code: &str) -> Card {
    Card {
        code: code.to_owned(),
        naming: Naming { name: String::new(), variant: String::new(), category: String::new(), unit: Unit::Each, active: true },
        warehouse: Warehouse::UNKNOWN,
        finance: Finance { price: None, tax_rate: None, standard_cost: None },
        barcodes: Vec::new(),
    }
}

/// `5012345678900; 15012345678907 x 12`.
pub fn packs(text: &str) -> Result<Vec<Pack>, String> {
    let one = |text: &str| {
        let (code, quantity) = text.rsplit_once(" x ").unwrap_or((text, "1"));
        let quantity = quantity.trim().parse().map_err(|_| format!("the barcode “{text}” counts no whole number"))?;
        Ok(Pack { code: code.trim().to_owned(), quantity })
    };
    text.split([';', '\n']).map(str::trim).filter(|text| !text.is_empty()).map(one).collect()
}

/// The same, written.
pub fn written(packs: &[Pack]) -> String {
    let one = |pack: &Pack| if pack.quantity == 1 { pack.code.clone() } else { format!("{} x {}", pack.code, pack.quantity) };
    packs.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// A card as a row of [`HEADER`] and its barcodes.
pub fn cells(card: &Card) -> Vec<String> {
    let number = |value: Option<String>| value.unwrap_or_default();
    let [length, width, height] = card.warehouse.dimensions_mm.map_or([None; 3], |sides| sides.map(Some));
    let mut cells = vec![
        card.code.clone(),
        card.naming.name.clone(),
        card.naming.variant.clone(),
        card.naming.category.clone(),
        card.naming.unit.code().to_owned(),
        rows::yes(card.naming.active),
    ];
    cells.extend([length, width, height, card.warehouse.weight_g].map(|whole| number(whole.map(|whole| whole.to_string()))));
    let warehouse = &card.warehouse;
    let codes = [warehouse.slotting.code(), warehouse.storage.code(), warehouse.hazard.code()];
    cells.extend(codes.map(str::to_owned));
    let finance = [card.finance.price, card.finance.tax_rate, card.finance.standard_cost];
    cells.extend(finance.map(|amount| number(amount.map(|amount| amount.normalize().to_string()))));
    cells.push(written(&card.barcodes));
    cells
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn row(columns: &[&'static str], cells: &[&str]) -> Row {
        Row::new(columns, cells).unwrap()
    }

    /// MDM-1, ROL-2: what is written reads back, and empty cells say nothing.
    #[test]
    fn a_card_is_written_and_read_back() {
        let mug = Card::from(&super::super::tests::mug());
        let columns = columns(&HEADER.into_iter().chain([BARCODES]).collect::<Vec<_>>()).unwrap();
        let cells = cells(&mug);
        let written = row(&columns, &cells.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(written.onto(None).unwrap(), mug);
        let little = row(&["code", "price", "weight_g"], &["MUG-1", "13.50", ""]);
        let changed = little.onto(Some(&mug)).unwrap();
        assert_eq!(changed.finance.price, Some(Decimal::new(135, 1)));
        assert_eq!((changed.warehouse, changed.barcodes), (mug.warehouse.clone(), mug.barcodes.clone()));
        let new = row(&["code", "name"], &["CUP", "Cup"]).onto(None).unwrap();
        assert_eq!((new.warehouse.weight_g, new.finance.price, new.barcodes.len()), (None, None, 0));
    }

    /// MDM-1, ROL-2: what a file cannot say is named.
    #[test]
    fn what_does_not_read_names_its_column() {
        assert!(columns(&["name"]).unwrap_err().contains("code"));
        assert!(columns(&["code", "colour"]).unwrap_err().contains("colour"));
        assert!(columns(&["code", "Code"]).unwrap_err().contains("twice"));
        assert!(Row::new(&["code"], &["A", "B"]).is_err());
        for (column, cell) in [
            ("unit", "yard"),
            ("active", "perhaps"),
            ("length_mm", "10"),
            ("weight_g", "heavy"),
            ("class", "z"),
            ("storage", "cellar"),
            ("hazard", "loud"),
            ("price", "dear"),
            (BARCODES, "501 x many"),
        ] {
            assert!(row(&["code", column], &["CUP", cell]).onto(None).is_err(), "{column}");
        }
        assert_eq!(packs("501; 1501 x 12").unwrap()[1], Pack { code: "1501".into(), quantity: 12 });
    }
}
