//! A plan that is looked at before it is made: nothing is locked or written. Every method is tried, the one asked for longest.

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, SiteId, WaveId};
use domain::people::{Caller, Permission};
use domain::waves::batch::budget::{Steps, WHOLE};
use domain::waves::plan::{self, Plan, Share, Trip};
use domain::waves::receipt::{CartLine, MethodLine, PlanChoices, Preview, PreviewProgress, WaveReceipt};
use domain::waves::{Method, PlanWave, WaveRefusal};

use super::drawn::{Drawn, after, count, metres, minutes};
use super::sql_plan;
use super::work::Work;
use crate::{Db, Failure, Result, sites};

/// The method asked for gets as much of the work as it would get when it is made; each other one a quarter of that.
const OWN: i64 = 4;
/// Carts shown one by one.
const CARTS_MAX: usize = 200;

impl Db {
    /// What a wave would be, and what other methods would make of it. `ticket` names it for [`Db::preview_progress`].
    pub async fn preview_wave(&self, caller: &Caller, ticket: CommandId, at: DateTime<Utc>, asked: &PlanWave) -> Result<Preview> {
        let work = self.look(caller, at, asked).await?;
        if work.jobs.is_empty() && work.left_out.is_empty() {
            return Err(WaveRefusal::NothingToPick.into());
        }
        let asked = asked.clone();
        Ok(self.planners.run(caller, ticket, move |go_on| compare(work, &asked, go_on)).await??)
    }

    /// How far a preview, or a plan being made, is.
    pub async fn preview_progress(&self, caller: &Caller, ticket: CommandId) -> Result<PreviewProgress> {
        self.read(caller, Permission::WavesPlan, None).await?;
        Ok(PreviewProgress { permille: self.planners.progress(caller, ticket) })
    }

    /// Nobody waits for it any more. Answers whether it was under way on this server.
    pub async fn stop_preview(&self, caller: &Caller, ticket: CommandId) -> Result<bool> {
        self.read(caller, Permission::WavesPlan, None).await?;
        Ok(self.planners.stop(caller, ticket))
    }

    /// What the filters can be set to at a site.
    pub async fn plan_choices(&self, caller: &Caller, site: SiteId) -> Result<PlanChoices> {
        let mut tx = self.read(caller, Permission::WavesView, Some(site)).await?;
        let org = tx.org().0;
        let layout = sites::layout(&mut tx, site).await?;
        let zones = layout.zones.into_iter().map(|zone| zone.name).collect();
        let depots = layout.depots.into_iter().map(|depot| depot.name).collect();
        let channels = sql_plan::channels(tx.conn(), org).await?;
        let departures = sql_plan::departures(tx.conn(), org, site.0).await?;
        let channels = channels.into_iter().map(|(id, name)| (id.into(), name)).collect();
        Ok(PlanChoices { channels, departures, zones, depots })
    }

    /// The receipt of a wave's plan; none of waves planned before receipts were kept.
    pub async fn wave_receipt(&self, caller: &Caller, wave: WaveId) -> Result<Option<WaveReceipt>> {
        let mut tx = self.read(caller, Permission::WavesView, None).await?;
        let org = tx.org().0;
        let site = super::sql::site_of(tx.conn(), org, wave.0).await?;
        let site = site.ok_or_else(|| domain::refusal::Refusal::not_found("wave"))?;
        tx.require(Permission::WavesView, site.into())?;
        let Some(kept) = sql_plan::receipt(tx.conn(), org, wave.0).await? else { return Ok(None) };
        if kept.get("rule").is_none() {
            return Ok(None);
        }
        serde_json::from_value(kept).map(Some).map_err(|source| Failure::Corrupt { what: "a wave's receipt", source })
    }
}

pub(super) fn compare(work: Work, asked: &PlanWave, go_on: &mut dyn FnMut(i64) -> bool) -> Result<Preview, WaveRefusal> {
    let others: Vec<Method> = Method::ALL.into_iter().filter(|method| *method != asked.method).collect();
    let of = OWN + i64::from(count(others.len()));
    let Steps(all) = plan::steps(work.jobs.len());
    let mut draw = |work: &Work, method: Method, steps: Steps, before: i64, part: i64| {
        let way = Drawn::way(&PlanWave { method, ..asked.clone() }, work.rates);
        let mut share = Share { go_on: &mut *go_on, own: steps, before, part, of };
        let plan = plan::plan(&work.roads, &work.manner, &work.jobs, &way, &mut share);
        // Nobody waits any more: what the others would take is not worth a look.
        if go_on(WHOLE * (before + part) / of) { plan } else { Err(WaveRefusal::PlanningStopped) }
    };
    let plan = draw(&work, asked.method, Steps(all), 0, OWN)?;
    let mut methods = vec![line(asked.method, &plan)];
    for (before, method) in (OWN..).zip(others) {
        if method == Method::Zone && work.zones.is_empty() {
            methods.push(refused(method, &WaveRefusal::NoZones));
            continue;
        }
        methods.push(match draw(&work, method, Steps(all / OWN.unsigned_abs()), before, 1) {
            Ok(plan) if plan.trips.is_empty() => refused(method, &WaveRefusal::NothingToPick),
            Ok(plan) => line(method, &plan),
            Err(WaveRefusal::PlanningStopped) => return Err(WaveRefusal::PlanningStopped),
            Err(refusal) => refused(method, &refusal),
        });
    }
    methods.sort_by_key(|line| (line.refused.is_some(), line.at_risk, line.minutes, line.metres));
    let drawn = Drawn { way: Drawn::way(asked, work.rates), work, plan };
    let carts = drawn.plan.trips.iter().zip(1..).take(CARTS_MAX).map(|(trip, no)| cart(&drawn, trip, no)).collect();
    Ok(Preview { receipt: drawn.receipt(asked, Vec::new()), carts, methods })
}

fn line(method: Method, plan: &Plan) -> MethodLine {
    MethodLine {
        method,
        carts: count(plan.trips.len()),
        metres: metres(plan.length_mm),
        minutes: minutes(plan.seconds),
        at_risk: count(plan.late.len()),
        refused: None,
    }
}

fn refused(method: Method, refusal: &WaveRefusal) -> MethodLine {
    MethodLine { method, carts: 0, metres: 0, minutes: 0, at_risk: 0, refused: Some(refusal.to_string()) }
}

fn cart(drawn: &Drawn, trip: &Trip, no: i32) -> CartLine {
    let work = &drawn.work;
    CartLine {
        no,
        orders: count(trip.jobs.len()),
        units: trip.walk.iter().map(|(job, stop)| work.rows[*job][*stop].quantity).sum(),
        stops: count(trip.walk.len()),
        metres: metres(trip.length_mm),
        minutes: minutes(trip.seconds),
        slots: if drawn.way.method == Method::Batch { 1 } else { count(trip.jobs.len()) },
        volume_ml: trip.load.volume_ml,
        weight_g: trip.load.weight_g,
        zone: trip.zone.map(|zone| zone_name(work, zone)),
        end: drawn.end(trip),
        due: trip.jobs.iter().map(|job| work.orders[*job].promised_at).min(),
        back: after(work.at, trip.ends_seconds),
    }
}

fn zone_name(work: &Work, zone: u16) -> String {
    usize::from(zone)
        .checked_sub(1)
        .and_then(|zone| work.zones.get(zone))
        .cloned()
        .unwrap_or_else(|| "Outside of zones".to_owned())
}
