//! Statements on transfers: their lines, what was loaded, what came, what did not.

use chrono::{DateTime, Utc};
use domain::transfers::AskedUnits;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(super) struct NewTransfer<'a> {
    pub id: Uuid,
    pub number: &'a str,
    pub from: Uuid,
    pub to: Uuid,
    pub note: &'a str,
    pub person: Uuid,
}

pub(super) async fn insert_transfer(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, new: &NewTransfer<'_>) -> Result<()> {
    sqlx::query!(
        "insert into site_transfer (org_id, id, number, from_site, to_site, note, requested_at, requested_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        org,
        new.id,
        new.number,
        new.from,
        new.to,
        new.note,
        at,
        new.person
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn insert_lines(conn: &mut PgConnection, org: Uuid, transfer: Uuid, lines: &[AskedUnits]) -> Result<()> {
    let ids: Vec<Uuid> = lines.iter().map(|_| Uuid::now_v7()).collect();
    let skus: Vec<Uuid> = lines.iter().map(|line| line.sku.0).collect();
    let units: Vec<i32> = lines.iter().map(|line| line.quantity).collect();
    sqlx::query!(
        "insert into transfer_line (org_id, id, transfer_id, line_no, sku_id, quantity)
         select $1, id, $2, nth::int, sku, units from unnest($3::uuid[], $4::uuid[], $5::int[]) with ordinality as n (id, sku, units, nth)",
        org,
        transfer,
        &ids,
        &skus,
        &units
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn lock_transfer(conn: &mut PgConnection, org: Uuid, transfer: Uuid) -> Result<bool> {
    let locked =
        sqlx::query_scalar!("select id from site_transfer where org_id = $1 and id = $2 for no key update", org, transfer);
    Ok(locked.fetch_optional(conn).await?.is_some())
}

#[expect(clippy::struct_excessive_bools, reason = "each happened or did not, whatever the others")]
pub(super) struct TransferHead {
    pub number: String,
    pub from_site: Uuid,
    pub to_site: Uuid,
    pub requested_by: Uuid,
    pub approved: bool,
    pub shipped: bool,
    pub closed: bool,
    pub cancelled: bool,
    pub loaded: i64,
    pub received: i64,
}

pub(super) async fn transfer(conn: &mut PgConnection, org: Uuid, transfer: Uuid) -> Result<Option<TransferHead>> {
    Ok(sqlx::query_as!(
        TransferHead,
        r#"select t.number, t.from_site, t.to_site, t.requested_by, t.approved_at is not null as "approved!",
                  t.shipped_at is not null as "shipped!", t.closed_at is not null as "closed!", t.cancelled_at is not null as "cancelled!",
                  coalesce((select sum(x.quantity) from transfer_line l join transfer_load x on x.org_id = l.org_id and x.line_id = l.id
                            where l.org_id = t.org_id and l.transfer_id = t.id), 0) as "loaded!",
                  coalesce((select sum(x.quantity) from transfer_line l join transfer_arrival x on x.org_id = l.org_id and x.line_id = l.id
                            where l.org_id = t.org_id and l.transfer_id = t.id), 0) as "received!"
           from site_transfer t where t.org_id = $1 and t.id = $2"#,
        org,
        transfer
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) struct LineRow {
    pub id: Uuid,
    pub sku_id: Uuid,
    pub sku_code: String,
    pub sku_name: String,
    pub variant: String,
    pub barcodes: Option<Vec<String>>,
    pub packs: Option<Vec<i32>>,
    pub quantity: i32,
    pub loaded: i32,
    /// In a bin of the receiving site, found ones too.
    pub received: i32,
    /// Given up and not found again.
    pub lost: i32,
}

pub(super) async fn lines(conn: &mut PgConnection, org: Uuid, transfer: Uuid) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        r#"select l.id, l.sku_id, s.code as sku_code, s.name as sku_name, s.variant,
                  (select array_agg(c.code order by c.pack_quantity, c.code) from barcode c where c.org_id = s.org_id and c.sku_id = s.id) as barcodes,
                  (select array_agg(c.pack_quantity order by c.pack_quantity, c.code) from barcode c
                   where c.org_id = s.org_id and c.sku_id = s.id) as packs,
                  l.quantity,
                  coalesce((select sum(x.quantity) from transfer_load x where x.org_id = l.org_id and x.line_id = l.id), 0)::int as "loaded!",
                  coalesce((select sum(x.quantity) from transfer_arrival x where x.org_id = l.org_id and x.line_id = l.id), 0)::int as "received!",
                  coalesce((select sum(case v.kind when 'loss' then v.quantity else -v.quantity end) from transfer_variance v
                            where v.org_id = l.org_id and v.line_id = l.id), 0)::int as "lost!"
           from transfer_line l join sku s on s.org_id = l.org_id and s.id = l.sku_id
           where l.org_id = $1 and l.transfer_id = $2 order by l.line_no"#,
        org,
        transfer
    )
    .fetch_all(conn)
    .await?)
}

/// Units that other approved transfers will still take from a site.
pub(super) async fn bound(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    skus: &[Uuid],
    except: Uuid,
) -> Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        r#"select l.sku_id, sum(l.quantity - coalesce(x.units, 0))::int as "units!"
           from site_transfer t join transfer_line l on l.org_id = t.org_id and l.transfer_id = t.id
           left join lateral (select sum(o.quantity) as units from transfer_load o where o.org_id = l.org_id and o.line_id = l.id) x on true
           where t.org_id = $1 and t.from_site = $2 and t.id <> $4 and l.sku_id = any($3)
             and t.approved_at is not null and t.shipped_at is null and t.cancelled_at is null
           group by l.sku_id"#,
        org,
        site,
        skus,
        except
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.units)).collect())
}

pub(super) async fn set_approved(
    conn: &mut PgConnection,
    org: Uuid,
    transfer: Uuid,
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update site_transfer set approved_at = $4, approved_by = $3 where org_id = $1 and id = $2",
        org,
        transfer,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn set_cancelled(
    conn: &mut PgConnection,
    org: Uuid,
    transfer: Uuid,
    why: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update site_transfer set cancelled_at = $4, cancelled_why = $3 where org_id = $1 and id = $2",
        org,
        transfer,
        why,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn set_shipped(conn: &mut PgConnection, org: Uuid, transfer: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update site_transfer set shipped_at = $3 where org_id = $1 and id = $2", org, transfer, at)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn set_closed(conn: &mut PgConnection, org: Uuid, transfer: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update site_transfer set closed_at = $3 where org_id = $1 and id = $2", org, transfer, at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The lane with its bin, if it is not there.
pub(super) async fn ensure_lane(conn: &mut PgConnection, org: Uuid, from: Uuid, to: Uuid, bin: Uuid) -> Result<()> {
    sqlx::query!(
        "insert into lane (org_id, id, from_site, to_site, bin_id) values ($1, $2, $3, $4, $5)
         on conflict (org_id, from_site, to_site) do nothing",
        org,
        Uuid::now_v7(),
        from,
        to,
        bin
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// (line, bin, units), column by column.
fn columns(rows: &[(Uuid, Uuid, i32)]) -> (Vec<Uuid>, Vec<Uuid>, Vec<Uuid>, Vec<i32>) {
    (
        rows.iter().map(|_| Uuid::now_v7()).collect(),
        rows.iter().map(|row| row.0).collect(),
        rows.iter().map(|row| row.1).collect(),
        rows.iter().map(|row| row.2).collect(),
    )
}

pub(super) async fn insert_loads(
    conn: &mut PgConnection,
    org: Uuid,
    person: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    rows: &[(Uuid, Uuid, i32)],
) -> Result<()> {
    let (ids, lines, bins, units) = columns(rows);
    sqlx::query!(
        "insert into transfer_load (org_id, id, line_id, bin_id, quantity, person_id, command_id, occurred_at)
         select $1, id, line, bin, units, $2, $3, $4 from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::int[]) as n (id, line, bin, units)",
        org,
        person,
        command,
        at,
        &ids,
        &lines,
        &bins,
        &units
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn insert_arrivals(
    conn: &mut PgConnection,
    org: Uuid,
    person: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    rows: &[(Uuid, Uuid, i32)],
) -> Result<()> {
    let (ids, lines, bins, units) = columns(rows);
    sqlx::query!(
        "insert into transfer_arrival (org_id, id, line_id, bin_id, quantity, person_id, command_id, occurred_at)
         select $1, id, line, bin, units, $2, $3, $4 from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::int[]) as n (id, line, bin, units)",
        org,
        person,
        command,
        at,
        &ids,
        &lines,
        &bins,
        &units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was given up, or turned up, column by column.
#[derive(Default)]
pub(super) struct NewVariances<'a> {
    pub kind: &'a str,
    pub reason: &'a str,
    pub note: &'a str,
    pub lines: Vec<Uuid>,
    pub units: Vec<i32>,
    pub amounts: Vec<Decimal>,
}

impl NewVariances<'_> {
    pub fn push(&mut self, line: Uuid, units: i32, amount: Decimal) {
        self.lines.push(line);
        self.units.push(units);
        self.amounts.push(amount);
    }
}

pub(super) async fn insert_variances(
    conn: &mut PgConnection,
    org: Uuid,
    person: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    new: &NewVariances<'_>,
) -> Result<()> {
    let ids: Vec<Uuid> = new.lines.iter().map(|_| Uuid::now_v7()).collect();
    sqlx::query!(
        "insert into transfer_variance (org_id, id, line_id, kind, quantity, amount, reason, note, person_id, command_id, occurred_at)
         select $1, id, line, $5, units, amount, $6, $7, $2, $3, $4
         from unnest($8::uuid[], $9::uuid[], $10::int[], $11::numeric[]) as n (id, line, units, amount)",
        org,
        person,
        command,
        at,
        new.kind,
        new.reason,
        new.note,
        &ids,
        &new.lines,
        &new.units,
        &new.amounts
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A bin of a site by its code in capitals: id, kind, locked.
pub(super) async fn bin_by_code(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    code: &str,
) -> Result<Option<(Uuid, String, bool)>> {
    let row =
        sqlx::query!("select id, kind, locked from bin where org_id = $1 and site_id = $2 and upper(code) = $3", org, site, code);
    Ok(row.fetch_optional(conn).await?.map(|row| (row.id, row.kind, row.locked)))
}
