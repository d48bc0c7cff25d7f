//! The gates before the floor, tried again whenever something that stood in the way may be gone. Which gate holds an order is
//! `domain::orders::release`'s to say.

use std::collections::HashMap;

use domain::ids::{OrderId, OrderLineId};
use domain::orders::release::{self, Facts, Hold};
use domain::orders::{CorrectAddress, OrderRefusal, ReleaseOrders, Released};
use domain::people::Permission;
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use super::{case, lock, lock_all, sql, sql_read};
use crate::{Act, Result, Tx, exceptions, stock};

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
    let (mut ids, mut holds, mut released, mut cases) = (vec![], vec![], vec![], vec![]);
    for order in orders {
        let row = rows.remove(&order.0).ok_or_else(|| Refusal::not_found("order"))?;
        if row.cancelled {
            return Err(OrderRefusal::Cancelled { number: row.number }.into());
        }
        let facts = Facts {
            paid: row.paid,
            deliverable: row.deliverable,
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
            cases.push(case("backorder", *order, format!("{}: {missing} units wait for stock", row.number)));
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
