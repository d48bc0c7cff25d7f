//! Statements on sites: where things stand.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct NewSite<'a> {
    pub id: Uuid,
    pub code: &'a str,
    pub name: &'a str,
    pub country: &'a str,
    pub timezone: &'a str,
    pub layout: Value,
    pub rank: i32,
}

pub(crate) async fn insert_site(conn: &mut PgConnection, org: Uuid, new: &NewSite<'_>) -> Result<()> {
    sqlx::query!(
        "insert into site (org_id, id, code, name, country, timezone, layout, rank) values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        new.id,
        new.code,
        new.name,
        new.country,
        new.timezone,
        new.layout,
        new.rank
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn insert_zone(conn: &mut PgConnection, org: Uuid, site: Uuid, id: Uuid, code: &str, name: &str) -> Result<()> {
    sqlx::query!("insert into zone (org_id, id, site_id, code, name) values ($1, $2, $3, $4, $5)", org, id, site, code, name)
        .execute(conn)
        .await?;
    Ok(())
}

/// Bins, column by column; unmapped ones have no aisle.
#[derive(Default)]
pub(crate) struct NewBins {
    pub ids: Vec<Uuid>,
    pub codes: Vec<String>,
    pub kinds: Vec<String>,
    pub aisles: Vec<Option<i32>>,
    pub ys: Vec<Option<i32>>,
    pub sides: Vec<Option<String>>,
    pub levels: Vec<i32>,
}

pub(crate) async fn insert_bins(conn: &mut PgConnection, org: Uuid, site: Uuid, zone: Uuid, new: &NewBins) -> Result<()> {
    sqlx::query!(
        "insert into bin (org_id, id, site_id, zone_id, code, kind, aisle, y_mm, side, level)
         select $1, id, $2, $3, code, kind, aisle, y, side, level
         from unnest($4::uuid[], $5::text[], $6::text[], $7::int[], $8::int[], $9::text[], $10::int[]) as n (id, code, kind, aisle, y, side, level)",
        org,
        site,
        zone,
        &new.ids,
        &new.codes,
        &new.kinds,
        &new.aisles as &[Option<i32>],
        &new.ys as &[Option<i32>],
        &new.sides as &[Option<String>],
        &new.levels
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn insert_lpns(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    kind: &str,
    ids: &[Uuid],
    codes: &[String],
) -> Result<()> {
    sqlx::query!(
        "insert into lpn (org_id, id, site_id, code, kind) select $1, id, $2, code, $3 from unnest($4::uuid[], $5::text[]) as n (id, code)",
        org,
        site,
        kind,
        ids,
        codes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn bin_of_kind(conn: &mut PgConnection, org: Uuid, site: Uuid, kind: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select id from bin where org_id = $1 and site_id = $2 and kind = $3 and retired_at is null order by locked, code limit 1",
        org,
        site,
        kind
    )
    .fetch_optional(conn)
    .await?)
}

/// Bins of one kind in code order, loose end first.
pub(crate) async fn bins_of_kind(conn: &mut PgConnection, org: Uuid, site: Uuid, kind: &str) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        "select id, code from bin where org_id = $1 and site_id = $2 and kind = $3 and retired_at is null order by aisle, code",
        org,
        site,
        kind
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.code)).collect())
}

pub(crate) struct SiteListRow {
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub country: String,
    pub timezone: String,
    pub bins: i64,
}

pub(crate) async fn sites(conn: &mut PgConnection, org: Uuid) -> Result<Vec<SiteListRow>> {
    Ok(sqlx::query_as!(
        SiteListRow,
        r#"select s.id, s.code, s.name, s.country, s.timezone,
                  (select count(*) from bin b where b.org_id = s.org_id and b.site_id = s.id and b.retired_at is null) as "bins!"
           from site s where s.org_id = $1 order by s.rank, s.code"#,
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn layout(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<Value>> {
    Ok(sqlx::query_scalar!("select layout from site where org_id = $1 and id = $2", org, site).fetch_optional(conn).await?)
}

pub(crate) async fn bin_by_code(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!("select id from bin where org_id = $1 and site_id = $2 and upper(code) = upper($3)", org, site, code)
        .fetch_optional(conn)
        .await?)
}

/// How many of these are bins of the site, inside the walls.
pub(crate) async fn count_bins(conn: &mut PgConnection, org: Uuid, site: Uuid, bins: &[Uuid]) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from bin where org_id = $1 and site_id = $2 and id = any($3)
           and kind not in ('supplier', 'customer', 'scrap', 'count')"#,
        org,
        site,
        bins
    )
    .fetch_one(conn)
    .await?)
}

/// How many of these are sites of the org.
pub(crate) async fn count_sites(conn: &mut PgConnection, org: Uuid, sites: &[Uuid]) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from site where org_id = $1 and id = any($2)"#, org, sites)
        .fetch_one(conn)
        .await?)
}

pub(crate) struct ShelfRow {
    pub aisle: i32,
    pub side: String,
    pub bays_mm: Vec<i32>,
}

/// Where mapped bins stand, aisle by aisle and side by side.
pub(crate) async fn shelves(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<ShelfRow>> {
    Ok(sqlx::query_as!(
        ShelfRow,
        r#"select aisle as "aisle!", coalesce(side, 'left') as "side!", array_agg(distinct y_mm order by y_mm) as "bays_mm!"
           from bin where org_id = $1 and site_id = $2 and aisle is not null and retired_at is null group by 1, 2 order by 1, 2"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}

/// A site's code.
pub(crate) async fn code(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select code from site where org_id = $1 and id = $2", org, site).fetch_optional(conn).await?)
}
