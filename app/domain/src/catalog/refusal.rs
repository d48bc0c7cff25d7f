//! What the catalog refuses, and the words for it.

use serde::{Deserialize, Serialize};

use super::readiness::Of;
use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CatalogRefusal {
    #[error("SKU {code}: {words}.")]
    Invalid { code: String, field: String, words: String },
    #[error("There is a SKU {code} already.")]
    CodeTaken { code: String },
    #[error("Barcode {barcode} belongs to another SKU.")]
    BarcodeTaken { barcode: String },
    #[error("There is no SKU {code}.")]
    UnknownSku { code: String },
    #[error("This kit cannot be: {words}.")]
    KitInvalid { words: String },
    #[error("{code} is a kit itself, and a kit has only plain parts.")]
    KitOfKits { code: String },
    #[error("{units} units of {code} are in stock. A kit has no stock of its own: it is made of its parts.")]
    KitHasStock { code: String, units: i64 },
    #[error("Barcode {barcode} is the code of a {what} already.")]
    BarcodeMeans { barcode: String, what: String },
    #[error("{label} is a code or a barcode of SKU {sku} already: one code means one thing.")]
    LabelMeans { label: String, sku: String },
    #[error("A SKU keeps its code: this one is {code}.")]
    CodeStays { code: String },
    #[error("{part} is for the role {owner} to change.")]
    NotTheOwner { part: String, owner: String },
    #[error("Somebody else has to agree to what you asked for.")]
    OwnChange,
    #[error("Only who asked for it takes it back.")]
    NotYourChange,
    #[error("{number} waits for its owner already: have it decided, or taken back, first.")]
    ChangeWaits { number: String },
    #[error("{number} is {status} already.")]
    ChangeDecided { number: String, status: String },
    #[error("A threshold is from 0 to 100, not {given}.")]
    BadThreshold { of: Of, given: i32 },
    #[error("The role {role} cannot own a part of the card.")]
    CannotOwn { role: String },
    #[error("This file cannot be read: {why}.")]
    NotASheet { why: String },
    #[error("A file has at most {most} rows.")]
    TooManyRows { most: usize },
    #[error("{code} is a kit and has no stock of its own. Receive its parts.")]
    KitReceived { code: String },
}

impl Named for CatalogRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "sku_invalid",
            Self::CodeTaken { .. } => "sku_code_taken",
            Self::BarcodeTaken { .. } => "barcode_taken",
            Self::UnknownSku { .. } => "unknown_sku",
            Self::BarcodeMeans { .. } => "barcode_means_another",
            Self::LabelMeans { .. } => "label_means_sku",
            Self::CodeStays { .. } => "sku_code_stays",
            Self::NotTheOwner { .. } => "not_the_owner",
            Self::OwnChange => "own_change",
            Self::NotYourChange => "not_your_change",
            Self::ChangeWaits { .. } => "change_waits",
            Self::ChangeDecided { .. } => "change_decided",
            Self::BadThreshold { .. } => "bad_threshold",
            Self::CannotOwn { .. } => "cannot_own",
            Self::NotASheet { .. } => "not_a_sheet",
            Self::TooManyRows { .. } => "too_many_sku_rows",
            Self::KitInvalid { .. } => "kit_invalid",
            Self::KitOfKits { .. } => "kit_of_kits",
            Self::KitHasStock { .. } => "kit_has_stock",
            Self::KitReceived { .. } => "kit_received",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotTheOwner { .. } | Self::OwnChange | Self::NotYourChange => 403,
            Self::CodeTaken { .. }
            | Self::BarcodeTaken { .. }
            | Self::KitOfKits { .. }
            | Self::KitHasStock { .. }
            | Self::BarcodeMeans { .. }
            | Self::LabelMeans { .. }
            | Self::ChangeWaits { .. }
            | Self::ChangeDecided { .. } => 409,
            _ => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::CodeTaken { .. } | Self::CodeStays { .. } | Self::LabelMeans { .. } => Some("code"),
            Self::BarcodeTaken { .. } | Self::BarcodeMeans { .. } => Some("barcodes"),
            Self::UnknownSku { .. } | Self::KitReceived { .. } => Some("sku"),
            Self::KitInvalid { .. } | Self::KitOfKits { .. } => Some("parts"),
            Self::KitHasStock { .. } => Some("kit"),
            Self::BadThreshold { of, .. } => Some(of.code()),
            Self::CannotOwn { .. } => Some("role"),
            Self::NotASheet { .. } | Self::TooManyRows { .. } => Some("file"),
            _ => None,
        }
    }
}
