//! Picks that would be made in reserve are made at the forward bin instead, once goods are there: the allocation and the task change
//! bins together. Only of trips that nobody walks yet: whoever is on the way finds what the list said.

use std::collections::BTreeMap;

use domain::ids::{AllocationId, BinId, LpnId, OwnerId, SiteId, SkuId};
use domain::stock::{Place, Reason, Tag};
use uuid::Uuid;

use super::{sql_picking, sql_rebin as sql};
use crate::stock::Carry;
use crate::{Result, Tx, lpns, stock};

/// Units of planned picks in reserve, and what their lines were given there. Their trips stay locked until the command ends.
pub(crate) struct Waiting {
    rows: Vec<sql::WaitingRow>,
    given: Vec<sql_picking::BinAllocation>,
}

impl Waiting {
    /// Units of what a pick waits for are spoken of now, so many at most of each as `may` says: which allocations, and how many of each.
    fn take(&mut self, at: usize, mut may: impl FnMut(Tag, i32) -> i32) -> Vec<(AllocationId, i32)> {
        let row = &mut self.rows[at];
        let mut taken = Vec::new();
        // Two tasks of one line in one bin draw on the same allocations.
        for part in self.given.iter_mut().filter(|part| (part.order_line_id, part.bin_id) == (row.order_line_id, row.bin_id)) {
            let units = may(part.tag(), row.units.min(part.quantity));
            if units > 0 {
                part.quantity -= units;
                row.units -= units;
                taken.push((AllocationId(part.id), units));
            }
        }
        taken
    }

    /// What these picks would take from a bin, told apart.
    pub(crate) fn units_in(&self, bin: BinId) -> impl Iterator<Item = (Tag, i32)> {
        self.given.iter().filter(move |part| part.bin_id == bin.0).map(|part| (part.tag(), part.quantity))
    }
}

/// Locks the trips that would take an owner's units from reserve, before any handling unit, demand or balance, as whoever picks short
/// does; then the unit that is to be taken from, then the demand, as everyone does who moves what is free.
pub(crate) async fn waiting_in_reserve(
    tx: &mut Tx,
    site: SiteId,
    (sku, owner): (SkuId, OwnerId),
    unit: LpnId,
) -> Result<Waiting> {
    let org = tx.org().0;
    let trips = sql::lock_waiting_trips(tx.conn(), org, site.0, sku.0).await?;
    if !unit.is_nil() {
        lpns::hold(tx, unit).await?;
    }
    stock::promises(tx, &[site], &[sku]).await?;
    // Later statements: they see what was picked or cancelled while we waited.
    let mut rows = sql::waiting(tx.conn(), org, site.0, sku.0, &trips).await?;
    let (lines, bins): (Vec<Uuid>, Vec<Uuid>) = rows.iter().map(|row| (row.order_line_id, row.bin_id)).unzip();
    let mut given = sql_picking::bin_allocations(tx.conn(), org, &lines, &bins).await?;
    given.retain(|part| part.owner_id == owner.0);
    rows.retain(|row| given.iter().any(|part| part.order_line_id == row.order_line_id));
    Ok(Waiting { rows, given })
}

/// Goods leave `from` for `to`: picks that wait for them there go along, as many as leave of each; the rest of what leaves is left in
/// `leaving`. Answers how many went along.
pub(crate) async fn carry_waiting(
    tx: &mut Tx,
    waiting: &mut Waiting,
    from: BinId,
    to: Place,
    leaving: &mut [(Tag, i32)],
    source: Uuid,
) -> Result<i32> {
    let (mut parts, mut tasks) = (Vec::new(), Vec::new());
    for at in 0..waiting.rows.len() {
        if waiting.rows[at].bin_id != from.0 {
            continue;
        }
        let taken = waiting.take(at, |tag, most| {
            let Some((_, left)) = leaving.iter_mut().find(|(leaves, _)| *leaves == tag) else { return 0 };
            let units = most.min(*left);
            *left -= units;
            units
        });
        tasks.push((waiting.rows[at].task_id, taken.iter().map(|(_, units)| units).sum()));
        parts.extend(taken.into_iter().map(|(allocation, quantity)| Carry { allocation, quantity, to, source }));
    }
    stock::carry(tx, Reason::Replenish, &parts).await?;
    rebin(tx, tasks, to).await
}

/// Goods that are nobody's stand at `to`: picks that wait elsewhere in reserve take these, up to `most` units, where they are as good for
/// them. Answers how many.
pub(crate) async fn rebind_waiting(tx: &mut Tx, waiting: &mut Waiting, sku: SkuId, to: Place, most: i32) -> Result<i32> {
    let (mut parts, mut tasks) = (Vec::new(), Vec::new());
    for at in 0..waiting.rows.len() {
        let taken = waiting.take(at, |_, most| most);
        tasks.extend(taken.iter().map(|_| waiting.rows[at].task_id));
        parts.extend(taken);
    }
    let rebound = stock::rebind(tx, (sku, to), &parts, most).await?;
    rebin(tx, tasks.into_iter().zip(rebound).collect(), to).await
}

/// So many units of each task are picked at `to` from now on. Answers how many they are together.
async fn rebin(tx: &mut Tx, tasks: Vec<(Uuid, i32)>, to: Place) -> Result<i32> {
    let mut by_task: BTreeMap<Uuid, i32> = BTreeMap::new();
    for (task, units) in tasks.into_iter().filter(|(_, units)| *units > 0) {
        *by_task.entry(task).or_insert(0) += units;
    }
    if by_task.is_empty() {
        return Ok(0);
    }
    let (org, at) = (tx.org().0, tx.at);
    let (ids, units): (Vec<Uuid>, Vec<i32>) = by_task.into_iter().unzip();
    sql::rebin_tasks(tx.conn(), org, &ids, &units, to.bin.0, at).await?;
    Ok(units.iter().sum())
}
