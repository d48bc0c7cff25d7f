//! Goods arrive from a supplier, or are there from the start.

use domain::ids::{LpnId, ReceiptId, SiteId};
use domain::ledger::{INVENTORY, OPENING_EQUITY, RECEIVED_NOT_INVOICED};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason, ReceiveGoods, State, StockRefusal};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::shift::move_units;
use super::sql_layers::{self, NewLayers};
use super::sql_movements::Moves;
use super::sql_receipts;
use crate::ledger::{self, Posting};
use crate::sites;
use crate::{Act, Result, Tx, catalog};

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
        let new = sql_receipts::NewReceipt {
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
        sql_receipts::insert_receipt(tx.conn(), org, at, &new).await?;
        sites::require_bins(tx, self.site, &bins).await?;
        move_units(tx, if self.opening { Reason::Opening } else { Reason::Receipt }, &moves).await?;
        sql_layers::insert_layers(tx.conn(), org, command, at, &layers).await?;
        let credit = if self.opening { OPENING_EQUITY } else { RECEIVED_NOT_INVOICED };
        ledger::post(tx, &[Posting::posted(INVENTORY, credit, value, "receipt", receipt.0)]).await?;
        let units = quantities.iter().map(|units| i64::from(*units)).sum();
        tx.announce("stock.received", receipt, Some(self.site), json!({ "number": number, "units": units }));
        tx.audit("goods_receipt", receipt, (), json!({ "number": number, "units": units, "value": value }));
        Ok(Received { receipt, number, units, value })
    }
}
