//! Sold units come back, and their own cost with them.

use std::collections::{BTreeSet, HashMap};

use domain::ids::{BinId, OrderLineId, SiteId, SkuId};
use domain::ledger::LedgerRefusal;
use domain::ledger::layers::{self, Taken};
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::issue::own_of;
use super::shift::move_units;
use super::sql_layers::{self, Entries};
use super::sql_movements::Moves;
use crate::sites;
use crate::{Result, Tx};

/// Units of a sold line that come back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TakeBack {
    pub line: OrderLineId,
    pub sku: SkuId,
    pub tag: Tag,
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
    let mut moves = Moves::default();
    let mut customers: HashMap<SiteId, BinId> = HashMap::new();
    for item in back {
        let site = item.to.site;
        let customer = match customers.get(&site) {
            Some(bin) => *bin,
            None => *customers.entry(site).or_insert(sites::bin_of_kind(tx, site, "customer").await?),
        };
        let from = (Place::loose(site, customer), State::Outside.code());
        moves.push((item.sku.0, item.tag), item.quantity, false, from, (item.to, State::Returned.code()), item.source);
    }
    let sold: Vec<_> = back.iter().map(|item| (item.sku.0, own_of(&[(item.tag, item.quantity)]), item.line.0)).collect();
    let values = reinstate(tx, &sold).await?;
    move_units(tx, Reason::ReturnReceipt, &moves).await?;
    Ok(values)
}

/// Gives (sku, units, for whom) back the cost that was taken for them, last taken first; answers the value of each.
pub(super) async fn reinstate(tx: &mut Tx, back: &[(Uuid, i32, Uuid)]) -> Result<Vec<Decimal>> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    // Layers of these SKUs are locked first, as whoever ships them does.
    let skus: BTreeSet<Uuid> = back.iter().map(|(sku, ..)| *sku).collect();
    sql_layers::lock_layers(tx.conn(), org, &skus.into_iter().collect::<Vec<_>>()).await?;
    let sources: BTreeSet<Uuid> = back.iter().map(|(.., source)| *source).collect();
    let mut taken: HashMap<Uuid, (Vec<Uuid>, Vec<Taken>)> = HashMap::new();
    for row in sql_layers::taken(tx.conn(), org, &sources.into_iter().collect::<Vec<_>>()).await? {
        let (ids, parts) = taken.entry(row.source_id).or_default();
        parts.push(Taken { layer: ids.len(), quantity: row.quantity, value: row.value });
        ids.push(row.layer_id);
    }
    let mut entries = Entries::default();
    let mut values = Vec::new();
    for (_, units, source) in back {
        let (ids, parts) = taken.entry(*source).or_default();
        let (given, missing) = layers::reinstate(parts, *units);
        if missing > 0 {
            return Err(LedgerRefusal::NoCost { units: missing }.into());
        }
        values.push(given.iter().map(|part| part.value).sum());
        for part in given {
            entries.layers.push(ids[part.layer]);
            entries.quantities.push(part.quantity);
            entries.values.push(part.value);
            entries.sources.push(*source);
        }
    }
    sql_layers::enter_costs(tx.conn(), org, command, at, "reinstate", &entries).await?;
    Ok(values)
}
