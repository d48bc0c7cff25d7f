//! What planners look at: what waits, the board, a wave drawn on its site.

use domain::ids::{SiteId, WaveId};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::sites::layout::{Point, Side};
use domain::sites::roads::{Roads, Spot};
use domain::waves::{Method, StopMark, TripLine, Waiting, WaveMap, WaveRow};

use super::{access, roads, sql};
use crate::{Db, Result, sites};

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

    /// A wave on the map of its site: each cart's way, and what is picked of it.
    pub async fn wave_map(&self, caller: &Caller, wave: WaveId) -> Result<WaveMap> {
        let mut tx = self.read(caller, Permission::WavesView, None).await?;
        let org = tx.org().0;
        let row = sql::board(tx.conn(), org, None, Some(wave.0), 1).await?.pop().ok_or_else(|| Refusal::not_found("wave"))?;
        let site = SiteId(row.site_id);
        tx.require(Permission::WavesView, site)?;
        let (roads, depot) = roads(&mut tx, site).await?;
        let layout = sites::layout(&mut tx, site).await?;
        let tasks = sql::walks(tx.conn(), org, wave.0).await?;
        let trips = tasks.chunk_by(|a, b| a.trip_id == b.trip_id).map(|tasks| line(&roads, depot, tasks)).collect();
        Ok(WaveMap { row: wave_row(row), layout, trips })
    }
}

fn wave_row(row: sql::BoardRow) -> WaveRow {
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
        due: row.due,
        planned_at: row.planned_at,
        released_at: row.released_at,
        cancelled_at: row.cancelled_at,
    }
}

/// One cart's way through its tasks, drawn from the depot and back.
fn line(roads: &Roads, depot: Spot, tasks: &[sql::WalkRow]) -> TripLine {
    let spot = |task: &sql::WalkRow| access(task.aisle, task.y_mm, None, 0).and_then(|access| roads.spot(access));
    let mut path = vec![Point::from(depot)];
    let mut at = depot;
    for next in tasks.iter().filter_map(spot).chain([depot]) {
        path.extend(roads.path(at, next).into_iter().skip(1));
        at = next;
    }
    let stops = tasks.chunk_by(|a, b| a.bin_code == b.bin_code).map(|same| StopMark {
        bin_code: same[0].bin_code.clone(),
        at: spot(&same[0]).map(Point::from),
        side: same[0].side.as_deref().and_then(Side::from_code).unwrap_or_default(),
        units: same.iter().map(|task| task.quantity).sum(),
        done: same.iter().all(|task| task.done),
    });
    let first = &tasks[0];
    TripLine {
        trip: first.trip_id.into(),
        trip_no: first.trip_no,
        person: first.person_name.clone(),
        metres: first.metres,
        units: tasks.iter().map(|task| task.quantity).sum(),
        units_done: tasks.iter().map(|task| task.quantity_done).sum(),
        path,
        stops: stops.collect(),
    }
}
