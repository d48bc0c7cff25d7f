//! Statements of the roster.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::people::Role;
use domain::waves::roster::{Shift, ShiftRow, Standing};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Locks people, in id order: whoever rosters them queues.
pub(crate) async fn lock_people(conn: &mut PgConnection, org: Uuid, people: &[Uuid]) -> Result<()> {
    sqlx::query!("select id from person where org_id = $1 and id = any($2) order by id for no key update", org, people)
        .fetch_all(conn)
        .await?;
    Ok(())
}

/// A shift as it is stored; in a role nobody knows any more it is a picker's.
fn shift([id, site, person]: [Uuid; 3], role: &str, [starts_at, ends_at]: [DateTime<Utc>; 2]) -> Shift {
    let role = Role::parse(role).unwrap_or(Role::Picker);
    Shift { id: id.into(), site: site.into(), person: person.into(), role, starts_at, ends_at }
}

/// Shifts as they stand, locked in id order.
pub(crate) async fn lock_shifts(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<Shift>> {
    let rows = sqlx::query!(
        "select id, site_id, person_id, role, starts_at, ends_at from shift where org_id = $1 and id = any($2) order by id for update",
        org,
        ids
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| shift([row.id, row.site_id, row.person_id], &row.role, [row.starts_at, row.ends_at])).collect())
}

/// What these people have between then and then.
pub(crate) async fn standing(
    conn: &mut PgConnection,
    org: Uuid,
    people: &[Uuid],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Standing>> {
    let rows = sqlx::query!(
        r#"select s.id, s.site_id, s.person_id, s.role, s.starts_at, s.ends_at, site.name as site_name,
                  (s.starts_at at time zone site.timezone) as "starts_local!"
           from shift s join site on site.org_id = s.org_id and site.id = s.site_id
           where s.org_id = $1 and s.person_id = any($2) and s.starts_at < $4 and s.ends_at > $3 order by s.starts_at, s.id"#,
        org,
        people,
        from,
        to
    )
    .fetch_all(conn)
    .await?;
    let standing = rows.into_iter().map(|row| Standing {
        shift: shift([row.id, row.site_id, row.person_id], &row.role, [row.starts_at, row.ends_at]),
        site_name: row.site_name,
        starts_local: row.starts_local,
    });
    Ok(standing.collect())
}

pub(crate) async fn set_shifts(conn: &mut PgConnection, org: Uuid, shifts: &[Shift]) -> Result<()> {
    let ids: Vec<Uuid> = shifts.iter().map(|shift| shift.id.0).collect();
    let sites: Vec<Uuid> = shifts.iter().map(|shift| shift.site.0).collect();
    let people: Vec<Uuid> = shifts.iter().map(|shift| shift.person.0).collect();
    let roles: Vec<String> = shifts.iter().map(|shift| shift.role.code().to_owned()).collect();
    let starts: Vec<DateTime<Utc>> = shifts.iter().map(|shift| shift.starts_at).collect();
    let ends: Vec<DateTime<Utc>> = shifts.iter().map(|shift| shift.ends_at).collect();
    sqlx::query!(
        "insert into shift (org_id, id, site_id, person_id, role, starts_at, ends_at)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[])
         on conflict (org_id, id) do update set site_id = excluded.site_id, person_id = excluded.person_id, role = excluded.role,
           starts_at = excluded.starts_at, ends_at = excluded.ends_at",
        org,
        &ids,
        &sites,
        &people,
        &roles,
        &starts,
        &ends
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn remove_shift(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<()> {
    sqlx::query!("delete from shift where org_id = $1 and id = $2", org, id).execute(conn).await?;
    Ok(())
}

/// Times by the clocks of these sites, pairwise, as instants; none where there is no such site.
pub(crate) async fn instants(
    conn: &mut PgConnection,
    org: Uuid,
    sites: &[Uuid],
    times: &[NaiveDateTime],
) -> Result<Vec<Option<DateTime<Utc>>>> {
    Ok(sqlx::query_scalar!(
        r#"select (n.time at time zone s.timezone) as "at?" from unnest($2::uuid[], $3::timestamp[]) with ordinality as n (site, time, nth)
           left join site s on s.org_id = $1 and s.id = n.site order by n.nth"#,
        org,
        sites,
        times
    )
    .fetch_all(conn)
    .await?)
}

/// Sites by their codes, with their names.
pub(crate) async fn places(conn: &mut PgConnection, org: Uuid) -> Result<BTreeMap<String, (Uuid, String)>> {
    let rows = sqlx::query!("select id, code, name from site where org_id = $1", org).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.code, (row.id, row.name))).collect())
}

/// What day it is at a site, or at the first of them.
pub(crate) async fn today(
    conn: &mut PgConnection,
    org: Uuid,
    site: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Option<NaiveDate>> {
    Ok(sqlx::query_scalar!(
        r#"select ($3::timestamptz at time zone timezone)::date as "day!" from site
           where org_id = $1 and ($2::uuid is null or id = $2) order by rank, code limit 1"#,
        org,
        site,
        now
    )
    .fetch_optional(conn)
    .await?)
}

/// Shifts that touch a day by their site's clock.
pub(crate) async fn roster(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, day: NaiveDate) -> Result<Vec<ShiftRow>> {
    let rows = sqlx::query!(
        r#"select s.id, s.site_id, s.person_id, s.role, s.starts_at, s.ends_at, p.name as person_name, p.email, site.code as site_code,
                  site.name as site_name, (s.starts_at at time zone site.timezone) as "starts_local!",
                  (s.ends_at at time zone site.timezone) as "ends_local!"
           from shift s join site on site.org_id = s.org_id and site.id = s.site_id
           join person p on p.org_id = s.org_id and p.id = s.person_id
           where s.org_id = $1 and ($2::uuid[] is null or s.site_id = any($2))
             and s.starts_at < (($3::date + 1)::timestamp at time zone site.timezone)
             and s.ends_at > ($3::date::timestamp at time zone site.timezone)
           order by site.rank, site.code, s.starts_at, p.name, s.id"#,
        org,
        sites,
        day
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|row| ShiftRow {
        shift: shift([row.id, row.site_id, row.person_id], &row.role, [row.starts_at, row.ends_at]),
        person_name: row.person_name,
        email: row.email,
        site_code: row.site_code,
        site_name: row.site_name,
        starts_local: row.starts_local,
        ends_local: row.ends_local,
    });
    Ok(rows.collect())
}
