//! Statements on packing: the order at the bench, what it has in totes, its parcels and their lines.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql_scan::spellings;
use crate::Result;

/// The order a scan means at packing: its number or id, a tote it stands in, or its parcel. Locked, so that two benches open one parcel.
pub(crate) async fn order_to_pack(conn: &mut PgConnection, org: Uuid, site: Uuid, scan: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select o.id from sales_order o where o.org_id = $1 and o.id in (
            select id from sales_order where org_id = $1 and number = any($3)
            union all select id from sales_order where org_id = $1 and id = $4
            union all select ol.order_id from lpn l
              join allocation a on a.org_id = l.org_id and a.lpn_id = l.id and a.site_id = $2
              join order_line ol on ol.org_id = a.org_id and ol.id = a.order_line_id
              where l.org_id = $1 and l.code = any($3)
            union all select order_id from parcel where org_id = $1 and site_id = $2 and number = any($3))
         limit 1 for no key update of o",
        org,
        site,
        &spellings(scan),
        Uuid::parse_str(scan).unwrap_or_default()
    )
    .fetch_optional(conn)
    .await?)
}

/// Units of an order still to be picked at a site in a wave that has picked some of it: it is on a cart there, or on several when zones
/// are picked apart.
pub(crate) async fn units_on_cart(conn: &mut PgConnection, org: Uuid, site: Uuid, order: Uuid) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(k.quantity - k.quantity_picked - k.quantity_short), 0)::int as "left!"
           from trip_slot s join pick_task k on k.org_id = s.org_id and k.trip_id = s.trip_id and k.slot_no = s.slot_no
           join wave w on w.org_id = k.org_id and w.id = k.wave_id
           where s.org_id = $1 and w.site_id = $2 and s.order_id = $3 and k.done_at is null and k.cancelled_at is null
             and exists (select from trip_slot z join pick_task d on d.org_id = z.org_id and d.trip_id = z.trip_id and d.slot_no = z.slot_no
                         where z.org_id = s.org_id and z.order_id = s.order_id and d.wave_id = k.wave_id and d.quantity_picked > 0)"#,
        org,
        site,
        order
    )
    .fetch_one(conn)
    .await?)
}

/// What an order has in totes at a site.
pub(crate) struct ToteAllocation {
    pub id: Uuid,
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub quantity: i32,
    pub weight_g: i32,
    pub tote_code: String,
    pub lot: Option<String>,
    pub serial: Option<String>,
}

pub(crate) async fn tote_allocations(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    orders: &[Uuid],
) -> Result<Vec<ToteAllocation>> {
    Ok(sqlx::query_as!(
        ToteAllocation,
        r#"select a.id, ol.order_id, a.order_line_id, a.quantity, sku.weight_g, l.code as tote_code, t.code as "lot?", u.code as "serial?"
         from order_line ol join allocation a on a.org_id = ol.org_id and a.order_line_id = ol.id
         join sku on sku.org_id = a.org_id and sku.id = a.sku_id
         join lpn l on l.org_id = a.org_id and l.id = a.lpn_id and l.kind = 'tote'
         left join lot t on t.org_id = a.org_id and t.id = a.lot_id
         left join serial u on u.org_id = a.org_id and u.id = a.serial_id
         where ol.org_id = $1 and a.site_id = $2 and ol.order_id = any($3) order by ol.order_id, ol.line_no, a.id"#,
        org,
        site,
        orders
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct ParcelHead {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer_name: String,
    pub city: String,
    pub country: String,
    pub site_id: Uuid,
    pub lpn_id: Uuid,
    pub weight_g: i32,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub tracking: String,
    /// With whom it left; before, its order's.
    pub carrier: String,
    pub service: String,
}

/// Parcels by id, locked in id order so that two confirmations of the same parcels cannot deadlock.
pub(crate) async fn lock_parcels(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<ParcelHead>> {
    Ok(sqlx::query_as!(
        ParcelHead,
        r#"select p.id, p.number, p.order_id, o.number as order_number, o.customer_name, o.city, o.country, p.site_id, p.lpn_id, p.weight_g,
                p.packed_at, p.shipped_at, p.tracking,
                case when p.shipped_at is null then o.carrier else p.carrier end as "carrier!",
                case when p.shipped_at is null then o.service else p.service end as "service!"
         from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
         where p.org_id = $1 and p.id = any($2) order by p.id for no key update of p"#,
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn parcel(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<ParcelHead>> {
    Ok(sqlx::query_as!(
        ParcelHead,
        r#"select p.id, p.number, p.order_id, o.number as order_number, o.customer_name, o.city, o.country, p.site_id, p.lpn_id, p.weight_g,
                p.packed_at, p.shipped_at, p.tracking,
                case when p.shipped_at is null then o.carrier else p.carrier end as "carrier!",
                case when p.shipped_at is null then o.service else p.service end as "service!"
         from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id where p.org_id = $1 and p.id = $2"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn open_parcel(conn: &mut PgConnection, org: Uuid, site: Uuid, order: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from parcel where org_id = $1 and site_id = $2 and order_id = $3 and packed_at is null order by id limit 1",
        org,
        site,
        order
    )
    .fetch_optional(conn)
    .await?)
}

/// New parcels with their handling units, column by column.
pub(crate) struct NewParcels<'a> {
    pub ids: &'a [Uuid],
    pub numbers: &'a [String],
    pub orders: &'a [Uuid],
    pub lpns: &'a [Uuid],
}

pub(crate) async fn insert_parcels(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    new: NewParcels<'_>,
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into parcel (org_id, id, number, order_id, site_id, lpn_id, opened_at, packed_by)
         select $1, id, number, order_id, $2, lpn, $7, $8
         from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[]) as n (id, number, order_id, lpn)",
        org,
        site,
        new.ids,
        new.numbers,
        new.orders,
        new.lpns,
        at,
        person
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn add_parcel_lines(
    conn: &mut PgConnection,
    org: Uuid,
    parcels: &[Uuid],
    lines: &[Uuid],
    quantities: &[i32],
) -> Result<()> {
    sqlx::query!(
        "insert into parcel_line as l (org_id, parcel_id, order_line_id, quantity)
         select $1, parcel, line, sum(quantity)::int from unnest($2::uuid[], $3::uuid[], $4::int[]) as n (parcel, line, quantity)
         group by parcel, line
         on conflict (org_id, parcel_id, order_line_id) do update set quantity = l.quantity + excluded.quantity",
        org,
        parcels,
        lines,
        quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn close_parcels(
    conn: &mut PgConnection,
    org: Uuid,
    ids: &[Uuid],
    weights: &[i32],
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update parcel p set packed_at = $5, packed_by = $4, weight_g = n.weight from unnest($2::uuid[], $3::int[]) as n (id, weight)
         where p.org_id = $1 and p.id = n.id and p.packed_at is null",
        org,
        ids,
        weights,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct PackLineRow {
    pub order_line_id: Uuid,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub weight_g: i32,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub in_totes: i32,
    pub packed: i32,
}

/// The lines a parcel has or still expects: what it holds, and what its order has in totes at its site (while it is open).
pub(crate) async fn pack_lines(conn: &mut PgConnection, org: Uuid, parcel: Uuid) -> Result<Vec<PackLineRow>> {
    Ok(sqlx::query_as!(
        PackLineRow,
        r#"select ol.id as order_line_id, ol.sku_id, sku.code as sku_code, sku.name as sku_name, sku.variant, sku.weight_g,
                  (select array_agg(c.code order by c.code) from barcode c where c.org_id = sku.org_id and c.sku_id = sku.id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.code) from barcode c
                   where c.org_id = sku.org_id and c.sku_id = sku.id) as packs,
                  coalesce(t.quantity, 0)::int as "in_totes!", coalesce(pl.quantity, 0)::int as "packed!"
           from parcel p join order_line ol on ol.org_id = p.org_id and ol.order_id = p.order_id
           join sku on sku.org_id = ol.org_id and sku.id = ol.sku_id
           left join parcel_line pl on pl.org_id = p.org_id and pl.parcel_id = p.id and pl.order_line_id = ol.id
           left join lateral (select sum(a.quantity) as quantity from allocation a join lpn l on l.org_id = a.org_id and l.id = a.lpn_id
                              where a.org_id = ol.org_id and a.order_line_id = ol.id and a.site_id = p.site_id and l.kind = 'tote'
                                and p.packed_at is null) t on true
           where p.org_id = $1 and p.id = $2 and (pl.quantity is not null or t.quantity is not null)
           order by ol.line_no"#,
        org,
        parcel
    )
    .fetch_all(conn)
    .await?)
}
