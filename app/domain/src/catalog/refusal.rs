//! What the catalog refuses, and the words for it.

use serde::{Deserialize, Serialize};

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
            Self::KitInvalid { .. } => "kit_invalid",
            Self::KitOfKits { .. } => "kit_of_kits",
            Self::KitHasStock { .. } => "kit_has_stock",
            Self::KitReceived { .. } => "kit_received",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::Invalid { .. } | Self::UnknownSku { .. } | Self::KitInvalid { .. } | Self::KitReceived { .. } => 422,
            Self::CodeTaken { .. } | Self::BarcodeTaken { .. } | Self::KitOfKits { .. } | Self::KitHasStock { .. } => 409,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Invalid { .. } => None,
            Self::CodeTaken { .. } => Some("code"),
            Self::BarcodeTaken { .. } => Some("barcodes"),
            Self::UnknownSku { .. } | Self::KitReceived { .. } => Some("sku"),
            Self::KitInvalid { .. } | Self::KitOfKits { .. } => Some("parts"),
            Self::KitHasStock { .. } => Some("kit"),
        }
    }
}
