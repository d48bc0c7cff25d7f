//! Units leave the walls, sold or scrapped, at the cost of the oldest layers. Which layer pays is `domain::ledger::layers`.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{AllocationId, BinId, SiteId, SkuId};
use domain::ledger::LedgerRefusal;
use domain::ledger::layers::{self, Layer};
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::allocate::{Allocated, known};
use super::promises::{break_promises, lock_touched};
use super::shift::move_units;
use super::sql_allocations;
use super::sql_layers::{self, Entries};
use super::sql_movements::Moves;
use super::which::{Asked, which};
use crate::{Result, Tx, lots, sites};

/// What left with the carrier, and what it had cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issued {
    pub cost: Decimal,
    /// The parcel, as given.
    pub source: Uuid,
}

/// Whole allocations leave the walls; their cost is taken from the oldest layers.
pub(crate) async fn issue(tx: &mut Tx, leaving: &[(AllocationId, Uuid)]) -> Result<Vec<Issued>> {
    if leaving.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let ids: Vec<Uuid> = leaving.iter().map(|(id, _)| id.0).collect();
    let found: HashMap<Uuid, Allocated> =
        sql_allocations::lock_allocations(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, known(row))).collect();
    let mut moves = Moves::default();
    let mut gone = Vec::new();
    let mut customers: HashMap<SiteId, BinId> = HashMap::new();
    for (id, source) in leaving {
        let Some(allocation) = found.get(&id.0) else {
            return Err(StockRefusal::NotEnough { wanted: 1, free: 0 }.into());
        };
        let site = allocation.place.site;
        let customer = match customers.get(&site) {
            Some(bin) => *bin,
            None => *customers.entry(site).or_insert(sites::bin_of_kind(tx, site, "customer").await?),
        };
        let to = (Place::loose(site, customer), State::Outside.code());
        moves.push(allocation.goods(), allocation.quantity, true, (allocation.place, State::Sellable.code()), to, *source);
        gone.push((allocation, *source));
    }
    for lot in gone.iter().map(|(allocation, _)| allocation.tag.lot).filter(|lot| !lot.is_nil()).collect::<BTreeSet<_>>() {
        // What was good when it was packed may not be any more.
        lots::require_good(tx, Tag { lot, ..Tag::NONE }).await?;
    }
    let by: Vec<i32> = gone.iter().map(|(allocation, _)| allocation.quantity).collect();
    sql_allocations::lower_allocations(tx.conn(), org, &ids, &by).await?;
    move_units(tx, Reason::Ship, &moves).await?;
    // What is a client's cost us nothing.
    let cost = |a: &Allocated| if a.tag.own() { a.quantity } else { 0 };
    let taken: Vec<(Uuid, i32, Uuid)> = gone.iter().map(|(a, _)| (a.sku.0, cost(a), a.line.0)).collect();
    let costs = consume(tx, &taken).await?;
    let issued = gone.iter().zip(costs).map(|((_, source), cost)| Issued { cost, source: *source });
    Ok(issued.collect())
}

/// Unallocated units that leave the walls for good. Without a tag: whichever are free there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scrap {
    pub sku: SkuId,
    pub tag: Tag,
    pub quantity: i32,
    pub from: Place,
    pub from_state: State,
    pub source: Uuid,
}

/// Units leave the books; answers the value of each, taken from the oldest layers.
pub(crate) async fn scrap(tx: &mut Tx, gone: &[Scrap]) -> Result<Vec<Decimal>> {
    leave(tx, (Reason::Scrap, "scrap"), gone, false).await
}

/// As [`scrap`], but just these: a tag that tells nothing apart means units of no lot.
pub(crate) async fn scrap_just(tx: &mut Tx, gone: &[Scrap]) -> Result<Vec<Decimal>> {
    leave(tx, (Reason::Scrap, "scrap"), gone, true).await
}

/// Units that are not there: as [`scrap_just`], by way of the count.
pub(crate) async fn lose(tx: &mut Tx, gone: &[Scrap]) -> Result<Vec<Decimal>> {
    leave(tx, (Reason::Count, "count"), gone, true).await
}

async fn leave(tx: &mut Tx, (reason, world): (Reason, &str), gone: &[Scrap], just: bool) -> Result<Vec<Decimal>> {
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let lowered = |scrap: &&Scrap| scrap.from_state == State::Sellable;
    let touched: BTreeSet<(Uuid, Uuid)> = gone.iter().filter(lowered).map(|s| (s.from.site.0, s.sku.0)).collect();
    lock_touched(tx, &touched).await?;
    let (mut moves, mut taken) = (Moves::default(), Vec::new());
    let asked = |s: &Scrap| Asked { sku: s.sku, tag: s.tag, quantity: s.quantity, at: s.from, state: s.from_state };
    let parts = if just {
        gone.iter().map(|s| vec![(s.tag, s.quantity)]).collect()
    } else {
        which(tx, &gone.iter().map(asked).collect::<Vec<_>>()).await?
    };
    for (s, parts) in gone.iter().zip(parts) {
        let to = Place::loose(s.from.site, sites::bin_of_kind(tx, s.from.site, world).await?);
        taken.push((s.sku.0, own_of(&parts), s.source));
        for (tag, units) in parts {
            moves.push((s.sku.0, tag), units, false, (s.from, s.from_state.code()), (to, State::Outside.code()), s.source);
        }
    }
    let values = consume(tx, &taken).await?;
    move_units(tx, reason, &moves).await?;
    break_promises(tx, &touched).await?;
    Ok(values)
}

/// Units among these that are ours, and cost us something.
pub(super) fn own_of(parts: &[(Tag, i32)]) -> i32 {
    parts.iter().filter(|(tag, _)| tag.own()).map(|(_, units)| units).sum()
}

/// Takes the cost of (sku, units, for whom) from the oldest layers; answers the value of each.
pub(super) async fn consume(tx: &mut Tx, taken: &[(Uuid, i32, Uuid)]) -> Result<Vec<Decimal>> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let skus: BTreeSet<Uuid> = taken.iter().map(|(sku, ..)| *sku).collect();
    let mut rows: HashMap<Uuid, (Vec<Uuid>, Vec<Layer>)> = HashMap::new();
    for row in sql_layers::lock_layers(tx.conn(), org, &skus.into_iter().collect::<Vec<_>>()).await? {
        let (ids, layers) = rows.entry(row.sku_id).or_default();
        ids.push(row.id);
        layers.push(Layer { remaining: row.remaining, value: row.remaining_value });
    }
    let mut entries = Entries::default();
    let mut values = Vec::new();
    for (sku, units, source) in taken {
        let (ids, layers) = rows.entry(*sku).or_default();
        let (parts, missing) = layers::consume(layers, *units);
        if missing > 0 {
            return Err(LedgerRefusal::NoCost { units: missing }.into());
        }
        values.push(parts.iter().map(|part| part.value).sum());
        for part in parts {
            entries.layers.push(ids[part.layer]);
            entries.quantities.push(part.quantity);
            entries.values.push(part.value);
            entries.sources.push(*source);
        }
    }
    sql_layers::enter_costs(tx.conn(), org, command, at, "consume", &entries).await?;
    Ok(values)
}
