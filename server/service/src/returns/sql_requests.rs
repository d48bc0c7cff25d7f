//! Statements on return requests, and on the orders and lines they ask about.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct OrderRow {
    pub id: Uuid,
    pub currency: String,
    /// Requests of the same email in the year before, denied and cancelled ones too.
    pub requests_in_a_year: i64,
}

pub(crate) async fn orders(conn: &mut PgConnection, org: Uuid, orders: &[Uuid], at: DateTime<Utc>) -> Result<Vec<OrderRow>> {
    Ok(sqlx::query_as!(
        OrderRow,
        r#"select o.id, o.currency,
                  case when o.email = '' then 0 else
                    (select count(*) from sales_order p join return_request r on r.org_id = p.org_id and r.order_id = p.id
                     where p.org_id = o.org_id and lower(p.email) = lower(o.email)
                       and r.requested_at > $3::timestamptz - interval '1 year' and r.requested_at <= $3::timestamptz) end as "requests_in_a_year!"
           from sales_order o where o.org_id = $1 and o.id = any($2)"#,
        org,
        orders,
        at
    )
    .fetch_all(conn)
    .await?)
}

/// An order line with what was shipped of it and what is already asked back.
pub(crate) struct LineRow {
    pub id: Uuid,
    pub order_id: Uuid,
    pub sku_code: String,
    pub name: String,
    pub variant: String,
    pub category: String,
    pub quantity: i32,
    pub gross: Decimal,
    pub shipped: i32,
    pub shipped_at: Option<DateTime<Utc>>,
    pub requested: i32,
}

pub(crate) async fn lines(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        r#"select l.id, l.order_id, sku.code as sku_code, sku.name, sku.variant, sku.category, l.quantity,
                  l.unit_price * l.quantity - l.discount as "gross!",
                  coalesce(s.shipped, 0)::int as "shipped!", s.shipped_at, coalesce(r.requested, 0)::int as "requested!"
           from order_line l
           join sku on sku.org_id = l.org_id and sku.id = l.sku_id
           left join lateral (
               select sum(pl.quantity) as shipped, max(p.shipped_at) as shipped_at
               from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
               where pl.org_id = l.org_id and pl.order_line_id = l.id and p.shipped_at is not null
           ) s on true
           left join lateral (
               select sum(rl.quantity) as requested
               from return_line rl join return_request q on q.org_id = rl.org_id and q.id = rl.return_id
               where rl.org_id = l.org_id and rl.order_line_id = l.id and q.decision <> 'denied' and q.cancelled_at is null
           ) r on true
           where l.org_id = $1 and l.order_id = any($2) order by l.order_id, l.line_no"#,
        org,
        orders
    )
    .fetch_all(conn)
    .await?)
}

#[derive(Default)]
pub(crate) struct NewRequests {
    pub ids: Vec<Uuid>,
    pub numbers: Vec<String>,
    pub orders: Vec<Uuid>,
    pub sources: Vec<String>,
    pub decisions: Vec<String>,
    pub decided: Vec<bool>,
}

/// What the rule decided at once is decided now, by nobody.
pub(crate) async fn insert_requests(
    conn: &mut PgConnection,
    org: Uuid,
    at: DateTime<Utc>,
    policy: Uuid,
    new: &NewRequests,
) -> Result<()> {
    sqlx::query!(
        "insert into return_request (org_id, id, number, order_id, source, decision, policy_id, requested_at, decided_at)
         select $1, id, number, order_id, source, decision, $2, $3::timestamptz, case when decided then $3::timestamptz end
         from unnest($4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::bool[])
           as n (id, number, order_id, source, decision, decided)",
        org,
        policy,
        at,
        &new.ids,
        &new.numbers,
        &new.orders,
        &new.sources,
        &new.decisions,
        &new.decided
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(Default)]
pub(crate) struct NewLines {
    pub ids: Vec<Uuid>,
    pub returns: Vec<Uuid>,
    pub lines: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub reasons: Vec<String>,
    pub notes: Vec<String>,
    pub resolutions: Vec<String>,
}

pub(crate) async fn insert_lines(conn: &mut PgConnection, org: Uuid, new: &NewLines) -> Result<()> {
    sqlx::query!(
        "insert into return_line (org_id, id, return_id, order_line_id, quantity, reason, note, resolution)
         select $1, id, return_id, line, quantity, reason, note, resolution
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::text[])
           as n (id, return_id, line, quantity, reason, note, resolution)",
        org,
        &new.ids,
        &new.returns,
        &new.lines,
        &new.quantities,
        &new.reasons,
        &new.notes,
        &new.resolutions
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct RequestRow {
    pub number: String,
    pub order_id: Uuid,
    pub stage: String,
    pub units_received: i32,
}

pub(crate) async fn request(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<RequestRow>> {
    Ok(sqlx::query_as!(
        RequestRow,
        r#"select r.number, r.order_id, s.stage as "stage!",
                  s.units_received as "units_received!"
           from return_request r join return_standing s on s.org_id = r.org_id and s.id = r.id
           where r.org_id = $1 and r.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn decide_request(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    decision: &str,
    at: DateTime<Utc>,
    by: Uuid,
) -> Result<()> {
    sqlx::query!(
        "update return_request set decision = $3, decided_at = $4, decided_by = $5 where org_id = $1 and id = $2",
        org,
        id,
        decision,
        at,
        by
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn cancel_request(conn: &mut PgConnection, org: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update return_request set cancelled_at = $3 where org_id = $1 and id = $2", org, id, at).execute(conn).await?;
    Ok(())
}
