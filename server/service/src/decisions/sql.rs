//! Statements on decision receipts.

use chrono::{DateTime, Utc};
use domain::orders::DecisionRow;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Decision;
use crate::Result;

pub(crate) async fn insert_decisions(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    decisions: &[Decision],
) -> Result<()> {
    let ids: Vec<Uuid> = decisions.iter().map(|d| d.id.0).collect();
    let kinds: Vec<String> = decisions.iter().map(|d| d.kind.to_owned()).collect();
    let subjects: Vec<Uuid> = decisions.iter().map(|d| d.subject).collect();
    let versions: Vec<String> = decisions.iter().map(|d| d.rule_version.clone()).collect();
    let inputs: Vec<Value> = decisions.iter().map(|d| d.inputs.clone()).collect();
    let chosen: Vec<Value> = decisions.iter().map(|d| d.chosen.clone()).collect();
    let rejected: Vec<Value> = decisions.iter().map(|d| d.rejected.clone()).collect();
    sqlx::query!(
        "insert into decision (org_id, id, kind, subject_id, rule_version, inputs, chosen, rejected, command_id, occurred_at)
         select $1, id, kind, subject, version, inputs, chosen, rejected, $2, $10
         from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::jsonb[], $8::jsonb[], $9::jsonb[])
           as n (id, kind, subject, version, inputs, chosen, rejected)",
        org,
        command,
        &ids,
        &kinds,
        &subjects,
        &versions,
        &inputs,
        &chosen,
        &rejected,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn decisions(conn: &mut PgConnection, org: Uuid, subject: Uuid) -> Result<Vec<DecisionRow>> {
    Ok(sqlx::query_as!(
        DecisionRow,
        "select occurred_at as at, kind, rule_version, inputs, chosen, rejected from decision
         where org_id = $1 and subject_id = $2 order by occurred_at desc, id desc limit 50",
        org,
        subject
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn decision(conn: &mut PgConnection, org: Uuid, kind: &str, id: Uuid) -> Result<Option<(Value, Value)>> {
    let row = sqlx::query!("select inputs, chosen from decision where org_id = $1 and id = $2 and kind = $3", org, id, kind)
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| (row.inputs, row.chosen)))
}
