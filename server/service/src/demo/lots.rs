//! Some of the demo's goods are kept by lot, some by serial: the tenth of a shop where it matters. One lot is recalled, so that its way
//! can be followed.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use domain::lots::{Marks, Policy, RecallLot, SetTracking};
use domain::reasons::Given;

use super::Story;
use crate::Result;

/// By their rank among the best sellers: the first is awaited at the dock.
const BY_LOT: [usize; 3] = [12, 61, 118];
const BY_SERIAL: usize = 431;
/// The one that is recalled.
const RECALLED: usize = 61;

/// What is said of units that come in: each receipt is a lot of its own, and each unit a number.
pub(super) fn marks(rank: usize, quantity: i32, receipt: &str, on: NaiveDate) -> Marks {
    if BY_LOT.contains(&rank) {
        let expires_on = on.checked_add_days(Days::new(150));
        return Marks { lot: format!("{receipt}{rank:03}"), expires_on, ..Marks::default() };
    }
    let serials = if rank == BY_SERIAL { quantity } else { 0 };
    Marks { serials: (1..=serials).map(|n| format!("{receipt}{n:04}")).collect(), ..Marks::default() }
}

impl Story<'_> {
    /// How these SKUs are told apart, before the first of them comes in.
    pub(super) async fn told_apart(&mut self, at: DateTime<Utc>) -> Result<()> {
        let lots = BY_LOT.map(|rank| (rank, Policy { lot: true, expiry: true, ..Policy::default() }));
        let serials = [(BY_SERIAL, Policy { serial: true, ..Policy::default() })];
        for (rank, policy) in lots.into_iter().chain(serials) {
            if let Some(sku) = self.skus.get(rank).map(|sku| sku.id) {
                self.clerk.run(at, &SetTracking { sku, policy }).await?;
            }
        }
        Ok(())
    }

    /// The first lot of one SKU turns out bad.
    pub(super) async fn recall(&self, now: DateTime<Utc>) -> Result<()> {
        let Some(sku) = self.skus.get(RECALLED) else { return Ok(()) };
        let found = self.clerk.db.lots(&self.clerk.caller, now.date_naive(), &sku.code, "", 0).await?;
        let first = found.rows.into_iter().find(|row| row.code.starts_with('A'));
        let Some(lot) = first.map(|row| row.id) else { return Ok(()) };
        let reason = Given { code: "failed_test".into(), note: "The glaze holds lead, laboratory report 7/114".to_owned() };
        self.clerk.run(now - TimeDelta::minutes(200), &RecallLot { lot, reason }).await.map(drop)
    }
}
