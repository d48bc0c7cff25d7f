//! Statements on orders, their lines and channels.

use chrono::{DateTime, Utc};
use domain::orders::CorrectAddress;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct ChannelRow {
    pub id: Uuid,
    pub code: String,
    pub promise_hours: i32,
    /// What its orders leave with; empty = what the site uses.
    pub service_code: String,
    /// How long goods of its orders must be good.
    pub min_life_days: i32,
}

pub(crate) async fn channels(conn: &mut PgConnection, org: Uuid) -> Result<Vec<ChannelRow>> {
    Ok(sqlx::query_as!(
        ChannelRow,
        "select id, code, promise_hours, service_code, min_life_days from channel where org_id = $1",
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn insert_channel(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    code: &str,
    name: &str,
    hours: i32,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into channel (org_id, id, code, name, promise_hours) values ($1, $2, $3, $4, $5) on conflict (org_id, code) do nothing",
        org,
        id,
        code,
        name,
        hours
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(crate) struct KnownRow {
    pub id: Uuid,
    pub number: String,
    pub channel_id: Uuid,
    pub external_id: String,
    pub released: bool,
}

pub(crate) async fn known(conn: &mut PgConnection, org: Uuid, channels: &[Uuid], externals: &[String]) -> Result<Vec<KnownRow>> {
    Ok(sqlx::query_as!(
        KnownRow,
        r#"select o.id, o.number, o.channel_id, o.external_id, o.released_at is not null as "released!" from sales_order o
           join (select distinct channel, external from unnest($2::uuid[], $3::text[]) as n (channel, external)) n
             on o.channel_id = n.channel and o.external_id = n.external
           where o.org_id = $1"#,
        org,
        channels,
        externals
    )
    .fetch_all(conn)
    .await?)
}

/// Orders, column by column.
#[derive(Default)]
pub(crate) struct NewOrders {
    pub ids: Vec<Uuid>,
    pub numbers: Vec<String>,
    pub channels: Vec<Uuid>,
    pub externals: Vec<String>,
    pub names: Vec<String>,
    pub emails: Vec<String>,
    pub addresses: Vec<String>,
    pub cities: Vec<String>,
    pub postcodes: Vec<String>,
    pub countries: Vec<String>,
    pub shippings: Vec<Decimal>,
    pub shipping_taxes: Vec<Decimal>,
    pub completes: Vec<bool>,
    pub placed: Vec<DateTime<Utc>>,
    pub promised: Vec<DateTime<Utc>>,
    pub carriers: Vec<String>,
    pub services: Vec<String>,
    pub owners: Vec<Uuid>,
}

pub(crate) async fn insert_orders(conn: &mut PgConnection, org: Uuid, currency: &str, new: &NewOrders) -> Result<()> {
    sqlx::query!(
        "insert into sales_order (org_id, id, number, channel_id, external_id, customer_name, email, address_line, city, postcode, country,
           currency, shipping_amount, shipping_tax, ship_complete, placed_at, promised_at, carrier, service, owner_id)
         select $1, id, number, channel, external, name, email, address, city, postcode, country, $2, shipping, shipping_tax, complete, placed, promised,
                carrier, service, owner
         from unnest($4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
                     $14::numeric[], $15::numeric[], $16::bool[], $3::timestamptz[], $17::timestamptz[], $18::text[], $19::text[], $20::uuid[])
           as n (id, number, channel, external, name, email, address, city, postcode, country, shipping, shipping_tax, complete, placed, promised,
                 carrier, service, owner)",
        org,
        currency,
        &new.placed,
        &new.ids,
        &new.numbers,
        &new.channels,
        &new.externals,
        &new.names,
        &new.emails,
        &new.addresses,
        &new.cities,
        &new.postcodes,
        &new.countries,
        &new.shippings,
        &new.shipping_taxes,
        &new.completes,
        &new.promised,
        &new.carriers,
        &new.services,
        &new.owners
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lines, column by column.
#[derive(Default)]
pub(crate) struct NewLines {
    pub ids: Vec<Uuid>,
    pub orders: Vec<Uuid>,
    pub numbers: Vec<i32>,
    pub skus: Vec<Uuid>,
    pub quantities: Vec<i32>,
    pub prices: Vec<Decimal>,
    pub discounts: Vec<Decimal>,
    pub taxes: Vec<Decimal>,
    pub kits: Vec<Option<Uuid>>,
}

pub(crate) async fn insert_lines(conn: &mut PgConnection, org: Uuid, new: &NewLines) -> Result<()> {
    sqlx::query!(
        "insert into order_line (org_id, id, order_id, line_no, sku_id, quantity, unit_price, discount, tax, kit_id)
         select $1, * from unnest($2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::int[], $7::numeric[], $8::numeric[], $9::numeric[],
                                  $10::uuid[])",
        org,
        &new.ids,
        &new.orders,
        &new.numbers,
        &new.skus,
        &new.quantities,
        &new.prices,
        &new.discounts,
        &new.taxes,
        &new.kits as &[Option<Uuid>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[expect(clippy::struct_excessive_bools, reason = "each gate looks at one")]
pub(crate) struct GateRow {
    pub id: Uuid,
    pub number: String,
    pub deliverable: bool,
    pub ship_complete: bool,
    pub hold: Option<String>,
    pub released: bool,
    pub cancelled: bool,
    /// The org's rule holds back what is not known well enough.
    pub gated: bool,
    pub paid: bool,
    /// What the provider said when it would not pay.
    pub payment_failure: Option<String>,
    pub ordered: i32,
    pub served: i32,
}

pub(crate) async fn lock_orders(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<()> {
    sqlx::query!("select id from sales_order where org_id = $1 and id = any($2) order by id for no key update", org, ids)
        .fetch_all(conn)
        .await?;
    Ok(())
}

/// What the gates look at.
pub(crate) async fn gates(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<GateRow>> {
    Ok(sqlx::query_as!(
        GateRow,
        r#"select o.id, o.number, (btrim(o.customer_name) <> '' and btrim(o.address_line) <> '' and btrim(o.city) <> '') as "deliverable!",
                  o.ship_complete, o.hold, o.released_at is not null as "released!", o.cancelled_at is not null as "cancelled!",
                  exists (select from catalog_rule c where c.org_id = o.org_id and c.kind = 'skus' and c.threshold > 0) as "gated!",
                  -- What another payment took the place of is voided, or on its way back.
                  not exists (select from payment p where p.org_id = o.org_id and p.order_id = o.id and p.amount > 0
                              and p.status in ('pending', 'unknown', 'failed')) as "paid!",
                  (select p.failure from payment p where p.org_id = o.org_id and p.order_id = o.id and p.amount > 0
                   and p.status = 'failed' limit 1) as payment_failure,
                  l.ordered as "ordered!", l.served as "served!"
           from sales_order o
           cross join lateral (
             select coalesce(sum(ol.quantity - ol.quantity_cancelled), 0)::int as ordered,
                    coalesce(sum((select coalesce(sum(r.quantity), 0) from reservation r where r.org_id = ol.org_id and r.order_line_id = ol.id)
                      + (select coalesce(sum(a.quantity), 0) from allocation a where a.org_id = ol.org_id and a.order_line_id = ol.id)
                      + (select coalesce(sum(pl.quantity), 0) from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                         where pl.org_id = ol.org_id and pl.order_line_id = ol.id and p.shipped_at is not null)), 0)::int as served
             from order_line ol where ol.org_id = o.org_id and ol.order_id = o.id) l
           where o.org_id = $1 and o.id = any($2)"#,
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// The SKUs of these orders: (order, SKU).
pub(crate) async fn skus_of(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        "select distinct order_id, sku_id from order_line where org_id = $1 and order_id = any($2) and quantity > quantity_cancelled",
        org,
        orders
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.order_id, row.sku_id)).collect())
}

pub(crate) async fn held_for_data(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select o.id from sales_order o where o.org_id = $1 and o.hold = 'data' and o.released_at is null and o.cancelled_at is null
           and exists (select from order_line l where l.org_id = o.org_id and l.order_id = o.id and l.sku_id = any($2))
         order by o.placed_at, o.id",
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn set_gates(
    conn: &mut PgConnection,
    org: Uuid,
    at: DateTime<Utc>,
    ids: &[Uuid],
    holds: &[Option<String>],
) -> Result<()> {
    sqlx::query!(
        "update sales_order o set hold = n.hold, released_at = case when n.hold is null then coalesce(o.released_at, $3) end
         from unnest($2::uuid[], $4::text[]) as n (id, hold) where o.org_id = $1 and o.id = n.id",
        org,
        ids,
        at,
        holds as &[Option<String>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct LineRow {
    pub id: Uuid,
    pub order_id: Uuid,
}

pub(crate) async fn lines(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        "select id, order_id from order_line where org_id = $1 and order_id = any($2) order by order_id, line_no",
        org,
        orders
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn cancel(conn: &mut PgConnection, org: Uuid, order: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update order_line set quantity_cancelled = quantity where org_id = $1 and order_id = $2", org, order)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("update sales_order set cancelled_at = $3, hold = null where org_id = $1 and id = $2", org, order, at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The new address of an order that stays the same otherwise.
pub(crate) async fn correct_address(conn: &mut PgConnection, org: Uuid, new: &CorrectAddress) -> Result<()> {
    sqlx::query!(
        "update sales_order set customer_name = $3, address_line = $4, city = $5, postcode = $6 where org_id = $1 and id = $2",
        org,
        new.order.0,
        new.customer_name.trim(),
        new.address_line.trim(),
        new.city.trim(),
        new.postcode.trim()
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct WaitingRow {
    pub line_id: Uuid,
    pub order_id: Uuid,
    pub owner_id: Uuid,
    pub sku_id: Uuid,
    pub missing: i32,
}

/// Lines of live orders with units nobody has at hand, oldest order first.
pub(crate) async fn waiting_lines(conn: &mut PgConnection, org: Uuid, skus: Option<&[Uuid]>) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        r#"select * from (
             select ol.id as line_id, ol.order_id, o.owner_id, ol.sku_id,
                    (ol.quantity - ol.quantity_cancelled
                     - (select coalesce(sum(r.quantity), 0) from reservation r where r.org_id = ol.org_id and r.order_line_id = ol.id)
                     - (select coalesce(sum(a.quantity), 0) from allocation a where a.org_id = ol.org_id and a.order_line_id = ol.id)
                     - (select coalesce(sum(pl.quantity), 0) from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                        where pl.org_id = ol.org_id and pl.order_line_id = ol.id and p.shipped_at is not null))::int as "missing!"
             from order_line ol join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
             where ol.org_id = $1 and o.cancelled_at is null and ($2::uuid[] is null or ol.sku_id = any($2))
               -- Either may be short by itself: the order when it was placed, the line when a promise broke.
               and exists (select from exception_case e where e.org_id = o.org_id and e.kind = 'backorder' and e.resolved_at is null
                           and e.subject_id in (ol.id, o.id))
             order by o.placed_at, o.id, ol.line_no) w
           where "missing!" > 0"#,
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}
