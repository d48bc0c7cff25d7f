//! The gates before the floor, tried again whenever something that stood in the way may be gone. Which gate holds an order is
//! `domain::orders::release`'s to say.

use std::collections::{HashMap, HashSet};

use domain::ids::{OrderId, OrderLineId, SkuId};
use domain::orders::release::{self, Facts, Hold};
use domain::orders::{CorrectAddress, OrderRefusal, ReleaseOrders, Released};
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::words::counted;
use serde_json::json;
use uuid::Uuid;

use super::{case, lock, lock_all, sql, sql_read};
use crate::{Act, Result, Tx, catalog, exceptions, stock};

/// Opens the gates for these orders as far as they open; what passes is allocated, what does not is held by name.
pub(crate) async fn release(tx: &mut Tx, orders: &[OrderId]) -> Result<Vec<Released>> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let (org, at) = (tx.org().0, tx.at);
    let raw: Vec<Uuid> = orders.iter().map(|order| order.0).collect();
    lock_all(tx, &raw).await?;
    let mut rows: HashMap<Uuid, sql::GateRow> =
        sql::gates(tx.conn(), org, &raw).await?.into_iter().map(|row| (row.id, row)).collect();
    let unknown = held_back(tx, rows.values().filter(|row| row.gated && !row.released).map(|row| row.id).collect()).await?;
    let (mut ids, mut holds, mut released, mut cases) = (vec![], vec![], vec![], vec![]);
    for order in orders {
        let row = rows.remove(&order.0).ok_or_else(|| Refusal::not_found("order"))?;
        if row.cancelled {
            return Err(OrderRefusal::Cancelled { number: row.number }.into());
        }
        let facts = Facts {
            paid: row.paid,
            deliverable: row.deliverable,
            known: !unknown.contains(&row.id),
            ship_complete: row.ship_complete,
            units_ordered: row.ordered,
            units_served: row.served,
            held: row.hold.as_deref().and_then(Hold::parse),
        };
        // Once released an order stays so: what it still waits for is a backorder, not a hold.
        let hold = if row.released { None } else { release::gate(&facts).err() };
        if let Some(words) = &row.payment_failure {
            cases.push(case("payment", *order, format!("{}: {words}", row.number)));
        }
        if row.paid && row.deliverable && row.served < row.ordered {
            let missing = row.ordered - row.served;
            cases.push(case(
                "backorder",
                *order,
                format!("{}: {} for stock", row.number, counted(missing, "unit waits", "units wait")),
            ));
        }
        if hold == Some(Hold::Address) {
            cases.push(case("address", *order, format!("{}: the address is incomplete", row.number)));
        }
        if !row.released && hold.is_none() {
            tx.announce("order.released", *order, None, json!({ "number": row.number }));
        }
        ids.push(order.0);
        holds.push(hold.map(|hold| hold.code().to_owned()));
        released.push(Released { order: *order, hold });
    }
    sql::set_gates(tx.conn(), org, at, &ids, &holds).await?;
    let open: Vec<Uuid> = released.iter().filter(|released| released.hold.is_none()).map(|released| released.order.0).collect();
    // In the order they were asked for: who comes first is served first.
    let rank: HashMap<Uuid, usize> = open.iter().enumerate().map(|(index, id)| (*id, index)).collect();
    let mut lines = sql::lines(tx.conn(), org, &open).await?;
    lines.sort_by_key(|line| rank.get(&line.order_id).copied());
    stock::allocate(tx, &lines.iter().map(|line| OrderLineId(line.id)).collect::<Vec<_>>()).await?;
    exceptions::raise(tx, &cases).await?;
    Ok(released)
}

/// Those of these orders that hold a SKU of which too little is known; people are told which, and what is missing.
pub(super) async fn held_back(tx: &mut Tx, orders: Vec<Uuid>) -> Result<HashSet<Uuid>> {
    if orders.is_empty() {
        return Ok(HashSet::new());
    }
    let org = tx.org().0;
    let lines = sql::skus_of(tx.conn(), org, &orders).await?;
    let skus: Vec<SkuId> = lines.iter().map(|(_, sku)| SkuId(*sku)).collect();
    let unready = catalog::unready(tx, &skus).await?;
    catalog::hold_back(tx, unready.values()).await?;
    Ok(lines.into_iter().filter(|(_, sku)| unready.contains_key(&SkuId(*sku))).map(|(order, _)| order).collect())
}

/// Orders that wait because too little was known of one of these SKUs.
pub(crate) async fn held_for_data(tx: &mut Tx, skus: &[SkuId]) -> Result<Vec<OrderId>> {
    let org = tx.org().0;
    let skus: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    Ok(sql::held_for_data(tx.conn(), org, &skus).await?.into_iter().map(OrderId).collect())
}

impl Act for ReleaseOrders {
    const KIND: &'static str = "orders.release";
    const NEEDS: Permission = Permission::OrdersRelease;
    type Outcome = Vec<Released>;

    async fn act(&self, tx: &mut Tx) -> Result<Vec<Released>> {
        let released = release(tx, &self.orders).await?;
        let subject = self.orders.first().map_or(tx.org().0, |order| order.0);
        tx.audit("order", subject, (), &released);
        Ok(released)
    }
}

impl Act for CorrectAddress {
    const KIND: &'static str = "orders.correct_address";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = Released;

    async fn act(&self, tx: &mut Tx) -> Result<Released> {
        self.check()?;
        let (org, order) = (tx.org().0, self.order);
        let head = lock(tx, order).await?;
        if sql_read::parcels(tx.conn(), org, order.0).await?.iter().any(|parcel| parcel.packed_at.is_some()) {
            return Err(OrderRefusal::AddressTooLate { number: head.number }.into());
        }
        sql::correct_address(tx.conn(), org, self).await?;
        exceptions::resolve(tx, "address", &[order.0], "address corrected").await?;
        let released = release(tx, &[order]).await?.pop().ok_or_else(|| Refusal::not_found("order"))?;
        tx.announce("order.address_corrected", order, None, json!({ "number": head.number }));
        // That it was, not what it says: people's addresses are not kept for good.
        tx.audit("order", order, json!({ "hold": head.hold }), json!({ "address": "corrected", "hold": released.hold }));
        Ok(released)
    }
}
