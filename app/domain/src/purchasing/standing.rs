//! How far an order to a supplier has come. Derived from its lines by the view `purchase_order_standing`; here are its words.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Draft,
    Approved,
    Partial,
    Closed,
    Cancelled,
}

impl Standing {
    /// In the order they are gone through.
    pub const ALL: [Self; 5] = [Self::Draft, Self::Approved, Self::Partial, Self::Closed, Self::Cancelled];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Partial => "partial",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Approved => "Approved",
            Self::Partial => "Partly received",
            Self::Closed => "Closed",
            Self::Cancelled => "Cancelled",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }

    /// May goods come in for it?
    pub const fn open(self) -> bool {
        matches!(self, Self::Approved | Self::Partial)
    }
}

/// Where a delivery stands: follows from its moments and its receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStanding {
    Expected,
    Arrived,
    Receiving,
    Done,
    Cancelled,
}

impl DeliveryStanding {
    pub const ALL: [Self; 5] = [Self::Expected, Self::Arrived, Self::Receiving, Self::Done, Self::Cancelled];

    pub const fn of(cancelled: bool, arrived: bool, received_units: i64, done: bool) -> Self {
        match (cancelled, done, received_units > 0, arrived) {
            (true, ..) => Self::Cancelled,
            (_, true, ..) => Self::Done,
            (_, _, true, _) => Self::Receiving,
            (.., true) => Self::Arrived,
            (.., false) => Self::Expected,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Expected => "expected",
            Self::Arrived => "arrived",
            Self::Receiving => "receiving",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Expected => "Expected",
            Self::Arrived => "Arrived",
            Self::Receiving => "Receiving",
            Self::Done => "Done",
            Self::Cancelled => "Cancelled",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_standing_reads_back_and_has_a_name_of_its_own() {
        for standing in Standing::ALL {
            assert_eq!(Standing::parse(standing.code()), Some(standing));
            assert_eq!(serde_json::to_value(standing).unwrap(), standing.code());
        }
        assert_eq!(Standing::parse("lost"), None);
        let words: HashSet<_> = Standing::ALL.iter().map(|standing| standing.words()).collect();
        assert_eq!(words.len(), Standing::ALL.len());
        assert_eq!(Standing::ALL.map(Standing::open), [false, true, true, false, false]);
    }

    /// EXC-1: a delivery is as far as its last fact says.
    #[test]
    fn a_delivery_is_as_far_as_its_last_fact_says() {
        use DeliveryStanding as D;
        assert_eq!(D::of(false, false, 0, false), D::Expected);
        assert_eq!(D::of(false, true, 0, false), D::Arrived);
        assert_eq!(D::of(false, true, 3, false), D::Receiving);
        assert_eq!(D::of(false, true, 3, true), D::Done);
        assert_eq!(D::of(true, false, 0, false), D::Cancelled);
        for standing in D::ALL {
            assert_eq!(serde_json::to_value(standing).unwrap(), standing.code());
        }
        assert_eq!(D::ALL.iter().map(|standing| standing.words()).collect::<HashSet<_>>().len(), D::ALL.len());
    }
}
