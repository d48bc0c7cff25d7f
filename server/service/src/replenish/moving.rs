//! Bringing goods forward: a task is taken on, then its units go from reserve to the forward bin, and with them the picks that waited
//! for them. What is seen wins over what is written: what is missing leaves sale until the bin is counted.

use chrono::{DateTime, Utc};
use domain::floor::ShortReason;
use domain::ids::{LpnId, OwnerId, SiteId, SkuId};
use domain::people::Permission;
use domain::reasons::Process;
use domain::refusal::Refusal;
use domain::replenish::{CLAIM, ClaimReplenishment, Replenish, ReplenishRefusal, ReplenishRow, Replenished, scan};
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use serde_json::json;
use uuid::Uuid;

use super::{read, sql};
use crate::exceptions::{self, Case};
use crate::stock::{self, Shift};
use crate::{Act, Result, Tx, floor, lots, reasons};

/// Locks an open task for someone who may move stock at its site, and whom nobody has forestalled.
async fn lock(tx: &mut Tx, task: Uuid) -> Result<sql::TaskHead> {
    let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
    let head = sql::lock_task(tx.conn(), org, task).await?.ok_or_else(|| Refusal::not_found("task"))?;
    tx.require(Permission::StockMove, head.site_id.into())?;
    if head.done {
        return Err(ReplenishRefusal::Done.into());
    }
    if head.called_off {
        return Err(ReplenishRefusal::CalledOff.into());
    }
    if head.person_id != me && held(&head, at) {
        let person = head.person_name.unwrap_or_else(|| "Someone else".to_owned());
        return Err(ReplenishRefusal::TakenBy { person }.into());
    }
    Ok(head)
}

fn held(head: &sql::TaskHead, at: DateTime<Utc>) -> bool {
    !head.person_id.is_nil() && head.claimed_at.is_some_and(|claimed| claimed > at - CLAIM)
}

impl Act for ClaimReplenishment {
    const KIND: &'static str = "replenish.claim";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock(tx, self.task.0).await?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
        sql::claim_task(tx.conn(), org, self.task.0, me, at).await?;
        tx.announce("replenishment.claimed", self.task, Some(head.site_id.into()), json!({ "sku": head.sku_id }));
        tx.audit("replenish_task", self.task, json!({ "person": head.person_id }), json!({ "person": me }));
        Ok(())
    }
}

impl Act for Replenish {
    const KIND: &'static str = "replenish.move";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = Replenished;

    async fn act(&self, tx: &mut Tx) -> Result<Replenished> {
        let head = lock(tx, self.task.0).await?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
        let row = read::task(tx, self.task.0).await?;
        scan::verify(&row, self)?;
        if let Some(code) = head.locked.clone() {
            return Err(ReplenishRefusal::BinLocked { code }.into());
        }
        let (site, sku) = (SiteId(head.site_id), SkuId(head.sku_id));
        let from = Place { site, bin: head.from_bin.into(), lpn: LpnId(head.from_lpn) };
        let (goods, to) = ((sku, OwnerId(head.owner_id)), Place::loose(site, head.to_bin.into()));
        let nearer = bring(tx, self, goods, from, to).await?;
        let short = match self.short.as_ref().filter(|_| self.quantity < row.left()) {
            Some(code) => Some(reasons::give(tx, Process::ShortPick, code, "", self.task).await?),
            None => None,
        };
        if let Some(reason) = &short {
            doubt(tx, self.task.0, goods, from, &row, self.quantity, reason).await?;
        }
        let code = short.as_ref().map_or("", |reason| reason.code.as_str());
        sql::progress_task(tx.conn(), org, self.task.0, self.quantity, code, me, at).await?;
        let left = if short.is_some() { 0 } else { row.left() - self.quantity };
        let did = Replenished { moved: self.quantity, nearer, left };
        tx.announce("replenishment.moved", self.task, Some(site), json!({ "sku": sku, "did": did }));
        let after = json!({ "moved": row.quantity_moved + self.quantity, "nearer": nearer, "short": code });
        tx.audit("replenish_task", self.task, json!({ "moved": row.quantity_moved }), after);
        Ok(did)
    }
}

/// Moves the units: those that are said, or those that are plainly meant. Picks that wait for them there go along; the rest is nobody's,
/// and serves picks that wait in other reserve.
async fn bring(tx: &mut Tx, sent: &Replenish, (sku, owner): (SkuId, OwnerId), from: Place, to: Place) -> Result<i32> {
    if sent.quantity == 0 {
        return Ok(0);
    }
    let mut waiting = floor::waiting_in_reserve(tx, from.site, (sku, owner), from.lpn).await?;
    let mut there = free(tx, (sku, owner), from).await?;
    if from.lpn.is_nil() {
        for (tag, units) in waiting.units_in(from.bin) {
            match there.iter_mut().find(|(known, _)| *known == tag) {
                Some((_, free)) => *free += units,
                None => there.push((tag, units)),
            }
        }
    }
    let mut leaving = lots::which(tx, (sku, sent.quantity), &sent.marks, &there).await?;
    for (tag, units) in &mut leaving {
        tag.owner = owner;
        let may = there.iter().find(|(known, _)| known == tag).map_or(0, |(_, may)| *may);
        if may < *units {
            let free = there.iter().map(|(_, units)| units).sum();
            return Err(StockRefusal::NotEnough { wanted: sent.quantity, free }.into());
        }
    }
    let mut lot = None;
    for (tag, _) in leaving.iter().filter(|(tag, _)| !tag.lot.is_nil()) {
        if lot.replace(tag.lot) != Some(tag.lot) {
            lots::require_good(tx, *tag).await?;
        }
    }
    let carried = floor::carry_waiting(tx, &mut waiting, from.bin, to, &mut leaving, sent.task.0).await?;
    leaving.retain(|(_, units)| *units > 0);
    let (from_state, to_state, source) = (State::Sellable, State::Sellable, sent.task.0);
    let shift =
        |(tag, quantity): &(Tag, i32)| Shift { sku, tag: *tag, quantity: *quantity, from, from_state, to, to_state, source };
    stock::shift(tx, Reason::Replenish, &leaving.iter().map(shift).collect::<Vec<_>>()).await?;
    let free = leaving.iter().map(|(_, units)| units).sum();
    Ok(carried + floor::rebind_waiting(tx, &mut waiting, sku, to, free).await?)
}

/// An owner's units of a SKU at a place that are nobody's, told apart; what orders were given all of counts none.
async fn free(tx: &mut Tx, (sku, owner): (SkuId, OwnerId), at: Place) -> Result<Vec<(Tag, i32)>> {
    let org = tx.org().0;
    let rows = sql::there(tx.conn(), org, (at.site.0, at.bin.0, at.lpn.0), sku.0, owner.0).await?;
    Ok(rows.into_iter().map(|row| (Tag { owner, lot: row.lot_id.into(), serial: row.serial_id.into() }, row.free)).collect())
}

/// The reserve bin gave less than it should: damaged units are set apart, missing ones leave sale, and somebody counts the bin.
async fn doubt(
    tx: &mut Tx,
    task: Uuid,
    (sku, owner): (SkuId, OwnerId),
    from: Place,
    row: &ReplenishRow,
    moved: i32,
    reason: &domain::reasons::Reason,
) -> Result<()> {
    let seen = reason.counts_as(Process::ShortPick, ShortReason::parse)?;
    let free = free(tx, (sku, owner), from).await?.iter().map(|(_, units)| units).sum();
    let missing = row.left() - moved;
    let (to_state, why, quantity) = if seen == ShortReason::Damaged {
        (State::Damaged, Reason::Damage, missing.min(free))
    } else {
        (State::Held, Reason::Hold, free)
    };
    if quantity > 0 {
        let set_apart =
            Shift { sku, tag: Tag::of(owner), quantity, from, from_state: State::Sellable, to: from, to_state, source: task };
        stock::shift(tx, why, &[set_apart]).await?;
    }
    let words = reason.words.to_lowercase();
    let case = Case {
        kind: "count_due",
        subject: from.bin.0,
        site: Some(from.site),
        summary: format!("Count {}: {missing} of {} {words}", row.from_code, row.sku_code),
        detail: json!({ "bin": row.from_code, "sku": row.sku_code, "units": missing, "reason": reason.code }),
    };
    exceptions::raise(tx, &[case]).await
}
