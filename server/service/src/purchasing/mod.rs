//! Buying's transactions: suppliers and what they ask, orders written, approved and taken back, deliveries announced. Receiving stands
//! beside. What an order must say and who may approve it is decided by `domain::purchasing`.
//!
//! Whoever changes an order or receives for it waits for the order's lock, and reads where it stands in a later statement.

mod announced;
mod bills;
mod claims;
mod codes;
mod credits;
mod deliveries;
mod files;
mod landed;
mod read;
mod receive;
mod reorder;
mod sql;
mod sql_announced;
mod sql_bills;
mod sql_claims;
mod sql_credits;
mod sql_deliveries;
mod sql_landed;
mod sql_read;
mod sql_reorder;
mod suppliers;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeSet, HashMap};

use chrono::{NaiveDate, TimeDelta};
use domain::ids::{OwnerId, PersonId, PurchaseId, SiteId, SkuId};
use domain::numbers::Series;
use domain::owners::OwnerRefusal;
use domain::people::Permission;
use domain::purchasing::{
    ApprovePurchase, Break, CancelPurchase, LineFault, PurchasingRefusal, Rules, SendPurchase, Standing, WritePurchase, Written,
    price_for,
};
use domain::reasons::Process;
use domain::refusal::{CommonRefusal, Refusal};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::{Act, Failure, Result, Tx, catalog, owners, reasons};
pub(crate) use claims::claim_failed;
pub(crate) use codes::{scanned, sku};
pub(crate) use files::{price_sheet, supplier_sheet};
pub(crate) use receive::landing_bin;
use sql::{Draft, DraftLines, OrderFacts};
pub(crate) use suppliers::require_supplier;

/// The rules that hold now; those an org begins with until others are set.
async fn rules(tx: &mut Tx) -> Result<Rules> {
    let org = tx.org().0;
    Ok(sql::rules(tx.conn(), org).await?.map_or_else(Rules::opening, |row| Rules {
        version: row.version,
        approve_above: row.approve_above_amount,
        over_percent: row.over_percent,
        price_percent: row.price_percent,
        units_percent: row.units_percent,
        cover_weeks: row.cover_weeks,
    }))
}

/// What day it is where the goods will stand.
async fn today(tx: &mut Tx, site: SiteId) -> Result<NaiveDate> {
    let (org, at) = (tx.org().0, tx.at);
    sql::today(tx.conn(), org, site.0, at).await?.ok_or_else(|| Refusal::not_found("site").into())
}

fn standing(code: &str) -> Result<Standing> {
    let unknown = || Failure::Broken(sqlx::Error::Decode(format!("{code} is no standing of an order").into()));
    Standing::parse(code).ok_or_else(unknown)
}

impl OrderFacts {
    fn site(&self) -> SiteId {
        self.site_id.into()
    }

    fn standing(&self) -> Result<Standing> {
        standing(&self.standing)
    }
}

/// The order, locked; refused to whoever may not do this at its site.
async fn lock(tx: &mut Tx, id: PurchaseId, needs: Permission) -> Result<OrderFacts> {
    let org = tx.org().0;
    sql::lock_order(tx.conn(), org, id.0).await?;
    // A statement of its own: it sees what was committed while we waited for the lock.
    let order = sql::order(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("purchase order"))?;
    tx.require(needs, order.site())?;
    Ok(order)
}

impl Act for WritePurchase {
    const KIND: &'static str = "purchasing.write";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = Written;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Written> {
        self.check()?;
        let today = today(tx, self.site).await?;
        self.check_day(today)?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
        let known = sql::lock_order(tx.conn(), org, self.id.0).await?;
        let before = if known { Some(lock(tx, self.id, Self::NEEDS).await?) } else { None };
        let (number, mut writers) = match &before {
            Some(order) => {
                let standing = order.standing()?;
                if standing != Standing::Draft {
                    return Err(not_a_draft(&order.number, standing).into());
                }
                (order.number.clone(), order.writers.clone())
            }
            None => (tx.numbers(Series::Purchase, 1).await?.remove(0), Vec::new()),
        };
        if before.as_ref().map_or(0, |order| order.revision) != self.seen {
            return Err(CommonRefusal::Stale.into());
        }
        if !writers.contains(&me) {
            writers.push(me);
        }
        let supplier = sql::supplier(tx.conn(), org, self.supplier.0).await?.ok_or_else(|| Refusal::not_found("supplier"))?;
        if !supplier.active {
            return Err(PurchasingRefusal::SupplierClosed { name: supplier.name }.into());
        }
        let owner = owners::find(tx, &self.owner).await?;
        let due = self.due.unwrap_or(today + TimeDelta::days(supplier.lead_days.into()));
        let lines = priced(tx, self, owner).await?;
        let total: Decimal = lines.costs.iter().zip(&lines.quantities).map(|(cost, units)| cost * Decimal::from(*units)).sum();
        let revision = self.seen + 1;
        let draft = Draft {
            id: self.id.0,
            number: &number,
            supplier: self.supplier.0,
            owner: owner.0,
            site: self.site.0,
            due,
            note: self.note.trim(),
            revision,
            writers: &writers,
        };
        sql::save_order(tx.conn(), org, at, &draft).await?;
        sql::save_lines(tx.conn(), org, self.id.0, &lines).await?;
        tx.announce("purchase.written", self.id, Some(self.site), json!({ "number": number }));
        let was = before.map(|order| json!({ "revision": order.revision, "total": order.total_amount }));
        tx.audit("purchase", self.id, was, json!({ "number": number, "revision": revision, "total": total }));
        Ok(Written { id: self.id, number, revision })
    }
}

fn not_a_draft(number: &str, standing: Standing) -> PurchasingRefusal {
    PurchasingRefusal::NotADraft { number: number.to_owned(), standing: standing.words().to_lowercase() }
}

/// The lines with what one costs: as written, else by the supplier's list, else the SKU's standard cost. A client's goods cost nothing.
async fn priced(tx: &mut Tx, order: &WritePurchase, owner: OwnerId) -> Result<DraftLines> {
    let org = tx.org().0;
    let codes: Vec<String> = order.lines.iter().map(|line| line.sku.trim().to_owned()).collect();
    let known: HashMap<String, (Uuid, i32)> =
        sql::codes(tx.conn(), org, &codes).await?.into_iter().map(|row| (row.code, (row.sku_id, row.pack))).collect();
    let skus: BTreeSet<Uuid> = known.values().map(|(sku, _)| *sku).collect();
    let skus: Vec<Uuid> = skus.into_iter().collect();
    let mut breaks: HashMap<Uuid, Vec<Break>> = HashMap::new();
    for row in sql::prices(tx.conn(), org, order.supplier.0, &skus).await? {
        breaks.entry(row.sku_id).or_default().push(Break { min_quantity: row.min_quantity, unit_cost: row.unit_cost });
    }
    let skus: Vec<SkuId> = skus.into_iter().map(SkuId).collect();
    let standard = catalog::standard_costs(tx, &skus).await?;
    let kits = catalog::kits(tx, &skus).await?;
    let mut lines = DraftLines::default();
    for ((line_no, line), code) in (1..).zip(&order.lines).zip(codes) {
        let bad = |fault| Failure::from(PurchasingRefusal::BadLine { line_no, fault });
        // A case's barcode names its SKU too, and a quantity is of units all the same.
        let Some((sku, _)) = known.get(&code).copied() else { return Err(bad(LineFault::UnknownSku { code })) };
        if lines.skus.contains(&sku) {
            return Err(bad(LineFault::Twice { code }));
        }
        if kits.contains_key(&sku.into()) {
            return Err(bad(LineFault::Kit { code }));
        }
        let listed = breaks.get(&sku).and_then(|breaks| price_for(breaks, line.quantity));
        if !owner.is_nil() && line.unit_cost.is_some_and(|cost| !cost.is_zero()) {
            return Err(OwnerRefusal::CostOfOthers.into());
        }
        let listed = if owner.is_nil() { listed } else { Some(Decimal::ZERO) };
        let cost = line.unit_cost.or(listed).or_else(|| standard.get(&SkuId(sku)).copied()).unwrap_or_default();
        lines.skus.push(sku);
        lines.quantities.push(line.quantity);
        lines.costs.push(cost.round_dp(4));
        lines.over_percents.push(line.over_percent);
    }
    Ok(lines)
}

impl Act for SendPurchase {
    const KIND: &'static str = "purchasing.send";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        approve(tx, self.id, self.seen, Self::NEEDS).await
    }
}

impl Act for ApprovePurchase {
    const KIND: &'static str = "purchasing.approve";
    const NEEDS: Permission = Permission::PurchasingApprove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        approve(tx, self.id, self.seen, Self::NEEDS).await
    }
}

/// Up to the limit whoever buys sends it; above, it takes who approves, and wrote none of it.
async fn approve(tx: &mut Tx, id: PurchaseId, seen: i32, needs: Permission) -> Result<()> {
    let order = lock(tx, id, needs).await?;
    let rules = rules(tx).await?;
    let standing = order.standing()?;
    if standing != Standing::Draft {
        return Err(not_a_draft(&order.number, standing).into());
    }
    if order.revision != seen {
        return Err(CommonRefusal::Stale.into());
    }
    let writers: Vec<PersonId> = order.writers.iter().copied().map(Into::into).collect();
    let (me, needs_another) = (tx.caller.person(), rules.needs_another(order.total_amount));
    let buyer_alone = needs_another && needs != Permission::PurchasingApprove;
    if buyer_alone || !rules.may_approve(order.total_amount, me, &writers) {
        let limit = format!("{:.2}", rules.approve_above);
        return Err(PurchasingRefusal::OwnOrder { number: order.number, limit }.into());
    }
    let (org, at) = (tx.org().0, tx.at);
    sql::approve_order(tx.conn(), org, id.0, (me.0, at), needs_another).await?;
    let inputs = json!({ "total": order.total_amount, "approve_above": rules.approve_above, "writers": writers });
    let chosen = json!({ "needs_another": needs_another, "approved_by": me });
    let receipt = Decision::new("approval", id, &format!("purchasing rules v{}", rules.version), inputs, chosen);
    decisions::keep(tx, &[receipt]).await?;
    tx.announce("purchase.approved", id, Some(order.site()), json!({ "number": order.number }));
    let after = json!({ "approved": order.number, "total": order.total_amount });
    tx.audit("purchase", id, json!({ "standing": standing }), after);
    Ok(())
}

impl Act for CancelPurchase {
    const KIND: &'static str = "purchasing.cancel";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let order = lock(tx, self.id, Self::NEEDS).await?;
        let why = reasons::give_words(tx, Process::PurchaseCancel, &self.reason, self.id).await?;
        let standing = order.standing()?;
        if matches!(standing, Standing::Closed | Standing::Cancelled) {
            return Err(not_a_draft(&order.number, standing).into());
        }
        if order.received > 0 {
            return Err(PurchasingRefusal::GoodsCame { number: order.number }.into());
        }
        let (org, at) = (tx.org().0, tx.at);
        sql::cancel_order(tx.conn(), org, self.id.0, at, &why).await?;
        tx.announce("purchase.cancelled", self.id, Some(order.site()), json!({ "number": order.number }));
        tx.audit("purchase", self.id, json!({ "standing": standing }), json!({ "cancelled": order.number, "why": why }));
        Ok(())
    }
}
