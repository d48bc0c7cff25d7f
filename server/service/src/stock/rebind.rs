//! Allocations that change bins while the goods stay: what a line was given here it is given there instead.
//!
//! Decides nothing: which lines, and where to, is the caller's word; nothing more is promised and nothing moves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::ids::{AllocationId, OrderLineId, OwnerId, SkuId};
use domain::stock::picks::Source;
use domain::stock::picks::dated::{Dated, choose_instead};
use domain::stock::{Place, State, Tag};

use super::allocate::{Allocated, lock_allocations};
use super::sql_allocations::{self as sql, NewAllocations};
use super::which::there;
use crate::lots::{self, Facts};
use crate::{Result, Tx};

/// Gives lines units at `to`, at most `most` of what is free there, for the ones they had: of another lot, if that is as good for the line
/// and its policy takes it no later. Answers for each how many it has there now.
pub(crate) async fn rebind(tx: &mut Tx, (sku, to): (SkuId, Place), asked: &[(AllocationId, i32)], most: i32) -> Result<Vec<i32>> {
    if asked.is_empty() || most <= 0 {
        return Ok(vec![0; asked.len()]);
    }
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let mut by_id = BTreeMap::new();
    for (allocation, units) in asked {
        *by_id.entry(allocation.0).or_insert(0) += units;
    }
    let found = lock_allocations(tx, &by_id).await?;
    let free = there(tx, to, sku, State::Sellable).await?;
    let facts = facts(tx, sku, &free, found.values()).await?;
    let mut by_owner: BTreeMap<OwnerId, Vec<Dated>> = BTreeMap::new();
    for (tag, units) in free {
        by_owner.entry(tag.owner).or_default().push(dated(&facts, to, tag, units));
    }
    let (mut down, mut up, mut lowered, mut left) = (NewAllocations::default(), NewAllocations::default(), BTreeMap::new(), most);
    let mut rebound = Vec::new();
    for (allocation, wanted) in asked {
        let had = &found[&allocation.0];
        let sources = by_owner.entry(had.tag.owner).or_default();
        let taken = instead(&facts, sources, had, (*wanted).min(left), today);
        let units = taken.iter().map(|(_, units)| units).sum::<i32>();
        for (at, units) in taken {
            up.push(had.line.0, to, (sku.0, sources[at].source.tag), units);
        }
        if units > 0 {
            down.push(had.line.0, had.place, had.goods(), units);
            *lowered.entry(allocation.0).or_insert(0) += units;
            left -= units;
        }
        rebound.push(units);
    }
    let (ids, by): (Vec<_>, Vec<i32>) = lowered.into_iter().unzip();
    if !ids.is_empty() {
        sql::lower_allocations(tx.conn(), org, &ids, &by).await?;
        sql::change_allocated(tx.conn(), org, &down, -1).await?;
        sql::change_allocated(tx.conn(), org, &up, 1).await?;
        sql::insert_allocations(tx.conn(), org, &up).await?;
    }
    Ok(rebound)
}

/// What is known of what these lines had and could have; goods that are all alike cost nothing.
async fn facts(tx: &mut Tx, sku: SkuId, free: &[(Tag, i32)], had: impl Iterator<Item = &Allocated>) -> Result<Facts> {
    let (mut tags, mut lines) = (free.iter().map(|(tag, _)| *tag).collect::<BTreeSet<_>>(), Vec::new());
    for one in had {
        tags.insert(one.tag);
        lines.push(one.line.0);
    }
    tags.retain(|tag| !tag.alike());
    if tags.is_empty() {
        return Ok(Facts::default());
    }
    lots::facts(tx, &tags.into_iter().collect::<Vec<_>>(), &[sku.0], &lines).await
}

fn dated(facts: &Facts, at: Place, tag: Tag, free: i32) -> Dated {
    let source = Source { bin: at.bin, code: String::new(), tag, reserve: false, free };
    Dated { source, expires_on: facts.expires(tag), since: facts.since(tag) }
}

/// What the line takes instead: of these, and how many. They are taken.
fn instead(facts: &Facts, sources: &mut [Dated], had: &Allocated, wanted: i32, today: NaiveDate) -> Vec<(usize, i32)> {
    let (picking, good_on) = (facts.picking(had.sku.0), facts.good_on(had.line.0, today));
    let own = dated(facts, had.place, had.tag, had.quantity);
    choose_instead(sources, &own, picking, good_on, wanted)
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
