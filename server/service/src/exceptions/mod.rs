//! What needs a person: raised by whoever meets it, one open case per kind and subject.

pub(crate) mod sql;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use domain::exceptions::{
    ClaimException, ExceptionFilter, ExceptionList, ExceptionRefusal, ExceptionRow, Kind, PAGE, ResolveException,
};
use domain::ids::{ExceptionId, OrderId, SiteId};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Act, Db, Result, Tx, orders};

/// Something that needs a person. Kinds are those of `exception_case_kind`.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub kind: &'static str,
    pub subject: Uuid,
    pub site: Option<SiteId>,
    pub summary: String,
    pub detail: Value,
}

/// Raises the cases; one that is open already for the same kind and subject stays as it is.
pub(crate) async fn raise(tx: &mut Tx, cases: &[Case]) -> Result<()> {
    if cases.is_empty() {
        return Ok(());
    }
    let (org, at) = (tx.org().0, tx.at);
    sql::insert_cases(tx.conn(), org, at, cases).await?;
    for case in cases {
        tx.announce("exception.raised", case.subject, case.site, case.kind);
    }
    Ok(())
}

/// Closes the open cases of a kind about these subjects.
pub(crate) async fn resolve(tx: &mut Tx, kind: &str, subjects: &[Uuid], resolution: &str) -> Result<()> {
    let (org, at) = (tx.org().0, tx.at);
    sql::resolve_cases(tx.conn(), org, at, kind, subjects, resolution).await
}

/// The open case, locked; refused to whoever may not resolve at its site.
async fn lock(tx: &mut Tx, id: ExceptionId) -> Result<sql::CaseRow> {
    let org = tx.org().0;
    let case = sql::lock_case(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("exception"))?;
    if case.site_id != Uuid::nil() {
        tx.require(Permission::ExceptionsResolve, case.site_id.into())?;
    }
    if case.resolved { Err(ExceptionRefusal::Resolved.into()) } else { Ok(case) }
}

impl Act for ClaimException {
    const KIND: &'static str = "exceptions.claim";
    const NEEDS: Permission = Permission::ExceptionsResolve;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let case = lock(tx, self.id).await?;
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person());
        if case.owner_id == person.0 {
            return Ok(());
        }
        if case.owner_id != self.from.0 {
            return Err(ExceptionRefusal::Claimed.into());
        }
        sql::claim_case(tx.conn(), org, self.id.0, person.0, at).await?;
        tx.announce("exception.claimed", case.subject_id, site(&case), json!({ "kind": case.kind }));
        tx.audit("exception", self.id, json!({ "owner": case.owner_id }), json!({ "owner": person }));
        Ok(())
    }
}

impl Act for ResolveException {
    const KIND: &'static str = "exceptions.resolve";
    const NEEDS: Permission = Permission::ExceptionsResolve;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let words = self.check()?;
        let case = lock(tx, self.id).await?;
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
        if !case.owner_id.is_nil() && case.owner_id != person {
            return Err(ExceptionRefusal::NotYours.into());
        }
        sql::resolve_case(tx.conn(), org, self.id.0, person, words, at).await?;
        tx.announce("exception.resolved", case.subject_id, site(&case), json!({ "kind": case.kind }));
        if let (true, Some(order)) = (Kind::parse(&case.kind).is_some_and(Kind::releases), case.order_id) {
            // What still stands in the way is raised anew.
            orders::release(tx, &[OrderId(order)]).await?;
        }
        tx.audit("exception", self.id, json!({ "kind": case.kind, "summary": case.summary }), json!({ "resolution": words }));
        Ok(())
    }
}

fn site(case: &sql::CaseRow) -> Option<SiteId> {
    (!case.site_id.is_nil()).then(|| case.site_id.into())
}

impl Db {
    /// The queue, oldest first: open cases, or those resolved last.
    pub async fn exceptions(&self, caller: &Caller, filter: &ExceptionFilter, now: DateTime<Utc>) -> Result<ExceptionList> {
        let mut tx = self.read(caller, Permission::LiveView, filter.site).await?;
        let (org, person) = (tx.org().0, caller.person());
        let sites = filter.site.map_or_else(|| tx.sites(Permission::LiveView), |site| Some(vec![site.0]));
        let wanted = sql::Wanted {
            sites: sites.as_deref(),
            kind: filter.kind.map(Kind::code),
            resolved: filter.resolved,
            most: PAGE,
            from: crate::rows_before(filter.page, PAGE),
        };
        let rows = sql::cases(tx.conn(), org, &wanted).await?;
        let total = rows.first().map_or(0, |row| row.total);
        let counts = sql::open_counts(tx.conn(), org, sites.as_deref()).await?;
        let count = |kind: &Kind| counts.iter().find(|(code, _)| code == kind.code()).map(|(_, open)| (*kind, *open));
        let rows = rows.into_iter().map(|row| row.into_row(person)).collect::<Result<Vec<ExceptionRow>>>()?;
        Ok(ExceptionList { as_of: now, rows, total, counts: Kind::ALL.iter().filter_map(count).collect() })
    }
}
