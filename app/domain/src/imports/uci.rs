//! UCI "Online Retail II" (Chen 2019, CC BY 4.0): its eight
//! columns are [`HEADER`].
//! Decides what each row is; the dirt is real, and each kind of it has its rule in [`Outcome`].

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use rust_decimal::Decimal;

use super::{FileLine, FileOrder, Outcome};

/// The header, as the file has it; case and spaces aside.
pub const HEADER: [&str; 8] =
    ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"];

/// More units than any real line has; a larger number is a slip.
const UNITS_MAX: i32 = 200_000;

/// A row that reads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    pub invoice: String,
    pub stock_code: String,
    pub description: String,
    pub quantity: i32,
    pub at: DateTime<Utc>,
    pub price: Decimal,
    /// Empty: a guest.
    pub customer: String,
    pub country: String,
}

/// What a row is before it meets the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Sale,
    Return,
    /// Not taken, by this rule.
    Not(Outcome),
}

/// Reads one record; the words say which column does not read.
pub fn read(record: &[&str]) -> Result<Row, String> {
    let [invoice, stock_code, description, quantity, at, price, customer, country] = record else {
        return Err(format!("{} columns instead of {}", record.len(), HEADER.len()));
    };
    if invoice.trim().is_empty() || stock_code.trim().is_empty() {
        return Err("the invoice or the stock code is missing".to_owned());
    }
    let quantity: i32 = quantity.trim().parse().map_err(|_| format!("the quantity “{quantity}” is no whole number"))?;
    if quantity.unsigned_abs() > UNITS_MAX.unsigned_abs() {
        return Err(format!("the quantity {quantity} is beyond {UNITS_MAX}"));
    }
    let at = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(at.trim(), form).ok())
        .ok_or_else(|| format!("the date “{at}” does not read"))?
        .and_utc();
    let price: Decimal = price.trim().parse().map_err(|_| format!("the price “{price}” is no number"))?;
    if price.normalize().scale() > 4 {
        return Err(format!("the price {price} has more than four places"));
    }
    Ok(Row {
        invoice: invoice.trim().to_owned(),
        stock_code: stock_code.trim().to_uppercase(),
        description: description.split_whitespace().collect::<Vec<_>>().join(" "),
        quantity,
        at,
        price,
        customer: customer.trim().trim_end_matches(".0").to_owned(),
        country: country.trim().to_owned(),
    })
}

/// Products have a code of five digits and at most a few letters, or one of the shop's own `DCGS…`; all else
/// (POST, DOT, D, M, BANK CHARGES, ADJUST, gift vouchers, TEST…) is bookkeeping.
pub fn is_product(stock_code: &str) -> bool {
    let code = stock_code.as_bytes();
    let numbered = code.len() >= 5 && code[..5].iter().all(u8::is_ascii_digit) && code[5..].iter().all(u8::is_ascii_alphanumeric);
    numbered || (stock_code.starts_with("DCGS") && code.len() > 4)
}

/// Tells rows apart, one after another: a copy is only known by what came before it.
#[derive(Debug, Default)]
pub struct Sorter {
    seen: HashSet<Row>,
}

impl Sorter {
    /// What the row is. Rows of one invoice need not stand together: two invoices written at once are interleaved in the file.
    pub fn sort(&mut self, row: &Row) -> Kind {
        let credit = row.invoice.starts_with('C');
        if row.price < Decimal::ZERO {
            Kind::Not(Outcome::BooksCorrection)
        } else if !is_product(&row.stock_code) {
            Kind::Not(Outcome::PseudoSku)
        } else if row.quantity == 0 {
            Kind::Not(Outcome::StockCorrection)
        } else if credit && row.quantity > 0 {
            Kind::Not(Outcome::OddReturn)
        } else if !credit && row.quantity < 0 {
            Kind::Not(Outcome::StockCorrection)
        } else if row.price.is_zero() {
            Kind::Not(Outcome::ZeroPrice)
        } else if !self.seen.insert(row.clone()) {
            Kind::Not(Outcome::Duplicate)
        } else if credit {
            Kind::Return
        } else {
            Kind::Sale
        }
    }
}

/// ISO 3166-1 alpha-2 of the names the file uses; ZZ where it names no country.
pub fn country_code(name: &str) -> &'static str {
    const NAMES: [(&str, &str); 42] = [
        ("United Kingdom", "GB"),
        ("EIRE", "IE"),
        ("Germany", "DE"),
        ("France", "FR"),
        ("Netherlands", "NL"),
        ("Spain", "ES"),
        ("Sweden", "SE"),
        ("Belgium", "BE"),
        ("Switzerland", "CH"),
        ("Portugal", "PT"),
        ("Channel Islands", "JE"),
        ("Cyprus", "CY"),
        ("Greece", "GR"),
        ("Austria", "AT"),
        ("Australia", "AU"),
        ("United Arab Emirates", "AE"),
        ("Italy", "IT"),
        ("Denmark", "DK"),
        ("Finland", "FI"),
        ("Japan", "JP"),
        ("USA", "US"),
        ("Malta", "MT"),
        ("Poland", "PL"),
        ("Singapore", "SG"),
        ("Norway", "NO"),
        ("Bahrain", "BH"),
        ("Lithuania", "LT"),
        ("Hong Kong", "HK"),
        ("Thailand", "TH"),
        ("RSA", "ZA"),
        ("Brazil", "BR"),
        ("Israel", "IL"),
        ("Bermuda", "BM"),
        ("Nigeria", "NG"),
        ("Korea", "KR"),
        ("Lebanon", "LB"),
        ("Iceland", "IS"),
        ("Canada", "CA"),
        ("Czech Republic", "CZ"),
        ("Saudi Arabia", "SA"),
        ("Ireland", "IE"),
        ("Luxembourg", "LU"),
    ];
    NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("ZZ", |(_, code)| code)
}

/// An order of these sale rows of one invoice. The file has no names or addresses: what carriers need is made of what it has.
pub fn order(rows: &[(i32, Row)]) -> Option<FileOrder> {
    let (_, first) = rows.first()?;
    let guest = first.customer.is_empty();
    let who = if guest { format!("guest-{}", first.invoice) } else { first.customer.clone() };
    let line = |(row_no, row): &(i32, Row)| FileLine {
        row_no: *row_no,
        sku_code: row.stock_code.clone(),
        name: row.description.clone(),
        quantity: row.quantity,
        unit_price: row.price,
        discount: Decimal::ZERO,
    };
    Some(FileOrder {
        external_id: first.invoice.clone(),
        at: first.at,
        customer_name: if guest { "Guest".to_owned() } else { format!("Customer {who}") },
        email: format!("{}@customers.invalid", who.to_lowercase()),
        address_line: format!("Customer {who}"),
        city: first.country.clone(),
        postcode: who,
        country: country_code(&first.country).to_owned(),
        shipping_amount: Decimal::ZERO,
        service: None,
        guest,
        lines: rows.iter().map(line).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(invoice: &str, code: &str, quantity: &str, price: &str) -> Row {
        read(&[invoice, code, " RED  MUG ", quantity, "2009-12-01 07:45:00", price, "13085.0", "United Kingdom"]).unwrap()
    }

    fn sorted(rows: &[Row]) -> Vec<Kind> {
        let mut sorter = Sorter::default();
        rows.iter().map(|row| sorter.sort(row)).collect()
    }

    /// ROL-2: each kind of dirt has its own rule.
    #[test]
    fn each_row_has_its_rule() {
        let not = |outcome| Kind::Not(outcome);
        let of =
            |invoice: &str, code: &str, quantity: &str, price: &str| sorted(&[row(invoice, code, quantity, price)]).remove(0);
        assert_eq!(of("489434", "85048", "12", "6.95"), Kind::Sale);
        assert_eq!(of("489434", "79323P", "12", "6.95"), Kind::Sale);
        assert_eq!(of("489434", "DCGS0058", "1", "0.83"), Kind::Sale);
        assert_eq!(of("C489449", "22087", "-12", "2.95"), Kind::Return);
        for code in ["POST", "D", "M", "BANK CHARGES", "ADJUST", "gift_0001_30", "TEST001", "C2", "DCGS"] {
            assert_eq!(of("489434", code, "1", "3"), not(Outcome::PseudoSku), "{code}");
        }
        assert_eq!(of("489464", "21733", "-96", "0"), not(Outcome::StockCorrection));
        assert_eq!(of("489464", "21733", "-96", "1"), not(Outcome::StockCorrection));
        assert_eq!(of("C489464", "21733", "1", "1"), not(Outcome::OddReturn));
        assert_eq!(of("489464", "21733", "96", "0"), not(Outcome::ZeroPrice));
        assert_eq!(of("A506401", "B", "1", "-53594.36"), not(Outcome::BooksCorrection));
    }

    #[test]
    fn a_copy_within_an_invoice_is_a_duplicate_and_across_invoices_is_not() {
        let (a, b) = (row("489434", "85048", "12", "6.95"), row("489435", "85048", "12", "6.95"));
        let duplicate = Kind::Not(Outcome::Duplicate);
        assert_eq!(
            sorted(&[a.clone(), a.clone(), b, row("489435", "85048", "1", "6.95")]),
            [Kind::Sale, duplicate, Kind::Sale, Kind::Sale]
        );
    }

    #[test]
    fn what_does_not_read_says_which_column() {
        let with =
            |quantity: &str, at: &str, price: &str| read(&["1", "85048", "x", quantity, at, price, "", "EIRE"]).unwrap_err();
        assert!(with("many", "2009-12-01 07:45:00", "1").contains("quantity"));
        assert!(with("1000000", "2009-12-01 07:45:00", "1").contains("quantity"));
        assert!(with("1", "yesterday", "1").contains("date"));
        assert!(with("1", "2009-12-01 07:45:00", "£1").contains("price"));
        assert!(with("1", "2009-12-01 07:45:00", "1.00001").contains("places"));
        assert!(read(&["1", "2"]).unwrap_err().contains("columns"));
        assert!(read(&[" ", "85048", "x", "1", "2009-12-01 07:45:00", "1", "", "EIRE"]).is_err());
    }

    #[test]
    fn an_invoice_becomes_an_order_a_carrier_can_take() {
        let known = order(&[(1, row("489434", "85048", "12", "6.95"))]).unwrap();
        assert_eq!((known.customer_name.as_str(), known.email.as_str()), ("Customer 13085", "13085@customers.invalid"));
        assert_eq!((known.country.as_str(), known.guest, known.lines[0].name.as_str()), ("GB", false, "RED MUG"));
        let guest = Row { customer: String::new(), country: "Unspecified".into(), ..row("489434", "85048", "12", "6.95") };
        let guest = order(&[(1, guest)]).unwrap();
        assert!(guest.guest && guest.email.starts_with("guest-489434@") && guest.country == "ZZ");
        assert_eq!(order(&[]), None);
    }
}
