//! Tideway's own order form, a row a line: documented here, and in the app beside the upload.
//!
//! `order_id, placed_at, sku, quantity, unit_price, discount, customer_name, email, address_line, city, postcode, country,
//! shipping_amount, service`. `placed_at` is RFC 3339; amounts have a point and at most four places; `discount` and `shipping_amount`
//! may be empty (nothing), and so may `service`, the code of the carrier's service asked for; a file may leave that column out. What
//! belongs to the order is read from its first row.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{FileLine, FileOrder};
use crate::quantity::Quantity;

pub const HEADER: [&str; 14] = [
    "order_id",
    "placed_at",
    "sku",
    "quantity",
    "unit_price",
    "discount",
    "customer_name",
    "email",
    "address_line",
    "city",
    "postcode",
    "country",
    "shipping_amount",
    "service",
];
/// Files from before there were carriers have no `service`.
pub const HEADER_MIN: usize = 13;

/// A row that reads: an order of one line, to be joined with its neighbours.
pub fn read(row_no: i32, record: &[&str]) -> Result<FileOrder, String> {
    let [order_id, placed_at, sku, quantity, price, discount, name, email, address, city, postcode, country, shipping, rest @ ..] =
        record
    else {
        return Err(format!("{} columns instead of {}", record.len(), HEADER.len()));
    };
    let service = match rest {
        [] => "",
        [service] => service.trim(),
        _ => return Err(format!("{} columns instead of {}", record.len(), HEADER.len())),
    };
    let amount = |what: &str, text: &str| -> Result<Decimal, String> {
        if text.trim().is_empty() {
            return Ok(Decimal::ZERO);
        }
        let amount: Decimal = text.trim().parse().map_err(|_| format!("the {what} “{text}” is no number"))?;
        if amount < Decimal::ZERO || amount.normalize().scale() > 4 {
            return Err(format!("the {what} {amount} is negative or has more than four places"));
        }
        Ok(amount)
    };
    if order_id.trim().is_empty() {
        return Err("the order_id is missing".to_owned());
    }
    if sku.trim().is_empty() {
        return Err("the sku is missing".to_owned());
    }
    let at: DateTime<Utc> = DateTime::parse_from_rfc3339(placed_at.trim())
        .map_err(|_| format!("placed_at “{placed_at}” is no RFC 3339 time such as 2026-01-31T09:30:00Z"))?
        .into();
    let units: i64 = quantity.trim().parse().map_err(|_| format!("the quantity “{quantity}” is no whole number"))?;
    let quantity = Quantity::new(units).map_err(|error| error.to_string())?.units();
    if price.trim().is_empty() {
        return Err("the unit_price is missing".to_owned());
    }
    let line = FileLine {
        row_no,
        sku_code: sku.trim().to_owned(),
        name: String::new(),
        quantity,
        unit_price: amount("unit_price", price)?,
        discount: amount("discount", discount)?,
    };
    Ok(FileOrder {
        external_id: order_id.trim().to_owned(),
        at,
        customer_name: name.trim().to_owned(),
        email: email.trim().to_owned(),
        address_line: address.trim().to_owned(),
        city: city.trim().to_owned(),
        postcode: postcode.trim().to_owned(),
        country: country.trim().to_uppercase(),
        shipping_amount: amount("shipping_amount", shipping)?,
        service: Some(service.to_owned()).filter(|service| !service.is_empty()),
        guest: false,
        lines: vec![line],
    })
}

/// Joins rows of one order into it, in the order of the file.
pub fn join(rows: Vec<FileOrder>) -> Vec<FileOrder> {
    let mut orders: Vec<FileOrder> = Vec::new();
    let mut at: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for row in rows {
        if let Some(index) = at.get(&row.external_id) {
            orders[*index].lines.extend(row.lines);
        } else {
            at.insert(row.external_id.clone(), orders.len());
            orders.push(row);
        }
    }
    orders
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: [&str; 13] = [
        "W-1",
        "2026-01-31T09:30:00Z",
        "MUG",
        "2",
        "12.00",
        "",
        "Ana",
        "ana@example.com",
        "1 Quay",
        "Leeds",
        "LS1",
        "gb",
        "3.60",
    ];

    fn with(column: usize, text: &str) -> Result<FileOrder, String> {
        let mut record = GOOD;
        record[column] = text;
        read(1, &record)
    }

    /// ROL-2: our own form reads whole orders.
    #[test]
    fn rows_of_one_order_are_joined() {
        let orders = join(vec![with(2, "MUG").unwrap(), with(0, "W-2").unwrap(), with(2, "CUP").unwrap()]);
        assert_eq!(orders.len(), 2);
        assert_eq!(orders[0].lines.len(), 2);
        assert_eq!(orders[0].country, "GB");
        assert_eq!(orders[0].shipping_amount, Decimal::new(360, 2));
    }

    #[test]
    fn what_does_not_read_names_its_column() {
        for (column, text, word) in [
            (0, " ", "order_id"),
            (1, "31/01/2026", "placed_at"),
            (2, "", "sku"),
            (3, "two", "quantity"),
            (3, "0", "quantity"),
            (4, "", "unit_price"),
            (4, "-1", "unit_price"),
            (5, "1.23456", "discount"),
            (12, "free", "shipping_amount"),
        ] {
            assert!(with(column, text).unwrap_err().contains(word), "{word}");
        }
        let with_service: Vec<&str> = GOOD.iter().copied().chain([" dhl-next "]).collect();
        assert_eq!(read(1, &with_service).unwrap().service.as_deref(), Some("dhl-next"));
        assert_eq!(read(1, &GOOD).unwrap().service, None);
        assert!(read(1, &[&with_service[..], &["x"]].concat()).unwrap_err().contains("columns"));
        assert!(read(1, &GOOD[..3]).unwrap_err().contains("columns"));
    }
}
