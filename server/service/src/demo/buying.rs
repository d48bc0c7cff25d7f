//! What the demo buys: suppliers with their prices, and orders at every standing, some of them late.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use domain::ids::{DeliveryId, PurchaseId, ReceiptId, SiteId, SupplierId};
use domain::inspections::{How, JudgeUnits, Sampling, SetInspectionPlan};
use domain::lots::Marks;
use domain::purchasing::reorder::{Level, SetReorderLevel};
use domain::purchasing::{
    AllocateLanded, ApprovePurchase, Arrived, Basis, BilledLine, BookDelivery, Charge, ChargeKind, Condition, DeliveryStep,
    MoveDelivery, ReceivePurchase, RecordBill, SaveSupplier, SetPrice, WritePurchase, WrittenLine,
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
    pub(super) fn named(&self, name: &str) -> Uuid {
        Uuid::new_v5(&self.clerk.caller.org.0, name.as_bytes())
    }

    pub(super) fn supplier(&self, code: &str) -> SupplierId {
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
        for (supplier, skus) in [("NORPOT", 0..9), ("HARBOUR", 9..14), ("FELLWOOD", 14..17)] {
            for sku in self.skus.iter().skip(skus.start).take(skus.len()) {
                for (min_quantity, share) in [(1, 100), (100, 92)] {
                    let unit_cost = Some((sku.standard_cost * Decimal::new(share, 2)).round_dp(2));
                    let price = SetPrice { supplier: self.supplier(supplier), sku: sku.code.clone(), min_quantity, unit_cost };
                    self.clerk.run(at, &price).await?;
                }
            }
        }
        Ok(())
    }

    /// Orders of the last weeks: one in, one half in, one on its way, one late, one that waits for somebody's yes.
    pub(super) async fn buying(&mut self, now: DateTime<Utc>) -> Result<()> {
        let [leeds, lyon] = self.sites;
        // Three that sell by the season are kept by what somebody says, not by what sells.
        for sku in self.skus.iter().take(3) {
            let level = SetReorderLevel { site: leeds, sku: sku.code.clone(), level: Some(Level { min: 1_000, max: 1_400 }) };
            self.clerk.run(now - TimeDelta::days(30), &level).await?;
        }
        self.bought("in", leeds, ("NORPOT", 0..4, 60), (20, -1), Come::In(100), now).await?;
        self.looked_at(now).await?;
        self.bought("half", leeds, ("NORPOT", 4..9, 96), (14, 0), Come::In(50), now).await?;
        self.judged(now).await?;
        self.bought("coming", leeds, ("HARBOUR", 9..14, 40), (12, 1), Come::Approved, now).await?;
        self.bought("late", lyon, ("FELLWOOD", 14..17, 24), (11, -2), Come::Approved, now).await?;
        self.bought("draft", leeds, ("HARBOUR", 17..22, 300), (0, 21), Come::Draft, now).await
    }

    /// Two of the half order's goods are inspected when they come.
    async fn looked_at(&mut self, now: DateTime<Utc>) -> Result<()> {
        let asked = [(How::Percent, 10, "Look for cracks in the glaze"), (How::Units, 6, "Check the label")];
        for ((how, amount, note), sku) in asked.into_iter().zip(self.skus.iter().skip(4)) {
            let sampling = Some(Sampling { how, amount });
            let plan = SetInspectionPlan { sku: sku.code.clone(), supplier: None, sampling, note: note.to_owned() };
            self.clerk.run(now - TimeDelta::days(13), &plan).await?;
        }
        Ok(())
    }

    /// The second has passed: it waits for its release. The first waits to be looked at.
    async fn judged(&mut self, now: DateTime<Utc>) -> Result<()> {
        let Some(second) = self.skus.get(5).map(|sku| sku.code.clone()) else { return Ok(()) };
        let waiting = self.clerk.db.to_inspect(&self.clerk.caller, None).await?;
        for row in waiting.iter().filter(|row| row.sku_code == second) {
            let (condition, fault, note) = (Condition::Good, None, String::new());
            let (code, quantity, marks) = (second.clone(), row.left(), Marks::default());
            let judge = JudgeUnits { id: row.id, code, quantity, condition, fault, note, marks };
            self.clerk.run(now - TimeDelta::minutes(20), &judge).await?;
        }
        Ok(())
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
            owner: String::new(),
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
            lines: Vec::new(),
        };
        self.clerk.run(written + TimeDelta::days(1), &book).await?;
        let Come::In(percent) = come else { return Ok(()) };
        let arrived = bought.iter().map(|code| Arrived::good(code, quantity * percent / 100)).collect();
        let receipt: ReceiptId = self.named(&format!("receipt {name}")).into();
        let receive = ReceivePurchase { receipt, order: id, delivery: Some(delivery), bin: String::new(), arrived };
        let came = now - TimeDelta::minutes(if percent == 100 { 26 * 60 } else { 50 });
        let taken = self.clerk.run(came, &receive).await?;
        if percent == 100 {
            let done = MoveDelivery { id: delivery, step: DeliveryStep::Finish };
            self.clerk.run(came + TimeDelta::minutes(20), &done).await?;
        }
        self.billed(name, id, (skus, quantity), now).await?;
        if percent < 100 {
            return Ok(());
        }
        let landed = AllocateLanded {
            id: self.named(&format!("freight {name}")).into(),
            receipt: taken.number,
            basis: Basis::Weight,
            charges: vec![Charge { kind: ChargeKind::Freight, amount: Decimal::new(8_450, 2) }],
            shares: None,
            reference: "PL-20417".to_owned(),
        };
        self.clerk.run(now - TimeDelta::minutes(30), &landed).await?;
        Ok(())
    }

    /// The supplier bills all that was ordered: it matches once all of it is in.
    async fn billed(
        &mut self,
        name: &str,
        order: PurchaseId,
        (skus, quantity): (std::ops::Range<usize>, i32),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let bought = self.skus.iter().skip(skus.start).take(skus.len());
        let line = |(line_no, sku): (i32, &domain::catalog::NewSku)| BilledLine {
            line_no,
            quantity,
            unit_cost: sku.standard_cost.round_dp(2),
        };
        let bill = RecordBill {
            id: self.named(&format!("bill {name}")).into(),
            order,
            reference: format!("INV-{}", 77_000 + skus.start),
            lines: (1..).zip(bought).map(line).collect(),
        };
        self.clerk.run(now - TimeDelta::minutes(40), &bill).await?;
        Ok(())
    }
}

/// An appointment that many days from now, each on an hour of its own.
fn slot(now: DateTime<Utc>, days: i64) -> NaiveDateTime {
    let hour = u32::try_from(8 + days.rem_euclid(8)).unwrap_or(8);
    (now + TimeDelta::days(days)).date_naive().and_hms_opt(hour, 0, 0).unwrap_or_default()
}
