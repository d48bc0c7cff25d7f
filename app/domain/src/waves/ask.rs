//! What a planner asks for: which of the waiting orders, on which carts, by which method.
//!
//! Decides what is refused before anything is looked up. What waits is `service`'s to find; who rides with whom is [`super::plan`].

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::batch::load::{Load, Rooms};
use super::{Method, Rounds, WaveRefusal};
use crate::ids::{ChannelId, OrderId, SiteId};

/// No cart carries more totes.
pub const SLOTS_MAX: i32 = 36;
/// Ten cubic metres: no cart is larger.
pub const VOLUME_MAX_ML: i32 = 10_000_000;
/// Two tonnes: nobody pushes more.
pub const WEIGHT_MAX_G: i32 = 2_000_000;
/// Orders in one wave: what one transaction writes and one shift picks.
pub const ORDERS_MAX: i32 = 5_000;
/// Pickers on one wave.
pub const PICKERS_MAX: i32 = 200;

/// Which of the waiting orders, those promised first before others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Promised no later than this: the cutoff they must make.
    #[serde(default)]
    pub due_by: Option<DateTime<Utc>>,
    /// They leave with this carrier; empty = with nobody yet.
    #[serde(default)]
    pub carrier: Option<String>,
    /// Only what leaves next: the carrier whose cutoff comes first, and what it takes then.
    #[serde(default)]
    pub next_departure: bool,
    #[serde(default)]
    pub channel: Option<ChannelId>,
    /// All their goods lie in this zone of the layout.
    #[serde(default)]
    pub zone: Option<String>,
    /// One unit, and no more.
    #[serde(default)]
    pub single_unit: bool,
    /// Leave out what is too late already.
    #[serde(default)]
    pub in_time: bool,
    pub most: i32,
}

impl Filter {
    pub const fn most(most: i32) -> Self {
        Self {
            due_by: None,
            carrier: None,
            next_departure: false,
            channel: None,
            zone: None,
            single_unit: false,
            in_time: false,
            most,
        }
    }
}

/// Which of the waiting orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Those promised first.
    Most(i32),
    These(Vec<OrderId>),
    Filtered(Filter),
}

impl Chosen {
    /// The filter they all are, and the orders named, if any.
    pub fn filter(&self) -> (Filter, Option<&[OrderId]>) {
        match self {
            Self::Most(most) => (Filter::most(*most), None),
            Self::These(orders) => (Filter::most(i32::MAX), Some(orders)),
            Self::Filtered(filter) => (filter.clone(), None),
        }
    }

    fn check(&self) -> Result<(), WaveRefusal> {
        let asked = match self {
            Self::Most(most) | Self::Filtered(Filter { most, .. }) => *most,
            Self::These(orders) => {
                let mut seen = BTreeSet::new();
                if let Some(twice) = orders.iter().find(|order| !seen.insert(**order)) {
                    return Err(WaveRefusal::OrderTwice { order: twice.to_string() });
                }
                i32::try_from(orders.len()).unwrap_or(i32::MAX)
            }
        };
        if (1..=ORDERS_MAX).contains(&asked) {
            Ok(())
        } else {
            Err(WaveRefusal::OrdersOutOfRange { given: asked, max: ORDERS_MAX })
        }
    }
}

/// A kind of cart. What is not said does not limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cart {
    /// Totes on it; an order takes one, whatever its size. Goods picked together for sorting afterwards share one.
    pub slots: i32,
    #[serde(default)]
    pub volume_ml: Option<i32>,
    #[serde(default)]
    pub weight_g: Option<i32>,
}

impl Cart {
    /// Limited by its totes alone.
    pub const fn totes(slots: i32) -> Self {
        Self { slots, volume_ml: None, weight_g: None }
    }

    /// Carts as they are sold: code, words, room. Totes of 40 litres and 15 kg, on the large cart of 20 litres and 8 kg.
    pub const PRESETS: [(&'static str, &'static str, Self); 4] = [
        ("trolley", "Trolley: 6 totes, 240 l, 60 kg", Self { slots: 6, volume_ml: Some(240_000), weight_g: Some(60_000) }),
        ("cart", "Cart: 12 totes, 480 l, 150 kg", Self { slots: 12, volume_ml: Some(480_000), weight_g: Some(150_000) }),
        ("large", "Large cart: 24 totes, 480 l, 180 kg", Self { slots: 24, volume_ml: Some(480_000), weight_g: Some(180_000) }),
        (
            "truck",
            "Pallet truck: 16 totes, 1,200 l, 600 kg",
            Self { slots: 16, volume_ml: Some(1_200_000), weight_g: Some(600_000) },
        ),
    ];

    /// Of a preset's code.
    pub fn preset(code: &str) -> Option<Self> {
        Self::PRESETS.into_iter().find(|(known, ..)| *known == code).map(|(.., cart)| cart)
    }

    /// `12 totes, 480 l, 150 kg`
    pub fn words(self) -> String {
        let litres = self.volume_ml.map(|ml| format!(", {} l", thousands(ml / 1_000)));
        let kilos = self.weight_g.map(|g| format!(", {} kg", thousands(g / 1_000)));
        let totes = if self.slots == 1 { "tote" } else { "totes" };
        format!("{} {totes}{}{}", self.slots, litres.unwrap_or_default(), kilos.unwrap_or_default())
    }

    pub fn check(self) -> Result<(), WaveRefusal> {
        if !(1..=SLOTS_MAX).contains(&self.slots) {
            return Err(WaveRefusal::SlotsOutOfRange { given: self.slots, max: SLOTS_MAX });
        }
        let beyond = |given: Option<i32>, max: i32| given.filter(|given| !(1..=max).contains(given));
        if let Some(given) = beyond(self.volume_ml, VOLUME_MAX_ML) {
            return Err(WaveRefusal::VolumeOutOfRange { given, max: VOLUME_MAX_ML });
        }
        match beyond(self.weight_g, WEIGHT_MAX_G) {
            Some(given) => Err(WaveRefusal::WeightOutOfRange { given, max: WEIGHT_MAX_G }),
            None => Ok(()),
        }
    }

    /// What rides on it. Goods picked together need no totes of their own: where volume or weight limits, totes do not.
    pub fn rooms(self, method: Method) -> Rooms {
        let most = |limit: Option<i32>| limit.map_or(i64::MAX, i64::from);
        let measured = self.volume_ml.is_some() || self.weight_g.is_some();
        let totes = if method == Method::Batch && measured { i64::MAX } else { i64::from(self.slots) };
        Rooms::new(vec![Load { volume_ml: most(self.volume_ml), weight_g: most(self.weight_g), totes }])
    }
}

/// `1,200`: no cart has room for a million.
fn thousands(number: i32) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// Put waiting orders on carts and carts on their way; `release` hands them to the floor at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanWave {
    pub site: SiteId,
    pub orders: Chosen,
    pub method: Method,
    pub cart: Cart,
    /// Who walks at once: decides when carts are back, not who rides on them.
    pub pickers: i32,
    #[serde(default)]
    pub rounds: Rounds,
    pub release: bool,
}

impl PlanWave {
    pub fn check(&self) -> Result<(), WaveRefusal> {
        self.cart.check()?;
        if !(1..=PICKERS_MAX).contains(&self.pickers) {
            return Err(WaveRefusal::PickersOutOfRange { given: self.pickers, max: PICKERS_MAX });
        }
        self.rounds.check()?;
        self.orders.check()
    }
}

#[cfg(test)]
#[path = "ask_tests.rs"]
mod tests;
