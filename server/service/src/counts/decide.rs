//! Somebody who did not count agrees to a dear difference, or sends it back to be counted once more.

use domain::counts::{DecideCount, Status, variance};
use domain::ids::PersonId;
use domain::people::Permission;
use domain::reasons::Process;
use serde_json::json;
use uuid::Uuid;

use super::{end, lock, post, programme, sql, sql_rounds, tell};
use crate::{Act, Result, Tx, reasons};

impl Act for DecideCount {
    const KIND: &'static str = "counts.decide";
    const NEEDS: Permission = Permission::CountsApprove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why = if self.approve {
            String::new()
        } else {
            reasons::give_words(tx, Process::CountAgain, &self.reason, self.count).await?
        };
        let (row, status) = lock(tx, self.count, Permission::CountsApprove).await?;
        if status != Status::Approval {
            return Err(row.wrong_status(status));
        }
        let (org, me) = (tx.org().0, tx.caller.person());
        let counters: Vec<PersonId> = sql_rounds::round_people(tx.conn(), org, row.id).await?.into_iter().map(PersonId).collect();
        variance::check_approver(me, &counters)?;
        let after = if self.approve {
            let lines = end::lines(tx, row.id, row.rounds).await?;
            let rules = programme(tx, row.site_id.into()).await?;
            let verdict = variance::judge(&lines, None, &rules);
            post::post(tx, &row, &lines, &verdict, me.0).await?;
            Status::Done
        } else {
            sql::set_status(tx.conn(), org, row.id, Status::Recount.code(), Uuid::nil(), row.rounds).await?;
            sql::set_note(tx.conn(), org, row.id, &why).await?;
            tell(tx, &row, "count.sent_back", Status::Recount);
            Status::Recount
        };
        tx.audit("count", row.id, json!({ "status": status }), json!({ "status": after, "why": why }));
        Ok(())
    }
}
