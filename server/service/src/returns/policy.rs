//! The stored policy: the version in force, by date; a new version follows the last. What a policy says is `domain::returns::policy`.

use chrono::{DateTime, Utc};
use domain::ids::PolicyId;
use domain::people::{Caller, Permission};
use domain::refusal::{CommonRefusal, Refusal};
use domain::returns::policy::Policy;
use domain::returns::{PolicySet, SetPolicy};
use serde_json::json;
use uuid::Uuid;

use super::sql_policy::{self, PolicyRow};
use super::staff_only;
use crate::{Act, Db, Failure, Result, Tx};

/// The policy in force at the command's time. An org that has none opens with the first version.
pub(crate) async fn policy(tx: &mut Tx) -> Result<(PolicyRow, Policy)> {
    let (org, at) = (tx.org().0, tx.at);
    if let Some(row) = sql_policy::policy_at(tx.conn(), org, at).await? {
        let body = read(&row)?;
        return Ok((row, body));
    }
    let body = write(&Policy::opening())?;
    sql_policy::insert_policy(tx.conn(), org, Uuid::now_v7(), 1, DateTime::UNIX_EPOCH, body).await?;
    let row = sql_policy::policy_at(tx.conn(), org, at).await?.ok_or_else(|| Refusal::not_found("return policy"))?;
    let body = read(&row)?;
    Ok((row, body))
}

/// The policy a return was asked under.
pub(crate) async fn policy_by_id(tx: &mut Tx, id: Uuid) -> Result<Policy> {
    let org = tx.org().0;
    let row = sql_policy::policy_by_id(tx.conn(), org, id).await?.ok_or_else(|| Refusal::not_found("return policy"))?;
    read(&row)
}

/// The policy in force then, for a reader, who opens nothing.
pub(crate) async fn policy_for_reading(tx: &mut Tx, at: DateTime<Utc>) -> Result<Policy> {
    let org = tx.org().0;
    match sql_policy::policy_at(tx.conn(), org, at).await? {
        Some(row) => read(&row),
        None => Ok(Policy::opening()),
    }
}

fn read(row: &PolicyRow) -> Result<Policy> {
    serde_json::from_value(row.body.clone()).map_err(|source| Failure::Corrupt { what: "return policy", source })
}

fn write(policy: &Policy) -> Result<serde_json::Value> {
    serde_json::to_value(policy).map_err(|source| Failure::Corrupt { what: "return policy", source })
}

impl Act for SetPolicy {
    const KIND: &'static str = "returns.set_policy";
    const NEEDS: Permission = Permission::PeopleEdit;
    type Outcome = PolicySet;

    /// GOV-5: versions follow each other and never overlap; old decisions keep citing theirs.
    async fn act(&self, tx: &mut Tx) -> Result<PolicySet> {
        self.policy.check()?;
        let (org, at) = (tx.org().0, tx.at);
        let before = sql_policy::lock_newest_policy(tx.conn(), org).await?;
        if before.as_ref().is_some_and(|last| last.effective_from >= at) {
            return Err(CommonRefusal::Stale.into());
        }
        let (id, version) = (PolicyId::mint(), before.as_ref().map_or(1, |last| last.version + 1));
        if let Some(last) = &before {
            sql_policy::end_policy(tx.conn(), org, last.id, at).await?;
        }
        sql_policy::insert_policy(tx.conn(), org, id.0, version, at, write(&self.policy)?).await?;
        tx.announce("policy.set", id, None, json!({ "version": version }));
        tx.audit("return_policy", id, before.map(|last| last.body), &self.policy);
        Ok(PolicySet { id, version })
    }
}

impl Db {
    /// The policy in force now.
    pub async fn return_policy(&self, caller: &Caller, now: DateTime<Utc>) -> Result<Policy> {
        let mut tx = self.read(caller, Permission::ReturnsView, None).await?;
        staff_only(&tx, Permission::ReturnsView)?;
        policy_for_reading(&mut tx, now).await
    }
}
