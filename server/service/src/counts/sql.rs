//! Statements on counts: the programme, counts with their rounds, lines and doubts, and what planning looks at.

use chrono::{DateTime, Utc};
use domain::counts::Class;
use domain::counts::programme::BinFacts;
use domain::counts::variance::{Line, Verdict};
use domain::ids::SkuId;
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

pub(crate) async fn insert_round(
    conn: &mut PgConnection,
    org: Uuid,
    count: Uuid,
    round: i32,
    person: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into stock_count_round (org_id, count_id, round_no, person_id, began_at) values ($1, $2, $3, $4, $5)",
        org,
        count,
        round,
        person,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn end_round(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "update stock_count_round set ended_at = $4 where org_id = $1 and count_id = $2 and round_no = $3",
        org,
        count,
        round,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn delete_round(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32) -> Result<()> {
    sqlx::query!("delete from stock_count_line where org_id = $1 and count_id = $2 and round_no = $3", org, count, round)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("delete from stock_count_round where org_id = $1 and count_id = $2 and round_no = $3", org, count, round)
        .execute(conn)
        .await?;
    Ok(())
}

/// Who counted, round by round.
pub(crate) async fn round_people(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        "select person_id from stock_count_round where org_id = $1 and count_id = $2 order by round_no",
        org,
        count
    )
    .fetch_all(conn)
    .await?)
}

/// What the ledger says when a round begins.
pub(crate) async fn insert_lines(
    conn: &mut PgConnection,
    org: Uuid,
    count: Uuid,
    round: i32,
    skus: &[Uuid],
    units: &[i32],
) -> Result<()> {
    sqlx::query!(
        "insert into stock_count_line (org_id, count_id, round_no, sku_id, ledger_began, ledger, unit_value)
         select $1, $2, $3, sku, units, units, 0 from unnest($4::uuid[], $5::int[]) as n (sku, units)",
        org,
        count,
        round,
        skus,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One SKU, counted: against the ledger of this moment.
pub(crate) struct CountedLine {
    pub sku: Uuid,
    pub counted: i32,
    pub ledger: i32,
    pub unit_value: Decimal,
}

pub(crate) async fn set_lines(
    conn: &mut PgConnection,
    org: Uuid,
    count: Uuid,
    round: i32,
    at: DateTime<Utc>,
    lines: &[CountedLine],
) -> Result<()> {
    let skus: Vec<Uuid> = lines.iter().map(|line| line.sku).collect();
    let counted: Vec<i32> = lines.iter().map(|line| line.counted).collect();
    let ledgers: Vec<i32> = lines.iter().map(|line| line.ledger).collect();
    let values: Vec<Decimal> = lines.iter().map(|line| line.unit_value).collect();
    sqlx::query!(
        "insert into stock_count_line (org_id, count_id, round_no, sku_id, ledger_began, ledger, counted, unit_value, counted_at)
         select $1, $2, $3, sku, 0, ledger, counted, value, $8
         from unnest($4::uuid[], $5::int[], $6::int[], $7::numeric[]) as n (sku, ledger, counted, value)
         on conflict (org_id, count_id, round_no, sku_id) do update
           set ledger = excluded.ledger, counted = excluded.counted, unit_value = excluded.unit_value, counted_at = excluded.counted_at",
        org,
        count,
        round,
        &skus,
        &ledgers,
        &counted,
        &values,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct LineRow {
    pub sku_id: Uuid,
    pub ledger_began: i32,
    pub ledger: i32,
    pub counted: Option<i32>,
    pub unit_value: Decimal,
}

impl LineRow {
    pub(crate) fn into_line(self) -> Option<Line> {
        Some(Line {
            sku: self.sku_id.into(),
            ledger_began: self.ledger_began,
            ledger: self.ledger,
            counted: self.counted?,
            unit_value: self.unit_value,
        })
    }
}

pub(crate) async fn lines(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32) -> Result<Vec<LineRow>> {
    Ok(sqlx::query_as!(
        LineRow,
        "select sku_id, ledger_began, ledger, counted, unit_value from stock_count_line
         where org_id = $1 and count_id = $2 and round_no = $3 order by sku_id",
        org,
        count,
        round
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn add_doubt(
    conn: &mut PgConnection,
    org: Uuid,
    count: Uuid,
    sku: Uuid,
    after_round: i32,
    units: i32,
) -> Result<()> {
    sqlx::query!(
        "insert into stock_count_doubt as d (org_id, count_id, sku_id, after_round, quantity) values ($1, $2, $3, $4, $5)
         on conflict (org_id, count_id, sku_id, after_round) do update set quantity = d.quantity + excluded.quantity",
        org,
        count,
        sku,
        after_round,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What was doubted before a round began, taken off the list: the round answers it.
pub(crate) async fn take_doubts(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32) -> Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        r#"with taken as (
             delete from stock_count_doubt where org_id = $1 and count_id = $2 and after_round < $3 returning sku_id, quantity)
           select sku_id as "sku_id!", sum(quantity)::int as "quantity!" from taken group by sku_id"#,
        org,
        count,
        round
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id, row.quantity)).collect())
}

pub(crate) async fn has_doubts(conn: &mut PgConnection, org: Uuid, count: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from stock_count_doubt where org_id = $1 and count_id = $2) as "has!""#,
        org,
        count
    )
    .fetch_one(conn)
    .await?)
}

/// What is still doubted is the next count's to answer.
pub(crate) async fn hand_on_doubts(conn: &mut PgConnection, org: Uuid, from: Uuid, to: Uuid) -> Result<()> {
    sqlx::query!(
        "with left_over as (delete from stock_count_doubt where org_id = $1 and count_id = $2 returning sku_id, quantity)
         insert into stock_count_doubt (org_id, count_id, sku_id, after_round, quantity)
         select $1, $3, sku_id, 0, sum(quantity)::int from left_over group by sku_id",
        org,
        from,
        to
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

/// Units that were picked at a site since, by SKU.
pub(crate) async fn moved(conn: &mut PgConnection, org: Uuid, site: Uuid, since: DateTime<Utc>) -> Result<Vec<(SkuId, i64)>> {
    let rows = sqlx::query!(
        r#"select sku_id, sum(quantity)::bigint as "units!" from movement
           where org_id = $1 and from_site = $2 and occurred_at >= $3 and reason = 'pick' group by sku_id"#,
        org,
        site,
        since
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.sku_id.into(), row.units)).collect())
}

/// The site's classes are these now, and no others.
pub(crate) async fn set_velocities(
    conn: &mut PgConnection,
    org: Uuid,
    site: Uuid,
    at: DateTime<Utc>,
    skus: &[Uuid],
    classes: &[String],
    units: &[i64],
) -> Result<()> {
    sqlx::query!("delete from sku_velocity where org_id = $1 and site_id = $2 and not sku_id = any($3)", org, site, skus)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into sku_velocity (org_id, site_id, sku_id, class, units, computed_at)
         select $1, $2, sku, class, units, $3 from unnest($4::uuid[], $5::text[], $6::bigint[]) as n (sku, class, units) order by sku
         on conflict (org_id, site_id, sku_id) do update
           set class = excluded.class, units = excluded.units, computed_at = excluded.computed_at",
        org,
        site,
        at,
        skus,
        classes,
        units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Planned counts that were opened on the day of this moment.
pub(crate) async fn opened_today(conn: &mut PgConnection, org: Uuid, site: Uuid, at: DateTime<Utc>) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "opened!" from stock_count
           where org_id = $1 and site_id = $2 and every_days > 0 and opened_at >= date_trunc('day', $3::timestamptz, 'UTC')"#,
        org,
        site,
        at
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) struct FilledBin {
    pub bin_id: Uuid,
    pub code: String,
    pub class: String,
    pub value: Decimal,
    pub last_at: Option<DateTime<Utc>>,
    pub last_right: Option<bool>,
}

impl FilledBin {
    pub(crate) fn facts(self) -> BinFacts {
        BinFacts {
            bin: self.bin_id.into(),
            code: self.code,
            class: Class::parse(&self.class).unwrap_or(Class::C),
            value: self.value,
            last: self.last_at.zip(self.last_right),
        }
    }
}

/// Storage bins with goods in them and no open count: their class, their worth at standard cost, and their last count.
pub(crate) async fn filled_bins(conn: &mut PgConnection, org: Uuid, site: Uuid) -> Result<Vec<FilledBin>> {
    Ok(sqlx::query_as!(
        FilledBin,
        r#"select f.bin_id as "bin_id!", b.code, f.class as "class!", f.value as "value!", l.ended_at as "last_at?",
                  l.in_tolerance as "last_right?"
           from (select s.bin_id, min(coalesce(v.class, 'c')) as class, sum(s.on_hand * k.standard_cost) as value
                 from balance s join sku k on k.org_id = s.org_id and k.id = s.sku_id
                 left join sku_velocity v on v.org_id = s.org_id and v.site_id = s.site_id and v.sku_id = s.sku_id
                 where s.org_id = $1 and s.site_id = $2 and s.on_hand > 0
                   and s.lpn_id = '00000000-0000-0000-0000-000000000000' group by s.bin_id) f
           join bin b on b.org_id = $1 and b.id = f.bin_id and b.kind in ('pick', 'reserve')
           left join lateral (select c.ended_at, c.in_tolerance from stock_count c
                              where c.org_id = $1 and c.bin_id = f.bin_id and c.status = 'done' order by c.ended_at desc limit 1) l on true
           where not exists (select from stock_count c where c.org_id = $1 and c.bin_id = f.bin_id and c.status <> 'done')"#,
        org,
        site
    )
    .fetch_all(conn)
    .await?)
}
