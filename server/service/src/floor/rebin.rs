//! Picks that would be made in reserve are made at the forward bin instead, once goods are there: the allocation and the task change
//! bins together. Only of trips that nobody walks yet: whoever is on the way finds what the list said.

use domain::ids::{AllocationId, BinId, SiteId, SkuId};
use domain::stock::{Place, Reason};
use uuid::Uuid;

use super::{sql_picking, sql_rebin as sql, take};
use crate::stock::Carry;
use crate::{Result, Tx, stock};

/// Units of planned picks in reserve. Their trips stay locked until the command ends.
pub(crate) struct Waiting(Vec<sql::WaitingRow>);

/// Locks the trips, before any demand or balance, as whoever picks short does.
pub(crate) async fn waiting_in_reserve(tx: &mut Tx, site: SiteId, sku: SkuId) -> Result<Waiting> {
    let org = tx.org().0;
    let trips = sql::lock_waiting_trips(tx.conn(), org, site.0, sku.0).await?;
    // A later statement: it sees what was picked or cancelled while we waited.
    Ok(Waiting(sql::waiting(tx.conn(), org, site.0, sku.0, &trips).await?))
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
    let (parts, tasks) = parts(tx, waiting, Some(from), to, most, source).await?;
    stock::carry(tx, Reason::Replenish, &parts).await?;
    rebin(tx, &tasks, to).await
}

/// Goods that are nobody's stand at `to`: picks that wait elsewhere in reserve take these, up to `most` units. Answers how many.
pub(crate) async fn rebind_waiting(tx: &mut Tx, waiting: &mut Waiting, to: Place, most: i32) -> Result<i32> {
    let (parts, tasks) = parts(tx, waiting, None, to, most, Uuid::nil()).await?;
    stock::rebind(tx, &parts).await?;
    rebin(tx, &tasks, to).await
}

/// Which allocations change bins, and units by task.
async fn parts(
    tx: &mut Tx,
    waiting: &mut Waiting,
    from: Option<BinId>,
    to: Place,
    most: i32,
    source: Uuid,
) -> Result<(Vec<Carry>, Vec<(Uuid, i32)>)> {
    let (mut left, mut parts, mut tasks) = (most, Vec::new(), Vec::new());
    for row in &mut waiting.0 {
        let units = left.min(row.units);
        if units <= 0 || from.is_some_and(|from| from.0 != row.bin_id) {
            continue;
        }
        let (org, lines, bins) = (tx.org().0, [row.order_line_id], [row.bin_id]);
        let given = sql_picking::bin_allocations(tx.conn(), org, &lines, &bins).await?;
        let mut given: Vec<(Uuid, i32)> = given.into_iter().map(|part| (part.id, part.quantity)).collect();
        // Two tasks of one line in one bin draw on the same allocations.
        for (allocation, units) in &mut given {
            let used: i32 =
                parts.iter().filter(|part: &&Carry| part.allocation == AllocationId(*allocation)).map(|part| part.quantity).sum();
            *units -= used;
        }
        parts.extend(take(&mut given, units, to, source)?);
        tasks.push((row.task_id, units));
        row.units -= units;
        left -= units;
    }
    Ok((parts, tasks))
}

async fn rebin(tx: &mut Tx, tasks: &[(Uuid, i32)], to: Place) -> Result<i32> {
    if tasks.is_empty() {
        return Ok(0);
    }
    let (org, at) = (tx.org().0, tx.at);
    let (ids, units): (Vec<Uuid>, Vec<i32>) = tasks.iter().copied().unzip();
    sql::rebin_tasks(tx.conn(), org, &ids, &units, to.bin.0, at).await?;
    Ok(units.iter().sum())
}
