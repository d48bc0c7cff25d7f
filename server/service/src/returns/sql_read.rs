//! Statements that answer screens of returns.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// The queue's filter, as the statement takes it. Empty means any.
pub(crate) struct Wanted<'a> {
    pub stages: &'a [String],
    pub reason: &'a str,
    pub find: &'a str,
    pub late_only: bool,
    /// Stages with the hours they may take.
    pub late_stages: &'a [String],
    pub late_hours: &'a [i64],
    pub now: DateTime<Utc>,
    pub limit: i64,
    pub offset: i64,
}

pub(crate) struct Row {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer: String,
    pub source: String,
    pub stage: String,
    pub requested_at: DateTime<Utc>,
    pub since: DateTime<Utc>,
    pub units: i32,
    pub units_received: i32,
    pub units_inspected: i32,
    pub reasons: Vec<String>,
    pub total: i64,
}

/// The longest waiting first.
pub(crate) async fn queue(conn: &mut PgConnection, org: Uuid, wanted: &Wanted<'_>) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"select r.id, r.number, r.order_id, o.number as order_number, o.customer_name as customer, r.source, s.stage as "stage!",
                  r.requested_at, coalesce(s.since, r.requested_at) as "since!", s.units as "units!",
                  s.units_received as "units_received!", s.units_inspected as "units_inspected!",
                  array(select distinct l.reason from return_line l where l.org_id = r.org_id and l.return_id = r.id order by 1)
                    as "reasons!",
                  count(*) over () as "total!"
           from return_request r
           join return_standing s on s.org_id = r.org_id and s.id = r.id
           join sales_order o on o.org_id = r.org_id and o.id = r.order_id
           left join unnest($6::text[], $7::bigint[]) as late (stage, hours) on late.stage = s.stage
           where r.org_id = $1 and s.stage = any($2)
             and ($3 = '' or exists (select from return_line l where l.org_id = r.org_id and l.return_id = r.id and l.reason = $3))
             and ($4 = '' or r.number ilike '%' || $4 || '%' or o.number ilike '%' || $4 || '%'
                  or o.customer_name ilike '%' || $4 || '%' or o.email ilike '%' || $4 || '%')
             and (not $5 or s.since < $8::timestamptz - late.hours * interval '1 hour')
           order by s.since, r.id limit $9 offset $10"#,
        org,
        wanted.stages,
        wanted.reason,
        wanted.find,
        wanted.late_only,
        wanted.late_stages,
        wanted.late_hours,
        wanted.now,
        wanted.limit,
        wanted.offset
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct CountRow {
    pub stage: String,
    pub returns: i64,
    pub late: i64,
    pub oldest: Option<DateTime<Utc>>,
}

pub(crate) async fn counts(
    conn: &mut PgConnection,
    org: Uuid,
    late_stages: &[String],
    late_hours: &[i64],
    now: DateTime<Utc>,
) -> Result<Vec<CountRow>> {
    Ok(sqlx::query_as!(
        CountRow,
        r#"select s.stage as "stage!", count(*) as "returns!", min(s.since) as oldest,
                  count(*) filter (where s.since < $4::timestamptz - late.hours * interval '1 hour') as "late!"
           from return_standing s left join unnest($2::text[], $3::bigint[]) as late (stage, hours) on late.stage = s.stage
           where s.org_id = $1 group by s.stage"#,
        org,
        late_stages,
        late_hours,
        now
    )
    .fetch_all(conn)
    .await?)
}

/// A return's head, by number (any case) or id.
pub(crate) struct Head {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer: String,
    pub source: String,
    pub stage: String,
    pub requested_at: DateTime<Utc>,
    pub since: DateTime<Utc>,
    pub units: i32,
    pub units_received: i32,
    pub units_inspected: i32,
    pub decision: String,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub received_at: Option<DateTime<Utc>>,
    pub inspected_at: Option<DateTime<Utc>>,
    pub paid_at: Option<DateTime<Utc>>,
    pub policy_version: i32,
    pub policy_body: Value,
}

pub(crate) async fn heads(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<Head>> {
    Ok(sqlx::query_as!(
        Head,
        r#"select r.id, r.number, r.order_id, o.number as order_number, o.customer_name as customer, r.source, s.stage as "stage!",
                  r.requested_at, coalesce(s.since, r.requested_at) as "since!", s.units as "units!",
                  s.units_received as "units_received!", s.units_inspected as "units_inspected!", r.decision, r.decided_at,
                  d.name as "decided_by?", r.cancelled_at, s.received_at, s.inspected_at, s.paid_at,
                  p.version as policy_version, p.body as policy_body
           from return_request r
           join return_standing s on s.org_id = r.org_id and s.id = r.id
           join sales_order o on o.org_id = r.org_id and o.id = r.order_id
           join return_policy p on p.org_id = r.org_id and p.id = r.policy_id
           left join person d on d.org_id = r.org_id and d.id = r.decided_by
           where r.org_id = $1 and r.id = any($2) order by r.requested_at desc, r.id"#,
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// The return with this number or id.
pub(crate) async fn by_number(conn: &mut PgConnection, org: Uuid, number: &str, id: Option<Uuid>) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from return_request where org_id = $1 and (number = upper($2) or id = $3)",
        org,
        number,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// Returns an RMA number, an order number or a parcel's tracking means.
pub(crate) async fn by_scan(conn: &mut PgConnection, org: Uuid, scan: &str) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select r.id as "id!" from return_request r where r.org_id = $1 and r.number = upper($2)
           union
           select r.id from return_request r join sales_order o on o.org_id = r.org_id and o.id = r.order_id
           where o.org_id = $1 and (o.number = upper($2) or o.external_id = $2)
           union
           select r.id from parcel p join return_request r on r.org_id = p.org_id and r.order_id = p.order_id
           where p.org_id = $1 and p.tracking <> '' and p.tracking = $2"#,
        org,
        scan
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn of_order(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select id from return_request where org_id = $1 and order_id = $2", org, order)
        .fetch_all(conn)
        .await?)
}

pub(crate) struct LineRow {
    pub id: Uuid,
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub name: String,
    pub variant: String,
    pub category: String,
    pub barcodes: Vec<String>,
    pub packs: Vec<i32>,
    pub reason: String,
    pub note: String,
    pub resolution: String,
    pub quantity: i32,
    pub received: i32,
    pub inspected: i32,
}

pub(crate) async fn lines(conn: &mut PgConnection, org: Uuid, return_id: Uuid) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        r#"select l.id, l.order_line_id, ol.sku_id, sku.code as sku_code, sku.name, sku.variant, sku.category,
                  array(select b.code from barcode b where b.org_id = l.org_id and b.sku_id = ol.sku_id order by b.code) as "barcodes!",
                  array(select b.pack_quantity from barcode b where b.org_id = l.org_id and b.sku_id = ol.sku_id order by b.code) as "packs!",
                  l.reason, l.note, l.resolution, l.quantity,
                  coalesce((select sum(c.quantity) from receipt_line c where c.org_id = l.org_id and c.return_line_id = l.id), 0)::int
                    as "received!",
                  coalesce((select sum(i.quantity) from receipt_line c
                            join inspection i on i.org_id = c.org_id and i.receipt_line_id = c.id
                            where c.org_id = l.org_id and c.return_line_id = l.id), 0)::int as "inspected!"
           from return_line l
           join order_line ol on ol.org_id = l.org_id and ol.id = l.order_line_id
           join sku on sku.org_id = ol.org_id and sku.id = ol.sku_id
           where l.org_id = $1 and l.return_id = $2 order by ol.line_no, l.id"#,
        org,
        return_id
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct InspectionRow {
    pub id: Uuid,
    pub return_line_id: Uuid,
    pub sku_code: String,
    pub name: String,
    pub quantity: i32,
    pub grade: String,
    pub note: String,
    pub disposition: String,
    pub override_reason: String,
    pub bin_code: String,
    pub inspected_by: Option<String>,
    pub at: DateTime<Utc>,
}

pub(crate) async fn inspections(conn: &mut PgConnection, org: Uuid, return_id: Uuid) -> Result<Vec<InspectionRow>> {
    Ok(sqlx::query_as!(
        InspectionRow,
        r#"select i.id, c.return_line_id, sku.code as sku_code, sku.name, i.quantity, i.grade, i.note, d.kind as disposition,
                  d.override_reason, b.code as bin_code, p.name as "inspected_by?", i.occurred_at as at
           from return_line l
           join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id
           join inspection i on i.org_id = c.org_id and i.receipt_line_id = c.id
           join disposition d on d.org_id = i.org_id and d.inspection_id = i.id
           join bin b on b.org_id = d.org_id and b.id = d.bin_id
           join order_line ol on ol.org_id = l.org_id and ol.id = l.order_line_id
           join sku on sku.org_id = ol.org_id and sku.id = ol.sku_id
           left join person p on p.org_id = i.org_id and p.id = i.inspected_by
           where l.org_id = $1 and l.return_id = $2 order by i.occurred_at, i.id"#,
        org,
        return_id
    )
    .fetch_all(conn)
    .await?)
}

/// Units of a return that stand at a site, waiting for the bench.
pub(crate) struct WaitingRow {
    pub id: Uuid,
    pub return_line_id: Uuid,
    pub bin_code: String,
    pub quantity: i32,
    pub since: DateTime<Utc>,
}

pub(crate) async fn waiting(conn: &mut PgConnection, org: Uuid, site: Uuid, return_id: Uuid) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        r#"select c.id, c.return_line_id, b.code as bin_code, c.occurred_at as since,
                  (c.quantity - coalesce(i.units, 0))::int as "quantity!"
           from return_line l
           join receipt_line c on c.org_id = l.org_id and c.return_line_id = l.id
           join bin b on b.org_id = c.org_id and b.id = c.bin_id
           left join lateral (
               select sum(i.quantity) as units from inspection i where i.org_id = c.org_id and i.receipt_line_id = c.id
           ) i on true
           where l.org_id = $1 and l.return_id = $3 and c.site_id = $2 and c.quantity > coalesce(i.units, 0)
           order by c.occurred_at, c.id"#,
        org,
        site,
        return_id
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct OrderHead {
    pub number: String,
    pub currency: String,
    pub email: String,
    pub placed_at: DateTime<Utc>,
}

pub(crate) async fn order_head(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Option<OrderHead>> {
    Ok(sqlx::query_as!(
        OrderHead,
        "select number, currency, email, placed_at from sales_order where org_id = $1 and id = $2",
        org,
        order
    )
    .fetch_optional(conn)
    .await?)
}

/// Orders a customer may mean: by our number or the shop's.
pub(crate) async fn orders_named(conn: &mut PgConnection, org: Uuid, number: &str) -> Result<Vec<(Uuid, String, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id!", email as "email!", postcode as "postcode!" from (
             select id, email, postcode from sales_order
             where org_id = $1 and number = any(array[upper($2::text), 'SO-' || upper($2::text)])
             union
             select o.id, o.email, o.postcode from channel c
             join sales_order o on o.org_id = c.org_id and o.channel_id = c.id and o.external_id = $2
             where c.org_id = $1) named limit 8"#,
        org,
        number
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.email, row.postcode)).collect())
}
