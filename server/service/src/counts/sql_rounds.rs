//! Statements on rounds: who counts, what of which SKU, and what a short pick made doubtful.

use chrono::{DateTime, Utc};
use domain::counts::variance::Line;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

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
