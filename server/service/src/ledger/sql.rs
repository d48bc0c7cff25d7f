//! Statements on the general ledger.

use chrono::{DateTime, Utc};
use domain::ledger::TrialRow;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Posting;
use crate::Result;

pub(crate) async fn open_accounts(conn: &mut PgConnection, org: Uuid) -> Result<()> {
    let chart = domain::ledger::CHART;
    let codes: Vec<String> = chart.iter().map(|a| a.code.to_owned()).collect();
    let names: Vec<String> = chart.iter().map(|a| a.name.to_owned()).collect();
    let kinds: Vec<String> = chart.iter().map(|a| a.kind.to_owned()).collect();
    sqlx::query!(
        "insert into account (org_id, code, name, kind)
         select $1, code, name, kind from unnest($2::text[], $3::text[], $4::text[]) as n (code, name, kind) on conflict do nothing",
        org,
        &codes,
        &names,
        &kinds
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn is_closed(conn: &mut PgConnection, org: Uuid, period: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from gl_period where org_id = $1 and period = $2 and closed_at is not null) as "closed!""#,
        org,
        period
    )
    .fetch_one(conn)
    .await?)
}

pub(crate) async fn insert_transfers(
    conn: &mut PgConnection,
    org: Uuid,
    command: Uuid,
    at: DateTime<Utc>,
    (period, currency): (&str, &str),
    postings: &[&Posting],
) -> Result<()> {
    let ids: Vec<Uuid> = postings.iter().map(|_| Uuid::now_v7()).collect();
    let debits: Vec<String> = postings.iter().map(|p| p.debit.to_owned()).collect();
    let credits: Vec<String> = postings.iter().map(|p| p.credit.to_owned()).collect();
    let amounts: Vec<Decimal> = postings.iter().map(|p| p.amount).collect();
    let states: Vec<String> = postings.iter().map(|p| if p.pending { "pending" } else { "posted" }.to_owned()).collect();
    let kinds: Vec<String> = postings.iter().map(|p| p.source_kind.to_owned()).collect();
    let sources: Vec<Uuid> = postings.iter().map(|p| p.source).collect();
    sqlx::query!(
        "insert into gl_transfer (org_id, id, debit, credit, amount, currency, state, source_kind, source_id, period, command_id, occurred_at)
         select $1, n.id, debit, credit, amount, $5, state, kind, source, $2, $3, $4
         from unnest($6::uuid[], $7::text[], $8::text[], $9::numeric[], $10::text[], $11::text[], $12::uuid[])
           as n (id, debit, credit, amount, state, kind, source)",
        org,
        period,
        command,
        at,
        currency,
        &ids,
        &debits,
        &credits,
        &amounts,
        &states,
        &kinds,
        &sources
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn settle(conn: &mut PgConnection, org: Uuid, sources: &[Uuid], state: &str) -> Result<()> {
    sqlx::query!(
        "update gl_transfer set state = $3 where org_id = $1 and source_id = any($2) and state = 'pending'",
        org,
        sources,
        state
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(crate) async fn trial_balance(conn: &mut PgConnection, org: Uuid) -> Result<Vec<TrialRow>> {
    Ok(sqlx::query_as!(
        TrialRow,
        r#"select a.code, a.name, a.kind,
                  coalesce((select sum(t.amount) from gl_transfer t where t.org_id = a.org_id and t.debit = a.code and t.state = 'posted'), 0)
                    as "debit!",
                  coalesce((select sum(t.amount) from gl_transfer t where t.org_id = a.org_id and t.credit = a.code and t.state = 'posted'), 0)
                    as "credit!"
           from account a where a.org_id = $1 order by a.code"#,
        org
    )
    .fetch_all(conn)
    .await?)
}

pub(crate) async fn layer_value(conn: &mut PgConnection, org: Uuid) -> Result<Decimal> {
    Ok(sqlx::query_scalar!(r#"select coalesce(sum(remaining_value), 0) as "value!" from cost_layer where org_id = $1"#, org)
        .fetch_one(conn)
        .await?)
}
