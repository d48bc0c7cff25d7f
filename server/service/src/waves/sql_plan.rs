//! Statements of planning: which orders wait, what they have in bins, and whether that is still so.

use chrono::{DateTime, Utc};
use domain::carriers::departure::Departure;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Which of the waiting orders. None = any.
pub(crate) struct Wanted<'a> {
    pub named: Option<&'a [Uuid]>,
    pub due_by: Option<DateTime<Utc>>,
    pub channel: Option<Uuid>,
    pub carrier: Option<&'a str>,
    pub single_unit: bool,
    /// Goods lie in these aisles, and nowhere else.
    pub aisles: Option<&'a [i32]>,
    /// Orders promised before then come last.
    pub in_time: Option<DateTime<Utc>>,
    pub most: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub id: Uuid,
    pub number: String,
    pub promised_at: DateTime<Utc>,
    pub carrier: String,
}

/// Orders of a site that can be walked for, those promised first: released, with units in bins that are on no list.
pub(crate) async fn candidates(conn: &mut PgConnection, org: Uuid, site: Uuid, wanted: &Wanted<'_>) -> Result<Vec<Candidate>> {
    Ok(sqlx::query_as!(
        Candidate,
        "select o.id, o.number, o.promised_at, o.carrier from sales_order o
         where o.org_id = $1 and o.released_at is not null and o.cancelled_at is null and ($3::uuid[] is null or o.id = any($3))
           and ($5::timestamptz is null or o.promised_at <= $5) and ($6::uuid is null or o.channel_id = $6)
           and ($10::text is null or o.carrier = $10)
           and o.id in (select ol.order_id from allocation a join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
                        where a.org_id = $1 and a.site_id = $2 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
                          and not exists (select from pick_task k where k.org_id = a.org_id and k.order_line_id = a.order_line_id
                                          and k.site_id = a.site_id and k.done_at is null and k.cancelled_at is null))
           and (not $7::bool or 1 = (select sum(l.quantity - l.quantity_cancelled) from order_line l
                                     where l.org_id = $1 and l.order_id = o.id))
           and ($8::int[] is null or not exists (
             select from order_line l join allocation a on a.org_id = l.org_id and a.order_line_id = l.id
             join bin b on b.org_id = a.org_id and b.id = a.bin_id
             where l.org_id = $1 and l.order_id = o.id and a.site_id = $2 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
               and (b.aisle is null or b.aisle <> all($8))))
         order by ($9::timestamptz is not null and o.promised_at < $9), o.promised_at, o.placed_at, o.id limit $4",
        org,
        site,
        wanted.named,
        wanted.most,
        wanted.due_by,
        wanted.channel,
        wanted.single_unit,
        wanted.aisles,
        wanted.in_time,
        wanted.carrier
    )
    .fetch_all(conn)
    .await?)
}

/// Locks orders against cancelling and other planners, in id order so that two planners queue, and what they were given against whoever
/// finds it gone or brings it elsewhere; answers those that can still be walked for.
pub(crate) async fn lock_orders(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<Uuid>> {
    let locked = sqlx::query_scalar!(
        "select id from sales_order where org_id = $1 and id = any($2) and released_at is not null and cancelled_at is null
         order by id for no key update",
        org,
        orders
    )
    .fetch_all(&mut *conn)
    .await?;
    sqlx::query!(
        "select from allocation a where a.org_id = $1
           and a.order_line_id in (select l.id from order_line l where l.org_id = $1 and l.order_id = any($2)) order by a.id for share",
        org,
        &locked
    )
    .execute(conn)
    .await?;
    Ok(locked)
}

/// Units of one line in one bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingRow {
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
    pub length_mm: i32,
    pub width_mm: i32,
    pub height_mm: i32,
    pub weight_g: i32,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub bin_kind: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub quantity: i32,
}

/// What these orders have in bins and on no list, in the orders' lines' order.
pub(crate) async fn waiting_units(conn: &mut PgConnection, org: Uuid, site: Uuid, orders: &[Uuid]) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        r#"select ol.order_id, a.order_line_id, a.sku_id, s.length_mm, s.width_mm, s.height_mm, s.weight_g, a.bin_id, b.code as bin_code,
                  b.kind as bin_kind, b.aisle, b.y_mm, b.side, b.level, sum(a.quantity)::int as "quantity!"
           from order_line ol join allocation a on a.org_id = ol.org_id and a.order_line_id = ol.id
           join bin b on b.org_id = a.org_id and b.id = a.bin_id
           join sku s on s.org_id = a.org_id and s.id = a.sku_id
           where ol.org_id = $1 and ol.order_id = any($3) and a.site_id = $2 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
             and not exists (select from pick_task k where k.org_id = a.org_id and k.order_line_id = a.order_line_id
                             and k.site_id = a.site_id and k.done_at is null and k.cancelled_at is null)
           group by ol.order_id, ol.line_no, a.order_line_id, a.sku_id, s.length_mm, s.width_mm, s.height_mm, s.weight_g, a.bin_id,
                    b.code, b.kind, b.aisle, b.y_mm, b.side, b.level
           order by ol.order_id, ol.line_no, b.code"#,
        org,
        site,
        orders
    )
    .fetch_all(conn)
    .await?)
}

/// What became of an order that waited.
pub(crate) struct Fate {
    pub id: Uuid,
    pub number: String,
    pub cancelled: bool,
    /// On a cart's list at the site.
    pub taken: bool,
}

pub(crate) async fn fates(conn: &mut PgConnection, org: Uuid, orders: &[Uuid]) -> Result<Vec<Fate>> {
    Ok(sqlx::query_as!(
        Fate,
        r#"select o.id, o.number, o.cancelled_at is not null as "cancelled!",
                  exists (select from order_line l join pick_task k on k.org_id = l.org_id and k.order_line_id = l.id
                          where l.org_id = o.org_id and l.order_id = o.id and k.done_at is null and k.cancelled_at is null) as "taken!"
           from sales_order o where o.org_id = $1 and o.id = any($2)"#,
        org,
        orders
    )
    .fetch_all(conn)
    .await?)
}

/// What waits at a site, by carrier and by when it must be ready; the earliest first.
pub(crate) async fn departures(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<Departure>> {
    Ok(sqlx::query_as!(
        Departure,
        r#"select o.carrier, o.promised_at as at, count(distinct o.id)::int as "orders!", sum(a.quantity)::int as "units!"
           from allocation a join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
           join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id
           where a.org_id = $1 and a.site_id = $2 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
             and o.released_at is not null and o.cancelled_at is null
             and not exists (select from pick_task k where k.org_id = a.org_id and k.order_line_id = a.order_line_id
                             and k.site_id = a.site_id and k.done_at is null and k.cancelled_at is null)
           group by o.carrier, o.promised_at order by o.promised_at, o.carrier"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}

/// Channels by name: what a filter can be set to.
pub(crate) async fn channels(conn: &mut PgConnection, org: Uuid) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!("select id, name from channel where org_id = $1 order by name, id", org).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The receipt of the plan behind a wave.
pub(crate) async fn receipt(conn: &mut PgConnection, org: Uuid, wave: Uuid) -> Result<Option<serde_json::Value>> {
    Ok(sqlx::query_scalar!(
        "select chosen from decision where org_id = $1 and subject_id = $2 and kind = 'wave' order by occurred_at, id limit 1",
        org,
        wave
    )
    .fetch_optional(conn)
    .await?)
}
