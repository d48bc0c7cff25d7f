//! Statements that tell history what became of its commands.

use sqlx::PgConnection;
use uuid::Uuid;

use super::Gone;
use crate::Result;

pub(crate) async fn gone(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<Gone>> {
    let rows = sqlx::query!(
        r#"select p.order_id, pl.order_line_id, ol.sku_id, p.site_id, sum(pl.quantity)::int as "quantity!"
           from parcel p join parcel_line pl on pl.org_id = p.org_id and pl.parcel_id = p.id
           join order_line ol on ol.org_id = pl.org_id and ol.id = pl.order_line_id
           where p.org_id = $1 and p.order_id = any($2) and p.shipped_at is not null
           group by p.order_id, pl.order_line_id, ol.sku_id, p.site_id, ol.line_no order by p.order_id, ol.line_no, p.site_id"#,
        org,
        orders
    )
    .fetch_all(conn)
    .await?;
    let gone = rows.into_iter().map(|row| Gone {
        order: row.order_id.into(),
        line: row.order_line_id.into(),
        sku: row.sku_id.into(),
        quantity: row.quantity,
        site: row.site_id.into(),
    });
    Ok(gone.collect())
}

pub(crate) async fn proposed(conn: &mut PgConnection, org: Uuid, refunds: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from refund where org_id = $1 and id = any($2) and status = 'proposed' order by id",
        org,
        refunds
    )
    .fetch_all(conn)
    .await?)
}
