//! Goods that come in: the receipt with its lines, the movements, and a cost layer for each. Who is owed for them is the caller's word.

use domain::ids::{ReceiptId, SiteId, SkuId};
use domain::ledger::{INVENTORY, OPENING_EQUITY, RECEIVED_NOT_INVOICED};
use domain::numbers::Series;
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason, ReceiveGoods, State, StockRefusal, Tag};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::shift::move_units;
use super::sql_layers::{self, NewLayers};
use super::sql_movements::Moves;
use super::sql_receipts;
use crate::ledger::{self, Posting};
use crate::lots::{self, Coming};
use crate::putaway::{self, Asks};
use crate::{Act, Result, Tx, catalog, sites};

pub(crate) use super::sql_receipts::{NewReceipt, NewReceiptLines};

/// Goods that come in from beyond the walls: where to, as what, and what they cost together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incoming {
    pub sku: SkuId,
    pub tag: Tag,
    pub quantity: i32,
    pub to: Place,
    pub state: State,
    pub value: Decimal,
    /// The receipt, or its line.
    pub source: Uuid,
}

/// What so many units cost, to the four places the books keep.
pub(crate) fn value_of(unit_cost: Decimal, quantity: i32) -> Decimal {
    (unit_cost * Decimal::from(quantity)).round_dp(4)
}

/// Writes the head of a receipt; its lines follow, at once or one by one.
pub(crate) async fn begin_receipt(tx: &mut Tx, new: &NewReceipt<'_>) -> Result<()> {
    let (org, at) = (tx.org().0, tx.at);
    sql_receipts::insert_receipt(tx.conn(), org, at, new).await
}

/// Books lines of a receipt and brings their goods in, with a cost layer each; answers what they cost together. What is a client's
/// costs nothing. The caller says who is owed.
pub(crate) async fn take_in(
    tx: &mut Tx,
    (receipt, site): (ReceiptId, SiteId),
    reason: Reason,
    lines: &NewReceiptLines,
    incoming: &[Incoming],
) -> Result<Decimal> {
    let (org, command, at) = (tx.org().0, tx.command.0, tx.at);
    catalog::refuse_kits(tx, &incoming.iter().map(|goods| goods.sku).collect::<Vec<_>>()).await?;
    sql_receipts::insert_receipt_lines(tx.conn(), org, receipt.0, lines).await?;
    sites::require_bins(tx, site, &lines.bins).await?;
    let supplier = Place::loose(site, sites::bin_of_kind(tx, site, "supplier").await?);
    let (mut layers, mut moves) = (NewLayers::default(), Moves::default());
    for goods in incoming {
        let to = (goods.to, goods.state.code());
        moves.push((goods.sku.0, goods.tag), goods.quantity, false, (supplier, State::Outside.code()), to, goods.source);
        if goods.tag.own() {
            layers.push(goods.sku.0, goods.quantity, goods.value, goods.source);
        }
    }
    move_units(tx, reason, &moves).await?;
    sql_layers::insert_layers(tx.conn(), org, command, at, &layers).await?;
    Ok(layers.values.iter().sum())
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
        let receipt = ReceiptId::mint();
        let number = tx.numbers(Series::Receipt, 1).await?.remove(0);
        let standard = catalog::standard_costs(tx, &self.lines.iter().map(|line| line.sku).collect::<Vec<_>>()).await?;
        let coming = self.lines.iter().map(|line| Coming {
            sku: line.sku,
            quantity: line.quantity,
            marks: &line.marks,
            supplier: &self.supplier,
            sold: true,
        });
        let tags = lots::mark(tx, &coming.collect::<Vec<_>>()).await?;
        let (mut lines, mut incoming) = (NewReceiptLines::default(), Vec::new());
        for (line, tags) in self.lines.iter().zip(tags) {
            let known = standard.get(&line.sku).copied().ok_or_else(|| Refusal::not_found("SKU"))?;
            let cost = line.unit_cost.unwrap_or(known).round_dp(4);
            lines.push(line.sku.0, line.bin.0, line.quantity, cost);
            incoming.extend(tags.into_iter().map(|(tag, quantity)| Incoming {
                sku: line.sku,
                tag,
                quantity,
                to: Place::loose(self.site, line.bin),
                state: State::Sellable,
                value: value_of(cost, quantity),
                source: receipt.0,
            }));
        }
        if !self.opening {
            let asks = Asks::of(tx, &lines.skus).await?;
            let coming = incoming.iter().filter_map(|one| Some((one.to.bin, asks.item(one.sku, one.tag, one.quantity)?)));
            putaway::require_room(tx, self.site, coming.collect::<Vec<_>>()).await?;
        }
        let new = NewReceipt {
            id: receipt.0,
            number: &number,
            site: self.site.0,
            supplier: &self.supplier,
            reference: &self.reference,
            kind: if self.opening { "opening" } else { "purchase" },
            order: None,
            delivery: None,
        };
        begin_receipt(tx, &new).await?;
        let reason = if self.opening { Reason::Opening } else { Reason::Receipt };
        let value = take_in(tx, (receipt, self.site), reason, &lines, &incoming).await?;
        let credit = if self.opening { OPENING_EQUITY } else { RECEIVED_NOT_INVOICED };
        ledger::post(tx, &[Posting::posted(INVENTORY, credit, value, "receipt", receipt.0)]).await?;
        let units = self.lines.iter().map(|line| i64::from(line.quantity)).sum();
        tx.announce("stock.received", receipt, Some(self.site), json!({ "number": number, "units": units }));
        tx.audit("goods_receipt", receipt, (), json!({ "number": number, "units": units, "value": value }));
        Ok(Received { receipt, number, units, value })
    }
}
