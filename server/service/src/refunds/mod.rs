//! Refunds' transactions: proposing under the order's lock, deciding, paying. How much and who may say yes is `domain::refunds`.
//!
//! A proposal holds pending transfers; approval posts them; the payer pays under a key that follows from the refund.

mod pay;
mod read;
pub(crate) mod sql;
mod sql_read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::ids::{InspectionId, OrderId, OrderLineId, OwnerId, PersonId, RefundId, ReturnId};
use domain::ledger::{OWED_TO_OWNERS, PAYMENT_CLEARING, REFUNDS_PAYABLE, RETURN_FEES, SALES_RETURNS, SALES_TAX, STORE_CREDIT};
use domain::money::Money;
use domain::numbers::Series;
use domain::people::Permission;
use domain::reasons::Process;
use domain::refunds::amount::{self, SoldLine, Totals, Units};
use domain::refunds::approval::{self, History};
use domain::refunds::{
    ApproveRefund, ApproveRefunds, DeclineRefund, ProposeRefund, Proposed, RefundKind, RefundRefusal, RefundStatus, RetryRefund,
};
use domain::refusal::Refusal;
use domain::returns::{Grade, Reason};
use iso_currency::Currency;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::ledger::{self, Posting};
use crate::{Act, Failure, Result, Tx, exceptions, orders, owners, reasons, returns};
use sql::{Decided, NewRefundLines, NewRefunds, PaidRow, SoldRow};

pub use pay::{BeginPayment, Due, EndPayment, Paying, RecordPaid};
pub(crate) use read::{of_return, sold_lines};

/// One refund to be proposed, for units of one return.
#[derive(Debug, Clone)]
pub(crate) struct Proposal {
    pub order: OrderId,
    pub return_id: ReturnId,
    pub kind: RefundKind,
    pub units: Vec<Units>,
    /// Kept back once a return, when the customer bears the way back.
    pub postage: Decimal,
    pub stopped_at_bench: bool,
    pub by_hand: bool,
}

/// Proposes refunds, each as far as the order was paid. `None` where nothing is left to give. The orders are locked by the caller.
pub(crate) async fn propose(tx: &mut Tx, limit: Decimal, proposals: &[Proposal]) -> Result<Vec<Option<Proposed>>> {
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
    let mut books = Books::load(tx, proposals).await?;
    let clients = owners::of_orders(tx, &proposals.iter().map(|proposal| proposal.order.0).collect::<Vec<_>>()).await?;
    let mut numbers = tx.numbers(Series::Refund, proposals.len()).await?.into_iter();
    let (mut new, mut lines) = (NewRefunds::default(), NewRefundLines::default());
    let (mut postings, mut receipts, mut made) = (Vec::new(), Vec::new(), Vec::new());
    for proposal in proposals {
        let by_channel = books.paid.get(&proposal.order.0).is_some_and(|paid| paid.by_channel);
        let Some((parts, totals, history)) = books.compute(proposal)? else {
            made.push(None);
            continue;
        };
        let (id, number) = (RefundId::mint(), numbers.next().unwrap_or_default());
        let needs = approval::required(totals.payable, limit, history, proposal.stopped_at_bench, proposal.by_hand);
        let status = if needs.is_empty() { agreed(proposal.kind, by_channel) } else { RefundStatus::Proposed };
        new.push(id, &number, proposal, totals.payable, status);
        for part in &parts {
            lines.push(id, part);
        }
        postings.extend(proposed_postings((id, Sold::on(&clients, proposal.order)), totals, !needs.is_empty()));
        if status == RefundStatus::Paid {
            postings.push(paid_posting(id.0, proposal.kind, totals.payable.amount));
        }
        let inputs = json!({ "limit": limit, "on_order": history.on_order, "to_customer_in_a_day": history.to_customer_in_a_day,
                             "amount": totals.payable });
        receipts.push(Decision::new("approval", id, "refund threshold", inputs, &needs));
        let said = json!({ "number": number, "amount": totals.payable.amount, "status": status });
        tx.announce("refund.proposed", id, None, said);
        if status == RefundStatus::Paid {
            tx.announce("refund.paid", id, None, json!({ "number": number }));
        }
        made.push(Some(Proposed { id, number, amount: totals.payable, status, needs }));
    }
    if !new.ids.is_empty() {
        sql::insert_refunds(tx.conn(), org, by, at, &new).await?;
        sql::insert_refund_lines(tx.conn(), org, &lines).await?;
        ledger::post(tx, &postings).await?;
        decisions::keep(tx, &receipts).await?;
    }
    Ok(made)
}

/// A refund everyone agrees to: store credit is given at once, and what a channel captured it gives back itself; the rest is
/// paid by the payer.
const fn agreed(kind: RefundKind, by_channel: bool) -> RefundStatus {
    match kind {
        RefundKind::Refund if !by_channel => RefundStatus::Approved,
        RefundKind::Refund | RefundKind::Credit => RefundStatus::Paid,
    }
}

/// Money that went out, or is owed as store credit.
fn paid_posting(id: Uuid, kind: RefundKind, amount: Decimal) -> Posting {
    let from = match kind {
        RefundKind::Refund => PAYMENT_CLEARING,
        RefundKind::Credit => STORE_CREDIT,
    };
    Posting::posted(REFUNDS_PAYABLE, from, amount, "refund", id)
}

/// Out of which accounts money goes back: those that earned it. What was sold for a client was owed to them, and so are the fees.
#[derive(Clone, Copy)]
struct Sold {
    returns: &'static str,
    tax: &'static str,
    fees: &'static str,
}

impl Sold {
    fn on(clients: &HashMap<Uuid, OwnerId>, order: OrderId) -> Self {
        if clients.contains_key(&order.0) {
            Self { returns: OWED_TO_OWNERS, tax: OWED_TO_OWNERS, fees: OWED_TO_OWNERS }
        } else {
            Self { returns: SALES_RETURNS, tax: SALES_TAX, fees: RETURN_FEES }
        }
    }
}

/// Revenue and tax come back out of sales; what fees keep is the seller's.
fn proposed_postings((id, sold): (RefundId, Sold), totals: Totals, pending: bool) -> [Posting; 3] {
    let posting = |debit, credit, amount| Posting { pending, ..Posting::posted(debit, credit, amount, "refund", id.0) };
    [
        posting(sold.returns, REFUNDS_PAYABLE, totals.net.amount),
        posting(sold.tax, REFUNDS_PAYABLE, totals.tax.amount),
        posting(REFUNDS_PAYABLE, sold.fees, totals.fees.amount),
    ]
}

/// What was posted at approval, the other way round.
fn reversed_postings((id, sold): (Uuid, Sold), kept: &sql::Sums) -> [Posting; 3] {
    [
        Posting::posted(REFUNDS_PAYABLE, sold.returns, kept.amount - kept.tax, "refund", id),
        Posting::posted(REFUNDS_PAYABLE, sold.tax, kept.tax, "refund", id),
        Posting::posted(sold.fees, REFUNDS_PAYABLE, kept.fee, "refund", id),
    ]
}

/// What was sold, paid and given back on the orders at hand; kept up as proposals are computed one after another.
struct Books {
    lines: HashMap<Uuid, Vec<SoldLine>>,
    paid: HashMap<Uuid, PaidRow>,
    /// Returns that bore their postage already.
    postage_kept: BTreeSet<Uuid>,
}

impl Books {
    async fn load(tx: &mut Tx, proposals: &[Proposal]) -> Result<Self> {
        let (org, at) = (tx.org().0, tx.at);
        let orders: BTreeSet<Uuid> = proposals.iter().map(|proposal| proposal.order.0).collect();
        let orders: Vec<Uuid> = orders.into_iter().collect();
        let returns: Vec<Uuid> = proposals.iter().map(|proposal| proposal.return_id.0).collect();
        let ids: BTreeSet<Uuid> = proposals.iter().flat_map(|p| p.units.iter().map(|units| units.line.0)).collect();
        let paid: HashMap<Uuid, PaidRow> =
            sql::paid(tx.conn(), org, &orders, at).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut lines: HashMap<Uuid, Vec<SoldLine>> = HashMap::new();
        for row in sql::sold_lines(tx.conn(), org, &ids.into_iter().collect::<Vec<_>>()).await? {
            let currency = paid.get(&row.order_id).map_or(Currency::GBP, |paid| currency(&paid.currency));
            lines.entry(row.order_id).or_default().push(sold(&row, currency));
        }
        let postage_kept = sql::refunded_returns(tx.conn(), org, &returns).await?.into_iter().collect();
        Ok(Self { lines, paid, postage_kept })
    }

    fn compute(&mut self, proposal: &Proposal) -> Result<Option<(Vec<amount::Part>, Totals, History)>> {
        let paid = self.paid.get_mut(&proposal.order.0).ok_or_else(|| Refusal::not_found("order"))?;
        let currency = currency(&paid.currency);
        let money = |amount| Money { amount, currency };
        let lines = self.lines.entry(proposal.order.0).or_default();
        let first = !self.postage_kept.contains(&proposal.return_id.0);
        let postage = money(if first { proposal.postage } else { Decimal::ZERO });
        let left = money(paid.captured - paid.given_back);
        let parts = amount::compute(lines, &proposal.units, left, postage)?;
        let totals = amount::totals(&parts, currency)?;
        if !totals.payable.is_positive() {
            return Ok(None);
        }
        let history = History { on_order: money(paid.refunded), to_customer_in_a_day: money(paid.to_customer_in_a_day) };
        let given: Decimal = parts.iter().map(|part| part.amount.amount).sum();
        let (payable, email) = (totals.payable.amount, paid.email.clone());
        paid.given_back += given;
        paid.refunded += payable;
        self.postage_kept.insert(proposal.return_id.0);
        let same = self.paid.values_mut().filter(|other| !email.is_empty() && other.email == email);
        same.for_each(|other| other.to_customer_in_a_day += payable);
        Ok(Some((parts, totals, history)))
    }
}

fn sold(row: &SoldRow, currency: Currency) -> SoldLine {
    let money = |amount| Money { amount, currency };
    SoldLine {
        line: OrderLineId(row.id),
        quantity: row.quantity,
        gross: money(row.gross),
        tax: money(row.tax),
        refunded_units: row.refunded_units,
        refunded_amount: money(row.refunded_amount),
        refunded_tax: money(row.refunded_tax),
    }
}

/// A stored currency; the database knows no other than ISO 4217's.
pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap_or(Currency::XXX)
}

impl NewRefunds {
    fn push(&mut self, id: RefundId, number: &str, proposal: &Proposal, payable: Money, status: RefundStatus) {
        self.ids.push(id.0);
        self.numbers.push(number.to_owned());
        self.orders.push(proposal.order.0);
        self.returns.push(proposal.return_id.0);
        self.kinds.push(proposal.kind.code().to_owned());
        self.amounts.push(payable.amount);
        self.currencies.push(payable.currency.code().to_owned());
        self.statuses.push(status.code().to_owned());
        self.needs.push(status == RefundStatus::Proposed);
    }
}

impl NewRefundLines {
    fn push(&mut self, refund: RefundId, part: &amount::Part) {
        self.refunds.push(refund.0);
        self.inspections.push(part.inspection.0);
        self.lines.push(part.line.0);
        self.quantities.push(part.quantity);
        self.amounts.push(part.amount.amount);
        self.taxes.push(part.tax.amount);
        self.fees.push(part.fee.amount);
    }
}

impl Act for ProposeRefund {
    const KIND: &'static str = "refunds.propose";
    const NEEDS: Permission = Permission::RefundsPropose;
    type Outcome = Proposed;

    async fn act(&self, tx: &mut Tx) -> Result<Proposed> {
        if self.units.is_empty() {
            return Err(RefundRefusal::NothingAsked.into());
        }
        let org = tx.org().0;
        let order = returns::order_of(tx, self.id).await?;
        orders::lock_all(tx, &[order.0]).await?;
        let ids: Vec<Uuid> = self.units.iter().map(|units| units.inspection.0).collect();
        let rows: HashMap<Uuid, sql::InspectedRow> =
            sql::inspected(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut asked: BTreeMap<InspectionId, i32> = BTreeMap::new();
        for units in &self.units {
            *asked.entry(units.inspection).or_default() += units.quantity.units();
        }
        let mut units = Vec::new();
        let (mut postage, mut ours) = (Decimal::ZERO, true);
        for (inspection, requested) in asked {
            let row = rows.get(&inspection.0).filter(|row| row.return_id == self.id.0);
            let row = row.ok_or_else(|| Refusal::not_found("inspection of this return"))?;
            let remaining = row.quantity - row.refunded;
            if requested > remaining {
                return Err(RefundRefusal::UnitsExceed { requested, remaining }.into());
            }
            let policy = returns::policy_by_id(tx, row.policy_id).await?;
            let reason = Reason::parse(&row.reason).unwrap_or(Reason::Unknown);
            let grade = Grade::parse(&row.grade).unwrap_or(Grade::A);
            ours &= reason.is_our_fault();
            postage = if ours { Decimal::ZERO } else { policy.postage_fee };
            let fee_percent = policy.fee_percent(grade, reason);
            units.push(Units { line: row.order_line_id.into(), inspection, quantity: requested, fee_percent });
        }
        let limit = returns::policy(tx).await?.1.refund_up_to;
        let proposal =
            Proposal { order, return_id: self.id, kind: self.kind, units, postage, stopped_at_bench: false, by_hand: true };
        let made = propose(tx, limit, &[proposal]).await?.into_iter().next().flatten().ok_or(RefundRefusal::NothingLeft)?;
        tx.audit("refund", made.id, (), json!({ "number": made.number, "amount": made.amount }));
        Ok(made)
    }
}

impl Act for ApproveRefunds {
    const KIND: &'static str = "refunds.approve_many";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = Vec<RefundStatus>;

    async fn act(&self, tx: &mut Tx) -> Result<Self::Outcome> {
        let ids: Vec<Uuid> = self.ids.iter().map(|id| id.0).collect();
        let statuses = approve(tx, &ids).await?;
        let subject = ids.first().copied().unwrap_or(tx.command.0);
        tx.audit("refund", subject, (), json!({ "approved": ids.len() }));
        Ok(statuses)
    }
}

impl Act for ApproveRefund {
    const KIND: &'static str = "refunds.approve";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = RefundStatus;

    async fn act(&self, tx: &mut Tx) -> Result<RefundStatus> {
        let status = approve(tx, &[self.id.0]).await?.into_iter().next().ok_or_else(|| Refusal::not_found("refund"))?;
        tx.audit("refund", self.id, RefundStatus::Proposed, status);
        Ok(status)
    }
}

/// GOV-2: someone other than proposer and inspector says yes; the transfers are posted; store credit is given at once.
async fn approve(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<RefundStatus>> {
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person());
    let heads = sql::lock_refunds(tx.conn(), org, ids).await?;
    if heads.len() != ids.len() {
        return Err(Refusal::not_found("refund").into());
    }
    let (mut decided, mut paid, mut statuses) = (Decided::default(), Vec::new(), Vec::new());
    for head in &heads {
        let inspectors: Vec<PersonId> = head.inspectors.iter().copied().map(Into::into).collect();
        let from = status(head)?;
        if from != RefundStatus::Proposed {
            return Err(wrong(head, from).into());
        }
        approval::check_approver(by, head.proposed_by.into(), &inspectors)?;
        let kind = RefundKind::parse(&head.kind).unwrap_or(RefundKind::Refund);
        let next = agreed(kind, head.by_channel);
        if next == RefundStatus::Paid {
            paid.push(paid_posting(head.id, kind, head.amount));
            tx.announce("refund.paid", head.id, None, json!({ "number": head.number }));
        }
        decided.push(head.id, next);
        statuses.push(next);
        tx.announce("refund.approved", head.id, None, json!({ "number": head.number, "status": next }));
    }
    sql::decide(tx.conn(), org, by.0, at, "", &decided).await?;
    ledger::settle(tx, ids, true).await?;
    ledger::post(tx, &paid).await?;
    Ok(statuses)
}

impl Act for DeclineRefund {
    const KIND: &'static str = "refunds.decline";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why = reasons::give_words(tx, Process::RefundDecline, &self.reason, self.id).await?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person());
        let head = lock(tx, self.id).await?;
        let from = status(&head)?;
        let next = from.advance(RefundStatus::Declined, &head.number)?;
        let mut decided = Decided::default();
        decided.push(head.id, next);
        sql::decide(tx.conn(), org, by.0, at, &why, &decided).await?;
        // Pending transfers are void. A failed payment was posted: what is owed goes back to sales by its reverse.
        ledger::settle(tx, &[head.id], false).await?;
        if from == RefundStatus::Failed {
            let kept = sql::sums(tx.conn(), org, head.id).await?;
            let order = OrderId(kept.order_id);
            let sold = Sold::on(&owners::of_orders(tx, &[order.0]).await?, order);
            ledger::post(tx, &reversed_postings((head.id, sold), &kept)).await?;
            exceptions::resolve(tx, "refund_failed", &[head.id], "Declined").await?;
        }
        tx.announce("refund.declined", self.id, None, json!({ "number": head.number }));
        tx.audit("refund", self.id, from, json!({ "status": next, "why": why, "code": self.reason.code }));
        Ok(())
    }
}

impl Act for RetryRefund {
    const KIND: &'static str = "refunds.retry";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        let head = lock(tx, self.id).await?;
        let from = status(&head)?;
        if from != RefundStatus::Failed {
            return Err(wrong(&head, from).into());
        }
        sql::pay_again(tx.conn(), org, head.id).await?;
        exceptions::resolve(tx, "refund_failed", &[head.id], "Tried again").await?;
        tx.announce("refund.approved", self.id, None, json!({ "number": head.number, "again": true }));
        tx.audit("refund", self.id, from, RefundStatus::Approved);
        Ok(())
    }
}

impl Decided {
    fn push(&mut self, id: Uuid, status: RefundStatus) {
        self.ids.push(id);
        self.statuses.push(status.code().to_owned());
    }
}

async fn lock(tx: &mut Tx, id: RefundId) -> Result<sql::RefundHead> {
    let org = tx.org().0;
    let head = sql::lock_refunds(tx.conn(), org, &[id.0]).await?.into_iter().next();
    Ok(head.ok_or_else(|| Refusal::not_found("refund"))?)
}

fn status(head: &sql::RefundHead) -> Result<RefundStatus> {
    RefundStatus::parse(&head.status).ok_or_else(|| Failure::from(Refusal::not_found("refund status")))
}

fn wrong(head: &sql::RefundHead, status: RefundStatus) -> RefundRefusal {
    RefundRefusal::WrongStatus { number: head.number.clone(), status: status.words().to_lowercase() }
}
