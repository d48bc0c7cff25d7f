//! What buying refuses, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

/// What is wrong with a line as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineFault {
    UnknownSku {
        code: String,
    },
    Twice {
        code: String,
    },
    Kit {
        code: String,
    },
    Quantity {
        given: i64,
    },
    Cost,
    Tolerance,
    NotOnOrder {
        code: String,
        number: String,
    },
    NotAwaited {
        code: String,
    },
    Announced {
        given: i64,
    },
    /// The code is no lot's.
    Lot {
        code: String,
    },
    NoLots {
        code: String,
    },
    DayWithoutLot,
}

impl std::fmt::Display for LineFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownSku { code } if code.is_empty() => write!(f, "say which SKU"),
            Self::UnknownSku { code } => write!(f, "there is no SKU {code}"),
            Self::Twice { code } => write!(f, "{code} is on another line already"),
            Self::Kit { code } => write!(f, "{code} is a kit: order its parts"),
            Self::Quantity { given } => write!(f, "{given} is no quantity to order"),
            Self::Cost => write!(f, "a cost is not negative, and has at most four places"),
            Self::Tolerance => write!(f, "a tolerance is from 0 to 100 %"),
            Self::NotOnOrder { code, number } => write!(f, "{code} is not on {number}"),
            Self::NotAwaited { code } => write!(f, "nothing of {code} is still awaited"),
            Self::Announced { given } => write!(f, "{given} is no quantity to announce"),
            Self::Lot { code } => write!(f, "“{code}” is no lot: one has 1 to 20 characters, without spaces"),
            Self::NoLots { code } => write!(f, "{code} is not kept by lot"),
            Self::DayWithoutLot => write!(f, "a day of expiry belongs to a lot: say which"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PurchasingRefusal {
    #[error("A limit is not negative, and has at most four places.")]
    BadLimit,
    #[error("A supplier's code has 2 to 20 capital letters, digits or dashes; “{given}” has not.")]
    BadCode { given: String },
    #[error("There is a supplier {code} already.")]
    CodeTaken { code: String },
    #[error("Give the supplier a name.")]
    NameMissing,
    #[error("Lead time is from 0 to 365 days; {given} is not.")]
    LeadDays { given: i32 },
    #[error("A tolerance is from 0 to 100 %; {given} is not.")]
    OverPercent { given: i32 },
    #[error("A cost is not negative, and has at most four places.")]
    BadCost,
    #[error("{name} is not bought from any more.")]
    SupplierClosed { name: String },
    #[error("An order has at least one line.")]
    NoLines,
    #[error("An order has at most {max} lines.")]
    TooManyLines { max: usize },
    #[error("Line {line_no}: {fault}.")]
    BadLine { line_no: i32, fault: LineFault },
    #[error("Give a day from today on, at most {max_days} days ahead.")]
    BadDay { max_days: i64 },
    #[error("A note has at most {max} characters.")]
    NoteTooLong { max: usize },
    #[error("{number} is {standing}: it can no longer be changed.")]
    NotADraft { number: String, standing: String },
    #[error("{number} is above {limit}: somebody who did not write it approves it.")]
    OwnOrder { number: String, limit: String },
    #[error("Goods of {number} have come in: close its lines instead.")]
    GoodsCame { number: String },
    #[error("{number} is {standing}: nothing is received for it.")]
    NotOpen { number: String, standing: String },
    #[error("Nobody here knows the code {code}.")]
    UnknownCode { code: String },
    #[error("No order and no delivery is known by “{scan}”.")]
    UnknownDelivery { scan: String },
    #[error("{sku} is not on {number}.")]
    NotOnOrder { sku: String, number: String },
    #[error("Choose the reason that fits.")]
    FaultNeeded,
    #[error("Somebody has decided this already.")]
    Decided,
    #[error("You reported these units, so someone else decides about them.")]
    OwnReport,
    #[error("{number} is settled already.")]
    ClaimSettled { number: String },
    #[error("A price tolerance is from 0 to 100 %; {given} is not.")]
    PricePercent { given: i32 },
    #[error("A tolerance on billed units is from 0 to 100 %; {given} is not.")]
    UnitsPercent { given: i32 },
    #[error("An order lasts from 1 to 52 weeks; {given} is not.")]
    CoverWeeks { given: i32 },
    #[error("The most is at least one and the least, and no more than {most}; the least is not below zero.")]
    BadLevel { most: i32 },
    #[error("Nothing is proposed from this supplier any more: look again.")]
    NotProposed,
    #[error("Give the supplier's number for the bill.")]
    ReferenceNeeded,
    #[error("There is a bill {reference} of this supplier already.")]
    BillTwice { reference: String },
    #[error("Line {line_no} is not on the order, or is billed twice here.")]
    NoSuchLine { line_no: i32 },
    #[error("{number} does not match its order and receipts, so it is not paid.")]
    BillBlocked { number: String },
    #[error("Goods on {number} are claimed and the claim is open, so it is not paid: settle it, or somebody agrees.")]
    BillDisputed { number: String },
    #[error("{number} is {standing} already.")]
    BillMoved { number: String, standing: String },
    #[error("You recorded this bill, so someone else agrees to it.")]
    OwnBill,
    #[error("{number} bills units that never came in: nobody agrees to those.")]
    NotReceived { number: String },
    #[error("Give at least one charge, each above zero.")]
    NoCharges,
    #[error("The shares come to {shared}, not to {total}.")]
    Unbalanced { shared: rust_decimal::Decimal, total: rust_decimal::Decimal },
    #[error("The {by} of {sku} is only guessed: share by value or units, give each share, or measure it first.")]
    Unmeasured { sku: String, by: String },
    #[error("Scan what came in.")]
    NothingArrived,
    #[error("That receipt is of something else. Begin a new one.")]
    ForeignReceipt,
    #[error("{bin} is a {kind} bin; goods come in at a dock, or where they will stand.")]
    WrongBin { bin: String, kind: String },
    #[error("{bin} is locked.")]
    BinLocked { bin: String },
    #[error("{bin} is no dock.")]
    NotADock { bin: String },
    #[error("{dock} is taken from {from} to {to}.")]
    DockTaken { dock: String, from: String, to: String },
    #[error("An appointment takes from {min} minutes to {max_hours} hours.")]
    BadSlot { min: i32, max_hours: i32 },
    #[error("Give a time from today on, at most {max_days} days ahead.")]
    BadAppointment { max_days: i64 },
    #[error("Nothing of {number} is still awaited.")]
    NothingAwaited { number: String },
    #[error("{number} is {standing} already.")]
    DeliveryMoved { number: String, standing: String },
}

impl Named for PurchasingRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::BadCode { .. } => "supplier_code",
            Self::CodeTaken { .. } => "supplier_code_taken",
            Self::NameMissing => "supplier_name_missing",
            Self::LeadDays { .. } => "lead_days",
            Self::OverPercent { .. } => "over_percent",
            Self::BadCost => "bad_cost",
            Self::SupplierClosed { .. } => "supplier_closed",
            Self::NoLines => "purchase_empty",
            Self::TooManyLines { .. } => "purchase_too_long",
            Self::BadLine { .. } => "purchase_line",
            Self::BadDay { .. } => "due_day",
            Self::NoteTooLong { .. } => "purchase_note_too_long",
            Self::NotADraft { .. } => "purchase_not_a_draft",
            Self::OwnOrder { .. } => "own_purchase",
            Self::GoodsCame { .. } => "purchase_goods_came",
            Self::NotOpen { .. } => "purchase_not_open",
            Self::UnknownCode { .. } => "unknown_code",
            Self::UnknownDelivery { .. } => "unknown_delivery",
            Self::NotOnOrder { .. } => "not_on_order",
            Self::FaultNeeded => "fault_needed",
            Self::Decided => "over_decided",
            Self::OwnReport => "own_report",
            Self::ClaimSettled { .. } => "claim_settled",
            Self::PricePercent { .. } => "price_percent",
            Self::UnitsPercent { .. } => "units_percent",
            Self::CoverWeeks { .. } => "cover_weeks",
            Self::BadLevel { .. } => "reorder_level",
            Self::NotProposed => "reorder_not_proposed",
            Self::ReferenceNeeded => "bill_reference",
            Self::BillTwice { .. } => "bill_twice",
            Self::NoSuchLine { .. } => "bill_line",
            Self::BillBlocked { .. } => "bill_blocked",
            Self::BillDisputed { .. } => "bill_disputed",
            Self::BillMoved { .. } => "bill_moved",
            Self::OwnBill => "own_bill",
            Self::NotReceived { .. } => "bill_not_received",
            Self::NoCharges => "no_charges",
            Self::Unbalanced { .. } => "unbalanced",
            Self::Unmeasured { .. } => "unmeasured",
            Self::NothingArrived => "nothing_arrived",
            Self::ForeignReceipt => "foreign_receipt",
            Self::WrongBin { .. } => "receiving_bin",
            Self::BinLocked { .. } => "receiving_bin_locked",
            Self::NotADock { .. } => "not_a_dock",
            Self::DockTaken { .. } => "dock_taken",
            Self::BadSlot { .. } => "bad_slot",
            Self::BadAppointment { .. } => "bad_appointment",
            Self::BadLimit => "bad_limit",
            Self::NothingAwaited { .. } => "nothing_awaited",
            Self::DeliveryMoved { .. } => "delivery_moved",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::OwnOrder { .. } | Self::OwnReport | Self::OwnBill => 403,
            Self::UnknownDelivery { .. } => 404,
            Self::CodeTaken { .. }
            | Self::NotADraft { .. }
            | Self::GoodsCame { .. }
            | Self::DockTaken { .. }
            | Self::NothingAwaited { .. }
            | Self::Decided
            | Self::ClaimSettled { .. }
            | Self::BillTwice { .. }
            | Self::BillBlocked { .. }
            | Self::BillDisputed { .. }
            | Self::NotProposed
            | Self::BillMoved { .. }
            | Self::NotReceived { .. }
            | Self::Unmeasured { .. }
            | Self::DeliveryMoved { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::BadCode { .. } | Self::CodeTaken { .. } | Self::UnknownCode { .. } | Self::NotOnOrder { .. } => "code",
            Self::NameMissing => "name",
            Self::LeadDays { .. } => "lead_days",
            Self::OverPercent { .. } => "over_percent",
            Self::BadCost => "unit_cost",
            Self::SupplierClosed { .. } => "supplier",
            Self::NoLines | Self::TooManyLines { .. } | Self::NoSuchLine { .. } => "lines",
            Self::BadLine { fault, .. } => match fault {
                LineFault::UnknownSku { .. }
                | LineFault::Twice { .. }
                | LineFault::Kit { .. }
                | LineFault::NotOnOrder { .. }
                | LineFault::NotAwaited { .. } => "sku",
                LineFault::Quantity { .. } | LineFault::Announced { .. } => "quantity",
                LineFault::Lot { .. } | LineFault::NoLots { .. } | LineFault::DayWithoutLot => "lot",
                LineFault::Cost => "unit_cost",
                LineFault::Tolerance => "over_percent",
            },
            Self::BadDay { .. } => "due",
            Self::NoteTooLong { .. } => "note",
            Self::NotOpen { .. } => "order",
            Self::UnknownDelivery { .. } => "scan",
            Self::FaultNeeded => "fault",
            Self::PricePercent { .. } => "price_percent",
            Self::UnitsPercent { .. } => "units_percent",
            Self::CoverWeeks { .. } => "cover_weeks",
            Self::BadLevel { .. } => "max",
            Self::ReferenceNeeded | Self::BillTwice { .. } => "reference",
            Self::NoCharges => "charges",
            Self::Unbalanced { .. } => "shares",
            Self::Unmeasured { .. } => "basis",
            Self::NothingArrived => "arrived",
            Self::ForeignReceipt => "receipt",
            Self::WrongBin { .. } | Self::BinLocked { .. } => "bin",
            Self::NotADock { .. } => "dock",
            Self::DockTaken { .. } | Self::BadAppointment { .. } => "from",
            Self::BadSlot { .. } => "minutes",
            Self::BadLimit => "approve_above",
            Self::NotADraft { .. }
            | Self::OwnOrder { .. }
            | Self::GoodsCame { .. }
            | Self::NothingAwaited { .. }
            | Self::Decided
            | Self::OwnReport
            | Self::ClaimSettled { .. }
            | Self::BillBlocked { .. }
            | Self::BillDisputed { .. }
            | Self::NotProposed
            | Self::BillMoved { .. }
            | Self::OwnBill
            | Self::NotReceived { .. }
            | Self::DeliveryMoved { .. } => return None,
        })
    }
}
