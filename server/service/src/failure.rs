//! How a service call ends without success: a named refusal, or something broke.
//!
//! Constraint names become refusals here and nowhere else.

use domain::orders::OrderRefusal;
use domain::refusal::{CommonRefusal, Refusal};
use domain::stock::StockRefusal;

pub type Result<T, E = Failure> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// An answer: stored as the command's outcome and explained to the person.
    #[error("{0}")]
    Refused(Refusal),
    /// Not an answer: infrastructure failed, nothing changed.
    #[error(transparent)]
    Broken(sqlx::Error),
    /// Stored data that no longer reads as it was written.
    #[error("{what} does not read back: {source}")]
    Corrupt { what: &'static str, source: serde_json::Error },
}

/// Each noun's refusal is a failure by `?`.
macro_rules! refused_by {
    ($($refusal:ty),+ $(,)?) => {$(
        impl From<$refusal> for Failure {
            fn from(refusal: $refusal) -> Self {
                Self::Refused(refusal.into())
            }
        }
    )+};
}

refused_by! {
    Refusal,
    CommonRefusal,
    domain::catalog::CatalogRefusal,
    domain::counts::CountRefusal,
    domain::exceptions::ExceptionRefusal,
    domain::floor::FloorRefusal,
    domain::inspections::InspectionRefusal,
    domain::ledger::LedgerRefusal,
    domain::lots::LotRefusal,
    domain::lpns::LpnRefusal,
    domain::money::MoneyError,
    OrderRefusal,
    domain::owners::OwnerRefusal,
    domain::people::PeopleRefusal,
    domain::putaway::PutawayRefusal,
    domain::purchasing::PurchasingRefusal,
    domain::quantity::QuantityOutOfRange,
    domain::reasons::ReasonRefusal,
    domain::refunds::RefundRefusal,
    domain::replenish::ReplenishRefusal,
    domain::returns::ReturnRefusal,
    domain::sites::SiteRefusal,
    StockRefusal,
    domain::transfers::TransferRefusal,
    domain::waves::WaveRefusal,
    domain::waves::labour::LabourRefusal,
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        match constraint_refusal(&error) {
            Some(refusal) => Self::Refused(refusal),
            None => Self::Broken(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Failure {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Broken(sqlx::Error::Migrate(Box::new(error)))
    }
}

/// What a person's input can reach although it is checked first: two people at once, or what no column holds.
fn constraint_refusal(error: &sqlx::Error) -> Option<Refusal> {
    let error = error.as_database_error()?;
    match error.code().as_deref() {
        // Text that Postgres cannot hold: a NUL, or half a surrogate in JSON.
        Some("22021" | "22P05") => return Some(Refusal::invalid("text", "The text holds a character that cannot be kept.")),
        Some("22003") => return Some(Refusal::invalid("number", "A number is too large to be kept.")),
        _ => {}
    }
    Some(match error.constraint()? {
        "balance_allocated_within_on_hand" => StockRefusal::NotEnough { wanted: 1, free: 0 }.into(),
        "payment_authorisation_unique" => OrderRefusal::AuthorisationUsed.into(),
        "sku_code_unique"
        | "supplier_code_unique"
        | "barcode_pk"
        | "site_code_unique"
        | "bin_code_unique"
        | "lpn_code_unique" => CommonRefusal::Stale.into(),
        _ => return None,
    })
}

impl Failure {
    /// Serialization failures, deadlocks, lock timeouts: the same command may simply be run again. So may a unique key
    /// taken meanwhile, most likely by the command's own twin, whose outcome the next try finds.
    pub fn is_retryable(&self) -> bool {
        let Self::Broken(sqlx::Error::Database(error)) = self else {
            return false;
        };
        matches!(error.code().as_deref(), Some("40001" | "40P01" | "55P03" | "23505"))
    }
}
