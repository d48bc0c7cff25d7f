//! The shift roster: who works where, as what, from when to when. Decides what may stand in it, and what a row of a roster file says.
//! Times of the trade are those of the site's own clock; the service turns them into instants.
//!
//! A file has a row a shift: `site, email, role, starts_at, ends_at`, times as `2026-11-25 06:00` by the site's clock.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::labour::LabourRefusal;
use crate::ids::{PersonId, ShiftId, SiteId};
use crate::people::{Grant, Role};

/// Nobody is rostered for longer: eleven hours of rest a day leave thirteen (Directive 2003/88/EC, article 3).
pub const HOURS_MAX: i64 = 13;
/// Rows of a file: a month of a large site.
pub const ROWS_MAX: usize = 5_000;
/// The first line of a file.
pub const HEADER: [&str; 5] = ["site", "email", "role", "starts_at", "ends_at"];

/// A shift from now on, new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub id: ShiftId,
    pub site: SiteId,
    pub person: PersonId,
    pub role: Role,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// Put shifts into the roster, all or none; a known one is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetShifts {
    pub shifts: Vec<Shift>,
}

/// Take a shift out of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveShift {
    pub id: ShiftId,
}

/// A shift as it is typed: by the site's clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedShift {
    pub id: ShiftId,
    pub site: SiteId,
    pub person: PersonId,
    pub role: Role,
    pub starts_at: String,
    pub ends_at: String,
}

/// Who can be put on a roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worker {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    pub grants: Vec<Grant>,
}

impl Worker {
    /// What they may be rostered as there.
    pub fn roles(&self, site: SiteId) -> Vec<Role> {
        let there = self.grants.iter().filter(|grant| grant.site.is_none_or(|granted| granted == site));
        let mut roles: Vec<Role> = there.map(|grant| grant.role).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

/// A shift that stands, with how people call its site, and when it begins by that site's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub shift: Shift,
    pub site_name: String,
    pub starts_local: NaiveDateTime,
}

impl Shift {
    /// May it stand in the roster, beside what this person has already?
    pub fn check(&self, worker: Option<&Worker>, standing: &[Standing]) -> Result<(), LabourRefusal> {
        let worker = worker.ok_or_else(|| LabourRefusal::UnknownWorker { given: self.person.to_string() })?;
        let long = self.ends_at - self.starts_at;
        if long <= TimeDelta::zero() {
            return Err(LabourRefusal::EndsBeforeStart);
        }
        if long > TimeDelta::hours(HOURS_MAX) {
            return Err(LabourRefusal::ShiftTooLong { hours: (long.num_minutes() + 59) / 60, max: HOURS_MAX });
        }
        if !worker.roles(self.site).contains(&self.role) {
            return Err(LabourRefusal::RoleNotHeld { person: worker.name.clone(), role: self.role.name().to_lowercase() });
        }
        let other = standing.iter().find(|other| {
            other.shift.person == self.person
                && other.shift.id != self.id
                && other.shift.starts_at < self.ends_at
                && self.starts_at < other.shift.ends_at
        });
        match other {
            None => Ok(()),
            Some(other) => Err(LabourRefusal::Overlaps {
                person: worker.name.clone(),
                site: other.site_name.clone(),
                from: other.starts_local,
            }),
        }
    }
}

/// A day and time as people and their browsers write it.
pub fn local_time(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        // Beyond these years nobody is rostered, and no database follows.
        .filter(|time| (2000..2200).contains(&chrono::Datelike::year(time)))
}

/// A row of a file that reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileShift {
    pub row_no: i32,
    pub site_code: String,
    pub email: String,
    pub role: Role,
    pub starts_at: NaiveDateTime,
    pub ends_at: NaiveDateTime,
}

/// Reads one row.
pub fn read(row_no: i32, record: &[&str]) -> Result<FileShift, String> {
    let [site, email, role, starts_at, ends_at] = record else {
        return Err(format!("{} columns instead of {}", record.len(), HEADER.len()));
    };
    let time = |what: &str, text: &str| {
        local_time(text).ok_or_else(|| format!("{what} “{text}” is no day and time such as 2026-11-25 06:00"))
    };
    let known = role.trim().to_lowercase().replace(' ', "_");
    let role = Role::parse(&known).ok_or_else(|| format!("there is no role “{role}”"))?;
    Ok(FileShift {
        row_no,
        site_code: site.trim().to_uppercase(),
        email: email.trim().to_lowercase(),
        role,
        starts_at: time("starts_at", starts_at)?,
        ends_at: time("ends_at", ends_at)?,
    })
}

/// What became of a row. Every row has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    Taken,
    /// The very shift stands in the roster.
    Known,
    Unreadable,
    Refused,
}

impl RowOutcome {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Taken => "Taken",
            Self::Known => "Known already",
            Self::Unreadable => "Does not read",
            Self::Refused => "Refused",
        }
    }
}

/// A row with what became of it, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSaid {
    /// Counted from 1, the header aside.
    pub row_no: i32,
    pub outcome: RowOutcome,
    pub words: String,
}

/// What a file would do, or did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterReport {
    pub dry_run: bool,
    pub rows: Vec<RowSaid>,
}

impl RosterReport {
    pub fn count(&self, outcome: RowOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}

/// A shift in the list of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftRow {
    pub shift: Shift,
    pub person_name: String,
    pub email: String,
    pub site_code: String,
    pub site_name: String,
    /// By the site's clock.
    pub starts_local: NaiveDateTime,
    pub ends_local: NaiveDateTime,
}

impl ShiftRow {
    pub fn minutes(&self) -> i64 {
        (self.shift.ends_at - self.shift.starts_at).num_minutes()
    }
}

/// The roster of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    pub day: NaiveDate,
    pub rows: Vec<ShiftRow>,
}

impl Roster {
    /// Minutes rostered for picking.
    pub fn picking_minutes(&self) -> i64 {
        self.rows.iter().filter(|row| row.shift.role == Role::Picker).map(ShiftRow::minutes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn shift(worker: &Worker, site: SiteId, from: i64, to: i64) -> Shift {
        let (id, role) = (ShiftId::mint(), Role::Picker);
        Shift { id, site, person: worker.person, role, starts_at: at(from), ends_at: at(to) }
    }

    fn picker(site: SiteId) -> Worker {
        let grants = vec![Grant { role: Role::Picker, site: Some(site) }];
        Worker { person: PersonId::mint(), name: "Pia".into(), email: "pia@example.org".into(), grants }
    }

    fn standing(shift: &Shift) -> Standing {
        Standing { shift: shift.clone(), site_name: "Leeds".into(), starts_local: shift.starts_at.naive_utc() }
    }

    /// PCK-4: what cannot be worked is refused by name.
    #[test]
    fn a_shift_that_cannot_be_worked_is_refused_by_name() {
        let site = SiteId::mint();
        let pia = picker(site);
        let early = shift(&pia, site, 6, 14);
        assert_eq!(early.check(Some(&pia), &[]), Ok(()));
        let refused = |shift: &Shift, others: &[Standing]| shift.check(Some(&pia), others).unwrap_err();
        assert_eq!(refused(&shift(&pia, site, 8, 8), &[]), LabourRefusal::EndsBeforeStart);
        assert_eq!(refused(&shift(&pia, site, 0, 14), &[]), LabourRefusal::ShiftTooLong { hours: 14, max: 13 });
        let packs = Shift { role: Role::Packer, ..early.clone() };
        assert_eq!(refused(&packs, &[]), LabourRefusal::RoleNotHeld { person: "Pia".into(), role: "packer".into() });
        let elsewhere = Shift { site: SiteId::mint(), ..early.clone() };
        assert!(matches!(refused(&elsewhere, &[]), LabourRefusal::RoleNotHeld { .. }));
        assert!(matches!(early.check(None, &[]), Err(LabourRefusal::UnknownWorker { .. })));
        let late = shift(&pia, site, 13, 20);
        assert!(matches!(refused(&late, &[standing(&early)]), LabourRefusal::Overlaps { .. }));
        // One after the other, and the same one changed, do not overlap.
        assert_eq!(shift(&pia, site, 14, 20).check(Some(&pia), &[standing(&early)]), Ok(()));
        assert_eq!(Shift { ends_at: at(15), ..early.clone() }.check(Some(&pia), &[standing(&early)]), Ok(()));
    }

    #[test]
    fn a_row_reads_or_says_what_does_not() {
        let good = ["leeds", " Pia@Example.org", "picker", "2026-11-25 06:00", "2026-11-25T14:30"];
        let row = read(3, &good).unwrap();
        assert_eq!((row.row_no, row.site_code.as_str(), row.email.as_str()), (3, "LEEDS", "pia@example.org"));
        assert_eq!((row.role, (row.ends_at - row.starts_at).num_minutes()), (Role::Picker, 510));
        let with = |column: usize, text: &str| {
            let mut record = good;
            record[column] = text;
            read(1, &record).unwrap_err()
        };
        assert!(with(2, "king").contains("no role"));
        assert!(with(3, "tomorrow").contains("starts_at"));
        assert!(with(4, "9999-01-01 00:00").contains("ends_at"));
        assert!(read(1, &good[..4]).unwrap_err().contains("4 columns"));
    }
}
