//! What lots and serials refuse, and the words for it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::dates::day;
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum LotRefusal {
    #[error("{sku} is kept by lot: scan or type the lot.")]
    LotMissing { sku: String },
    #[error("{sku} needs the day until which it is good.")]
    ExpiryMissing { sku: String },
    #[error("{sku} is kept by serial number: {wanted} are needed, {given} were given.")]
    SerialsWanted { sku: String, wanted: i32, given: i32 },
    #[error("Serial {serial} was given twice.")]
    SerialTwice { serial: String },
    #[error("Serial {serial} of {sku} is known already: a serial exists once.")]
    SerialKnown { sku: String, serial: String },
    #[error("A lot or serial has 1 to 20 characters, without spaces.")]
    BadLabel { code: String },
    #[error("Lot {lot} was good until {}.", day(on))]
    Expired { lot: String, on: NaiveDate },
    #[error("Lot {lot} is recalled ({reason}).")]
    Recalled { lot: String, reason: String },
    #[error("Lot {lot} is known as good until {}, not {}.", day(known), day(given))]
    OtherExpiry { lot: String, known: NaiveDate, given: NaiveDate },
    #[error("Lot {lot} does not stand there.")]
    LotElsewhere { lot: String },
    #[error("Serial {serial} does not stand in this bin.")]
    SerialElsewhere { serial: String },
    #[error("Serial {serial} stands in {bin} by the books, and a serial exists once. Bring it there, or count that bin first.")]
    SerialStands { serial: String, bin: String },
    #[error("{sku} is not told apart: there is nothing to say of its units.")]
    NotToldApart { sku: String },
    #[error("Serial {serial} is known as of lot {known}, not {given}.")]
    OtherLot { serial: String, known: String, given: String },
    #[error("Serial {serial} is given to order {order}.")]
    SerialOfAnother { serial: String, order: String },
    #[error("Serial {serial} was not shipped on order {order}: {where_it_is}.")]
    NotShipped { serial: String, order: String, where_it_is: String },
    #[error("Lot {lot} was not shipped on order {order}.")]
    LotNotShipped { lot: String, order: String },
    #[error("Units with serials come back one by one, each with its own.")]
    OneByOne,
    #[error("A day of expiry belongs to a lot: keep the SKU by lot.")]
    ExpiryNeedsLot,
    #[error("{units} are on hand: how a SKU is told apart changes only while there is none.")]
    OnHand { units: i64 },
    #[error("Days are between 0 and 3650.")]
    BadDays,
    #[error("Lot {lot} is recalled already.")]
    RecalledAlready { lot: String },
    #[error("Lot {lot} is not recalled.")]
    NotRecalled { lot: String },
}

impl Named for LotRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::LotMissing { .. } => "lot_missing",
            Self::ExpiryMissing { .. } => "expiry_missing",
            Self::SerialsWanted { .. } => "serials_wanted",
            Self::SerialTwice { .. } => "serial_twice",
            Self::SerialKnown { .. } => "serial_known",
            Self::BadLabel { .. } => "bad_label",
            Self::Expired { .. } => "lot_expired",
            Self::Recalled { .. } => "lot_recalled",
            Self::OtherExpiry { .. } => "other_expiry",
            Self::LotElsewhere { .. } => "lot_elsewhere",
            Self::SerialElsewhere { .. } => "serial_elsewhere",
            Self::SerialStands { .. } => "serial_stands_elsewhere",
            Self::NotToldApart { .. } => "not_told_apart",
            Self::OtherLot { .. } => "other_lot",
            Self::SerialOfAnother { .. } => "serial_of_another",
            Self::NotShipped { .. } => "serial_not_shipped",
            Self::LotNotShipped { .. } => "lot_not_shipped",
            Self::OneByOne => "serials_one_by_one",
            Self::ExpiryNeedsLot => "expiry_needs_lot",
            Self::OnHand { .. } => "tracked_on_hand",
            Self::BadDays => "bad_days",
            Self::RecalledAlready { .. } => "recalled_already",
            Self::NotRecalled { .. } => "not_recalled",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::SerialKnown { .. }
            | Self::Expired { .. }
            | Self::Recalled { .. }
            | Self::LotElsewhere { .. }
            | Self::SerialElsewhere { .. }
            | Self::SerialStands { .. }
            | Self::SerialOfAnother { .. }
            | Self::NotShipped { .. }
            | Self::LotNotShipped { .. }
            | Self::OnHand { .. }
            | Self::RecalledAlready { .. }
            | Self::NotRecalled { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::ExpiryMissing { .. } | Self::OtherExpiry { .. } => "expires_on",
            Self::SerialsWanted { .. }
            | Self::SerialTwice { .. }
            | Self::SerialKnown { .. }
            | Self::SerialElsewhere { .. }
            | Self::SerialStands { .. }
            | Self::SerialOfAnother { .. }
            | Self::NotShipped { .. } => "serials",
            Self::OneByOne => "quantity",
            Self::ExpiryNeedsLot => "expiry",
            Self::OnHand { .. } => "lot_tracked",
            Self::BadDays => "days",
            _ => "lot",
        })
    }
}
