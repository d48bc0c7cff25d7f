//! What handling units refuse, and the words for it. That a bin does not take goods is refused in putaway's words.

use serde::{Deserialize, Serialize};

use super::UnitKind;
use crate::refusal::Named;
use crate::words::counted;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LpnRefusal {
    #[error("Nobody here knows a pallet, carton or tote {code}.")]
    Unknown { code: String },
    #[error("{code} is another unit’s label already.")]
    Taken { code: String },
    #[error("A label has 1 to 40 letters, digits, hyphens, points, slashes or underscores. “{code}” is not that.")]
    BadCode { code: String },
    #[error("{into} stands in {unit}, and cannot hold what holds it. Nothing changed.")]
    InItself { unit: String, into: String },
    #[error("A {} does not go into a {}. Nothing changed.", .inner.words().to_lowercase(), .outer.words().to_lowercase())]
    DoesNotHold { outer: UnitKind, inner: UnitKind },
    #[error("At most {max} units stand in each other. Nothing changed.")]
    TooDeep { max: usize },
    #[error("{code} is no bin and no unit here. Nothing changed.")]
    NoSuchPlace { code: String },
    #[error("Goods of {code} stand in more than one bin. Scan the bin it goes to. Nothing changed.")]
    Scattered { code: String },
    #[error("{} for orders: it goes to a staging bin, and {bin} is none. Nothing changed.", counted(*.units, "unit in it is", "units in it are"))]
    ForOrders { bin: String, units: i32 },
    #[error("{} in {code} {} for orders, and stay as they are. Nothing changed.", counted(*.units, "unit", "units"), if *.units == 1 { "is" } else { "are" })]
    HeldForOrders { code: String, units: i32 },
    #[error("{unit} stands in {bin}. Take goods of that bin, or bring it here first. Nothing changed.")]
    StandsElsewhere { unit: String, bin: String },
    #[error("{code} is empty.")]
    Empty { code: String },
}

impl Named for LpnRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "unit_unknown",
            Self::Taken { .. } => "unit_label_taken",
            Self::BadCode { .. } => "bad_unit_label",
            Self::InItself { .. } => "unit_in_itself",
            Self::DoesNotHold { .. } => "unit_does_not_hold",
            Self::TooDeep { .. } => "units_too_deep",
            Self::NoSuchPlace { .. } => "no_such_target",
            Self::Scattered { .. } => "unit_scattered",
            Self::ForOrders { .. } => "unit_for_orders",
            Self::HeldForOrders { .. } => "unit_held_for_orders",
            Self::StandsElsewhere { .. } => "unit_stands_elsewhere",
            Self::Empty { .. } => "unit_empty",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Unknown { .. } | Self::NoSuchPlace { .. } => 404,
            Self::BadCode { .. } => 422,
            Self::Taken { .. }
            | Self::InItself { .. }
            | Self::DoesNotHold { .. }
            | Self::TooDeep { .. }
            | Self::Scattered { .. }
            | Self::ForOrders { .. }
            | Self::HeldForOrders { .. }
            | Self::StandsElsewhere { .. }
            | Self::Empty { .. } => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Taken { .. } | Self::BadCode { .. } => Some("code"),
            Self::NoSuchPlace { .. } | Self::ForOrders { .. } | Self::StandsElsewhere { .. } => Some("bin"),
            Self::Unknown { .. }
            | Self::InItself { .. }
            | Self::DoesNotHold { .. }
            | Self::TooDeep { .. }
            | Self::Scattered { .. }
            | Self::HeldForOrders { .. }
            | Self::Empty { .. } => None,
        }
    }
}
