//! A bin that gives less than was asked. What is seen wins over what is written: the missing units leave sale in the same
//! transaction, the order looks for others, and somebody counts the bin.

use domain::floor::{FloorRefusal, ShortPick, ShortReason, Shorted, pick};
use domain::ids::{SkuId, TaskId};
use domain::people::Permission;
use domain::reasons::Process;
use domain::stock::{Place, Reason, State, Tag};
use serde_json::json;
use uuid::Uuid;

use super::stop::Stop;
use super::{gone, sql_picking};
use crate::exceptions::{self, Case};
use crate::stock::{self, Shift, Want};
use crate::{Act, Result, Tx, counts, reasons};

impl Act for ShortPick {
    const KIND: &'static str = "floor.short";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Shorted;

    async fn act(&self, tx: &mut Tx) -> Result<Shorted> {
        let stop = Stop::lock(tx, self.task.0).await?;
        stop.head.check_mine(tx)?;
        if stop.sheet.done {
            return Err(FloorRefusal::TaskDone.into());
        }
        let (org, at, site, sku) = (tx.org().0, tx.at, stop.head.site(), SkuId(stop.sku()));
        let (sheet, bin) = (&stop.sheet, stop.bin());
        let missing = pick::left(sheet);
        let parts = stop.taking(missing);
        let reason = reasons::give(tx, Process::ShortPick, &self.reason, "", self.task).await?;
        let seen = reason.counts_as(Process::ShortPick, ShortReason::parse)?;
        // The demand is locked before any balance, as everyone does who lowers what is free.
        stock::promises(tx, &[site], &[sku]).await?;
        let at_bin = Place::loose(site, bin.into());
        give_up(tx, &stop, at_bin, &parts).await?;
        let doubted = take_out_of_sale(tx, (self.task, seen), sku, at_bin, missing).await?;
        let why = reason.words.to_lowercase();
        let case = |kind, subject: Uuid, units: i32, summary: String| {
            let detail = json!({ "bin": sheet.bin_code, "sku": sheet.sku_code, "units": units, "reason": reason.code });
            Case { kind, subject, site: Some(site), summary, detail }
        };
        let counted = format!("Count {}: {missing} of {} {why}", sheet.bin_code, sheet.sku_code);
        let mut cases = vec![case("count_due", bin, missing, counted)];
        let mut did = Shorted { task: self.task, reallocated: 0, backordered: 0 };
        for (row, units) in &parts {
            let (task, order, units) = (row.id, row.order_id, *units);
            let want = Want { line: row.order_line_id.into(), sku, quantity: units };
            let found = gone::find(tx, site, want, &[(task, units)]).await?;
            let late = units - found;
            sql_picking::progress_tasks(tx.conn(), org, &[task], &[0], &[units], &reason.code, at).await?;
            let number = sql_picking::order_number(tx.conn(), org, order).await?;
            let lacks = format!("{number}: {units} of {} not in {} ({why})", sheet.sku_code, sheet.bin_code);
            cases.push(case("short_pick", task, units, lacks));
            cases.extend(gone::backorder(site, order.into(), &number, &sheet.sku_code, late));
            (did.reallocated, did.backordered) = (did.reallocated + found, did.backordered + late);
            let own = Shorted { task: task.into(), reallocated: found, backordered: late };
            let told = json!({ "wave": stop.head.wave_id, "order": order, "did": own });
            tx.announce("trip.shorted", stop.head.trip_id, Some(site), told);
        }
        exceptions::raise(tx, &cases).await?;
        let note = format!("{missing} of {} {why}", sheet.sku_code);
        counts::after_short(tx, site, bin.into(), sku, doubted, &note).await?;
        tx.audit("task", self.task, json!({ "short": sheet.quantity_short }), json!({ "short": missing, "reason": why }));
        Ok(did)
    }
}

/// The lines' claims on the units that are not there.
async fn give_up(tx: &mut Tx, stop: &Stop, at: Place, parts: &[(&sql_picking::TaskRow, i32)]) -> Result<()> {
    let mut given = stop.given(tx).await?;
    let mut freed = Vec::new();
    for (row, units) in parts {
        freed.extend(super::take(given.entry(row.order_line_id).or_default(), *units, at, Uuid::nil())?);
    }
    stock::deallocate(tx, &freed.iter().map(|part| (part.allocation, part.quantity)).collect::<Vec<_>>()).await
}

/// Damaged units are set apart. Where units are missing, what else the book has there for nobody is doubted too, until counted.
/// Answers how many are doubted.
async fn take_out_of_sale(tx: &mut Tx, (task, seen): (TaskId, ShortReason), sku: SkuId, at: Place, missing: i32) -> Result<i32> {
    let org = tx.org().0;
    let (to_state, reason, quantity) = match seen {
        ShortReason::Damaged => (State::Damaged, Reason::Damage, missing),
        ShortReason::Missing | ShortReason::WrongItem => {
            (State::Held, Reason::Hold, sql_picking::free_in_bin(tx.conn(), org, at.site.0, at.bin.0, sku.0).await?)
        }
    };
    let source = task.0;
    stock::shift(
        tx,
        reason,
        &[Shift { sku, tag: Tag::NONE, quantity, from: at, from_state: State::Sellable, to: at, to_state, source }],
    )
    .await?;
    Ok(if to_state == State::Held { quantity } else { 0 })
}
