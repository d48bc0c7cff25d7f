//! Allocations that change bins while the goods stay: what a line was given here it is given there instead.
//!
//! Decides nothing: which lines, and where to, is the caller's word; nothing more is promised and nothing moves.

use std::collections::BTreeMap;

use domain::ids::{AllocationId, OrderLineId, SkuId};
use domain::stock::{Place, State, Tag};

use super::allocate::{Carry, lock_allocations};
use super::sql_allocations::{self as sql, NewAllocations};
use super::which::{Asked, which_of_theirs};
use crate::{Result, Tx};

/// Gives lines units at `to`, where as many are free, for the ones they had: of another lot, if that is what stands there. `source` is not used: no movement is made.
pub(crate) async fn rebind(tx: &mut Tx, rebound: &[Carry]) -> Result<()> {
    if rebound.is_empty() {
        return Ok(());
    }
    let org = tx.org().0;
    let mut asked = BTreeMap::new();
    for part in rebound {
        *asked.entry(part.allocation.0).or_insert(0) += part.quantity;
    }
    let found = lock_allocations(tx, &asked).await?;
    let (mut down, mut up) = (NewAllocations::default(), NewAllocations::default());
    let asked_there = |part: &Carry| Asked {
        sku: found[&part.allocation.0].sku,
        tag: Tag::of(found[&part.allocation.0].tag.owner),
        quantity: part.quantity,
        at: part.to,
        state: State::Sellable,
    };
    let there = which_of_theirs(tx, &rebound.iter().map(asked_there).collect::<Vec<_>>()).await?;
    for (part, there) in rebound.iter().zip(there) {
        let had = &found[&part.allocation.0];
        down.push(had.line.0, had.place, had.goods(), part.quantity);
        for (tag, units) in there {
            up.push(had.line.0, part.to, (had.sku.0, tag), units);
        }
    }
    let (ids, by): (Vec<_>, Vec<i32>) = asked.into_iter().unzip();
    sql::lower_allocations(tx.conn(), org, &ids, &by).await?;
    sql::change_allocated(tx.conn(), org, &down, -1).await?;
    sql::change_allocated(tx.conn(), org, &up, 1).await?;
    sql::insert_allocations(tx.conn(), org, &up).await
}

/// One unit of an allocation becomes another unit of the same bin, which was nobody's. Answers the allocation it has now.
pub(crate) async fn swap(
    tx: &mut Tx,
    allocation: AllocationId,
    (line, sku): (OrderLineId, SkuId),
    at: Place,
    tag: Tag,
) -> Result<AllocationId> {
    let org = tx.org().0;
    let found = lock_allocations(tx, &BTreeMap::from([(allocation.0, 1)])).await?;
    let had = &found[&allocation.0];
    let (mut down, mut up) = (NewAllocations::default(), NewAllocations::default());
    down.push(line.0, had.place, had.goods(), 1);
    let now = up.push(line.0, at, (sku.0, tag), 1);
    sql::lower_allocations(tx.conn(), org, &[allocation.0], &[1]).await?;
    sql::change_allocated(tx.conn(), org, &down, -1).await?;
    sql::change_allocated(tx.conn(), org, &up, 1).await?;
    sql::insert_allocations(tx.conn(), org, &up).await?;
    Ok(now.into())
}
