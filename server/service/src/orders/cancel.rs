//! Stopping an order of which nothing was picked: its units and its money go back.

use domain::ids::OrderLineId;
use domain::orders::{CancelOrder, OrderRefusal};
use domain::people::Permission;
use domain::reasons::Process;
use serde_json::json;
use uuid::Uuid;

use super::{lock, payments, sql, sql_payments, sql_read};
use crate::{Act, Result, Tx, exceptions, reasons, stock};

impl Act for CancelOrder {
    const KIND: &'static str = "orders.cancel";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at, order) = (tx.org().0, tx.at, self.order);
        let why = reasons::give_words(tx, Process::OrderCancel, &self.reason, order).await?;
        let head = lock(tx, order).await?;
        let raw: Vec<Uuid> = sql::lines(tx.conn(), org, &[order.0]).await?.into_iter().map(|line| line.id).collect();
        let lines: Vec<OrderLineId> = raw.iter().copied().map(OrderLineId).collect();
        let units = sql_read::touched_units(tx.conn(), org, order.0).await?;
        if units > 0 {
            return Err(OrderRefusal::TooLate { number: head.number, units }.into());
        }
        stock::unreserve(tx, &lines).await?;
        let given = stock::allocated(tx, &lines).await?;
        // Read again: a picker may have taken some since.
        let taken: i32 = given.iter().filter(|given| !given.place.lpn.is_nil()).map(|given| given.quantity).sum();
        if taken > 0 {
            return Err(OrderRefusal::TooLate { number: head.number, units: taken }.into());
        }
        let given: Vec<_> = given.iter().map(|given| (given.id, given.quantity)).collect();
        stock::deallocate(tx, &given).await?;
        sql_read::drop_tasks(tx.conn(), org, order.0, at).await?;
        sql::cancel(tx.conn(), org, order.0, at).await?;
        for payment in sql_payments::lock_payments(tx.conn(), org, &[], &[order.0]).await? {
            payments::cancelled(tx, &payment).await?;
        }
        for kind in ["backorder", "payment", "address"] {
            exceptions::resolve(tx, kind, &[order.0], "order cancelled").await?;
        }
        exceptions::resolve(tx, "backorder", &raw, "order cancelled").await?;
        tx.announce("order.cancelled", order, None, json!({ "number": head.number, "reason": why }));
        tx.audit(
            "order",
            order,
            json!({ "cancelled": false }),
            json!({ "cancelled": true, "reason": why, "code": self.reason.code }),
        );
        Ok(())
    }
}
