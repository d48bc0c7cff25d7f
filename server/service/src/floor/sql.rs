//! Statements of the floor: trips, slots, tasks, totes, parcels.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A code as it came and in capitals: labels are in capitals, hands are not always. Both find their index.
fn spellings(code: &str) -> [String; 2] {
    [code.to_owned(), code.to_uppercase()]
}

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
    pub person_id: Uuid,
}

pub(crate) async fn trip(conn: &mut PgConnection, org: Uuid, trip: Uuid) -> Result<Option<TripRow>> {
    Ok(sqlx::query_as!(
        TripRow,
        "select t.wave_id, w.number as wave_number, w.site_id, w.method, t.trip_no, t.metres, t.person_id
         from trip t join wave w on w.org_id = t.org_id and w.id = t.wave_id where t.org_id = $1 and t.id = $2",
        org,
        trip
    )
    .fetch_optional(conn)
    .await?)
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

pub(crate) struct TaskRow {
    pub id: Uuid,
    pub trip_id: Uuid,
    pub slot_no: i32,
    pub order_line_id: Uuid,
    pub order_id: Uuid,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub quantity: i32,
    pub quantity_picked: i32,
    pub quantity_short: i32,
    pub done: bool,
    pub lpn_id: Uuid,
    pub tote_code: Option<String>,
}

/// Tasks by id or by trip (either list may be empty), in walking order.
pub(crate) async fn tasks(conn: &mut PgConnection, org: Uuid, tasks: &[Uuid], trips: &[Uuid]) -> Result<Vec<TaskRow>> {
    Ok(sqlx::query_as!(
        TaskRow,
        r#"select k.id, k.trip_id, k.slot_no, k.order_line_id, ol.order_id, k.site_id, k.bin_id, b.code as bin_code,
                  b.aisle, b.y_mm, b.side, b.level, k.sku_id, sku.code as sku_code, sku.name as sku_name, sku.variant,
                  (select array_agg(c.code order by c.code) from barcode c where c.org_id = k.org_id and c.sku_id = k.sku_id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.code) from barcode c
                   where c.org_id = k.org_id and c.sku_id = k.sku_id) as packs,
                  k.quantity, k.quantity_picked, k.quantity_short, (k.done_at is not null or k.cancelled_at is not null) as "done!",
                  s.lpn_id, l.code as "tote_code?"
           from pick_task k
           join bin b on b.org_id = k.org_id and b.id = k.bin_id
           join sku on sku.org_id = k.org_id and sku.id = k.sku_id
           join order_line ol on ol.org_id = k.org_id and ol.id = k.order_line_id
           join trip_slot s on s.org_id = k.org_id and s.trip_id = k.trip_id and s.slot_no = k.slot_no
           left join lpn l on l.org_id = s.org_id and l.id = s.lpn_id
           where k.org_id = $1 and (k.id = any($2) or k.trip_id = any($3))
           order by k.trip_id, k.walk_no, k.id"#,
        org,
        tasks,
        trips
    )
    .fetch_all(conn)
    .await?)
}

/// Allocations of these lines still in these bins, pairwise.
pub(crate) struct BinAllocation {
    pub id: Uuid,
    pub order_line_id: Uuid,
    pub bin_id: Uuid,
    pub quantity: i32,
}

pub(crate) async fn bin_allocations(
    conn: &mut PgConnection,
    org: Uuid,
    lines: &[Uuid],
    bins: &[Uuid],
) -> Result<Vec<BinAllocation>> {
    Ok(sqlx::query_as!(
        BinAllocation,
        "select a.id, a.order_line_id, a.bin_id, a.quantity from allocation a
         join (select distinct line, bin from unnest($2::uuid[], $3::uuid[]) as n (line, bin)) n
           on a.order_line_id = n.line and a.bin_id = n.bin
         where a.org_id = $1 and a.lpn_id = '00000000-0000-0000-0000-000000000000' order by a.id",
        org,
        lines,
        bins
    )
    .fetch_all(conn)
    .await?)
}

/// What a line has in totes of its slot: those bound now, and those picked into before the slot changed its tote.
pub(crate) async fn trip_allocations(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    line: Uuid,
    trip: Uuid,
    slot: i32,
) -> Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        "select a.id, a.quantity from allocation a join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
         where a.org_id = $1 and a.order_line_id = $2 and a.site_id = $5
         order by exists (select from trip_slot s where s.org_id = $1 and s.trip_id = $3 and s.slot_no = $4 and s.lpn_id = l.id) desc,
                  a.id desc",
        org,
        line,
        trip,
        slot,
        site
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.quantity)).collect())
}

/// Adds to what is picked and given up; a task with nothing left is done.
pub(crate) async fn progress_tasks(
    conn: &mut PgConnection,
    org: Uuid,
    ids: &[Uuid],
    picked: &[i32],
    short: &[i32],
    reason: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update pick_task k set quantity_picked = k.quantity_picked + n.picked, quantity_short = k.quantity_short + n.short,
            short_reason = case when n.short > 0 then $5 else k.short_reason end,
            done_at = case when k.quantity_picked + n.picked + k.quantity_short + n.short = k.quantity then $6::timestamptz end
         from unnest($2::uuid[], $3::int[], $4::int[]) as n (id, picked, short) where k.org_id = $1 and k.id = n.id",
        org,
        ids,
        picked,
        short,
        reason,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A task that is not done, in a wave that is over, is on no list.
pub(crate) async fn close_cancelled(conn: &mut PgConnection, org: Uuid, task: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update pick_task set cancelled_at = $3 where org_id = $1 and id = $2 and done_at is null and cancelled_at is null",
        org,
        task,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a task put into totes and is still there, last first.
pub(crate) async fn task_allocations(conn: &mut PgConnection, org: Uuid, task: Uuid) -> Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        "select a.id, a.quantity from pick_task k join allocation a on a.org_id = k.org_id and a.order_line_id = k.order_line_id
           and a.site_id = k.site_id
         join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
         where k.org_id = $1 and k.id = $2
           and a.lpn_id in (select m.to_lpn from movement m where m.org_id = $1 and m.source_id = $2 and m.reason = 'pick')
         order by a.id desc",
        org,
        task
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.quantity)).collect())
}

/// Picked units of a cancelled wave that still stand in a tote.
pub(crate) struct PutBackRow {
    pub task_id: Uuid,
    pub wave_number: String,
    pub order_number: String,
    pub tote_code: String,
    pub bin_code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub quantity: i32,
}

/// What is to be put back, tote by tote; `wave` and `task` narrow it. Which totes a task's units stand in, its movements tell.
pub(crate) async fn put_backs(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    wave: Option<Uuid>,
    task: Option<Uuid>,
) -> Result<Vec<PutBackRow>> {
    Ok(sqlx::query_as!(
        PutBackRow,
        r#"select k.id as task_id, w.number as wave_number, o.number as order_number, x.tote_code as "tote_code!", b.code as bin_code,
                  k.sku_id, sku.code as sku_code, sku.name as sku_name, sku.variant,
                  (select array_agg(c.code order by c.code) from barcode c where c.org_id = k.org_id and c.sku_id = k.sku_id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.code) from barcode c
                   where c.org_id = k.org_id and c.sku_id = k.sku_id) as packs,
                  least(k.quantity_picked, x.units) as "quantity!"
           from wave w join pick_task k on k.org_id = w.org_id and k.wave_id = w.id and k.quantity_picked > 0
           join bin b on b.org_id = k.org_id and b.id = k.bin_id
           join sku on sku.org_id = k.org_id and sku.id = k.sku_id
           join order_line ol on ol.org_id = k.org_id and ol.id = k.order_line_id
           join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
           cross join lateral (
             select sum(a.quantity)::int as units, min(l.code) as tote_code
             from allocation a join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
             where a.org_id = k.org_id and a.order_line_id = k.order_line_id and a.site_id = k.site_id
               and a.lpn_id in (select m.to_lpn from movement m where m.org_id = k.org_id and m.source_id = k.id and m.reason = 'pick')) x
           where w.org_id = $1 and w.cancelled_at is not null and x.units > 0 and ($2::uuid[] is null or w.site_id = any($2))
             and ($3::uuid is null or w.id = $3) and ($4::uuid is null or k.id = $4)
           order by x.tote_code, b.code, k.id"#,
        org,
        sites,
        wave,
        task
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

/// Further tasks at the end of the trip, for units found in other bins.
pub(crate) async fn append_tasks(
    conn: &mut PgConnection,
    org: Uuid,
    like: Uuid,
    ids: &[Uuid],
    bins: &[Uuid],
    quantities: &[i32],
) -> Result<()> {
    sqlx::query!(
        "insert into pick_task (org_id, id, wave_id, trip_id, walk_no, slot_no, order_line_id, sku_id, site_id, bin_id, quantity)
         select k.org_id, n.id, k.wave_id, k.trip_id, m.last + n.nth::int, k.slot_no, k.order_line_id, k.sku_id, k.site_id, n.bin, n.quantity
         from pick_task k
         cross join lateral (select max(walk_no) as last from pick_task where org_id = k.org_id and trip_id = k.trip_id) m
         cross join unnest($3::uuid[], $4::uuid[], $5::int[]) with ordinality as n (id, bin, quantity, nth)
         where k.org_id = $1 and k.id = $2",
        org,
        like,
        ids,
        bins,
        quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Loose sellable units of a SKU in a bin that belong to nobody.
pub(crate) async fn free_in_bin(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid, sku: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(on_hand - allocated), 0)::int as "free!" from balance
           where org_id = $1 and site_id = $2 and bin_id = $3 and lpn_id = '00000000-0000-0000-0000-000000000000' and sku_id = $4
             and state = 'sellable'"#,
        org,
        site,
        bin,
        sku
    )
    .fetch_one(conn)
    .await?)
}

/// How people call an order.
pub(crate) async fn order_number(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<String> {
    Ok(sqlx::query_scalar!("select number from sales_order where org_id = $1 and id = $2", org, order).fetch_one(conn).await?)
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

/// The order a scan means at packing: its number or id, a tote it stands in, or its parcel. Locked, so that two benches open one parcel.
pub(crate) async fn order_to_pack(conn: &mut PgConnection, org: Uuid, site: Uuid, scan: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select o.id from sales_order o where o.org_id = $1 and o.id in (
            select id from sales_order where org_id = $1 and number = any($3)
            union all select id from sales_order where org_id = $1 and id = $4
            union all select ol.order_id from lpn l
              join allocation a on a.org_id = l.org_id and a.lpn_id = l.id and a.site_id = $2
              join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
              where l.org_id = $1 and l.code = any($3)
            union all select order_id from parcel where org_id = $1 and site_id = $2 and number = any($3))
         limit 1 for no key update of o",
        org,
        site,
        &spellings(scan),
        Uuid::parse_str(scan).unwrap_or_default()
    )
    .fetch_optional(conn)
    .await?)
}

/// Units of an order still to be picked at a site in a wave that has picked some of it: it is on a cart there, or on several when zones
/// are picked apart.
pub(crate) async fn units_on_cart(conn: &mut PgConnection, org: Uuid, site: Uuid, order: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(k.quantity - k.quantity_picked - k.quantity_short), 0)::int as "left!"
           from trip_slot s join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
           join wave w on w.org_id = k.org_id and w.id = k.wave_id
           where s.org_id = $1 and w.site_id = $2 and s.order_id = $3 and k.done_at is null and k.cancelled_at is null
             and exists (select from trip_slot z join pick_task d on d.org_id = z.org_id and d.trip_id = z.trip_id and d.slot_no = z.slot_no
                         where z.org_id = s.org_id and z.order_id = s.order_id and d.wave_id = k.wave_id and d.quantity_picked > 0)"#,
        org,
        site,
        order
    )
    .fetch_one(conn)
    .await?)
}

/// What an order has in totes at a site.
pub(crate) struct ToteAllocation {
    pub id: Uuid,
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub quantity: i32,
    pub weight_g: i32,
    pub tote_code: String,
}

pub(crate) async fn tote_allocations(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    orders: &[Uuid],
) -> Result<Vec<ToteAllocation>> {
    Ok(sqlx::query_as!(
        ToteAllocation,
        "select a.id, ol.order_id, a.order_line_id, a.quantity, sku.weight_g, l.code as tote_code
         from order_line ol join allocation a on a.org_id = ol.org_id and a.order_line_id = ol.id
         join sku on sku.org_id = a.org_id and sku.id = a.sku_id
         join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
         where ol.org_id = $1 and a.site_id = $2 and ol.order_id = any($3) order by ol.order_id, ol.line_no, a.id",
        org,
        site,
        orders
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct ParcelHead {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer_name: String,
    pub city: String,
    pub country: String,
    pub site_id: Uuid,
    pub lpn_id: Uuid,
    pub weight_g: i32,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub tracking: String,
}

/// Parcels by id, locked in id order so that two confirmations of the same parcels cannot deadlock.
pub(crate) async fn lock_parcels(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<ParcelHead>> {
    Ok(sqlx::query_as!(
        ParcelHead,
        "select p.id, p.number, p.order_id, o.number as order_number, o.customer_name, o.city, o.country, p.site_id, p.lpn_id, p.weight_g,
                p.packed_at, p.shipped_at, p.tracking
         from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
         where p.org_id = $1 and p.id = any($2) order by p.id for no key update of p",
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn parcel(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<ParcelHead>> {
    Ok(sqlx::query_as!(
        ParcelHead,
        "select p.id, p.number, p.order_id, o.number as order_number, o.customer_name, o.city, o.country, p.site_id, p.lpn_id, p.weight_g,
                p.packed_at, p.shipped_at, p.tracking
         from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id where p.org_id = $1 and p.id = $2",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn open_parcel(conn: &mut PgConnection, org: Uuid, site: Uuid, order: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from parcel where org_id = $1 and site_id = $2 and order_id = $3 and packed_at is null order by id limit 1",
        org,
        site,
        order
    )
    .fetch_optional(conn)
    .await?)
}

/// New parcels with their handling units, column by column.
pub(crate) struct NewParcels<'a> {
    pub ids: &'a [Uuid],
    pub numbers: &'a [String],
    pub orders: &'a [Uuid],
    pub lpns: &'a [Uuid],
}

pub(crate) async fn insert_parcels(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    new: NewParcels<'_>,
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into parcel (org_id, id, number, order_id, site_id, lpn_id, opened_at, packed_by)
         select $1, id, number, order_id, $2, lpn, $7, $8
         from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[]) as n (id, number, order_id, lpn)",
        org,
        site,
        new.ids,
        new.numbers,
        new.orders,
        new.lpns,
        at,
        person
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn add_parcel_lines(
    conn: &mut PgConnection,
    org: Uuid,
    parcels: &[Uuid],
    lines: &[Uuid],
    quantities: &[i32],
) -> Result<()> {
    sqlx::query!(
        "insert into parcel_line as l (org_id, parcel_id, order_line_id, quantity)
         select $1, parcel, line, sum(quantity)::int from unnest($2::uuid[], $3::uuid[], $4::int[]) as n (parcel, line, quantity)
         group by parcel, line
         on conflict (org_id, parcel_id, order_line_id) do update set quantity = l.quantity + excluded.quantity",
        org,
        parcels,
        lines,
        quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn close_parcels(
    conn: &mut PgConnection,
    org: Uuid,
    ids: &[Uuid],
    weights: &[i32],
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update parcel p set packed_at = $5, packed_by = $4, weight_g = n.weight from unnest($2::uuid[], $3::int[]) as n (id, weight)
         where p.org_id = $1 and p.id = n.id and p.packed_at is null",
        org,
        ids,
        weights,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct PackLineRow {
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub weight_g: i32,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub in_totes: i32,
    pub packed: i32,
}

/// The lines a parcel has or still expects: what it holds, and what its order has in totes at its site (while it is open).
pub(crate) async fn pack_lines(conn: &mut PgConnection, org: Uuid, parcel: Uuid) -> Result<Vec<PackLineRow>> {
    Ok(sqlx::query_as!(
        PackLineRow,
        r#"select ol.id as order_line_id, ol.sku_id, sku.code as sku_code, sku.name as sku_name, sku.variant, sku.weight_g,
                  (select array_agg(c.code order by c.code) from barcode c where c.org_id = sku.org_id and c.sku_id = sku.id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.code) from barcode c
                   where c.org_id = sku.org_id and c.sku_id = sku.id) as packs,
                  coalesce(t.quantity, 0)::int as "in_totes!", coalesce(pl.quantity, 0)::int as "packed!"
           from parcel p join order_line ol on ol.org_id = p.org_id and ol.order_id = p.order_id
           join sku on sku.org_id = ol.org_id and sku.id = ol.sku_id
           left join parcel_line pl on pl.org_id = p.org_id and pl.parcel_id = p.id and pl.order_line_id = ol.id
           left join lateral (select sum(a.quantity) as quantity from allocation a join lpn l on l.org_id = a.org_id and l.id = a.lpn_id
                              where a.org_id = ol.org_id and a.order_line_id = ol.id and a.site_id = p.site_id and l.kind = 'tote'
                                and p.packed_at is null) t on true
           where p.org_id = $1 and p.id = $2 and (pl.quantity is not null or t.quantity is not null)
           order by ol.line_no"#,
        org,
        parcel
    )
    .fetch_all(conn)
    .await?)
}

/// Locks orders, in id order: what shipped of them before is read in a later statement.
pub(crate) async fn lock_orders(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<()> {
    sqlx::query!("select id from sales_order where org_id = $1 and id = any($2) order by id for no key update", org, orders)
        .fetch_all(conn)
        .await?;
    Ok(())
}

/// Everything that leaves with these parcels.
pub(crate) struct LeavingRow {
    pub allocation_id: Uuid,
    pub parcel_id: Uuid,
}

pub(crate) async fn leaving(conn: &mut PgConnection, org: Uuid, parcels: &[Uuid]) -> Result<Vec<LeavingRow>> {
    Ok(sqlx::query_as!(
        LeavingRow,
        "select a.id as allocation_id, p.id as parcel_id from parcel p
         join allocation a on a.org_id = p.org_id and a.lpn_id = p.lpn_id
         where p.org_id = $1 and p.id = any($2) order by a.id",
        org,
        parcels
    )
    .fetch_all(conn)
    .await?)
}

/// The money of each line that ships, with what shipped of it before.
pub(crate) struct ShippingLine {
    pub parcel_id: Uuid,
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub currency: String,
    pub quantity: i32,
    pub gross: Decimal,
    pub tax: Decimal,
    pub units: i32,
    pub shipped_before: i32,
    pub shipping_amount: Decimal,
    pub shipping_tax: Decimal,
    pub first_parcel: bool,
}

pub(crate) async fn shipping_lines(conn: &mut PgConnection, org: Uuid, parcels: &[Uuid]) -> Result<Vec<ShippingLine>> {
    Ok(sqlx::query_as!(
        ShippingLine,
        r#"select pl.parcel_id, p.order_id, pl.order_line_id, o.currency, ol.quantity, ol.unit_price * ol.quantity - ol.discount as "gross!",
                  ol.tax, pl.quantity as units,
                  coalesce((select sum(b.quantity) from parcel_line b join parcel bp on bp.org_id = b.org_id and bp.id = b.parcel_id
                            where b.org_id = ol.org_id and b.order_line_id = ol.id and bp.shipped_at is not null), 0)::int as "shipped_before!",
                  o.shipping_amount, o.shipping_tax,
                  -- One look by the order's key; as `not exists` it is answered from a list of all parcels ever shipped.
                  coalesce((select false from parcel e where e.org_id = o.org_id and e.order_id = o.id and e.shipped_at is not null
                            limit 1), true) as "first_parcel!"
           from parcel p join parcel_line pl on pl.org_id = p.org_id and pl.parcel_id = p.id
           join sales_order o on o.org_id = p.org_id and o.id = p.order_id
           join order_line ol on ol.org_id = pl.org_id and ol.id = pl.order_line_id
           where p.org_id = $1 and p.id = any($2) order by pl.parcel_id, ol.line_no"#,
        org,
        parcels
    )
    .fetch_all(conn)
    .await?)
}

/// With whom, by whom and when parcels left.
pub(crate) struct Departure<'a> {
    pub carrier: &'a str,
    pub service: &'a str,
    pub person: Uuid,
    pub at: DateTime<Utc>,
}

pub(crate) async fn mark_shipped(
    conn: &mut PgConnection,
    org: Uuid,
    ids: &[Uuid],
    trackings: &[String],
    left: Departure<'_>,
) -> Result<()> {
    sqlx::query!(
        "update parcel p set shipped_at = $7, shipped_by = $6, carrier = $4, service = $5, tracking = n.tracking
         from unnest($2::uuid[], $3::text[]) as n (id, tracking) where p.org_id = $1 and p.id = n.id and p.shipped_at is null",
        org,
        ids,
        trackings,
        left.carrier,
        left.service,
        left.person,
        left.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct ParcelListRow {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer_name: String,
    pub country: String,
    pub weight_g: i32,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub carrier: String,
    pub tracking: String,
}

/// Parcels not yet handed over, oldest first.
pub(crate) async fn waiting_parcels(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<ParcelListRow>> {
    Ok(sqlx::query_as!(
        ParcelListRow,
        "select p.id, p.number, p.order_id, o.number as order_number, o.customer_name, o.country, p.weight_g, p.packed_at, p.shipped_at,
                p.carrier, p.tracking
         from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
         where p.org_id = $1 and p.shipped_at is null and ($2::uuid[] is null or p.site_id = any($2))
         order by p.packed_at nulls first, p.id limit 200",
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

/// What a code means at these sites, the most telling first: (kind, id, words).
pub(crate) async fn meanings(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    code: &str,
) -> Result<Option<(String, Uuid, String)>> {
    let row = sqlx::query!(
        r#"select m.kind as "kind!", m.id as "id!", m.words as "words!" from (
             select 1 as rank, 'trip' as kind, k.trip_id as id, l.code as words
             from lpn l join trip_slot s on s.org_id = l.org_id and s.lpn_id = l.id
             join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
             where l.org_id = $1 and l.code = any($3) and ($2::uuid[] is null or l.site_id = any($2))
               and k.done_at is null and k.cancelled_at is null
             union all
             select 2, 'pack', a.id, l.code from lpn l join allocation a on a.org_id = l.org_id and a.lpn_id = l.id
             where l.org_id = $1 and l.code = any($3) and l.kind = 'tote' and ($2::uuid[] is null or l.site_id = any($2))
             union all
             select 3, 'parcel', p.id, p.number from parcel p
             where p.org_id = $1 and p.number = any($3) and ($2::uuid[] is null or p.site_id = any($2))
             union all
             select 4, 'pack', o.id, o.number from sales_order o where o.org_id = $1 and o.number = any($3)
               and exists (select from order_line ol join allocation a on a.org_id = ol.org_id and a.order_line_id = ol.id
                           join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
                           where ol.org_id = o.org_id and ol.order_id = o.id and ($2::uuid[] is null or a.site_id = any($2)))
             union all
             select 5, 'order', o.id, o.number from sales_order o where o.org_id = $1 and o.number = any($3)
             union all
             select 6, 'return', r.id, r.number from return_request r where r.org_id = $1 and r.number = any($3)
             union all
             select 7, 'sku', c.sku_id, c.code from barcode c where c.org_id = $1 and c.code = any($3)
             union all
             select 8, 'sku', k.id, k.code from sku k where k.org_id = $1 and k.code = any($3)
             union all
             select 9, 'bin', b.id, b.code from bin b
             where b.org_id = $1 and b.code = any($3) and ($2::uuid[] is null or b.site_id = any($2))
           ) m order by m.rank limit 1"#,
        org,
        sites,
        &spellings(code)
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.kind, row.id, row.words)))
}
