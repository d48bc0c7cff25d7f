//! What planners look at: what waits, and the board.

use domain::ids::SiteId;
use domain::people::{Caller, Permission};
use domain::waves::{Method, Waiting, WaveRow};

use super::sql;
use crate::{Db, Result};

/// Waves on the board: a few days of them.
const BOARD_MAX: i64 = 60;

impl Db {
    /// What waits to be planned at a site.
    pub async fn waiting_for_wave(&self, caller: &Caller, site: SiteId) -> Result<Waiting> {
        let mut tx = self.read(caller, Permission::WavesView, Some(site)).await?;
        let org = tx.org().0;
        let sum = sql::waiting(tx.conn(), org, site.0).await?;
        Ok(Waiting { orders: sum.orders, units: sum.units, due: sum.due })
    }

    /// Waves with their progress, latest first.
    pub async fn waves(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<WaveRow>> {
        let mut tx = self.read(caller, Permission::WavesView, site).await?;
        let (org, sites) = (tx.org().0, site.map_or_else(|| tx.sites(Permission::WavesView), |site| Some(vec![site.0])));
        Ok(sql::board(tx.conn(), org, sites.as_deref(), None, BOARD_MAX).await?.into_iter().map(wave_row).collect())
    }
}

pub(super) fn wave_row(row: sql::BoardRow) -> WaveRow {
    WaveRow {
        wave: row.id.into(),
        number: row.number,
        site: row.site_id.into(),
        site_code: row.site_code,
        method: Method::parse(&row.method).unwrap_or_default(),
        orders: row.orders,
        trips: row.trips,
        trips_done: row.trips_done,
        units: row.units,
        units_picked: row.units_picked,
        units_short: row.units_short,
        metres: row.metres,
        metres_fifo: row.metres_fifo,
        seconds: row.seconds,
        pickers: row.pickers.unwrap_or_default(),
        carriers: row.carriers.unwrap_or_default(),
        due: row.due,
        planned_at: row.planned_at,
        released_at: row.released_at,
        cancelled_at: row.cancelled_at,
    }
}
