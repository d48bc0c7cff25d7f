//! The roster's transactions: shifts in, changed and out; a file of them, tried or taken; the roster of a day. What may stand in it is
//! decided by `domain::waves::roster`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::ids::{CommandId, PersonId, ShiftId, SiteId};
use domain::people::{Caller, PeopleRefusal, Permission};
use domain::refusal::Refusal;
use domain::waves::labour::{Edge, LabourRefusal};
use domain::waves::roster::{
    self, FileShift, HEADER, ROWS_MAX, RemoveShift, Roster, RosterReport, RowOutcome, RowSaid, SetShifts, Shift, Standing,
    TypedShift, Worker,
};
use serde_json::json;
use uuid::Uuid;

use super::sql_roster as sql;
use crate::{Act, Db, Result, Tx, people, sites};

impl Act for SetShifts {
    const KIND: &'static str = "waves.set_shifts";
    const NEEDS: Permission = Permission::WavesPlan;
    /// Shifts that stand as asked.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        let at_sites: BTreeSet<SiteId> = self.shifts.iter().map(|shift| shift.site).collect();
        for site in &at_sites {
            tx.require(Permission::WavesPlan, *site)?;
        }
        sites::require_sites(tx, &at_sites.iter().map(|site| site.0).collect::<Vec<_>>()).await?;
        // Two who roster one person queue here: the second sees what the first did.
        let persons: BTreeSet<Uuid> = self.shifts.iter().map(|shift| shift.person.0).collect();
        sql::lock_people(tx.conn(), org, &persons.into_iter().collect::<Vec<_>>()).await?;
        let ids: Vec<Uuid> = self.shifts.iter().map(|shift| shift.id.0).collect();
        let before = sql::lock_shifts(tx.conn(), org, &ids).await?;
        for shift in &before {
            tx.require(Permission::WavesPlan, shift.site)?;
        }
        let workers = workers(tx).await?;
        let mut standing = standing(tx, &self.shifts).await?;
        standing.retain(|other| !ids.contains(&other.shift.id.0));
        for shift in &self.shifts {
            shift.check(workers.get(&shift.person), &standing)?;
            standing.push(as_standing(shift, "this roster"));
        }
        sql::set_shifts(tx.conn(), org, &self.shifts).await?;
        for site in at_sites {
            tx.announce("roster.set", site, Some(site), json!({}));
        }
        let subject = ids.first().copied().unwrap_or(org);
        match self.shifts.as_slice() {
            [one] => tx.audit("shift", subject, before.first(), one),
            many => tx.audit("shift", subject, json!({ "changed": before.len() }), json!({ "shifts": many.len() })),
        }
        Ok(i32::try_from(self.shifts.len()).unwrap_or(i32::MAX))
    }
}

impl Act for RemoveShift {
    const KIND: &'static str = "waves.remove_shift";
    const NEEDS: Permission = Permission::WavesPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        let shift = sql::lock_shifts(tx.conn(), org, &[self.id.0]).await?.pop().ok_or_else(|| Refusal::not_found("shift"))?;
        tx.require(Permission::WavesPlan, shift.site)?;
        sql::remove_shift(tx.conn(), org, self.id.0).await?;
        tx.announce("roster.removed", shift.site, Some(shift.site), json!({}));
        tx.audit("shift", self.id, &shift, ());
        Ok(())
    }
}

async fn workers(tx: &mut Tx) -> Result<HashMap<PersonId, Worker>> {
    Ok(people::workers(tx).await?.into_iter().map(|worker| (worker.person, worker)).collect())
}

/// What these people have on the roster around these shifts.
async fn standing(tx: &mut Tx, shifts: &[Shift]) -> Result<Vec<Standing>> {
    let (org, persons) = (tx.org().0, shifts.iter().map(|shift| shift.person.0).collect::<Vec<_>>());
    let (from, to) = (shifts.iter().map(|shift| shift.starts_at).min(), shifts.iter().map(|shift| shift.ends_at).max());
    let (Some(from), Some(to)) = (from, to) else { return Ok(Vec::new()) };
    sql::standing(tx.conn(), org, &persons, from, to).await
}

fn as_standing(shift: &Shift, site_name: &str) -> Standing {
    Standing { shift: shift.clone(), site_name: site_name.to_owned(), starts_local: shift.starts_at.naive_utc() }
}

/// A row of a file and what it says.
type Read = (i32, std::result::Result<FileShift, String>);

/// A file's rows; a foreign file is refused whole.
fn rows(text: &str) -> Result<Vec<Read>> {
    let foreign = || LabourRefusal::NotARoster { expected: HEADER.join(",") };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|_| foreign())?;
    let same = header.len() == HEADER.len() && header.iter().zip(HEADER).all(|(a, b)| a.trim().eq_ignore_ascii_case(b));
    if !same {
        return Err(foreign().into());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let row_no = i32::try_from(rows.len() + 1).unwrap_or(i32::MAX);
        if rows.len() >= ROWS_MAX {
            return Err(LabourRefusal::TooManyRows { max: ROWS_MAX }.into());
        }
        let record = record.map_err(|_| foreign())?;
        rows.push((row_no, roster::read(row_no, &record.iter().collect::<Vec<_>>())));
    }
    Ok(rows)
}

/// What a row means, in words for people too.
struct Meant {
    shift: Shift,
    worker: Worker,
    site_name: String,
    starts_local: NaiveDateTime,
}

/// A row's shift, or why there is none.
type Found = (i32, std::result::Result<Meant, (RowOutcome, String)>);

impl Db {
    /// A shift as it was typed, by its site's clock.
    pub async fn set_typed_shift(&self, caller: &Caller, id: CommandId, now: DateTime<Utc>, typed: &TypedShift) -> Result<i32> {
        let time = |field: Edge, text: &str| {
            let given = || text.chars().take(40).collect();
            roster::local_time(text).ok_or_else(|| LabourRefusal::NoTime { field, given: given() })
        };
        let times = [time(Edge::Starts, &typed.starts_at)?, time(Edge::Ends, &typed.ends_at)?];
        let mut tx = self.read(caller, Permission::WavesPlan, Some(typed.site)).await?;
        let org = tx.org().0;
        let instants = sql::instants(tx.conn(), org, &[typed.site.0, typed.site.0], &times).await?;
        tx.rollback().await?;
        let [Some(starts_at), Some(ends_at)] = instants[..] else { return Err(Refusal::not_found("site").into()) };
        let shift = Shift { id: typed.id, site: typed.site, person: typed.person, role: typed.role, starts_at, ends_at };
        self.run(caller, id, now, &SetShifts { shifts: vec![shift] }).await
    }

    /// Takes a file of shifts, or tells what it would do. Good rows are taken, each other one says why not; the same file twice adds
    /// nothing.
    pub async fn import_roster(
        &self,
        caller: &Caller,
        id: CommandId,
        now: DateTime<Utc>,
        text: &str,
        dry_run: bool,
    ) -> Result<RosterReport> {
        if !caller.may(Permission::WavesPlan, None) {
            return Err(PeopleRefusal::NotAllowed { permission: Permission::WavesPlan }.into());
        }
        let read = rows(text)?;
        let mut tx = self.read(caller, Permission::WavesPlan, None).await?;
        let meant = meant(&mut tx, caller, read).await?;
        let shifts: Vec<Shift> = meant.iter().filter_map(|(_, meant)| Some(meant.as_ref().ok()?.shift.clone())).collect();
        let mut standing = standing(&mut tx, &shifts).await?;
        tx.rollback().await?;
        let (mut said, mut taken) = (Vec::new(), Vec::new());
        for (row_no, meant) in meant {
            let (outcome, words) = match meant {
                Err((outcome, words)) => (outcome, words),
                Ok(Meant { shift, worker, site_name, starts_local }) => {
                    let known = standing.iter().any(|other| Shift { id: shift.id, ..other.shift.clone() } == shift);
                    match shift.check(Some(&worker), &standing) {
                        _ if known => (RowOutcome::Known, format!("{} has this shift already.", worker.name)),
                        Err(refusal) => (RowOutcome::Refused, refusal.to_string()),
                        Ok(()) => {
                            let words = format!("{}, {} at {site_name}", worker.name, shift.role.name().to_lowercase());
                            standing.retain(|other| other.shift.id != shift.id);
                            standing.push(Standing { shift: shift.clone(), site_name, starts_local });
                            taken.retain(|other: &Shift| other.id != shift.id);
                            taken.push(shift);
                            (RowOutcome::Taken, words)
                        }
                    }
                }
            };
            said.push(RowSaid { row_no, outcome, words });
        }
        if !dry_run && !taken.is_empty() {
            self.run(caller, id, now, &SetShifts { shifts: taken }).await?;
        }
        Ok(RosterReport { dry_run, rows: said })
    }

    /// The roster of a day by the sites' clocks: of one site, or of all the caller may see. No day asks for today.
    pub async fn roster(
        &self,
        caller: &Caller,
        site: Option<SiteId>,
        day: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Result<Roster> {
        let mut tx = self.read(caller, Permission::WavesView, site).await?;
        let (org, sites) = (tx.org().0, site.map_or_else(|| tx.sites(Permission::WavesView), |site| Some(vec![site.0])));
        let day = match day {
            Some(day) => day,
            None => sql::today(tx.conn(), org, site.map(|site| site.0), now).await?.unwrap_or_else(|| now.date_naive()),
        };
        Ok(Roster { day, rows: sql::roster(tx.conn(), org, sites.as_deref(), day).await? })
    }

    /// Who can be rostered at a site, by name.
    pub async fn workers_at(&self, caller: &Caller, site: SiteId) -> Result<Vec<Worker>> {
        let mut tx = self.read(caller, Permission::WavesPlan, Some(site)).await?;
        let mut workers = people::workers(&mut tx).await?;
        workers.retain(|worker| !worker.roles(site).is_empty());
        Ok(workers)
    }
}

/// Finds the site, the person and the instants of each row.
async fn meant(tx: &mut Tx, caller: &Caller, read: Vec<Read>) -> Result<Vec<Found>> {
    let org = tx.org().0;
    let places: BTreeMap<String, (Uuid, String)> = sql::places(tx.conn(), org).await?;
    let people: HashMap<String, Worker> =
        people::workers(tx).await?.into_iter().map(|worker| (worker.email.clone(), worker)).collect();
    let nowhere = Uuid::nil();
    let ends = |row: &FileShift| places.get(&row.site_code).map_or(nowhere, |place| place.0);
    let good: Vec<&FileShift> = read.iter().filter_map(|(_, row)| row.as_ref().ok()).collect();
    let sites: Vec<Uuid> = good.iter().flat_map(|row| [ends(row), ends(row)]).collect();
    let times: Vec<NaiveDateTime> = good.iter().flat_map(|row| [row.starts_at, row.ends_at]).collect();
    let mut instants = sql::instants(tx.conn(), org, &sites, &times).await?.into_iter();
    let mut all = Vec::with_capacity(read.len());
    for (row_no, row) in read {
        let row = match row {
            Ok(row) => row,
            Err(words) => {
                all.push((row_no, Err((RowOutcome::Unreadable, words))));
                continue;
            }
        };
        let (starts_at, ends_at) = (instants.next().flatten(), instants.next().flatten());
        let found: std::result::Result<Meant, String> =
            match (places.get(&row.site_code), people.get(&row.email), starts_at, ends_at) {
                (None, ..) | (_, _, None, _) | (.., None) => Err(format!("There is no site {}.", row.site_code)),
                (_, None, ..) => Err(LabourRefusal::UnknownWorker { given: row.email.clone() }.to_string()),
                (Some((site, _)), ..) if !caller.may(Permission::WavesPlan, Some(SiteId(*site))) => {
                    Err(PeopleRefusal::NotAllowed { permission: Permission::WavesPlan }.to_string())
                }
                (Some((site, name)), Some(worker), Some(starts_at), Some(ends_at)) => {
                    let (site, person, role) = (SiteId(*site), worker.person, row.role);
                    let known_by = format!("shift/{site}/{person}/{}/{starts_at}", role.code());
                    let id = ShiftId(Uuid::new_v5(&Uuid::NAMESPACE_OID, known_by.as_bytes()));
                    let shift = Shift { id, site, person, role, starts_at, ends_at };
                    Ok(Meant { shift, worker: worker.clone(), site_name: name.clone(), starts_local: row.starts_at })
                }
            };
        all.push((row_no, found.map_err(|words| (RowOutcome::Refused, words))));
    }
    Ok(all)
}
