//! Where at a site people picked, and how often. Into which heat a bay falls is `domain::sites::activity`'s.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::SiteId;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::sites::activity::{Activity, BUSIEST, Bay, BayHeat, Busy, Span};
use domain::sites::layout::Side;

use super::sql_activity::{self, BayKey, BusyRow};
use super::{layout, shelves, sql};
use crate::{Db, Result};

/// Rows a download may have.
const ROWS_MAX: i64 = 20_000;

impl Db {
    /// A site's picks within the span before `now`, on its layout.
    pub async fn activity(&self, caller: &Caller, site: SiteId, span: Span, now: DateTime<Utc>) -> Result<Activity> {
        let mut tx = self.read(caller, Permission::WavesView, Some(site)).await?;
        let org = tx.org().0;
        let site_code = sql::code(tx.conn(), org, site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        let (layout, shelves) = (layout(&mut tx, site).await?, shelves(&mut tx, site).await?);
        let (from, until) = within(span, now);
        let rows = sql_activity::heat(tx.conn(), org, site.0, from, until).await?;
        let busiest = sql_activity::busy(tx.conn(), org, site.0, (from, until), None, BUSIEST).await?;
        let bay = |row: &sql_activity::HeatRow| {
            let side = Side::from_code(&row.side).unwrap_or_default();
            Some(BayHeat { aisle: row.aisle?, side, y_mm: row.y_mm?, picks: row.picks, units: row.units })
        };
        Ok(Activity {
            site,
            site_code,
            layout,
            shelves,
            bays: rows.iter().filter_map(bay).collect(),
            busiest: busiest.into_iter().map(busy).collect(),
            bins: rows.iter().map(|row| row.bins).sum(),
            picks: rows.iter().map(|row| row.picks).sum(),
            units: rows.iter().map(|row| row.units).sum(),
        })
    }

    /// What was picked, bin by bin, the most first: of one bay, or of the whole site.
    pub async fn picked_from(
        &self,
        caller: &Caller,
        site: SiteId,
        bay: Option<Bay>,
        span: Span,
        now: DateTime<Utc>,
    ) -> Result<Vec<Busy>> {
        let mut tx = self.read(caller, Permission::WavesView, Some(site)).await?;
        let org = tx.org().0;
        let key = bay.map(|bay| BayKey { aisle: bay.aisle, side: bay.side.code(), y_mm: bay.y_mm });
        let rows = sql_activity::busy(tx.conn(), org, site.0, within(span, now), key, ROWS_MAX).await?;
        Ok(rows.into_iter().map(busy).collect())
    }
}

fn within(span: Span, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    (now - TimeDelta::hours(span.hours()), now)
}

fn busy(row: BusyRow) -> Busy {
    Busy {
        bin_code: row.bin_code,
        aisle: row.aisle,
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        picks: row.picks,
        units: row.units,
    }
}

#[cfg(test)]
#[path = "activity_tests.rs"]
mod tests;
