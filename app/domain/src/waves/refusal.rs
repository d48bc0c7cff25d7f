//! What planning refuses, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum WaveRefusal {
    #[error("No released order waits with goods in bins here.")]
    NothingToPick,
    #[error("There is nothing to pick in this wave.")]
    EmptyWave,
    #[error("Order {order} is in the wave twice.")]
    OrderTwice { order: String },
    #[error("Order {order} is larger than any cart: it takes {needs} in {measure}, a cart has room for {room}.")]
    OrderLargerThanCart { order: String, measure: String, needs: i64, room: i64 },
    #[error("{what} must be greater than zero; {given} is not.")]
    NotPositive { what: String, given: i64 },
    #[error("A cart carries between 1 and {max} totes; {given} were given.")]
    SlotsOutOfRange { given: i32, max: i32 },
    #[error("A cart takes between 1 and {max} ml; {given} were given.")]
    VolumeOutOfRange { given: i32, max: i32 },
    #[error("A cart bears between 1 and {max} g; {given} were given.")]
    WeightOutOfRange { given: i32, max: i32 },
    #[error("Between 1 and {max} people pick a wave; {given} were given.")]
    PickersOutOfRange { given: i32, max: i32 },
    #[error("There is no zone “{zone}” at this site.")]
    UnknownZone { zone: String },
    #[error("There is no depot “{depot}” at this site.")]
    UnknownDepot { depot: String, starts: bool },
    #[error("Heavy is what weighs between 1 and {max} g; {given} were given.")]
    HeavyOutOfRange { given: i32, max: i32 },
    #[error("This site's layout has no zones to pick apart.")]
    NoZones,
    #[error("Another planner took these orders while this wave was planned. Look at what waits now.")]
    TakenMeanwhile,
    #[error("Other waves are being planned. Try again in a moment.")]
    PlannerBusy,
    #[error("Planning was stopped; nothing was changed.")]
    PlanningStopped,
    #[error("A wave takes between 1 and {max} orders; {given} were given.")]
    OrdersOutOfRange { given: i32, max: i32 },
    #[error("Wave {number} is already on the floor.")]
    AlreadyReleased { number: String },
    #[error("Wave {number} is cancelled.")]
    Cancelled { number: String },
    #[error("Wave {number} is picked already.")]
    AlreadyPicked { number: String },
}

impl Named for WaveRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NothingToPick => "nothing_to_pick",
            Self::EmptyWave => "empty_wave",
            Self::OrderTwice { .. } => "order_twice_in_wave",
            Self::OrderLargerThanCart { .. } => "order_larger_than_cart",
            Self::NotPositive { .. } => "wave_dimension_not_positive",
            Self::SlotsOutOfRange { .. } => "slots_out_of_range",
            Self::VolumeOutOfRange { .. } => "cart_volume_out_of_range",
            Self::WeightOutOfRange { .. } => "cart_weight_out_of_range",
            Self::PickersOutOfRange { .. } => "pickers_out_of_range",
            Self::UnknownZone { .. } => "unknown_zone",
            Self::UnknownDepot { .. } => "unknown_depot",
            Self::HeavyOutOfRange { .. } => "heavy_out_of_range",
            Self::NoZones => "site_without_zones",
            Self::TakenMeanwhile => "taken_by_another_planner",
            Self::PlannerBusy => "planner_busy",
            Self::PlanningStopped => "planning_stopped",
            Self::OrdersOutOfRange { .. } => "orders_out_of_range",
            Self::AlreadyReleased { .. } => "wave_already_released",
            Self::Cancelled { .. } => "wave_is_cancelled",
            Self::AlreadyPicked { .. } => "wave_already_picked",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::PlannerBusy => 429,
            Self::SlotsOutOfRange { .. }
            | Self::VolumeOutOfRange { .. }
            | Self::WeightOutOfRange { .. }
            | Self::PickersOutOfRange { .. }
            | Self::UnknownZone { .. }
            | Self::UnknownDepot { .. }
            | Self::HeavyOutOfRange { .. }
            | Self::NoZones
            | Self::OrdersOutOfRange { .. }
            | Self::EmptyWave
            | Self::OrderTwice { .. }
            | Self::OrderLargerThanCart { .. }
            | Self::NotPositive { .. } => 422,
            _ => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::SlotsOutOfRange { .. } => Some("slots"),
            Self::VolumeOutOfRange { .. } => Some("volume"),
            Self::WeightOutOfRange { .. } => Some("weight"),
            Self::PickersOutOfRange { .. } => Some("pickers"),
            Self::UnknownZone { .. } => Some("zone"),
            Self::UnknownDepot { starts: true, .. } => Some("start"),
            Self::UnknownDepot { .. } => Some("end"),
            Self::HeavyOutOfRange { .. } => Some("heavy"),
            Self::NoZones => Some("method"),
            Self::NotPositive { .. } => Some("cart"),
            Self::OrdersOutOfRange { .. } | Self::EmptyWave | Self::OrderTwice { .. } | Self::OrderLargerThanCart { .. } => {
                Some("orders")
            }
            _ => None,
        }
    }
}
