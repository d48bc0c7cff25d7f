//! What was sent and did not come: given up with a reason, it leaves the books as a loss.

use domain::ledger::{INVENTORY, STOCK_ADJUSTMENTS, WRITE_OFFS};
use domain::people::Permission;
use domain::reasons::Process;
use domain::stock::Place;
use domain::transfers::{CloseTransfer, Status, TransferRefusal, VarianceReason};
use rust_decimal::Decimal;
use serde_json::json;

use super::truck::sources;
use super::{lock, sql};
use crate::ledger::{self, Posting};
use crate::stock::{self, Stray};
use crate::{Act, Result, Tx, reasons, sites};

impl Act for CloseTransfer {
    const KIND: &'static str = "transfers.close";
    const NEEDS: Permission = Permission::StockPlan;
    /// Units given up.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let (process, note) = (Process::TransferVariance, self.reason.note.trim());
        let given = reasons::give(tx, process, &self.reason.code, note, self.transfer).await?;
        let reason = given.counts_as(process, VarianceReason::parse)?;
        let head = lock(tx, self.transfer).await?;
        tx.require(Permission::StockPlan, head.to())?;
        head.check(&[Status::InTransit, Status::Arriving])?;
        let (org, at, person, command) = (tx.org().0, tx.at, tx.caller.person().0, tx.command.0);
        let place = Place::loose(head.to(), sites::transit_bin(tx, head.from(), head.to()).await?);
        let lines = sql::lines(tx.conn(), org, self.transfer.0).await?;
        let mut aboard = stock::aboard(tx, &sources(self.transfer, &lines)).await?;
        let missing = |line: &sql::LineRow| {
            let (sku, source) = (line.sku_id.into(), line.id);
            let parts = aboard.take(sku, line.loaded - line.received - line.lost);
            parts.into_iter().map(move |(tag, quantity)| Stray { sku, tag, quantity, place, source })
        };
        let lost: Vec<Stray> = lines.iter().flat_map(missing).filter(|stray| stray.quantity > 0).collect();
        if lost.is_empty() {
            return Err(TransferRefusal::NothingMissing.into());
        }
        // What is broken is written off; what nobody can find is a difference of the count.
        let (world, account) =
            if reason == VarianceReason::Damaged { ("scrap", WRITE_OFFS) } else { ("count", STOCK_ADJUSTMENTS) };
        let values = stock::give_up(tx, world, &lost).await?;
        let mut rows = sql::NewVariances { kind: "loss", reason: reason.code(), note, ..sql::NewVariances::default() };
        let mut postings = Vec::new();
        for (stray, value) in lost.iter().zip(&values) {
            rows.push(stray.source, stray.quantity, *value);
            postings.push(Posting::posted(account, INVENTORY, *value, "transfer", stray.source));
        }
        sql::insert_variances(tx.conn(), org, person, command, at, &rows).await?;
        ledger::post(tx, &postings).await?;
        sql::set_closed(tx.conn(), org, self.transfer.0, at).await?;
        let units: i32 = lost.iter().map(|stray| stray.quantity).sum();
        let value: Decimal = values.iter().sum();
        head.announce(tx, "transfer.closed", self.transfer, &json!({ "number": head.number, "units": units }));
        let after = json!({ "lost": units, "value": value, "reason": given.code, "note": note });
        tx.audit("transfer", self.transfer, json!({ "received": head.received }), after);
        Ok(units)
    }
}
