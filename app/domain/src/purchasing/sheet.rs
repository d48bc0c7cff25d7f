//! Files of suppliers and of what they ask: what a row says, and what it makes of what is known already.

use super::{SaveSupplier, SetPrice, SupplierRow};
use crate::ids::SupplierId;
use crate::rows::{self, Row};

pub const SUPPLIERS: [&str; 6] = ["code", "name", "email", "lead_days", "over_percent", "active"];
pub const PRICES: [&str; 4] = ["supplier", "sku", "from_quantity", "unit_cost"];

/// What becomes of a supplier; none known: a new one under this id, which says its name and how long it takes.
pub fn supplier(row: &Row, new: SupplierId, known: Option<&SupplierRow>) -> Result<SaveSupplier, String> {
    let said = |column: &str, old: Option<&str>| row.get(column).or(old).map(str::to_owned);
    let lead_days = row.whole("lead_days")?.or(known.map(|known| known.lead_days));
    Ok(SaveSupplier {
        id: known.map_or(new, |known| known.id),
        code: code(row)?,
        name: said("name", known.map(|known| known.name.as_str())).ok_or("the name is missing")?,
        email: said("email", known.map(|known| known.email.as_str())).unwrap_or_default(),
        lead_days: lead_days.ok_or("the lead_days is missing")?,
        over_percent: row.whole("over_percent")?.or(known.and_then(|known| known.over_percent)),
        active: row.yes("active")?.unwrap_or(known.is_none_or(|known| known.active)),
    })
}

/// Its code, as it is kept.
pub fn code(row: &Row) -> Result<String, String> {
    row.need("code").map(str::to_uppercase)
}

/// Does it change nothing?
pub fn says_so(asked: &SaveSupplier, known: &SupplierRow) -> bool {
    let same = (&asked.code, asked.name.trim(), asked.email.trim()) == (&known.code, &known.name, &known.email);
    same && (asked.lead_days, asked.over_percent, asked.active) == (known.lead_days, known.over_percent, known.active)
}

/// A supplier as a row of [`SUPPLIERS`].
pub fn supplier_cells(row: &SupplierRow) -> Vec<String> {
    let words = [row.code.clone(), row.name.clone(), row.email.clone(), row.lead_days.to_string()];
    words.into_iter().chain([rows::number(row.over_percent), rows::yes(row.active)]).collect()
}

/// The supplier's code, and its price for the SKU from a quantity on. Without one the price is of any quantity.
pub fn price(row: &Row) -> Result<(String, SetPrice), String> {
    let unit_cost = row.amount("unit_cost")?.ok_or("the unit_cost is missing")?;
    let price = SetPrice {
        supplier: SupplierId::NIL,
        sku: row.need("sku")?.to_owned(),
        min_quantity: row.whole("from_quantity")?.unwrap_or(1),
        unit_cost: Some(unit_cost),
    };
    Ok((row.need("supplier")?.to_uppercase(), price))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns: &[&'static str], cells: &[&str]) -> Row {
        Row::new(columns, cells).unwrap()
    }

    fn known() -> SupplierRow {
        SupplierRow {
            id: SupplierId::mint(),
            code: "NP".into(),
            name: "Northern Potteries".into(),
            email: "sales@np.example".into(),
            lead_days: 14,
            over_percent: Some(5),
            active: true,
            open_orders: 3,
            priced: 2,
        }
    }

    /// MDM-1: what is written reads back and changes nothing; an empty cell says nothing.
    #[test]
    fn a_supplier_is_written_and_read_back() {
        let known = known();
        let cells = supplier_cells(&known);
        let written = row(&SUPPLIERS, &cells.iter().map(String::as_str).collect::<Vec<_>>());
        let read = supplier(&written, SupplierId::NIL, Some(&known)).unwrap();
        assert!(says_so(&read, &known) && read.id == known.id, "{read:?}");
        let slower = supplier(&row(&["code", "lead_days", "email"], &["np", "20", ""]), SupplierId::NIL, Some(&known)).unwrap();
        assert_eq!((slower.lead_days, slower.email.as_str(), says_so(&slower, &known)), (20, "sales@np.example", false));
    }

    /// MDM-1: a new supplier says its name and how long it takes; what does not read is named.
    #[test]
    fn what_a_file_does_not_say_is_named() {
        let new = |columns: &[&'static str], cells: &[&str]| supplier(&row(columns, cells), SupplierId::NIL, None);
        assert!(new(&["code", "name", "lead_days"], &["AB", "Abe", "3"]).unwrap().active);
        for (columns, cells, named) in [
            (&["code", "name"][..], &["AB", "Abe"][..], "lead_days"),
            (&["code", "lead_days"], &["AB", "3"], "name"),
            (&["code", "name", "lead_days"], &["", "Abe", "3"], "code"),
            (&["code", "name", "lead_days"], &["AB", "Abe", "soon"], "soon"),
            (&["code", "name", "lead_days", "active"], &["AB", "Abe", "3", "perhaps"], "perhaps"),
        ] {
            assert!(new(columns, cells).unwrap_err().contains(named), "{named}");
        }
        let read = |cells: &[&str]| price(&row(&PRICES, cells));
        let (code, one) = read(&["np", "MUG", "", "3.50"]).unwrap();
        assert_eq!((code.as_str(), one.min_quantity), ("NP", 1));
        for (cells, named) in
            [(["NP", "MUG", "1", ""], "unit_cost"), (["NP", "", "1", "2"], "sku"), (["", "MUG", "1", "2"], "supplier")]
        {
            assert!(read(&cells).unwrap_err().contains(named), "{named}");
        }
    }
}
