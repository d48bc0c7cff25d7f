//! Returns' transactions: asking, deciding, cancelling; receiving and inspecting stand beside. All that counts an order's units or
//! money waits for the order's lock. What is allowed is decided by `domain::returns`.

mod bins;
mod inspect;
mod policy;
mod portal;
mod read;
mod receive;
mod sql_inspections;
mod sql_policy;
mod sql_read;
mod sql_receiving;
mod sql_requests;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::ids::{OrderId, OrderLineId, ReturnId, ReturnLineId};
use domain::money::Money;
use domain::numbers::Series;
use domain::people::{Actor, PeopleRefusal, Permission};
use domain::reasons::Process;
use domain::refusal::Refusal;
use domain::returns::eligibility::LineFacts;
use domain::returns::policy::AskedFacts;
use domain::returns::{
    CancelReturn, DecideReturn, Outcome, RequestReturn, RequestReturns, Requested, ReturnRefusal, Source, Stage,
};
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::{Act, Result, Tx, orders, reasons, refunds};
use sql_requests::{LineRow, NewLines, NewRequests, OrderRow};

pub(crate) use policy::{policy, policy_by_id};
pub use portal::PortalDoor;

/// The order a return is of.
pub(crate) async fn order_of(tx: &mut Tx, id: ReturnId) -> Result<OrderId> {
    let org = tx.org().0;
    let row = sql_requests::request(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("return"))?;
    Ok(row.order_id.into())
}

/// A customer reaches the own order only, and decides nothing.
fn check_customer(tx: &Tx, order: OrderId) -> Result<()> {
    match tx.caller.who {
        Actor::Customer { order: own } if own != order => Err(Refusal::not_found("order").into()),
        _ => Ok(()),
    }
}

/// For whoever works here: a portal session opens nothing of this.
fn staff_only(tx: &Tx, permission: Permission) -> Result<()> {
    match tx.caller.who {
        Actor::Customer { .. } => Err(PeopleRefusal::NotAllowed { permission }.into()),
        _ => Ok(()),
    }
}

impl Act for RequestReturn {
    const KIND: &'static str = "returns.request";
    const NEEDS: Permission = Permission::ReturnsAuthorise;
    type Outcome = Requested;

    async fn act(&self, tx: &mut Tx) -> Result<Requested> {
        let made = request(tx, std::slice::from_ref(self)).await?.remove(0);
        tx.audit("return", made.id, (), json!({ "number": made.number, "outcome": made.outcome, "because": made.because }));
        Ok(made)
    }
}

impl Act for RequestReturns {
    const KIND: &'static str = "returns.request_many";
    const NEEDS: Permission = Permission::ReturnsAuthorise;
    type Outcome = Vec<Requested>;

    async fn act(&self, tx: &mut Tx) -> Result<Self::Outcome> {
        let made = request(tx, &self.requests).await?;
        let subject = made.first().map_or(tx.command.0, |made| made.id.0);
        tx.audit("return", subject, (), made.iter().map(|made| &made.number).collect::<Vec<_>>());
        Ok(made)
    }
}

/// Locks the orders, counts what already came back, asks the rule, keeps its answer. Nothing moves in stock: nothing has moved.
async fn request(tx: &mut Tx, requests: &[RequestReturn]) -> Result<Vec<Requested>> {
    for asked in requests {
        asked.check()?;
        check_customer(tx, asked.order)?;
        if asked.source == Source::Import && !tx.caller.may(Permission::ImportRun, None) {
            return Err(PeopleRefusal::NotAllowed { permission: Permission::ImportRun }.into());
        }
    }
    let (org, at) = (tx.org().0, tx.at);
    let ids: BTreeSet<Uuid> = requests.iter().map(|asked| asked.order.0).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let (version, policy) = policy(tx).await?;
    orders::lock_all(tx, &ids).await?;
    let mut orders: HashMap<Uuid, OrderRow> =
        sql_requests::orders(tx.conn(), org, &ids, at).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut lines: HashMap<Uuid, LineRow> =
        sql_requests::lines(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    let numbers = tx.numbers(Series::Return, requests.len()).await?;
    let (mut new, mut new_lines) = (NewRequests::default(), NewLines::default());
    let (mut made, mut receipts) = (Vec::new(), Vec::new());
    for (asked, number) in requests.iter().zip(numbers) {
        let order = orders.get_mut(&asked.order.0).ok_or_else(|| Refusal::not_found("order"))?;
        order.requests_in_a_year += 1;
        let facts = facts(asked, &lines, order)?;
        let count = i32::try_from(order.requests_in_a_year).unwrap_or(i32::MAX);
        let decision = policy.decide(&facts, count, source(tx, asked.source), at);
        let id = ReturnId::mint();
        new.push(id, &number, asked, source(tx, asked.source), decision.outcome);
        let line_ids: Vec<ReturnLineId> = asked.lines.iter().map(|_| ReturnLineId::mint()).collect();
        for (line, line_id) in asked.lines.iter().zip(&line_ids) {
            new_lines.push(*line_id, id, line);
            if decision.outcome != Outcome::Denied
                && let Some(row) = lines.get_mut(&line.line.0)
            {
                row.requested += line.quantity.units();
            }
        }
        let inputs = json!({ "lines": facts, "requests_in_a_year": count, "source": asked.source });
        receipts.push(Decision::new("return_policy", id, &format!("policy v{}", version.version), inputs, &decision));
        let said = json!({ "number": number, "outcome": decision.outcome });
        tx.announce("return.requested", id, None, said);
        made.push(Requested { id, number, outcome: decision.outcome, because: decision.because, lines: line_ids });
    }
    sql_requests::insert_requests(tx.conn(), org, at, version.id, &new).await?;
    sql_requests::insert_lines(tx.conn(), org, &new_lines).await?;
    decisions::keep(tx, &receipts).await?;
    Ok(made)
}

/// A customer is the portal, whatever the request says.
fn source(tx: &Tx, said: Source) -> Source {
    if matches!(tx.caller.who, Actor::Customer { .. }) { Source::Portal } else { said }
}

/// What the rule must know of each line; refused when the units are not there to ask for. The same line twice is summed first.
fn facts(asked: &RequestReturn, lines: &HashMap<Uuid, LineRow>, order: &OrderRow) -> Result<Vec<AskedFacts>> {
    let mut units: BTreeMap<OrderLineId, i32> = BTreeMap::new();
    for line in &asked.lines {
        *units.entry(line.line).or_default() += line.quantity.units();
    }
    for (line, units) in units {
        let row = lines.get(&line.0).filter(|row| row.order_id == asked.order.0);
        row.ok_or_else(|| Refusal::not_found("line on this order"))?.facts().check_units(units)?;
    }
    let currency = refunds::currency(&order.currency);
    let facts = asked.lines.iter().map(|line| {
        let row = &lines[&line.line.0];
        let gross = Money { amount: row.gross, currency };
        // All units of a line are worth the same to the rule: the odd penny is the refund's matter.
        let value = gross.share(row.quantity, 0, line.quantity.units())?;
        Ok(AskedFacts {
            name: row.name.clone(),
            category: row.category.clone(),
            reason: line.reason,
            resolution: line.resolution,
            shipped_at: row.shipped_at.ok_or_else(|| ReturnRefusal::NotShipped { name: row.name.clone() })?,
            value,
        })
    });
    facts.collect()
}

impl LineRow {
    pub(crate) fn facts(&self) -> LineFacts {
        LineFacts {
            name: self.name.clone(),
            category: self.category.clone(),
            shipped: self.shipped,
            shipped_at: self.shipped_at,
            requested: self.requested,
        }
    }
}

impl NewRequests {
    fn push(&mut self, id: ReturnId, number: &str, asked: &RequestReturn, source: Source, outcome: Outcome) {
        self.ids.push(id.0);
        self.numbers.push(number.to_owned());
        self.orders.push(asked.order.0);
        self.sources.push(source.code().to_owned());
        self.decisions.push(outcome.code().to_owned());
        self.decided.push(outcome != Outcome::Review);
    }
}

impl NewLines {
    fn push(&mut self, id: ReturnLineId, return_id: ReturnId, line: &domain::returns::AskedLine) {
        self.ids.push(id.0);
        self.returns.push(return_id.0);
        self.lines.push(line.line.0);
        self.quantities.push(line.quantity.units());
        self.reasons.push(line.reason.code().to_owned());
        self.notes.push(line.note.trim().to_owned());
        self.resolutions.push(line.resolution.code().to_owned());
    }
}

/// The return under its order's lock.
async fn lock(tx: &mut Tx, id: ReturnId) -> Result<sql_requests::RequestRow> {
    let org = tx.org().0;
    let order = order_of(tx, id).await?;
    orders::lock_all(tx, &[order.0]).await?;
    // A statement of its own: it sees what was committed while we waited for the lock.
    let row = sql_requests::request(tx.conn(), org, id.0).await?;
    Ok(row.ok_or_else(|| Refusal::not_found("return"))?)
}

impl sql_requests::RequestRow {
    fn stage(&self) -> Stage {
        Stage::parse(&self.stage).unwrap_or(Stage::Done)
    }

    fn wrong_stage(&self) -> ReturnRefusal {
        ReturnRefusal::WrongStage { number: self.number.clone(), stage: self.stage().words().to_lowercase() }
    }
}

impl Act for DecideReturn {
    const KIND: &'static str = "returns.decide";
    const NEEDS: Permission = Permission::ReturnsAuthorise;
    type Outcome = Outcome;

    async fn act(&self, tx: &mut Tx) -> Result<Outcome> {
        staff_only(tx, Self::NEEDS)?;
        let why = self.why.trim();
        if !self.approve {
            reasons::give(tx, Process::ReturnDeny, &self.reason, why, self.id).await?;
            if why.is_empty() {
                return Err(ReturnRefusal::ReasonNeeded.into());
            }
        }
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let row = lock(tx, self.id).await?;
        if row.stage() != Stage::Review {
            return Err(row.wrong_stage().into());
        }
        let outcome = if self.approve { Outcome::Approved } else { Outcome::Denied };
        sql_requests::decide_request(tx.conn(), org, self.id.0, outcome.code(), at, by).await?;
        let chosen = json!({ "outcome": outcome, "reason": self.reason, "why": why });
        decisions::keep(tx, &[Decision::new("return_policy", self.id, "a person", (), chosen)]).await?;
        tx.announce("return.decided", self.id, None, json!({ "number": row.number, "outcome": outcome }));
        tx.audit("return", self.id, Outcome::Review, json!({ "outcome": outcome, "reason": self.reason, "why": why }));
        Ok(outcome)
    }
}

impl Act for CancelReturn {
    const KIND: &'static str = "returns.cancel";
    const NEEDS: Permission = Permission::ReturnsAuthorise;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at) = (tx.org().0, tx.at);
        let row = lock(tx, self.id).await?;
        check_customer(tx, row.order_id.into())?;
        if row.units_received > 0 {
            return Err(ReturnRefusal::AlreadyReceived { number: row.number }.into());
        }
        if !matches!(row.stage(), Stage::Review | Stage::Awaiting) {
            return Err(row.wrong_stage().into());
        }
        sql_requests::cancel_request(tx.conn(), org, self.id.0, at).await?;
        tx.announce("return.cancelled", self.id, None, json!({ "number": row.number }));
        tx.audit("return", self.id, row.stage(), Stage::Cancelled);
        Ok(())
    }
}
