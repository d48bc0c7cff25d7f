//! Statements on the hand-over: what leaves with parcels, what it is worth, and which parcels still wait.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Everything that leaves with these parcels.
pub(crate) struct LeavingRow {
    pub allocation_id: Uuid,
    pub parcel_id: Uuid,
}

pub(crate) async fn leaving(conn: &mut PgConnection, org: Uuid, parcels: &[Uuid]) -> Result<Vec<LeavingRow>> {
    Ok(sqlx::query_as!(
        LeavingRow,
        "select a.id as allocation_id, p.id as parcel_id from parcel p
         join allocation a on a.org_id = p.org_id and a.lpn_id = p.lpn_id
         where p.org_id = $1 and p.id = any($2) order by a.id",
        org,
        parcels
    )
    .fetch_all(conn)
    .await?)
}

/// The money of each line that ships, with what shipped of it before.
pub(crate) struct ShippingLine {
    pub parcel_id: Uuid,
    pub order_id: Uuid,
    pub order_line_id: Uuid,
    pub currency: String,
    pub quantity: i32,
    pub gross: Decimal,
    pub tax: Decimal,
    pub units: i32,
    pub shipped_before: i32,
    pub shipping_amount: Decimal,
    pub shipping_tax: Decimal,
    pub first_parcel: bool,
}

pub(crate) async fn shipping_lines(conn: &mut PgConnection, org: Uuid, parcels: &[Uuid]) -> Result<Vec<ShippingLine>> {
    Ok(sqlx::query_as!(
        ShippingLine,
        r#"select pl.parcel_id, p.order_id, pl.order_line_id, o.currency, ol.quantity, ol.unit_price * ol.quantity - ol.discount as "gross!",
                  ol.tax, pl.quantity as units,
                  coalesce((select sum(b.quantity) from parcel_line b join parcel bp on bp.org_id = b.org_id and bp.id = b.parcel_id
                            where b.org_id = ol.org_id and b.order_line_id = ol.id and bp.shipped_at is not null), 0)::int as "shipped_before!",
                  o.shipping_amount, o.shipping_tax,
                  -- One look by the order's key; as `not exists` it is answered from a list of all parcels ever shipped.
                  coalesce((select false from parcel e where e.org_id = o.org_id and e.order_id = o.id and e.shipped_at is not null
                            limit 1), true) as "first_parcel!"
           from parcel p join parcel_line pl on pl.org_id = p.org_id and pl.parcel_id = p.id
           join sales_order o on o.org_id = p.org_id and o.id = p.order_id
           join order_line ol on ol.org_id = pl.org_id and ol.id = pl.order_line_id
           where p.org_id = $1 and p.id = any($2) order by pl.parcel_id, ol.line_no"#,
        org,
        parcels
    )
    .fetch_all(conn)
    .await?)
}

/// With whom, by whom and when parcels left.
pub(crate) struct Departure<'a> {
    pub carriers: &'a [String],
    pub services: &'a [String],
    pub trackings: &'a [String],
    pub person: Uuid,
    pub at: DateTime<Utc>,
}

pub(crate) async fn mark_shipped(conn: &mut PgConnection, org: Uuid, ids: &[Uuid], left: Departure<'_>) -> Result<()> {
    sqlx::query!(
        "update parcel p set shipped_at = $7, shipped_by = $6, carrier = n.carrier, service = n.service, tracking = n.tracking
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as n (id, tracking, carrier, service)
         where p.org_id = $1 and p.id = n.id and p.shipped_at is null",
        org,
        ids,
        left.trackings,
        left.carriers,
        left.services,
        left.person,
        left.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct ParcelListRow {
    pub id: Uuid,
    pub number: String,
    pub order_id: Uuid,
    pub order_number: String,
    pub customer_name: String,
    pub country: String,
    pub weight_g: i32,
    pub packed_at: Option<DateTime<Utc>>,
    pub shipped_at: Option<DateTime<Utc>>,
    pub carrier: String,
    pub service: String,
    pub tracking: String,
}

/// Parcels not yet handed over, oldest first.
pub(crate) async fn waiting_parcels(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<ParcelListRow>> {
    Ok(sqlx::query_as!(
        ParcelListRow,
        "select p.id, p.number, p.order_id, o.number as order_number, o.customer_name, o.country, p.weight_g, p.packed_at, p.shipped_at,
                o.carrier, o.service, p.tracking
         from parcel p join sales_order o on o.org_id = p.org_id and o.id = p.order_id
         where p.org_id = $1 and p.shipped_at is null and ($2::uuid[] is null or p.site_id = any($2))
         order by p.packed_at nulls first, p.id limit 200",
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}
