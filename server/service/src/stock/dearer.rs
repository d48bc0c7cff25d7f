//! Layers that become dearer after they came in: a freight bill for goods that stand here already, in part or not at all any more.

use std::collections::HashMap;

use domain::ledger::LedgerRefusal;
use domain::money::Money;
use domain::purchasing::parted;
use iso_currency::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::sql_layers::{self as sql, Entries};
use crate::{Result, Tx};

/// So much more for the layer of a receipt's line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dearer {
    /// The receipt's line the layer came in with.
    pub layer_of: Uuid,
    pub by: Decimal,
    /// What makes it dearer.
    pub source: Uuid,
}

/// Raises what remains of each layer; answers the part of each amount that stays in stock. The rest is of units that are gone.
pub(crate) async fn make_dearer(tx: &mut Tx, currency: Currency, dearer: &[Dearer]) -> Result<Vec<Decimal>> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    let lines: Vec<Uuid> = dearer.iter().map(|one| one.layer_of).collect();
    let layers: HashMap<Uuid, sql::SourceLayer> =
        sql::lock_layers_of(tx.conn(), org, &lines).await?.into_iter().map(|row| (row.source_id, row)).collect();
    let (mut entries, mut stay) = (Entries::default(), Vec::new());
    for one in dearer {
        let layer = layers.get(&one.layer_of).ok_or(LedgerRefusal::NoCost { units: 1 })?;
        let (stock, _) = parted(Money { amount: one.by, currency }, layer.quantity, layer.remaining)?;
        stay.push(stock.amount);
        if !stock.amount.is_zero() {
            entries.layers.push(layer.id);
            entries.quantities.push(layer.remaining);
            entries.values.push(stock.amount);
            entries.sources.push(one.source);
        }
    }
    sql::revalue_layers(tx.conn(), org, command, at, &entries).await?;
    Ok(stay)
}
