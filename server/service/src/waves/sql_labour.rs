//! Statements of labour: what is open, what picking took, who is rostered, and for whom carts are meant.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Releases at one site queue here: the second sees what the first promised.
pub(crate) async fn lock_site(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<()> {
    sqlx::query!("select id from site where org_id = $1 and id = $2 for no key update", org, site).fetch_optional(conn).await?;
    Ok(())
}

/// A trip with something left, of a wave that is not cancelled.
pub(crate) struct OpenTrip {
    pub trip_id: Uuid,
    pub wave_id: Uuid,
    pub wave_number: String,
    pub released: bool,
    pub method: String,
    pub metres: i32,
    pub person_id: Uuid,
    pub planned_for: Uuid,
    pub touched: bool,
    /// Bins and kinds to be scanned: what is picked together is scanned once.
    pub stops: i64,
    pub orders_left: i64,
    pub stops_left: i64,
    pub tasks_left: i64,
    pub units_left: i64,
    pub due: Option<DateTime<Utc>>,
}

/// Open trips of a site, in the order the floor offers them.
pub(crate) async fn open_trips(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<OpenTrip>> {
    Ok(sqlx::query_as!(
        OpenTrip,
        r#"select t.id as trip_id, t.wave_id, w.number as wave_number, w.released_at is not null as "released!", w.method, t.metres,
                  t.person_id, t.planned_for, x.touched as "touched!", x.stops as "stops!", x.orders_left as "orders_left!",
                  x.stops_left as "stops_left!", x.tasks_left as "tasks_left!", x.units_left as "units_left!", x.due
           from trip t join wave w on w.org_id = t.org_id and w.id = t.wave_id
           cross join lateral (
             select count(distinct p.stop) as stops, bool_or(k.quantity_picked + k.quantity_short > 0) as touched,
                    count(distinct p.stop) filter (where k.done_at is null) as stops_left,
                    count(*) filter (where k.done_at is null) as tasks_left,
                    count(distinct o.id) filter (where k.done_at is null) as orders_left,
                    coalesce(sum(k.quantity - k.quantity_picked - k.quantity_short), 0)::bigint as units_left,
                    min(o.promised_at) filter (where k.done_at is null) as due
             from pick_task k join order_line ol on ol.org_id = k.org_id and ol.id = k.order_line_id
             join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
             cross join lateral (select case when w.method = 'batch' then k.bin_id::text || k.sku_id::text else k.id::text end as stop) p
             where k.org_id = t.org_id and k.trip_id = t.id and k.cancelled_at is null) x
           where t.org_id = $1 and w.site_id = $2 and w.cancelled_at is null
             and t.id in (select trip_id from pick_task where org_id = $1 and site_id = $2 and done_at is null and cancelled_at is null)
           order by w.planned_at, t.trip_no"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}

/// A task that was picked, with where its bin is reached.
pub(crate) struct DoneTask {
    pub trip_id: Uuid,
    pub claimed_at: Option<DateTime<Utc>>,
    pub method: String,
    pub start_depot: String,
    pub done_at: DateTime<Utc>,
    pub units: i32,
    pub bin_id: Uuid,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
}

/// The last picks of a site, walk by walk as they were done; what several orders got by one scan is one. A walk may be cut where `most`
/// ends.
pub(crate) async fn done_tasks(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<DoneTask>> {
    Ok(sqlx::query_as!(
        DoneTask,
        r#"select k.trip_id, t.claimed_at, w.method, w.start_depot, k.done_at as "done_at!", sum(k.quantity_picked)::int as "units!",
                  k.bin_id, b.aisle, b.y_mm, b.side, b.level
           from (select org_id, id, trip_id, wave_id, bin_id, sku_id, done_at, quantity_picked, walk_no from pick_task
                 where org_id = $1 and site_id = $2 and done_at > $3 and quantity_short = 0 order by done_at desc limit $4) k
           join trip t on t.org_id = k.org_id and t.id = k.trip_id
           join wave w on w.org_id = k.org_id and w.id = k.wave_id
           join bin b on b.org_id = k.org_id and b.id = k.bin_id
           group by k.trip_id, t.claimed_at, w.method, w.start_depot, k.done_at, k.bin_id, k.sku_id, b.aisle, b.y_mm, b.side, b.level,
                    case when w.method = 'batch' then '00000000-0000-0000-0000-000000000000' else k.id end
           order by k.trip_id, k.done_at, min(k.walk_no)"#,
        org,
        site,
        since,
        most
    )
    .fetch_all(conn)
    .await?)
}

/// Metres and stops of the last walks planned at a site.
pub(crate) async fn walked(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select coalesce(sum(l.metres), 0)::bigint as "metres!", coalesce(sum(l.stops), 0)::bigint as "stops!"
           from (select w.id, w.metres::bigint as metres,
                        (select count(*) from pick_task k where k.org_id = w.org_id and k.wave_id = w.id) as stops
                 from wave w where w.org_id = $1 and w.site_id = $2 order by w.planned_at desc limit 20) l"#,
        org,
        site
    )
    .fetch_one(conn)
    .await?;
    Ok((row.metres, row.stops))
}

/// A shift that is still to be worked, or being worked.
pub(crate) struct Hours {
    pub person_id: Uuid,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    /// It begins before the site's day is over.
    pub today: bool,
}

/// Picking shifts of a site from `now` on, by person.
pub(crate) async fn hours(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Hours>> {
    Ok(sqlx::query_as!(
        Hours,
        r#"select s.person_id, s.starts_at, s.ends_at,
                  s.starts_at < ((date_trunc('day', $3::timestamptz at time zone site.timezone) + interval '1 day') at time zone site.timezone)
                    as "today!"
           from shift s join site on site.org_id = s.org_id and site.id = s.site_id
           join person p on p.org_id = s.org_id and p.id = s.person_id and p.active
           where s.org_id = $1 and s.site_id = $2 and s.role = 'picker' and s.ends_at > $3 and s.starts_at < $4
           order by s.person_id, s.starts_at"#,
        org,
        site,
        now,
        until
    )
    .fetch_all(conn)
    .await?)
}

/// Work promised within one hour.
pub(crate) struct DueWork {
    /// Nil = on no list yet.
    pub trip_id: Uuid,
    pub due: DateTime<Utc>,
    pub orders: i64,
    pub stops: i64,
    pub units: i64,
}

/// What is still to be picked at a site, hour of promise by hour: on open lists, and on none yet.
pub(crate) async fn backlog(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<DueWork>> {
    Ok(sqlx::query_as!(
        DueWork,
        r#"select k.trip_id as "trip_id!", min(o.promised_at) as "due!", count(distinct o.id) as "orders!", count(*) as "stops!",
                  sum(k.quantity - k.quantity_picked - k.quantity_short)::bigint as "units!"
           from pick_task k join order_line ol on ol.org_id = k.org_id and ol.id = k.order_line_id
           join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
           where k.org_id = $1 and k.site_id = $2 and k.done_at is null and k.cancelled_at is null
           group by k.trip_id, date_trunc('hour', o.promised_at)
           union all
           select '00000000-0000-0000-0000-000000000000', min(o.promised_at), count(distinct o.id), count(*), sum(a.quantity)::bigint
           from allocation a join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
           join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
           where a.org_id = $1 and a.site_id = $2 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
             and o.released_at is not null and o.cancelled_at is null
             and not exists (select from pick_task k where k.org_id = a.org_id and k.order_line_id = a.order_line_id
                             and k.site_id = a.site_id and k.done_at is null and k.cancelled_at is null)
           group by date_trunc('hour', o.promised_at)"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}

/// Locks the released trips nobody has, in id order, as those do who take one: whoever takes one now waits, or has it.
pub(crate) async fn lock_free_trips(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<()> {
    sqlx::query!(
        "select t.id from trip t where t.org_id = $1 and t.person_id = '00000000-0000-0000-0000-000000000000'
           and t.wave_id in (select id from wave where org_id = $1 and site_id = $2 and released_at is not null and cancelled_at is null)
           and t.id in (select trip_id from pick_task where org_id = $1 and site_id = $2 and done_at is null and cancelled_at is null)
         order by t.id for no key update of t",
        org,
        site
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Trips are meant for these people from now on, pairwise.
pub(crate) async fn set_planned(conn: &mut PgConnection, org: Uuid, trips: &[Uuid], people: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "update trip t set planned_for = n.person, version = t.version + 1 from unnest($2::uuid[], $3::uuid[]) as n (id, person)
         where t.org_id = $1 and t.id = n.id",
        org,
        trips,
        people
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A trip of a wave, as splitting looks at it.
pub(crate) struct WaveTrip {
    pub trip_id: Uuid,
    pub trip_no: i32,
    pub metres: i32,
    pub begun: bool,
}

pub(crate) async fn wave_trips(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Vec<WaveTrip>> {
    Ok(sqlx::query_as!(
        WaveTrip,
        r#"select t.id as trip_id, t.trip_no, t.metres,
                  (t.person_id <> '00000000-0000-0000-0000-000000000000' or exists (
                    select from pick_task k where k.org_id = t.org_id and k.trip_id = t.id
                      and (k.quantity_picked + k.quantity_short > 0 or k.done_at is not null))) as "begun!"
           from trip t where t.org_id = $1 and t.wave_id = $2
             and exists (select from trip_slot s where s.org_id = t.org_id and s.trip_id = t.id)
           order by t.trip_no"#,
        org,
        wave
    )
    .fetch_all(conn)
    .await?)
}

/// How a wave was planned: method, metres, and metres first-in-first-out.
pub(crate) async fn wave_plan(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<(String, i32, i32)> {
    let row = sqlx::query!("select method, metres, metres_fifo from wave where org_id = $1 and id = $2", org, wave)
        .fetch_one(conn)
        .await?;
    Ok((row.method, row.metres, row.metres_fifo))
}

/// Moves trips with their tasks into another wave, numbered from one.
pub(crate) async fn move_trips(conn: &mut PgConnection, org: Uuid, trips: &[Uuid], wave: Uuid) -> Result<()> {
    sqlx::query!(
        "update trip t set wave_id = $3, trip_no = n.nth::int, version = t.version + 1
         from unnest($2::uuid[]) with ordinality as n (id, nth) where t.org_id = $1 and t.id = n.id",
        org,
        trips,
        wave
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("update pick_task set wave_id = $3 where org_id = $1 and trip_id = any($2)", org, trips, wave)
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes metres off a wave: they are another's now.
pub(crate) async fn lessen(conn: &mut PgConnection, org: Uuid, wave: Uuid, metres: i32, metres_fifo: i32) -> Result<()> {
    sqlx::query!(
        "update wave set metres = metres - $3, metres_fifo = metres_fifo - $4 where org_id = $1 and id = $2",
        org,
        wave,
        metres,
        metres_fifo
    )
    .execute(conn)
    .await?;
    Ok(())
}
