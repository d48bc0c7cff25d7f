//! Questions about returns: the portal's, the queue's, the RMA page's, the bench's. A customer reads the own order only; the rest
//! is for whoever works here.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::{OrderId, ReturnId, SiteId};
use domain::money::Money;
use domain::people::{Actor, Caller, Permission};
use domain::refunds::RefundRow;
use domain::refusal::Refusal;
use domain::returns::policy::{Because, Policy};
use domain::returns::{
    BenchFound, BenchLine, BenchSheet, Disposition, EligibleLine, Grade, InspectionRow, OrderToReturn, Outcome, PAGE, Queue,
    QueueFilter, Reason, Resolution, ReturnBrief, ReturnLineSheet, ReturnRow, ReturnSheet, ReturnStatus, Source, Stage,
    StageCount, Story, Waiting, disposition, mask_email,
};
use serde_json::Value;
use uuid::Uuid;

use super::policy::policy_for_reading;
use super::sql_read::{self as sql, Head, Wanted};
use super::{check_customer, staff_only};
use crate::{Db, Failure, Result, Tx, decisions, refunds};

impl Db {
    /// An order with what of it can come back now.
    pub async fn order_to_return(&self, caller: &Caller, order: OrderId, now: DateTime<Utc>) -> Result<OrderToReturn> {
        let mut tx = self.read(caller, Permission::ReturnsView, None).await?;
        check_customer(&tx, order)?;
        let org = tx.org().0;
        let head = sql::order_head(tx.conn(), org, order.0).await?.ok_or_else(|| Refusal::not_found("order"))?;
        let policy = policy_for_reading(&mut tx, now).await?;
        let currency = refunds::currency(&head.currency);
        let rows = super::sql_requests::lines(tx.conn(), org, &[order.0]).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let sold = refunds::sold_lines(&mut tx, &ids, currency).await?;
        let mut lines = Vec::new();
        for row in rows {
            let Some(sold) = sold.iter().find(|sold| sold.line.0 == row.id).cloned() else { continue };
            let can = row.facts().eligibility(&policy, now);
            let (line, shipped) = (row.id.into(), row.shipped);
            lines.push(EligibleLine { line, sku_code: row.sku_code, name: row.name, variant: row.variant, shipped, can, sold });
        }
        let returns = sql::of_order(tx.conn(), org, order.0).await?;
        let returns = sql::heads(tx.conn(), org, &returns).await?.iter().map(brief).collect();
        Ok(OrderToReturn {
            order,
            number: head.number,
            placed_at: head.placed_at,
            masked_email: mask_email(&head.email),
            lines,
            resolutions: policy.resolutions,
            postage_fee: Money { amount: policy.postage_fee, currency },
            returns,
        })
    }

    /// One return as its customer sees it; `number` as printed, or the id.
    pub async fn return_status(&self, caller: &Caller, number: &str) -> Result<ReturnStatus> {
        let mut tx = self.read(caller, Permission::ReturnsView, None).await?;
        let head = head(&mut tx, number).await?;
        let mine = check_customer(&tx, head.order_id.into());
        mine.map_err(|_| Refusal::not_found("return"))?;
        let (because, denied_why) = reasons(&mut tx, head.id).await?;
        let lines = line_sheets(&mut tx, head.id).await?;
        let refunds = refunds_for(&mut tx, &head).await?;
        let stage = stage(&head.stage);
        let policy: Policy = policy_of(&head)?;
        let review_by = head.requested_at + TimeDelta::days(i64::from(policy.review_days));
        Ok(ReturnStatus {
            id: head.id.into(),
            stage,
            lines,
            because,
            denied_why,
            review_by: (stage == Stage::Review).then_some(review_by),
            timeline: story(&head).tell(),
            refunds,
            cancellable: head.units_received == 0 && matches!(stage, Stage::Review | Stage::Awaiting),
            number: head.number,
            order_number: head.order_number,
        })
    }

    /// The queue, longest waiting first, with how many stand at each stage.
    pub async fn returns_queue(&self, caller: &Caller, filter: &QueueFilter, now: DateTime<Utc>) -> Result<Queue> {
        let mut tx = self.read(caller, Permission::ReturnsView, None).await?;
        staff_only(&tx, Permission::ReturnsView)?;
        let org = tx.org().0;
        let stages = filter.stage.map_or_else(|| Stage::OPEN.to_vec(), |stage| vec![stage]);
        let stages: Vec<String> = stages.iter().map(|stage| stage.code().to_owned()).collect();
        let (late_stages, late_hours) = late();
        let wanted = Wanted {
            stages: &stages,
            reason: filter.reason.map_or("", Reason::code),
            find: filter.find.trim(),
            late_only: filter.late_only,
            late_stages: &late_stages,
            late_hours: &late_hours,
            now,
            limit: PAGE,
            offset: crate::rows_before(filter.page, PAGE),
        };
        let rows = sql::queue(tx.conn(), org, &wanted).await?;
        let counts = sql::counts(tx.conn(), org, &late_stages, &late_hours, now).await?;
        let count = |of: &Stage| {
            let row = counts.iter().find(|row| row.stage == of.code());
            let (returns, late, oldest) = row.map_or((0, 0, None), |row| (row.returns, row.late, row.oldest));
            StageCount { stage: *of, returns, late, oldest }
        };
        let total = rows.first().map_or(0, |row| row.total);
        Ok(Queue {
            rows: rows.into_iter().map(queue_row).collect(),
            stages: Stage::ALL.iter().map(count).collect(),
            total,
            as_of: now,
        })
    }

    /// The RMA page; `number` as printed, or the id.
    pub async fn return_sheet(&self, caller: &Caller, number: &str) -> Result<ReturnSheet> {
        let mut tx = self.read(caller, Permission::ReturnsView, None).await?;
        staff_only(&tx, Permission::ReturnsView)?;
        let head = head(&mut tx, number).await?;
        let org = tx.org().0;
        let (because, denied_why) = reasons(&mut tx, head.id).await?;
        let lines = line_sheets(&mut tx, head.id).await?;
        let inspections = sql::inspections(tx.conn(), org, head.id).await?;
        let refunds = refunds_for(&mut tx, &head).await?;
        Ok(ReturnSheet {
            decision: Outcome::parse(&head.decision).unwrap_or(Outcome::Review),
            policy_version: head.policy_version,
            because,
            denied_why,
            decided_at: head.decided_at,
            decided_by: head.decided_by.clone(),
            row: ReturnRow { reasons: reasons_of(&lines), ..row_of(&head) },
            lines,
            inspections: inspections.into_iter().map(inspection_row).collect(),
            refunds,
            timeline: story(&head).tell(),
        })
    }

    /// What a scan at the returns bench means: an RMA, its order, or the tracking of the parcel it went out in.
    pub async fn bench(&self, caller: &Caller, site: SiteId, scan: &str, now: DateTime<Utc>) -> Result<BenchFound> {
        let mut tx = self.read(caller, Permission::ReturnsReceive, Some(site)).await?;
        let org = tx.org().0;
        let scan = scan.trim();
        let found = sql::by_scan(tx.conn(), org, scan).await?;
        let heads = sql::heads(tx.conn(), org, &found).await?;
        let (open, done): (Vec<Head>, Vec<Head>) = heads.into_iter().partition(|head| Stage::OPEN.contains(&stage(&head.stage)));
        let heads = if open.is_empty() { done } else { open };
        match <[Head; 1]>::try_from(heads) {
            Ok([head]) => Ok(BenchFound::One(Box::new(bench_sheet(&mut tx, head, site, now).await?))),
            Err(heads) if heads.is_empty() => Err(domain::returns::ReturnRefusal::UnknownScan { scan: scan.to_owned() }.into()),
            Err(heads) => Ok(BenchFound::Several(heads.iter().map(brief).collect())),
        }
    }
}

/// Stages that can be late, and after how many hours.
fn late() -> (Vec<String>, Vec<i64>) {
    Stage::OPEN.iter().filter_map(|stage| Some((stage.code().to_owned(), stage.hours_allowed()?))).unzip()
}

async fn head(tx: &mut Tx, number: &str) -> Result<Head> {
    let org = tx.org().0;
    let number = number.trim();
    let id = sql::by_number(tx.conn(), org, number, number.parse().ok()).await?.ok_or_else(|| Refusal::not_found("return"))?;
    let head = sql::heads(tx.conn(), org, &[id]).await?.pop();
    Ok(head.ok_or_else(|| Refusal::not_found("return"))?)
}

fn stage(code: &str) -> Stage {
    Stage::parse(code).unwrap_or(Stage::Done)
}

fn policy_of(head: &Head) -> Result<Policy> {
    serde_json::from_value(head.policy_body.clone()).map_err(|source| Failure::Corrupt { what: "return policy", source })
}

fn story(head: &Head) -> Story {
    Story {
        stage: stage(&head.stage),
        decision: Outcome::parse(&head.decision).unwrap_or(Outcome::Review),
        requested_at: head.requested_at,
        decided_at: head.decided_at,
        cancelled_at: head.cancelled_at,
        received_at: head.received_at,
        inspected_at: head.inspected_at,
        paid_at: head.paid_at,
        all_in: head.units_inspected == head.units,
    }
}

/// Why it was decided so: by the rule, and by a person after it.
async fn reasons(tx: &mut Tx, id: Uuid) -> Result<(Vec<Because>, String)> {
    let (mut because, mut why) = (Vec::new(), String::new());
    for decision in decisions::about(tx, id).await?.into_iter().filter(|decision| decision.kind == "return_policy") {
        if let Some(said) = decision.chosen.get("because") {
            because = serde_json::from_value(said.clone()).unwrap_or_default();
        }
        if let Some(said) = decision.chosen.get("why").and_then(Value::as_str) {
            said.clone_into(&mut why);
        }
    }
    Ok((because, why))
}

async fn line_sheets(tx: &mut Tx, id: Uuid) -> Result<Vec<ReturnLineSheet>> {
    let org = tx.org().0;
    let rows = sql::lines(tx.conn(), org, id).await?.into_iter().map(|row| ReturnLineSheet {
        id: row.id.into(),
        line: row.order_line_id.into(),
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        name: row.name,
        variant: row.variant,
        category: row.category,
        barcodes: row.barcodes.into_iter().zip(row.packs).collect(),
        reason: Reason::parse(&row.reason).unwrap_or(Reason::Unknown),
        note: row.note,
        resolution: Resolution::parse(&row.resolution).unwrap_or(Resolution::Refund),
        quantity: row.quantity,
        quantity_received: row.received,
        quantity_inspected: row.inspected,
    });
    Ok(rows.collect())
}

/// Refunds of a return. A customer reads nothing of who decided, nor of what the provider said.
async fn refunds_for(tx: &mut Tx, head: &Head) -> Result<Vec<RefundRow>> {
    let mut rows = refunds::of_return(tx, ReturnId(head.id)).await?;
    if matches!(tx.caller.who, Actor::Customer { .. }) {
        for row in &mut rows {
            (row.proposed_by, row.decided_by) = (None, None);
            row.failure.clear();
            row.needs.clear();
        }
    }
    Ok(rows)
}

fn brief(head: &Head) -> ReturnBrief {
    let (id, requested_at) = (head.id.into(), head.requested_at);
    ReturnBrief { id, number: head.number.clone(), stage: stage(&head.stage), requested_at, units: head.units }
}

fn row_of(head: &Head) -> ReturnRow {
    ReturnRow {
        id: head.id.into(),
        number: head.number.clone(),
        order: head.order_id.into(),
        order_number: head.order_number.clone(),
        customer: head.customer.clone(),
        source: Source::parse(&head.source).unwrap_or(Source::Staff),
        stage: stage(&head.stage),
        requested_at: head.requested_at,
        since: head.since,
        units: head.units,
        units_received: head.units_received,
        units_inspected: head.units_inspected,
        reasons: Vec::new(),
    }
}

fn reasons_of(lines: &[ReturnLineSheet]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = lines.iter().map(|line| line.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    reasons
}

fn queue_row(row: sql::Row) -> ReturnRow {
    ReturnRow {
        id: row.id.into(),
        number: row.number,
        order: row.order_id.into(),
        order_number: row.order_number,
        customer: row.customer,
        source: Source::parse(&row.source).unwrap_or(Source::Staff),
        stage: stage(&row.stage),
        requested_at: row.requested_at,
        since: row.since,
        units: row.units,
        units_received: row.units_received,
        units_inspected: row.units_inspected,
        reasons: row.reasons.iter().filter_map(|reason| Reason::parse(reason)).collect(),
    }
}

fn inspection_row(row: sql::InspectionRow) -> InspectionRow {
    InspectionRow {
        id: row.id.into(),
        return_line: row.return_line_id.into(),
        sku_code: row.sku_code,
        name: row.name,
        quantity: row.quantity,
        grade: Grade::parse(&row.grade).unwrap_or(Grade::A),
        note: row.note,
        disposition: Disposition::parse(&row.disposition).unwrap_or(Disposition::Quarantine),
        override_reason: row.override_reason,
        bin_code: row.bin_code,
        inspected_by: row.inspected_by,
        at: row.at,
    }
}

async fn bench_sheet(tx: &mut Tx, head: Head, site: SiteId, now: DateTime<Utc>) -> Result<BenchSheet> {
    let org = tx.org().0;
    let policy = policy_for_reading(tx, now).await?;
    let waiting = sql::waiting(tx.conn(), org, site.0, head.id).await?;
    let lines = line_sheets(tx, head.id).await?.into_iter().map(|sheet| {
        let propose = |grade: &Grade| {
            let proposed = disposition::propose(&policy.dispositions, *grade, &sheet.category, sheet.reason);
            (*grade, proposed)
        };
        let here = waiting.iter().filter(|row| row.return_line_id == sheet.id.0).map(|row| Waiting {
            receipt_line: row.id.into(),
            bin_code: row.bin_code.clone(),
            quantity: row.quantity,
            since: row.since,
        });
        let (waiting, proposals) = (here.collect(), Grade::ALL.iter().map(propose).collect());
        BenchLine { questions: policy.checklist(&sheet.category).to_vec(), proposals, waiting, sheet }
    });
    Ok(BenchSheet {
        lines: lines.collect(),
        id: head.id.into(),
        stage: stage(&head.stage),
        number: head.number,
        order_number: head.order_number,
        customer: head.customer,
        site,
    })
}
