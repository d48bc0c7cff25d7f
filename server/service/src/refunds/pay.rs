//! Paying a refund: begin, ask the provider outside any transaction, end. Each half is a command, so a crash between them is
//! told by the status `paying`, and is asked for at the provider, never repeated blindly.

use domain::ids::{OrgId, RefundId};
use domain::ledger::{PAYMENT_CLEARING, REFUNDS_PAYABLE};
use domain::money::Money;
use domain::people::{Caller, Permission};
use domain::refunds::RefundStatus;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{currency, lock, sql, status};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::{Act, Db, Result, Tx};

/// What the payer has to do for a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paying {
    /// Pay it, with the refund's id as the key.
    Pay { amount: Money, payment: String },
    /// It was tried: ask the provider what became of the key, and pay only when it never arrived.
    LookUp { amount: Money, payment: String },
    /// Nothing to do.
    Settled,
}

/// What became of it at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ended {
    Paid { reference: String },
    Failed { why: String },
    Unknown,
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
    pub ended: Ended,
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
            _ => Ok(Paying::Settled),
        }
    }
}

impl Act for EndPayment {
    const KIND: &'static str = "refunds.end_payment";
    const NEEDS: Permission = Permission::RefundsApprove;
    type Outcome = RefundStatus;

    async fn act(&self, tx: &mut Tx) -> Result<RefundStatus> {
        let (org, at) = (tx.org().0, tx.at);
        let head = lock(tx, self.id).await?;
        let from = status(&head)?;
        // Two payers heard the same answer: the first one wrote it.
        if from == RefundStatus::Paid {
            return Ok(from);
        }
        let (next, reference, failure) = match &self.ended {
            Ended::Paid { reference } => (RefundStatus::Paid, reference.as_str(), ""),
            Ended::Failed { why } => (RefundStatus::Failed, "", why.as_str()),
            Ended::Unknown => (RefundStatus::Unknown, "", "No answer yet."),
        };
        let next = if next == from { next } else { from.advance(next, &head.number)? };
        sql::ended(tx.conn(), org, head.id, next.code(), reference, failure, at).await?;
        match next {
            RefundStatus::Paid => {
                ledger::post(tx, &[Posting::posted(REFUNDS_PAYABLE, PAYMENT_CLEARING, head.amount, "refund", head.id)]).await?;
                tx.announce("refund.paid", self.id, None, json!({ "number": head.number }));
            }
            RefundStatus::Failed => {
                let summary = format!("Refund {} of {} {} failed", head.number, head.amount, head.currency);
                let detail = json!({ "refund": self.id, "failure": failure });
                exceptions::raise(tx, &[Case { kind: "refund_failed", subject: head.id, site: None, summary, detail }]).await?;
                tx.announce("refund.failed", self.id, None, json!({ "number": head.number }));
            }
            _ => {}
        }
        tx.audit("refund", self.id, from, next);
        Ok(next)
    }
}

impl Db {
    /// Refunds whose money has not gone out for certain, oldest first: the payer's work.
    pub async fn refunds_to_pay(&self, org: OrgId, most: i64) -> Result<Vec<RefundId>> {
        let caller = Caller::system(org, "payer");
        let mut tx = self.read(&caller, Permission::RefundsView, None).await?;
        Ok(sql::to_pay(tx.conn(), org.0, most).await?.into_iter().map(Into::into).collect())
    }
}
