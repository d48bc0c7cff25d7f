//! Parting orders off a wave, before and amid its picking: their lists end, their new wave is planned from what lies in bins, and the
//! carts they leave are walked anew from where their pickers stand. What of them is in totes is put back, as when a wave is
//! cancelled; every unit stays allocated to its line. Who may leave is decided by `domain::waves::labour::part`.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use domain::ids::WaveId;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::sites::roads::{Roads, Spot};
use domain::waves::batch::rates::{Rates, Work};
use domain::waves::batch::walks::Manner;
use domain::waves::labour::part::{PartOrders, Parted, Riding};
use domain::waves::receipt::WaveReceipt;
use domain::waves::rounds::place;
use domain::waves::route::{self, Errand};
use domain::waves::{Cart, Chosen, Method, PlanWave};
use serde_json::json;
use uuid::Uuid;

use super::drawn::{count, metres};
use super::sql_part::LeftTask;
use super::{access, grounds, labour, lock, plan, sql, sql_labour, sql_part, sql_plan};
use crate::{Act, Db, Result, Tx, floor, sites};

impl Act for PartOrders {
    const KIND: &'static str = "waves.part_orders";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = Parted;

    async fn act(&self, tx: &mut Tx) -> Result<Parted> {
        let head = lock(tx, self.wave).await?;
        let (org, at) = (tx.org().0, tx.at);
        sql::lock_trips(tx.conn(), org, self.wave.0).await?;
        let asked: Vec<Uuid> = self.orders.iter().map(|order| order.0).collect();
        sql_plan::lock_orders(tx.conn(), org, &asked).await?;
        // A later statement: it sees what was picked and packed while we waited.
        let riding = riding(tx, self.wave, head.site_id).await?;
        let orders: Vec<_> = self.leaving(&riding)?.into_iter().map(|order| order.order).collect();
        let ids: Vec<Uuid> = orders.iter().map(|order| order.0).collect();
        let before = floor::to_put_back(tx, self.wave).await?;
        let trips: BTreeSet<Uuid> = sql_part::take_off(tx.conn(), org, self.wave.0, &ids, at).await?.into_iter().collect();
        sql_part::free_slots(tx.conn(), org, self.wave.0, &ids).await?;
        let to_put_back = floor::to_put_back(tx, self.wave).await? - before;
        let way = way(tx, self.wave).await?;
        // What the layout has lost since is not asked for again.
        let rounds = way.rounds.known(&sites::layout(tx, head.site_id.into()).await?);
        let asked = PlanWave { site: head.site_id.into(), orders: Chosen::These(orders), rounds, ..way };
        let rates = labour::pace(tx, asked.site, at).await?.rates;
        let planned = plan::anew(tx, &asked, rates).await?;
        let trips: Vec<Uuid> = trips.into_iter().collect();
        walk_anew(tx, self.wave, &asked, &trips, rates).await?;
        let told = json!({ "number": head.number, "into": planned.number, "orders": planned.orders.len() });
        tx.announce("wave.split", self.wave, Some(asked.site), told);
        for trip in &trips {
            tx.announce("trip.changed", *trip, Some(asked.site), json!({ "wave": self.wave }));
        }
        let after = json!({ "into": planned.wave, "number": planned.number, "orders": ids, "to_put_back": to_put_back });
        tx.audit("wave", self.wave, json!({ "orders": riding.len() }), after);
        let orders = count(planned.orders.len());
        Ok(Parted { wave: planned.wave, number: planned.number, orders, units: planned.units, to_put_back })
    }
}

impl Db {
    /// The orders that ride in a wave, those promised first before others.
    pub async fn wave_orders(&self, caller: &Caller, wave: WaveId) -> Result<Vec<Riding>> {
        let mut tx = self.read(caller, Permission::WavesView, None).await?;
        let org = tx.org().0;
        let site = sql::site_of(tx.conn(), org, wave.0).await?.ok_or_else(|| Refusal::not_found("wave"))?;
        tx.require(Permission::WavesView, site.into())?;
        riding(&mut tx, wave, site).await
    }
}

async fn riding(tx: &mut Tx, wave: WaveId, site: Uuid) -> Result<Vec<Riding>> {
    let org = tx.org().0;
    let row = |row: sql_part::RidingRow| Riding {
        order: row.id.into(),
        number: row.number,
        carrier: row.carrier,
        due: row.promised_at,
        units: row.units,
        units_picked: row.units_picked,
        units_open: row.units_open,
        packed: row.packed,
    };
    Ok(sql_part::riding(tx.conn(), org, wave.0, site).await?.into_iter().map(row).collect())
}

/// As the wave itself was planned; of a wave older than receipts, as it is.
async fn way(tx: &mut Tx, wave: WaveId) -> Result<PlanWave> {
    let org = tx.org().0;
    let kept = sql_plan::receipt(tx.conn(), org, wave.0).await?;
    let kept = kept.and_then(|kept| serde_json::from_value::<WaveReceipt>(kept).ok());
    let (method, cart, pickers) = if let Some(receipt) = kept {
        (receipt.method, receipt.cart, receipt.pickers)
    } else {
        let (method, ..) = sql_labour::wave_plan(tx.conn(), org, wave.0).await?;
        let totes = sql_part::totes(tx.conn(), org, wave.0).await?;
        (Method::parse(&method).unwrap_or_default(), Cart::totes(totes), 1)
    };
    let nobody = Chosen::These(Vec::new());
    let rounds = sql::walking(tx.conn(), org, wave.0).await?.rounds();
    Ok(PlanWave { site: domain::ids::SiteId::NIL, orders: nobody, method, cart, pickers, rounds, release: false })
}

/// Carts that orders left: what is still on their lists in the order of the shortest walk, from where the last of it was picked.
async fn walk_anew(tx: &mut Tx, wave: WaveId, asked: &PlanWave, trips: &[Uuid], rates: Rates) -> Result<()> {
    let org = tx.org().0;
    let layout = sites::layout(tx, asked.site).await?;
    let (roads, depot) = grounds(&layout)?;
    let manner = asked.rounds.manner_now(&layout, &roads, depot);
    let left = sql_part::left_tasks(tx.conn(), org, trips).await?;
    let (mut ids, mut places) = (Vec::new(), Vec::new());
    let (mut lengths, mut seconds) = (vec![0; trips.len()], vec![0; trips.len()]);
    for tasks in left.chunk_by(|a, b| a.trip_id == b.trip_id) {
        let Some(index) = trips.iter().position(|trip| *trip == tasks[0].trip_id) else { continue };
        let end = place(&layout, &roads, &tasks[0].end_depot).unwrap_or(manner.start);
        let (order, length_mm) = shortest(&roads, &manner, end, tasks);
        for (place, task) in (1..).zip(order) {
            ids.push(task);
            places.push(place);
        }
        let orders: BTreeSet<Uuid> = tasks.iter().map(|task| task.order_id).collect();
        let units = tasks.iter().map(|task| i64::from(task.quantity)).sum();
        let together = || tasks.iter().map(|task| (task.bin_code.as_str(), task.sku_id)).collect::<BTreeSet<_>>().len();
        let stops = if asked.method == Method::Batch { together() } else { tasks.len() };
        let work = Work { length_mm, orders: count(orders.len()).into(), stops: count(stops).into(), units };
        lengths[index] = metres(length_mm);
        seconds[index] = i32::try_from(rates.seconds(asked.method, work)).unwrap_or(i32::MAX);
    }
    sql_part::set_places(tx.conn(), org, &ids, &places).await?;
    let spared = sql_part::set_walks(tx.conn(), org, trips, &lengths, &seconds).await?;
    sql_part::spare(tx.conn(), org, wave.0, spared).await
}

/// The tasks of one cart as they are walked: those done in their order, then those open by the shortest way to where it is handed in,
/// heavy ones first where that was asked for; and how long all of it is.
fn shortest(roads: &Roads, manner: &Manner, end: Spot, tasks: &[LeftTask]) -> (Vec<Uuid>, i64) {
    let spot =
        |task: &LeftTask| access(task.aisle, task.y_mm, task.side.as_deref(), task.level).and_then(|access| roads.spot(access));
    let (mut done, open): (Vec<&LeftTask>, Vec<&LeftTask>) = tasks.iter().partition(|task| task.done);
    done.sort_by_key(|task| (task.done_at, task.walk_no));
    let (mut at, mut length_mm) = (manner.start, 0);
    for next in done.iter().filter_map(|task| spot(task)) {
        length_mm += i64::from(roads.distance(at, next));
        at = next;
    }
    let (mapped, mut unmapped): (Vec<&LeftTask>, Vec<&LeftTask>) = open.into_iter().partition(|task| spot(task).is_some());
    let stops: Vec<Spot> = mapped.iter().filter_map(|task| spot(task)).collect();
    let class = |task: &LeftTask| manner.class(task.weight_g.into());
    let classes: Option<Vec<u8>> = manner.heavy_from_g.map(|_| mapped.iter().map(|task| class(task)).collect());
    let (walk, _) = route::walk_on(roads, Errand { start: at, ends: &[end], stops: &stops, classes: classes.as_deref() });
    let mut walked: Vec<&LeftTask> = walk.order.into_iter().map(|index| mapped[index]).collect();
    // What is reached from one spot is taken bin by bin, and from a bin kind by kind.
    let rank = |task: &&LeftTask| (Reverse(class(task)), task.bin_code.clone(), task.sku_id);
    for same in walked.chunk_by_mut(|a, b| spot(a) == spot(b)) {
        same.sort_by_key(rank);
    }
    unmapped.sort_by_key(rank);
    let all = done.into_iter().chain(walked).chain(unmapped);
    (all.map(|task| task.id).collect(), length_mm + walk.length_mm)
}
