//! Statements on what a cancelled wave left in totes.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

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

/// Picked units that still stand in a tote though their wave is cancelled, or their order has left it.
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
           where w.org_id = $1 and (w.cancelled_at is not null or k.cancelled_at is not null) and x.units > 0 and ($2::uuid[] is null or w.site_id = any($2))
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
