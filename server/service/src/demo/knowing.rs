//! The demo's master data: a rule that holds back what nobody knows, goods that are announced and hardly described yet, and edits that
//! wait for their owners.

use chrono::{DateTime, TimeDelta, Utc};
use domain::catalog::card::SaveSku;
use domain::catalog::changes::{DataRules, SetDataRules};
use domain::catalog::readiness::Of;
use domain::catalog::sheet;
use domain::ids::SkuId;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Story;
use crate::Result;

/// Machines leave alone what is known less than this.
const THRESHOLD: i32 = 40;
/// Code, name, category, weight when somebody has weighed it.
const NEW: [(&str, &str, &str, Option<i32>); 3] = [
    ("TW-N001", "Harbour Lantern", "lighting", Some(1_350)),
    ("TW-N002", "Fell Tray", "kitchen", None),
    ("TW-N003", "Dune Basket", "general", None),
];

impl Story<'_> {
    /// How much must be known, and what is new.
    pub(super) async fn knowing(&mut self, at: DateTime<Utc>) -> Result<()> {
        let rules = DataRules::default().below(Of::Skus, THRESHOLD);
        self.clerk.run(at, &SetDataRules { rules }).await?;
        for (code, name, category, weight_g) in NEW {
            let id = SkuId(Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("demo sku {code}").as_bytes()));
            let mut card = sheet::blank(code);
            name.clone_into(&mut card.naming.name);
            category.clone_into(&mut card.naming.category);
            card.warehouse.weight_g = weight_g;
            self.clerk.run(at, &SaveSku { id, card, seen: None, note: String::new() }).await?;
        }
        Ok(())
    }

    /// What a supervisor would have otherwise, and has to ask for.
    pub(super) async fn edits(&mut self, now: DateTime<Utc>) -> Result<()> {
        for (n, note) in (0_usize..).zip(["The price on the box is another", "The supplier charges more since Monday"]) {
            let Some(new) = self.skus.get(20 + n) else { break };
            let mut card = self.clerk.db.sku_card(&self.clerk.caller, new.id).await?.card;
            let seen = Some(card.clone());
            match n {
                0 => card.finance.price = Some(new.price + Decimal::ONE),
                _ => card.finance.standard_cost = Some(new.standard_cost + Decimal::new(5, 1)),
            }
            let command = SaveSku { id: new.id, card, seen, note: note.to_owned() };
            let at = now - TimeDelta::minutes(95 - 30 * i64::try_from(n).unwrap_or(0));
            self.by("Sana Iyer", &format!("edit {n}"), at, &command).await?;
        }
        Ok(())
    }
}
