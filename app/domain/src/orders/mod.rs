//! Orders: what a customer bought, how it is paid and how far it has come. Decides what an order must state, when it may be
//! released and from where it is served; picking and packing are `floor`, money back is `refunds`.

pub mod basket;
mod dto;
mod mend;
pub mod money;
mod refusal;
pub mod release;
pub mod sourcing;
pub mod stage;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use dto::*;
pub use mend::{CorrectAddress, RetryPayment};
pub use refusal::OrderRefusal;

use crate::ids::{BasketId, ChannelId, OrderId, PaymentId, SkuId};
use crate::quantity::Quantity;
use crate::reasons::Given;

/// Lines an order may have: more than any shop sends, few enough for one transaction.
pub const LINES_MAX: usize = 2_000;
/// Orders one bulk command may place.
pub const BULK_MAX: usize = 5_000;

/// A way in which orders come: a shop, a marketplace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenChannel {
    pub id: ChannelId,
    pub code: String,
    pub name: String,
    /// Hours from placing to the promised hand-over to a carrier.
    pub promise_hours: i32,
}

/// An order as a channel sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewOrder {
    pub id: OrderId,
    /// The channel's code.
    pub channel: String,
    /// The channel's own id: the same one is never taken twice.
    pub external_id: String,
    pub customer_name: String,
    pub email: String,
    pub address_line: String,
    pub city: String,
    pub postcode: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// ISO 4217: the org's own.
    pub currency: String,
    /// The carrier's service asked for, by its code; none = what the channel or the site uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Tax included.
    pub shipping_amount: Decimal,
    /// Wait until the whole order can go.
    pub ship_complete: bool,
    pub lines: Vec<NewLine>,
    pub payment: NewPayment,
    /// The basket that kept its units while it was paid: they are given back and promised to the order in one breath.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basket: Option<BasketId>,
    /// Whose goods are sold, by the owner's code; empty = our own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// When the customer ordered; none = now. Only import, demo and replay may set the past.
    pub placed_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    pub sku: SkuId,
    pub quantity: i32,
    /// For one, tax included, before discount.
    pub unit_price: Decimal,
    /// For the whole line.
    pub discount: Decimal,
    /// The kit it was ordered as a part of. A line that names a kit as its SKU is taken apart when the order is placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kit: Option<SkuId>,
}

/// How the order is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum NewPayment {
    /// The shop's authorisation, which we capture at the provider.
    Capture { authorisation: String },
    /// The channel captured it itself.
    Paid { reference: String },
}

/// Orders from channels, one or many; one that is known already answers as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOrders {
    pub orders: Vec<NewOrder>,
}

/// What became of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub order: OrderId,
    pub number: String,
    /// False: the channel had sent it before.
    pub fresh: bool,
    pub released: bool,
    /// Units nobody has at hand.
    pub short: i32,
}

/// Try the gates of these orders again; those that pass are released to the floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseOrders {
    pub orders: Vec<OrderId>,
}

/// What the gates said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    pub order: OrderId,
    /// None: released.
    pub hold: Option<release::Hold>,
}

/// Stop an order of which nothing has been picked yet; what was paid goes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelOrder {
    pub order: OrderId,
    pub reason: Given,
}

/// What the provider said about payments we asked it to capture or return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPayments {
    pub answers: Vec<(PaymentId, Answer)>,
}

/// A provider's answer about one payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Done {
        reference: String,
    },
    Failed {
        words: String,
    },
    /// It did not answer: it is asked what became of it, never told to do it again blindly.
    Unknown,
}

/// Give units that came in to the lines that wait for them, oldest order first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServeBackorders {
    /// None: every SKU that somebody waits for.
    pub skus: Option<Vec<SkuId>>,
}

impl NewOrder {
    /// Is it whole? What it costs and where it goes; whether the SKUs exist is asked of the catalog.
    pub fn check(&self, org_currency: &str) -> Result<(), OrderRefusal> {
        let invalid = |field: &str, words: &str| {
            Err(OrderRefusal::Invalid { external_id: self.external_id.clone(), field: field.to_owned(), words: words.to_owned() })
        };
        if self.external_id.trim().is_empty() || self.external_id.len() > 100 {
            return invalid("external_id", "the channel's order id has 1 to 100 characters");
        }
        if self.currency != org_currency {
            return invalid("currency", &format!("orders are taken in {org_currency}"));
        }
        if self.country.len() != 2 || !self.country.chars().all(|c| c.is_ascii_uppercase()) {
            return invalid("country", "the country is a two-letter code such as GB");
        }
        if self.email.len() > 254 || self.customer_name.len() > 200 || self.address_line.len() > 300 {
            return invalid("customer_name", "name, email or address is too long");
        }
        if self.lines.is_empty() || self.lines.len() > LINES_MAX {
            return invalid("lines", &format!("an order has 1 to {LINES_MAX} lines"));
        }
        if self.shipping_amount < Decimal::ZERO || money::too_fine(self.shipping_amount) {
            return invalid("shipping_amount", "shipping is not negative and has at most four places");
        }
        for line in &self.lines {
            Quantity::new(line.quantity.into())?;
            if line.unit_price < Decimal::ZERO || money::too_fine(line.unit_price) || money::too_large(line.unit_price) {
                return invalid("unit_price", "a price is not negative, has at most four places and is below a thousand million");
            }
            if line.discount < Decimal::ZERO || line.discount > line.unit_price * Decimal::from(line.quantity) {
                return invalid("discount", "a discount is between nothing and the line itself");
            }
        }
        Ok(())
    }

    /// An address a carrier can deliver to; an incomplete one holds the order.
    pub fn deliverable(&self) -> bool {
        [&self.customer_name, &self.address_line, &self.city].iter().all(|part| !part.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> NewOrder {
        NewOrder {
            id: OrderId::mint(),
            channel: "web".into(),
            external_id: "W-1".into(),
            customer_name: "Ana".into(),
            email: "ana@example.com".into(),
            address_line: "1 Quay".into(),
            city: "Leeds".into(),
            postcode: "LS1 1AA".into(),
            country: "GB".into(),
            currency: "GBP".into(),
            service: None,
            shipping_amount: Decimal::ZERO,
            ship_complete: false,
            lines: vec![NewLine {
                sku: SkuId::mint(),
                quantity: 2,
                unit_price: Decimal::from(12),
                discount: Decimal::ZERO,
                kit: None,
            }],
            payment: NewPayment::Paid { reference: "p".into() },
            basket: None,
            owner: String::new(),
            placed_at: None,
        }
    }

    /// ORD-1: what is wrong with an order is named by its field.
    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        assert_eq!(order().check("GBP"), Ok(()));
        let field = |change: fn(&mut NewOrder)| {
            let mut order = order();
            change(&mut order);
            match order.check("GBP") {
                Err(OrderRefusal::Invalid { field, .. }) => field,
                Err(OrderRefusal::Quantity(_)) => "quantity".to_owned(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(field(|o| o.external_id = "  ".into()), "external_id");
        assert_eq!(field(|o| o.currency = "EUR".into()), "currency");
        assert_eq!(field(|o| o.country = "gb".into()), "country");
        assert_eq!(field(|o| o.lines.clear()), "lines");
        assert_eq!(field(|o| o.lines[0].quantity = 0), "quantity");
        assert_eq!(field(|o| o.lines[0].unit_price = Decimal::NEGATIVE_ONE), "unit_price");
        assert_eq!(field(|o| o.lines[0].unit_price = Decimal::new(1, 5)), "unit_price");
        assert_eq!(field(|o| o.lines[0].discount = Decimal::from(25)), "discount");
        assert_eq!(field(|o| o.shipping_amount = Decimal::NEGATIVE_ONE), "shipping_amount");
    }

    #[test]
    fn an_address_without_a_city_is_not_deliverable() {
        assert!(order().deliverable());
        assert!(!NewOrder { city: " ".into(), ..order() }.deliverable());
    }
}
