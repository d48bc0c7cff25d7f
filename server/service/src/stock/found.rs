//! What was found on the shelf: what stands there by the books, what one costs, who has a claim on it; and units the books had none of.

use std::collections::HashMap;

use domain::ids::{AllocationId, OrderId, OrderLineId, SkuId};
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::shift::move_units;
use super::sql_allocations;
use super::sql_layers::{self, NewLayers};
use super::sql_movements::{self, Moves};
use super::which::owner_at;
use crate::{Result, Tx, catalog, lots, sites};

/// Units that are there though the books had none: they come in by way of the count, each at this value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gain {
    pub sku: SkuId,
    pub tag: Tag,
    pub quantity: i32,
    pub to: Place,
    pub to_state: State,
    pub unit_value: Decimal,
    pub source: Uuid,
}

/// Brings found units into the books; answers the value of each. Of a SKU that is told apart, units nobody named are of the lot that
/// stands there; where that says nothing they stand on hold.
pub(crate) async fn gain(tx: &mut Tx, found: &[Gain]) -> Result<Vec<Decimal>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let (mut moves, mut layers, mut values) = (Moves::default(), NewLayers::default(), Vec::new());
    for one in found {
        // What is found beside a client's is the client's.
        let tag = if one.tag.own() { Tag { owner: owner_at(tx, one.to, one.sku).await?, ..one.tag } } else { one.tag };
        let (tag, to_state) = lots::found(tx, (one.sku, tag), one.to, one.to_state).await?;
        let from = Place::loose(one.to.site, sites::bin_of_kind(tx, one.to.site, "count").await?);
        let (outside, to) = ((from, State::Outside.code()), (one.to, to_state.code()));
        moves.push((one.sku.0, tag), one.quantity, false, outside, to, one.source);
        let value = if tag.own() { (one.unit_value * Decimal::from(one.quantity)).round_dp(4) } else { Decimal::ZERO };
        values.push(value);
        if tag.own() {
            layers.skus.push(one.sku.0);
            layers.quantities.push(one.quantity);
            layers.values.push(value);
            layers.sources.push(one.source);
        }
    }
    move_units(tx, Reason::Count, &moves).await?;
    sql_layers::insert_layers(tx.conn(), org, command, at, &layers).await?;
    Ok(values)
}

/// Units that stand at a place, told apart; the codes of their lot and serial are empty where they have none.
#[derive(Debug, Clone)]
pub(crate) struct Stands {
    pub sku: SkuId,
    pub tag: Tag,
    pub lot: String,
    pub serial: String,
    pub state: State,
    pub on_hand: i32,
    pub allocated: i32,
}

/// What stands at a place, loose in a bin or in a handling unit; what expires first before the rest.
pub(crate) async fn stands(tx: &mut Tx, at: Place) -> Result<Vec<Stands>> {
    let org = tx.org().0;
    let known = |row: sql_movements::StandsRow| {
        Some(Stands {
            sku: row.sku_id.into(),
            tag: Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() },
            lot: row.lot,
            serial: row.serial,
            state: State::parse(&row.state)?,
            on_hand: row.on_hand,
            allocated: row.allocated,
        })
    };
    Ok(sql_movements::stands(tx.conn(), org, at).await?.into_iter().filter_map(known).collect())
}

/// What one unit of each costs by the layers it has left; by its standard cost when it has none.
pub(crate) async fn unit_values(tx: &mut Tx, skus: &[SkuId]) -> Result<HashMap<SkuId, Decimal>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let mut values = catalog::standard_costs(tx, skus).await?;
    for (sku, value) in sql_layers::layer_values(tx.conn(), org, &ids).await? {
        values.insert(sku.into(), value);
    }
    Ok(values)
}

/// A line's units in a bin, and how urgent its order is.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub allocation: AllocationId,
    pub line: OrderLineId,
    pub order: OrderId,
    pub number: String,
    pub tag: Tag,
    pub quantity: i32,
}

impl Claim {
    /// Is it on units that a tag means? One that tells nothing apart means any.
    pub fn means(&self, tag: Tag) -> bool {
        tag.alike() || (self.tag.lot, self.tag.serial) == (tag.lot, tag.serial)
    }
}

/// Who was given loose units of a SKU in a bin, the least urgent first: what is promised latest, then what was ordered last. Locked.
pub(crate) async fn claims(tx: &mut Tx, at: Place, sku: SkuId) -> Result<Vec<Claim>> {
    let org = tx.org().0;
    let rows = sql_allocations::lock_claims(tx.conn(), org, at.site.0, at.bin.0, sku.0).await?;
    let claim = |row: sql_allocations::ClaimRow| Claim {
        allocation: row.id.into(),
        line: row.order_line_id.into(),
        order: row.order_id.into(),
        number: row.number,
        tag: Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() },
        quantity: row.quantity,
    };
    Ok(rows.into_iter().map(claim).collect())
}
