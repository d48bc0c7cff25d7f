//! Statements on goods that came back: receipts, and what nobody could name.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A return line as receiving needs it.
pub(crate) struct ReturnLineRow {
    pub id: Uuid,
    pub return_id: Uuid,
    pub order_id: Uuid,
    pub number: String,
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
    pub quantity: i32,
    pub received: i32,
    pub decision: String,
    pub cancelled: bool,
}

pub(crate) async fn orders_of_lines(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct r.order_id from return_line l join return_request r on r.org_id = l.org_id and r.id = l.return_id
         where l.org_id = $1 and l.id = any($2) order by 1",
        org,
        lines
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn return_lines(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<ReturnLineRow>> {
    Ok(sqlx::query_as!(
        ReturnLineRow,
        r#"select l.id, l.return_id, r.order_id, r.number, l.order_line_id, ol.sku_id, l.quantity, r.decision,
                  r.cancelled_at is not null as "cancelled!",
                  coalesce((select sum(c.quantity) from receipt_line c where c.org_id = l.org_id and c.return_line_id = l.id), 0)::int
                    as "received!"
           from return_line l join return_request r on r.org_id = l.org_id and r.id = l.return_id
           join order_line ol on ol.org_id = l.org_id and ol.id = l.order_line_id
           where l.org_id = $1 and l.id = any($2)"#,
        org,
        lines
    )
    .fetch_all(conn)
    .await?)
}

#[derive(Default)]
pub(crate) struct NewReceipts {
    pub ids: Vec<Uuid>,
    pub lines: Vec<Uuid>,
    pub bins: Vec<Uuid>,
    pub quantities: Vec<i32>,
}

pub(crate) async fn insert_receipts(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
    new: &NewReceipts,
) -> Result<()> {
    sqlx::query!(
        "insert into receipt_line (org_id, id, return_line_id, site_id, bin_id, quantity, received_by, occurred_at)
         select $1, id, line, $2, bin, quantity, $3, $4
         from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::int[]) as n (id, line, bin, quantity)",
        org,
        site,
        by,
        at,
        &new.ids,
        &new.lines,
        &new.bins,
        &new.quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct NewUnidentified<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub site: Uuid,
    pub scanned: &'a str,
    pub note: &'a str,
    pub by: Uuid,
}

pub(crate) async fn insert_unidentified(
    conn: &mut PgConnection,
    org: Uuid,
    at: DateTime<Utc>,
    new: &NewUnidentified<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into unidentified_return (org_id, id, number, site_id, scanned, note, received_by, occurred_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        new.id,
        new.number,
        new.site,
        new.scanned,
        new.note,
        new.by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct BinRow {
    pub code: String,
    pub kind: String,
}

pub(crate) async fn bins(conn: &mut PgConnection, org: Uuid, site: Uuid, bins: &[Uuid]) -> Result<Vec<BinRow>> {
    Ok(sqlx::query_as!(BinRow, "select code, kind from bin where org_id = $1 and site_id = $2 and id = any($3)", org, site, bins)
        .fetch_all(conn)
        .await?)
}
