//! Statements that read bins: lists of them, what stands in them, which may take goods.

use chrono::{DateTime, NaiveDate, Utc};
use domain::sites::design::BinFilter;
use domain::sites::places::BinKind;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct KindRow {
    pub kind: String,
    pub bins: i64,
    pub unmapped: i64,
}

pub(super) async fn kinds(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<KindRow>> {
    Ok(sqlx::query_as!(
        KindRow,
        r#"select kind, count(*) as "bins!", count(*) filter (where aisle is null) as "unmapped!"
           from bin where org_id = $1 and site_id = $2 and retired_at is null group by kind order by kind"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct BinListRow {
    pub id: Uuid,
    pub site_id: Uuid,
    pub site_code: String,
    pub code: String,
    pub kind: String,
    pub zone: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub storage_class: String,
    pub hazard: String,
    pub mixing: String,
    pub volume_ml: Option<i32>,
    pub weight_g: Option<i32>,
    pub locked: bool,
    pub lock_note: String,
    pub retired_at: Option<DateTime<Utc>>,
    pub units: i64,
    pub used_volume_ml: i64,
    pub used_weight_g: i64,
    pub total: i64,
}

/// A part of a code as `like` reads it: `*` is anything, everything else itself.
fn like(part: &str) -> String {
    let plain = part.trim().to_uppercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    if plain.contains('*') { plain.replace('*', "%") } else { format!("%{plain}%") }
}

/// Bins by walking order, with what stands in them. World bins are no place; retired ones are named by themselves only.
pub(super) async fn bins(
    conn: &mut PgConnection,
    org: Uuid,
    site: Option<Uuid>,
    bin: Option<Uuid>,
    filter: &BinFilter,
    rows: (i64, i64),
) -> Result<Vec<BinListRow>> {
    Ok(sqlx::query_as!(
        BinListRow,
        r#"select n.id, n.site_id, n.site_code as "site_code!", n.code, n.kind, n.zone as "zone!", n.aisle, n.y_mm, n.side, n.level,
                  n.storage_class, n.hazard, n.mixing, n.volume_ml, n.weight_g, n.locked, n.lock_note, n.retired_at, n.total as "total!",
                  coalesce(i.units, 0)::bigint as "units!", coalesce(i.volume, 0)::bigint as "used_volume_ml!",
                  coalesce(i.weight, 0)::bigint as "used_weight_g!"
           from (select b.*, z.code as zone, s.code as site_code, count(*) over () as total
                 from bin b join zone z on z.org_id = b.org_id and z.id = b.zone_id
                 join site s on s.org_id = b.org_id and s.id = b.site_id
                 where b.org_id = $1 and ($2::uuid is null or b.site_id = $2)
                   and (b.id = $3 or ($3::uuid is null and b.retired_at is null and b.kind not in ('supplier', 'customer', 'scrap', 'count', 'transit')
                     and ($4::text = '' or z.code = $4) and ($5::int is null or b.aisle = $5) and ($6::text is null or b.kind = $6)
                     and upper(b.code) like $7))
                 order by b.aisle nulls last, b.code limit $8 offset $9) n
           left join lateral (
             select sum(l.on_hand) as units, sum(l.on_hand::bigint * greatest(1, (k.length_mm::bigint * k.width_mm * k.height_mm + 999) / 1000)) as volume,
                    sum(l.on_hand::bigint * k.weight_g) as weight
             from balance l join sku k on k.org_id = l.org_id and k.id = l.sku_id
             where l.org_id = $1 and l.site_id = n.site_id and l.bin_id = n.id and l.on_hand > 0) i on true
           order by n.aisle nulls last, n.code"#,
        org,
        site,
        bin,
        filter.zone.trim().to_uppercase(),
        filter.aisle,
        filter.kind.map(BinKind::code),
        like(&filter.code),
        rows.0,
        rows.1
    )
    .fetch_all(conn)
    .await?)
}

/// Zones and aisles that bins in use stand in.
pub(super) async fn zones_and_aisles(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<(Vec<String>, Vec<i32>)> {
    let row = sqlx::query!(
        r#"select (select coalesce(array_agg(z.code order by z.code), '{}') from zone z where z.org_id = $1 and z.site_id = $2) as "zones!",
                  (select coalesce(array_agg(distinct b.aisle order by b.aisle), '{}') from bin b
                   where b.org_id = $1 and b.site_id = $2 and b.aisle is not null and b.retired_at is null) as "aisles!""#,
        org,
        site
    )
    .fetch_one(conn)
    .await?;
    Ok((row.zones, row.aisles))
}

pub(crate) struct ContentRow {
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub lot_id: Uuid,
    pub lot_code: String,
    pub expires_on: Option<NaiveDate>,
    pub serial: String,
    pub owner_code: String,
    pub lpn: Option<String>,
    pub state: String,
    pub on_hand: i32,
    pub allocated: i32,
}

/// What stands in a bin, as finely as it can be told apart.
pub(super) async fn contents(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<Vec<ContentRow>> {
    Ok(sqlx::query_as!(
        ContentRow,
        r#"select b.sku_id, k.code as sku_code, k.name as sku_name, b.lot_id, coalesce(t.code, '') as "lot_code!",
                  (t.expires_on at time zone 'UTC')::date as "expires_on?", coalesce(e.code, '') as "serial!",
                  coalesce(w.code, '') as "owner_code!",
                  p.code as "lpn?", b.state, b.on_hand, b.allocated
           from balance b join sku k on k.org_id = b.org_id and k.id = b.sku_id
           left join lpn p on p.org_id = b.org_id and p.id = b.lpn_id
           left join stock_owner w on w.org_id = b.org_id and w.id = b.owner_id
           left join lot t on t.org_id = b.org_id and t.id = b.lot_id
           left join serial e on e.org_id = b.org_id and e.id = b.serial_id
           where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.on_hand > 0
           order by k.code, w.code nulls first, p.code nulls first, t.expires_on, t.code, e.code, b.state"#,
        org,
        site,
        bin
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct CandidateRow {
    pub id: Uuid,
    pub code: String,
    pub kind: String,
    pub aisle: Option<i32>,
    pub y_mm: Option<i32>,
    pub side: Option<String>,
    pub level: i32,
    pub storage_class: String,
    pub hazard: String,
    pub mixing: String,
    pub volume_ml: Option<i32>,
    pub weight_g: Option<i32>,
    pub locked: bool,
    pub used_volume_ml: i64,
    pub used_weight_g: i64,
    pub kept_owner: Option<Uuid>,
    pub skus: Option<Vec<Uuid>>,
    pub lots: Option<Vec<Uuid>>,
    pub owners: Option<Vec<Uuid>>,
}

/// Locks those of these bins that are kept for some goods, or have a limit: who puts goods into one queues here. In id order.
pub(super) async fn lock_kept(conn: &mut PgConnection, org: Uuid, site: Uuid, bins: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "select id from bin where org_id = $1 and site_id = $2 and id = any($3)
           and (kind in ('pick', 'reserve', 'quarantine') or volume_ml is not null or weight_g is not null)
         order by id for no key update",
        org,
        site,
        bins
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Bins in use that goods are put away into, with what stands in them; bins that are asked for by themselves, whatever they are for.
pub(super) async fn candidates(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    bins: Option<&[Uuid]>,
) -> Result<Vec<CandidateRow>> {
    Ok(sqlx::query_as!(
        CandidateRow,
        r#"select n.id, n.code, n.kind, n.aisle, n.y_mm, n.side, n.level, n.storage_class, n.hazard, n.mixing, n.volume_ml, n.weight_g,
                  n.locked, coalesce(i.volume, 0)::bigint as "used_volume_ml!", coalesce(i.weight, 0)::bigint as "used_weight_g!",
                  n.kept_owner, i.skus, i.lots, i.owners
           from bin n
           left join (select b.bin_id, sum(b.on_hand::bigint * greatest(1, (k.length_mm::bigint * k.width_mm * k.height_mm + 999) / 1000)) as volume,
                             sum(b.on_hand::bigint * k.weight_g) as weight, array_agg(b.sku_id) as skus, array_agg(b.lot_id) as lots,
                             array_agg(b.owner_id) as owners
                      from balance b join sku k on k.org_id = b.org_id and k.id = b.sku_id
                      where b.org_id = $1 and b.site_id = $2 and ($3::uuid[] is null or b.bin_id = any($3)) and b.on_hand > 0
                      group by b.bin_id) i on i.bin_id = n.id
           where n.org_id = $1 and n.site_id = $2 and ($3::uuid[] is null or n.id = any($3)) and n.retired_at is null
             and ($3::uuid[] is not null or n.kind in ('pick', 'reserve', 'quarantine', 'returns'))
           order by n.code"#,
        org,
        site,
        bins
    )
    .fetch_all(conn)
    .await?)
}
