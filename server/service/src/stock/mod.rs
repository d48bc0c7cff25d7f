//! Stock's transactions: reserving, allocating, moving, costing. Every function takes many at once, inside the caller's command.
//!
//! Decides nothing: which bins serve a line is `domain::stock::picks`, which layer pays is `domain::ledger::layers`.
//! Whoever lowers what is free locks the demand row first and computes in a later statement, so that a promise is exact.

mod read;
pub(crate) mod sql;
pub(crate) mod sql_read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::ids::{AllocationId, BinId, LpnId, OrderLineId, ReceiptId, SiteId, SkuId};
use domain::ledger::layers::{self, Layer, Taken};
use domain::ledger::{INVENTORY, LedgerRefusal, OPENING_EQUITY, RECEIVED_NOT_INVOICED};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::stock::picks::{self, Source};
use domain::stock::{HoldUnits, Place, Reason, ReceiveGoods, State, StockRefusal, available_to_promise, share_out};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::sites;
use crate::{Act, Result, Tx, catalog};
use sql::{Entries, Moves, NewAllocations, NewLayers};

/// What an order line wants of a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want {
    pub line: OrderLineId,
    pub sku: SkuId,
    pub quantity: i32,
}

/// Units in a bin that belong to an order line from now on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allocated {
    pub id: AllocationId,
    pub line: OrderLineId,
    pub sku: SkuId,
    pub place: Place,
    pub quantity: i32,
}

/// What each site can promise of each SKU, exactly: the demand is locked until the command ends.
pub(crate) async fn promises(tx: &mut Tx, sites: &[SiteId], skus: &[SkuId]) -> Result<HashMap<(SiteId, SkuId), i32>> {
    let org = tx.org().0;
    let skus: BTreeSet<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let skus: Vec<Uuid> = skus.into_iter().collect();
    // Sites in id order: whoever looks at several locks them alike.
    let sites: BTreeSet<SiteId> = sites.iter().copied().collect();
    let mut promises = HashMap::new();
    for site in sites {
        let demand = sql::lock_demand(tx.conn(), org, site.0, &skus).await?;
        let free: HashMap<Uuid, i64> =
            sql::free(tx.conn(), org, site.0, &skus).await?.into_iter().map(|row| (row.sku_id, row.free)).collect();
        for row in demand {
            let free = free.get(&row.sku_id).copied().unwrap_or(0);
            let units = available_to_promise(free, i64::from(row.reserved) + i64::from(row.buffer));
            promises.insert((site, SkuId(row.sku_id)), units);
        }
    }
    Ok(promises)
}

/// Promises units to lines, as far as they are free; answers what each want got, in order.
pub(crate) async fn reserve(tx: &mut Tx, site: SiteId, wants: &[Want]) -> Result<Vec<i32>> {
    if wants.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let mut by_sku: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
    for (index, want) in wants.iter().enumerate() {
        by_sku.entry(want.sku.0).or_default().push(index);
    }
    let skus: Vec<Uuid> = by_sku.keys().copied().collect();
    let demand = sql::lock_demand(tx.conn(), org, site.0, &skus).await?;
    // A statement of its own: it sees what was committed while we waited for the lock.
    let free: HashMap<Uuid, i64> =
        sql::free(tx.conn(), org, site.0, &skus).await?.into_iter().map(|row| (row.sku_id, row.free)).collect();
    let mut got = vec![0; wants.len()];
    for row in demand {
        let free = free.get(&row.sku_id).copied().unwrap_or(0);
        let promise = available_to_promise(free, i64::from(row.reserved) + i64::from(row.buffer));
        let indices = &by_sku[&row.sku_id];
        let asked: Vec<i32> = indices.iter().map(|index| wants[*index].quantity).collect();
        for (index, units) in indices.iter().zip(share_out(promise, &asked)) {
            got[*index] = units;
        }
    }
    let kept: Vec<_> = wants.iter().zip(&got).filter(|(_, units)| **units > 0).collect();
    if !kept.is_empty() {
        let lines: Vec<Uuid> = kept.iter().map(|(want, _)| want.line.0).collect();
        let skus: Vec<Uuid> = kept.iter().map(|(want, _)| want.sku.0).collect();
        let units: Vec<i32> = kept.iter().map(|(_, units)| **units).collect();
        sql::insert_reservations(tx.conn(), org, site.0, &lines, &skus, &units).await?;
        sql::change_reserved(tx.conn(), org, &vec![site.0; skus.len()], &skus, &units).await?;
    }
    Ok(got)
}

/// Gives back all that these lines have reserved.
pub(crate) async fn unreserve(tx: &mut Tx, lines: &[OrderLineId]) -> Result<()> {
    let org = tx.org().0;
    let rows = lock_reservations(tx, &raw(lines)).await?;
    give_back(tx, org, &rows.iter().map(|row| (row, row.quantity)).collect::<Vec<_>>()).await
}

/// Demand first, reservations then: the order everyone locks in.
async fn lock_reservations(tx: &mut Tx, lines: &[Uuid]) -> Result<Vec<sql::ReservationRow>> {
    let org = tx.org().0;
    let seen = sql::reservations(tx.conn(), org, lines).await?;
    let mut sites: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in &seen {
        sites.entry(row.site_id).or_default().insert(row.sku_id);
    }
    for (site, skus) in sites {
        sql::lock_demand(tx.conn(), org, site, &skus.into_iter().collect::<Vec<_>>()).await?;
    }
    sql::reservations(tx.conn(), org, lines).await
}

async fn give_back(tx: &mut Tx, org: Uuid, rows: &[(&sql::ReservationRow, i32)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sites: Vec<Uuid> = rows.iter().map(|(row, _)| row.site_id).collect();
    let skus: Vec<Uuid> = rows.iter().map(|(row, _)| row.sku_id).collect();
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| row.id).collect();
    let by: Vec<i32> = rows.iter().map(|(_, units)| *units).collect();
    sql::lower_reservations(tx.conn(), org, &ids, &by).await?;
    let down: Vec<i32> = by.iter().map(|units| -units).collect();
    sql::change_reserved(tx.conn(), org, &sites, &skus, &down).await
}

/// Turns what these lines have reserved into units in bins. A line whose bins hold less keeps the rest reserved.
pub(crate) async fn allocate(tx: &mut Tx, lines: &[OrderLineId]) -> Result<Vec<Allocated>> {
    let org = tx.org().0;
    let mut rows = lock_reservations(tx, &raw(lines)).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    // Lines are served in the order they were given.
    let rank: HashMap<Uuid, usize> = lines.iter().enumerate().map(|(index, line)| (line.0, index)).collect();
    rows.sort_by_key(|row| rank.get(&row.order_line_id).copied());
    let sites: BTreeSet<Uuid> = rows.iter().map(|row| row.site_id).collect();
    let skus: BTreeSet<Uuid> = rows.iter().map(|row| row.sku_id).collect();
    let sites: Vec<Uuid> = sites.into_iter().collect();
    let skus: Vec<Uuid> = skus.into_iter().collect();
    let mut sources: HashMap<(Uuid, Uuid), Vec<Source>> = HashMap::new();
    for row in sql::lock_sources(tx.conn(), org, &sites, &skus).await? {
        let source = Source { bin: row.bin_id.into(), code: row.code, reserve: row.kind == "reserve", free: row.free };
        sources.entry((row.site_id, row.sku_id)).or_default().push(source);
    }
    let mut new = NewAllocations::default();
    let mut made = Vec::new();
    let mut used = Vec::new();
    for row in &rows {
        let Some(bins) = sources.get_mut(&(row.site_id, row.sku_id)) else { continue };
        let mut units = 0;
        for (index, quantity) in picks::choose(bins, row.quantity) {
            let place = Place::loose(row.site_id.into(), bins[index].bin);
            let id = new.push(row.order_line_id, place, row.sku_id, quantity);
            made.push(Allocated { id: id.into(), line: row.order_line_id.into(), sku: row.sku_id.into(), place, quantity });
            units += quantity;
        }
        if units > 0 {
            used.push((row, units));
        }
    }
    give_back(tx, org, &used).await?;
    if !made.is_empty() {
        sql::change_allocated(tx.conn(), org, &new, 1).await?;
        sql::insert_allocations(tx.conn(), org, &new).await?;
    }
    Ok(made)
}

/// All that these lines have been given, wherever it stands.
pub(crate) async fn allocated(tx: &mut Tx, lines: &[OrderLineId]) -> Result<Vec<Allocated>> {
    let org = tx.org().0;
    Ok(sql::allocations(tx.conn(), org, &raw(lines)).await?.into_iter().map(known).collect())
}

fn known(row: sql::AllocationRow) -> Allocated {
    Allocated {
        id: row.id.into(),
        line: row.order_line_id.into(),
        sku: row.sku_id.into(),
        place: Place { site: row.site_id.into(), bin: row.bin_id.into(), lpn: row.lpn_id.into() },
        quantity: row.quantity,
    }
}

/// Locks allocations and checks that each has at least what is asked of it.
async fn lock_allocations(tx: &mut Tx, asked: &BTreeMap<Uuid, i32>) -> Result<HashMap<Uuid, Allocated>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = asked.keys().copied().collect();
    let found: HashMap<Uuid, Allocated> =
        sql::lock_allocations(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, known(row))).collect();
    for (id, units) in asked {
        let free = found.get(id).map_or(0, |allocation| allocation.quantity);
        if *units <= 0 || free < *units {
            return Err(StockRefusal::NotEnough { wanted: *units, free }.into());
        }
    }
    Ok(found)
}

/// Frees allocated units where they stand; nothing moves.
pub(crate) async fn deallocate(tx: &mut Tx, freed: &[(AllocationId, i32)]) -> Result<()> {
    if freed.is_empty() {
        return Ok(());
    }
    let org = tx.org().0;
    let mut asked = BTreeMap::new();
    for (id, units) in freed {
        *asked.entry(id.0).or_insert(0) += units;
    }
    let found = lock_allocations(tx, &asked).await?;
    let mut down = NewAllocations::default();
    for (id, units) in &asked {
        let allocation = &found[id];
        down.push(allocation.line.0, allocation.place, allocation.sku.0, *units);
    }
    let (ids, by): (Vec<Uuid>, Vec<i32>) = asked.into_iter().unzip();
    sql::lower_allocations(tx.conn(), org, &ids, &by).await?;
    sql::change_allocated(tx.conn(), org, &down, -1).await
}

/// Allocated units that move; the allocation goes with them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Carry {
    pub allocation: AllocationId,
    pub quantity: i32,
    pub to: Place,
    /// The task or parcel that moves them.
    pub source: Uuid,
}

/// Carries allocated units bin → tote → parcel or back. Answers the allocation they have there, per move.
pub(crate) async fn carry(tx: &mut Tx, reason: Reason, carried: &[Carry]) -> Result<Vec<AllocationId>> {
    if carried.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let mut asked = BTreeMap::new();
    for carry in carried {
        *asked.entry(carry.allocation.0).or_insert(0) += carry.quantity;
    }
    let found = lock_allocations(tx, &asked).await?;
    let mut moves = Moves::default();
    let mut new = NewAllocations::default();
    let mut ids = Vec::new();
    for carry in carried {
        let from = &found[&carry.allocation.0];
        let sellable = State::Sellable.code();
        moves.push(from.sku.0, carry.quantity, true, (from.place, sellable), (carry.to, sellable), carry.source);
        ids.push(new.push(from.line.0, carry.to, from.sku.0, carry.quantity).into());
    }
    let (from, by): (Vec<Uuid>, Vec<i32>) = asked.into_iter().unzip();
    sql::lower_allocations(tx.conn(), org, &from, &by).await?;
    move_units(tx, reason, &moves).await?;
    sql::insert_allocations(tx.conn(), org, &new).await?;
    Ok(ids)
}

/// The movement and both balances; refuses when some balance has too few.
async fn move_units(tx: &mut Tx, reason: Reason, moves: &Moves) -> Result<()> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    sites::require_takes(tx, &moves.coming()).await?;
    let (wanted, lowered) = sql::lower_balances(tx.conn(), org, moves).await?;
    if lowered < wanted {
        let wanted = moves.quantities.first().copied().unwrap_or(0);
        return Err(StockRefusal::NotEnough { wanted, free: 0 }.into());
    }
    sql::raise_balances(tx.conn(), org, command, at, reason.code(), moves).await
}

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
        sql::lock_allocations(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, known(row))).collect();
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
        moves.push(allocation.sku.0, allocation.quantity, true, (allocation.place, State::Sellable.code()), to, *source);
        gone.push((allocation, *source));
    }
    let by: Vec<i32> = gone.iter().map(|(allocation, _)| allocation.quantity).collect();
    sql::lower_allocations(tx.conn(), org, &ids, &by).await?;
    move_units(tx, Reason::Ship, &moves).await?;
    let taken: Vec<(Uuid, i32, Uuid)> = gone.iter().map(|(a, _)| (a.sku.0, a.quantity, a.line.0)).collect();
    let costs = consume(tx, &taken).await?;
    let issued = gone.iter().zip(costs).map(|((_, source), cost)| Issued { cost, source: *source });
    Ok(issued.collect())
}

/// Takes the cost of (sku, units, for whom) from the oldest layers; answers the value of each.
async fn consume(tx: &mut Tx, taken: &[(Uuid, i32, Uuid)]) -> Result<Vec<Decimal>> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let skus: BTreeSet<Uuid> = taken.iter().map(|(sku, ..)| *sku).collect();
    let mut rows: HashMap<Uuid, (Vec<Uuid>, Vec<Layer>)> = HashMap::new();
    for row in sql::lock_layers(tx.conn(), org, &skus.into_iter().collect::<Vec<_>>()).await? {
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
    sql::enter_costs(tx.conn(), org, command, at, "consume", &entries).await?;
    Ok(values)
}

/// Units of a sold line that come back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TakeBack {
    pub line: OrderLineId,
    pub sku: SkuId,
    pub quantity: i32,
    pub to: Place,
    /// The receipt line.
    pub source: Uuid,
}

/// Brings sold units back as `returned`, and their own cost with them, last taken first. Answers the value of each.
pub(crate) async fn take_back(tx: &mut Tx, back: &[TakeBack]) -> Result<Vec<Decimal>> {
    if back.is_empty() {
        return Ok(Vec::new());
    }
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let mut moves = Moves::default();
    let mut customers: HashMap<SiteId, BinId> = HashMap::new();
    for item in back {
        let site = item.to.site;
        let customer = match customers.get(&site) {
            Some(bin) => *bin,
            None => *customers.entry(site).or_insert(sites::bin_of_kind(tx, site, "customer").await?),
        };
        let from = (Place::loose(site, customer), State::Outside.code());
        moves.push(item.sku.0, item.quantity, false, from, (item.to, State::Returned.code()), item.source);
    }
    // Layers of these SKUs are locked first, as whoever ships them does.
    let skus: BTreeSet<Uuid> = back.iter().map(|item| item.sku.0).collect();
    sql::lock_layers(tx.conn(), org, &skus.into_iter().collect::<Vec<_>>()).await?;
    let lines: BTreeSet<Uuid> = back.iter().map(|item| item.line.0).collect();
    let mut taken: HashMap<Uuid, (Vec<Uuid>, Vec<Taken>)> = HashMap::new();
    for row in sql::taken(tx.conn(), org, &lines.into_iter().collect::<Vec<_>>()).await? {
        let (ids, parts) = taken.entry(row.source_id).or_default();
        parts.push(Taken { layer: ids.len(), quantity: row.quantity, value: row.value });
        ids.push(row.layer_id);
    }
    let mut entries = Entries::default();
    let mut values = Vec::new();
    for item in back {
        let (ids, parts) = taken.entry(item.line.0).or_default();
        let (given, missing) = layers::reinstate(parts, item.quantity);
        if missing > 0 {
            return Err(LedgerRefusal::NoCost { units: missing }.into());
        }
        values.push(given.iter().map(|part| part.value).sum());
        for part in given {
            entries.layers.push(ids[part.layer]);
            entries.quantities.push(part.quantity);
            entries.values.push(part.value);
            entries.sources.push(item.line.0);
        }
    }
    move_units(tx, Reason::ReturnReceipt, &moves).await?;
    sql::enter_costs(tx.conn(), org, command, at, "reinstate", &entries).await?;
    Ok(values)
}

/// Units that belong to nobody change place, state, or both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shift {
    pub sku: SkuId,
    pub quantity: i32,
    pub from: Place,
    pub from_state: State,
    pub to: Place,
    pub to_state: State,
    pub source: Uuid,
}

/// Moves unallocated units. When that leaves less than was promised, the latest promises give way and are raised as backorders.
pub(crate) async fn shift(tx: &mut Tx, reason: Reason, shifts: &[Shift]) -> Result<()> {
    if shifts.is_empty() {
        return Ok(());
    }
    let lowered = |shift: &&Shift| shift.from_state == State::Sellable;
    let touched: BTreeSet<(Uuid, Uuid)> = shifts.iter().filter(lowered).map(|s| (s.from.site.0, s.sku.0)).collect();
    lock_touched(tx, &touched).await?;
    let mut moves = Moves::default();
    for s in shifts {
        moves.push(s.sku.0, s.quantity, false, (s.from, s.from_state.code()), (s.to, s.to_state.code()), s.source);
    }
    move_units(tx, reason, &moves).await?;
    break_promises(tx, &touched).await
}

/// Unallocated units that leave the walls for good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scrap {
    pub sku: SkuId,
    pub quantity: i32,
    pub from: Place,
    pub from_state: State,
    pub source: Uuid,
}

/// Units leave the books; answers the value of each, taken from the oldest layers.
pub(crate) async fn scrap(tx: &mut Tx, gone: &[Scrap]) -> Result<Vec<Decimal>> {
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let lowered = |scrap: &&Scrap| scrap.from_state == State::Sellable;
    let touched: BTreeSet<(Uuid, Uuid)> = gone.iter().filter(lowered).map(|s| (s.from.site.0, s.sku.0)).collect();
    lock_touched(tx, &touched).await?;
    let mut moves = Moves::default();
    for s in gone {
        let to = Place::loose(s.from.site, sites::bin_of_kind(tx, s.from.site, "scrap").await?);
        moves.push(s.sku.0, s.quantity, false, (s.from, s.from_state.code()), (to, State::Outside.code()), s.source);
    }
    let taken: Vec<_> = gone.iter().map(|s| (s.sku.0, s.quantity, s.source)).collect();
    let values = consume(tx, &taken).await?;
    move_units(tx, Reason::Scrap, &moves).await?;
    break_promises(tx, &touched).await?;
    Ok(values)
}

async fn lock_touched(tx: &mut Tx, touched: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let org = tx.org().0;
    let mut sites: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (site, sku) in touched {
        sites.entry(*site).or_default().push(*sku);
    }
    for (site, skus) in sites {
        sql::lock_demand(tx.conn(), org, site, &skus).await?;
    }
    Ok(())
}

/// A physical fact wins: promises that nothing stands behind any more are given up, last made first.
async fn break_promises(tx: &mut Tx, touched: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let org = tx.org().0;
    let mut cases = Vec::new();
    for (site, sku) in touched {
        let demand = sql::lock_demand(tx.conn(), org, *site, &[*sku]).await?;
        let free = sql::free(tx.conn(), org, *site, &[*sku]).await?.first().map_or(0, |row| row.free);
        let mut over = demand.first().map_or(0, |row| i64::from(row.reserved)) - free;
        if over <= 0 {
            continue;
        }
        let rows = sql::reservations_of(tx.conn(), org, *site, *sku).await?;
        let mut broken = Vec::new();
        for row in &rows {
            if over <= 0 {
                break;
            }
            let units = i32::try_from(over.min(i64::from(row.quantity))).unwrap_or(row.quantity);
            over -= i64::from(units);
            broken.push((row, units));
            cases.push(Case {
                kind: "backorder",
                subject: row.order_line_id,
                site: Some((*site).into()),
                summary: format!("{units} units promised are not there any more"),
                detail: json!({ "sku": sku, "units": units }),
            });
        }
        give_back(tx, org, &broken).await?;
    }
    exceptions::raise(tx, &cases).await
}

/// Free units that stand at a place become an order line's, where they stand: they were never promised to anybody.
pub(crate) async fn give(tx: &mut Tx, line: OrderLineId, sku: SkuId, place: Place, quantity: i32) -> Result<()> {
    let org = tx.org().0;
    let mut new = NewAllocations::default();
    new.push(line.0, place, sku.0, quantity);
    sql::change_allocated(tx.conn(), org, &new, 1).await?;
    sql::insert_allocations(tx.conn(), org, &new).await
}

/// A bin is closed: what other bins cannot keep of what was promised gives way. The demand on these SKUs is the caller's.
pub(crate) async fn settle(tx: &mut Tx, site: SiteId, skus: &[SkuId]) -> Result<()> {
    break_promises(tx, &skus.iter().map(|sku| (site.0, sku.0)).collect()).await
}

fn raw(lines: &[OrderLineId]) -> Vec<Uuid> {
    lines.iter().map(|line| line.0).collect()
}

/// A receipt as it was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    pub receipt: ReceiptId,
    pub number: String,
    pub units: i64,
    pub value: Decimal,
}

impl Act for ReceiveGoods {
    const KIND: &'static str = "stock.receive";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = Received;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Received> {
        if self.lines.is_empty() {
            return Err(StockRefusal::EmptyReceipt.into());
        }
        for line in &self.lines {
            Quantity::new(line.quantity.into())?;
            if line.unit_cost.is_some_and(|cost| cost < Decimal::ZERO) {
                return Err(StockRefusal::NegativeCost.into());
            }
        }
        let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
        let receipt = ReceiptId::mint();
        let number = tx.numbers("GR", 1).await?.remove(0);
        let standard = catalog::standard_costs(tx, &self.lines.iter().map(|line| line.sku).collect::<Vec<_>>()).await?;
        let supplier = Place::loose(self.site, sites::bin_of_kind(tx, self.site, "supplier").await?);
        let mut layers = NewLayers::default();
        let mut moves = Moves::default();
        let (mut ids, mut skus, mut bins, mut quantities, mut costs) = (vec![], vec![], vec![], vec![], vec![]);
        for line in &self.lines {
            let known = standard.get(&line.sku).copied().ok_or_else(|| Refusal::not_found("SKU"))?;
            let cost = line.unit_cost.unwrap_or(known);
            let to = Place { site: self.site, bin: line.bin, lpn: LpnId::NIL };
            moves.push(
                line.sku.0,
                line.quantity,
                false,
                (supplier, State::Outside.code()),
                (to, State::Sellable.code()),
                receipt.0,
            );
            layers.skus.push(line.sku.0);
            layers.quantities.push(line.quantity);
            layers.values.push((cost * Decimal::from(line.quantity)).round_dp(4));
            layers.sources.push(receipt.0);
            ids.push(Uuid::now_v7());
            skus.push(line.sku.0);
            bins.push(line.bin.0);
            quantities.push(line.quantity);
            costs.push(cost.round_dp(4));
        }
        let value: Decimal = layers.values.iter().sum();
        let new = sql::NewReceipt {
            id: receipt.0,
            number: &number,
            site: self.site.0,
            supplier: &self.supplier,
            reference: &self.reference,
            kind: if self.opening { "opening" } else { "purchase" },
            lines: &ids,
            skus: &skus,
            bins: &bins,
            quantities: &quantities,
            costs: &costs,
        };
        sql::insert_receipt(tx.conn(), org, at, &new).await?;
        sites::require_bins(tx, self.site, &bins).await?;
        move_units(tx, if self.opening { Reason::Opening } else { Reason::Receipt }, &moves).await?;
        sql::insert_layers(tx.conn(), org, command, at, &layers).await?;
        let credit = if self.opening { OPENING_EQUITY } else { RECEIVED_NOT_INVOICED };
        ledger::post(tx, &[Posting::posted(INVENTORY, credit, value, "receipt", receipt.0)]).await?;
        let units = quantities.iter().map(|units| i64::from(*units)).sum();
        tx.announce("stock.received", receipt, Some(self.site), json!({ "number": number, "units": units }));
        tx.audit("goods_receipt", receipt, (), json!({ "number": number, "units": units, "value": value }));
        Ok(Received { receipt, number, units, value })
    }
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
        sites::require_bins(tx, self.site, &[self.bin.0]).await?;
        let place = Place::loose(self.site, self.bin);
        let (from, to, reason) = if self.hold {
            (State::Sellable, State::Held, Reason::Hold)
        } else {
            (State::Held, State::Sellable, Reason::Release)
        };
        let source = tx.command.0;
        let shifted =
            Shift { sku: self.sku, quantity: self.quantity, from: place, from_state: from, to: place, to_state: to, source };
        shift(tx, reason, &[shifted]).await?;
        tx.announce("stock.held", self.sku, Some(self.site), json!({ "units": self.quantity, "hold": self.hold }));
        tx.audit(
            "sku",
            self.sku,
            json!({ "state": from.code() }),
            json!({ "state": to.code(), "units": self.quantity, "note": self.note }),
        );
        Ok(())
    }
}
