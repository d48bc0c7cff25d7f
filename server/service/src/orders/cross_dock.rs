//! Goods at the dock that an order waits for go to it straight, past the shelves. Which order is first is who waits longest and may
//! leave; what moves them is putaway.

use domain::ids::{OrderId, OrderLineId, OwnerId, SkuId};
use domain::orders::release::{self as gates, Facts, Hold};
use domain::stock::Tag;
use uuid::Uuid;

use super::gates::held_back;
use super::{release, sql};
use crate::{Result, Tx, exceptions, lots};

/// A line that waits for units nobody has at hand.
#[derive(Debug, Clone)]
pub(crate) struct Waits {
    pub line: OrderLineId,
    pub order: OrderId,
    pub number: String,
    pub missing: i32,
}

/// The first line that waits for this owner's item, may have just these units, and whose order passes its gates with so many of them.
pub(crate) async fn waits_for(tx: &mut Tx, (owner, sku): (OwnerId, SkuId), tags: &[Tag], quantity: i32) -> Result<Option<Waits>> {
    let org = tx.org().0;
    let mut rows = sql::waiting_lines(tx.conn(), org, Some(&[sku.0])).await?;
    rows.retain(|row| row.owner_id == owner.0);
    let lines: Vec<Uuid> = rows.iter().map(|row| row.line_id).collect();
    let good = lots::good_for(tx, &lines, tags).await?;
    for row in rows.into_iter().filter(|row| good.contains(&row.line_id)) {
        let Some(order) = sql::gates(tx.conn(), org, &[row.order_id]).await?.pop() else { continue };
        let judged = order.gated && !order.released && !order.cancelled;
        let known = !judged || held_back(tx, vec![order.id]).await?.is_empty();
        if known && passes(&order, row.missing.min(quantity)) {
            let (line, order_id) = (row.line_id.into(), row.order_id.into());
            return Ok(Some(Waits { line, order: order_id, number: order.number, missing: row.missing }));
        }
    }
    Ok(None)
}

/// Would the order leave, if it had so many more? What was released stays so. Of what is on it enough is known.
fn passes(order: &sql::GateRow, more: i32) -> bool {
    let facts = Facts {
        paid: order.paid,
        deliverable: order.deliverable,
        known: true,
        ship_complete: order.ship_complete,
        units_ordered: order.ordered,
        units_served: order.served + more,
        held: order.hold.as_deref().and_then(Hold::parse),
    };
    let whole = !order.ship_complete || facts.units_served >= facts.units_ordered;
    !order.cancelled && whole && (order.released || gates::gate(&facts).is_ok())
}

/// Locks the order and answers how many units the line still waits for.
pub(crate) async fn serve_from_dock(tx: &mut Tx, order: OrderId, line: OrderLineId, sku: SkuId) -> Result<i32> {
    let org = tx.org().0;
    sql::lock_orders(tx.conn(), org, &[order.0]).await?;
    let waiting = sql::waiting_lines(tx.conn(), org, Some(&[sku.0])).await?;
    Ok(waiting.iter().find(|row| row.line_id == line.0).map_or(0, |row| row.missing))
}

/// The line has its units: the order's gates are tried again, and whoever still misses something is raised anew.
pub(crate) async fn served_from_dock(tx: &mut Tx, order: OrderId, line: OrderLineId) -> Result<()> {
    let subjects: [Uuid; 2] = [order.0, line.0];
    exceptions::resolve(tx, "backorder", &subjects, "goods went to it from the dock").await?;
    release(tx, &[order]).await?;
    Ok(())
}
