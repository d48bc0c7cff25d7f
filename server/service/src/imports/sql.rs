//! Statements on import runs and their reports.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use domain::imports::{ImportRow, RowReport};

use crate::Result;

pub(crate) struct NewRun<'a> {
    pub id: Uuid,
    pub kind: &'a str,
    pub filename: &'a str,
    pub fingerprint: &'a [u8],
    pub dry_run: bool,
    pub rows_total: i32,
}

pub(crate) async fn insert_run(conn: &mut PgConnection, org: Uuid, new: &NewRun<'_>) -> Result<()> {
    sqlx::query!(
        "insert into import_run (org_id, id, kind, filename, fingerprint, dry_run, rows_total, rows_done, outcomes)
         values ($1, $2, $3, $4, $5, $6, $7, 0, '{}')",
        org,
        new.id,
        new.kind,
        new.filename,
        new.fingerprint,
        new.dry_run,
        new.rows_total
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn progress(conn: &mut PgConnection, org: Uuid, id: Uuid, rows_done: i32) -> Result<()> {
    sqlx::query!("update import_run set rows_done = $3 where org_id = $1 and id = $2", org, id, rows_done).execute(conn).await?;
    Ok(())
}

pub(crate) async fn finish(conn: &mut PgConnection, org: Uuid, id: Uuid, outcomes: &Value) -> Result<()> {
    sqlx::query!(
        "update import_run set rows_done = rows_total, outcomes = $3, finished_at = now() where org_id = $1 and id = $2",
        org,
        id,
        outcomes
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn insert_rows(conn: &mut PgConnection, org: Uuid, import: Uuid, rows: &[RowReport]) -> Result<()> {
    let numbers: Vec<i32> = rows.iter().map(|row| row.row_no).collect();
    let outcomes: Vec<String> = rows.iter().map(|row| row.outcome.code().to_owned()).collect();
    let words: Vec<String> = rows.iter().map(|row| row.words.clone()).collect();
    sqlx::query!(
        "insert into import_row (org_id, import_id, row_no, outcome, words)
         select $1, $2, * from unnest($3::int[], $4::text[], $5::text[])",
        org,
        import,
        &numbers,
        &outcomes,
        &words
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn runs(conn: &mut PgConnection, org: Uuid) -> Result<Vec<ImportRow>> {
    Ok(sqlx::query_as!(
        ImportRow,
        "select id as import, kind, filename, dry_run, rows_total, rows_done, started_at, finished_at
         from import_run where org_id = $1 order by started_at desc limit 50",
        org
    )
    .fetch_all(conn)
    .await?)
}

/// Every row of an import that was not taken: number, outcome, words.
pub(crate) async fn rows(conn: &mut PgConnection, org: Uuid, import: Uuid) -> Result<Vec<(i32, String, String)>> {
    let rows = sqlx::query!(
        "select row_no, outcome, words from import_row where org_id = $1 and import_id = $2 order by row_no",
        org,
        import
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.row_no, row.outcome, row.words)).collect())
}
