//! Statements of putaway: what waits to be put away, and the bins that may take it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::stock::Tag;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct WaitingRow {
    pub from_bin: Uuid,
    pub from_code: String,
    pub site_code: String,
    pub lpn_id: Uuid,
    pub lpn_code: Option<String>,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub owner_id: Uuid,
    pub owner_code: String,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub state: String,
    pub quantity: i32,
    pub since: Option<DateTime<Utc>>,
}

/// Goods of nobody that stand where none stay, those that came first before the others: at docks, on the lanes of a stage, and what was
/// released in quarantine.
pub(super) async fn waiting(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<WaitingRow>> {
    Ok(sqlx::query_as!(
        WaitingRow,
        r#"select n.id as from_bin, n.code as from_code, s.code as site_code, b.lpn_id, p.code as "lpn_code?", b.sku_id,
                  k.code as sku_code, k.name as sku_name, k.variant, b.owner_id,
                  coalesce(w.code, '') as "owner_code!", b.state, b.quantity as "quantity!",
                  (select array_agg(c.code order by c.code) from barcode c where c.org_id = k.org_id and c.sku_id = k.id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.code) from barcode c where c.org_id = k.org_id and c.sku_id = k.id) as packs,
                  (select m.occurred_at from movement m where m.org_id = $1 and m.sku_id = b.sku_id and m.to_bin = b.bin_id
                   order by m.occurred_at desc limit 1) as since
           from (select x.site_id, x.bin_id, x.lpn_id, x.sku_id, x.owner_id, x.state, sum(x.on_hand - x.allocated)::int as quantity
                 from bin d join balance x on x.org_id = d.org_id and x.site_id = d.site_id and x.bin_id = d.id and x.on_hand > x.allocated
                 where d.org_id = $1 and (d.kind in ('dock', 'stage') or d.kind = 'quarantine' and x.state = 'sellable') and ($2::uuid[] is null or d.site_id = any($2))
                   and x.state in ('sellable', 'held', 'quarantined', 'damaged')
                 group by x.site_id, x.bin_id, x.lpn_id, x.sku_id, x.owner_id, x.state) b
           join bin n on n.org_id = $1 and n.id = b.bin_id
           join site s on s.org_id = $1 and s.id = b.site_id join sku k on k.org_id = $1 and k.id = b.sku_id
           left join lpn p on p.org_id = $1 and p.id = b.lpn_id
           left join stock_owner w on w.org_id = $1 and w.id = b.owner_id
           order by since nulls first, p.code, k.code, w.code nulls first, b.state"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

pub(super) struct GoodsRow {
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub lot_id: Uuid,
    pub serial_id: Uuid,
    pub sku_code: String,
    pub quantity: i32,
    pub volume_ml: i64,
    pub weight_g: i64,
    pub storage_class: String,
    pub hazard: String,
}

impl GoodsRow {
    pub fn tag(&self) -> Tag {
        Tag { owner: self.owner_id.into(), lot: self.lot_id.into(), serial: self.serial_id.into() }
    }
}

pub(super) struct ApartRow {
    pub bin_id: Uuid,
    pub lpn_id: Uuid,
    pub sku_id: Uuid,
    pub owner_id: Uuid,
    pub state: String,
    pub by_serial: bool,
    pub lot: Option<String>,
    pub expires_on: Option<NaiveDate>,
    pub serial: Option<String>,
    pub units: i32,
}

/// The same goods, such as are told apart: by lot, or unit by unit.
pub(super) async fn apart(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<ApartRow>> {
    Ok(sqlx::query_as!(
        ApartRow,
        r#"select b.bin_id, b.lpn_id, b.sku_id, b.owner_id, b.state, k.by_serial, l.code as "lot?",
                  (l.expires_on at time zone 'UTC')::date as "expires_on?", e.code as "serial?", b.on_hand - b.allocated as "units!"
           from bin d join balance b on b.org_id = d.org_id and b.site_id = d.site_id and b.bin_id = d.id and b.on_hand > b.allocated
           join sku_tracking k on k.org_id = b.org_id and k.sku_id = b.sku_id and (k.by_lot or k.by_serial)
           left join lot l on l.org_id = b.org_id and l.id = b.lot_id
           left join serial e on e.org_id = b.org_id and e.id = b.serial_id
           where d.org_id = $1 and (d.kind in ('dock', 'stage') or d.kind = 'quarantine' and b.state = 'sellable') and ($2::uuid[] is null or d.site_id = any($2))
           order by l.expires_on, l.code, e.code"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?)
}

/// Goods of nobody in such a bin of a site, as they are told apart: one item, or all in a handling unit; the oldest lot first.
pub(super) async fn goods(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    place: (Uuid, Uuid),
    (sku, owner): (Option<Uuid>, Option<Uuid>),
    state: &str,
) -> Result<Vec<GoodsRow>> {
    Ok(sqlx::query_as!(
        GoodsRow,
        r#"select b.sku_id, b.owner_id, b.lot_id, b.serial_id, k.code as sku_code, (b.on_hand - b.allocated) as "quantity!",
                  -- A unit takes at least a millilitre.
                  greatest(1, (k.length_mm::bigint * k.width_mm * k.height_mm + 999) / 1000) as "volume_ml!",
                  k.weight_g::bigint as "weight_g!", k.storage_class, k.hazard
           from balance b join bin n on n.org_id = b.org_id and n.id = b.bin_id
             and (n.kind in ('dock', 'stage') or n.kind = 'quarantine' and b.state = 'sellable')
           join sku k on k.org_id = b.org_id and k.id = b.sku_id
           where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.lpn_id = $4 and ($5::uuid is null or b.sku_id = $5)
             and b.state = $6 and b.on_hand > b.allocated and ($7::uuid is null or b.owner_id = $7)
           order by k.code, b.sku_id, b.owner_id, b.lot_id, b.serial_id"#,
        org,
        site,
        place.0,
        place.1,
        sku,
        state,
        owner
    )
    .fetch_all(conn)
    .await?)
}

/// How often an item was picked at a site since then.
pub(super) async fn picks(conn: &mut PgConnection, org: Uuid, site: Uuid, sku: Uuid, since: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "picks!" from movement
           where org_id = $1 and sku_id = $2 and occurred_at > $3 and reason = 'pick' and from_site = $4"#,
        org,
        sku,
        since,
        site
    )
    .fetch_one(conn)
    .await?)
}

/// What an item asks of its place.
pub(super) async fn handling(conn: &mut PgConnection, org: Uuid, sku: Uuid) -> Result<Option<(String, String)>> {
    let row = sqlx::query!("select storage_class, hazard from sku where org_id = $1 and id = $2", org, sku)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| (row.storage_class, row.hazard)))
}

pub(super) struct AskRow {
    pub sku_id: Uuid,
    pub volume_ml: i64,
    pub weight_g: i64,
    pub storage_class: String,
    pub hazard: String,
}

/// What a unit of each item asks of its place.
pub(super) async fn asks(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<AskRow>> {
    Ok(sqlx::query_as!(
        AskRow,
        r#"select id as sku_id, greatest(1, (length_mm::bigint * width_mm * height_mm + 999) / 1000) as "volume_ml!",
                  weight_g::bigint as "weight_g!", storage_class, hazard
           from sku where org_id = $1 and id = any($2)"#,
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}
