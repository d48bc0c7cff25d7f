//! Statements that answer questions about orders.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Units of an order in totes, in parcels or gone: too late to cancel.
pub(crate) async fn touched_units(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select (coalesce((select sum(a.quantity) from allocation a join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
                             where a.org_id = $1 and ol.order_id = $2 and a.lpn_id <> '00000000-0000-0000-0000-000000000000'), 0)
                 + coalesce((select sum(pl.quantity) from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                             where pl.org_id = $1 and p.order_id = $2 and p.shipped_at is not null), 0))::int as "units!""#,
        org,
        order
    )
    .fetch_one(conn)
    .await?)
}

/// Open tasks of a cancelled order leave their carts.
pub(crate) async fn drop_tasks(conn: &mut PgConnection, org: Uuid, order: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update pick_task k set cancelled_at = $3 from order_line ol
         where k.org_id = $1 and ol.org_id = $1 and ol.id = k.order_line_id and ol.order_id = $2 and k.done_at is null and k.cancelled_at is null",
        org,
        order,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct ListRow {
    pub id: Uuid,
    pub number: String,
    pub external_id: String,
    pub channel: String,
    pub customer_name: String,
    pub email: String,
    pub address_line: String,
    pub city: String,
    pub postcode: String,
    pub country: String,
    pub currency: String,
    pub shipping_amount: Decimal,
    pub ship_complete: bool,
    pub placed_at: DateTime<Utc>,
    pub promised_at: DateTime<Utc>,
    pub carrier: String,
    pub service: String,
    pub released_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub hold: Option<String>,
    pub total: Decimal,
}

/// Which orders a list asks for.
pub(crate) struct Filter<'a> {
    pub search: &'a str,
    /// 'cancelled', 'shipped', 'open' or '' for all.
    pub kind: &'a str,
    pub before: Option<(DateTime<Utc>, Uuid)>,
    pub ids: Option<&'a [Uuid]>,
    pub limit: i64,
}

/// Orders, latest first.
pub(crate) async fn orders(conn: &mut PgConnection, org: Uuid, filter: &Filter<'_>) -> Result<Vec<ListRow>> {
    let (before_at, before_id) = filter.before.unzip();
    Ok(sqlx::query_as!(
        ListRow,
        r#"select o.id, o.number, o.external_id, c.code as channel, o.customer_name, o.email, o.address_line, o.city, o.postcode, o.country,
                  o.currency, o.shipping_amount, o.ship_complete, o.placed_at, o.promised_at, o.carrier, o.service, o.released_at,
                  o.cancelled_at, o.hold,
                  o.shipping_amount + coalesce((select sum(ol.unit_price * ol.quantity - ol.discount) from order_line ol
                    where ol.org_id = o.org_id and ol.order_id = o.id), 0) as "total!"
           from sales_order o join channel c on c.org_id = o.org_id and c.id = o.channel_id
           where o.org_id = $1 and ($2::uuid[] is null or o.id = any($2))
             and ($3::timestamptz is null or (o.placed_at, o.id) < ($3, $4))
             and ($5 = '' or o.number ilike $5 || '%' or o.external_id ilike $5 || '%' or lower(o.email) = lower($5)
                  or o.customer_name ilike '%' || $5 || '%')
             and case $6 when 'cancelled' then o.cancelled_at is not null
                   when 'shipped' then o.cancelled_at is null and o.released_at is not null
                     and exists (select from parcel p where p.org_id = o.org_id and p.order_id = o.id and p.shipped_at is not null)
                   when 'open' then o.cancelled_at is null and (
                     (select coalesce(sum(ol.quantity - ol.quantity_cancelled), 0) from order_line ol where ol.org_id = o.org_id and ol.order_id = o.id)
                     > (select coalesce(sum(pl.quantity), 0) from parcel p join parcel_line pl on pl.org_id = p.org_id and pl.parcel_id = p.id
                        where p.org_id = o.org_id and p.order_id = o.id and p.shipped_at is not null))
                   else true end
           order by o.placed_at desc, o.id desc limit $7"#,
        org,
        filter.ids,
        before_at,
        before_id,
        filter.search,
        filter.kind,
        filter.limit
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct ProgressRow {
    pub order_id: Uuid,
    pub line_id: Uuid,
    pub ordered: i32,
    pub reserved: i32,
    pub in_bins: i32,
    pub in_totes: i32,
    pub in_parcels: i32,
    pub shipped: i32,
    pub in_waves: i32,
}

/// Units of each line of these orders by where they are.
pub(crate) async fn progress(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<ProgressRow>> {
    Ok(sqlx::query_as!(
        ProgressRow,
        r#"select ol.order_id, ol.id as line_id, ol.quantity - ol.quantity_cancelled as "ordered!",
                  (select coalesce(sum(r.quantity), 0)::int from reservation r where r.org_id = ol.org_id and r.order_line_id = ol.id) as "reserved!",
                  coalesce(a.in_bins, 0)::int as "in_bins!", coalesce(a.in_totes, 0)::int as "in_totes!", coalesce(a.in_parcels, 0)::int as "in_parcels!",
                  (select coalesce(sum(pl.quantity), 0)::int from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                   where pl.org_id = ol.org_id and pl.order_line_id = ol.id and p.shipped_at is not null) as "shipped!",
                  (select coalesce(sum(k.quantity - k.quantity_picked - k.quantity_short), 0)::int from pick_task k
                   where k.org_id = ol.org_id and k.order_line_id = ol.id and k.done_at is null and k.cancelled_at is null) as "in_waves!"
           from order_line ol
           left join lateral (
             select sum(x.quantity) filter (where l.id is null) as in_bins, sum(x.quantity) filter (where l.kind = 'tote') as in_totes,
                    sum(x.quantity) filter (where l.kind = 'parcel') as in_parcels
             from allocation x left join lpn l on l.org_id = x.org_id and l.id = x.lpn_id
             where x.org_id = ol.org_id and x.order_line_id = ol.id) a on true
           where ol.org_id = $1 and ol.order_id = any($2)"#,
        org,
        orders
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct SheetLineRow {
    pub id: Uuid,
    pub line_no: i32,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub quantity: i32,
    pub quantity_cancelled: i32,
    pub unit_price: Decimal,
    pub discount: Decimal,
    pub tax: Decimal,
    pub kit_code: Option<String>,
}

pub(crate) async fn sheet_lines(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<SheetLineRow>> {
    Ok(sqlx::query_as!(
        SheetLineRow,
        r#"select ol.id, ol.line_no, ol.sku_id, s.code as sku_code, s.name as sku_name, s.variant, ol.quantity, ol.quantity_cancelled,
                  ol.unit_price, ol.discount, ol.tax, k.code as "kit_code?"
         from order_line ol join sku s on s.org_id = ol.org_id and s.id = ol.sku_id
         left join sku k on k.org_id = ol.org_id and k.id = ol.kit_id
         where ol.org_id = $1 and ol.order_id = $2 order by ol.line_no"#,
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct PaymentListRow {
    pub id: Uuid,
    pub provider: String,
    pub amount: Decimal,
    pub status: String,
    pub failure: String,
    pub captured_at: Option<DateTime<Utc>>,
}

pub(crate) async fn payments(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<PaymentListRow>> {
    Ok(sqlx::query_as!(
        PaymentListRow,
        "select id, provider, amount, status, failure, captured_at from payment where org_id = $1 and order_id = $2 order by id",
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct ParcelRow {
    pub id: Uuid,
    pub number: String,
    pub units: i32,
    pub weight_g: i32,
    pub carrier: String,
    pub tracking: String,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
}

pub(crate) async fn parcels(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<ParcelRow>> {
    Ok(sqlx::query_as!(
        ParcelRow,
        r#"select p.id, p.number, coalesce((select sum(pl.quantity) from parcel_line pl where pl.org_id = p.org_id and pl.parcel_id = p.id), 0)::int
                    as "units!", p.weight_g, p.carrier, p.tracking, p.packed_at, p.shipped_at
           from parcel p where p.org_id = $1 and p.order_id = $2 order by p.id"#,
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn returns(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!("select id, number from return_request where org_id = $1 and order_id = $2 order by id", org, order)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

pub(crate) struct MomentRow {
    pub occurred_at: DateTime<Utc>,
    pub topic: String,
    pub payload: Value,
}

/// What was announced about the order, its parcels, returns and refunds.
pub(crate) async fn timeline(conn: &mut PgConnection, org: Uuid, order: Uuid) -> Result<Vec<MomentRow>> {
    Ok(sqlx::query_as!(
        MomentRow,
        "select occurred_at, topic, payload from outbox where org_id = $1 and subject_id in (
           select $2 union all select id from parcel where org_id = $1 and order_id = $2
           union all select id from return_request where org_id = $1 and order_id = $2
           union all select id from refund where org_id = $1 and order_id = $2)
         order by occurred_at, id limit 200",
        org,
        order
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn by_number(conn: &mut PgConnection, org: Uuid, number: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from sales_order where org_id = $1 and upper(number) = upper($2)", org, number)
        .fetch_optional(conn)
        .await?)
}
