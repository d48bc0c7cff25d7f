//! Statements on the return policy and its versions.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) struct PolicyRow {
    pub id: Uuid,
    pub version: i32,
    pub effective_from: DateTime<Utc>,
    pub body: Value,
}

/// The version in force then; before the first one, the first one.
pub(crate) async fn policy_at(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>) -> Result<Option<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select id, version, effective_from, body from return_policy where org_id = $1
         order by effective_from <= $2 desc, case when effective_from <= $2 then version end desc, version limit 1",
        org,
        at
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn policy_by_id(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select id, version, effective_from, body from return_policy where org_id = $1 and id = $2",
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

/// The newest version, locked, so that versions follow each other.
pub(crate) async fn lock_newest_policy(conn: &mut PgConnection, org: Uuid) -> Result<Option<PolicyRow>> {
    Ok(sqlx::query_as!(
        PolicyRow,
        "select id, version, effective_from, body from return_policy where org_id = $1 order by version desc limit 1 for update",
        org
    )
    .fetch_optional(conn)
    .await?)
}

pub(crate) async fn end_policy(conn: &mut PgConnection, org: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update return_policy set effective_to = $3 where org_id = $1 and id = $2", org, id, at).execute(conn).await?;
    Ok(())
}

/// Two first requests at once open it once.
pub(crate) async fn insert_policy(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    version: i32,
    from: DateTime<Utc>,
    body: Value,
) -> Result<()> {
    sqlx::query!(
        "insert into return_policy (org_id, id, version, effective_from, body) values ($1, $2, $3, $4, $5)
         on conflict (org_id, version) do nothing",
        org,
        id,
        version,
        from,
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}
