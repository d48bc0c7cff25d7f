//! Statements on the exception queue.

use chrono::{DateTime, Utc};
use domain::exceptions::{ExceptionRow, Kind};
use domain::ids::PersonId;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Case;
use crate::{Failure, Result};

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

pub(crate) struct CaseRow {
    pub kind: String,
    pub subject_id: Uuid,
    pub site_id: Uuid,
    pub summary: String,
    pub owner_id: Uuid,
    pub resolved: bool,
    /// The order it is about, by itself or by one of its lines, unless that is cancelled.
    pub order_id: Option<Uuid>,
}

pub(super) async fn lock_case(conn: &mut PgConnection, org: Uuid, id: Uuid) -> Result<Option<CaseRow>> {
    Ok(sqlx::query_as!(
        CaseRow,
        r#"select e.kind, e.subject_id, e.site_id, e.summary, e.owner_id, e.resolved_at is not null as "resolved!",
               (select o.id from sales_order o where o.org_id = $1 and o.cancelled_at is null
                and o.id in (e.subject_id, (select l.order_id from order_line l where l.org_id = $1 and l.id = e.subject_id))
                limit 1) as order_id
           from exception_case e where e.org_id = $1 and e.id = $2 for update of e"#,
        org,
        id
    )
    .fetch_optional(conn)
    .await?)
}

pub(super) async fn claim_case(conn: &mut PgConnection, org: Uuid, id: Uuid, person: Uuid, at: DateTime<Utc>) -> Result<()> {
    sqlx::query!("update exception_case set owner_id = $3, claimed_at = $4 where org_id = $1 and id = $2", org, id, person, at)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn resolve_case(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    person: Uuid,
    resolution: &str,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update exception_case set resolved_at = $5, resolution = $4, owner_id = $3, claimed_at = coalesce(claimed_at, $5)
         where org_id = $1 and id = $2",
        org,
        id,
        person,
        resolution,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub(super) struct QueueRow {
    id: Uuid,
    kind: String,
    summary: String,
    site: Option<String>,
    order: Option<String>,
    rma: Option<String>,
    purchase: Option<String>,
    raised_at: DateTime<Utc>,
    owner_id: Uuid,
    owner_name: Option<String>,
    claimed_at: Option<DateTime<Utc>>,
    resolved_at: Option<DateTime<Utc>>,
    resolution: String,
    pub total: i64,
}

impl QueueRow {
    pub(super) fn into_row(self, reader: PersonId) -> Result<ExceptionRow> {
        let unknown = || Failure::Broken(sqlx::Error::Decode(format!("{} is no kind of exception", self.kind).into()));
        let kind = Kind::parse(&self.kind).ok_or_else(unknown)?;
        Ok(ExceptionRow {
            id: self.id.into(),
            kind,
            summary: self.summary,
            site: self.site,
            order: self.order,
            rma: self.rma,
            purchase: self.purchase,
            raised_at: self.raised_at,
            owner: self.owner_id.into(),
            owner_name: self.owner_name,
            claimed_at: self.claimed_at,
            resolved_at: self.resolved_at,
            resolution: self.resolution,
            own: !self.owner_id.is_nil() && self.owner_id == reader.0,
        })
    }
}

pub(super) struct Wanted<'a> {
    /// None: all of them.
    pub sites: Option<&'a [Uuid]>,
    pub kind: Option<&'a str>,
    pub resolved: bool,
    pub most: i64,
    pub from: i64,
}

/// Open cases oldest first, resolved ones latest first; of these sites or of no site. A case is about an order by itself, by one of
/// its lines or by a pick task, or about a refund.
pub(super) async fn cases(conn: &mut PgConnection, org: Uuid, wanted: &Wanted<'_>) -> Result<Vec<QueueRow>> {
    Ok(sqlx::query_as!(
        QueueRow,
        r#"select e.id, e.kind, e.summary, s.code as "site?", coalesce(o.number, lo.number) as "order?", r.number as "rma?", po.number as "purchase?",
               e.raised_at, e.owner_id, p.name as "owner_name?", e.claimed_at, e.resolved_at, e.resolution, count(*) over () as "total!"
           from exception_case e
           left join site s on s.org_id = e.org_id and s.id = e.site_id
           left join person p on p.org_id = e.org_id and p.id = e.owner_id
           left join sales_order o on o.org_id = e.org_id and o.id = e.subject_id
           left join pick_task t on t.org_id = e.org_id and t.id = e.subject_id
           left join order_line l on l.org_id = e.org_id and l.id = coalesce(t.order_line_id, e.subject_id)
           left join sales_order lo on lo.org_id = l.org_id and lo.id = l.order_id
           left join refund f on f.org_id = e.org_id and f.id = e.subject_id
           left join return_request r on r.org_id = f.org_id and r.id = f.return_id
           left join over_delivery od on od.org_id = e.org_id and od.id = e.subject_id
           left join purchase_line pl on pl.org_id = od.org_id and pl.id = od.line_id
           left join supplier_bill sb on sb.org_id = e.org_id and sb.id = e.subject_id
           left join purchase_order po on po.org_id = e.org_id and po.id = coalesce(pl.order_id, sb.order_id)
           where e.org_id = $1 and (e.resolved_at is not null) = $4 and ($3::text is null or e.kind = $3)
             and ($2::uuid[] is null or e.site_id = any($2) or e.site_id = '00000000-0000-0000-0000-000000000000')
           order by e.resolved_at desc, e.raised_at, e.id limit $5 offset $6"#,
        org,
        wanted.sites,
        wanted.kind,
        wanted.resolved,
        wanted.most,
        wanted.from
    )
    .fetch_all(conn)
    .await?)
}

pub(super) async fn open_counts(conn: &mut PgConnection, org: Uuid, sites: Option<&[Uuid]>) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        r#"select kind, count(*) as "open!" from exception_case
           where org_id = $1 and resolved_at is null
             and ($2::uuid[] is null or site_id = any($2) or site_id = '00000000-0000-0000-0000-000000000000')
           group by kind"#,
        org,
        sites
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.open)).collect())
}
