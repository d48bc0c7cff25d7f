//! Lots and serials: which SKUs are told apart, what a receipt must say of them, in which order they are taken, and where a lot came
//! from and went. How many stand where is `stock`.

pub mod gs1;
pub mod meant;
mod policy;
mod refusal;
mod sheets;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use policy::{DAYS_MAX, Picking, Policy, label};
pub use refusal::LotRefusal;
pub use sheets::{LotCame, LotList, LotPlace, LotRow, LotSheet, LotWent, Rules, TrackedSku};

use crate::dates::day;
use crate::ids::{BinId, LotId, SiteId, SkuId};
use crate::reasons::Given;

/// What is said of units beside their SKU, as scanned or typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Marks {
    #[serde(default)]
    pub lot: String,
    #[serde(default)]
    pub made_on: Option<NaiveDate>,
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
    #[serde(default)]
    pub serials: Vec<String>,
}

impl Marks {
    /// The lot and serial a label says.
    pub fn of_label(code: &str) -> Self {
        let label = gs1::Label::read(code.trim()).unwrap_or_default();
        Self { lot: label.lot.unwrap_or_default(), serials: label.serial.into_iter().collect(), ..Self::default() }
    }

    /// As typed in two fields; serials stand apart by a comma, a semicolon or a space.
    pub fn typed(lot: &str, serials: &str) -> Self {
        let serials = serials.split([',', ' ', ';']).map(str::to_owned).filter(|serial| !serial.is_empty()).collect();
        Self { lot: lot.trim().to_owned(), serials, ..Self::default() }
    }

    /// Says neither lot nor serial.
    pub fn silent(&self) -> bool {
        self.lot.trim().is_empty() && self.serials.iter().all(|serial| serial.trim().is_empty())
    }

    /// What a label adds to what was said; what was said stays.
    #[must_use]
    pub fn with_label(mut self, code: &str, today: NaiveDate) -> Self {
        let Some(label) = gs1::Label::read(code.trim()) else { return self };
        if self.lot.trim().is_empty() {
            self.lot = label.lot.unwrap_or_default();
        }
        self.made_on = self.made_on.or_else(|| gs1::near(label.made?, today));
        self.expires_on = self.expires_on.or_else(|| gs1::near(label.expires?, today));
        if self.serials.is_empty() {
            self.serials.extend(label.serial);
        }
        self
    }
}

/// What tells units that stand somewhere apart from others of their SKU; of goods that are all alike nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Apart {
    pub lot: LotId,
    pub lot_code: String,
    pub expires_on: Option<NaiveDate>,
    pub serial: String,
}

impl Apart {
    /// "Lot L1, good until 1 Dec 2026, serial S1"; nothing for goods that are all alike.
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        if !self.lot_code.is_empty() {
            parts.push(format!("Lot {}", self.lot_code));
        }
        parts.extend(self.good_until());
        if !self.serial.is_empty() {
            parts.push(format!("serial {}", self.serial));
        }
        parts.join(", ")
    }

    pub fn good_until(&self) -> Option<String> {
        self.expires_on.map(|on| format!("good until {}", day(&on)))
    }
}

/// Say how a SKU is told apart, and in which order it is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTracking {
    pub sku: SkuId,
    pub policy: Policy,
}

/// Say in which order lots are taken where a SKU says nothing, or how long goods of a channel's orders must be good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLotRules {
    pub picking: Picking,
    /// Channels by code, with the days.
    pub min_life_days: Vec<(String, i32)>,
}

/// Say which units those are that stand on hold in a bin because nobody could tell: of which lot, or which serials. They stay on hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameUnits {
    pub site: SiteId,
    pub bin: BinId,
    pub sku: SkuId,
    pub quantity: i32,
    pub marks: Marks,
}

/// Take a lot out of sale, wherever it stands: whoever was promised it looks elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecallLot {
    pub lot: LotId,
    pub reason: Given,
}

/// What was recalled is good after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseLot {
    pub lot: LotId,
    pub reason: Given,
}

/// What is left on sale of a lot that is past its day is set apart. Of one that is still good nothing is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpireLot {
    pub lot: LotId,
}

/// What a recall did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// Units that are held now.
    pub held: i32,
    /// Of those, units that orders had been given.
    pub freed: i32,
    /// Units that are with customers.
    pub shipped: i64,
}
