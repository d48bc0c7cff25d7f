//! Picks that would be made in reserve are made at the forward bin instead, once goods are there: the allocation and the task change
//! bins together. Only of trips that nobody walks yet: whoever is on the way finds what the list said.

use std::collections::BTreeMap;

use domain::ids::{AllocationId, BinId, SiteId, SkuId};
use domain::stock::{Place, Reason};
use uuid::Uuid;

use super::{sql_picking, sql_rebin as sql};
use crate::stock::Carry;
use crate::{Result, Tx, stock};

/// Units of planned picks in reserve, and what their lines were given there. Their trips stay locked until the command ends.
pub(crate) struct Waiting {
    rows: Vec<sql::WaitingRow>,
    given: Vec<sql_picking::BinAllocation>,
}

impl Waiting {
    /// Up to so many units of what a pick waits for are spoken of now: which allocations, and how many of each.
    fn take(&mut self, at: usize, most: i32) -> Vec<(AllocationId, i32)> {
        let row = &mut self.rows[at];
        let mut left = most.min(row.units);
        let mut taken = Vec::new();
        // Two tasks of one line in one bin draw on the same allocations.
        for part in self.given.iter_mut().filter(|part| (part.order_line_id, part.bin_id) == (row.order_line_id, row.bin_id)) {
            let units = left.min(part.quantity);
            if units > 0 {
                part.quantity -= units;
                row.units -= units;
                left -= units;
                taken.push((AllocationId(part.id), units));
            }
        }
        taken
    }
}

/// Locks the trips, before any demand or balance, as whoever picks short does; then the demand, as everyone does who moves what is free.
pub(crate) async fn waiting_in_reserve(tx: &mut Tx, site: SiteId, sku: SkuId) -> Result<Waiting> {
    let org = tx.org().0;
    let trips = sql::lock_waiting_trips(tx.conn(), org, site.0, sku.0).await?;
    stock::promises(tx, &[site], &[sku]).await?;
    // Later statements: they see what was picked or cancelled while we waited.
    let rows = sql::waiting(tx.conn(), org, site.0, sku.0, &trips).await?;
    let (lines, bins): (Vec<Uuid>, Vec<Uuid>) = rows.iter().map(|row| (row.order_line_id, row.bin_id)).unzip();
    let given = sql_picking::bin_allocations(tx.conn(), org, &lines, &bins).await?;
    Ok(Waiting { rows, given })
}

/// Goods leave `from` for `to`: picks that wait for them there go along, up to `most` units. Answers how many.
pub(crate) async fn carry_waiting(
    tx: &mut Tx,
    waiting: &mut Waiting,
    from: BinId,
    to: Place,
    most: i32,
    source: Uuid,
) -> Result<i32> {
    let (mut left, mut parts, mut tasks) = (most, Vec::new(), Vec::new());
    for at in 0..waiting.rows.len() {
        if waiting.rows[at].bin_id != from.0 {
            continue;
        }
        let taken = waiting.take(at, left);
        let units: i32 = taken.iter().map(|(_, units)| units).sum();
        tasks.push((waiting.rows[at].task_id, units));
        parts.extend(taken.into_iter().map(|(allocation, quantity)| Carry { allocation, quantity, to, source }));
        left -= units;
    }
    stock::carry(tx, Reason::Replenish, &parts).await?;
    rebin(tx, tasks, to).await
}

/// Goods that are nobody's stand at `to`: picks that wait elsewhere in reserve take these, up to `most` units, where they are as good for
/// them. Answers how many.
pub(crate) async fn rebind_waiting(tx: &mut Tx, waiting: &mut Waiting, sku: SkuId, to: Place, most: i32) -> Result<i32> {
    let (mut parts, mut tasks) = (Vec::new(), Vec::new());
    for at in 0..waiting.rows.len() {
        let taken = waiting.take(at, i32::MAX);
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
