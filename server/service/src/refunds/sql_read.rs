//! Statements that answer screens of refunds.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct Row {
    pub id: Uuid,
    pub number: String,
    pub return_id: Uuid,
    pub return_number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer: String,
    pub kind: String,
    pub amount: Decimal,
    pub currency: String,
    pub status: String,
    pub needs: Option<Value>,
    pub proposed_by: Option<String>,
    pub proposed_at: DateTime<Utc>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decline_reason: String,
    pub failure: String,
    pub paid_at: Option<DateTime<Utc>>,
    pub own: bool,
    pub total: i64,
}

/// Refunds of a return (`return_id`) or with one of these statuses, oldest first; `person` reads.
pub(crate) async fn rows(
    conn: &mut PgConnection,
    org: Uuid,
    return_id: Option<Uuid>,
    statuses: &[String],
    person: Uuid,
    limit: i64,
    offset: i64,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select f.id, f.number, f.return_id, r.number as return_number, f.order_id, o.number as order_number,
                  o.customer_name as customer, f.kind, f.amount, f.currency, f.status,
                  (select d.chosen from decision d where d.org_id = f.org_id and d.subject_id = f.id and d.kind = 'approval'
                   order by d.id limit 1) as needs,
                  p.name as "proposed_by?", f.proposed_at, w.name as "decided_by?", f.decided_at, f.decline_reason, f.failure, f.paid_at,
                  (f.proposed_by = $4 or exists (
                      select from refund_line rl join inspection i on i.org_id = rl.org_id and i.id = rl.inspection_id
                      where rl.org_id = f.org_id and rl.refund_id = f.id and i.inspected_by = $4)) as "own!",
                  count(*) over () as "total!"
           from refund f
           join return_request r on r.org_id = f.org_id and r.id = f.return_id
           join sales_order o on o.org_id = f.org_id and o.id = f.order_id
           left join person p on p.org_id = f.org_id and p.id = f.proposed_by
           left join person w on w.org_id = f.org_id and w.id = f.decided_by
           where f.org_id = $1 and (f.return_id = $2 or ($2 is null and f.status = any($3)))
           order by f.proposed_at, f.id limit $5 offset $6"#,
        org,
        return_id,
        statuses,
        person,
        limit,
        offset
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct PartRow {
    pub refund_id: Uuid,
    pub sku_code: String,
    pub name: String,
    pub variant: String,
    pub quantity: i32,
    pub grade: String,
    pub amount: Decimal,
    pub tax: Decimal,
    pub fee: Decimal,
}

pub(crate) async fn parts(conn: &mut PgConnection, org: Uuid, refunds: &[Uuid]) -> Result<Vec<PartRow>> {
    Ok(sqlx::query_as!(
        PartRow,
        "select rl.refund_id, sku.code as sku_code, sku.name, sku.variant, rl.quantity, i.grade, rl.amount, rl.tax, rl.fee
         from refund_line rl
         join inspection i on i.org_id = rl.org_id and i.id = rl.inspection_id
         join order_line ol on ol.org_id = rl.org_id and ol.id = rl.order_line_id
         join sku on sku.org_id = ol.org_id and sku.id = ol.sku_id
         where rl.org_id = $1 and rl.refund_id = any($2) order by ol.line_no, rl.id",
        org,
        refunds
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn counts(conn: &mut PgConnection, org: Uuid) -> Result<Vec<(String, i64, Decimal)>> {
    let rows = sqlx::query!(
        r#"select status, count(*) as "refunds!", sum(amount) as "amount!" from refund where org_id = $1 group by status"#,
        org
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.status, row.refunds, row.amount)).collect())
}
