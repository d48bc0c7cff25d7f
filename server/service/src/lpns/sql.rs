//! Statements on handling units: which stand in which, and what stands in them.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct UnitRow {
    pub id: Uuid,
    pub site_id: Uuid,
    pub code: String,
    pub kind: String,
    pub parent_id: Uuid,
}

/// The whole trees that these units stand in, in id order.
pub(super) async fn trees(conn: &mut PgConnection, org: Uuid, units: &[Uuid]) -> Result<Vec<UnitRow>> {
    Ok(sqlx::query_as!(
        UnitRow,
        r#"with recursive up as (
             select l.id, l.parent_id from lpn l where l.org_id = $1 and l.id = any($2) and l.kind in ('pallet', 'carton', 'tote')
             union select p.id, p.parent_id from up join lpn p on p.org_id = $1 and p.id = up.parent_id),
           down as (
             select id from up where parent_id = '00000000-0000-0000-0000-000000000000'
             union select c.id from down join lpn c on c.org_id = $1 and c.parent_id = down.id
               and c.parent_id <> '00000000-0000-0000-0000-000000000000')
           select l.id, l.site_id, l.code, l.kind, l.parent_id from down join lpn l on l.org_id = $1 and l.id = down.id order by l.id"#,
        org,
        units
    )
    .fetch_all(conn)
    .await?)
}

/// Locks units, in id order.
pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, units: &[Uuid]) -> Result<()> {
    sqlx::query!("select id from lpn where org_id = $1 and id = any($2) order by id for update", org, units)
        .fetch_all(conn)
        .await?;
    Ok(())
}

/// The site of a unit; parcels are none.
pub(super) async fn site_of(conn: &mut PgConnection, org: Uuid, unit: Uuid) -> Result<Option<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select site_id from lpn where org_id = $1 and id = $2 and kind in ('pallet', 'carton', 'tote')",
        org,
        unit
    )
    .fetch_optional(conn)
    .await?)
}

/// The unit with this label and its site. Labels are kept in capitals.
pub(super) async fn find(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>, code: &str) -> Result<Option<(Uuid, Uuid)>> {
    let row = sqlx::query!(
        "select id, site_id from lpn where org_id = $1 and code = $3 and kind in ('pallet', 'carton', 'tote')
           and ($2::uuid[] is null or site_id = any($2))",
        org,
        sites,
        code
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.site_id)))
}

/// A bin with this code at one of these sites.
pub(super) async fn find_bin(
    conn: &mut PgConnection,
    org: Uuid,
    sites: Option<&[Uuid]>,
    code: &str,
) -> Result<Option<(Uuid, String)>> {
    let row = sqlx::query!(
        "select id, code from bin where org_id = $1 and upper(code) = $3 and ($2::uuid[] is null or site_id = any($2))
           and kind not in ('supplier', 'customer', 'scrap', 'count', 'transit') and retired_at is null order by site_id limit 1",
        org,
        sites,
        code
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.id, row.code)))
}

/// Is this the label of a unit, of a parcel, or of a bin of the site? One label means one thing.
pub(super) async fn taken(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select (exists (select from lpn where org_id = $1 and code = $3)
                   or exists (select from bin where org_id = $1 and site_id = $2 and upper(code) = $3)) as "taken!""#,
        org,
        site,
        code
    )
    .fetch_one(conn)
    .await?)
}

/// An item by its code or barcode, and how many of it that means.
pub(super) async fn item(conn: &mut PgConnection, org: Uuid, code: &str) -> Result<Option<(String, i32)>> {
    let row = sqlx::query!(
        r#"select m.code as "code!", m.pack as "pack!" from (
             select 1 as rank, k.code, b.pack_quantity as pack from barcode b join sku k on k.org_id = b.org_id and k.id = b.sku_id
             where b.org_id = $1 and b.code in ($2, upper($2))
             union all select 2, code, 1 from sku where org_id = $1 and code in ($2, upper($2))) m order by m.rank limit 1"#,
        org,
        code
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.code, row.pack)))
}

#[derive(Debug, Clone)]
pub(crate) struct GoodsRow {
    pub lpn_id: Uuid,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub lot_code: String,
    pub expires_on: Option<NaiveDate>,
    pub serial: String,
    pub state: String,
    pub on_hand: i32,
    pub allocated: i32,
    pub volume_ml: i64,
    pub weight_g: i64,
    pub storage_class: String,
    pub hazard: String,
}

/// Goods that stand in units of a site.
pub(super) async fn goods(conn: &mut PgConnection, org: Uuid, site: Uuid, units: &[Uuid]) -> Result<Vec<GoodsRow>> {
    Ok(sqlx::query_as!(
        GoodsRow,
        r#"select b.lpn_id, b.bin_id, n.code as bin_code, b.sku_id, k.code as sku_code, k.name as sku_name, b.owner_id, b.lot_id, b.serial_id,
                  coalesce(t.code, '') as "lot_code!", (t.expires_on at time zone 'UTC')::date as "expires_on?",
                  coalesce(e.code, '') as "serial!", b.state, b.on_hand, b.allocated,
                  -- A unit takes at least a millilitre.
                  greatest(1, (k.length_mm::bigint * k.width_mm * k.height_mm + 999) / 1000) as "volume_ml!",
                  k.weight_g::bigint as "weight_g!", k.storage_class, k.hazard
           from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id join sku k on k.org_id = b.org_id and k.id = b.sku_id
           left join lot t on t.org_id = b.org_id and t.id = b.lot_id
           left join serial e on e.org_id = b.org_id and e.id = b.serial_id
           where b.org_id = $1 and b.site_id = $2 and b.lpn_id = any($3) and b.lpn_id <> '00000000-0000-0000-0000-000000000000'
             and b.on_hand > 0
           order by n.code, k.code, b.lot_id, b.serial_id, b.state, b.lpn_id, b.owner_id"#,
        org,
        site,
        units
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct GivenRow {
    pub id: Uuid,
    pub lpn_id: Uuid,
    pub quantity: i32,
}

/// What orders were given in these units, in these bins.
pub(super) async fn allocations(conn: &mut PgConnection, org: Uuid, bins: &[Uuid], units: &[Uuid]) -> Result<Vec<GivenRow>> {
    Ok(sqlx::query_as!(
        GivenRow,
        "select id, lpn_id, quantity from allocation where org_id = $1 and lpn_id = any($3) and bin_id = any($2) order by id",
        org,
        bins,
        units
    )
    .fetch_all(conn)
    .await?)
}

/// These units stand in that one; nil: by themselves.
pub(super) async fn set_parents(conn: &mut PgConnection, org: Uuid, units: &[Uuid], parent: Uuid) -> Result<()> {
    sqlx::query!("update lpn set parent_id = $3 where org_id = $1 and id = any($2) and parent_id <> $3", org, units, parent)
        .execute(conn)
        .await?;
    Ok(())
}
