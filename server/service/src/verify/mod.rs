//! Is the business still whole? Invariants I1–I12, each one statement that finds its breaches, all on one snapshot; and the audit's
//! hash chain, walked on a snapshot of its own.
//!
//! Decides nothing and repairs nothing: what cannot drift by construction is proven here, after every fault and every replay.
//! I8 (what was acknowledged is present) needs the asker's own notes, and is the fault harness's to check.

#[cfg(test)]
pub(crate) mod business;
mod sql;
mod sql_money;
mod sql_trail;
mod sql_work;
#[cfg(test)]
mod tests;

use std::time::Instant;

use domain::ids::OrgId;
use serde::Serialize;

use crate::{Db, Result};

/// One invariant, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Of the reliability page: `I1` … `I12`.
    pub id: &'static str,
    pub name: &'static str,
    /// Rows that break it; 0 = it holds.
    pub breaches: i64,
    /// A few of them, in words.
    pub sample: Vec<String>,
    pub ms: u64,
}

impl Check {
    pub fn holds(&self) -> bool {
        self.breaches == 0
    }
}

/// How many breaches are told in words; the statements' slices say the same.
const SAMPLE: usize = 5;

/// What a check's statement answers.
pub(crate) struct Found {
    breaches: i64,
    sample: Vec<String>,
}

/// A list of checks: id, name, and the statement whose rows are breaches in words. One function runs them in order.
macro_rules! checks {
    ($run:ident: $($id:literal $name:literal $breaches:tt;)+) => {
        pub(super) async fn $run(conn: &mut sqlx::PgConnection, org: uuid::Uuid, checks: &mut Vec<super::Check>) -> crate::Result<()> {
            $(
                let begun = std::time::Instant::now();
                let found = sqlx::query_as!(
                    super::Found,
                    "with breach (what) as (" + $breaches + r#")
                     select count(*) as "breaches!", coalesce((array_agg(what order by what))[1:5], '{}') as "sample!" from breach"#,
                    org
                )
                .fetch_one(&mut *conn)
                .await?;
                checks.push(super::checked($id, $name, found, begun));
            )+
            Ok(())
        }
    };
}
pub(crate) use checks;

fn checked(id: &'static str, name: &'static str, found: Found, begun: Instant) -> Check {
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    Check { id, name, breaches: found.breaches, sample: found.sample, ms }
}

impl Db {
    /// Every invariant of one org, on one snapshot of it.
    pub async fn verify(&self, org: OrgId) -> Result<Vec<Check>> {
        let mut tx = self.tx(org).await?;
        sql::begin(&mut tx).await?;
        let mut checks = Vec::new();
        sql::stock(&mut tx, org.0, &mut checks).await?;
        sql_money::money(&mut tx, org.0, &mut checks).await?;
        sql_trail::trail(&mut tx, org.0, &mut checks).await?;
        sql_work::work(&mut tx, org.0, &mut checks).await?;
        tx.rollback().await?;
        checks.push(self.sealed(org).await?);
        Ok(checks)
    }

    /// The hash chain, walked from its first seal: no statement can do that.
    async fn sealed(&self, org: OrgId) -> Result<Check> {
        let begun = Instant::now();
        let chain = self.verify_chain(org).await?;
        let found = Found {
            breaches: i64::try_from(chain.breaks.len()).unwrap_or(i64::MAX),
            sample: chain.breaks.iter().take(SAMPLE).map(ToString::to_string).collect(),
        };
        Ok(checked("I6", "sealed audit rows are as they were sealed", found, begun))
    }
}
