//! Receiving against an order: what arrived is booked into the dock, its cost into a layer of its own, and owed as received and not
//! invoiced. Partials add up on the line; a receipt grows while the pallet is unloaded.

use std::collections::{BTreeMap, HashMap};

use domain::ledger::{INVENTORY, RECEIVED_NOT_INVOICED};
use domain::people::Permission;
use domain::purchasing::{DeliveryStanding, PurchasingRefusal, ReceivePurchase, TakenIn};
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason, State};
use serde_json::json;
use uuid::Uuid;

use super::deliveries;
use super::sql::{self, BinRow, LineRow, OrderFacts};
use crate::ledger::{self, Posting};
use crate::stock::{self, Incoming, NewReceipt, NewReceiptLines};
use crate::{Act, Result, Tx};

/// Bins where goods may come in: the dock, the lanes behind it, or where they will stand.
const LANDING: [&str; 4] = ["dock", "stage", "pick", "reserve"];

impl Act for ReceivePurchase {
    const KIND: &'static str = "purchasing.receive";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = TakenIn;

    async fn act(&self, tx: &mut Tx) -> Result<TakenIn> {
        for arrived in &self.arrived {
            Quantity::new(arrived.quantity.into())?;
        }
        if self.arrived.is_empty() {
            return Err(PurchasingRefusal::NothingArrived.into());
        }
        let order = super::lock(tx, self.order, Self::NEEDS).await?;
        let standing = order.standing()?;
        if !standing.open() {
            let standing = standing.words().to_lowercase();
            return Err(PurchasingRefusal::NotOpen { number: order.number, standing }.into());
        }
        let units = units_by_line(tx, self, &order).await?;
        let bin = landing(tx, self, &order).await?;
        let number = receipt(tx, self, &order).await?;
        let (org, site, by) = (tx.org().0, order.site(), tx.caller.person().0);
        let mut lines = NewReceiptLines::default();
        let mut incoming = Vec::new();
        for (line, quantity) in &units {
            let source = lines.push(line.sku_id, bin.id, *quantity, line.unit_cost);
            lines.of_line(line.id, "good", by);
            let (sku, to) = (line.sku_id.into(), Place::loose(site, bin.id.into()));
            let value = stock::value_of(line.unit_cost, *quantity);
            incoming.push(Incoming { sku, quantity: *quantity, to, state: State::Sellable, value, source });
        }
        let value = stock::take_in(tx, (self.receipt, site), Reason::Receipt, &lines, &incoming).await?;
        ledger::post(tx, &[Posting::posted(INVENTORY, RECEIVED_NOT_INVOICED, value, "receipt", self.receipt.0)]).await?;
        let count: i64 = units.iter().map(|(_, units)| i64::from(*units)).sum();
        let after = sql::order(tx.conn(), org, self.order.0).await?.ok_or_else(|| Refusal::not_found("purchase order"))?;
        tx.announce("stock.received", self.receipt, Some(site), json!({ "number": number, "units": count }));
        tx.announce("purchase.received", self.order, Some(site), json!({ "number": order.number, "units": count }));
        let audited = json!({ "receipt": number, "units": count, "value": value, "bin": bin.code });
        tx.audit("purchase", self.order, json!({ "received": order.received }), audited);
        Ok(TakenIn { receipt: self.receipt, number, units: count, awaited: after.awaited })
    }
}

/// What arrived, by line: codes of one SKU are summed, a case's barcode counts its case.
async fn units_by_line(tx: &mut Tx, asked: &ReceivePurchase, order: &OrderFacts) -> Result<Vec<(LineRow, i32)>> {
    let org = tx.org().0;
    let codes: Vec<String> = asked.arrived.iter().map(|arrived| arrived.code.trim().to_owned()).collect();
    let known: HashMap<String, _> = sql::codes(tx.conn(), org, &codes).await?.into_iter().map(|row| (row.code.clone(), row)).collect();
    let mut units: BTreeMap<Uuid, i64> = BTreeMap::new();
    let lines = sql::lines(tx.conn(), org, asked.order.0).await?;
    for (arrived, code) in asked.arrived.iter().zip(codes) {
        let Some(row) = known.get(&code) else {
            return Err(PurchasingRefusal::UnknownCode { code: code.chars().take(80).collect() }.into());
        };
        if !lines.iter().any(|line| line.sku_id == row.sku_id) {
            return Err(PurchasingRefusal::NotOnOrder { sku: row.sku_code.clone(), number: order.number.clone() }.into());
        }
        *units.entry(row.sku_id).or_default() += i64::from(arrived.quantity) * i64::from(row.pack);
    }
    let of_line = |line: LineRow| units.get(&line.sku_id).map(|units| Ok((line, Quantity::new(*units)?.units())));
    lines.into_iter().filter_map(of_line).collect()
}

/// Where it comes in: the bin that was scanned, the delivery's dock, or the site's first.
async fn landing(tx: &mut Tx, asked: &ReceivePurchase, order: &OrderFacts) -> Result<BinRow> {
    let org = tx.org().0;
    let bin = sql::bin(tx.conn(), org, order.site_id, asked.bin.trim()).await?.ok_or_else(|| Refusal::not_found("bin at this site"))?;
    if !LANDING.contains(&bin.kind.as_str()) {
        return Err(PurchasingRefusal::WrongBin { bin: bin.code, kind: bin.kind }.into());
    }
    if bin.locked {
        return Err(PurchasingRefusal::BinLocked { bin: bin.code }.into());
    }
    Ok(bin)
}

/// The receipt that is open on the device, or a new one; the delivery it is of has come.
async fn receipt(tx: &mut Tx, asked: &ReceivePurchase, order: &OrderFacts) -> Result<String> {
    let (org, at) = (tx.org().0, tx.at);
    let delivery = asked.delivery.map(|id| id.0);
    if let Some(begun) = sql::receipt(tx.conn(), org, asked.receipt.0).await? {
        let same = begun.order_id == Some(asked.order.0) && begun.delivery_id == delivery;
        return if same { Ok(begun.number) } else { Err(PurchasingRefusal::ForeignReceipt.into()) };
    }
    let mut reference = order.number.clone();
    if let Some(id) = asked.delivery {
        let delivery = deliveries::lock(tx, id).await?;
        if delivery.order_id != asked.order.0 {
            return Err(Refusal::not_found("delivery of this order").into());
        }
        let standing = delivery.standing();
        if matches!(standing, DeliveryStanding::Done | DeliveryStanding::Cancelled) {
            let standing = standing.words().to_lowercase();
            return Err(PurchasingRefusal::DeliveryMoved { number: delivery.number, standing }.into());
        }
        sql::move_delivery(tx.conn(), org, id.0, at, (true, false, false)).await?;
        reference = delivery.number;
    }
    let number = tx.numbers("GR", 1).await?.remove(0);
    let new = NewReceipt {
        id: asked.receipt.0,
        number: &number,
        site: order.site_id,
        supplier: &order.supplier_name,
        reference: &reference,
        kind: "purchase",
        order: Some(asked.order.0),
        delivery,
    };
    stock::begin_receipt(tx, &new).await?;
    Ok(number)
}
