//! Movements: units change place, state, or both. Refuses when some balance has too few.

use std::collections::BTreeSet;

use domain::ids::SkuId;
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use uuid::Uuid;

use super::promises::{break_promises, lock_touched};
use super::sql_movements::{self, Moves};
use super::which::{Asked, which};
use crate::{Result, Tx, lots, owners, sites};

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
