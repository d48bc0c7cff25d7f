//! Statements on pick tasks: what is to be picked, what was, and where else units stand.

use chrono::{DateTime, Utc};
use domain::stock::Tag;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

#[derive(Debug, Clone)]
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
    pub by_lot: bool,
    pub by_serial: bool,
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
                  s.lpn_id, l.code as "tote_code?", coalesce(t.by_lot, false) as "by_lot!", coalesce(t.by_serial, false) as "by_serial!"
           from pick_task k
           join bin b on b.org_id = k.org_id and b.id = k.bin_id
           join sku on sku.org_id = k.org_id and sku.id = k.sku_id
           join order_line ol on ol.org_id = k.org_id and ol.id = k.order_line_id
           join trip_slot s on s.org_id = k.org_id and s.trip_id = k.trip_id and s.slot_no = k.slot_no
           left join lpn l on l.org_id = s.org_id and l.id = s.lpn_id
           left join sku_tracking t on t.org_id = k.org_id and t.sku_id = k.sku_id
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
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub quantity: i32,
}

impl BinAllocation {
    pub fn tag(&self) -> Tag {
        Tag { owner: self.owner_id.into(), lot: self.lot_id.into(), serial: self.serial_id.into() }
    }
}

pub(crate) async fn bin_allocations(
    conn: &mut PgConnection,
    org: Uuid,
    lines: &[Uuid],
    bins: &[Uuid],
) -> Result<Vec<BinAllocation>> {
    Ok(sqlx::query_as!(
        BinAllocation,
        "select a.id, a.order_line_id, a.bin_id, a.owner_id, a.lot_id, a.serial_id, a.quantity from allocation a
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

/// Walks with something left to fetch of these SKUs from a bin.
pub(crate) async fn trips_to_bin(conn: &mut PgConnection, org: Uuid, bin: Uuid, skus: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct trip_id from pick_task
         where org_id = $1 and bin_id = $2 and sku_id = any($3) and done_at is null and cancelled_at is null",
        org,
        bin,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct OpenTaskRow {
    pub id: Uuid,
    pub trip_id: Uuid,
    pub wave_id: Uuid,
    pub order_line_id: Uuid,
    pub left: i32,
}

/// What is left to fetch from a bin for these lines, in walking order.
pub(crate) async fn open_tasks_at(conn: &mut PgConnection, org: Uuid, bin: Uuid, lines: &[Uuid]) -> Result<Vec<OpenTaskRow>> {
    Ok(sqlx::query_as!(
        OpenTaskRow,
        r#"select id, trip_id, wave_id, order_line_id, (quantity - quantity_picked - quantity_short) as "left!" from pick_task
           where org_id = $1 and bin_id = $2 and order_line_id = any($3) and done_at is null and cancelled_at is null
           order by trip_id, walk_no, id"#,
        org,
        bin,
        lines
    )
    .fetch_all(conn)
    .await?)
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
