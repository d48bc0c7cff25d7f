//! What to order before it runs out: how many of a SKU a site needs from whom, by what sells there, how long goods take to come, what its
//! least and most are, and what the price lists say. Pure: the rule behind every proposal, kept with its receipt.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Break, LINES_MAX, PurchasingRefusal, price_for};
use crate::ids::{PurchaseId, SiteId, SkuId, SupplierId};
use crate::quantity::QUANTITY_MAX;

/// Cited by the receipts of proposals.
pub const RULE: &str = "reorder/1";
/// Weeks of shipping that rates are made of, at most.
pub const HISTORY_WEEKS: i64 = 8;
/// Days in hand when goods come: an order is written about once a week.
const REVIEW_DAYS: i64 = 7;

/// The least and the most a site should have of a SKU, as somebody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    pub min: i32,
    pub max: i32,
}

/// Says a site's level of a SKU; none = by what sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetReorderLevel {
    pub site: SiteId,
    /// Its code.
    pub sku: String,
    pub level: Option<Level>,
}

impl SetReorderLevel {
    pub fn check(&self) -> Result<(), PurchasingRefusal> {
        match self.level {
            Some(Level { min, max }) if min < 0 || max < min.max(1) || max > QUANTITY_MAX => {
                Err(PurchasingRefusal::BadLevel { most: QUANTITY_MAX })
            }
            _ => Ok(()),
        }
    }
}

/// Makes the draft of what is proposed from a supplier for a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftReorder {
    pub id: PurchaseId,
    pub supplier: SupplierId,
    pub site: SiteId,
}

/// A supplier that sells the SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub supplier: SupplierId,
    pub name: String,
    pub lead_days: i32,
    pub breaks: Vec<Break>,
}

/// A SKU at a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    pub site: SiteId,
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    /// What can be promised; below zero by what customers wait for.
    pub free: i64,
    /// Ordered and not yet in, drafts too, and on its way from other sites.
    pub coming: i64,
    /// Shipped to customers in the weeks looked at.
    pub shipped: i64,
    pub level: Option<Level>,
    pub offers: Vec<Offer>,
}

impl Need {
    /// Units that sell in so many days, rounded up.
    fn sells(&self, days: i64, weeks: i64) -> i64 {
        let span = weeks.max(1) * 7;
        (self.shipped.max(0) * days + span - 1) / span
    }

    fn have(&self) -> i64 {
        self.free + self.coming
    }

    /// (At or below which it is ordered, up to how many), when goods take so many days.
    fn bounds(&self, lead_days: i64, weeks: i64, cover_weeks: i64) -> (i64, i64) {
        if let Some(level) = self.level {
            return (level.min.into(), level.max.into());
        }
        let point = self.sells(lead_days + REVIEW_DAYS, weeks);
        (point, self.sells(lead_days + cover_weeks * 7, weeks).max(point))
    }

    /// Weeks that what is there, and coming, lasts; none when nothing sells.
    pub fn cover(&self, weeks: i64) -> Option<Decimal> {
        let lasts = |shipped: i64| Decimal::from(self.have().max(0)) * Decimal::from(weeks) / Decimal::from(shipped);
        (self.shipped > 0 && weeks > 0).then(|| lasts(self.shipped).round_dp(1))
    }
}

/// What would be ordered of a SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorderLine {
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    pub have: i64,
    pub cover: Option<Decimal>,
    /// At or below `point` it is ordered, up to `target`.
    pub point: i64,
    pub target: i64,
    pub quantity: i32,
    pub unit_cost: Decimal,
    /// More than was needed, because all of it costs no more than that did.
    pub for_price: bool,
}

/// One order that is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reorder {
    pub supplier: SupplierId,
    pub supplier_name: String,
    pub site: SiteId,
    pub lead_days: i32,
    pub lines: Vec<ReorderLine>,
    pub total: Decimal,
}

/// A SKU that runs out, and no supplier's list has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsourced {
    pub sku: SkuId,
    pub code: String,
    pub name: String,
    pub site: SiteId,
    pub have: i64,
    pub point: i64,
}

/// What is proposed today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReorderBoard {
    /// Weeks of shipping that rates were made of; 0 = nothing was shipped yet.
    pub weeks: i64,
    pub cover_weeks: i32,
    /// Each with its site's code and the day goods would come.
    pub orders: Vec<(Reorder, String, NaiveDate)>,
    /// Each with its site's code.
    pub unsourced: Vec<(Unsourced, String)>,
    pub currency: String,
}

/// What one offer would sell for this need: how many, at what each, and whether the price list made it more.
fn bought(need: &Need, offer: &Offer, weeks: i64, cover_weeks: i64) -> Option<(ReorderLine, i32)> {
    let (point, target) = need.bounds(offer.lead_days.into(), weeks, cover_weeks);
    let have = need.have();
    if have > point || target <= have {
        return None;
    }
    let least = offer.breaks.iter().map(|step| step.min_quantity).min()?;
    let wanted = i32::try_from(target - have).unwrap_or(QUANTITY_MAX).clamp(least, QUANTITY_MAX.max(least));
    let cost = price_for(&offer.breaks, wanted)?;
    let spent = cost * Decimal::from(wanted);
    let most = need.level.map_or(i64::MAX, |level| i64::from(level.max));
    let cheaper = |step: &&Break| {
        step.min_quantity > wanted
            && step.unit_cost * Decimal::from(step.min_quantity) <= spent
            && have + i64::from(step.min_quantity) <= most
    };
    let step = offer.breaks.iter().filter(cheaper).min_by_key(|step| step.unit_cost * Decimal::from(step.min_quantity));
    let (quantity, unit_cost) = step.map_or((wanted, cost), |step| (step.min_quantity, step.unit_cost));
    let line = ReorderLine {
        sku: need.sku,
        code: need.code.clone(),
        name: need.name.clone(),
        have,
        cover: need.cover(weeks),
        point,
        target,
        quantity,
        unit_cost,
        for_price: step.is_some(),
    };
    Some((line, offer.lead_days))
}

/// The orders that are needed, the dearest first, and what nobody sells. Each SKU is ordered of whom one costs least; at the same price, of
/// whom goods come soonest.
pub fn propose(needs: &[Need], weeks: i64, cover_weeks: i64) -> (Vec<Reorder>, Vec<Unsourced>) {
    let (mut orders, mut unsourced): (Vec<Reorder>, Vec<Unsourced>) = (Vec::new(), Vec::new());
    for need in needs {
        if need.offers.is_empty() {
            let (point, target) = need.bounds(0, weeks, cover_weeks);
            if need.have() <= point && need.have() < target {
                let (code, name) = (need.code.clone(), need.name.clone());
                unsourced.push(Unsourced { sku: need.sku, code, name, site: need.site, have: need.have(), point });
            }
            continue;
        }
        let sold = need.offers.iter().filter_map(|offer| Some((offer, bought(need, offer, weeks, cover_weeks)?)));
        let best = sold.min_by(|(a, (x, _)), (b, (y, _))| {
            x.unit_cost.cmp(&y.unit_cost).then(a.lead_days.cmp(&b.lead_days)).then(a.name.cmp(&b.name))
        });
        let Some((offer, (line, lead_days))) = best else { continue };
        match orders.iter_mut().find(|order| order.supplier == offer.supplier && order.site == need.site) {
            Some(order) => order.lines.push(line),
            None => orders.push(Reorder {
                supplier: offer.supplier,
                supplier_name: offer.name.clone(),
                site: need.site,
                lead_days,
                lines: vec![line],
                total: Decimal::ZERO,
            }),
        }
    }
    for order in &mut orders {
        // What runs out first is ordered first; the rest waits for the next order.
        order.lines.sort_by(|a, b| a.cover.unwrap_or_default().cmp(&b.cover.unwrap_or_default()).then(a.code.cmp(&b.code)));
        order.lines.truncate(LINES_MAX);
        order.total = order.lines.iter().map(|line| line.unit_cost * Decimal::from(line.quantity)).sum();
    }
    orders.sort_by(|a, b| b.total.cmp(&a.total).then(a.supplier_name.cmp(&b.supplier_name)).then(a.site.cmp(&b.site)));
    (orders, unsourced)
}

#[cfg(test)]
#[path = "reorder_tests.rs"]
mod tests;
