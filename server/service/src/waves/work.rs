//! What waits, as the planner sees it: jobs in the order of their promises, and the rows behind each stop.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::carriers::departure;
use domain::catalog::readiness::Unready;
use domain::ids::SkuId;
use domain::refusal::Refusal;
use domain::sites::layout::{Depot, Layout};
use domain::sites::roads::Roads;
use domain::waves::batch::rates::Rates;
use domain::waves::batch::walks::Manner;
use domain::waves::plan::{Job, Stop};
use domain::waves::receipt::{LeftOut, Why};
use domain::waves::{Method, PlanWave, WaveRefusal};
use uuid::Uuid;

use super::{access, grounds, sql_plan};
use crate::{Result, Tx, catalog, sites};

/// Millilitres in the volume of a box given in millimetres, rounded up: nothing takes no room. What is larger than any cart stays so.
fn millilitres(sides: [i32; 3]) -> i64 {
    let cubic_mm = sides.into_iter().fold(1_i128, |volume, side| volume.saturating_mul(side.into()));
    i64::try_from((cubic_mm + 999).div_euclid(1_000)).unwrap_or(i64::MAX)
}

/// Orders that wait, looked at once.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub roads: Roads,
    /// How carts are walked.
    pub manner: Manner,
    pub depots: Vec<Depot>,
    /// Names of the layout's zones; a stop's zone counts from one.
    pub zones: Vec<String>,
    pub at: DateTime<Utc>,
    /// What work takes here.
    pub rates: Rates,
    pub considered: usize,
    pub orders: Vec<sql_plan::Candidate>,
    pub jobs: Vec<Job>,
    pub rows: Vec<Vec<sql_plan::WaitingRow>>,
    /// Before anything was planned.
    pub left_out: Vec<LeftOut>,
    /// Codes of bins no layout knows.
    pub unmapped: Vec<String>,
    /// SKUs for which orders were left out.
    pub unready: Vec<Unready>,
}

impl Work {
    /// What is asked for. `lock` keeps it from cancelling and from other planners until the command ends.
    pub(crate) async fn look(tx: &mut Tx, asked: &PlanWave, at: DateTime<Utc>, lock: bool) -> Result<Self> {
        let (org, site) = (tx.org().0, asked.site.0);
        let layout = sites::layout(tx, asked.site).await?;
        let (roads, depot) = grounds(&layout)?;
        if asked.method == Method::Zone && layout.zones.is_empty() {
            return Err(WaveRefusal::NoZones.into());
        }
        let manner = asked.rounds.manner(&layout, &roads, depot)?;
        let mut orders = candidates(tx, asked, &layout, at).await?;
        let considered = orders.len();
        let mut left_out = named_in_vain(tx, asked, &orders).await?;
        let (filter, named) = asked.orders.filter();
        orders.retain(|order| {
            let kept = !filter.in_time || order.promised_at >= at;
            if !kept {
                left_out.push(LeftOut { order: order.number.clone(), why: Why::CutoffPassed });
            }
            kept
        });
        let mut ids: Vec<Uuid> = orders.iter().map(|order| order.id).collect();
        if lock {
            ids = sql_plan::lock_orders(tx.conn(), org, &ids).await?;
        }
        // A later statement: it sees what another planner put on a list while we waited.
        let rows = sql_plan::waiting_units(tx.conn(), org, site, &ids).await?;
        let mut work = Self {
            roads,
            manner,
            depots: layout.depots.clone(),
            zones: layout.zones.iter().map(|zone| zone.name.clone()).collect(),
            at,
            rates: Rates::STANDARD,
            considered: named.map_or(considered, <[_]>::len),
            orders: Vec::new(),
            jobs: Vec::new(),
            rows: Vec::new(),
            left_out,
            unmapped: Vec::new(),
            unready: Vec::new(),
        };
        let rows = work.leave_out(tx, &orders, rows).await?;
        work.take(orders, rows, &layout);
        Ok(work)
    }

    /// Orders with a SKU of which too little is known wait for people. Answers the rows of the others.
    async fn leave_out(
        &mut self,
        tx: &mut Tx,
        orders: &[sql_plan::Candidate],
        mut rows: Vec<sql_plan::WaitingRow>,
    ) -> Result<Vec<sql_plan::WaitingRow>> {
        let skus: BTreeSet<SkuId> = rows.iter().map(|row| row.sku_id.into()).collect();
        let unready = catalog::unready(tx, &skus.into_iter().collect::<Vec<_>>()).await?;
        if unready.is_empty() {
            return Ok(rows);
        }
        let mut left: HashMap<Uuid, String> = HashMap::new();
        for row in &rows {
            if let Some(found) = unready.get(&row.sku_id.into()) {
                left.entry(row.order_id).or_insert_with(|| found.words());
            }
        }
        rows.retain(|row| !left.contains_key(&row.order_id));
        for order in orders {
            if let Some(sku) = left.remove(&order.id) {
                self.left_out.push(LeftOut { order: order.number.clone(), why: Why::NotKnown { sku } });
            }
        }
        self.unready = unready.into_values().collect();
        Ok(rows)
    }

    fn take(&mut self, orders: Vec<sql_plan::Candidate>, rows: Vec<sql_plan::WaitingRow>, layout: &Layout) {
        let mut codes: Vec<String> = rows.iter().map(|row| row.bin_code.clone()).collect();
        codes.sort_unstable();
        codes.dedup();
        let skus: BTreeSet<Uuid> = rows.iter().map(|row| row.sku_id).collect();
        let skus: HashMap<Uuid, usize> = skus.into_iter().zip(0..).collect();
        let mut unmapped = BTreeSet::new();
        let mut by_order: HashMap<Uuid, Vec<sql_plan::WaitingRow>> = HashMap::new();
        for row in rows {
            by_order.entry(row.order_id).or_default().push(row);
        }
        for order in orders {
            let Some(rows) = by_order.remove(&order.id) else { continue };
            let stops = rows.iter().map(|row| {
                let spot = access(row.aisle, row.y_mm, row.side.as_deref(), row.level).and_then(|access| self.roads.spot(access));
                if spot.is_none() {
                    unmapped.insert(row.bin_code.clone());
                }
                Stop {
                    spot,
                    bin: codes.partition_point(|code| *code < row.bin_code),
                    sku: skus.get(&row.sku_id).copied().unwrap_or_default(),
                    units: row.quantity,
                    volume_ml: millilitres([row.length_mm, row.width_mm, row.height_mm]),
                    weight_g: row.weight_g.into(),
                    zone: row.aisle.map_or(0, |aisle| zone_of(layout, aisle)),
                }
            });
            let due_seconds = Some((order.promised_at - self.at).num_seconds());
            self.jobs.push(Job { number: order.number.clone(), stops: stops.collect(), due_seconds });
            self.orders.push(order);
            self.rows.push(rows);
        }
        self.unmapped = unmapped.into_iter().collect();
    }
}

/// Which of a layout's zones an aisle is in, from one; 0 = in none.
fn zone_of(layout: &Layout, aisle: i32) -> u16 {
    let at = layout.zones.iter().position(|zone| zone.aisles.contains(&aisle));
    at.map_or(0, |at| u16::try_from(at + 1).unwrap_or(u16::MAX))
}

async fn candidates(tx: &mut Tx, asked: &PlanWave, layout: &Layout, at: DateTime<Utc>) -> Result<Vec<sql_plan::Candidate>> {
    let org = tx.org().0;
    let (filter, named) = asked.orders.filter();
    let named: Option<Vec<Uuid>> = named.map(|orders| orders.iter().map(|order| order.0).collect());
    let aisles = match &filter.zone {
        None => None,
        Some(zone) => {
            let known = layout.zones.iter().find(|known| known.name == *zone);
            Some(known.ok_or_else(|| WaveRefusal::UnknownZone { zone: zone.clone() })?.aisles.clone())
        }
    };
    let (mut carrier, mut due_by) = (filter.carrier.clone(), filter.due_by);
    if filter.next_departure {
        let all = sql_plan::departures(tx.conn(), org, asked.site.0).await?;
        let Some(next) = departure::next(&all, carrier.as_deref(), at) else { return Ok(Vec::new()) };
        due_by = Some(due_by.map_or(next.at, |due| due.min(next.at)));
        carrier = Some(next.carrier.clone());
    }
    let wanted = sql_plan::Wanted {
        named: named.as_deref(),
        // Nothing was promised before there were clocks, and Postgres knows fewer years than chrono.
        due_by: due_by.map(|due| due.max(DateTime::UNIX_EPOCH)),
        channel: filter.channel.map(|channel| channel.0),
        carrier: carrier.as_deref(),
        single_unit: filter.single_unit,
        aisles: aisles.as_deref(),
        in_time: filter.in_time.then_some(at),
        most: filter.most.into(),
    };
    sql_plan::candidates(tx.conn(), org, asked.site.0, &wanted).await
}

/// Orders that were named and do not wait here.
async fn named_in_vain(tx: &mut Tx, asked: &PlanWave, found: &[sql_plan::Candidate]) -> Result<Vec<LeftOut>> {
    let (_, Some(named)) = asked.orders.filter() else { return Ok(Vec::new()) };
    let found: BTreeSet<Uuid> = found.iter().map(|order| order.id).collect();
    let vain: Vec<Uuid> = named.iter().map(|order| order.0).filter(|order| !found.contains(order)).collect();
    let org = tx.org().0;
    let fates = sql_plan::fates(tx.conn(), org, &vain).await?;
    if fates.len() < vain.len() {
        return Err(Refusal::not_found("order").into());
    }
    Ok(fates.into_iter().map(|fate| LeftOut { order: fate.number, why: Why::NothingToPick }).collect())
}
