//! Named refusals: what Tideway says "no" to, with data, an HTTP status and words, in one place.
//!
//! A refusal is an answer, not an error: it is stored as the command's outcome and explained on screen.
//! Each noun keeps its own enum beside its rules; this file only gathers them.

use serde::{Deserialize, Serialize};

use crate::catalog::CatalogRefusal;
use crate::counts::CountRefusal;
use crate::exceptions::ExceptionRefusal;
use crate::floor::FloorRefusal;
use crate::inspections::InspectionRefusal;
use crate::ledger::LedgerRefusal;
use crate::lots::LotRefusal;
use crate::lpns::LpnRefusal;
use crate::money::MoneyError;
use crate::orders::OrderRefusal;
use crate::owners::OwnerRefusal;
use crate::people::PeopleRefusal;
use crate::purchasing::PurchasingRefusal;
use crate::putaway::PutawayRefusal;
use crate::quantity::QuantityOutOfRange;
use crate::reasons::ReasonRefusal;
use crate::refunds::RefundRefusal;
use crate::replenish::ReplenishRefusal;
use crate::returns::ReturnRefusal;
use crate::sites::SiteRefusal;
use crate::stock::StockRefusal;
use crate::transfers::TransferRefusal;
use crate::waves::WaveRefusal;
use crate::waves::labour::LabourRefusal;

/// What every refusal can say of itself. The words are its `Display`.
pub trait Named: std::fmt::Display {
    /// Stable and machine-readable: part of the API.
    fn code(&self) -> &'static str;
    /// HTTP status: 401, 403, 404, 409 (state), 422 (input), 429.
    fn status(&self) -> u16;
    /// The form field or JSON pointer segment it belongs beside.
    fn field(&self) -> Option<&'static str> {
        None
    }
}

/// Refusals that belong to no noun.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum CommonRefusal {
    #[error("There is no such {what}.")]
    NotFound { what: String },
    #[error("{words}")]
    Invalid { field: String, words: String },
    #[error("This request was already sent with other contents. Reload and try again.")]
    CommandReused,
    #[error("Someone else changed this meanwhile. Reload and try again.")]
    Stale,
    #[error(transparent)]
    Quantity(#[from] QuantityOutOfRange),
    #[error(transparent)]
    Money(#[from] MoneyError),
}

impl Named for CommonRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::Invalid { .. } => "invalid",
            Self::CommandReused => "command_reused",
            Self::Stale => "stale",
            Self::Quantity(_) => "quantity_out_of_range",
            Self::Money(_) => "money",
        }
    }

    fn status(&self) -> u16 {
        match self {
            Self::NotFound { .. } => 404,
            Self::Stale => 409,
            Self::Invalid { .. } | Self::CommandReused | Self::Quantity(_) | Self::Money(_) => 422,
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Quantity(_) => Some("quantity"),
            Self::Money(_) => Some("amount"),
            _ => None,
        }
    }
}

/// How a refusal travels.
#[derive(Deserialize)]
struct Sent {
    noun: String,
    refusal: serde_json::Value,
}

macro_rules! refusals {
    ($($variant:ident($inner:ty)),+ $(,)?) => {
        /// Any refusal of any noun.
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
        #[serde(tag = "noun", content = "refusal", rename_all = "lowercase")]
        pub enum Refusal {
            $(#[error(transparent)] $variant(#[from] $inner),)+
        }

        /// By way of one JSON value: derived, every refusal would be read by three copies of its code, which browsers load.
        impl<'de> Deserialize<'de> for Refusal {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                use serde::de::Error;
                let Sent { noun, refusal } = Sent::deserialize(from)?;
                $(if noun.eq_ignore_ascii_case(stringify!($variant)) {
                    return serde_json::from_value(refusal).map(Self::$variant).map_err(D::Error::custom);
                })+
                Err(D::Error::custom(format_args!("no noun {noun} refuses")))
            }
        }

        impl Refusal {
            fn named(&self) -> &dyn Named {
                match self { $(Self::$variant(inner) => inner,)+ }
            }
        }
    };
}

refusals! {
    Common(CommonRefusal),
    Catalog(CatalogRefusal),
    Counts(CountRefusal),
    Exceptions(ExceptionRefusal),
    Floor(FloorRefusal),
    Labour(LabourRefusal),
    Ledger(LedgerRefusal),
    Lots(LotRefusal),
    Lpns(LpnRefusal),
    Orders(OrderRefusal),
    Owners(OwnerRefusal),
    People(PeopleRefusal),
    Putaway(PutawayRefusal),
    Inspections(InspectionRefusal),
    Purchasing(PurchasingRefusal),
    Reasons(ReasonRefusal),
    Refunds(RefundRefusal),
    Replenish(ReplenishRefusal),
    Returns(ReturnRefusal),
    Sites(SiteRefusal),
    Stock(StockRefusal),
    Transfers(TransferRefusal),
    Waves(WaveRefusal),
}

impl Refusal {
    pub fn not_found(what: &str) -> Self {
        CommonRefusal::NotFound { what: what.to_owned() }.into()
    }

    pub fn invalid(field: &str, words: impl Into<String>) -> Self {
        CommonRefusal::Invalid { field: field.to_owned(), words: words.into() }.into()
    }
}

impl From<QuantityOutOfRange> for Refusal {
    fn from(error: QuantityOutOfRange) -> Self {
        CommonRefusal::from(error).into()
    }
}

impl From<MoneyError> for Refusal {
    fn from(error: MoneyError) -> Self {
        CommonRefusal::from(error).into()
    }
}

impl Named for Refusal {
    fn code(&self) -> &'static str {
        self.named().code()
    }

    fn status(&self) -> u16 {
        self.named().status()
    }

    fn field(&self) -> Option<&'static str> {
        self.named().field()
    }
}

impl Refusal {
    /// The field it belongs beside; what is invalid names it at run time.
    pub fn beside(&self) -> Option<&str> {
        match self {
            Self::Common(CommonRefusal::Invalid { field, .. })
            | Self::Catalog(CatalogRefusal::Invalid { field, .. })
            | Self::Orders(OrderRefusal::Invalid { field, .. }) => Some(field),
            other => other.named().field(),
        }
    }
}

#[cfg(test)]
#[path = "refusal_tests.rs"]
mod every;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_back_as_it_was_written() {
        let refusals: [Refusal; 4] = [
            CommonRefusal::Stale.into(),
            Refusal::invalid("email", "Say where."),
            PeopleRefusal::TooManyTries { seconds: 9 }.into(),
            StockRefusal::NotEnough { wanted: 3, free: 1 }.into(),
        ];
        for refusal in refusals {
            let text = serde_json::to_string(&refusal).unwrap();
            assert_eq!(serde_json::from_str::<Refusal>(&text).unwrap(), refusal, "{text}");
            assert_eq!(serde_json::from_value::<Refusal>(serde_json::to_value(&refusal).unwrap()).unwrap(), refusal);
        }
        assert!(serde_json::from_str::<Refusal>(r#"{"noun":"weather","refusal":"Rain"}"#).is_err());
    }
}
