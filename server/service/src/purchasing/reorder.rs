//! Reordering: what is known is gathered, what is needed is decided by `domain::purchasing::reorder`, and a proposal becomes a draft with
//! one press, which keeps its receipt. Approving and receiving it is as for every order.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::SiteId;
use domain::people::{Caller, Permission};
use domain::purchasing::reorder::{
    DraftReorder, HISTORY_WEEKS, Level, Need, Offer, RULE, Reorder, ReorderBoard, SetReorderLevel, Unsourced, propose,
};
use domain::purchasing::{Break, PurchasingRefusal, WritePurchase, Written, WrittenLine};
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use super::sql_reorder as sql;
use crate::decisions::{self, Decision};
use crate::{Act, Db, Result, Tx, directory, sites};

/// What is known of every SKU that is needed somewhere, and for how many whole weeks.
struct Known {
    weeks: i64,
    cover_weeks: i32,
    needs: Vec<Need>,
}

impl Known {
    async fn gather(tx: &mut Tx, now: DateTime<Utc>) -> Result<Self> {
        let (org, cover_weeks) = (tx.org().0, super::rules(tx).await?.cover_weeks);
        let since = now - TimeDelta::weeks(HISTORY_WEEKS);
        let first = sql::first_shipped(tx.conn(), org, since).await?;
        // A shop that has sold for days is not told by weeks it did not have.
        let weeks = first.map_or(0, |first| ((now - first).num_days() / 7 + 1).clamp(1, HISTORY_WEEKS));
        let rows = sql::needs(tx.conn(), org, since).await?;
        let skus: Vec<Uuid> = rows.iter().map(|row| row.sku_id).collect();
        let mut offers: HashMap<Uuid, Vec<Offer>> = HashMap::new();
        for row in sql::offers(tx.conn(), org, &skus).await? {
            let step = Break { min_quantity: row.min_quantity, unit_cost: row.unit_cost };
            let of = offers.entry(row.sku_id).or_default();
            match of.last_mut() {
                Some(offer) if offer.supplier.0 == row.supplier_id => offer.breaks.push(step),
                _ => of.push(Offer {
                    supplier: row.supplier_id.into(),
                    name: row.name,
                    lead_days: row.lead_days,
                    breaks: vec![step],
                }),
            }
        }
        let need = |row: sql::NeedRow| Need {
            site: row.site_id.into(),
            sku: row.sku_id.into(),
            code: row.code,
            name: row.name,
            free: row.free,
            coming: row.coming,
            shipped: row.shipped,
            level: row.min_units.zip(row.max_units).map(|(min, max)| Level { min, max }),
            offers: offers.get(&row.sku_id).cloned().unwrap_or_default(),
        };
        Ok(Self { weeks, cover_weeks, needs: rows.into_iter().map(need).collect() })
    }

    fn proposed(&self) -> (Vec<Reorder>, Vec<Unsourced>) {
        propose(&self.needs, self.weeks, self.cover_weeks.into())
    }
}

impl Act for SetReorderLevel {
    const KIND: &'static str = "purchasing.set_reorder_level";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        sites::require_sites(tx, &[self.site.0]).await?;
        let (code, sku) = super::codes::sku(tx, &self.sku).await?;
        let org = tx.org().0;
        sql::set_level(tx.conn(), org, sku.0, self).await?;
        tx.announce("purchase.level_set", sku, Some(self.site), json!({ "sku": code }));
        tx.audit("sku", sku, (), self);
        Ok(())
    }
}

impl Act for DraftReorder {
    const KIND: &'static str = "purchasing.draft_reorder";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = Written;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Written> {
        let (org, at) = (tx.org().0, tx.at);
        if !sql::lock_supplier(tx.conn(), org, self.supplier.0).await? {
            return Err(Refusal::not_found("supplier").into());
        }
        // Statements of their own: they see what was ordered while we waited for the lock.
        let known = Known::gather(tx, at).await?;
        let (proposed, _) = known.proposed();
        let mine = |one: &&Reorder| one.supplier == self.supplier && one.site == self.site;
        let order = proposed.iter().find(mine).ok_or(PurchasingRefusal::NotProposed)?;
        let line = |line: &domain::purchasing::reorder::ReorderLine| WrittenLine {
            sku: line.code.clone(),
            quantity: line.quantity,
            unit_cost: Some(line.unit_cost),
            over_percent: None,
        };
        let draft = WritePurchase {
            id: self.id,
            seen: 0,
            supplier: self.supplier,
            site: self.site,
            due: None,
            note: String::new(),
            owner: String::new(),
            lines: order.lines.iter().map(line).collect(),
        };
        let written = draft.act(tx).await?;
        let asked: Vec<&Need> = known
            .needs
            .iter()
            .filter(|need| need.site == self.site && order.lines.iter().any(|line| line.sku == need.sku))
            .collect();
        let inputs = json!({ "weeks": known.weeks, "cover_weeks": known.cover_weeks, "needs": asked });
        decisions::keep(tx, &[Decision::new("reorder", self.id, RULE, inputs, order)]).await?;
        Ok(written)
    }
}

impl Db {
    /// What should be ordered of whom, for the sites the caller buys for.
    pub async fn reorder_board(&self, caller: &Caller, site: Option<SiteId>, now: DateTime<Utc>) -> Result<ReorderBoard> {
        let mut tx = self.read(caller, Permission::PurchasingEdit, site).await?;
        let org = tx.org().0;
        let known = Known::gather(&mut tx, now).await?;
        let codes: HashMap<SiteId, String> = sites::codes(&mut tx).await?.into_iter().collect();
        let mine = caller.sites(Permission::PurchasingEdit);
        let seen = |of: SiteId| site.is_none_or(|site| site == of) && mine.as_ref().is_none_or(|mine| mine.contains(&of));
        let code = |of: SiteId| codes.get(&of).cloned().unwrap_or_default();
        let (proposed, unsourced) = known.proposed();
        let mut orders = Vec::new();
        for order in proposed.into_iter().filter(|order| seen(order.site)) {
            let today = super::sql::today(tx.conn(), org, order.site.0, now).await?.ok_or_else(|| Refusal::not_found("site"))?;
            let due = today + TimeDelta::days(order.lead_days.into());
            let of = code(order.site);
            orders.push((order, of, due));
        }
        let unsourced = unsourced.into_iter().filter(|one| seen(one.site));
        let unsourced = unsourced.map(|one| (one.clone(), code(one.site))).collect();
        let currency = directory::currency(&mut tx).await?.code().to_owned();
        Ok(ReorderBoard { weeks: known.weeks, cover_weeks: known.cover_weeks, orders, unsourced, currency })
    }
}
