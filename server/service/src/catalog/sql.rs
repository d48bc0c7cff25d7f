//! Statements on SKUs and barcodes.

use domain::catalog::{NewSku, SkuRow};
use domain::ids::SkuId;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) async fn insert_skus(conn: &mut PgConnection, org: Uuid, skus: &[NewSku]) -> Result<()> {
    let text = |of: fn(&NewSku) -> &str| -> Vec<String> { skus.iter().map(|sku| of(sku).to_owned()).collect() };
    let int = |of: fn(&NewSku) -> i32| -> Vec<i32> { skus.iter().map(of).collect() };
    let money = |of: fn(&NewSku) -> Decimal| -> Vec<Decimal> { skus.iter().map(of).collect() };
    let ids: Vec<Uuid> = skus.iter().map(|sku| sku.id.0).collect();
    sqlx::query!(
        "insert into sku (org_id, id, code, name, variant, category, length_mm, width_mm, height_mm, weight_g, price, tax_rate, standard_cost)
         select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::int[], $10::int[],
                                  $11::numeric[], $12::numeric[], $13::numeric[])",
        org,
        &ids,
        &text(|s| &s.code),
        &text(|s| &s.name),
        &text(|s| &s.variant),
        &text(|s| &s.category),
        &int(|s| s.length_mm),
        &int(|s| s.width_mm),
        &int(|s| s.height_mm),
        &int(|s| s.weight_g),
        &money(|s| s.price),
        &money(|s| s.tax_rate),
        &money(|s| s.standard_cost)
    )
    .execute(&mut *conn)
    .await?;
    let packs: Vec<(Uuid, String, i32)> =
        skus.iter().flat_map(|sku| sku.barcodes.iter().map(|(code, pack)| (sku.id.0, code.clone(), *pack))).collect();
    let owners: Vec<Uuid> = packs.iter().map(|(id, ..)| *id).collect();
    let codes: Vec<String> = packs.iter().map(|(_, code, _)| code.clone()).collect();
    let quantities: Vec<i32> = packs.iter().map(|(.., pack)| *pack).collect();
    sqlx::query!(
        "insert into barcode (org_id, code, sku_id, pack_quantity)
         select $1, code, sku, pack from unnest($2::uuid[], $3::text[], $4::int[]) as n (sku, code, pack)",
        org,
        &owners,
        &codes,
        &quantities
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn standard_costs(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<(SkuId, Decimal)>> {
    let rows =
        sqlx::query!("select id, standard_cost from sku where org_id = $1 and id = any($2)", org, ids).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.standard_cost)).collect())
}

pub(crate) async fn by_code(conn: &mut PgConnection, org: Uuid, codes: &[String]) -> Result<Vec<SkuRow>> {
    Ok(sqlx::query_as!(
        SkuRow,
        "select id, code, name, variant, category, price, tax_rate from sku where org_id = $1 and code = any($2)",
        org,
        codes
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn by_id(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<SkuRow>> {
    Ok(sqlx::query_as!(
        SkuRow,
        "select id, code, name, variant, category, price, tax_rate from sku where org_id = $1 and id = any($2)",
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn all(conn: &mut PgConnection, org: Uuid) -> Result<Vec<SkuRow>> {
    Ok(sqlx::query_as!(
        SkuRow,
        "select id, code, name, variant, category, price, tax_rate from sku where org_id = $1 order by code",
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn by_scans(conn: &mut PgConnection, org: Uuid, codes: &[String]) -> Result<Vec<(String, SkuId)>> {
    let rows = sqlx::query!(
        r#"select upper(code) as "code!", sku_id as "id!" from barcode where org_id = $1 and upper(code) = any($2)
           union all select upper(code), id from sku where org_id = $1 and upper(code) = any($2)"#,
        org,
        codes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.id.into())).collect())
}
