//! Statements of planning: what moved, what stands where, and when it was counted last.

use chrono::{DateTime, Utc};
use domain::counts::Class;
use domain::counts::programme::BinFacts;
use domain::ids::SkuId;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Units that were picked at a site since, by SKU.
pub(crate) async fn moved(conn: &mut PgConnection, org: Uuid, site: Uuid, since: DateTime<Utc>) -> Result<Vec<(SkuId, i64)>> {
    let rows = sqlx::query!(
        r#"select sku_id, sum(quantity)::bigint as "units!" from movement
           where org_id = $1 and from_site = $2 and occurred_at >= $3 and reason = 'pick' group by sku_id"#,
        org,
        site,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id.into(), row.units)).collect())
}

/// The site's classes are these now, and no others.
pub(crate) async fn set_velocities(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    at: DateTime<Utc>,
    skus: &[Uuid],
    classes: &[String],
    units: &[i64],
) -> Result<()> {
    sqlx::query!("delete from sku_velocity where org_id = $1 and site_id = $2 and not sku_id = any($3)", org, site, skus)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into sku_velocity (org_id, site_id, sku_id, class, units, computed_at)
         select $1, $2, sku, class, units, $3 from unnest($4::uuid[], $5::text[], $6::bigint[]) as n (sku, class, units) order by sku
         on conflict (org_id, site_id, sku_id) do update
           set class = excluded.class, units = excluded.units, computed_at = excluded.computed_at",
        org,
        site,
        at,
        skus,
        classes,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Planned counts that were opened on the day of this moment.
pub(crate) async fn opened_today(conn: &mut PgConnection, org: Uuid, site: Uuid, at: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "opened!" from stock_count
           where org_id = $1 and site_id = $2 and every_days > 0 and opened_at >= date_trunc('day', $3::timestamptz, 'UTC')"#,
        org,
        site,
        at
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) struct FilledBin {
    pub bin_id: Uuid,
    pub code: String,
    pub class: String,
    pub value: Decimal,
    pub last_at: Option<DateTime<Utc>>,
    pub last_right: Option<bool>,
}

impl FilledBin {
    pub(crate) fn facts(self) -> BinFacts {
        BinFacts {
            bin: self.bin_id.into(),
            code: self.code,
            class: Class::parse(&self.class).unwrap_or(Class::C),
            value: self.value,
            last: self.last_at.zip(self.last_right),
        }
    }
}

/// Storage bins with goods in them, loose or in handling units, and no open count: their class, their worth at standard cost, and their last count.
pub(crate) async fn filled_bins(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<FilledBin>> {
    Ok(sqlx::query_as!(
        FilledBin,
        r#"select f.bin_id as "bin_id!", b.code, f.class as "class!", f.value as "value!", l.ended_at as "last_at?",
                  l.in_tolerance as "last_right?"
           from (select s.bin_id, min(coalesce(v.class, 'c')) as class, sum(s.on_hand * k.standard_cost) as value
                 from balance s join sku k on k.org_id = s.org_id and k.id = s.sku_id
                 left join sku_velocity v on v.org_id = s.org_id and v.site_id = s.site_id and v.sku_id = s.sku_id
                 where s.org_id = $1 and s.site_id = $2 and s.on_hand > 0 group by s.bin_id) f
           join bin b on b.org_id = $1 and b.id = f.bin_id and b.kind in ('pick', 'reserve')
           left join lateral (select c.ended_at, c.in_tolerance from stock_count c
                              where c.org_id = $1 and c.bin_id = f.bin_id and c.status = 'done' order by c.ended_at desc limit 1) l on true
           where not exists (select from stock_count c where c.org_id = $1 and c.bin_id = f.bin_id and c.status <> 'done')"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}
