//! Waves' transactions: planning, releasing, cancelling; the board and the map. Who rides with whom and by what way is decided by
//! `domain::waves`.

pub(crate) mod labour;
pub(crate) mod read;
mod roster;
mod split;
mod sql;
mod sql_labour;
mod sql_roster;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use domain::ids::{OrderId, SiteId, TripId, WaveId};
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::sites::SiteRefusal;
use domain::sites::layout::{Access, Side};
use domain::sites::roads::{Roads, Spot};
use domain::waves::labour::TakenBack;
use domain::waves::plan::{self, Job, Plan, Stop};
use domain::waves::{CancelWave, Chosen, PlanWave, Planned, ReleaseWave, WaveRefusal};
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::{Act, Result, Tx, floor, sites};
use sql::{NewSlots, NewTasks, NewTrips};

/// A site's roads, and the depot where carts start.
async fn roads(tx: &mut Tx, site: SiteId) -> Result<(Roads, Spot)> {
    let roads = sites::layout(tx, site).await?.roads()?;
    let depot = roads.depot(0).ok_or_else(|| SiteRefusal::NothingThere { what: "depot".into() })?;
    Ok((roads, depot))
}

fn access(aisle: Option<i32>, y_mm: Option<i32>, side: Option<&str>, level: i32) -> Option<Access> {
    Some(Access { aisle: aisle?, y_mm: y_mm?, side: side.and_then(Side::from_code).unwrap_or_default(), level })
}

/// What waits, as the planner sees it: jobs in the order of `orders`, and the row behind each stop.
struct Work {
    orders: Vec<Uuid>,
    jobs: Vec<Job>,
    rows: Vec<Vec<sql::WaitingRow>>,
}

impl Work {
    fn of(orders: &[Uuid], rows: Vec<sql::WaitingRow>, roads: &Roads) -> Self {
        let mut codes: Vec<String> = rows.iter().map(|row| row.bin_code.clone()).collect();
        codes.sort_unstable();
        codes.dedup();
        let mut by_order: HashMap<Uuid, Vec<sql::WaitingRow>> = HashMap::new();
        for row in rows {
            by_order.entry(row.order_id).or_default().push(row);
        }
        let stop = |row: &sql::WaitingRow| Stop {
            spot: access(row.aisle, row.y_mm, row.side.as_deref(), row.level).and_then(|access| roads.spot(access)),
            bin: codes.partition_point(|code| *code < row.bin_code),
            units: row.quantity,
        };
        let mut work = Self { orders: Vec::new(), jobs: Vec::new(), rows: Vec::new() };
        for order in orders {
            if let Some(rows) = by_order.remove(order) {
                work.orders.push(*order);
                work.jobs.push(Job { stops: rows.iter().map(stop).collect() });
                work.rows.push(rows);
            }
        }
        work
    }

    fn units(&self) -> i32 {
        self.rows.iter().flatten().map(|row| row.quantity).sum()
    }
}

impl Act for PlanWave {
    const KIND: &'static str = "waves.plan";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = Planned;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Planned> {
        self.check()?;
        let org = tx.org().0;
        let (roads, depot) = roads(tx, self.site).await?;
        let (chosen, most) = match &self.orders {
            Chosen::Most(most) => (None, i64::from(*most)),
            Chosen::These(orders) => (Some(orders.iter().map(|order| order.0).collect::<Vec<_>>()), i64::from(i32::MAX)),
        };
        let orders = sql::lock_waiting_orders(tx.conn(), org, self.site.0, chosen.as_deref(), most).await?;
        // A later statement: it sees what another planner put on a list while we waited.
        let rows = sql::waiting_units(tx.conn(), org, self.site.0, &orders).await?;
        let work = Work::of(&orders, rows, &roads);
        if work.orders.is_empty() {
            return Err(WaveRefusal::NothingToPick.into());
        }
        let (jobs, room) = (work.jobs.clone(), self.room());
        let planning = tokio::task::spawn_blocking(move || plan::plan(&roads, depot, &jobs, room));
        let plan = planning.await.map_err(|error| crate::Failure::Broken(sqlx::Error::Io(std::io::Error::other(error))))?;
        let planned = write(tx, self, &work, &plan).await?;
        if self.release {
            labour::allow(tx, self.site, planned.wave, "").await?;
        }
        let other = json!({ "filled": "the other way", "metres": metres(plan.other_mm) });
        let fifo = json!({ "filled": "as_they_came", "walk": "s_shape", "metres": planned.metres_fifo });
        let inputs = json!({
            "orders": work.orders.len(), "units": planned.units, "slots": room, "method": self.method.code(), "seed": plan::SEED,
        });
        let chosen = json!({
            "filled": plan.filled.code(), "trips": plan.carts.len(), "metres": planned.metres, "bound_metres": metres(plan.bound_mm),
        });
        let receipt = Decision::new("wave", planned.wave, plan::RULE, inputs, chosen).rejecting([other, fifo]);
        decisions::keep(tx, &[receipt]).await?;
        let topic = if self.release { "wave.released" } else { "wave.planned" };
        tx.announce(topic, planned.wave, Some(self.site), json!({ "number": planned.number, "units": planned.units }));
        tx.audit(
            "wave",
            planned.wave,
            (),
            json!({ "number": planned.number, "orders": work.orders.len(), "metres": planned.metres }),
        );
        Ok(planned)
    }
}

/// Whole metres, rounded up.
fn metres(mm: i64) -> i32 {
    i32::try_from((mm + 999) / 1_000).unwrap_or(i32::MAX)
}

/// Wave, trips, slots and tasks, each in one statement.
async fn write(tx: &mut Tx, asked: &PlanWave, work: &Work, plan: &Plan) -> Result<Planned> {
    let (org, at, site) = (tx.org().0, tx.at, asked.site.0);
    let wave = WaveId::mint();
    let number = tx.numbers("WV", 1).await?.remove(0);
    let (mut trips, mut slots, mut tasks) = (NewTrips::default(), NewSlots::default(), NewTasks::default());
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    for cart in &plan.carts {
        let trip = Uuid::now_v7();
        trips.ids.push(trip);
        trips.metres.push(metres(cart.length_mm));
        trips.seconds.push(i32::try_from(cart.seconds).unwrap_or(i32::MAX));
        let mut slot_of = HashMap::new();
        for (index, job) in cart.jobs.iter().enumerate() {
            slot_of.insert(*job, count(index + 1));
            slots.trips.push(trip);
            slots.slots.push(count(index + 1));
            slots.orders.push(work.orders[*job]);
        }
        for (index, (job, stop)) in cart.walk.iter().enumerate() {
            let row = &work.rows[*job][*stop];
            tasks.trips.push(trip);
            tasks.walks.push(count(index + 1));
            tasks.slots.push(slot_of[job]);
            tasks.lines.push(row.order_line_id);
            tasks.skus.push(row.sku_id);
            tasks.bins.push(row.bin_id);
            tasks.quantities.push(row.quantity);
        }
    }
    let (metres, metres_fifo) = (trips.metres.iter().sum(), metres(plan.fifo_mm));
    let new = sql::NewWave {
        id: wave.0,
        number: &number,
        site,
        method: asked.method.code(),
        metres,
        metres_fifo,
        planned_by: tx.caller.person().0,
        released: asked.release,
    };
    sql::insert_wave(tx.conn(), org, at, &new).await?;
    sql::insert_trips(tx.conn(), org, wave.0, &trips).await?;
    sql::insert_slots(tx.conn(), org, &slots).await?;
    sql::insert_tasks(tx.conn(), org, wave.0, site, &tasks).await?;
    Ok(Planned {
        wave,
        number,
        trips: trips.ids.into_iter().map(TripId).collect(),
        orders: work.orders.iter().copied().map(OrderId).collect(),
        units: work.units(),
        metres,
        metres_fifo,
    })
}

/// Locks a wave that is not cancelled, for someone who may plan at its site.
async fn lock(tx: &mut Tx, wave: WaveId) -> Result<sql::WaveHead> {
    let org = tx.org().0;
    let head = sql::lock_wave(tx.conn(), org, wave.0).await?.ok_or_else(|| Refusal::not_found("wave"))?;
    tx.require(Permission::WavesPlan, head.site_id.into())?;
    if head.cancelled { Err(WaveRefusal::Cancelled { number: head.number }.into()) } else { Ok(head) }
}

impl Act for ReleaseWave {
    const KIND: &'static str = "waves.release";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock(tx, self.wave).await?;
        if head.released {
            return Err(WaveRefusal::AlreadyReleased { number: head.number }.into());
        }
        labour::allow(tx, head.site_id.into(), self.wave, &self.reason).await?;
        let (org, at) = (tx.org().0, tx.at);
        sql::set_released(tx.conn(), org, self.wave.0, at).await?;
        tx.announce("wave.released", self.wave, Some(head.site_id.into()), json!({ "number": head.number }));
        tx.audit("wave", self.wave, json!({ "released": false }), json!({ "released": true, "reason": self.reason.trim() }));
        Ok(())
    }
}

impl Act for CancelWave {
    const KIND: &'static str = "waves.cancel";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = TakenBack;

    async fn act(&self, tx: &mut Tx) -> Result<TakenBack> {
        let head = lock(tx, self.wave).await?;
        let (org, at) = (tx.org().0, tx.at);
        sql::lock_trips(tx.conn(), org, self.wave.0).await?;
        let units = sql::cancel_tasks(tx.conn(), org, self.wave.0, at).await?;
        if units == 0 {
            return Err(WaveRefusal::AlreadyPicked { number: head.number }.into());
        }
        sql::set_cancelled(tx.conn(), org, self.wave.0, at).await?;
        // What is in totes is the floor's to put back.
        let to_put_back = floor::to_put_back(tx, self.wave).await?;
        tx.announce("wave.cancelled", self.wave, Some(head.site_id.into()), json!({ "number": head.number, "units": units }));
        let after = json!({ "cancelled": true, "units": units, "to_put_back": to_put_back });
        tx.audit("wave", self.wave, json!({ "cancelled": false }), after);
        Ok(TakenBack { units, to_put_back })
    }
}
