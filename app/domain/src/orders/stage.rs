//! How far an order has come, read off its units: derived, never stored.

use serde::{Deserialize, Serialize};

use super::release::Hold;

/// Units of an order by where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Ordered and not cancelled.
    pub ordered: i32,
    pub reserved: i32,
    /// Given, still in bins.
    pub in_bins: i32,
    pub in_totes: i32,
    pub in_parcels: i32,
    pub shipped: i32,
    /// In bins and on some cart's list.
    pub in_waves: i32,
}

impl Progress {
    /// Units nobody has at hand.
    pub fn short(&self) -> i32 {
        (self.ordered - self.reserved - self.in_bins - self.in_totes - self.in_parcels - self.shipped).max(0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Cancelled,
    OnHold,
    Backorder,
    Waiting,
    Picking,
    Packing,
    Packed,
    PartShipped,
    Shipped,
}

impl Stage {
    pub const ALL: [Self; 9] = [
        Self::OnHold,
        Self::Waiting,
        Self::Picking,
        Self::Packing,
        Self::Packed,
        Self::Backorder,
        Self::PartShipped,
        Self::Shipped,
        Self::Cancelled,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::OnHold => "on_hold",
            Self::Backorder => "backorder",
            Self::Waiting => "waiting",
            Self::Picking => "picking",
            Self::Packing => "packing",
            Self::Packed => "packed",
            Self::PartShipped => "part_shipped",
            Self::Shipped => "shipped",
        }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Cancelled => "Cancelled",
            Self::OnHold => "On hold",
            Self::Backorder => "Backorder",
            Self::Waiting => "Ready to pick",
            Self::Picking => "Picking",
            Self::Packing => "To pack",
            Self::Packed => "Packed",
            Self::PartShipped => "Partly shipped",
            Self::Shipped => "Shipped",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// The stage of an order: the least advanced units that somebody can work on decide; what waits for stock only counts when
/// nothing else is left to do.
pub fn stage(cancelled: bool, released: bool, hold: Option<Hold>, units: &Progress) -> Stage {
    if cancelled {
        return Stage::Cancelled;
    }
    if units.ordered > 0 && units.shipped >= units.ordered {
        return Stage::Shipped;
    }
    if !released {
        return match hold {
            Some(Hold::Stock) => Stage::Backorder,
            _ => Stage::OnHold,
        };
    }
    if units.in_waves > 0 || (units.in_totes > 0 && units.in_bins > 0) {
        Stage::Picking
    } else if units.in_bins > 0 {
        Stage::Waiting
    } else if units.in_totes > 0 {
        Stage::Packing
    } else if units.in_parcels > 0 {
        Stage::Packed
    } else if units.shipped > 0 {
        Stage::PartShipped
    } else {
        Stage::Backorder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOUR: Progress = Progress { ordered: 4, reserved: 0, in_bins: 0, in_totes: 0, in_parcels: 0, shipped: 0, in_waves: 0 };

    #[test]
    fn an_orders_stage_is_read_off_its_units() {
        let of = |units: Progress| stage(false, true, None, &units);
        assert_eq!(of(Progress { in_bins: 4, ..FOUR }), Stage::Waiting);
        assert_eq!(of(Progress { in_bins: 4, in_waves: 4, ..FOUR }), Stage::Picking);
        assert_eq!(of(Progress { in_bins: 1, in_totes: 3, ..FOUR }), Stage::Picking);
        assert_eq!(of(Progress { in_totes: 4, ..FOUR }), Stage::Packing);
        assert_eq!(of(Progress { in_parcels: 4, ..FOUR }), Stage::Packed);
        assert_eq!(of(Progress { shipped: 4, ..FOUR }), Stage::Shipped);
        assert_eq!(of(Progress { shipped: 1, ..FOUR }), Stage::PartShipped);
        assert_eq!(of(FOUR), Stage::Backorder);
        assert_eq!(stage(true, true, None, &Progress { in_bins: 4, ..FOUR }), Stage::Cancelled);
        assert_eq!(stage(false, false, Some(Hold::Payment), &FOUR), Stage::OnHold);
        assert_eq!(stage(false, false, None, &FOUR), Stage::OnHold);
        assert_eq!(stage(false, false, Some(Hold::Stock), &FOUR), Stage::Backorder);
    }

    #[test]
    fn units_nobody_has_are_short() {
        assert_eq!(Progress { reserved: 1, shipped: 1, ..FOUR }.short(), 2);
        assert_eq!(Progress { shipped: 9, ..FOUR }.short(), 0);
    }

    #[test]
    fn stages_read_back() {
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.code()), Some(stage));
        }
    }
}
