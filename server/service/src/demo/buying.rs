//! What the demo buys: suppliers with their prices, and orders at every standing, some of them late.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::ids::{DeliveryId, PurchaseId, ReceiptId, SiteId, SupplierId};
use domain::purchasing::{
    ApprovePurchase, Arrived, BookDelivery, DeliveryStep, MoveDelivery, ReceivePurchase, SaveSupplier, SetPrice, WritePurchase,
    WrittenLine,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Story;
use crate::Result;

/// Code, name, days to the dock.
const SUPPLIERS: [(&str, &str, i32); 3] =
    [("NORPOT", "Northern Potteries", 14), ("HARBOUR", "Harbour Textiles", 21), ("FELLWOOD", "Fell Woodworks", 9)];

/// How far an order has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Come {
    Draft,
    Approved,
    /// So many per cent of each line are in the dock.
    In(i32),
}

impl Story<'_> {
    fn named(&self, name: &str) -> Uuid {
        Uuid::new_v5(&self.clerk.caller.org.0, name.as_bytes())
    }

    fn supplier(&self, code: &str) -> SupplierId {
        self.named(&format!("supplier {code}")).into()
    }

    /// Whom the shop buys from, from the beginning.
    pub(super) async fn suppliers(&mut self, at: DateTime<Utc>) -> Result<()> {
        for (code, name, lead_days) in SUPPLIERS {
            let supplier = SaveSupplier {
                id: self.supplier(code),
                code: code.to_owned(),
                name: name.to_owned(),
                email: format!("orders@{}.example", code.to_lowercase()),
                lead_days,
                over_percent: (code == "FELLWOOD").then_some(0),
                active: true,
            };
            self.clerk.run(at, &supplier).await?;
        }
        for sku in self.skus.iter().take(4) {
            for (min_quantity, share) in [(1, 100), (100, 92)] {
                let unit_cost = Some((sku.standard_cost * Decimal::new(share, 2)).round_dp(2));
                let price = SetPrice { supplier: self.supplier("NORPOT"), sku: sku.code.clone(), min_quantity, unit_cost };
                self.clerk.run(at, &price).await?;
            }
        }
        Ok(())
    }

    /// Orders of the last weeks: one in, one half in, one on its way, one late, one that waits for somebody's yes.
    pub(super) async fn buying(&mut self, now: DateTime<Utc>) -> Result<()> {
        let [leeds, lyon] = self.sites;
        self.bought("in", leeds, ("NORPOT", 0..4, 60), (20, -1), Come::In(100), now).await?;
        self.bought("half", leeds, ("NORPOT", 4..9, 96), (14, 0), Come::In(50), now).await?;
        self.bought("coming", leeds, ("HARBOUR", 9..14, 40), (12, 1), Come::Approved, now).await?;
        self.bought("late", lyon, ("FELLWOOD", 14..17, 24), (11, -2), Come::Approved, now).await?;
        self.bought("draft", leeds, ("HARBOUR", 17..22, 300), (0, 21), Come::Draft, now).await
    }

    /// One order, written so many days ago and due in so many.
    async fn bought(
        &mut self,
        name: &str,
        site: SiteId,
        (supplier, skus, quantity): (&str, std::ops::Range<usize>, i32),
        (ago, due_in): (i64, i64),
        come: Come,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let id: PurchaseId = self.named(&format!("purchase {name}")).into();
        let written = now - TimeDelta::days(ago);
        let bought: Vec<String> = self.skus.iter().skip(skus.start).take(skus.len()).map(|sku| sku.code.clone()).collect();
        let line = |sku: &String| WrittenLine { sku: sku.clone(), quantity, unit_cost: None, over_percent: None };
        let draft = WritePurchase {
            id,
            seen: 0,
            supplier: self.supplier(supplier),
            site,
            due: Some((now + TimeDelta::days(due_in)).date_naive()),
            note: String::new(),
            lines: bought.iter().map(line).collect(),
        };
        self.clerk.run(written, &draft).await?;
        if come == Come::Draft {
            return Ok(());
        }
        self.clerk.run(written + TimeDelta::hours(2), &ApprovePurchase { id, seen: 1 }).await?;
        let delivery: DeliveryId = self.named(&format!("delivery {name}")).into();
        let book = BookDelivery {
            id: delivery,
            order: id,
            dock: String::new(),
            from: slot(now, due_in),
            minutes: 90,
            carrier: "Pallet Line".to_owned(),
            reference: format!("DN-{}", 4_000 + ago),
        };
        self.clerk.run(written + TimeDelta::days(1), &book).await?;
        let Come::In(percent) = come else { return Ok(()) };
        let arrived = bought.iter().map(|code| Arrived::good(code, quantity * percent / 100)).collect();
        let receipt: ReceiptId = self.named(&format!("receipt {name}")).into();
        let receive = ReceivePurchase { receipt, order: id, delivery: Some(delivery), bin: String::new(), arrived };
        let came = now - TimeDelta::minutes(if percent == 100 { 26 * 60 } else { 50 });
        self.clerk.run(came, &receive).await?;
        if percent == 100 {
            let done = MoveDelivery { id: delivery, step: DeliveryStep::Finish };
            self.clerk.run(came + TimeDelta::minutes(20), &done).await?;
        }
        Ok(())
    }
}

/// An appointment that many days from now, each on an hour of its own.
fn slot(now: DateTime<Utc>, days: i64) -> NaiveDateTime {
    let hour = u32::try_from(8 + days.rem_euclid(8)).unwrap_or(8);
    (now + TimeDelta::days(days)).date_naive().and_hms_opt(hour, 0, 0).unwrap_or_default()
}
