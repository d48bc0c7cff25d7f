//! Statements on what stands in one bin or tote.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Items with sellable units in a bin, whoever they belong to, and their codes.
pub(super) async fn skus_in(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select distinct b.sku_id, k.code from balance b join sku k on k.org_id = b.org_id and k.id = b.sku_id
         where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.state = 'sellable' and b.on_hand > 0 order by b.sku_id",
        org,
        site,
        bin
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.code)).collect())
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

/// The first of these units that is on a cart with something left to pick.
pub(super) async fn on_cart(conn: &mut PgConnection, org: Uuid, units: &[Uuid]) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select l.code from lpn l where l.org_id = $1 and l.id = any($2)
           and exists (select from trip_slot s join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
                       where s.org_id = $1 and s.lpn_id = l.id and k.done_at is null and k.cancelled_at is null)
         order by l.code limit 1",
        org,
        units
    )
    .fetch_optional(conn)
    .await?)
}
