//! Paying a refund: begin, ask the provider outside any transaction, end. Each half is a command, so a crash between them is
//! told by the status `paying`, and is asked for at the provider, never repeated blindly.

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId, RefundId};
use domain::ledger::{PAYMENT_CLEARING, REFUNDS_PAYABLE};
use domain::money::Money;
use domain::orders::Answer;
use domain::people::{Caller, Permission};
use domain::refunds::RefundStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{currency, lock, sql, status};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::payments::{Provider, refund_once};
use crate::{Act, Db, Result, Tx};

/// What the payer has to do for a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paying {
    /// Pay it, with the refund's id as the key.
    Pay { amount: Money, payment: String },
    /// It was tried: ask the provider what became of the key, and pay only when it never arrived.
    LookUp { amount: Money, payment: String },
    /// Nothing to do.
    Settled(RefundStatus),
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
        let amount = Money { amount: head.amount, currency: currency(&head.currency) };
        let payment = sql::captured(tx.conn(), org, head.order_id).await?.map(|(_, reference)| reference).unwrap_or_default();
        match from {
            RefundStatus::Approved => {
                sql::set_status(tx.conn(), org, head.id, RefundStatus::Paying.code()).await?;
                tx.audit("refund", self.id, from, RefundStatus::Paying);
                Ok(Paying::Pay { amount, payment })
            }
            RefundStatus::Paying | RefundStatus::Unknown => Ok(Paying::LookUp { amount, payment }),
            settled => Ok(Paying::Settled(settled)),
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
        for (id, reference) in &self.paid {
            let head = lock(tx, *id).await?;
            if status(&head)? == RefundStatus::Approved {
                sql::set_status(tx.conn(), org, head.id, RefundStatus::Paying.code()).await?;
            }
            end(tx, *id, &Answer::Done { reference: reference.clone() }).await?;
        }
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
        let (from, next) = end(tx, self.id, &self.answer).await?;
        tx.audit("refund", self.id, from, next);
        Ok(next)
    }
}

/// Writes what the provider said; answers the status before and after.
async fn end(tx: &mut Tx, id: RefundId, answer: &Answer) -> Result<(RefundStatus, RefundStatus)> {
    let (org, at) = (tx.org().0, tx.at);
    let head = lock(tx, id).await?;
    let from = status(&head)?;
    // Two payers heard the same answer: the first one wrote it.
    if from == RefundStatus::Paid {
        return Ok((from, from));
    }
    let (next, reference, failure) = match answer {
        Answer::Done { reference } => (RefundStatus::Paid, reference.as_str(), ""),
        Answer::Failed { words } => (RefundStatus::Failed, "", words.as_str()),
        Answer::Unknown => (RefundStatus::Unknown, "", "No answer yet."),
    };
    let next = if next == from { next } else { from.advance(next, &head.number)? };
    sql::ended(tx.conn(), org, head.id, next.code(), reference, failure, at).await?;
    match next {
        RefundStatus::Paid => {
            ledger::post(tx, &[Posting::posted(REFUNDS_PAYABLE, PAYMENT_CLEARING, head.amount, "refund", head.id)]).await?;
            tx.announce("refund.paid", id, None, json!({ "number": head.number }));
        }
        RefundStatus::Failed => {
            let summary = format!("Refund {} of {} {} failed", head.number, head.amount, head.currency);
            let detail = json!({ "refund": id, "failure": failure });
            exceptions::raise(tx, &[Case { kind: "refund_failed", subject: head.id, site: None, summary, detail }]).await?;
            tx.announce("refund.failed", id, None, json!({ "number": head.number }));
        }
        _ => {}
    }
    Ok((from, next))
}

/// Refunds one round takes on.
const ROUND: i64 = 32;

impl Db {
    /// One round for one org: pays what is approved, asks about what is unknown. Answers how many were asked.
    pub async fn settle_refunds<P: Provider>(&self, org: OrgId, provider: &P, now: DateTime<Utc>) -> Result<usize> {
        let due = {
            let mut tx = self.tx(org).await?;
            sql::to_pay(&mut tx, org.0, ROUND).await?
        };
        for id in &due {
            self.pay_refund(org, RefundId(*id), provider, now).await?;
        }
        Ok(due.len())
    }

    /// Pays one refund, or finds out what became of it. Safe to run again, and by two at once: the key is the refund's id.
    pub async fn pay_refund<P: Provider>(
        &self,
        org: OrgId,
        id: RefundId,
        provider: &P,
        now: DateTime<Utc>,
    ) -> Result<RefundStatus> {
        let caller = Caller::system(org, "payer");
        let begun = self.run(&caller, CommandId::mint(), now, &BeginPayment { id }).await?;
        let (tried, amount, payment) = match begun {
            Paying::Pay { amount, payment } => (false, amount, payment),
            Paying::LookUp { amount, payment } => (true, amount, payment),
            Paying::Settled(status) => return Ok(status),
        };
        let answer = refund_once(provider, tried, id.0, &payment, amount).await;
        self.run(&caller, CommandId::mint(), now, &EndPayment { id, answer }).await
    }
}
