//! A wave looked at on its site: each cart's way and what is picked of it, when it will be done, and what it could be planned from
//! again. Changes nothing.

use chrono::{DateTime, Utc};
use domain::ids::{SiteId, WaveId};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::sites::layout::{Layout, Point, Side};
use domain::sites::roads::{Roads, Spot};
use domain::waves::rounds::{name_of, place};
use domain::waves::whatif::{Ground, Need, Take, Try};
use domain::waves::{Cart, Status, StopMark, TripLine, WaveMap, WaveRow};

use super::read::wave_row;
use super::{access, grounds, labour, sql, sql_map, standing};
use crate::{Db, Result, Tx, sites};

impl Db {
    /// A wave on the map of its site, as it stands at `now`.
    pub async fn wave_map(&self, caller: &Caller, wave: WaveId, now: DateTime<Utc>) -> Result<WaveMap> {
        let mut tx = self.read(caller, Permission::WavesView, None).await?;
        let (org, row) = (tx.org().0, shown(&mut tx, wave).await?);
        let layout = sites::layout(&mut tx, row.site).await?;
        let shelves = sites::shelves(&mut tx, row.site).await?;
        let (roads, depot) = grounds(&layout)?;
        let start = sql::walking(tx.conn(), org, wave.0).await?.rounds().manner_now(&layout, &roads, depot).start;
        let tasks = sql_map::walks(tx.conn(), org, wave.0).await?;
        let trips = tasks.chunk_by(|a, b| a.trip_id == b.trip_id).map(|tasks| line(&layout, &roads, start, tasks));
        let trips: Vec<TripLine> = trips.collect();
        let (finish, rates) = match row.status() {
            Status::Released | Status::Picking => standing::finish(&mut tx, row.site, wave, now).await?,
            Status::Planned | Status::Done | Status::Cancelled => (None, String::new()),
        };
        Ok(WaveMap { row, layout, shelves, trips, finish, rates })
    }

    /// What a wave is made of, for trying other methods and carts on it; and how it was planned.
    pub async fn what_if(&self, caller: &Caller, wave: WaveId) -> Result<(Ground, Try)> {
        let mut tx = self.read(caller, Permission::WavesView, None).await?;
        let (org, row) = (tx.org().0, shown(&mut tx, wave).await?);
        let layout = sites::layout(&mut tx, row.site).await?;
        let rows = sql_map::needs(tx.conn(), org, wave.0).await?;
        let carts = sql_map::carts(tx.conn(), org, wave.0).await?;
        let mut codes: Vec<&str> = rows.iter().map(|row| row.bin_code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let take = |row: &sql_map::NeedRow| Take {
            access: access(row.aisle, row.y_mm, row.side.as_deref(), row.level),
            bin: codes.partition_point(|code| *code < row.bin_code.as_str()),
            units: row.quantity,
            unit_volume_ml: row.unit_volume_ml,
            unit_weight_g: row.unit_weight_g.into(),
        };
        let orders = rows.chunk_by(|a, b| a.order_number == b.order_number);
        let need =
            |rows: &[sql_map::NeedRow]| Need { number: rows[0].order_number.clone(), takes: rows.iter().map(take).collect() };
        let orders = orders.map(need).collect();
        let rates = labour::pace(&mut tx, row.site, row.planned_at).await?.rates;
        let pickers = usize::try_from(carts.pickers).unwrap_or(1).max(1);
        let walking = sql::walking(tx.conn(), org, wave.0).await?;
        let cart = walking.cart().unwrap_or(Cart::totes(carts.totes));
        let planned = Try { method: row.method, cart };
        Ok((Ground { layout, rounds: walking.rounds(), orders, pickers, rates }, planned))
    }
}

/// The wave's row, for someone who may look at waves of its site.
async fn shown(tx: &mut Tx, wave: WaveId) -> Result<WaveRow> {
    let org = tx.org().0;
    let row = sql::board(tx.conn(), org, None, Some(wave.0), 1).await?.pop().ok_or_else(|| Refusal::not_found("wave"))?;
    tx.require(Permission::WavesView, SiteId(row.site_id))?;
    Ok(wave_row(row))
}

/// One cart's way through its tasks, from where it starts to where it is handed in.
fn line(layout: &Layout, roads: &Roads, start: Spot, tasks: &[sql_map::WalkRow]) -> TripLine {
    let end = place(layout, roads, &tasks[0].end_depot).unwrap_or(start);
    let spot =
        |task: &sql_map::WalkRow| access(task.aisle, task.y_mm, task.side.as_deref(), 0).and_then(|access| roads.spot(access));
    let mut way = Way { roads, at: start, path: vec![Point::from(start)], along_mm: 0 };
    let mut stops = Vec::new();
    for same in tasks.chunk_by(|a, b| a.bin_code == b.bin_code) {
        let at = spot(&same[0]);
        if let Some(next) = at {
            way.go(next);
        }
        let done = same.iter().all(|task| task.done);
        stops.push(StopMark {
            bin_code: same[0].bin_code.clone(),
            at: at.map(Point::from),
            side: same[0].side.as_deref().and_then(Side::from_code).unwrap_or_default(),
            along_mm: way.along_mm,
            units: same.iter().map(|task| task.quantity).sum(),
            units_done: same.iter().map(|task| task.quantity_done).sum(),
            done,
            done_at: same.iter().filter_map(|task| task.done_at).max().filter(|_| done),
        });
    }
    way.go(end);
    let first = &tasks[0];
    TripLine {
        trip: first.trip_id.into(),
        trip_no: first.trip_no,
        person: first.person_name.clone(),
        claimed_at: first.claimed_at,
        metres: first.metres,
        seconds: first.seconds,
        units: tasks.iter().map(|task| task.quantity).sum(),
        units_done: tasks.iter().map(|task| task.quantity_done).sum(),
        path: way.path,
        end: name_of(&layout.depots, roads, end),
        stops,
    }
}

/// A way as it grows.
struct Way<'r> {
    roads: &'r Roads,
    at: Spot,
    path: Vec<Point>,
    along_mm: i64,
}

impl Way<'_> {
    fn go(&mut self, next: Spot) {
        let corners = self.roads.path(self.at, next);
        self.along_mm += corners.windows(2).map(|leg| leg[0].steps_to(leg[1])).sum::<i64>();
        self.path.extend(corners.into_iter().skip(1));
        self.at = next;
    }
}
