//! Statements behind reordering: what every site has, sells and awaits, what somebody said it should have, and who sells it.

use chrono::{DateTime, Utc};
use domain::purchasing::reorder::SetReorderLevel;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// When anything was first shipped since then.
pub(super) async fn first_shipped(conn: &mut PgConnection, org: Uuid, since: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!("select min(shipped_at) from parcel where org_id = $1 and shipped_at >= $2", org, since)
        .fetch_one(conn)
        .await?)
}

/// Keeps two people from ordering the same of a supplier at once.
pub(super) async fn lock_supplier(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<bool> {
    let locked = sqlx::query_scalar!("select id from supplier where org_id = $1 and id = $2 for no key update", org, id)
        .fetch_optional(conn)
        .await?;
    Ok(locked.is_some())
}

pub(super) struct NeedRow {
    pub sku_id: Uuid,
    pub code: String,
    pub name: String,
    pub site_id: Uuid,
    pub free: i64,
    pub coming: i64,
    pub shipped: i64,
    pub min_units: Option<i32>,
    pub max_units: Option<i32>,
}

/// Every SKU that was shipped from a site since then, that has a level there, or that customers wait for; those wait at the preferred site.
pub(super) async fn needs(conn: &mut PgConnection, org: Uuid, since: DateTime<Utc>) -> Result<Vec<NeedRow>> {
    Ok(sqlx::query_as!(
        NeedRow,
        r#"with sold as (
             select l.sku_id, p.site_id, sum(x.quantity) as units from parcel p
             join parcel_line x on x.org_id = p.org_id and x.parcel_id = p.id
             join order_line l on l.org_id = x.org_id and l.id = x.order_line_id
             join sales_order o on o.org_id = p.org_id and o.id = p.order_id and o.owner_id = '00000000-0000-0000-0000-000000000000'
             where p.org_id = $1 and p.shipped_at >= $2 group by l.sku_id, p.site_id),
           short as (
             select ol.sku_id, sum(ol.quantity - ol.quantity_cancelled
               - (select coalesce(sum(r.quantity), 0) from reservation r where r.org_id = ol.org_id and r.order_line_id = ol.id)
               - (select coalesce(sum(a.quantity), 0) from allocation a where a.org_id = ol.org_id and a.order_line_id = ol.id)
               - (select coalesce(sum(pl.quantity), 0) from parcel_line pl join parcel p on p.org_id = pl.org_id and p.id = pl.parcel_id
                  where pl.org_id = ol.org_id and pl.order_line_id = ol.id and p.shipped_at is not null)) as units
             from exception_case e
             join order_line ol on ol.org_id = e.org_id and (ol.id = e.subject_id or ol.order_id = e.subject_id)
             join sales_order o on o.org_id = ol.org_id and o.id = ol.order_id and o.cancelled_at is null
               and o.owner_id = '00000000-0000-0000-0000-000000000000'
             where e.org_id = $1 and e.kind = 'backorder' and e.resolved_at is null
               -- An order's case covers its lines' own.
               and (ol.order_id = e.subject_id or not exists (
                 select from exception_case w where w.org_id = e.org_id and w.kind = 'backorder' and w.resolved_at is null and w.subject_id = ol.order_id))
             group by ol.sku_id),
           waiting as (
             select w.sku_id, (select id from site where org_id = $1 order by rank, code limit 1) as site_id, w.units from short w where w.units > 0),
           known as (
             select sku_id, site_id from sold union select sku_id, site_id from reorder_level where org_id = $1
             union select sku_id, site_id from waiting),
           there as (
             select b.sku_id, b.site_id, sum(b.on_hand - b.allocated) as units from balance b
             join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind in ('pick', 'reserve', 'dock', 'stage')
             where b.org_id = $1 and b.sku_id in (select sku_id from known) and b.state = 'sellable'
               and b.owner_id = '00000000-0000-0000-0000-000000000000'
             group by b.sku_id, b.site_id),
           promised as (
             select d.sku_id, d.site_id, sum(d.reserved + d.buffer) as units from demand d
             where d.org_id = $1 and d.owner_id = '00000000-0000-0000-0000-000000000000' group by d.sku_id, d.site_id),
           ordered as (
             select l.sku_id, o.site_id, sum(l.awaited) as units from purchase_line_standing l
             join purchase_order o on o.org_id = l.org_id and o.id = l.order_id and o.cancelled_at is null
               and o.owner_id = '00000000-0000-0000-0000-000000000000'
             where l.org_id = $1 and l.sku_id in (select sku_id from known) group by l.sku_id, o.site_id),
           moving as (
             select l.sku_id, t.from_site, t.to_site, sum(l.quantity) as units
             from site_transfer t join transfer_line l on l.org_id = t.org_id and l.transfer_id = t.id
             where t.org_id = $1 and t.shipped_at is null and t.cancelled_at is null group by l.sku_id, t.from_site, t.to_site),
           on_the_way as (
             select b.sku_id, a.to_site, sum(b.on_hand) as units from lane a
             join balance b on b.org_id = a.org_id and b.site_id = a.to_site and b.bin_id = a.bin_id
             where a.org_id = $1 group by b.sku_id, a.to_site)
           select k.sku_id as "sku_id!", s.code, s.name, k.site_id as "site_id!",
                  (coalesce(there.units, 0) - coalesce(promised.units, 0) - coalesce(waiting.units, 0)
                    - coalesce((select sum(units) from moving m where m.sku_id = k.sku_id and m.from_site = k.site_id), 0))::bigint as "free!",
                  (coalesce(ordered.units, 0)
                    + coalesce((select sum(units) from moving m where m.sku_id = k.sku_id and m.to_site = k.site_id), 0)
                    + coalesce((select sum(units) from on_the_way w where w.sku_id = k.sku_id and w.to_site = k.site_id), 0))::bigint as "coming!",
                  coalesce(sold.units, 0)::bigint as "shipped!", v.min_units as "min_units?", v.max_units as "max_units?"
           from known k
           join sku s on s.org_id = $1 and s.id = k.sku_id and s.active
           join site a on a.org_id = $1 and a.id = k.site_id
           left join sold on sold.sku_id = k.sku_id and sold.site_id = k.site_id
           left join waiting on waiting.sku_id = k.sku_id and waiting.site_id = k.site_id
           left join there on there.sku_id = k.sku_id and there.site_id = k.site_id
           left join promised on promised.sku_id = k.sku_id and promised.site_id = k.site_id
           left join ordered on ordered.sku_id = k.sku_id and ordered.site_id = k.site_id
           left join reorder_level v on v.org_id = $1 and v.sku_id = k.sku_id and v.site_id = k.site_id
           order by a.rank, a.code, s.code"#,
        org,
        since
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct OfferRow {
    pub sku_id: Uuid,
    pub supplier_id: Uuid,
    pub name: String,
    pub lead_days: i32,
    pub min_quantity: i32,
    pub unit_cost: Decimal,
}

/// What suppliers one can order from ask for these SKUs.
pub(super) async fn offers(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<OfferRow>> {
    Ok(sqlx::query_as!(
        OfferRow,
        "select p.sku_id, p.supplier_id, v.name, v.lead_days, p.min_quantity, p.unit_cost
         from supplier_price p join supplier v on v.org_id = p.org_id and v.id = p.supplier_id and v.active
         where p.org_id = $1 and p.sku_id = any($2) order by p.sku_id, v.code, p.min_quantity",
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}

/// Says a level, or takes it away.
pub(super) async fn set_level(conn: &mut PgConnection, org: Uuid, sku: Uuid, asked: &SetReorderLevel) -> Result<()> {
    match asked.level {
        Some(level) => {
            sqlx::query!(
                "insert into reorder_level (org_id, site_id, sku_id, min_units, max_units) values ($1, $2, $3, $4, $5)
                 on conflict (org_id, site_id, sku_id) do update set min_units = excluded.min_units, max_units = excluded.max_units",
                org,
                asked.site.0,
                sku,
                level.min,
                level.max
            )
            .execute(conn)
            .await?
        }
        None => {
            sqlx::query!("delete from reorder_level where org_id = $1 and site_id = $2 and sku_id = $3", org, asked.site.0, sku)
                .execute(conn)
                .await?
        }
    };
    Ok(())
}
