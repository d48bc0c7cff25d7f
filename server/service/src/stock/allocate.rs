//! Units in bins for order lines: given, carried along, freed. Which bins serve a line is `domain::stock::picks`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::ids::{AllocationId, OrderLineId, SkuId};
use domain::stock::picks::dated::{Dated, choose_dated};
use domain::stock::picks::{self, Source};
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use domain::words::counted;
use serde_json::json;
use uuid::Uuid;

use super::promises::{give_back, lock_reservations, raw};
use super::shift::move_units;
use super::sql_allocations::{self, NewAllocations};
use super::sql_demand::ReservationRow;
use super::sql_movements::Moves;
use crate::exceptions::{self, Case};
use crate::lots::{self, Facts};
use crate::{Result, Tx};

/// Units in a bin that belong to an order line from now on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allocated {
    pub id: AllocationId,
    pub line: OrderLineId,
    pub sku: SkuId,
    pub tag: Tag,
    pub place: Place,
    pub quantity: i32,
}

impl Allocated {
    /// What it is units of, as statements take it.
    pub(super) fn goods(&self) -> (Uuid, Tag) {
        (self.sku.0, self.tag)
    }
}

/// Bins with free units, by site, SKU and owner.
type Sources = HashMap<(Uuid, Uuid, Uuid), Vec<Source>>;

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
    let mut sources = Sources::new();
    for row in sql_allocations::lock_sources(tx.conn(), org, &sites, &skus).await? {
        let tag = Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() };
        let source = Source { bin: row.bin_id.into(), code: row.code, tag, reserve: row.kind == "reserve", free: row.free };
        sources.entry((row.site_id, row.sku_id, row.owner_id)).or_default().push(source);
    }
    let facts = facts(tx, &sources, &rows).await?;
    let today = tx.at.date_naive();
    let mut new = NewAllocations::default();
    let (mut made, mut used, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let Some(bins) = sources.get_mut(&(row.site_id, row.sku_id, row.owner_id)) else { continue };
        let mut units = 0;
        for (index, quantity) in choose(bins, &facts, row, today) {
            let (place, tag) = (Place::loose(row.site_id.into(), bins[index].bin), bins[index].tag);
            let id = new.push(row.order_line_id, place, (row.sku_id, tag), quantity);
            made.push(Allocated { id: id.into(), line: row.order_line_id.into(), sku: row.sku_id.into(), tag, place, quantity });
            units += quantity;
        }
        if units < row.quantity && bins.iter().any(|bin| !bin.tag.alike()) {
            // What is there is not good for this line: whoever takes less life can have it, and the line waits for better.
            let missing = row.quantity - units;
            units = row.quantity;
            cases.push(Case {
                kind: "backorder",
                subject: row.order_line_id,
                site: Some(row.site_id.into()),
                summary: format!("{} not good long enough", counted(missing, "unit is", "units are")),
                detail: json!({ "sku": row.sku_id, "units": missing }),
            });
        }
        if units > 0 {
            used.push((row, units));
        }
    }
    give_back(tx, org, &used).await?;
    exceptions::raise(tx, &cases).await?;
    if !made.is_empty() {
        sql_allocations::change_allocated(tx.conn(), org, &new, 1).await?;
        sql_allocations::insert_allocations(tx.conn(), org, &new).await?;
    }
    Ok(made)
}

/// What is known of the lots and serials among them; nothing is asked when there are none.
async fn facts(tx: &mut Tx, sources: &Sources, rows: &[ReservationRow]) -> Result<Facts> {
    let tags: BTreeSet<Tag> = sources.values().flatten().map(|source| source.tag).filter(|tag| !tag.alike()).collect();
    if tags.is_empty() {
        return Ok(Facts::default());
    }
    let skus: BTreeSet<Uuid> = rows.iter().map(|row| row.sku_id).collect();
    let lines: Vec<Uuid> = rows.iter().map(|row| row.order_line_id).collect();
    lots::facts(tx, &tags.into_iter().collect::<Vec<_>>(), &skus.into_iter().collect::<Vec<_>>(), &lines).await
}

/// Chooses for one line, by bin alone where goods are all alike.
fn choose(bins: &mut [Source], facts: &Facts, row: &ReservationRow, today: NaiveDate) -> Vec<(usize, i32)> {
    if bins.iter().all(|bin| bin.tag.alike()) {
        return picks::choose(bins, row.quantity);
    }
    let dated = |bin: &Source| Dated { source: bin.clone(), expires_on: facts.expires(bin.tag), since: facts.since(bin.tag) };
    let mut dated: Vec<Dated> = bins.iter().map(dated).collect();
    let (picking, good_on) = (facts.picking(row.sku_id), facts.good_on(row.order_line_id, today));
    let chosen = choose_dated(&mut dated, picking, good_on, row.quantity);
    for (index, units) in &chosen {
        bins[*index].free -= units;
    }
    chosen
}

/// All that these lines have been given, wherever it stands.
pub(crate) async fn allocated(tx: &mut Tx, lines: &[OrderLineId]) -> Result<Vec<Allocated>> {
    let org = tx.org().0;
    Ok(sql_allocations::allocations(tx.conn(), org, &raw(lines)).await?.into_iter().map(known).collect())
}

pub(super) fn known(row: sql_allocations::AllocationRow) -> Allocated {
    Allocated {
        id: row.id.into(),
        line: row.order_line_id.into(),
        sku: row.sku_id.into(),
        tag: Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() },
        place: Place { site: row.site_id.into(), bin: row.bin_id.into(), lpn: row.lpn_id.into() },
        quantity: row.quantity,
    }
}

/// Locks allocations and checks that each has at least what is asked of it.
pub(super) async fn lock_allocations(tx: &mut Tx, asked: &BTreeMap<Uuid, i32>) -> Result<HashMap<Uuid, Allocated>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = asked.keys().copied().collect();
    let found: HashMap<Uuid, Allocated> =
        sql_allocations::lock_allocations(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, known(row))).collect();
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
        down.push(allocation.line.0, allocation.place, allocation.goods(), *units);
    }
    let (ids, by): (Vec<Uuid>, Vec<i32>) = asked.into_iter().unzip();
    sql_allocations::lower_allocations(tx.conn(), org, &ids, &by).await?;
    sql_allocations::change_allocated(tx.conn(), org, &down, -1).await
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
        moves.push(from.goods(), carry.quantity, true, (from.place, sellable), (carry.to, sellable), carry.source);
        ids.push(new.push(from.line.0, carry.to, from.goods(), carry.quantity).into());
    }
    let (from, by): (Vec<Uuid>, Vec<i32>) = asked.into_iter().unzip();
    sql_allocations::lower_allocations(tx.conn(), org, &from, &by).await?;
    move_units(tx, reason, &moves).await?;
    sql_allocations::insert_allocations(tx.conn(), org, &new).await?;
    Ok(ids)
}

/// Free units that stand at a place become an order line's, where they stand: they were never promised to anybody.
pub(crate) async fn give(tx: &mut Tx, line: OrderLineId, sku: SkuId, place: Place, given: &[(Tag, i32)]) -> Result<()> {
    let org = tx.org().0;
    let mut new = NewAllocations::default();
    for (tag, quantity) in given {
        new.push(line.0, place, (sku.0, *tag), *quantity);
    }
    sql_allocations::change_allocated(tx.conn(), org, &new, 1).await?;
    sql_allocations::insert_allocations(tx.conn(), org, &new).await
}
