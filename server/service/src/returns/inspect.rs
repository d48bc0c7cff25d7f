//! Inspecting: units of a receipt are graded, go where the matrix or the bench says, and the refund they earn is proposed, all in
//! one transaction. Which way they go is decided by `domain::returns::disposition`.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use domain::ids::{BinId, DispositionId, InspectionId, OrderLineId, ReceiptLineId, RefundId, ReturnId, SiteId, SkuId};
use domain::ledger::{INVENTORY, WRITE_OFFS};
use domain::people::{Actor, Permission};
use domain::reasons::Process;
use domain::refunds::RefundKind;
use domain::refunds::amount::Units;
use domain::refusal::Refusal;
use domain::returns::disposition::{self, Disposed, belongs};
use domain::returns::policy::Policy;
use domain::returns::{InspectMany, InspectUnits, Inspected, NOTE_MAX, Reason, Resolution, ReturnRefusal};
use domain::stock::{Place, Reason as MoveReason, State, Tag};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::bins::{Bins, Going};
use super::sql_inspections::{self, NewInspections, ReceiptRow};
use super::{policy, policy_by_id};
use crate::decisions::{self, Decision};
use crate::ledger::{self, Posting};
use crate::refunds::{self, Proposal};
use crate::stock::{self, Scrap, Shift};
use crate::{Act, Failure, Result, Tx, lots, orders, reasons};

impl Act for InspectUnits {
    const KIND: &'static str = "returns.inspect";
    const NEEDS: Permission = Permission::ReturnsInspect;
    type Outcome = Inspected;

    async fn act(&self, tx: &mut Tx) -> Result<Inspected> {
        let made = inspect(tx, None, std::slice::from_ref(self)).await?.remove(0);
        let after =
            json!({ "grade": self.grade, "units": self.quantity, "disposition": made.disposition, "refund": made.refund });
        tx.audit("inspection", made.inspection, (), after);
        Ok(made)
    }
}

impl Act for InspectMany {
    const KIND: &'static str = "returns.inspect_many";
    const NEEDS: Permission = Permission::ReturnsInspect;
    type Outcome = Vec<Inspected>;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Self::Outcome> {
        let made = inspect(tx, Some(self.site), &self.inspected).await?;
        let subject = made.first().map_or(tx.command.0, |made| made.inspection.0);
        tx.audit("inspection", subject, (), json!({ "inspections": made.len() }));
        Ok(made)
    }
}

/// One inspection with all that was decided of it.
struct Case<'a> {
    asked: &'a InspectUnits,
    row: &'a ReceiptRow,
    id: InspectionId,
    disposition_id: DispositionId,
    disposed: Disposed,
    /// Why it goes another way than proposed, in words.
    overruled: String,
    /// Units by lot, serial and owner.
    parts: Vec<(Tag, i32)>,
    bin: BinId,
    bin_code: String,
}

async fn inspect(tx: &mut Tx, only: Option<SiteId>, asked: &[InspectUnits]) -> Result<Vec<Inspected>> {
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
    let (version, rules) = policy(tx).await?;
    let rows = lock_receipts(tx, asked).await?;
    check(tx, only, asked, &rows, &rules)?;
    let mut bins = Bins::of(tx, rows.values()).await?;
    let receipts: Vec<Uuid> = rows.keys().copied().collect();
    let mut came = lots::came_with(tx, &receipts).await?;
    let mut cases = Vec::new();
    for one in asked {
        let row = &rows[&one.receipt_line.0];
        let proposed = disposition::propose(&rules.dispositions, one.grade, &row.category, reason(row));
        let disposed = disposition::settle(proposed, one.disposition.as_ref())?;
        let parts = came.take(row.id, one.quantity.units());
        let going = Going { row, parts: &parts, disposition: disposed.disposition, scanned: one.bin };
        let (bin, bin_code) = bins.choose(tx, &going).await?;
        let (id, disposition_id) = (InspectionId::mint(), DispositionId::mint());
        let overruled = match &disposed.override_reason {
            Some(code) => reasons::give(tx, Process::DispositionOverride, code, "", id).await?.words,
            None => String::new(),
        };
        cases.push(Case { asked: one, row, id, disposition_id, disposed, overruled, parts, bin, bin_code });
    }
    let new = written(&cases)?;
    sql_inspections::insert_inspections(tx.conn(), org, by, at, &new).await?;
    move_goods(tx, &cases).await?;
    let rule = format!("policy v{}", version.version);
    let receipts: Vec<Decision> = cases.iter().map(|case| case.receipt(&rule)).collect();
    decisions::keep(tx, &receipts).await?;
    let refunds = propose_refunds(tx, &cases, &rules).await?;
    let units: BTreeMap<(Uuid, Uuid), i32> = cases.iter().fold(BTreeMap::new(), |mut units, case| {
        *units.entry((case.row.return_id, case.row.site_id)).or_default() += case.asked.quantity.units();
        units
    });
    for ((return_id, site), units) in units {
        tx.announce("return.inspected", return_id, Some(site.into()), json!({ "units": units }));
    }
    let answer = |case: &Case| Inspected {
        inspection: case.id,
        disposition: case.disposed.disposition,
        bin_code: case.bin_code.clone(),
        refund: refunds.get(&case.id).copied(),
    };
    Ok(cases.iter().map(answer).collect())
}

async fn lock_receipts(tx: &mut Tx, asked: &[InspectUnits]) -> Result<HashMap<Uuid, ReceiptRow>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = asked.iter().map(|one| one.receipt_line.0).collect();
    let orders = sql_inspections::orders_of_receipts(tx.conn(), org, &ids).await?;
    orders::lock_all(tx, &orders).await?;
    Ok(sql_inspections::receipts(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// The right site, no more than came in, every question answered. The system answers none: it brings history.
fn check(tx: &Tx, only: Option<SiteId>, asked: &[InspectUnits], rows: &HashMap<Uuid, ReceiptRow>, rules: &Policy) -> Result<()> {
    let mut given: BTreeMap<ReceiptLineId, i32> = BTreeMap::new();
    for one in asked {
        *given.entry(one.receipt_line).or_default() += one.quantity.units();
        let row = rows.get(&one.receipt_line.0).ok_or_else(|| Refusal::not_found("receipt"))?;
        tx.require(Permission::ReturnsInspect, row.site_id.into())?;
        if only.is_some_and(|site| site.0 != row.site_id) {
            return Err(Refusal::not_found("receipt at this site").into());
        }
        if !matches!(tx.caller.who, Actor::System { .. }) {
            one.check_answers(rules, &row.category)?;
        }
        if one.note.chars().count() > NOTE_MAX {
            return Err(ReturnRefusal::NoteTooLong { most: NOTE_MAX }.into());
        }
    }
    for (receipt, given) in given {
        let row = &rows[&receipt.0];
        let remaining = row.quantity - row.inspected;
        if given > remaining {
            return Err(ReturnRefusal::MoreThanReceived { remaining, given }.into());
        }
    }
    Ok(())
}

fn reason(row: &ReceiptRow) -> Reason {
    Reason::parse(&row.reason).unwrap_or(Reason::Unknown)
}

fn written(cases: &[Case<'_>]) -> Result<NewInspections> {
    let mut new = NewInspections::default();
    for case in cases {
        let checklist = serde_json::to_value(&case.asked.checklist);
        let checklist = checklist.map_err(|source| Failure::Corrupt { what: "checklist", source })?;
        new.ids.push(case.id.0);
        new.receipts.push(case.row.id);
        new.quantities.push(case.asked.quantity.units());
        new.grades.push(case.asked.grade.code().to_owned());
        new.checklists.push(checklist);
        new.notes.push(case.asked.note.trim().to_owned());
        new.disposition_ids.push(case.disposition_id.0);
        new.dispositions.push(case.disposed.disposition.code().to_owned());
        new.bins.push(case.bin.0);
        new.overrides.push(case.overruled.clone());
    }
    Ok(new)
}

/// RET-6: resale is sellable again, the rest waits in its state; what is disposed of leaves the books at its cost.
async fn move_goods(tx: &mut Tx, cases: &[Case<'_>]) -> Result<()> {
    let (mut shifts, mut gone) = (Vec::new(), Vec::new());
    for case in cases {
        let (site, sku) = (SiteId(case.row.site_id), SkuId(case.row.sku_id));
        let (from, from_state) = (Place::loose(site, case.row.bin_id.into()), State::Returned);
        let source = case.disposition_id.0;
        for &(tag, quantity) in &case.parts {
            match belongs(case.disposed.disposition) {
                Some((_, to_state)) => {
                    let to = Place::loose(site, case.bin);
                    shifts.push(Shift { sku, tag, quantity, from, from_state, to, to_state, source });
                }
                None => gone.push(Scrap { sku, tag, quantity, from, from_state, source }),
            }
        }
    }
    stock::shift(tx, MoveReason::Disposition, &shifts).await?;
    let values: Vec<Decimal> = stock::scrap(tx, &gone).await?;
    let postings = gone.iter().zip(values);
    let postings: Vec<Posting> =
        postings.map(|(scrap, value)| Posting::posted(WRITE_OFFS, INVENTORY, value, "disposition", scrap.source)).collect();
    ledger::post(tx, &postings).await
}

impl Case<'_> {
    fn receipt(&self, rule: &str) -> Decision {
        let inputs = json!({ "grade": self.asked.grade, "reason": self.row.reason, "category": self.row.category });
        let rejected = self.disposed.proposed.filter(|proposed| *proposed != self.disposed.disposition);
        Decision::new("disposition", self.id, rule, inputs, &self.disposed).rejecting(rejected)
    }
}

/// RET-7: one refund per return and kind, for all that was inspected of it now.
async fn propose_refunds(tx: &mut Tx, cases: &[Case<'_>], rules: &Policy) -> Result<HashMap<InspectionId, RefundId>> {
    let mut policies: HashMap<Uuid, Policy> = HashMap::new();
    let mut proposals: BTreeMap<(Uuid, RefundKind), Proposal> = BTreeMap::new();
    for case in cases {
        let kind = match Resolution::parse(&case.row.resolution) {
            Some(Resolution::Credit) => RefundKind::Credit,
            // An exchange is not carried out yet, and no policy offers it: the money goes back.
            Some(Resolution::Refund | Resolution::Exchange) | None => RefundKind::Refund,
        };
        if let Entry::Vacant(unread) = policies.entry(case.row.policy_id) {
            unread.insert(policy_by_id(tx, case.row.policy_id).await?);
        }
        // Fees are those the customer was shown when asking.
        let (shown, reason) = (&policies[&case.row.policy_id], reason(case.row));
        let proposal = proposals.entry((case.row.return_id, kind)).or_insert_with(|| Proposal {
            order: case.row.order_id.into(),
            return_id: ReturnId(case.row.return_id),
            kind,
            units: Vec::new(),
            postage: Decimal::ZERO,
            stopped_at_bench: false,
            by_hand: false,
        });
        let line = OrderLineId(case.row.order_line_id);
        let fee_percent = shown.fee_percent(case.asked.grade, reason);
        proposal.units.push(Units { line, inspection: case.id, quantity: case.asked.quantity.units(), fee_percent });
        proposal.stopped_at_bench |= case.asked.stops_refund(rules, &case.row.category);
        if !reason.is_our_fault() {
            proposal.postage = shown.postage_fee;
        }
    }
    let proposals: Vec<Proposal> = proposals.into_values().collect();
    let made = refunds::propose(tx, rules.refund_up_to, &proposals).await?;
    let mut refunds = HashMap::new();
    for (proposal, made) in proposals.iter().zip(made) {
        if let Some(made) = made {
            refunds.extend(proposal.units.iter().map(|units| (units.inspection, made.id)));
        }
    }
    Ok(refunds)
}
