//! Statements on the exception queue.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Case;
use crate::Result;

pub(crate) async fn insert_cases(conn: &mut PgConnection, org: Uuid, at: DateTime<Utc>, cases: &[Case]) -> Result<()> {
    let ids: Vec<Uuid> = cases.iter().map(|_| Uuid::now_v7()).collect();
    let kinds: Vec<String> = cases.iter().map(|case| case.kind.to_owned()).collect();
    let subjects: Vec<Uuid> = cases.iter().map(|case| case.subject).collect();
    let sites: Vec<Uuid> = cases.iter().map(|case| case.site.unwrap_or_default().0).collect();
    let summaries: Vec<String> = cases.iter().map(|case| case.summary.clone()).collect();
    let details: Vec<Value> = cases.iter().map(|case| case.detail.clone()).collect();
    sqlx::query!(
        "insert into exception_case (org_id, id, kind, subject_id, site_id, summary, detail, raised_at)
         select $1, id, kind, subject, site, summary, detail, $8
         from unnest($2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::jsonb[]) as n (id, kind, subject, site, summary, detail)
         on conflict (org_id, kind, subject_id) where resolved_at is null do nothing",
        org,
        &ids,
        &kinds,
        &subjects,
        &sites,
        &summaries,
        &details,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn resolve_cases(
    conn: &mut PgConnection,
    org: Uuid,
    at: DateTime<Utc>,
    kind: &str,
    subjects: &[Uuid],
    resolution: &str,
) -> Result<()> {
    sqlx::query!(
        "update exception_case set resolved_at = $4, resolution = $5
         where org_id = $1 and kind = $2 and subject_id = any($3) and resolved_at is null",
        org,
        kind,
        subjects,
        at,
        resolution
    )
    .execute(conn)
    .await?;
    Ok(())
}
