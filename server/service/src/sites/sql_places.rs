//! Statements on layouts and bins as the designer changes them.

use chrono::{DateTime, Utc};
use domain::sites::places::Keeping;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::sql::NewBins;
use crate::Result;

pub(crate) struct LayoutRow {
    pub layout: Value,
    pub version: i32,
}

/// A site's layout, locked: two who draw queue.
pub(super) async fn lock_layout(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<LayoutRow>> {
    Ok(sqlx::query_as!(
        LayoutRow,
        "select layout, layout_version as version from site where org_id = $1 and id = $2 for no key update",
        org,
        site
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn set_layout(conn: &mut PgConnection, org: Uuid, site: Uuid, layout: Value) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "update site set layout = $3, layout_version = layout_version + 1 where org_id = $1 and id = $2 returning layout_version",
        org,
        site,
        layout
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) struct SiteHead {
    pub code: String,
    pub name: String,
    pub version: i32,
}

pub(super) async fn site_head(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<SiteHead>> {
    Ok(sqlx::query_as!(
        SiteHead,
        "select code, name, layout_version as version from site where org_id = $1 and id = $2",
        org,
        site
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) struct MappedRow {
    pub code: String,
    pub aisle: i32,
    pub y_mm: i32,
    pub side: String,
    pub level: i32,
}

/// Where bins in use are reached.
pub(super) async fn mapped(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<MappedRow>> {
    Ok(sqlx::query_as!(
        MappedRow,
        r#"select code, aisle as "aisle!", y_mm as "y_mm!", coalesce(side, 'left') as "side!", level
           from bin where org_id = $1 and site_id = $2 and aisle is not null and retired_at is null order by code"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}

/// The first of these codes that a bin of the site has.
pub(super) async fn taken(conn: &mut PgConnection, org: Uuid, site: Uuid, codes: &[String]) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select code from bin where org_id = $1 and site_id = $2 and upper(code) = any($3) order by code limit 1",
        org,
        site,
        codes
    )
    .fetch_optional(conn)
    .await?)
}

/// Zones by code, those that are missing made.
pub(super) async fn ensure_zones(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    codes: &[String],
    names: &[String],
) -> Result<Vec<(String, Uuid)>> {
    let ids: Vec<Uuid> = codes.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into zone (org_id, id, site_id, code, name)
         select $1, id, $2, code, name from unnest($3::uuid[], $4::text[], $5::text[]) as n (id, code, name)
         on conflict on constraint zone_code_unique do nothing",
        org,
        site,
        &ids,
        codes,
        names
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query!("select code, id from zone where org_id = $1 and site_id = $2 and code = any($3)", org, site, codes)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.id)).collect())
}

/// Bins on the map go to the zone of their aisle; those of no listed aisle to `rest`.
pub(super) async fn zone_aisles(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    aisles: &[i32],
    zones: &[Uuid],
    rest: Uuid,
) -> Result<()> {
    sqlx::query!(
        "update bin b set zone_id = z.zone
         from (select b.id, coalesce(n.zone, $5) as zone from bin b
               left join unnest($3::int[], $4::uuid[]) as n (aisle, zone) on n.aisle = b.aisle
               where b.org_id = $1 and b.site_id = $2 and b.aisle is not null) z
         where b.org_id = $1 and b.id = z.id and b.zone_id <> z.zone",
        org,
        site,
        aisles,
        zones,
        rest
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// New bins of one way of keeping, each in its zone.
pub(super) async fn place_bins(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    zones: &[Uuid],
    new: &NewBins,
    keeping: &Keeping,
) -> Result<()> {
    sqlx::query!(
        "insert into bin (org_id, id, site_id, zone_id, code, kind, aisle, y_mm, side, level, storage_class, hazard, mixing, volume_ml, weight_g)
         select $1, id, $2, zone, code, kind, aisle, y, side, level, $11, $12, $13, $14, $15
         from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[], $8::int[], $9::text[], $10::int[])
           as n (id, zone, code, kind, aisle, y, side, level)",
        org,
        site,
        &new.ids,
        zones,
        &new.codes,
        &new.kinds,
        &new.aisles as &[Option<i32>],
        &new.ys as &[Option<i32>],
        &new.sides as &[Option<String>],
        &new.levels,
        keeping.class.code(),
        keeping.hazard.code(),
        keeping.mixing.code(),
        keeping.volume_ml,
        keeping.weight_g
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct BinHead {
    pub site_id: Uuid,
    pub code: String,
    pub kind: String,
    pub storage_class: String,
    pub hazard: String,
    pub mixing: String,
    pub volume_ml: Option<i32>,
    pub weight_g: Option<i32>,
    pub locked: bool,
    pub lock_note: String,
    pub retired: bool,
}

/// A bin, locked against whoever else changes it or puts goods away into it.
pub(super) async fn lock_bin(conn: &mut PgConnection, org: Uuid, bin: Uuid) -> Result<Option<BinHead>> {
    Ok(sqlx::query_as!(
        BinHead,
        r#"select site_id, code, kind, storage_class, hazard, mixing, volume_ml, weight_g, locked, lock_note,
                  retired_at is not null as "retired!"
           from bin where org_id = $1 and id = $2 for no key update"#,
        org,
        bin
    )
    .fetch_optional(conn)
    .await?)
}

/// Against every mover, too: whoever is bringing goods has brought them or finds the bin closed.
pub(super) async fn lock_bin_whole(conn: &mut PgConnection, org: Uuid, bin: Uuid) -> Result<()> {
    sqlx::query!("select id from bin where org_id = $1 and id = $2 for update", org, bin).fetch_optional(conn).await?;
    Ok(())
}

pub(super) async fn change_bin(
    conn: &mut PgConnection,
    org: Uuid,
    bin: Uuid,
    code: &str,
    kind: &str,
    keeping: &Keeping,
) -> Result<()> {
    sqlx::query!(
        "update bin set code = $3, kind = $4, storage_class = $5, hazard = $6, mixing = $7, volume_ml = $8, weight_g = $9
         where org_id = $1 and id = $2",
        org,
        bin,
        code,
        kind,
        keeping.class.code(),
        keeping.hazard.code(),
        keeping.mixing.code(),
        keeping.volume_ml,
        keeping.weight_g
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn set_locked(conn: &mut PgConnection, org: Uuid, bin: Uuid, locked: bool, note: &str) -> Result<()> {
    sqlx::query!("update bin set locked = $3, lock_note = $4 where org_id = $1 and id = $2", org, bin, locked, note)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn retire_bin(conn: &mut PgConnection, org: Uuid, bin: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update bin set retired_at = $3 where org_id = $1 and id = $2", org, bin, at).execute(conn).await?;
    Ok(())
}

/// Units at rest in a bin, in whatever state.
pub(super) async fn units_in(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(on_hand), 0) as "units!" from balance where org_id = $1 and site_id = $2 and bin_id = $3"#,
        org,
        site,
        bin
    )
    .fetch_one(conn)
    .await?)
}

/// Bins in use of a kind, beside this one.
pub(super) async fn others_of_kind(conn: &mut PgConnection, org: Uuid, site: Uuid, kind: &str, bin: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from bin where org_id = $1 and site_id = $2 and kind = $3 and id <> $4 and retired_at is null"#,
        org,
        site,
        kind,
        bin
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) struct TakesRow {
    pub id: Uuid,
    pub code: String,
    pub kind: String,
    pub locked: bool,
    pub lock_note: String,
    pub retired: bool,
    /// Whose goods alone may stand there.
    pub kept_owner: Option<Uuid>,
    /// The org has clients at all.
    pub clients: bool,
}

/// Bins that goods are about to come to rest in, kept from being retired meanwhile; in id order.
pub(super) async fn about_to_take(conn: &mut PgConnection, org: Uuid, bins: &[Uuid]) -> Result<Vec<TakesRow>> {
    Ok(sqlx::query_as!(
        TakesRow,
        r#"select id, code, kind, locked, lock_note, retired_at is not null as "retired!", kept_owner,
                  exists (select from stock_owner where org_id = $1) as "clients!"
           from bin where org_id = $1 and id = any($2) order by id for key share"#,
        org,
        bins
    )
    .fetch_all(conn)
    .await?)
}

/// The code of a zone.
pub(super) async fn zone_code(conn: &mut PgConnection, org: Uuid, zone: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select code from zone where org_id = $1 and id = $2", org, zone).fetch_optional(conn).await?)
}

/// The zone people call by this code, or the name of a site.
pub(super) async fn zone_named(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select code from zone where org_id = $1 and site_id = $2 and upper(code) = upper($3)",
        org,
        site,
        code
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct FileRow {
    pub id: Uuid,
    pub site: String,
    pub zone: String,
    pub code: String,
    pub kind: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub volume_ml: Option<i32>,
    pub weight_g: Option<i32>,
    pub storage_class: String,
    pub hazard: String,
    pub mixing: String,
    pub locked: bool,
}

/// Every bin in use, by site and code.
pub(super) async fn file_rows(conn: &mut PgConnection, org: Uuid) -> Result<Vec<FileRow>> {
    Ok(sqlx::query_as!(
        FileRow,
        "select b.id, t.code as site, z.code as zone, b.code, b.kind, b.aisle, b.y_mm, b.side, b.level, b.volume_ml, b.weight_g,
                b.storage_class, b.hazard, b.mixing, b.locked
         from bin b join site t on t.org_id = b.org_id and t.id = b.site_id join zone z on z.org_id = b.org_id and z.id = b.zone_id
         where b.org_id = $1 and b.retired_at is null order by t.code, b.code",
        org
    )
    .fetch_all(conn)
    .await?)
}
