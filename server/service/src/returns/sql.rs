//! Statements on returns: policy, requests, receipts, inspections. Questions of screens are in `sql_read`.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct PolicyRow {
    pub id: Uuid,
    pub version: i32,
    pub effective_from: DateTime<Utc>,
    pub body: Value,
}

/// The version in force then; before the first one, the first one.
pub(crate) async fn policy_at(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>) -> Result<Option<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select id, version, effective_from, body from return_policy where org_id = $1
         order by effective_from <= $2 desc, case when effective_from <= $2 then version end desc, version limit 1",
        org,
        at
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn policy_by_id(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select id, version, effective_from, body from return_policy where org_id = $1 and id = $2",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// The newest version, locked, so that versions follow each other.
pub(crate) async fn lock_newest_policy(conn: &mut PgConnection, org: Uuid) -> Result<Option<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select id, version, effective_from, body from return_policy where org_id = $1 order by version desc limit 1 for update",
        org
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn end_policy(conn: &mut PgConnection, org: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update return_policy set effective_to = $3 where org_id = $1 and id = $2", org, id, at).execute(conn).await?;
    Ok(())
}

/// Two first requests at once open it once.
pub(crate) async fn insert_policy(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    version: i32,
    from: DateTime<Utc>,
    body: Value,
) -> Result<()> {
    sqlx::query!(
        "insert into return_policy (org_id, id, version, effective_from, body) values ($1, $2, $3, $4, $5)
         on conflict (org_id, version) do nothing",
        org,
        id,
        version,
        from,
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct OrderRow {
    pub id: Uuid,
    pub currency: String,
    /// Requests of the same email in the year before, denied and cancelled ones too.
    pub requests_in_a_year: i64,
}

/// Locks orders by id: whatever counts their units or money waits here, and nowhere else.
pub(crate) async fn lock_orders(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<()> {
    sqlx::query_scalar!(
        "select id from sales_order where org_id = $1 and id = any($2) order by id for no key update",
        org,
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(())
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

/// A return line as receiving needs it.
pub(crate) struct ReturnLineRow {
    pub id: Uuid,
    pub return_id: Uuid,
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
        r#"select l.id, l.return_id, r.number, l.order_line_id, ol.sku_id, l.quantity, r.decision,
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

/// A receipt line as the bench needs it.
pub(crate) struct ReceiptRow {
    pub id: Uuid,
    pub return_id: Uuid,
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
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
        r#"select c.id, l.return_id, r.order_id, l.order_line_id, ol.sku_id, sku.category, l.reason, l.resolution, c.site_id, c.bin_id,
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

pub(crate) struct BinRow {
    pub id: Uuid,
    pub code: String,
    pub kind: String,
}

pub(crate) async fn bins(conn: &mut PgConnection, org: Uuid, site: Uuid, bins: &[Uuid]) -> Result<Vec<BinRow>> {
    Ok(sqlx::query_as!(
        BinRow,
        "select id, code, kind from bin where org_id = $1 and site_id = $2 and id = any($3)",
        org,
        site,
        bins
    )
    .fetch_all(conn)
    .await?)
}

/// The pick bin where each SKU has, or last had, most units at a site: a returned unit goes back where its like stands.
pub(crate) async fn home_bins(conn: &mut PgConnection, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        "select distinct on (a.sku_id) a.sku_id, a.bin_id from balance a
         join bin b on b.org_id = a.org_id and b.id = a.bin_id and b.kind = 'pick' and not b.locked
         where a.org_id = $1 and a.site_id = $2 and a.sku_id = any($3) and a.state = 'sellable'
         order by a.sku_id, a.on_hand desc, b.code",
        org,
        site,
        skus
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.bin_id)).collect())
}

/// The emptiest pick bin of a site, for what has no home there.
pub(crate) async fn emptiest_bin(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select b.id from bin b where b.org_id = $1 and b.site_id = $2 and b.kind = 'pick' and not b.locked
         order by (select coalesce(sum(a.on_hand), 0) from balance a
                   where a.org_id = b.org_id and a.site_id = b.site_id and a.bin_id = b.id), b.code limit 1",
        org,
        site
    )
    .fetch_optional(conn)
    .await?)
}
