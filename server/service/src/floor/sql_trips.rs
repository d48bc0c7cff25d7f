//! Statements on trips, their slots and the totes in them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql_scan::spellings;
use crate::Result;

pub(crate) struct TripHead {
    pub trip_id: Uuid,
    pub wave_id: Uuid,
    pub site_id: Uuid,
    pub person_id: Uuid,
    pub person_name: Option<String>,
    pub released: bool,
    pub cancelled: bool,
    /// All orders of the walk share one tote, and are parted at the bench.
    pub shared: bool,
}

/// Locks trips, in id order: scans of one cart queue behind each other, carts do not meet.
pub(crate) async fn lock_trips(conn: &mut PgConnection, org: Uuid, trips: &[Uuid]) -> Result<Vec<TripHead>> {
    Ok(sqlx::query_as!(
        TripHead,
        r#"select t.id as trip_id, t.wave_id, w.site_id, t.person_id, p.name as "person_name?", w.released_at is not null as "released!",
                  w.cancelled_at is not null as "cancelled!", w.method = 'batch' as "shared!"
           from trip t join wave w on w.org_id = t.org_id and w.id = t.wave_id
           left join person p on p.org_id = t.org_id and p.id = t.person_id
           where t.org_id = $1 and t.id = any($2) order by t.id for no key update of t"#,
        org,
        trips
    )
    .fetch_all(conn)
    .await?)
}

/// Locks the trip a task is on.
pub(crate) async fn lock_trip_of(conn: &mut PgConnection, org: Uuid, task: Uuid) -> Result<Option<TripHead>> {
    Ok(sqlx::query_as!(
        TripHead,
        r#"select t.id as trip_id, t.wave_id, w.site_id, t.person_id, p.name as "person_name?", w.released_at is not null as "released!",
                  w.cancelled_at is not null as "cancelled!", w.method = 'batch' as "shared!"
           from pick_task k join trip t on t.org_id = k.org_id and t.id = k.trip_id
           join wave w on w.org_id = t.org_id and w.id = t.wave_id
           left join person p on p.org_id = t.org_id and p.id = t.person_id
           where k.org_id = $1 and k.id = $2 for no key update of t"#,
        org,
        task
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn set_trips_person(
    conn: &mut PgConnection,
    org: Uuid,
    trips: &[Uuid],
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update trip set person_id = $3, claimed_at = coalesce(claimed_at, $4), version = version + 1 where org_id = $1 and id = any($2)",
        org,
        trips,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct TripRow {
    pub wave_id: Uuid,
    pub wave_number: String,
    pub site_id: Uuid,
    pub method: String,
    pub trip_no: i32,
    pub metres: i32,
    pub start_depot: String,
    pub end_depot: String,
    pub person_id: Uuid,
}

pub(crate) async fn trip(conn: &mut PgConnection, org: Uuid, trip: Uuid) -> Result<Option<TripRow>> {
    Ok(sqlx::query_as!(
        TripRow,
        r#"select t.wave_id, w.number as wave_number, w.site_id, w.method, t.trip_no, t.metres, w.start_depot,
                  case when w.start_depot = '' and w.end_depots = '{}' then '' else t.end_depot end as "end_depot!", t.person_id
           from trip t join wave w on w.org_id = t.org_id and w.id = t.wave_id where t.org_id = $1 and t.id = $2"#,
        org,
        trip
    )
    .fetch_optional(conn)
    .await?)
}

/// Trips somebody can walk: not cancelled, something left.
pub(crate) struct TripListRow {
    pub trip_id: Uuid,
    pub wave_number: String,
    pub trip_no: i32,
    pub orders: i32,
    pub units: i32,
    pub units_done: i32,
    pub metres: i32,
    pub person_id: Uuid,
    pub person_name: Option<String>,
    pub planned_for: Uuid,
    pub planned_name: Option<String>,
    pub due: Option<DateTime<Utc>>,
}

pub(crate) async fn open_trips(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<TripListRow>> {
    Ok(sqlx::query_as!(
        TripListRow,
        r#"select t.id as trip_id, w.number as wave_number, t.trip_no, count(distinct k.slot_no)::int as "orders!",
                  sum(k.quantity)::int as "units!", sum(k.quantity_picked + k.quantity_short)::int as "units_done!", t.metres, t.person_id,
                  p.name as "person_name?", t.planned_for, q.name as "planned_name?", min(o.promised_at) as due
           from trip t join wave w on w.org_id = t.org_id and w.id = t.wave_id
           join pick_task k on k.org_id = t.org_id and k.trip_id = t.id and k.cancelled_at is null
           join trip_slot s on s.org_id = k.org_id and s.trip_id = k.trip_id and s.slot_no = k.slot_no
           join sales_order o on o.org_id = s.org_id and o.id = s.order_id
           left join person p on p.org_id = t.org_id and p.id = t.person_id
           left join person q on q.org_id = t.org_id and q.id = t.planned_for
           where t.org_id = $1 and w.released_at is not null and w.cancelled_at is null
             and ($2::uuid[] is null or w.site_id = any($2))
           group by t.org_id, t.id, w.number, w.planned_at, p.name, q.name
           having sum(k.quantity) > sum(k.quantity_picked + k.quantity_short)
           order by w.planned_at, t.trip_no limit 200"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn trip_units_left(conn: &mut PgConnection, org: Uuid, trip: Uuid) -> Result<i32> {
    let left = sqlx::query_scalar!(
        r#"select coalesce(sum(quantity - quantity_picked - quantity_short), 0)::int as "left!" from pick_task
           where org_id = $1 and trip_id = $2 and cancelled_at is null"#,
        org,
        trip
    )
    .fetch_one(conn)
    .await?;
    Ok(left)
}

pub(crate) struct SlotRow {
    pub trip_id: Uuid,
    pub slot_no: i32,
    pub order_id: Uuid,
    pub order_number: String,
    pub lpn_id: Uuid,
    pub tote_code: Option<String>,
}

pub(crate) async fn slots(conn: &mut PgConnection, org: Uuid, trips: &[Uuid]) -> Result<Vec<SlotRow>> {
    Ok(sqlx::query_as!(
        SlotRow,
        r#"select s.trip_id, s.slot_no, s.order_id, o.number as order_number, s.lpn_id, l.code as "tote_code?"
           from trip_slot s join sales_order o on o.org_id = s.org_id and o.id = s.order_id
           left join lpn l on l.org_id = s.org_id and l.id = s.lpn_id
           where s.org_id = $1 and s.trip_id = any($2) order by s.trip_id, s.slot_no"#,
        org,
        trips
    )
    .fetch_all(conn)
    .await?)
}

/// Locks the tote with this code. Whether it is free is asked in a later statement: it then sees what others did meanwhile.
pub(crate) async fn lock_tote(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from lpn where org_id = $1 and site_id = $2 and code = any($3) and kind = 'tote' for update",
        org,
        site,
        &spellings(code)
    )
    .fetch_optional(conn)
    .await?)
}

/// Of these totes, those with goods in them or on an unfinished slot.
pub(crate) async fn busy_totes(conn: &mut PgConnection, org: Uuid, site: Uuid, totes: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select l.id as "id!" from unnest($3::uuid[]) as l (id)
           where exists (select from balance b join bin on bin.org_id = b.org_id and bin.id = b.bin_id and bin.kind = 'stage'
                         where b.org_id = $1 and b.site_id = $2 and bin.site_id = $2 and b.lpn_id = l.id and b.on_hand > 0)
              or exists (select from trip_slot s join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
                         where s.org_id = $1 and s.lpn_id = l.id and k.done_at is null and k.cancelled_at is null)"#,
        org,
        site,
        totes
    )
    .fetch_all(conn)
    .await?)
}

/// Totes of a site that look free, locked for whoever walks in bulk; [`busy_totes`] has the last word.
pub(crate) async fn free_totes(conn: &mut PgConnection, org: Uuid, site: Uuid, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select l.id from lpn l where l.org_id = $1 and l.site_id = $2 and l.kind = 'tote'
           -- Two short lists, made once: asked tote by tote, a database without statistics reads everything anew for each.
           and l.id not in (select b.lpn_id from bin join balance b on b.org_id = bin.org_id and b.site_id = bin.site_id and b.bin_id = bin.id
                            where bin.org_id = $1 and bin.site_id = $2 and bin.kind = 'stage' and b.on_hand > 0)
           and l.id not in (select s.lpn_id from pick_task k
                            join trip_slot s on s.org_id = k.org_id and s.trip_id = k.trip_id and s.slot_no = k.slot_no
                            where k.org_id = $1 and k.done_at is null and k.cancelled_at is null and s.lpn_id is not null)
         order by l.code limit $3 for update of l skip locked",
        org,
        site,
        most
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn bind_totes(conn: &mut PgConnection, org: Uuid, trips: &[Uuid], slots: &[i32], lpns: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update trip_slot s set lpn_id = n.lpn from unnest($2::uuid[], $3::int[], $4::uuid[]) as n (trip, slot, lpn)
         where s.org_id = $1 and s.trip_id = n.trip and s.slot_no = n.slot",
        org,
        trips,
        slots,
        lpns
    )
    .execute(conn)
    .await?;
    Ok(())
}
