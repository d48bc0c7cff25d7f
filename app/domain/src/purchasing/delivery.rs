//! Deliveries: announced for an appointment at a dock with what the supplier says is in them, arrived, done or called off.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::{DAYS_AHEAD_MAX, LINES_MAX, LineFault, PurchasingRefusal};
use crate::ids::{DeliveryId, PurchaseId};
use crate::quantity::QUANTITY_MAX;

/// An appointment at a dock, in minutes: long enough to dock at all, no longer than a shift.
pub const SLOT_MINUTES: std::ops::RangeInclusive<i32> = 10..=720;

/// The supplier announces a delivery, for an appointment at a dock: what is in it, or all that is still awaited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookDelivery {
    pub id: DeliveryId,
    pub order: PurchaseId,
    /// The dock's code; empty = the site's first.
    pub dock: String,
    /// By the site's clock.
    pub from: NaiveDateTime,
    pub minutes: i32,
    pub carrier: String,
    /// The supplier's own number for it.
    pub reference: String,
    /// What the supplier says is in it; empty = all that is still awaited and not announced.
    #[serde(default)]
    pub lines: Vec<Announced>,
}

/// Units of one SKU of the order, as the supplier announces them; of several lots, one each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Announced {
    /// Its code, or a barcode.
    pub sku: String,
    /// Units, whatever the code counts.
    pub quantity: i32,
    #[serde(default)]
    pub lot: String,
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
}

impl BookDelivery {
    pub fn check(&self, today: NaiveDate) -> Result<(), PurchasingRefusal> {
        use PurchasingRefusal as R;
        let days = self.from.date().signed_duration_since(today).num_days();
        if !(-1..=DAYS_AHEAD_MAX).contains(&days) {
            return Err(R::BadAppointment { max_days: DAYS_AHEAD_MAX });
        }
        if !SLOT_MINUTES.contains(&self.minutes) {
            return Err(R::BadSlot { min: *SLOT_MINUTES.start(), max_hours: *SLOT_MINUTES.end() / 60 });
        }
        if self.carrier.chars().count() > 80 || self.reference.chars().count() > 80 {
            return Err(R::NoteTooLong { max: 80 });
        }
        if self.lines.len() > LINES_MAX {
            return Err(R::TooManyLines { max: LINES_MAX });
        }
        (1..).zip(&self.lines).try_for_each(|(line_no, line)| line.check().map_err(|fault| R::BadLine { line_no, fault }))
    }
}

/// What becomes of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStep {
    Arrive,
    Finish,
    Cancel,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoveDelivery {
    pub id: DeliveryId,
    pub step: DeliveryStep,
}

impl Announced {
    /// What can be refused before anything is looked up.
    fn check(&self) -> Result<(), LineFault> {
        let code = self.sku.trim();
        if code.is_empty() || code.len() > 60 {
            return Err(LineFault::UnknownSku { code: code.chars().take(60).collect() });
        }
        if !(1..=QUANTITY_MAX).contains(&self.quantity) {
            return Err(LineFault::Announced { given: self.quantity.into() });
        }
        if self.expires_on.is_some() && self.lot.trim().is_empty() {
            return Err(LineFault::DayWithoutLot);
        }
        Ok(())
    }
}
