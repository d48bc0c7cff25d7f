//! How a site stands with its work: hours against walks, promises at risk, when each wave and each picker is done. One prediction for
//! boards and for a wave's own page; the rules are `domain::waves::labour`. Changes nothing.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{PersonId, SiteId, WaveId};
use domain::people::{Caller, Permission};
use domain::waves::Method;
use domain::waves::labour::cutoff::{self, Due};
use domain::waves::labour::finish::{Picker, Walk, finishes};
use domain::waves::labour::measure::Pace;
use domain::waves::labour::{Load, Outlook, PickerOutlook, Span, WaveOutlook};
use uuid::Uuid;

use super::labour::{DAYS_AHEAD, pace, pickers, rostered_today, span};
use super::sql_labour as sql;
use crate::{Db, Result, Tx};

impl Db {
    /// How sites stand: hours against work, promises at risk, when waves and pickers are done. One site, or all the caller may see.
    pub async fn outlook(&self, caller: &Caller, site: Option<SiteId>, now: DateTime<Utc>) -> Result<Vec<Outlook>> {
        let mut sites = self.sites(caller, Permission::WavesView).await?;
        sites.retain(|known| site.is_none_or(|site| known.id == site));
        let mut tx = self.read(caller, Permission::WavesView, site).await?;
        let mut outlooks = Vec::with_capacity(sites.len());
        for site in sites {
            outlooks.push(outlook(&mut tx, site.id, site.code, now).await?);
        }
        Ok(outlooks)
    }
}

/// What is open at a site, how long each walk of it takes here, and when each that is on the floor ends: what boards and waves are told
/// by alike.
struct Standing {
    pace: Pace,
    /// Those that are walked first: what they take is taken.
    trips: Vec<sql::OpenTrip>,
    seconds: Vec<i64>,
    hours: Vec<sql::Hours>,
    /// Of walks on the floor, in the order of `trips`.
    ends: Vec<Option<DateTime<Utc>>>,
}

impl Standing {
    async fn of(tx: &mut Tx, site: SiteId, now: DateTime<Utc>) -> Result<Self> {
        let org = tx.org().0;
        let pace = pace(tx, site, now).await?;
        let mut trips = sql::open_trips(tx.conn(), org, site.0).await?;
        trips.sort_by_key(|trip| trip.person_id.is_nil());
        let hours = sql::hours(tx.conn(), org, site.0, now, now + TimeDelta::days(DAYS_AHEAD)).await?;
        let seconds: Vec<i64> = trips.iter().map(|trip| trip.load().seconds_left(&pace.rates)).collect();
        let mut standing = Self { pace, trips, seconds, hours, ends: Vec::new() };
        let walks: Vec<Walk> = standing.on_floor().map(|(trip, seconds)| Walk { seconds, person: trip.person() }).collect();
        standing.ends = finishes(now, &mut pickers(&standing.hours), &walks);
        Ok(standing)
    }

    fn on_floor(&self) -> impl Iterator<Item = (&sql::OpenTrip, i64)> {
        self.trips.iter().zip(&self.seconds).filter(|(trip, _)| trip.released).map(|(trip, seconds)| (trip, *seconds))
    }
}

/// When a wave will be picked; none when nothing of it is open. And where its hours come from.
pub(crate) async fn finish(tx: &mut Tx, site: SiteId, wave: WaveId, now: DateTime<Utc>) -> Result<(Option<WaveOutlook>, String)> {
    let standing = Standing::of(tx, site, now).await?;
    let told = waves(&standing).into_iter().find(|told| told.wave == wave);
    Ok((told, standing.pace.words()))
}

async fn outlook(tx: &mut Tx, site: SiteId, site_code: String, now: DateTime<Utc>) -> Result<Outlook> {
    let org = tx.org().0;
    let standing = Standing::of(tx, site, now).await?;
    let backlog = sql::backlog(tx.conn(), org, site.0).await?;
    let Standing { pace, trips, seconds, hours, .. } = &standing;
    let spans: Vec<Span> = hours.iter().map(span).collect();
    Ok(Outlook {
        site,
        site_code,
        rates: pace.words(),
        rostered: rostered_today(hours, now),
        promised: standing.on_floor().map(|(_, seconds)| seconds).sum(),
        cutoffs: cutoff::cutoffs(now, &spans, dues(pace, trips, seconds, &backlog)),
        waves: waves(&standing),
        pickers: people(tx, now, hours, standing.on_floor().collect()).await?,
        movable: i32::try_from(standing.on_floor().filter(|(trip, _)| !trip.begun()).count()).unwrap_or(i32::MAX),
    })
}

/// The backlog by promise: of what is on a list, its share of the walk; of what is on none, what such work takes here.
fn dues(pace: &Pace, trips: &[sql::OpenTrip], seconds: &[i64], backlog: &[sql::DueWork]) -> Vec<Due> {
    let walked: HashMap<Uuid, (i64, i64)> =
        trips.iter().zip(seconds).map(|(trip, seconds)| (trip.trip_id, (*seconds, trip.tasks_left))).collect();
    let mut by_hour: BTreeMap<i64, Due> = BTreeMap::new();
    for work in backlog {
        let seconds = match walked.get(&work.trip_id) {
            Some((seconds, tasks)) => (seconds * work.stops + tasks - 1) / (*tasks).max(1),
            None => Load {
                method: Method::Cluster,
                length_mm: pace.mm_per_stop * work.stops,
                stops: work.stops,
                orders_left: work.orders,
                stops_left: work.stops,
                units_left: work.units,
                begun: true,
            }
            .seconds_left(&pace.rates),
        };
        let orders = i32::try_from(work.orders).unwrap_or(i32::MAX);
        let due = by_hour.entry(work.due.timestamp().div_euclid(3_600)).or_insert(Due { at: work.due, orders: 0, seconds: 0 });
        due.at = due.at.min(work.due);
        due.orders += orders;
        due.seconds += seconds;
    }
    by_hour.into_values().collect()
}

/// Wave by wave, in the floor's order.
fn waves(standing: &Standing) -> Vec<WaveOutlook> {
    let mut found: Vec<WaveOutlook> = Vec::new();
    let mut ends = standing.ends.iter();
    for (trip, seconds) in standing.trips.iter().zip(&standing.seconds) {
        let end = if trip.released { ends.next().copied().flatten() } else { None };
        if let Some(wave) = found.iter_mut().find(|wave| wave.wave.0 == trip.wave_id) {
            wave.seconds_left += seconds;
            // One walk that does not end leaves the wave without an end.
            wave.finish = wave.finish.zip(end).map(|(a, b)| a.max(b));
            wave.due = [wave.due, trip.due].into_iter().flatten().min();
        } else {
            found.push(WaveOutlook {
                wave: trip.wave_id.into(),
                number: trip.wave_number.clone(),
                released: trip.released,
                seconds_left: *seconds,
                finish: end,
                due: trip.due,
            });
        }
    }
    found.sort_by_key(|wave| wave.due);
    found
}

/// Who is rostered today or walks, and what is theirs.
async fn people(
    tx: &mut Tx,
    now: DateTime<Utc>,
    hours: &[sql::Hours],
    trips: Vec<(&sql::OpenTrip, i64)>,
) -> Result<Vec<PickerOutlook>> {
    let today: Vec<Uuid> = hours.iter().filter(|shift| shift.today).map(|shift| shift.person_id).collect();
    let mut ids: Vec<PersonId> = today.iter().copied().map(Into::into).collect();
    ids.extend(trips.iter().filter_map(|(trip, _)| trip.person()));
    ids.sort_unstable();
    ids.dedup();
    let names: HashMap<PersonId, String> =
        crate::people::workers(tx).await?.into_iter().map(|worker| (worker.person, worker.name)).collect();
    let hands = pickers(hours);
    let outlook = |person: PersonId| {
        let theirs = || trips.iter().filter(move |(trip, _)| trip.person() == Some(person));
        let seconds_left = theirs().map(|(_, seconds)| seconds).sum();
        let walking = Picker { person, spans: None, busy: 0 };
        let hand = hands.iter().find(|hand| hand.person == person).unwrap_or(&walking);
        PickerOutlook {
            person,
            name: names.get(&person).cloned().unwrap_or_else(|| "Somebody who left".to_owned()),
            trips: i32::try_from(theirs().count()).unwrap_or(i32::MAX),
            seconds_left,
            finish: hand.done_with(now, seconds_left),
            rostered: today.contains(&person.0),
        }
    };
    let mut people: Vec<PickerOutlook> = ids.into_iter().map(outlook).collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(people)
}
