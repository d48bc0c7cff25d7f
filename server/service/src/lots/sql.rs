//! Statements on lots, serials and how SKUs are told apart.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::lots::{Marks, Picking, Policy};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct PolicyRow {
    pub sku_id: Uuid,
    pub code: String,
    by_lot: bool,
    by_serial: bool,
    by_expiry: bool,
    picking: String,
    shelf_life_days: Option<i32>,
}

impl PolicyRow {
    pub fn policy(&self) -> Policy {
        Policy {
            lot: self.by_lot,
            serial: self.by_serial,
            expiry: self.by_expiry,
            picking: Picking::parse(&self.picking),
            shelf_life_days: self.shelf_life_days,
        }
    }
}

pub(super) async fn policies(conn: &mut PgConnection, org: Uuid, skus: &[Uuid]) -> Result<Vec<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select t.sku_id, s.code, t.by_lot, t.by_serial, t.by_expiry, t.picking, t.shelf_life_days from sku_tracking t
         join sku s on s.org_id = t.org_id and s.id = t.sku_id where t.org_id = $1 and t.sku_id = any($2)",
        org,
        skus
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn set_policy(conn: &mut PgConnection, org: Uuid, sku: Uuid, policy: &Policy) -> Result<()> {
    sqlx::query!(
        "insert into sku_tracking (org_id, sku_id, by_lot, by_serial, by_expiry, picking, shelf_life_days) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (org_id, sku_id) do update set by_lot = excluded.by_lot, by_serial = excluded.by_serial,
           by_expiry = excluded.by_expiry, picking = excluded.picking, shelf_life_days = excluded.shelf_life_days",
        org,
        sku,
        policy.lot,
        policy.serial,
        policy.expiry,
        policy.picking.map_or("", Picking::code),
        policy.shelf_life_days
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn usual(conn: &mut PgConnection, org: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!("select picking from lot_rules where org_id = $1", org).fetch_optional(conn).await?)
}

pub(super) async fn set_usual(conn: &mut PgConnection, org: Uuid, picking: &str) -> Result<()> {
    sqlx::query!(
        "insert into lot_rules (org_id, picking) values ($1, $2) on conflict (org_id) do update set picking = excluded.picking",
        org,
        picking
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Channels by code and name, with the days goods of their orders must be good.
pub(super) async fn channels(conn: &mut PgConnection, org: Uuid) -> Result<Vec<(String, String, i32)>> {
    let rows = sqlx::query!("select code, name, min_life_days from channel where org_id = $1 order by code", org)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.name, row.min_life_days)).collect())
}

pub(super) async fn set_min_life(conn: &mut PgConnection, org: Uuid, days: &[(String, i32)]) -> Result<()> {
    let (codes, days): (Vec<String>, Vec<i32>) = days.iter().cloned().unzip();
    sqlx::query!(
        "update channel c set min_life_days = n.days from unnest($2::text[], $3::int[]) as n (code, days)
         where c.org_id = $1 and c.code = n.code",
        org,
        &codes,
        &days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How long goods of each line must be good, where its channel says so.
pub(crate) async fn min_life(conn: &mut PgConnection, org: Uuid, lines: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        "select l.id, c.min_life_days from order_line l join sales_order o on o.org_id = l.org_id and o.id = l.order_id
         join channel c on c.org_id = o.org_id and c.id = o.channel_id
         where l.org_id = $1 and l.id = any($2) and c.min_life_days > 0",
        org,
        lines
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.min_life_days)).collect())
}

/// Units of a SKU in any state and place.
pub(super) async fn on_hand(conn: &mut PgConnection, org: Uuid, sku: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select coalesce(sum(on_hand), 0) as "units!" from balance where org_id = $1 and sku_id = $2"#,
        org,
        sku
    )
    .fetch_one(conn)
    .await?)
}

/// How old a lot or serial is, and until when it is good.
pub(super) struct AgeRow {
    pub id: Uuid,
    pub expires_on: Option<NaiveDate>,
    pub first_at: DateTime<Utc>,
}

pub(super) async fn ages(conn: &mut PgConnection, org: Uuid, lots: &[Uuid], serials: &[Uuid]) -> Result<Vec<AgeRow>> {
    Ok(sqlx::query_as!(
        AgeRow,
        r#"select id as "id!", (expires_on at time zone 'UTC')::date as "expires_on?", first_at as "first_at!" from lot where org_id = $1 and id = any($2)
           union all select id, null, first_at from serial where org_id = $1 and id = any($3)"#,
        org,
        lots,
        serials
    )
    .fetch_all(conn)
    .await?)
}

/// The codes of lots and serials by their ids.
pub(super) async fn codes(conn: &mut PgConnection, org: Uuid, lots: &[Uuid], serials: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let rows = sqlx::query!(
        r#"select id as "id!", code as "code!" from lot where org_id = $1 and id = any($2)
           union all select id, code from serial where org_id = $1 and id = any($3)"#,
        org,
        lots,
        serials
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.code)).collect())
}

/// Serials of a SKU that are known, with the lot each is of.
#[derive(Debug, Clone)]
pub(super) struct SerialRow {
    pub id: Uuid,
    pub code: String,
    pub lot_id: Uuid,
    pub lot: String,
}

pub(super) async fn serials_by_code(conn: &mut PgConnection, org: Uuid, sku: Uuid, codes: &[String]) -> Result<Vec<SerialRow>> {
    Ok(sqlx::query_as!(
        SerialRow,
        r#"select s.id, s.code, s.lot_id, coalesce(t.code, '') as "lot!" from serial s
           left join lot t on t.org_id = s.org_id and t.id = s.lot_id
           where s.org_id = $1 and s.sku_id = $2 and s.code = any($3) order by s.code"#,
        org,
        sku,
        codes
    )
    .fetch_all(conn)
    .await?)
}

/// Whoever finds units of this SKU by their serials waits for whoever does so already: a serial is found once.
pub(super) async fn queue_serials(conn: &mut PgConnection, org: Uuid, sku: Uuid) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('serials' || $1::text || $2::text, 0))",
        org.to_string(),
        sku.to_string()
    )
    .fetch_one(conn)
    .await?;
    Ok(())
}

/// The first of these serials that stands somewhere, but for what stands loose in this bin: its code, and where.
pub(super) async fn stands(conn: &mut PgConnection, org: Uuid, serials: &[Uuid], bin: Uuid) -> Result<Option<(String, String)>> {
    let row = sqlx::query!(
        r#"select s.code, t.code || ' ' || n.code as "bin!" from balance b
           join serial s on s.org_id = b.org_id and s.id = b.serial_id
           join bin n on n.org_id = b.org_id and n.id = b.bin_id join site t on t.org_id = b.org_id and t.id = b.site_id
           where b.org_id = $1 and b.serial_id = any($2) and b.serial_id <> '00000000-0000-0000-0000-000000000000' and b.on_hand > 0
             and (b.bin_id <> $3 or b.lpn_id <> '00000000-0000-0000-0000-000000000000')
           order by s.code limit 1"#,
        org,
        serials,
        bin
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.code, row.bin)))
}

#[derive(Debug, Clone)]
pub(crate) struct LotRow {
    pub id: Uuid,
    pub sku_id: Uuid,
    pub code: String,
    pub expires_on: Option<NaiveDate>,
    pub recalled: bool,
    pub recall_note: String,
}

/// Lots by id, kept from being recalled meanwhile.
pub(super) async fn lots(conn: &mut PgConnection, org: Uuid, ids: &[Uuid]) -> Result<Vec<LotRow>> {
    Ok(sqlx::query_as!(
        LotRow,
        r#"select id, sku_id, code, (expires_on at time zone 'UTC')::date as "expires_on?", recalled_at is not null as "recalled!", recall_note from lot
           where org_id = $1 and id = any($2) order by id for share"#,
        org,
        ids
    )
    .fetch_all(conn)
    .await?)
}

/// Lots as they are named at the door, column by column.
#[derive(Default)]
pub(super) struct NewLots {
    skus: Vec<Uuid>,
    codes: Vec<String>,
    made: Vec<Option<NaiveDate>>,
    expires: Vec<Option<NaiveDate>>,
    suppliers: Vec<String>,
}

impl NewLots {
    pub fn push(&mut self, sku: Uuid, marks: &Marks, supplier: &str) {
        self.skus.push(sku);
        self.codes.push(marks.lot.clone());
        self.made.push(marks.made_on);
        self.expires.push(marks.expires_on);
        self.suppliers.push(supplier.to_owned());
    }

    pub fn is_empty(&self) -> bool {
        self.skus.is_empty()
    }
}

/// Makes those that are new; in key order, so that two docks wait for each other instead of deadlocking.
pub(super) async fn insert_lots(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewLots) -> Result<()> {
    let ids: Vec<Uuid> = new.skus.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into lot (org_id, id, sku_id, code, made_on, expires_on, supplier, first_at)
         select distinct on (sku, code) $1::uuid, id, sku, code, made::timestamp at time zone 'UTC', expires::timestamp at time zone 'UTC', supplier,
           $8::timestamptz
         from unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::date[], $7::text[]) as n (id, sku, code, made, expires, supplier)
         order by sku, code, id on conflict (org_id, sku_id, code) do nothing",
        org,
        &ids,
        &new.skus,
        &new.codes,
        &new.made as &[Option<NaiveDate>],
        &new.expires as &[Option<NaiveDate>],
        &new.suppliers,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn lots_by_code(conn: &mut PgConnection, org: Uuid, new: &NewLots) -> Result<Vec<LotRow>> {
    Ok(sqlx::query_as!(
        LotRow,
        r#"select l.id, l.sku_id, l.code, (l.expires_on at time zone 'UTC')::date as "expires_on?", l.recalled_at is not null as "recalled!", l.recall_note
           from lot l
           where l.org_id = $1 and (l.sku_id, l.code) in (select sku, code from unnest($2::uuid[], $3::text[]) as n (sku, code))
           order by l.id for share of l"#,
        org,
        &new.skus,
        &new.codes
    )
    .fetch_all(conn)
    .await?)
}

/// Serials that come in, column by column.
#[derive(Default)]
pub(super) struct NewSerials {
    ids: Vec<Uuid>,
    skus: Vec<Uuid>,
    lots: Vec<Uuid>,
    codes: Vec<String>,
}

impl NewSerials {
    pub fn push(&mut self, sku: Uuid, lot: Uuid, code: String) -> Uuid {
        let id = Uuid::now_v7();
        self.ids.push(id);
        self.skus.push(sku);
        self.lots.push(lot);
        self.codes.push(code);
        id
    }
}

/// The first of these that exists already, among the rows or among themselves.
pub(super) async fn known_serials(conn: &mut PgConnection, org: Uuid, new: &NewSerials) -> Result<Vec<(Uuid, String)>> {
    let rows = sqlx::query!(
        r#"with n as (select sku, code from unnest($2::uuid[], $3::text[]) as n (sku, code))
           select sku as "sku!", code as "code!" from (
             select n.sku, n.code from n join serial s on s.org_id = $1 and s.sku_id = n.sku and s.code = n.code
             union all select sku, code from n group by sku, code having count(*) > 1) known order by code limit 1"#,
        org,
        &new.skus,
        &new.codes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku, row.code)).collect())
}

pub(super) async fn insert_serials(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewSerials) -> Result<()> {
    sqlx::query!(
        "insert into serial (org_id, id, sku_id, lot_id, code, first_at)
         select $1, id, sku, lot, code, $6 from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[]) as n (id, sku, lot, code)
         order by sku, code",
        org,
        &new.ids,
        &new.skus,
        &new.lots,
        &new.codes,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A part of a line in a bin, told apart by its lot and serial; empty where it is of none.
#[derive(Debug, Clone)]
pub(crate) struct WantedLot {
    pub allocation: Uuid,
    pub order_line_id: Uuid,
    pub bin_id: Uuid,
    pub quantity: i32,
    pub lot_id: Uuid,
    pub lot: String,
    pub expires_on: Option<NaiveDate>,
    pub recalled: bool,
    pub recall_note: String,
    pub serial: String,
}

/// What these lines were given of lots and serials in these bins, pairwise.
pub(crate) async fn wanted_lots(conn: &mut PgConnection, org: Uuid, lines: &[Uuid], bins: &[Uuid]) -> Result<Vec<WantedLot>> {
    Ok(sqlx::query_as!(
        WantedLot,
        r#"select a.id as allocation, a.order_line_id, a.bin_id, a.quantity, a.lot_id, coalesce(t.code, '') as "lot!",
                  (t.expires_on at time zone 'UTC')::date as "expires_on?", t.recalled_at is not null as "recalled!",
                  coalesce(t.recall_note, '') as "recall_note!",
                  coalesce(s.code, '') as "serial!"
           from allocation a
           join (select distinct line, bin from unnest($2::uuid[], $3::uuid[]) as n (line, bin)) n on a.order_line_id = n.line and a.bin_id = n.bin
           left join lot t on t.org_id = a.org_id and t.id = a.lot_id
           left join serial s on s.org_id = a.org_id and s.id = a.serial_id
           where a.org_id = $1 and a.lpn_id = '00000000-0000-0000-0000-000000000000'
           order by t.expires_on, t.code, s.code, a.id"#,
        org,
        lines,
        bins
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) struct FreeSerial {
    pub bin_id: Uuid,
    pub sku_id: Uuid,
    pub code: String,
}

/// Serials that are on sale in these bins and nobody's, pairwise with their SKUs.
pub(crate) async fn free_serials(conn: &mut PgConnection, org: Uuid, bins: &[Uuid], skus: &[Uuid]) -> Result<Vec<FreeSerial>> {
    Ok(sqlx::query_as!(
        FreeSerial,
        "select b.bin_id, b.sku_id, s.code from (select distinct bin, sku from unnest($2::uuid[], $3::uuid[]) as n (bin, sku)) n
         join bin x on x.org_id = $1 and x.id = n.bin
         join balance b on b.org_id = $1 and b.site_id = x.site_id and b.bin_id = n.bin and b.sku_id = n.sku and b.state = 'sellable'
           and b.on_hand > b.allocated and b.lpn_id = '00000000-0000-0000-0000-000000000000'
         join serial s on s.org_id = b.org_id and s.id = b.serial_id order by s.code",
        org,
        bins,
        skus
    )
    .fetch_all(conn)
    .await?)
}

/// A serial on sale in a bin, and whose order it is given to.
pub(crate) struct SerialThere {
    pub serial_id: Uuid,
    pub lot_id: Uuid,
    pub owner_id: Uuid,
    pub order: Option<String>,
}

pub(crate) async fn serial_in_bin(
    conn: &mut PgConnection,
    org: Uuid,
    sku: Uuid,
    bin: Uuid,
    code: &str,
) -> Result<Option<SerialThere>> {
    Ok(sqlx::query_as!(
        SerialThere,
        r#"select s.id as serial_id, s.lot_id, b.owner_id, (
             select o.number from allocation a join order_line l on l.org_id = a.org_id and l.id = a.order_line_id
             join sales_order o on o.org_id = l.org_id and o.id = l.order_id
             where a.org_id = b.org_id and a.site_id = b.site_id and a.bin_id = b.bin_id and a.lpn_id = b.lpn_id and a.sku_id = b.sku_id
               and a.serial_id = b.serial_id limit 1) as "order?"
           from serial s join balance b on b.org_id = s.org_id and b.serial_id = s.id and b.bin_id = $3 and b.on_hand > 0
             and b.state = 'sellable' and b.lpn_id = '00000000-0000-0000-0000-000000000000'
           where s.org_id = $1 and s.sku_id = $2 and s.code = $4 for no key update of b"#,
        org,
        sku,
        bin,
        code
    )
    .fetch_optional(conn)
    .await?)
}

/// The lots of a SKU that stand loose in a bin.
pub(super) async fn lots_in_bin(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid, sku: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select distinct lot_id from balance where org_id = $1 and site_id = $2 and bin_id = $3 and sku_id = $4 and on_hand > 0
           and lpn_id = '00000000-0000-0000-0000-000000000000' and lot_id <> '00000000-0000-0000-0000-000000000000'",
        org,
        site,
        bin,
        sku
    )
    .fetch_all(conn)
    .await?)
}
