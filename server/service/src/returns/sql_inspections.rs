//! Statements on inspections: what waits at the bench, what was found, and where it goes.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// A receipt line as the bench needs it.
pub(crate) struct ReceiptRow {
    pub id: Uuid,
    pub return_id: Uuid,
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub category: String,
    pub reason: String,
    pub resolution: String,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub quantity: i32,
    pub inspected: i32,
    pub policy_id: Uuid,
}

pub(crate) async fn orders_of_receipts(conn: &mut PgConnection, org: Uuid, receipts: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct r.order_id from receipt_line c
         join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
         join return_request r on r.org_id = l.org_id and r.id = l.return_id
         where c.org_id = $1 and c.id = any($2) order by 1",
        org,
        receipts
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn receipts(conn: &mut PgConnection, org: Uuid, receipts: &[Uuid]) -> Result<Vec<ReceiptRow>> {
    Ok(sqlx::query_as!(
        ReceiptRow,
        r#"select c.id, l.return_id, r.order_id, l.order_line_id, ol.sku_id, sku.code as sku_code, sku.category, l.reason, l.resolution, c.site_id, c.bin_id,
                  c.quantity, r.policy_id,
                  coalesce((select sum(i.quantity) from inspection i where i.org_id = c.org_id and i.receipt_line_id = c.id), 0)::int
                    as "inspected!"
           from receipt_line c
           join return_line l on l.org_id = c.org_id and l.id = c.return_line_id
           join return_request r on r.org_id = l.org_id and r.id = l.return_id
           join order_line ol on ol.org_id = l.org_id and ol.id = l.order_line_id
           join sku on sku.org_id = ol.org_id and sku.id = ol.sku_id
           where c.org_id = $1 and c.id = any($2)"#,
        org,
        receipts
    )
    .fetch_all(conn)
    .await?)
}

#[derive(Default)]
pub(crate) struct NewInspections {
    pub ids: Vec<Uuid>,
    pub receipts: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub grades: Vec<String>,
    pub checklists: Vec<Value>,
    pub notes: Vec<String>,
    pub disposition_ids: Vec<Uuid>,
    pub dispositions: Vec<String>,
    pub bins: Vec<Uuid>,
    pub overrides: Vec<String>,
}

/// Each inspection with its disposition: one never stands without the other.
pub(crate) async fn insert_inspections(
    conn: &mut PgConnection,
    org: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
    new: &NewInspections,
) -> Result<()> {
    sqlx::query!(
        "insert into inspection (org_id, id, receipt_line_id, quantity, grade, checklist, note, inspected_by, occurred_at)
         select $1, id, receipt, quantity, grade, checklist, note, $2, $3
         from unnest($4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::jsonb[], $9::text[])
           as n (id, receipt, quantity, grade, checklist, note)",
        org,
        by,
        at,
        &new.ids,
        &new.receipts,
        &new.quantities,
        &new.grades,
        &new.checklists,
        &new.notes
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into disposition (org_id, id, inspection_id, kind, bin_id, override_reason, decided_by, occurred_at)
         select $1, id, inspection, kind, bin, why, $2, $3
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::uuid[], $8::text[]) as n (id, inspection, kind, bin, why)",
        org,
        by,
        at,
        &new.disposition_ids,
        &new.ids,
        &new.dispositions,
        &new.bins,
        &new.overrides
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The pick bins where each owner's SKU stands, or last stood, at a site, those with most first: a returned unit goes back where its like is.
pub(crate) async fn home_bins(conn: &mut PgConnection, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<(Uuid, Uuid, Uuid)>> {
    let rows = sqlx::query!(
        "select a.sku_id, a.owner_id, a.bin_id from balance a
         join bin b on b.org_id = a.org_id and b.id = a.bin_id and b.kind = 'pick' and not b.locked
         where a.org_id = $1 and a.site_id = $2 and a.sku_id = any($3) and a.state = 'sellable'
         group by a.sku_id, a.owner_id, a.bin_id, b.code order by a.sku_id, a.owner_id, sum(a.on_hand) desc, b.code",
        org,
        site,
        skus
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.owner_id, row.bin_id)).collect())
}

/// The emptiest pick bins of a site that keep goods of a class and hazard and are kept for nobody: for what has no home with room.
pub(crate) async fn emptiest_bins(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    class: &str,
    hazard: &str,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select b.id from bin b where b.org_id = $1 and b.site_id = $2 and b.kind = 'pick' and not b.locked and b.retired_at is null
           and b.kept_owner is null and b.storage_class = $3 and b.hazard = $4
         order by (select coalesce(sum(a.on_hand), 0) from balance a
                   where a.org_id = b.org_id and a.site_id = b.site_id and a.bin_id = b.id), b.code limit 20",
        org,
        site,
        class,
        hazard
    )
    .fetch_all(conn)
    .await?)
}
