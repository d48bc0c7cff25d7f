//! Statements on snapshots of the stock.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::snapshots::Snapshot;
use crate::Result;

/// The database's own clock, which stamps what is recorded.
pub(super) async fn clock(pool: &PgPool) -> Result<DateTime<Utc>> {
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(pool).await?)
}

/// Transactions that have written movements, or are about to, and have not ended.
pub(super) async fn writers(pool: &PgPool) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct virtualtransaction as "who!" from pg_locks
           where locktype = 'relation' and relation = 'movement'::regclass and mode = 'RowExclusiveLock'
             and database = (select oid from pg_database where datname = current_database())"#
    )
    .fetch_all(pool)
    .await?)
}

/// The first snapshot of a long ledger takes as long as it takes.
pub(super) async fn be_patient(conn: &mut PgConnection) -> Result<()> {
    sqlx::query("set local statement_timeout = 0").execute(conn).await?;
    Ok(())
}

pub(super) async fn last(conn: &mut PgConnection, org: Uuid) -> Result<Option<Snapshot>> {
    Ok(sqlx::query_as!(
        Snapshot,
        "select nth, recorded_until, occurred_until, movements from stock_snapshot where org_id = $1 order by nth desc limit 1",
        org
    )
    .fetch_optional(conn)
    .await?)
}

/// Both ends grow from snapshot to snapshot, so the first from behind that fits is the nearest.
pub(super) async fn nearest(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, occurred: bool) -> Result<Option<Snapshot>> {
    Ok(sqlx::query_as!(
        Snapshot,
        "select nth, recorded_until, occurred_until, movements from stock_snapshot
         where org_id = $1 and case when $3 then occurred_until else recorded_until end <= $2 order by nth desc limit 1",
        org,
        at,
        occurred
    )
    .fetch_optional(conn)
    .await?)
}

/// How many movements were recorded since, counted up to `most`.
pub(super) async fn moved_since(conn: &mut PgConnection, org: Uuid, since: DateTime<Utc>, most: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select from movement where org_id = $1 and recorded_at > $2 limit $3) as moved"#,
        org,
        since,
        most
    )
    .fetch_one(conn)
    .await?)
}

pub(super) async fn lines(conn: &mut PgConnection, org: Uuid, nth: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "n!" from stock_snapshot_line where org_id = $1 and nth = $2"#, org, nth)
        .fetch_one(conn)
        .await?)
}

/// The head of the next snapshot; false when nothing moved since, or when somebody else has just taken it.
pub(super) async fn insert_snapshot(conn: &mut PgConnection, org: Uuid, last: &Snapshot, until: DateTime<Utc>) -> Result<bool> {
    let before = (last.nth > 0).then_some(last.occurred_until);
    let taken = sqlx::query!(
        "insert into stock_snapshot (org_id, nth, recorded_until, occurred_until, movements)
         select $1, $2::bigint + 1, $4, greatest($5, max(occurred_at)), $6::bigint + count(*)
         from movement where org_id = $1 and recorded_at > $3 and recorded_at <= $4 having count(*) > 0
         on conflict (org_id, nth) do nothing",
        org,
        last.nth,
        last.recorded_until,
        until,
        before,
        last.movements
    )
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() > 0)
}

/// Its lines: those of the one before, and what moved since.
pub(super) async fn insert_lines(conn: &mut PgConnection, org: Uuid, last: &Snapshot, until: DateTime<Utc>) -> Result<u64> {
    let written = sqlx::query!(
        "insert into stock_snapshot_line (org_id, nth, sku_id, site_id, bin_id, lpn_id, owner_id, lot_id, serial_id, state, on_hand)
         select $1, $2::bigint + 1, sku_id, site_id, bin_id, lpn_id, owner_id, lot_id, serial_id, state, on_hand
         from standing_stock($1, false, $2, $3, $4, 'infinity')",
        org,
        last.nth,
        last.recorded_until,
        until
    )
    .execute(conn)
    .await?;
    Ok(written.rows_affected())
}
