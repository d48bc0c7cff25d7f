//! Handling units in a bin that is counted: what stands in them is not counted, but each is seen by its label, or somebody looks for it.

use domain::counts::{CountRefusal, SeeUnit, Status};
use domain::people::Permission;
use domain::sites::places::bin_code;
use serde_json::json;

use super::{lock, sql, sql_units};
use crate::exceptions::{self, Case};
use crate::{Act, Result, Tx};

/// The kind of its cases.
const KIND: &str = "unit_missing";

impl Act for SeeUnit {
    const KIND: &'static str = "counts.see_unit";
    const NEEDS: Permission = Permission::Count;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (row, status) = lock(tx, self.count, Permission::Count).await?;
        if status != Status::Counting || row.person_id != tx.caller.person().0 {
            return Err(CountRefusal::NotYours.into());
        }
        let not_here =
            || CountRefusal::UnitNotHere { code: self.code.trim().chars().take(40).collect(), bin: row.bin_code.clone() };
        let label = bin_code(&self.code).map_err(|_| not_here())?;
        let (org, seen_at) = (tx.org().0, self.seen.then_some(tx.at));
        if !sql_units::set_seen(tx.conn(), org, (row.id, row.rounds), &label, seen_at).await? {
            return Err(not_here().into());
        }
        tx.audit("count", row.id, (), json!({ "unit": label, "seen": self.seen }));
        Ok(())
    }
}

/// A round begins: which stand there by the books.
pub(super) async fn list(tx: &mut Tx, row: &sql::CountRow, round: i32) -> Result<()> {
    let org = tx.org().0;
    sql_units::insert_standing(tx.conn(), org, (row.id, round), (row.site_id, row.bin_id)).await
}

/// Does any stand in the bin?
pub(super) async fn stand(tx: &mut Tx, row: &sql::CountRow) -> Result<bool> {
    let org = tx.org().0;
    sql_units::any_standing(tx.conn(), org, row.site_id, row.bin_id).await
}

/// All of them are there, for whoever tells a history.
pub(super) async fn see_all(tx: &mut Tx, row: &sql::CountRow) -> Result<()> {
    let (org, at) = (tx.org().0, tx.at);
    sql_units::see_all(tx.conn(), org, row.id, row.rounds, at).await
}

/// A count ends: somebody looks for those that its last round did not see and that stand there by the books still. Answers whether there
/// are none.
pub(super) async fn judge(tx: &mut Tx, row: &sql::CountRow) -> Result<bool> {
    let org = tx.org().0;
    let units = sql_units::judged(tx.conn(), org, (row.id, row.rounds), (row.site_id, row.bin_id)).await?;
    let (seen, others): (Vec<_>, Vec<_>) = units.into_iter().partition(|unit| unit.seen);
    let seen: Vec<_> = seen.into_iter().map(|unit| unit.id).collect();
    exceptions::resolve(tx, KIND, &seen, &format!("Seen: {}", row.number)).await?;
    let case = |unit: sql_units::JudgedRow| Case {
        kind: KIND,
        subject: unit.id,
        site: Some(row.site_id.into()),
        summary: format!("{} was not seen in {}", unit.code, row.bin_code),
        detail: json!({ "count": row.number, "bin": row.bin_code, "unit": unit.code }),
    };
    let missing: Vec<Case> = others.into_iter().filter(|unit| unit.stands).map(case).collect();
    exceptions::raise(tx, &missing).await?;
    Ok(missing.is_empty())
}
