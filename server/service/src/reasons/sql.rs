//! Statements on reason codes and on reasons that were given.

use chrono::{DateTime, Utc};
use domain::reasons::{Kept, Process, Reason};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

/// Codes the org has rows of: of this code, of this process, or all, the oldest first.
pub(super) async fn kept(conn: &mut PgConnection, org: Uuid, code: Option<&str>, process: Option<&str>) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"select process, code, words, means, retired_at is not null as "retired!" from reason_code
           where org_id = $1 and ($2::text is null or code = $2) and ($3::text is null or process = $3) order by added_at, code"#,
        org,
        code,
        process
    )
    .fetch_all(conn)
    .await?;
    let kept = rows.into_iter().filter_map(|row| {
        let reason = Reason { code: row.code, words: row.words, means: row.means };
        Some(Kept { process: Process::parse(&row.process)?, reason, retired: row.retired })
    });
    Ok(kept.collect())
}

/// A standard code gets its row once something is kept of it.
pub(super) async fn ensure(conn: &mut PgConnection, org: Uuid, process: &str, reason: &Reason, at: DateTime<Utc>) -> Result<()> {
    add(conn, org, process, reason, Uuid::nil(), at).await.map(drop)
}

/// Answers whether it is new.
pub(super) async fn add(
    conn: &mut PgConnection,
    org: Uuid,
    process: &str,
    reason: &Reason,
    by: Uuid,
    at: DateTime<Utc>,
) -> Result<bool> {
    let added = sqlx::query!(
        "insert into reason_code (org_id, process, code, words, means, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (org_id, process, code) do nothing",
        org,
        process,
        reason.code,
        reason.words,
        reason.means,
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(added.rows_affected() > 0)
}

pub(super) async fn retire(
    conn: &mut PgConnection,
    org: Uuid,
    process: &str,
    code: &str,
    at: Option<DateTime<Utc>>,
    by: Uuid,
) -> Result<()> {
    sqlx::query!(
        "update reason_code set retired_at = $4, retired_by = $5 where org_id = $1 and process = $2 and code = $3",
        org,
        process,
        code,
        at,
        by
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) async fn lock(conn: &mut PgConnection, org: Uuid, process: &str) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('reasons/' || $1::uuid || $2::text, 0))", org, process)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) struct NewGiven<'a> {
    pub process: &'a str,
    pub code: &'a str,
    pub subject: Uuid,
    pub note: &'a str,
    pub by: Uuid,
    pub command: Uuid,
    pub at: DateTime<Utc>,
}

pub(super) async fn insert_given(conn: &mut PgConnection, org: Uuid, new: &NewGiven<'_>) -> Result<()> {
    sqlx::query!(
        "insert into reason_given (org_id, id, process, code, subject_id, note, given_by, command_id, given_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        org,
        Uuid::now_v7(),
        new.process,
        new.code,
        new.subject,
        new.note,
        new.by,
        new.command,
        new.at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct Used {
    pub process: String,
    pub code: String,
    pub given: i64,
    pub last: DateTime<Utc>,
}

pub(super) async fn used(conn: &mut PgConnection, org: Uuid) -> Result<Vec<Used>> {
    Ok(sqlx::query_as!(
        Used,
        r#"select process, code, count(*) as "given!", max(given_at) as "last!" from reason_given where org_id = $1 group by process, code"#,
        org
    )
    .fetch_all(conn)
    .await?)
}
