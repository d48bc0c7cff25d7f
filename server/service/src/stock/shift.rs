//! Movements: units change place, state, or both. Refuses when some balance has too few.

use std::collections::BTreeSet;

use domain::ids::{SiteId, SkuId};
use domain::inspections::NOTE_MAX;
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::reasons::Process;
use domain::stock::{HoldReason, HoldUnits, Place, Reason, State, StockRefusal, Tag};
use serde_json::json;
use uuid::Uuid;

use super::promises::{break_promises, lock_touched};
use super::sql_holds;
use super::sql_movements::{self, Moves};
use super::which::{Asked, which};
use crate::{Act, Result, Tx, inspections, lots, owners, reasons, sites};

/// The movement and both balances; refuses when some balance has too few, and a change of state its reason does not make.
pub(super) async fn move_units(tx: &mut Tx, reason: Reason, moves: &Moves) -> Result<()> {
    lawful(reason, moves)?;
    let clients = sites::require_takes(tx, &moves.coming()).await?;
    write(tx, reason, moves).await?;
    if clients { owners::keep_apart(tx, &moves.coming_loose()).await } else { Ok(()) }
}

/// Refuses a change of state its reason does not make.
pub(super) fn lawful(reason: Reason, moves: &Moves) -> Result<()> {
    for (from, to) in moves.changes() {
        reason.check(from, to)?;
    }
    Ok(())
}

/// The movements and both their balances, of what is [`lawful`] and may stand where it goes.
pub(super) async fn write(tx: &mut Tx, reason: Reason, moves: &Moves) -> Result<()> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let (wanted, lowered) = sql_movements::lower_balances(tx.conn(), org, moves).await?;
    if lowered < wanted {
        let wanted = moves.quantities.first().copied().unwrap_or(0);
        return Err(StockRefusal::NotEnough { wanted, free: 0 }.into());
    }
    sql_movements::raise_balances(tx.conn(), org, command, at, reason.code(), moves).await
}

/// Units that belong to nobody change place, state, or both. Without a tag: whichever are free there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shift {
    pub sku: SkuId,
    pub tag: Tag,
    pub quantity: i32,
    pub from: Place,
    pub from_state: State,
    pub to: Place,
    pub to_state: State,
    pub source: Uuid,
}

/// Moves unallocated units. When that leaves less than was promised, the least urgent promises give way and are raised as backorders.
pub(crate) async fn shift(tx: &mut Tx, reason: Reason, shifts: &[Shift]) -> Result<()> {
    if shifts.is_empty() {
        return Ok(());
    }
    let lowered = |shift: &&Shift| shift.from_state == State::Sellable;
    let touched: BTreeSet<(Uuid, Uuid)> = shifts.iter().filter(lowered).map(|s| (s.from.site.0, s.sku.0)).collect();
    lock_touched(tx, &touched).await?;
    let mut moves = Moves::default();
    let asked = |s: &Shift| Asked { sku: s.sku, tag: s.tag, quantity: s.quantity, at: s.from, state: s.from_state };
    for (s, parts) in shifts.iter().zip(which(tx, &shifts.iter().map(asked).collect::<Vec<_>>()).await?) {
        for (tag, units) in parts {
            let on_sale = s.to_state == State::Sellable && s.from_state != State::Sellable;
            if s.from_state == State::Sellable && s.to_state == State::InTransit {
                // The other site could not sell it either.
                lots::require_good(tx, tag).await?;
            }
            let to_state = if on_sale { lots::on_sale(tx, reason, (s.sku, tag)).await? } else { s.to_state };
            moves.push((s.sku.0, tag), units, false, (s.from, s.from_state.code()), (s.to, to_state.code()), s.source);
        }
    }
    move_units(tx, reason, &moves).await?;
    break_promises(tx, &touched).await
}

impl Act for HoldUnits {
    const KIND: &'static str = "stock.hold";
    const NEEDS: Permission = Permission::StockHold;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        Quantity::new(self.quantity.into())?;
        if self.note.chars().count() > NOTE_MAX {
            return Err(StockRefusal::NoteTooLong { max: NOTE_MAX }.into());
        }
        if !self.hold {
            tx.require(Permission::StockRelease, self.site)?;
        }
        let source = Uuid::now_v7();
        let given = reasons::give(tx, Process::Hold, &self.reason, &self.note, source).await?;
        let stands_for = given.counts_as(Process::Hold, HoldReason::parse)?;
        stands_for.check(self.hold)?;
        sites::require_bins(tx, self.site, &[self.bin.0]).await?;
        let place = Place::loose(self.site, self.bin);
        let (from, to, reason) = if self.hold {
            (State::Sellable, State::Held, Reason::Hold)
        } else {
            (State::Held, State::Sellable, Reason::Release)
        };
        let shifted = Shift {
            sku: self.sku,
            tag: Tag::NONE,
            quantity: self.quantity,
            from: place,
            from_state: from,
            to: place,
            to_state: to,
            source,
        };
        shift(tx, reason, &[shifted]).await?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        sql_holds::insert_hold(tx.conn(), org, source, (by, at), self, stands_for).await?;
        if !self.hold {
            inspections::leave_inspected(tx, self.site, self.bin.0, self.sku).await?;
        }
        tx.announce("stock.held", self.sku, Some(self.site), json!({ "units": self.quantity, "hold": self.hold }));
        tx.audit(
            "sku",
            self.sku,
            json!({ "state": from.code() }),
            json!({ "state": to.code(), "units": self.quantity, "reason": self.reason, "note": self.note }),
        );
        Ok(())
    }
}
