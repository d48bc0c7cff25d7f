//! Statements on what baskets keep.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql_demand::Reserved;
use crate::Result;

/// Lines of baskets, column by column.
#[derive(Default)]
pub(crate) struct BasketLines {
    pub baskets: Vec<Uuid>,
    pub kept: Reserved,
    /// How long they must be good.
    pub days: Vec<i32>,
    pub until: Vec<DateTime<Utc>>,
}

pub(super) struct BasketRow {
    pub basket_id: Uuid,
    pub site_id: Uuid,
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub quantity: i32,
}

pub(super) async fn insert(conn: &mut PgConnection, org: Uuid, lines: &BasketLines) -> Result<()> {
    sqlx::query!(
        "insert into basket_line (org_id, basket_id, site_id, sku_id, owner_id, quantity, expires_at, min_life_days)
         select $1, basket, site, sku, owner, quantity, until, days
         from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::int[], $7::timestamptz[], $8::int[])
           as n (basket, site, sku, owner, quantity, until, days)",
        org,
        &lines.baskets,
        &lines.kept.sites,
        &lines.kept.skus,
        &lines.kept.owners,
        &lines.kept.by,
        &lines.until,
        &lines.days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What these baskets keep.
pub(super) async fn of(conn: &mut PgConnection, org: Uuid, baskets: &[Uuid]) -> Result<Vec<BasketRow>> {
    Ok(sqlx::query_as!(
        BasketRow,
        "select basket_id, site_id, sku_id, owner_id, quantity from basket_line where org_id = $1 and basket_id = any($2)",
        org,
        baskets
    )
    .fetch_all(conn)
    .await?)
}

/// Removes these baskets; answers what they kept.
pub(super) async fn delete(conn: &mut PgConnection, org: Uuid, baskets: &[Uuid]) -> Result<Vec<BasketRow>> {
    Ok(sqlx::query_as!(
        BasketRow,
        "delete from basket_line where org_id = $1 and basket_id = any($2) returning basket_id, site_id, sku_id, owner_id, quantity",
        org,
        baskets
    )
    .fetch_all(conn)
    .await?)
}

/// What baskets keep of an owner's SKU at a site, the latest first: the first to give way.
pub(super) async fn of_sku(conn: &mut PgConnection, org: Uuid, (site, sku, owner): (Uuid, Uuid, Uuid)) -> Result<Vec<BasketRow>> {
    Ok(sqlx::query_as!(
        BasketRow,
        "select basket_id, site_id, sku_id, owner_id, quantity from basket_line
         where org_id = $1 and site_id = $2 and sku_id = $3 and owner_id = $4
         order by created_at desc, basket_id desc",
        org,
        site,
        sku,
        owner
    )
    .fetch_all(conn)
    .await?)
}

/// Lowers what baskets keep of a SKU; lines with nothing left go.
pub(super) async fn lower(conn: &mut PgConnection, org: Uuid, sku: Uuid, baskets: &[Uuid], by: &[i32]) -> Result<()> {
    sqlx::query!(
        "with n as (select basket, by from unnest($3::uuid[], $4::int[]) as n (basket, by)),
              gone as (delete from basket_line b using n where b.org_id = $1 and b.sku_id = $2 and b.basket_id = n.basket and b.quantity <= n.by)
         update basket_line b set quantity = b.quantity - n.by from n
         where b.org_id = $1 and b.sku_id = $2 and b.basket_id = n.basket and b.quantity > n.by",
        org,
        sku,
        baskets,
        by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Baskets whose time is up, the longest overdue first.
pub(super) async fn expired(conn: &mut PgConnection, org: Uuid, now: DateTime<Utc>, most: i64) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select basket_id from basket_line where org_id = $1 and expires_at <= $2 order by expires_at limit $3",
        org,
        now,
        most
    )
    .fetch_all(conn)
    .await?)
}
