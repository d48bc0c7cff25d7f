//! Statements on picks that would be made in reserve and can be made nearer.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Trips nobody walks yet that would go to reserve for this SKU, locked in id order as pickers do.
pub(super) async fn lock_waiting_trips(conn: &mut PgConnection, org: Uuid, site: Uuid, sku: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select t.id from trip t
         where t.org_id = $1 and t.person_id = '00000000-0000-0000-0000-000000000000' and t.id in (
           select k.trip_id from pick_task k join bin b on b.org_id = k.org_id and b.id = k.bin_id and b.kind = 'reserve'
           where k.org_id = $1 and k.site_id = $2 and k.sku_id = $3 and k.done_at is null and k.cancelled_at is null)
         order by t.id for no key update of t",
        org,
        site,
        sku
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct WaitingRow {
    pub task_id: Uuid,
    pub order_line_id: Uuid,
    pub bin_id: Uuid,
    pub units: i32,
}

/// What these trips would take from reserve, soonest promise first.
pub(super) async fn waiting(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    sku: Uuid,
    trips: &[Uuid],
) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        r#"select k.id as task_id, k.order_line_id, k.bin_id, (k.quantity - k.quantity_picked - k.quantity_short) as "units!"
           from pick_task k join bin b on b.org_id = k.org_id and b.id = k.bin_id and b.kind = 'reserve'
           join trip t on t.org_id = k.org_id and t.id = k.trip_id and t.person_id = '00000000-0000-0000-0000-000000000000'
           join order_line l on l.org_id = k.org_id and l.id = k.order_line_id
           join sales_order o on o.org_id = l.org_id and o.id = l.order_id
           where k.org_id = $1 and k.site_id = $2 and k.sku_id = $3 and k.trip_id = any($4)
             and k.done_at is null and k.cancelled_at is null
           order by o.promised_at, o.id, k.id"#,
        org,
        site,
        sku,
        trips
    )
    .fetch_all(conn)
    .await?)
}

/// So many units of each task are picked from `bin` from now on; what stays where it was keeps its task.
pub(super) async fn rebin_tasks(
    conn: &mut PgConnection,
    org: Uuid,
    tasks: &[Uuid],
    units: &[i32],
    bin: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<Uuid> = tasks.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "with n as (select * from unnest($2::uuid[], $3::int[], $4::uuid[]) as n (task, units, id)),
              parted as (
                insert into pick_task (org_id, id, wave_id, trip_id, walk_no, slot_no, order_line_id, sku_id, site_id, bin_id, quantity)
                select k.org_id, n.id, k.wave_id, k.trip_id, k.walk_no, k.slot_no, k.order_line_id, k.sku_id, k.site_id, $5, n.units
                from n join pick_task k on k.org_id = $1 and k.id = n.task where k.quantity > n.units)
         update pick_task k set
           bin_id = case when k.quantity = n.units then $5 else k.bin_id end,
           quantity = case when k.quantity = n.units then k.quantity else k.quantity - n.units end,
           done_at = case when k.quantity > n.units and k.quantity - n.units = k.quantity_picked + k.quantity_short then $6 else k.done_at end
         from n where k.org_id = $1 and k.id = n.task",
        org,
        tasks,
        units,
        &ids,
        bin,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
