//! Days of trade as demo and replay live them: through the commands production runs, in bulk. Decides nothing of its own.

pub(crate) mod sql;

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use domain::floor::{PackOrders, PickTrips, ShipParcels};
use domain::ids::{CommandId, OrderId, OrderLineId, RefundId, SiteId, SkuId};
use domain::people::{Caller, Permission};
use domain::quantity::Quantity;
use domain::refunds::ApproveRefunds;
use domain::refusal::Refusal;
use domain::returns::{Grade, InspectMany, InspectUnits, ReceiveReturn, ReceiveReturns, RequestReturn, RequestReturns};
use domain::waves::{Cart, Chosen, Method, PlanWave, Planned, WaveRefusal};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::refunds::RecordPaid;
use crate::{Act, Db, Failure, Result, Tx};

/// Orders in one wave of history: a shift's work.
const WAVE_ORDERS: i32 = 200;
/// Totes on a cart.
const SLOTS: i32 = 12;
/// People who walk at once: enough that no cart waits for one, so that no history is planned twice for its promises.
const PICKERS: i32 = 50;

/// Whoever lives through the days: commands follow each other under ids that follow from a name, so that the same history
/// told again is the same commands.
pub struct Clerk {
    pub db: Db,
    pub caller: Caller,
    name: Uuid,
    next: AtomicU64,
}

/// One day's work at a site.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Worked {
    pub waves: u64,
    pub parcels: u64,
    pub units: u64,
}

/// Units of an order that left, line by line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gone {
    pub order: OrderId,
    pub line: OrderLineId,
    pub sku: SkuId,
    pub quantity: i32,
    pub site: SiteId,
}

impl Clerk {
    pub fn new(db: &Db, caller: Caller, name: Uuid) -> Self {
        Self { db: db.clone(), caller, name, next: AtomicU64::new(0) }
    }

    /// Run the next command of the history.
    pub async fn run<C: Act>(&self, at: DateTime<Utc>, command: &C) -> Result<C::Outcome> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let id = CommandId(Uuid::new_v5(&self.name, format!("{} {n}", C::KIND).as_bytes()));
        self.db.run(&self.caller, id, at, command).await
    }

    /// Plan the next wave of a site; none when nothing waits.
    pub async fn plan(&self, site: SiteId, at: DateTime<Utc>, most: i32) -> Result<Option<Planned>> {
        let plan = PlanWave {
            site,
            orders: Chosen::Most(most),
            method: Method::Cluster,
            cart: Cart::totes(SLOTS),
            pickers: PICKERS,
            rounds: domain::waves::Rounds::default(),
            release: true,
        };
        match self.run(at, &plan).await {
            Ok(planned) => Ok(Some(planned)),
            Err(Failure::Refused(Refusal::Waves(WaveRefusal::NothingToPick))) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Wave, pick, pack and ship all that waits at a site; `carrier` takes what no carrier was chosen for.
    pub async fn work(&self, site: SiteId, at: DateTime<Utc>, carrier: &str) -> Result<Worked> {
        let mut worked = Worked::default();
        while let Some(wave) = self.plan(site, at, WAVE_ORDERS).await? {
            let units = self.run(at + TimeDelta::hours(1), &PickTrips { trips: wave.trips.clone() }).await?;
            let parcels = self.run(at + TimeDelta::hours(2), &PackOrders { site, orders: wave.orders.clone() }).await?;
            worked.waves += 1;
            worked.units += u64::try_from(units).unwrap_or(0);
            worked.parcels += u64::try_from(parcels.len()).unwrap_or(0);
            let ship = ShipParcels {
                parcels,
                carrier: carrier.to_owned(),
                service: if carrier.is_empty() { "" } else { "standard" }.to_owned(),
            };
            self.run(at + TimeDelta::hours(3), &ship).await?;
        }
        Ok(worked)
    }

    /// What left of these orders, line by line and site by site.
    pub async fn gone(&self, at: DateTime<Utc>, orders: Vec<OrderId>) -> Result<Vec<Gone>> {
        self.run(at, &SeeGone { orders }).await
    }

    /// Requests, decided and numbered; the lines of each in the order asked.
    pub async fn ask(&self, at: DateTime<Utc>, requests: Vec<RequestReturn>) -> Result<Vec<domain::returns::Requested>> {
        self.run(at, &RequestReturns { requests }).await
    }

    /// Units come in at a site; answers a receipt for each.
    pub async fn receive(
        &self,
        site: SiteId,
        at: DateTime<Utc>,
        lines: &[(domain::ids::ReturnLineId, i32)],
    ) -> Result<Vec<domain::ids::ReceiptLineId>> {
        let mut received = Vec::new();
        for (return_line, units) in lines {
            received.push(ReceiveReturn {
                return_line: *return_line,
                quantity: Quantity::new((*units).into())?,
                site,
                bin: None,
                marks: domain::lots::Marks::default(),
            });
        }
        self.run(at, &ReceiveReturns { site, received }).await
    }

    /// Units are graded and go where they belong; answers the refunds that came of it.
    pub async fn inspect(
        &self,
        site: SiteId,
        at: DateTime<Utc>,
        graded: &[(domain::ids::ReceiptLineId, i32, Grade)],
    ) -> Result<Vec<RefundId>> {
        let mut inspected = Vec::new();
        for (receipt_line, units, grade) in graded {
            inspected.push(InspectUnits {
                receipt_line: *receipt_line,
                quantity: Quantity::new((*units).into())?,
                grade: *grade,
                checklist: Vec::new(),
                note: String::new(),
                disposition: None,
                bin: None,
            });
        }
        let made = self.run(at, &InspectMany { site, inspected }).await?;
        let mut refunds: Vec<RefundId> = made.into_iter().filter_map(|made| made.refund).collect();
        refunds.sort_unstable();
        refunds.dedup();
        Ok(refunds)
    }

    /// Whatever of these refunds waits for a yes gets it, and all were paid.
    pub async fn pay(&self, at: DateTime<Utc>, refunds: &[RefundId]) -> Result<()> {
        if refunds.is_empty() {
            return Ok(());
        }
        let waiting = self.run(at, &SeeWaiting { refunds: refunds.to_vec() }).await?;
        if !waiting.is_empty() {
            self.run(at, &ApproveRefunds { ids: waiting }).await?;
        }
        let paid = refunds.iter().map(|refund| (*refund, format!("paid-{refund}"))).collect();
        self.run(at, &RecordPaid { paid }).await?;
        Ok(())
    }
}

/// What left of these orders. A command, though it changes nothing: a history that is told again after a break must see what it saw
/// the first time, not what came of it since.
#[derive(Debug, Serialize)]
struct SeeGone {
    orders: Vec<OrderId>,
}

impl Act for SeeGone {
    const KIND: &'static str = "history.see_gone";
    const NEEDS: Permission = Permission::OrdersView;
    type Outcome = Vec<Gone>;

    async fn act(&self, tx: &mut Tx) -> Result<Vec<Gone>> {
        let (org, raw) = (tx.org().0, self.orders.iter().map(|order| order.0).collect::<Vec<_>>());
        sql::gone(tx.conn(), org, &raw).await
    }
}

/// Those of the refunds that somebody has to agree to, as they were when they were first looked at.
#[derive(Debug, Serialize)]
struct SeeWaiting {
    refunds: Vec<RefundId>,
}

impl Act for SeeWaiting {
    const KIND: &'static str = "history.see_waiting";
    const NEEDS: Permission = Permission::RefundsView;
    type Outcome = Vec<RefundId>;

    async fn act(&self, tx: &mut Tx) -> Result<Vec<RefundId>> {
        let (org, raw) = (tx.org().0, self.refunds.iter().map(|refund| refund.0).collect::<Vec<_>>());
        Ok(sql::proposed(tx.conn(), org, &raw).await?.into_iter().map(Into::into).collect())
    }
}
