//! Paying a refund: what is due is claimed; begin, ask the provider outside any transaction, end. Each half is a command, so a
//! crash between them is told by the status `paying`, and is asked for at the provider, never repeated blindly. An outcome that is
//! still unknown is no news: nothing is written.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId, RefundId};
use domain::ledger::{PAYMENT_CLEARING, REFUNDS_PAYABLE};
use domain::money::Money;
use domain::orders::Answer;
use domain::people::{Caller, Permission};
use domain::refunds::RefundStatus;
use domain::refusal::Refusal;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{currency, lock, sql, status};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::payments::{self, Provider, refund_once};
use crate::{Act, Db, Failure, Result, Tx};

/// What the payer has to do for a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paying {
    /// Pay it.
    Pay(Due),
    /// It was tried: ask the provider what became of the key, and pay only when it never arrived.
    LookUp(Due),
    /// Nothing to do.
    Settled(RefundStatus),
}

/// What the provider is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Follows from the refund: another one only after the provider refused for certain.
    pub key: Uuid,
    pub amount: Money,
    /// The provider's reference of what it captured.
    pub payment: String,
}

/// Before the provider is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginPayment {
    pub id: RefundId,
}

/// After it answered, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndPayment {
    pub id: RefundId,
    pub answer: Answer,
}

impl Act for BeginPayment {
    const KIND: &'static str = "refunds.begin_payment";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = Paying;

    async fn act(&self, tx: &mut Tx) -> Result<Paying> {
        let org = tx.org().0;
        let head = lock(tx, self.id).await?;
        let from = status(&head)?;
        if from != RefundStatus::Approved {
            let due = sql::due(tx.conn(), org, head.id).await?.ok_or_else(|| Refusal::not_found("refund"))?;
            return Ok(due.tried(from));
        }
        sql::set_status(tx.conn(), org, head.id, RefundStatus::Paying.code()).await?;
        tx.audit("refund", self.id, from, RefundStatus::Paying);
        let due = sql::due(tx.conn(), org, head.id).await?.ok_or_else(|| Refusal::not_found("refund"))?;
        Ok(Paying::Pay(due.asked()))
    }
}

impl sql::DueRow {
    fn asked(self) -> Due {
        let amount = Money { amount: self.amount, currency: currency(&self.currency) };
        Due { key: payments::key(self.id, self.key_no), amount, payment: self.payment.unwrap_or_default() }
    }

    /// What is left to do for a refund that somebody began before.
    fn tried(self, status: RefundStatus) -> Paying {
        match status {
            RefundStatus::Paying | RefundStatus::Unknown => Paying::LookUp(self.asked()),
            settled => Paying::Settled(settled),
        }
    }
}

/// Refunds that were paid elsewhere, long ago: history, as import, demo and replay tell it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPaid {
    /// Each with whoever paid it's own reference.
    pub paid: Vec<(RefundId, String)>,
}

impl Act for RecordPaid {
    const KIND: &'static str = "refunds.record_paid";
    const NEEDS: Permission = Permission::ImportRun;
    /// How many.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        let done = |reference: &String| Answer::Done { reference: reference.clone() };
        let answers: Vec<(RefundId, Answer)> = self.paid.iter().map(|(id, reference)| (*id, done(reference))).collect();
        end(tx, &answers).await?;
        let subject = self.paid.first().map_or(org, |(id, _)| id.0);
        tx.audit("refund", subject, (), json!({ "paid": self.paid.len() }));
        Ok(i32::try_from(self.paid.len()).unwrap_or(i32::MAX))
    }
}

impl Act for EndPayment {
    const KIND: &'static str = "refunds.end_payment";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = RefundStatus;

    async fn act(&self, tx: &mut Tx) -> Result<RefundStatus> {
        let ways = end(tx, &[(self.id, self.answer.clone())]).await?;
        let (from, next) = ways.first().copied().ok_or_else(|| Refusal::not_found("refund"))?;
        tx.audit("refund", self.id, from, next);
        Ok(next)
    }
}

/// Writes what the provider said; answers each one's status before and after.
async fn end(tx: &mut Tx, answers: &[(RefundId, Answer)]) -> Result<Vec<(RefundStatus, RefundStatus)>> {
    let (org, at) = (tx.org().0, tx.at);
    let ids: Vec<Uuid> = answers.iter().map(|(id, _)| id.0).collect();
    let mut heads: BTreeMap<Uuid, _> =
        sql::lock_refunds(tx.conn(), org, &ids).await?.into_iter().map(|head| (head.id, head)).collect();
    let (mut ended, mut postings, mut cases, mut ways) = (sql::Ended::default(), Vec::new(), Vec::new(), Vec::new());
    for (id, answer) in answers {
        // Taken out: nobody is paid twice in one go.
        let head = heads.remove(&id.0).ok_or_else(|| Refusal::not_found("refund"))?;
        let from = status(&head)?;
        // Two payers heard the same answer: the first one wrote it.
        if from == RefundStatus::Paid {
            ways.push((from, from));
            continue;
        }
        let (next, reference, failure) = match answer {
            Answer::Done { reference } => (RefundStatus::Paid, reference.as_str(), ""),
            Answer::Failed { words } => (RefundStatus::Failed, "", words.as_str()),
            Answer::Unknown => (RefundStatus::Unknown, "", "No answer yet."),
        };
        let next = if next == from { next } else { from.advance(next, &head.number)? };
        ended.push(head.id, next, reference, failure);
        match next {
            RefundStatus::Paid => {
                postings.push(Posting::posted(REFUNDS_PAYABLE, PAYMENT_CLEARING, head.amount, "refund", head.id));
                tx.announce("refund.paid", head.id, None, json!({ "number": head.number }));
            }
            RefundStatus::Failed => {
                let summary = format!("Refund {} of {} {} failed", head.number, head.amount, head.currency);
                let detail = json!({ "refund": head.id, "order": head.order_id, "failure": failure });
                cases.push(Case { kind: "refund_failed", subject: head.id, site: None, summary, detail });
                tx.announce("refund.failed", head.id, None, json!({ "number": head.number }));
            }
            _ => {}
        }
        ways.push((from, next));
    }
    sql::ended(tx.conn(), org, &ended, at).await?;
    ledger::post(tx, &postings).await?;
    exceptions::raise(tx, &cases).await?;
    Ok(ways)
}

impl sql::Ended {
    fn push(&mut self, id: Uuid, status: RefundStatus, reference: &str, failure: &str) {
        self.ids.push(id);
        self.statuses.push(status.code().to_owned());
        self.references.push(reference.to_owned());
        self.failures.push(failure.to_owned());
    }
}

/// Refunds one round takes on.
const ROUND: i64 = 32;
/// Asked of the provider at once.
const AT_ONCE: usize = 8;

impl Db {
    /// One round for one org: claims what is approved or unknown, pays it or asks about it. Answers how many were asked.
    pub async fn settle_refunds<P: Provider>(&self, org: OrgId, provider: &P, now: DateTime<Utc>) -> Result<usize> {
        let due = {
            let mut tx = self.tx(org).await?;
            let due = sql::claim(&mut tx, org.0, ROUND).await?;
            tx.commit().await?;
            due
        };
        let asked = due.len();
        let paid = futures::stream::iter(due).map(async |id| (id, self.pay_refund(org, RefundId(id), provider, now).await));
        let mut paid = paid.buffer_unordered(AT_ONCE);
        while let Some((refund, paid)) = paid.next().await {
            if let Err(failure) = paid {
                // One that cannot be paid keeps nobody waiting: its claim runs out.
                tracing::warn!(%refund, %failure, "a refund was not settled; it is tried again");
            }
        }
        Ok(asked)
    }

    /// Pays one refund, or finds out what became of it. Safe to run again, and by two at once: the key follows from the refund.
    pub async fn pay_refund<P: Provider>(
        &self,
        org: OrgId,
        id: RefundId,
        provider: &P,
        now: DateTime<Utc>,
    ) -> Result<RefundStatus> {
        let caller = Caller::system(org, "payer");
        let (from, begun) = self.begun(org, id).await?;
        let begun = match from {
            RefundStatus::Approved => self.run(&caller, CommandId::mint(), now, &BeginPayment { id }).await?,
            _ => begun,
        };
        let (tried, due) = match begun {
            Paying::Pay(due) => (false, due),
            Paying::LookUp(due) => (true, due),
            Paying::Settled(status) => return Ok(status),
        };
        let answer = refund_once(provider, tried, due.key, &due.payment, due.amount).await;
        if answer == Answer::Unknown && from == RefundStatus::Unknown {
            return Ok(from);
        }
        self.run(&caller, CommandId::mint(), now, &EndPayment { id, answer }).await
    }

    /// How far a refund is, and what is left to do if it was begun.
    async fn begun(&self, org: OrgId, id: RefundId) -> Result<(RefundStatus, Paying)> {
        let mut tx = self.tx(org).await?;
        let row = sql::due(&mut tx, org.0, id.0).await?.ok_or_else(|| Refusal::not_found("refund"))?;
        let from = RefundStatus::parse(&row.status).ok_or_else(|| Failure::from(Refusal::not_found("refund status")))?;
        Ok((from, row.tried(from)))
    }
}
