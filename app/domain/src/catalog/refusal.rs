//! What catalog refuse, and the words for it.

use serde::{Deserialize, Serialize};

use crate::refusal::Named;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CatalogRefusal {
    #[error("No SKU has the code {code}.")]
    UnknownSku { code: String },
}

impl Named for CatalogRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSku { .. } => "unknown_sku",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::UnknownSku { .. } => 404,
        }
    }
}
