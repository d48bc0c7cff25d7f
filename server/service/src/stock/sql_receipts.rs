//! Statements on goods receipts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A receipt with its lines.
pub(crate) struct NewReceipt<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub site: Uuid,
    pub supplier: &'a str,
    pub reference: &'a str,
    pub kind: &'a str,
    pub lines: &'a [Uuid],
    pub skus: &'a [Uuid],
    pub bins: &'a [Uuid],
    pub quantities: &'a [i32],
    pub costs: &'a [Decimal],
}

pub(crate) async fn insert_receipt(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewReceipt<'_>) -> Result<()> {
    sqlx::query!(
        "insert into goods_receipt (org_id, id, number, site_id, supplier, reference, kind, occurred_at) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        new.id,
        new.number,
        new.site,
        new.supplier,
        new.reference,
        new.kind,
        at
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into goods_receipt_line (org_id, id, receipt_id, sku_id, bin_id, quantity, unit_cost)
         select $1, id, $2, sku, bin, quantity, cost
         from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::numeric[]) as n (id, sku, bin, quantity, cost)",
        org,
        new.id,
        new.lines,
        new.skus,
        new.bins,
        new.quantities,
        new.costs
    )
    .execute(conn)
    .await?;
    Ok(())
}
