//! Statements on counts: the programme, and each count from its opening to its end. Rounds are in `sql_rounds`, planning in `sql_plan`.

use chrono::{DateTime, Utc};
use domain::counts::variance::Verdict;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) async fn programme(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Option<Value>> {
    Ok(sqlx::query_scalar!("select body from count_programme where org_id = $1 and site_id = $2", org, site)
        .fetch_optional(conn)
        .await?)
}

pub(crate) async fn set_programme(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    body: &Value,
    by: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into count_programme (org_id, site_id, body, changed_by, changed_at) values ($1, $2, $3, $4, $5)
         on conflict (org_id, site_id) do update set body = excluded.body, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        org,
        site,
        body,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Sites whose programme somebody has set.
pub(crate) async fn planned_sites(conn: &mut PgConnection, org: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!("select site_id from count_programme where org_id = $1 order by site_id", org).fetch_all(conn).await?)
}

pub(crate) struct BinRow {
    pub id: Uuid,
    pub code: String,
    pub kind: String,
}

/// A bin by its label, as people write it.
pub(crate) async fn bin(conn: &mut PgConnection, org: Uuid, site: Uuid, code: &str) -> Result<Option<BinRow>> {
    Ok(sqlx::query_as!(
        BinRow,
        "select id, code, kind from bin where org_id = $1 and site_id = $2 and code in ($3, upper($3))",
        org,
        site,
        code
    )
    .fetch_optional(conn)
    .await?)
}

/// Counts, column by column.
#[derive(Default)]
pub(crate) struct NewCounts {
    pub ids: Vec<Uuid>,
    pub numbers: Vec<String>,
    pub sites: Vec<Uuid>,
    pub bins: Vec<Uuid>,
    pub whys: Vec<String>,
    pub classes: Vec<String>,
    pub every_days: Vec<i32>,
    pub notes: Vec<String>,
}

/// Opens counts where none is open; answers those that are new, with their sites.
pub(crate) async fn insert_counts(
    conn: &mut PgConnection,
    org: Uuid,
    by: Uuid,
    at: DateTime<Utc>,
    new: &NewCounts,
) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = sqlx::query!(
        "insert into stock_count (org_id, id, number, site_id, bin_id, why, class, every_days, status, note, opened_by, opened_at)
         select $1, id, number, site, bin, why, class, every, 'open', note, $2, $3
         from unnest($4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::int[], $11::text[])
           as n (id, number, site, bin, why, class, every, note)
         order by bin
         on conflict (org_id, bin_id) where status <> 'done' do nothing returning id, site_id",
        org,
        by,
        at,
        &new.ids,
        &new.numbers,
        &new.sites,
        &new.bins,
        &new.whys,
        &new.classes,
        &new.every_days,
        &new.notes
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.site_id)).collect())
}

pub(crate) struct CountRow {
    pub id: Uuid,
    pub number: String,
    pub site_id: Uuid,
    pub bin_id: Uuid,
    pub bin_code: String,
    pub why: String,
    pub status: String,
    pub person_id: Uuid,
    pub person_name: Option<String>,
    pub rounds: i32,
}

/// The open count of a bin, locked.
pub(crate) async fn lock_open(conn: &mut PgConnection, org: Uuid, bin: Uuid) -> Result<Option<CountRow>> {
    Ok(sqlx::query_as!(
        CountRow,
        r#"select c.id, c.number, c.site_id, c.bin_id, b.code as bin_code, c.why, c.status, c.person_id, p.name as "person_name?", c.rounds
           from stock_count c join bin b on b.org_id = c.org_id and b.id = c.bin_id
           left join person p on p.org_id = c.org_id and p.id = c.person_id
           where c.org_id = $1 and c.bin_id = $2 and c.status <> 'done' for no key update of c"#,
        org,
        bin
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn lock_count(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<CountRow>> {
    Ok(sqlx::query_as!(
        CountRow,
        r#"select c.id, c.number, c.site_id, c.bin_id, b.code as bin_code, c.why, c.status, c.person_id, p.name as "person_name?", c.rounds
           from stock_count c join bin b on b.org_id = c.org_id and b.id = c.bin_id
           left join person p on p.org_id = c.org_id and p.id = c.person_id
           where c.org_id = $1 and c.id = $2 for no key update of c"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn set_status(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    status: &str,
    person: Uuid,
    rounds: i32,
) -> Result<()> {
    sqlx::query!(
        "update stock_count set status = $3, person_id = $4, rounds = $5 where org_id = $1 and id = $2",
        org,
        id,
        status,
        person,
        rounds
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn set_values(conn: &mut PgConnection, org: Uuid, id: Uuid, off: Decimal, net: Decimal) -> Result<()> {
    sqlx::query!("update stock_count set off_value = $3, net_value = $4 where org_id = $1 and id = $2", org, id, off, net)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn set_note(conn: &mut PgConnection, org: Uuid, id: Uuid, note: &str) -> Result<()> {
    sqlx::query!("update stock_count set note = $3 where org_id = $1 and id = $2", org, id, note).execute(conn).await?;
    Ok(())
}

/// The count is done; its last round's worth stays with it.
pub(crate) async fn close(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    at: DateTime<Utc>,
    verdict: &Verdict,
    decided_by: Uuid,
) -> Result<()> {
    sqlx::query!(
        "update stock_count set status = 'done', person_id = '00000000-0000-0000-0000-000000000000', ended_at = $3, off_value = $4,
           net_value = $5, in_tolerance = $6, decided_by = $7 where org_id = $1 and id = $2",
        org,
        id,
        at,
        verdict.off_value,
        verdict.net_value,
        verdict.in_tolerance,
        decided_by
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Does the ledger say that nothing stands there?
pub(crate) async fn is_empty(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select not exists (select from balance where org_id = $1 and site_id = $2 and bin_id = $3 and on_hand > 0) as "empty!""#,
        org,
        site,
        bin
    )
    .fetch_one(conn)
    .await?)
}

/// The class of the fastest SKU that stands in a bin; C when none of them has one; none in an empty bin.
pub(crate) async fn class_of_bin(conn: &mut PgConnection, org: Uuid, site: Uuid, bin: Uuid) -> Result<Option<String>> {
    Ok(sqlx::query_scalar!(
        "select min(coalesce(v.class, 'c')) from balance b
         left join sku_velocity v on v.org_id = b.org_id and v.site_id = b.site_id and v.sku_id = b.sku_id
         where b.org_id = $1 and b.site_id = $2 and b.bin_id = $3 and b.on_hand > 0",
        org,
        site,
        bin
    )
    .fetch_one(conn)
    .await?)
}
