//! Statements behind node balancing: what was shipped from where, what is there and coming, and what lanes cost.

use chrono::{DateTime, Utc};
use domain::transfers::balance::{Lane, SetLane};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) async fn lanes(conn: &mut PgConnection, org: Uuid) -> Result<Vec<Lane>> {
    Ok(sqlx::query_as!(
        Lane,
        r#"select from_site as "from", to_site as "to", freight_amount as freight, per_kg_amount as per_kg, transit_days as days
           from lane where org_id = $1 order by from_site, to_site"#,
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn set_lane(conn: &mut PgConnection, org: Uuid, bin: Uuid, lane: &SetLane) -> Result<()> {
    sqlx::query!(
        "insert into lane (org_id, id, from_site, to_site, bin_id, freight_amount, per_kg_amount, transit_days)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (org_id, from_site, to_site) do update
           set freight_amount = excluded.freight_amount, per_kg_amount = excluded.per_kg_amount, transit_days = excluded.transit_days",
        org,
        Uuid::now_v7(),
        lane.from.0,
        lane.to.0,
        bin,
        lane.freight,
        lane.per_kg,
        lane.days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When anything was first shipped since then.
pub(super) async fn first_shipped(conn: &mut PgConnection, org: Uuid, since: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    Ok(sqlx::query_scalar!("select min(shipped_at) from parcel where org_id = $1 and shipped_at >= $2", org, since)
        .fetch_one(conn)
        .await?)
}

pub(super) struct NodeRow {
    pub sku_id: Uuid,
    pub code: String,
    pub price: Decimal,
    pub tax_rate: Decimal,
    pub standard_cost: Decimal,
    pub weight_g: i32,
    pub site_id: Uuid,
    pub free: i64,
    pub coming: i64,
    pub shipped: i64,
}

/// Every SKU that was shipped from somewhere since then, at every site.
pub(super) async fn nodes(conn: &mut PgConnection, org: Uuid, since: DateTime<Utc>) -> Result<Vec<NodeRow>> {
    Ok(sqlx::query_as!(
        NodeRow,
        r#"with sold as (
             select l.sku_id, p.site_id, sum(x.quantity) as units from parcel p
             join parcel_line x on x.org_id = p.org_id and x.parcel_id = p.id
             join order_line l on l.org_id = x.org_id and l.id = x.order_line_id
             where p.org_id = $1 and p.shipped_at >= $2 group by l.sku_id, p.site_id),
           known as (select distinct sku_id from sold),
           there as (
             select b.sku_id, b.site_id, sum(b.on_hand - b.allocated) as units from balance b
             join bin n on n.org_id = b.org_id and n.id = b.bin_id and n.kind in ('pick', 'reserve') and not n.locked
             where b.org_id = $1 and b.sku_id in (select sku_id from known) and b.state = 'sellable'
               and b.lpn_id = '00000000-0000-0000-0000-000000000000' and b.owner_id = '00000000-0000-0000-0000-000000000000'
             group by b.sku_id, b.site_id),
           promised as (
             select d.sku_id, d.site_id, sum(d.reserved + d.buffer) as units from demand d
             where d.org_id = $1 and d.owner_id = '00000000-0000-0000-0000-000000000000' group by d.sku_id, d.site_id),
           bound as (
             select l.sku_id, t.from_site, t.to_site, sum(l.quantity - coalesce(o.units, 0)) as units
             from site_transfer t join transfer_line l on l.org_id = t.org_id and l.transfer_id = t.id
             left join lateral (select sum(q.quantity) as units from transfer_load q where q.org_id = l.org_id and q.line_id = l.id) o on true
             where t.org_id = $1 and t.shipped_at is null and t.cancelled_at is null group by l.sku_id, t.from_site, t.to_site),
           moving as (
             select b.sku_id, a.to_site, sum(b.on_hand) as units from lane a
             join balance b on b.org_id = a.org_id and b.site_id = a.to_site and b.bin_id = a.bin_id
             where a.org_id = $1 group by b.sku_id, a.to_site)
           select k.sku_id, s.code, s.price, s.tax_rate, s.standard_cost, s.weight_g, a.id as site_id,
                  greatest(0, coalesce(there.units, 0) - coalesce(promised.units, 0)
                    - coalesce((select sum(units) from bound where bound.sku_id = k.sku_id and bound.from_site = a.id), 0))::bigint as "free!",
                  (coalesce((select sum(units) from bound where bound.sku_id = k.sku_id and bound.to_site = a.id), 0)
                    + coalesce((select sum(units) from moving where moving.sku_id = k.sku_id and moving.to_site = a.id), 0))::bigint as "coming!",
                  coalesce(sold.units, 0)::bigint as "shipped!"
           from known k join sku s on s.org_id = $1 and s.id = k.sku_id and s.active
           cross join site a
           left join sold on sold.sku_id = k.sku_id and sold.site_id = a.id
           left join there on there.sku_id = k.sku_id and there.site_id = a.id
           left join promised on promised.sku_id = k.sku_id and promised.site_id = a.id
           where a.org_id = $1 order by s.code, a.rank, a.code"#,
        org,
        since
    )
    .fetch_all(conn)
    .await?)
}
