//! Deliveries: announced for an appointment at a dock, arrived, done, or called off.

use domain::ids::DeliveryId;
use domain::numbers::Series;
use domain::people::Permission;
use domain::purchasing::{BookDelivery, DeliveryStanding, DeliveryStep, MoveDelivery, PurchasingRefusal};
use domain::refusal::Refusal;
use serde_json::json;

use super::announced;
use super::sql_deliveries::{self, DeliveryFacts, NewDelivery};
use crate::{Act, Result, Tx};

impl DeliveryFacts {
    pub(super) fn standing(&self) -> DeliveryStanding {
        DeliveryStanding::of(self.cancelled, self.arrived, self.received, self.done)
    }
}

impl Act for BookDelivery {
    const KIND: &'static str = "purchasing.book_delivery";
    const NEEDS: Permission = Permission::PurchasingEdit;
    /// Its number, for the supplier.
    type Outcome = String;

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        let order = super::lock(tx, self.order, Self::NEEDS).await?;
        let (org, at, site) = (tx.org().0, tx.at, order.site());
        let today = super::today(tx, site).await?;
        self.check(today)?;
        let standing = order.standing()?;
        if !standing.open() {
            let standing = standing.words().to_lowercase();
            return Err(PurchasingRefusal::NotOpen { number: order.number, standing }.into());
        }
        let dock =
            sql_deliveries::bin(tx.conn(), org, site.0, self.dock.trim()).await?.ok_or_else(|| Refusal::not_found("dock"))?;
        if dock.kind != "dock" {
            return Err(PurchasingRefusal::NotADock { bin: dock.code }.into());
        }
        sql_deliveries::lock_dock(tx.conn(), org, dock.id).await?;
        if let Some(taken) = sql_deliveries::taken_slot(tx.conn(), org, dock.id, (self.from, self.minutes)).await? {
            let clock = |at: chrono::NaiveDateTime| at.format("%-d %b %H:%M").to_string();
            return Err(PurchasingRefusal::DockTaken { dock: dock.code, from: clock(taken.from), to: clock(taken.to) }.into());
        }
        let number = tx.numbers(Series::Announced, 1).await?.remove(0);
        let new = NewDelivery {
            id: self.id.0,
            number: &number,
            order: self.order.0,
            site: site.0,
            dock: dock.id,
            from: self.from,
            minutes: self.minutes,
            carrier: self.carrier.trim(),
            reference: self.reference.trim(),
        };
        sql_deliveries::insert_delivery(tx.conn(), org, at, &new).await?;
        let units = announced::announce(tx, self, &order.number).await?;
        tx.announce("delivery.booked", self.id, Some(site), json!({ "number": number, "units": units }));
        tx.audit("delivery", self.id, (), json!({ "number": number, "order": order.number, "units": units, "from": self.from }));
        Ok(number)
    }
}

impl Act for MoveDelivery {
    const KIND: &'static str = "purchasing.move_delivery";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = DeliveryStanding;

    async fn act(&self, tx: &mut Tx) -> Result<DeliveryStanding> {
        let (org, at) = (tx.org().0, tx.at);
        let delivery = lock(tx, self.id).await?;
        tx.require(Self::NEEDS, delivery.site_id.into())?;
        let before = delivery.standing();
        let fits = match self.step {
            DeliveryStep::Arrive | DeliveryStep::Cancel => before == DeliveryStanding::Expected,
            DeliveryStep::Finish => matches!(before, DeliveryStanding::Arrived | DeliveryStanding::Receiving),
        };
        if !fits {
            let standing = before.words().to_lowercase();
            return Err(PurchasingRefusal::DeliveryMoved { number: delivery.number, standing }.into());
        }
        let (arrive, finish, cancel) =
            (self.step == DeliveryStep::Arrive, self.step == DeliveryStep::Finish, self.step == DeliveryStep::Cancel);
        sql_deliveries::move_delivery(tx.conn(), org, self.id.0, at, (arrive, finish, cancel)).await?;
        let after = lock(tx, self.id).await?.standing();
        let off = if after == DeliveryStanding::Done { announced::differences(tx, self.id).await? } else { Vec::new() };
        tx.announce("delivery.moved", self.id, Some(delivery.site_id.into()), json!({ "number": delivery.number }));
        let moved = json!({ "standing": after, "number": delivery.number, "differences": off });
        tx.audit("delivery", self.id, json!({ "standing": before }), moved);
        Ok(after)
    }
}

/// The delivery, locked.
pub(super) async fn lock(tx: &mut Tx, id: DeliveryId) -> Result<DeliveryFacts> {
    let org = tx.org().0;
    Ok(sql_deliveries::delivery(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("delivery"))?)
}
