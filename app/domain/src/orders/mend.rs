//! What people do about an order that is held: another address, another try for its money.

use serde::{Deserialize, Serialize};

use super::NewPayment;
use crate::ids::OrderId;
use crate::refusal::Refusal;

/// Where the order goes instead. Its gates are tried again at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectAddress {
    pub order: OrderId,
    pub customer_name: String,
    pub address_line: String,
    pub city: String,
    pub postcode: String,
}

/// Ask once more for the money of an order whose payment failed: by the same authorisation, or by a payment in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryPayment {
    pub order: OrderId,
    /// None: the authorisation that failed, for instance after the customer has talked to the bank.
    pub payment: Option<NewPayment>,
}

impl CorrectAddress {
    /// Can a carrier deliver there? As long as an order may have it, and whole.
    pub fn check(&self) -> Result<(), Refusal> {
        let parts = [
            ("customer_name", &self.customer_name, 200, true),
            ("address_line", &self.address_line, 300, true),
            ("city", &self.city, 200, true),
            ("postcode", &self.postcode, 20, false),
        ];
        for (field, words, most, needed) in parts {
            if needed && words.trim().is_empty() {
                return Err(Refusal::invalid(field, "A carrier cannot deliver without this."));
            }
            if words.len() > most {
                return Err(Refusal::invalid(field, format!("This has at most {most} characters.")));
            }
        }
        Ok(())
    }
}

impl RetryPayment {
    /// A payment in another's place can be found again where it was made.
    pub fn check(&self) -> Result<(), Refusal> {
        match &self.payment {
            Some(NewPayment::Paid { reference }) if reference.trim().is_empty() => {
                Err(Refusal::invalid("reference", "Say where this payment is found: its reference there."))
            }
            Some(NewPayment::Paid { reference }) if reference.len() > 200 => {
                Err(Refusal::invalid("reference", "This has at most 200 characters."))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORD-8: what is missing is named by its field.
    #[test]
    fn an_address_is_whole_or_says_what_is_missing() {
        let whole = CorrectAddress {
            order: OrderId::NIL,
            customer_name: "Ana".into(),
            address_line: "1 Quay".into(),
            city: "Leeds".into(),
            postcode: String::new(),
        };
        let field = |address: CorrectAddress| address.check().err().and_then(|refusal| refusal.beside().map(str::to_owned));
        assert_eq!(field(whole.clone()), None);
        assert_eq!(field(CorrectAddress { city: " ".into(), ..whole.clone() }).as_deref(), Some("city"));
        assert_eq!(field(CorrectAddress { customer_name: String::new(), ..whole.clone() }).as_deref(), Some("customer_name"));
        assert_eq!(field(CorrectAddress { postcode: "x".repeat(21), ..whole }).as_deref(), Some("postcode"));
    }

    /// ORD-8: money nobody can find again is not taken as paid.
    #[test]
    fn a_payment_instead_names_where_it_is_found() {
        let paid = |reference: &str| RetryPayment {
            order: OrderId::NIL,
            payment: Some(NewPayment::Paid { reference: reference.to_owned() }),
        };
        let field = |retry: RetryPayment| retry.check().err().and_then(|refusal| refusal.beside().map(str::to_owned));
        assert_eq!(field(paid(" ")).as_deref(), Some("reference"));
        assert_eq!(field(paid(&"x".repeat(201))).as_deref(), Some("reference"));
        assert_eq!(field(paid("TT 4711")), None);
        assert_eq!(field(RetryPayment { order: OrderId::NIL, payment: None }), None);
    }
}
