//! The gates an order passes before the floor sees it. The first that does not open is the order's named hold.

use serde::{Deserialize, Serialize};

/// Version of these gates, as decision receipts cite it.
pub const RULE: &str = "release-1";

/// Why an order waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    Payment,
    Address,
    Stock,
    Fraud,
    Manual,
    Data,
}

impl Hold {
    pub const ALL: [Self; 6] = [Self::Payment, Self::Address, Self::Data, Self::Stock, Self::Fraud, Self::Manual];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Address => "address",
            Self::Stock => "stock",
            Self::Fraud => "fraud",
            Self::Manual => "manual",
            Self::Data => "data",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Payment => "Waits for the payment",
            Self::Address => "The address is incomplete",
            Self::Stock => "Waits for stock",
            Self::Fraud => "Is checked for fraud",
            Self::Manual => "Held by a person",
            Self::Data => "Too little is known of a SKU",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hold| hold.code() == code)
    }
}

/// What the gates look at.
#[expect(clippy::struct_excessive_bools, reason = "each gate looks at one")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Facts {
    pub paid: bool,
    pub deliverable: bool,
    /// Enough is known of every SKU to let machines go on.
    pub known: bool,
    pub ship_complete: bool,
    pub units_ordered: i32,
    /// Reserved or already given.
    pub units_served: i32,
    /// A hold that only a person lifts.
    pub held: Option<Hold>,
}

/// Payment, then address, then what is known of the SKUs, then stock: some of it, or all when the order ships complete.
pub fn gate(facts: &Facts) -> Result<(), Hold> {
    if let Some(hold @ (Hold::Fraud | Hold::Manual)) = facts.held {
        return Err(hold);
    }
    if !facts.paid {
        return Err(Hold::Payment);
    }
    if !facts.deliverable {
        return Err(Hold::Address);
    }
    if !facts.known {
        return Err(Hold::Data);
    }
    let enough = if facts.ship_complete { facts.units_served >= facts.units_ordered } else { facts.units_served > 0 };
    if enough { Ok(()) } else { Err(Hold::Stock) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READY: Facts =
        Facts { paid: true, deliverable: true, known: true, ship_complete: false, units_ordered: 4, units_served: 4, held: None };

    /// ORD-1: the first gate that does not open names the hold.
    #[test]
    fn the_first_gate_that_does_not_open_names_the_hold() {
        assert_eq!(gate(&READY), Ok(()));
        assert_eq!(gate(&Facts { paid: false, deliverable: false, ..READY }), Err(Hold::Payment));
        assert_eq!(gate(&Facts { deliverable: false, units_served: 0, ..READY }), Err(Hold::Address));
        assert_eq!(gate(&Facts { units_served: 0, ..READY }), Err(Hold::Stock));
        assert_eq!(gate(&Facts { held: Some(Hold::Manual), ..READY }), Err(Hold::Manual));
        assert_eq!(gate(&Facts { held: Some(Hold::Fraud), ..READY }), Err(Hold::Fraud));
        assert_eq!(gate(&Facts { held: Some(Hold::Stock), ..READY }), Ok(()), "a gate's own hold lifts itself");
    }

    #[test]
    fn a_part_may_go_unless_the_order_ships_complete() {
        assert_eq!(gate(&Facts { units_served: 1, ..READY }), Ok(()));
        assert_eq!(gate(&Facts { units_served: 3, ship_complete: true, ..READY }), Err(Hold::Stock));
        assert_eq!(gate(&Facts { ship_complete: true, ..READY }), Ok(()));
    }

    #[test]
    fn holds_read_back() {
        for hold in Hold::ALL {
            assert_eq!(Hold::parse(hold.code()), Some(hold));
        }
        assert_eq!(Hold::parse("mood"), None);
    }
}
