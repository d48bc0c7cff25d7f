//! The demo's client: a supplier that keeps goods of its own here and has them sold from its own bins. More of them are on their way.

use chrono::{DateTime, TimeDelta, Utc};
use domain::catalog::NewSku;
use domain::ids::{OwnerId, PurchaseId};
use domain::orders::{NewOrder, NewPayment};
use domain::owners::{AddOwner, KeepBin};
use domain::purchasing::{ApprovePurchase, Arrived, ReceivePurchase, WritePurchase, WrittenLine};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{Story, customers};
use crate::Result;

/// The supplier and the client go by the same code.
const CODE: &str = "FELLWOOD";
/// Its items, each in a bin of its own, and the units of each that came when the books opened.
const ITEMS: usize = 4;
const UNITS: i32 = 48;
/// The last days on which its customers bought, and orders on each of them.
const DAYS: i64 = 5;
const ORDERS: i64 = 2;

impl Story<'_> {
    /// Slow sellers of ours, kept by lot or serial none of them.
    fn clients_goods(&self) -> Vec<NewSku> {
        self.skus.iter().skip(self.skus.len() * 5 / 8).take(ITEMS).cloned().collect()
    }

    async fn clients_order(&self, name: &str, due_in: i64, at: DateTime<Utc>) -> Result<PurchaseId> {
        let id: PurchaseId = self.named(&format!("purchase {name}")).into();
        let line = |sku: NewSku| WrittenLine { sku: sku.code, quantity: UNITS, unit_cost: None, over_percent: None };
        let draft = WritePurchase {
            id,
            seen: 0,
            supplier: self.supplier(CODE),
            site: self.sites[0],
            due: Some((at + TimeDelta::days(due_in)).date_naive()),
            note: String::new(),
            owner: CODE.to_owned(),
            lines: self.clients_goods().into_iter().map(line).collect(),
        };
        self.clerk.run(at, &draft).await?;
        self.clerk.run(at, &ApprovePurchase { id, seen: 1 }).await?;
        Ok(id)
    }

    /// Its goods come in, into bins that are kept for it: those behind our own.
    pub(super) async fn client(&self, at: DateTime<Utc>) -> Result<()> {
        let id = OwnerId(self.named("owner"));
        self.clerk.run(at, &AddOwner { id, code: CODE.to_owned(), name: "Fell Woodworks".to_owned() }).await?;
        let order = self.clients_order("client", 0, at).await?;
        let bins = self.clerk.db.pick_bins(&self.clerk.caller, self.sites[0]).await?;
        for (nth, sku) in self.clients_goods().into_iter().enumerate() {
            let (bin, code) = Self::standing(&bins, self.skus.len() + nth).clone();
            self.clerk.run(at, &KeepBin { bin, owner: CODE.to_owned() }).await?;
            let receipt = self.named(&format!("receipt client {nth}")).into();
            let arrived = vec![Arrived::good(&sku.code, UNITS)];
            self.clerk.run(at, &ReceivePurchase { receipt, order, delivery: None, bin: code, arrived }).await?;
        }
        Ok(())
    }

    /// What its customers ordered on a day.
    pub(super) fn clients_sales(&self, day: i64, morning: DateTime<Utc>) -> Vec<NewOrder> {
        if day + DAYS <= self.size.days {
            return Vec::new();
        }
        let goods = self.clients_goods();
        let sale = |nth: i64| {
            let name = format!("{CODE}-{day}-{nth}");
            let mut rng = StdRng::seed_from_u64(day.unsigned_abs() * 8 + nth.unsigned_abs());
            let (payment, placed) = (NewPayment::Paid { reference: format!("demo-{name}") }, morning + TimeDelta::hours(nth));
            let order = customers::order(&mut rng, &goods, true, &name, payment, Some(placed));
            NewOrder { owner: CODE.to_owned(), ..order }
        };
        (0..ORDERS).map(sale).collect()
    }

    /// More is announced.
    pub(super) async fn clients_next(&self, now: DateTime<Utc>) -> Result<()> {
        self.clients_order("client's next", 6, now - TimeDelta::hours(26)).await.map(drop)
    }
}
