//! What needs a person: raised by whoever meets it, one open case per kind and subject.

pub(crate) mod sql;

use domain::ids::SiteId;
use serde_json::Value;
use uuid::Uuid;

use crate::{Result, Tx};

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
