//! Inspections of goods: a receipt that a plan asks for is held, judged unit by unit, and released by whoever may. What fails goes to
//! quarantine with a claim. How many are looked at is decided by `domain::inspections`; receiving calls in from `purchasing`.

mod read;
mod sql;
mod sql_read;
#[cfg(test)]
mod tests;

use domain::ids::{GoodsInspectionId, ReceiptId, SiteId, SkuId};
use domain::inspections::{
    How, InspectionRefusal, InspectionStanding, JudgeUnits, Judged, ReleaseInspection, Sampling, SetInspectionPlan,
};
use domain::lots::Marks;
use domain::numbers::Series;
use domain::people::Permission;
use domain::purchasing::Condition;
use domain::putaway::Item;
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason, State, Tag};
use serde_json::json;
use uuid::Uuid;

use crate::putaway::{self, Asks, Quarantine};
use crate::stock::{self, Shift};
use crate::{Act, Failure, Result, Tx, lots, purchasing, reasons};
use sql::{Facts, NewInspection, NewVerdict};

/// The inspection that units come into, and the bin where they wait for it.
pub(crate) struct Held {
    pub inspection: Uuid,
    pub bin: Uuid,
}

/// Units of a receipt's line that come in.
pub(crate) struct Coming<'a> {
    pub receipt: ReceiptId,
    pub line: Uuid,
    pub sku: Uuid,
    pub sku_code: &'a str,
    pub goods: &'a [Item],
}

/// Where a receipt's line is to be inspected: into the inspection that is open for it, or a new one. None: no plan asks for it.
pub(crate) async fn hold_for(
    tx: &mut Tx,
    coming: &Coming<'_>,
    (site, landing): (SiteId, Uuid),
    apart: &mut Quarantine,
) -> Result<Option<Held>> {
    let (org, at) = (tx.org().0, tx.at);
    let Coming { receipt, line, sku, sku_code, goods } = *coming;
    if let Some(open) = sql::open(tx.conn(), org, receipt.0, line).await? {
        apart.join(tx, open.bin_id, goods).await?;
        return Ok(Some(Held { inspection: open.id, bin: open.bin_id }));
    }
    let Some(plan) = sql::plan_for(tx.conn(), org, receipt.0, line).await? else { return Ok(None) };
    if !sampling(&plan.how, plan.amount)?.takes(plan.receipt) {
        return Ok(None);
    }
    let bin = apart.first(tx, sku_code, goods).await?;
    let number = tx.numbers(Series::Inspection, 1).await?.remove(0);
    let id = Uuid::now_v7();
    let new = NewInspection { id, number: &number, receipt: receipt.0, line, sku, site: site.0, bin, landing, plan: &plan };
    sql::insert(tx.conn(), org, at, &new).await?;
    tx.announce("inspection.opened", id, Some(site), json!({ "number": number }));
    Ok(Some(Held { inspection: id, bin }))
}

/// Refuses when units were let go of that an inspection holds. Asked after they moved, while their balance is locked.
pub(crate) async fn leave_inspected(tx: &mut Tx, site: SiteId, bin: Uuid, sku: SkuId) -> Result<()> {
    let org = tx.org().0;
    match sql::let_go(tx.conn(), org, (site.0, bin, sku.0)).await? {
        Some(units) => Err(InspectionRefusal::UnderInspection { units }.into()),
        None => Ok(()),
    }
}

fn sampling(how: &str, amount: i32) -> Result<Sampling> {
    let unknown = || Failure::Broken(sqlx::Error::Decode(format!("{how} is no sampling").into()));
    Ok(Sampling { how: How::parse(how).ok_or_else(unknown)?, amount })
}

impl Facts {
    fn sampling(&self) -> Result<Sampling> {
        sampling(&self.how, self.amount)
    }

    fn standing(&self) -> Result<InspectionStanding> {
        Ok(InspectionStanding::of(self.sampling()?, self.came, (self.accepted, self.rejected), self.released))
    }

    /// Units that nobody has judged.
    fn unjudged(&self) -> i32 {
        self.came - self.accepted - self.rejected
    }

    /// Units still to be looked at.
    fn left(&self) -> Result<i32> {
        Ok((self.sampling()?.wanted(self.came, self.rejected) - self.accepted - self.rejected).max(0))
    }
}

/// The inspection, locked; refused to whoever may not do this at its site, and once it is done.
async fn lock(tx: &mut Tx, id: GoodsInspectionId, needs: Permission) -> Result<Facts> {
    let org = tx.org().0;
    sql::lock(tx.conn(), org, id.0).await?;
    // A statement of its own: it sees what was committed while we waited for the lock.
    let facts = sql::facts(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("inspection"))?;
    tx.require(needs, facts.site_id.into())?;
    if facts.standing()? == InspectionStanding::Done {
        return Err(InspectionRefusal::Closed { number: facts.number }.into());
    }
    Ok(facts)
}

impl Act for SetInspectionPlan {
    const KIND: &'static str = "inspections.set_plan";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let sku = if self.sku.trim().is_empty() { Uuid::nil() } else { purchasing::sku(tx, &self.sku).await?.1.0 };
        if let Some(supplier) = self.supplier {
            purchasing::require_supplier(tx, supplier).await?;
        }
        let supplier = self.supplier.map_or(Uuid::nil(), |supplier| supplier.0);
        match self.sampling {
            Some(Sampling { how, amount }) => {
                let amount = if how == How::All { 0 } else { amount };
                let plan = (how.code(), amount, self.note.trim());
                sql::set_plan(tx.conn(), org, (sku, supplier), plan, (by, at)).await?;
            }
            None => sql::drop_plan(tx.conn(), org, sku, supplier).await?,
        }
        let subject = if sku.is_nil() { supplier } else { sku };
        tx.announce("inspection.planned", subject, None, json!({ "sku": self.sku.trim() }));
        tx.audit("inspection_plan", subject, (), self);
        Ok(())
    }
}

impl Act for JudgeUnits {
    const KIND: &'static str = "inspections.judge";
    const NEEDS: Permission = Permission::GoodsInspect;
    type Outcome = Judged;

    async fn act(&self, tx: &mut Tx) -> Result<Judged> {
        self.check()?;
        Quantity::new(self.quantity.into())?;
        let claim = self.condition.check(self.fault.as_ref(), &self.note)?;
        let before = lock(tx, self.id, Self::NEEDS).await?;
        let scanned = purchasing::scanned(tx, &self.code).await?;
        if scanned.sku.0 != before.sku_id {
            let (number, expected) = (before.number, before.sku_code);
            return Err(InspectionRefusal::WrongItem { number, expected, scanned: scanned.code }.into());
        }
        let asked = i64::from(self.quantity) * i64::from(scanned.pack);
        let left = before.unjudged();
        if asked > i64::from(left) {
            return Err(InspectionRefusal::TooMany { number: before.number, asked, left }.into());
        }
        let units = Quantity::new(asked)?.units();
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let marks = self.marks.clone().with_label(&self.code, at.date_naive());
        let parts = judged(tx, self.id, &before, (units, &marks)).await?;
        let note = self.note.trim();
        if let Some((kind, code)) = &claim {
            reasons::give(tx, kind.process(), code, note, self.id).await?;
        }
        let fault = claim.as_ref().map_or("", |(_, code)| code.0.as_str());
        let verdict = NewVerdict { inspection: self.id.0, condition: self.condition, fault, note };
        sql::insert_verdict(tx.conn(), org, (by, at), &verdict, &parts).await?;
        if let Some((kind, code)) = &claim {
            let state = if self.condition == Condition::Damaged { State::Damaged } else { State::Quarantined };
            shift(tx, &before, &parts, (before.bin_id, state), Reason::Damage, self.id).await?;
            let of = (before.line_id, before.receipt_line, before.unit_cost);
            purchasing::claim_failed(tx, of, (*kind, code), units, note).await?;
        }
        let after = sql::facts(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("inspection"))?;
        let (standing, left) = (after.standing()?, after.left()?);
        let said = json!({ "number": after.number, "standing": standing });
        tx.announce("inspection.judged", self.id, Some(after.site_id.into()), said);
        let was = json!({ "accepted": before.accepted, "rejected": before.rejected });
        tx.audit("goods_inspection", self.id, was, json!({ "units": units, "condition": self.condition, "fault": self.fault }));
        Ok(Judged { units, left, standing })
    }
}

impl Act for ReleaseInspection {
    const KIND: &'static str = "inspections.release";
    const NEEDS: Permission = Permission::StockRelease;
    /// Units that may be sold now.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let facts = lock(tx, self.id, Self::NEEDS).await?;
        if facts.standing()? != InspectionStanding::Judged {
            let left = facts.left()?;
            return Err(InspectionRefusal::NotJudged { number: facts.number, left }.into());
        }
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let own = sql::own(tx.conn(), org, self.id.0).await?;
        let parts: Vec<(Tag, i32)> = own.iter().map(|row| (row.tag(), row.there)).filter(|(_, units)| *units > 0).collect();
        let units = parts.iter().map(|(_, units)| units).sum();
        let asks = Asks::of(tx, &[facts.sku_id]).await?;
        let goods = parts.iter().filter_map(|(tag, units)| asks.item(facts.sku_id.into(), *tag, *units));
        let bin = if self.bin.trim().is_empty() {
            facts.landing_bin
        } else {
            purchasing::landing_bin(tx, facts.site_id.into(), self.bin.trim()).await?
        };
        putaway::require_room(tx, facts.site_id.into(), goods.map(|item| (bin.into(), item))).await?;
        shift(tx, &facts, &parts, (bin, State::Sellable), Reason::Release, self.id).await?;
        sql::released(tx.conn(), org, self.id.0, (by, at)).await?;
        let (sku, site): (SkuId, SiteId) = (facts.sku_id.into(), facts.site_id.into());
        tx.announce("stock.held", sku, Some(site), json!({ "units": units, "hold": false }));
        tx.announce("inspection.released", self.id, Some(site), json!({ "number": facts.number, "units": units }));
        let was = json!({ "accepted": facts.accepted, "rejected": facts.rejected });
        tx.audit("goods_inspection", self.id, was, json!({ "released": facts.number, "units": units }));
        Ok(units)
    }
}

/// Which units are judged: of the inspection's own, such as nobody has judged. Those that are told apart are named, unless there is nothing
/// to choose.
async fn judged(tx: &mut Tx, id: GoodsInspectionId, facts: &Facts, (quantity, marks): (i32, &Marks)) -> Result<Vec<(Tag, i32)>> {
    let org = tx.org().0;
    let own = sql::own(tx.conn(), org, id.0).await?.into_iter().map(|row| (row.tag(), row.units - row.accepted));
    let there: Vec<(Tag, i32)> = own.filter(|(_, units)| *units > 0).collect();
    let parts = lots::which(tx, (facts.sku_id.into(), quantity), marks, &there).await?;
    Ok(parts.into_iter().map(|(tag, units)| (Tag { owner: facts.owner_id.into(), ..tag }, units)).collect())
}

/// Units under inspection go elsewhere, or into another state: those that are named, and no others.
async fn shift(
    tx: &mut Tx,
    facts: &Facts,
    parts: &[(Tag, i32)],
    (bin, to_state): (Uuid, State),
    reason: Reason,
    source: GoodsInspectionId,
) -> Result<()> {
    let site: SiteId = facts.site_id.into();
    let shifted = |(tag, quantity): &(Tag, i32)| Shift {
        sku: facts.sku_id.into(),
        tag: *tag,
        quantity: *quantity,
        from: Place::loose(site, facts.bin_id.into()),
        from_state: State::Held,
        to: Place::loose(site, bin.into()),
        to_state,
        source: source.0,
    };
    stock::shift(tx, reason, &parts.iter().map(shifted).collect::<Vec<_>>()).await
}
