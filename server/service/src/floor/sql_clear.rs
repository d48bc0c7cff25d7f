//! Statements on what orders have in one bin.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct GivenRow {
    pub id: Uuid,
    pub line_id: Uuid,
    pub order_id: Uuid,
    pub order_number: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub quantity: i32,
}

/// Loose units of a bin that belong to order lines, the first ordered first.
pub(super) async fn given(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<Vec<GivenRow>> {
    Ok(sqlx::query_as!(
        GivenRow,
        "select a.id, a.order_line_id as line_id, o.id as order_id, o.number as order_number, a.sku_id, k.code as sku_code, a.quantity
         from allocation a join order_line l on l.org_id = a.org_id and l.id = a.order_line_id
         join sales_order o on o.org_id = l.org_id and o.id = l.order_id join sku k on k.org_id = a.org_id and k.id = a.sku_id
         where a.org_id = $1 and a.site_id = $2 and a.bin_id = $3 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
         order by o.placed_at, o.id, a.id",
        org,
        site,
        bin
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct OpenRow {
    pub task_id: Uuid,
    pub trip_id: Uuid,
    pub line_id: Uuid,
    pub sku_id: Uuid,
    pub left: i32,
}

/// Tasks that would still pick from a bin.
pub(super) async fn open_tasks(conn: &mut PgConnection, org: Uuid, bin: Uuid) -> Result<Vec<OpenRow>> {
    Ok(sqlx::query_as!(
        OpenRow,
        r#"select k.id as task_id, k.trip_id, k.order_line_id as line_id, k.sku_id,
                  (k.quantity - k.quantity_picked - k.quantity_short) as "left!"
           from pick_task k join wave w on w.org_id = k.org_id and w.id = k.wave_id
           where k.org_id = $1 and k.bin_id = $2 and k.done_at is null and k.cancelled_at is null and w.cancelled_at is null
             and k.quantity > k.quantity_picked + k.quantity_short
           order by k.trip_id, k.walk_no"#,
        org,
        bin
    )
    .fetch_all(conn)
    .await?)
}

/// Items with sellable units in a bin, whoever they belong to.
pub(super) async fn skus_in(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct sku_id from balance where org_id = $1 and site_id = $2 and bin_id = $3 and state = 'sellable' and on_hand > 0
         order by sku_id",
        org,
        site,
        bin
    )
    .fetch_all(conn)
    .await?)
}

/// Orders with goods in a tote; goods of nobody count as the nil order's. Empty while it is on a cart that is walked, too.
pub(super) async fn orders_in(conn: &mut PgConnection, org: Uuid, tote: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct l.order_id as "order_id!" from allocation a
           join order_line l on l.org_id = a.org_id and l.id = a.order_line_id
           where a.org_id = $1 and a.lpn_id = $2
             and not exists (select from trip_slot s join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
                             where s.org_id = $1 and s.lpn_id = $2 and k.done_at is null and k.cancelled_at is null)
           union select '00000000-0000-0000-0000-000000000000'::uuid where exists (
             select from balance b where b.org_id = $1 and b.lpn_id = $2 and b.on_hand > b.allocated)"#,
        org,
        tote
    )
    .fetch_all(conn)
    .await?)
}
