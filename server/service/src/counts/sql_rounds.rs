//! Statements on rounds: who counts, what of which SKU, and what a short pick made doubtful.

use chrono::{DateTime, NaiveDate, Utc};
use domain::counts::variance::{Item, Line};
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
    items: &[(&Item, i32)],
) -> Result<()> {
    let skus: Vec<Uuid> = items.iter().map(|(item, _)| item.sku.0).collect();
    let lots: Vec<String> = items.iter().map(|(item, _)| item.lot.clone()).collect();
    let serials: Vec<String> = items.iter().map(|(item, _)| item.serial.clone()).collect();
    let units: Vec<i32> = items.iter().map(|(_, units)| *units).collect();
    sqlx::query!(
        "insert into stock_count_line (org_id, count_id, round_no, sku_id, lot, serial, ledger_began, ledger, unit_value)
         select $1, $2, $3, sku, lot, serial, units, units, 0
         from unnest($4::uuid[], $5::text[], $6::text[], $7::int[]) as n (sku, lot, serial, units)",
        org,
        count,
        round,
        &skus,
        &lots,
        &serials,
        &units
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One item, counted: against the ledger of this moment.
pub(crate) struct CountedLine {
    pub item: Item,
    pub counted: i32,
    pub ledger: i32,
    pub unit_value: Decimal,
    /// What was said of a lot that may be new here.
    pub made_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
}

impl CountedLine {
    pub fn of(item: Item, counted: i32, ledger: i32, unit_value: Decimal) -> Self {
        Self { item, counted, ledger, unit_value, made_on: None, expires_on: None }
    }
}

pub(crate) async fn set_lines(
    conn: &mut PgConnection,
    org: Uuid,
    count: Uuid,
    round: i32,
    at: DateTime<Utc>,
    lines: &[CountedLine],
) -> Result<()> {
    let skus: Vec<Uuid> = lines.iter().map(|line| line.item.sku.0).collect();
    let lots: Vec<String> = lines.iter().map(|line| line.item.lot.clone()).collect();
    let serials: Vec<String> = lines.iter().map(|line| line.item.serial.clone()).collect();
    let made: Vec<Option<NaiveDate>> = lines.iter().map(|line| line.made_on).collect();
    let expires: Vec<Option<NaiveDate>> = lines.iter().map(|line| line.expires_on).collect();
    let counted: Vec<i32> = lines.iter().map(|line| line.counted).collect();
    let ledgers: Vec<i32> = lines.iter().map(|line| line.ledger).collect();
    let values: Vec<Decimal> = lines.iter().map(|line| line.unit_value).collect();
    sqlx::query!(
        "insert into stock_count_line (org_id, count_id, round_no, sku_id, lot, serial, ledger_began, ledger, counted, unit_value, counted_at,
           made_on, expires_on)
         select $1, $2, $3, sku, lot, serial, 0, ledger, counted, value, $8, made::timestamp at time zone 'UTC',
           expires::timestamp at time zone 'UTC'
         from unnest($4::uuid[], $5::int[], $6::int[], $7::numeric[], $9::text[], $10::text[], $11::date[], $12::date[])
           as n (sku, ledger, counted, value, lot, serial, made, expires)
         on conflict (org_id, count_id, round_no, sku_id, lot, serial) do update
           set ledger = excluded.ledger, counted = excluded.counted, unit_value = excluded.unit_value, counted_at = excluded.counted_at,
               made_on = excluded.made_on, expires_on = excluded.expires_on",
        org,
        count,
        round,
        &skus,
        &ledgers,
        &counted,
        &values,
        at,
        &lots,
        &serials,
        &made as &[Option<NaiveDate>],
        &expires as &[Option<NaiveDate>]
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) struct LineRow {
    pub sku_id: Uuid,
    pub lot: String,
    pub serial: String,
    pub ledger_began: i32,
    pub ledger: i32,
    pub counted: Option<i32>,
    pub unit_value: Decimal,
}

impl LineRow {
    pub(crate) fn item(&self) -> Item {
        Item { sku: self.sku_id.into(), lot: self.lot.clone(), serial: self.serial.clone() }
    }

    pub(crate) fn into_line(self) -> Option<Line> {
        Some(Line {
            sku: self.sku_id.into(),
            lot: self.lot,
            serial: self.serial,
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
        "select sku_id, lot, serial, ledger_began, ledger, counted, unit_value from stock_count_line
         where org_id = $1 and count_id = $2 and round_no = $3 order by sku_id, lot, serial",
        org,
        count,
        round
    )
    .fetch_all(conn)
    .await?)
}

/// What a round said of its lots' days.
pub(crate) struct DaysRow {
    pub sku_id: Uuid,
    pub lot: String,
    pub made_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
}

pub(crate) async fn days(conn: &mut PgConnection, org: Uuid, count: Uuid, round: i32) -> Result<Vec<DaysRow>> {
    Ok(sqlx::query_as!(
        DaysRow,
        r#"select sku_id, lot, (max(made_on) at time zone 'UTC')::date as "made_on?", (max(expires_on) at time zone 'UTC')::date as "expires_on?"
           from stock_count_line where org_id = $1 and count_id = $2 and round_no = $3 and (made_on is not null or expires_on is not null)
           group by sku_id, lot"#,
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
