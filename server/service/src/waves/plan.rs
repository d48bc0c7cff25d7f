//! Planning a wave: looked at on a snapshot, drawn on a thread of its own, then locked, compared and written in one transaction.
//!
//! What changed in between is left out with its reason; the others ride as drawn. Whoever works in bulk (a history) does all of it
//! in one transaction, alone. Who rides with whom and by what way is decided by `domain::waves::plan`.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrderId, SiteId, TripId, WaveId};
use domain::numbers::Series;
use domain::people::{Caller, Permission};
use domain::reasons::Given;
use domain::refusal::Refusal;
use domain::waves::batch::rates::Rates;
use domain::waves::plan::{self, SEED, Share};
use domain::waves::receipt::{LeftOut, WaveReceipt, Why};
use domain::waves::{PlanWave, Planned, WaveRefusal};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::drawn::{Drawn, count, metres};
use super::labour;
use super::sql::{self, NewSlots, NewTasks, NewTrips};
use super::sql_plan;
use super::work::Work;
use crate::decisions::{self, Decision};
use crate::{Act, Db, Failure, Result, Tx, catalog};

/// Needs told in one announcement: followers read them all at once.
const NEEDS_TOLD: usize = 500;

impl Act for PlanWave {
    const KIND: &'static str = "waves.plan";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = Planned;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Planned> {
        let drawn = draw(tx, self, Rates::STANDARD).await?;
        write(tx, self, &drawn, Vec::new()).await
    }
}

/// What waits now, locked and drawn.
async fn draw(tx: &mut Tx, asked: &PlanWave, rates: Rates) -> Result<Drawn> {
    asked.check()?;
    let at = tx.at;
    let work = Work { rates, ..Work::look(tx, asked, at, true).await? };
    let way = Drawn::way(asked, rates);
    let drawn = aside(move || {
        let plan = plan::plan(&work.roads, &work.manner, &work.jobs, &way, &mut plan::steps(work.jobs.len()));
        plan.map(|plan| Drawn { work, way, plan })
    });
    Ok(drawn.await??)
}

/// A wave of orders that have just left another: all of them ride, or none.
pub(super) async fn anew(tx: &mut Tx, asked: &PlanWave, rates: Rates) -> Result<Planned> {
    let drawn = draw(tx, asked, rates).await?;
    if let Some((_, refusal)) = drawn.plan.left_out.first() {
        return Err(refusal.clone().into());
    }
    if !drawn.work.left_out.is_empty() {
        return Err(WaveRefusal::TakenMeanwhile.into());
    }
    write(tx, asked, &drawn, Vec::new()).await
}

/// Computes for longer than a server's thread may be kept.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::Broken(sqlx::Error::Io(std::io::Error::other(error))))
}

/// The same command once it is drawn. Its body is what was asked for: repeated, it is the same command.
#[derive(Serialize)]
#[serde(transparent)]
pub(crate) struct Prepared<'a> {
    pub asked: &'a PlanWave,
    /// Or why it could not be.
    #[serde(skip)]
    pub drawn: Result<Arc<Drawn>, Refusal>,
}

impl Act for Prepared<'_> {
    const KIND: &'static str = PlanWave::KIND;
    const NEEDS: Permission = PlanWave::NEEDS;
    type Outcome = Planned;

    fn site(&self) -> Option<SiteId> {
        Some(self.asked.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Planned> {
        let drawn = self.drawn.clone()?;
        let riding: BTreeSet<usize> = drawn.riding().into_iter().collect();
        let mut gone = gone(tx, self.asked, &drawn.work).await?;
        gone.retain(|job, _| riding.contains(job));
        if gone.is_empty() {
            return write(tx, self.asked, &drawn, Vec::new()).await;
        }
        let (left_out, gone): (Vec<LeftOut>, BTreeSet<usize>) =
            gone.into_iter().map(|(job, why)| (LeftOut { order: drawn.work.jobs[job].number.clone(), why }, job)).unzip();
        let drawn = aside(move || {
            let Drawn { work, way, plan } = Arc::unwrap_or_clone(drawn);
            let plan = plan::without(&work.roads, &work.manner, &work.jobs, &way, plan, &gone);
            plan.map(|plan| Drawn { work, way, plan })
        });
        write(tx, self.asked, &drawn.await??, left_out).await
    }
}

impl Db {
    /// Plans a wave without holding anything up: orders are locked only while the plan is written. Progress is asked for by the
    /// command's id.
    pub async fn plan_wave(&self, caller: &Caller, id: CommandId, at: DateTime<Utc>, asked: &PlanWave) -> Result<Planned> {
        let drawn = match self.draw_wave(caller, id, at, asked).await {
            Ok(drawn) => Ok(Arc::new(drawn)),
            // Nothing was answered yet: the same command may come again.
            Err(Failure::Refused(refusal @ Refusal::Waves(WaveRefusal::PlannerBusy | WaveRefusal::PlanningStopped))) => {
                return Err(refusal.into());
            }
            Err(Failure::Refused(refusal)) => Err(refusal),
            Err(broken) => return Err(broken),
        };
        self.run(caller, id, at, &Prepared { asked, drawn }).await
    }

    /// What waits now, drawn; nothing is locked or written.
    pub(crate) async fn draw_wave(&self, caller: &Caller, id: CommandId, at: DateTime<Utc>, asked: &PlanWave) -> Result<Drawn> {
        let work = self.look(caller, at, asked).await?;
        let way = Drawn::way(asked, work.rates);
        let drawn = self.planners.run(caller, id, move |go_on| {
            let own = plan::steps(work.jobs.len());
            let mut share = Share { go_on, own, before: 0, part: 1, of: 1 };
            let plan = plan::plan(&work.roads, &work.manner, &work.jobs, &way, &mut share);
            plan.map(|plan| Drawn { work, way, plan })
        });
        Ok(drawn.await??)
    }

    pub(super) async fn look(&self, caller: &Caller, at: DateTime<Utc>, asked: &PlanWave) -> Result<Work> {
        let mut tx = self.read(caller, Permission::WavesPlan, Some(asked.site)).await?;
        asked.check()?;
        let mut work = Work::look(&mut tx, asked, at, false).await?;
        work.rates = labour::pace(&mut tx, asked.site, at).await?.rates;
        Ok(work)
    }
}

/// Locks the orders that were looked at, and finds those that are no longer as they were.
async fn gone(tx: &mut Tx, asked: &PlanWave, work: &Work) -> Result<BTreeMap<usize, Why>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = work.orders.iter().map(|order| order.id).collect();
    let locked = sql_plan::lock_orders(tx.conn(), org, &ids).await?;
    // A later statement: it sees what others did while we waited.
    let mut now: HashMap<Uuid, Vec<sql_plan::WaitingRow>> = HashMap::new();
    for row in sql_plan::waiting_units(tx.conn(), org, asked.site.0, &locked).await? {
        now.entry(row.order_id).or_default().push(row);
    }
    let changed: Vec<usize> =
        (0..ids.len()).filter(|job| now.get(&ids[*job]).is_none_or(|rows| *rows != work.rows[*job])).collect();
    if changed.is_empty() {
        return Ok(BTreeMap::new());
    }
    let raw: Vec<Uuid> = changed.iter().map(|job| ids[*job]).collect();
    let fates: HashMap<Uuid, sql_plan::Fate> =
        sql_plan::fates(tx.conn(), org, &raw).await?.into_iter().map(|fate| (fate.id, fate)).collect();
    let why = |job: &usize| match fates.get(&ids[*job]) {
        Some(fate) if fate.cancelled => Why::CancelledWhilePlanning,
        Some(fate) if fate.taken => Why::TakenByAnotherPlanner,
        _ => Why::ChangedWhilePlanning,
    };
    Ok(changed.iter().map(|job| (*job, why(job))).collect())
}

/// Wave, trips, slots and tasks, each in one statement; the receipt; and who else is told.
async fn write(tx: &mut Tx, asked: &PlanWave, drawn: &Drawn, meanwhile: Vec<LeftOut>) -> Result<Planned> {
    catalog::hold_back(tx, &drawn.work.unready).await?;
    drawn.check(&meanwhile)?;
    let receipt = drawn.receipt(asked, meanwhile);
    let planned = insert(tx, asked, drawn, &receipt).await?;
    if asked.release {
        labour::allow(tx, asked.site, planned.wave, &Given::default()).await?;
    }
    let came = json!({ "filled": "as_they_came", "walk": "exact", "metres": metres(drawn.plan.came_mm) });
    let fifo = json!({ "filled": "as_they_came", "walk": "s_shape", "metres": receipt.metres_fifo });
    let inputs = json!({ "asked": asked, "seed": SEED, "filled": drawn.plan.filled.code() });
    let kept = Decision::new("wave", planned.wave, plan::RULE, inputs, &receipt).rejecting([came, fifo]);
    decisions::keep(tx, &[kept]).await?;
    let topic = if asked.release { "wave.released" } else { "wave.planned" };
    tx.announce(topic, planned.wave, Some(asked.site), json!({ "number": planned.number, "units": planned.units }));
    for needs in drawn.needs().chunks(NEEDS_TOLD) {
        tx.announce("wave.forward_pick_need", planned.wave, Some(asked.site), json!({ "needs": needs }));
    }
    tx.audit(
        "wave",
        planned.wave,
        (),
        json!({ "number": planned.number, "orders": planned.orders.len(), "metres": planned.metres }),
    );
    Ok(planned)
}

async fn insert(tx: &mut Tx, asked: &PlanWave, drawn: &Drawn, receipt: &WaveReceipt) -> Result<Planned> {
    let (org, at, site, work) = (tx.org().0, tx.at, asked.site.0, &drawn.work);
    let wave = WaveId::mint();
    let number = tx.numbers(Series::Wave, 1).await?.remove(0);
    let (mut trips, mut slots, mut tasks) = (NewTrips::default(), NewSlots::default(), NewTasks::default());
    for cart in &drawn.plan.trips {
        let trip = Uuid::now_v7();
        trips.ids.push(trip);
        trips.metres.push(metres(cart.length_mm));
        trips.seconds.push(i32::try_from(cart.seconds).unwrap_or(i32::MAX));
        trips.ends.push(drawn.end(cart));
        let mut slot_of = HashMap::new();
        for (index, job) in cart.jobs.iter().enumerate() {
            slot_of.insert(*job, count(index + 1));
            slots.trips.push(trip);
            slots.slots.push(count(index + 1));
            slots.orders.push(work.orders[*job].id);
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
    let walking = sql::Walking::of(&asked.rounds, asked.cart);
    let new = sql::NewWave {
        id: wave.0,
        number: &number,
        site,
        method: asked.method.code(),
        metres: receipt.metres,
        metres_fifo: receipt.metres_fifo,
        planned_by: tx.caller.person().0,
        released: asked.release,
        walking: &walking,
    };
    sql::insert_wave(tx.conn(), org, at, &new).await?;
    sql::insert_trips(tx.conn(), org, wave.0, &trips).await?;
    sql::insert_slots(tx.conn(), org, &slots).await?;
    sql::insert_tasks(tx.conn(), org, wave.0, site, &tasks).await?;
    Ok(Planned {
        wave,
        number,
        trips: trips.ids.into_iter().map(TripId).collect(),
        orders: drawn.riding().into_iter().map(|job| OrderId(work.orders[job].id)).collect(),
        units: receipt.units,
        metres: receipt.metres,
        metres_fifo: receipt.metres_fifo,
    })
}
