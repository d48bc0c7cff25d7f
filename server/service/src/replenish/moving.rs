//! Bringing goods forward: a task is taken on, then its units go from reserve to the forward bin, and with them the picks that waited
//! for them. What is seen wins over what is written: what is missing leaves sale until the bin is counted.

use chrono::{DateTime, Utc};
use domain::floor::ShortReason;
use domain::ids::{SiteId, SkuId};
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::replenish::{CLAIM, ClaimReplenishment, Replenish, ReplenishRefusal, ReplenishRow, Replenished, scan};
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use serde_json::json;
use uuid::Uuid;

use super::{read, sql};
use crate::exceptions::{self, Case};
use crate::stock::{self, Shift};
use crate::{Act, Result, Tx, floor};

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
        let (from, to) = (Place::loose(site, head.from_bin.into()), Place::loose(site, head.to_bin.into()));
        let nearer = bring(tx, self, sku, from, to).await?;
        let short = self.short.filter(|_| self.quantity < row.left());
        if let Some(reason) = short {
            doubt(tx, self.task.0, sku, from, &row, self.quantity, reason).await?;
        }
        sql::progress_task(tx.conn(), org, self.task.0, self.quantity, short.map_or("", ShortReason::code), me, at).await?;
        let left = if short.is_some() { 0 } else { row.left() - self.quantity };
        let did = Replenished { moved: self.quantity, nearer, left };
        tx.announce("replenishment.moved", self.task, Some(site), json!({ "sku": sku, "did": did }));
        let after = json!({ "moved": row.quantity_moved + self.quantity, "nearer": nearer, "short": short });
        tx.audit("replenish_task", self.task, json!({ "moved": row.quantity_moved }), after);
        Ok(did)
    }
}

/// Moves the units. Picks that wait in that reserve bin go along; the rest is nobody's, and serves picks that wait in other reserve.
async fn bring(tx: &mut Tx, sent: &Replenish, sku: SkuId, from: Place, to: Place) -> Result<i32> {
    if sent.quantity == 0 {
        return Ok(0);
    }
    let mut waiting = floor::waiting_in_reserve(tx, from.site, sku).await?;
    let carried = floor::carry_waiting(tx, &mut waiting, from.bin, to, sent.quantity, sent.task.0).await?;
    let quantity = sent.quantity - carried;
    if quantity > 0 {
        let org = tx.org().0;
        let free = sql::free_in_bin(tx.conn(), org, from.site.0, from.bin.0, sku.0).await?;
        if free < quantity {
            return Err(StockRefusal::NotEnough { wanted: sent.quantity, free: carried + free }.into());
        }
        let (from_state, to_state) = (State::Sellable, State::Sellable);
        let moved = Shift { sku, tag: Tag::NONE, quantity, from, from_state, to, to_state, source: sent.task.0 };
        stock::shift(tx, Reason::Replenish, &[moved]).await?;
    }
    Ok(carried + floor::rebind_waiting(tx, &mut waiting, sku, to, quantity).await?)
}

/// The reserve bin gave less than it should: damaged units are set apart, missing ones leave sale, and somebody counts the bin.
async fn doubt(
    tx: &mut Tx,
    task: Uuid,
    sku: SkuId,
    from: Place,
    row: &ReplenishRow,
    moved: i32,
    reason: ShortReason,
) -> Result<()> {
    let org = tx.org().0;
    let free = sql::free_in_bin(tx.conn(), org, from.site.0, from.bin.0, sku.0).await?;
    let missing = row.left() - moved;
    let (to_state, why, quantity) = if reason == ShortReason::Damaged {
        (State::Damaged, Reason::Damage, missing.min(free))
    } else {
        (State::Held, Reason::Hold, free)
    };
    if quantity > 0 {
        let set_apart =
            Shift { sku, tag: Tag::NONE, quantity, from, from_state: State::Sellable, to: from, to_state, source: task };
        stock::shift(tx, why, &[set_apart]).await?;
    }
    let words = reason.words().to_lowercase();
    let case = Case {
        kind: "count_due",
        subject: from.bin.0,
        site: Some(from.site),
        summary: format!("Count {}: {missing} of {} {words}", row.from_code, row.sku_code),
        detail: json!({ "bin": row.from_code, "sku": row.sku_code, "units": missing, "reason": reason.code() }),
    };
    exceptions::raise(tx, &[case]).await
}
