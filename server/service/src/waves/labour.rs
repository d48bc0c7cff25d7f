//! Labour's transactions: may a wave go onto the floor today, and who walks what is not begun. How a site stands is [`super::standing`];
//! the rules are `domain::waves::labour`.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{PersonId, SiteId, WaveId};
use domain::people::{Actor, Permission};
use domain::reasons::{Given, Process, check_note};
use domain::sites::roads::Roads;
use domain::waves::Method;
use domain::waves::labour::finish::{Picker, Walk, finishes};
use domain::waves::labour::limit::{self, Verdict};
use domain::waves::labour::measure::{Pace, Step, measured};
use domain::waves::labour::share::{self, Dealt};
use domain::waves::labour::{EvenOut, EvenedOut, LabourRefusal, Load, Span};
use domain::waves::rounds::place;
use serde_json::json;
use uuid::Uuid;

use super::{access, grounds, sql_labour as sql};
use crate::decisions::{self, Decision};
use crate::{Act, Result, Tx, reasons, sites};

/// Picks a pace is learned from: the last weeks of a large site, a season of a small one.
const PICKS_READ: i64 = 3_000;
const DAYS_READ: i64 = 90;
/// How far ahead a roster is looked at.
pub(super) const DAYS_AHEAD: i64 = 14;

impl sql::OpenTrip {
    pub(super) fn load(&self) -> Load {
        Load {
            method: Method::parse(&self.method).unwrap_or_default(),
            length_mm: i64::from(self.metres) * 1_000,
            stops: self.stops,
            orders_left: self.orders_left,
            stops_left: self.stops_left,
            units_left: self.units_left,
            begun: self.begun(),
        }
    }

    pub(super) fn begun(&self) -> bool {
        self.touched || !self.person_id.is_nil()
    }

    /// Who walks it, or for whom it is meant.
    pub(super) fn person(&self) -> Option<PersonId> {
        [self.person_id, self.planned_for].into_iter().find(|person| !person.is_nil()).map(Into::into)
    }
}

/// What work takes at a site, from its own history where there is enough.
pub(crate) async fn pace(tx: &mut Tx, site: SiteId, now: DateTime<Utc>) -> Result<Pace> {
    let org = tx.org().0;
    let done = sql::done_tasks(tx.conn(), org, site.0, now - TimeDelta::days(DAYS_READ), PICKS_READ).await?;
    let (metres, stops) = sql::walked(tx.conn(), org, site.0).await?;
    let mm_per_stop = (stops > 0).then(|| metres * 1_000 / stops.max(1));
    if done.is_empty() {
        return Ok(measured(&[], &[], mm_per_stop));
    }
    let layout = sites::layout(tx, site).await?;
    let (roads, depot) = grounds(&layout)?;
    let spot = |task: &sql::DoneTask| {
        access(task.aisle, task.y_mm, task.side.as_deref(), task.level).and_then(|access| roads.spot(access))
    };
    let step = |ms: i64, length_mm: i64, task: &sql::DoneTask| Step {
        ms,
        length_mm,
        units: task.units.into(),
        sorted: task.method != Method::Single.code(),
    };
    let (mut steps, mut starts) = (Vec::new(), Vec::new());
    for walk in done.chunk_by(|a, b| a.trip_id == b.trip_id) {
        let first = &walk[0];
        if let (Some(claimed), Some(there)) = (first.claimed_at, spot(first)) {
            let start = place(&layout, &roads, &first.start_depot).unwrap_or(depot);
            let way = i64::from(roads.distance(start, there));
            starts.push(step((first.done_at - claimed).num_milliseconds(), way, first));
        }
        for pair in walk.windows(2) {
            if let Some(way) = way(&roads, spot(&pair[0]), spot(&pair[1]), pair[0].bin_id == pair[1].bin_id) {
                steps.push(step((pair[1].done_at - pair[0].done_at).num_milliseconds(), way, &pair[1]));
            }
        }
    }
    Ok(measured(&steps, &starts, mm_per_stop))
}

/// Millimetres between two bins; none when one of them is not on the layout.
fn way(
    roads: &Roads,
    from: Option<domain::sites::roads::Spot>,
    to: Option<domain::sites::roads::Spot>,
    same: bool,
) -> Option<i64> {
    if same { Some(0) } else { Some(i64::from(roads.distance(from?, to?))) }
}

/// Refuses a wave that does not fit into the rest of the day, unless somebody who may gives a reason; keeps the receipt. Last of all
/// locks, so that two releases at one site count each other.
pub(crate) async fn allow(tx: &mut Tx, site: SiteId, wave: WaveId, reason: &Given) -> Result<()> {
    let (org, now) = (tx.org().0, tx.at);
    sql::lock_site(tx.conn(), org, site.0).await?;
    // A history told in bulk is what was done; nobody picks it by hand, so there is nothing to measure either.
    let told = match &tx.caller.who {
        Actor::System { name } => Some(format!("told by {name}")),
        _ => None,
    };
    let pace = if told.is_some() { Pace::default() } else { pace(tx, site, now).await? };
    let trips = sql::open_trips(tx.conn(), org, site.0).await?;
    let hours = sql::hours(tx.conn(), org, site.0, now, now + TimeDelta::days(DAYS_AHEAD)).await?;
    let seconds = |ours: bool| -> i64 {
        let these = trips.iter().filter(|trip| (trip.wave_id == wave.0) == ours && (ours || trip.released));
        these.map(|trip| trip.load().seconds_left(&pace.rates)).sum()
    };
    let hours = limit::Hours { rostered: rostered_today(&hours, now), promised: seconds(false), needed: seconds(true) };
    let said = if reason.is_silent() {
        told.unwrap_or_default()
    } else {
        reasons::look_up(tx, Process::WaveOverride, &reason.code).await?.with(check_note(&reason.note)?)
    };
    let verdict = hours.allow(&said)?;
    let chosen = match &verdict {
        Verdict::Fits => json!({ "released": "within the roster" }),
        Verdict::Overridden { reason: said } => {
            tx.require(Permission::LabourOverride, site)?;
            if !reason.is_silent() {
                reasons::give_words(tx, Process::WaveOverride, reason, wave).await?;
            }
            json!({ "released": "over the roster", "reason": said })
        }
    };
    let inputs = json!({
        "rostered_seconds": hours.rostered, "promised_seconds": hours.promised, "needed_seconds": hours.needed, "rates": pace.words(),
    });
    decisions::keep(tx, &[Decision::new("labour", wave, limit::RULE, inputs, chosen)]).await
}

pub(super) fn rostered_today(hours: &[sql::Hours], now: DateTime<Utc>) -> i64 {
    hours.iter().filter(|shift| shift.today).map(|shift| span(shift).seconds_left(now)).sum()
}

pub(super) fn span(shift: &sql::Hours) -> Span {
    Span { from: shift.starts_at, to: shift.ends_at }
}

/// One picker a person, with all their shifts.
pub(super) fn pickers(hours: &[sql::Hours]) -> Vec<Picker> {
    let picker = |shifts: &[sql::Hours]| Picker {
        person: shifts[0].person_id.into(),
        spans: Some(shifts.iter().map(span).collect()),
        busy: 0,
    };
    hours.chunk_by(|a, b| a.person_id == b.person_id).map(picker).collect()
}

impl Act for EvenOut {
    const KIND: &'static str = "waves.even_out";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = EvenedOut;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<EvenedOut> {
        let (org, now) = (tx.org().0, tx.at);
        sql::lock_free_trips(tx.conn(), org, self.site.0).await?;
        // A later statement: it sees who took a trip while we waited.
        let trips = sql::open_trips(tx.conn(), org, self.site.0).await?;
        let (begun, free): (Vec<_>, Vec<_>) = trips.into_iter().filter(|trip| trip.released).partition(sql::OpenTrip::begun);
        if free.is_empty() {
            return Err(LabourRefusal::NothingToMove.into());
        }
        let pace = pace(tx, self.site, now).await?;
        let mut hours = sql::hours(tx.conn(), org, self.site.0, now, now + TimeDelta::days(DAYS_AHEAD)).await?;
        hours.retain(|shift| shift.today);
        let mut pickers = pickers(&hours);
        let walks: Vec<Walk> = begun
            .iter()
            .filter(|trip| !trip.person_id.is_nil())
            .map(|trip| Walk { seconds: trip.load().seconds_left(&pace.rates), person: trip.person() })
            .collect();
        finishes(now, &mut pickers, &walks);
        if pickers.is_empty() {
            return Err(LabourRefusal::NobodyToPick.into());
        }
        let dealt = |trip: &sql::OpenTrip| Dealt {
            trip: trip.trip_id.into(),
            seconds: trip.load().seconds_left(&pace.rates),
            person: trip.person(),
        };
        let dealt: Vec<Dealt> = free.iter().map(dealt).collect();
        let before = share::before(now, &pickers, &dealt).and_then(|deal| deal.ends);
        let deal = share::share(now, &pickers, &dealt);
        let held: HashMap<_, _> = dealt.iter().map(|trip| (trip.trip, trip.person)).collect();
        let moved: Vec<_> = deal.trips.iter().filter(|(trip, person)| held[trip] != Some(*person)).collect();
        let (ids, people): (Vec<Uuid>, Vec<Uuid>) = moved.iter().map(|(trip, person)| (trip.0, person.0)).unzip();
        sql::set_planned(tx.conn(), org, &ids, &people).await?;
        let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let evened = EvenedOut {
            moved: count(moved.len()),
            trips: count(dealt.len()),
            pickers: count(pickers.len()),
            before,
            after: deal.ends,
        };
        tx.announce("trip.evened_out", self.site, Some(self.site), json!({ "moved": evened.moved }));
        let was: Vec<_> = moved.iter().map(|(trip, _)| (trip, held[trip])).collect();
        tx.audit("site", self.site, json!({ "meant_for": was }), json!({ "meant_for": moved, "ends": deal.ends }));
        Ok(evened)
    }
}
