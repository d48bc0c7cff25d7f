//! Statements on kits.

use domain::catalog::kits::KitPart;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct PartRow {
    pub kit_id: Uuid,
    pub sku_id: Uuid,
    pub quantity: i32,
}

pub(super) async fn parts(conn: &mut PgConnection, org: Uuid, kits: &[Uuid]) -> Result<Vec<PartRow>> {
    Ok(sqlx::query_as!(
        PartRow,
        "select kit_id, sku_id, quantity from kit_part where org_id = $1 and kit_id = any($2) order by kit_id, sku_id",
        org,
        kits
    )
    .fetch_all(conn)
    .await?)
}

/// Whoever makes a kit waits for whoever is making one.
pub(super) async fn lock(conn: &mut PgConnection, org: Uuid) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('kit/' || $1::uuid, 0))", org).execute(conn).await?;
    Ok(())
}

/// The first of `parts` that is a kit; or the kit itself, when it is part of one.
pub(super) async fn kit_among(conn: &mut PgConnection, org: Uuid, kit: Uuid, parts: &[Uuid]) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select s.code from sku s where s.org_id = $1 and (
           s.id = any($3) and exists (select from kit_part k where k.org_id = $1 and k.kit_id = s.id)
           or s.id in (select k.kit_id from kit_part k where k.org_id = $1 and k.sku_id = $2)) order by s.code limit 1",
        org,
        kit,
        parts
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn on_hand(conn: &mut PgConnection, org: Uuid, sku: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(on_hand), 0) as "units!" from balance where org_id = $1 and sku_id = $2"#,
        org,
        sku
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn replace(conn: &mut PgConnection, org: Uuid, kit: Uuid, parts: &[KitPart]) -> Result<()> {
    sqlx::query!("delete from kit_part where org_id = $1 and kit_id = $2", org, kit).execute(&mut *conn).await?;
    let skus: Vec<Uuid> = parts.iter().map(|part| part.sku.0).collect();
    let quantities: Vec<i32> = parts.iter().map(|part| part.quantity).collect();
    sqlx::query!(
        "insert into kit_part (org_id, kit_id, sku_id, quantity)
         select $1, $2, sku, quantity from unnest($3::uuid[], $4::int[]) as n (sku, quantity)",
        org,
        kit,
        &skus,
        &quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}
