//! Money through a provider: what is due is claimed, the provider is asked outside any transaction, its answer is a command.
//!
//! A claim that its worker did not survive runs out, and the next worker asks what became of it before it asks again.
//! Decides nothing about orders: `orders::RecordPayments` does.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId, PaymentId};
use domain::money::Money;
use domain::orders::{Answer, RecordPayments};
use domain::people::Caller;
use futures::StreamExt;
use iso_currency::Currency;
use uuid::Uuid;

use crate::{Db, Result, orders};

/// Payments one round takes on.
const ROUND: i64 = 32;
/// Asked of the provider at once.
const AT_ONCE: usize = 8;

/// A payment provider. Keys are ours: the same key never moves money twice.
pub trait Provider: Send + Sync {
    /// Capture a shop's authorisation.
    fn capture(&self, key: Uuid, authorisation: &str, amount: Money) -> impl Future<Output = Answer> + Send;

    /// What became of a capture of just this amount; none = it never happened.
    fn captured(&self, authorisation: &str, amount: Money) -> impl Future<Output = Option<Answer>> + Send;

    /// Return money of a capture (`reference` is the provider's).
    fn refund(&self, key: Uuid, reference: &str, amount: Money) -> impl Future<Output = Answer> + Send;

    /// What became of a refund under this key; none = it never happened.
    fn refunded(&self, key: Uuid, reference: &str) -> impl Future<Output = Option<Answer>> + Send;
}

/// Ask to refund under a key that may have been asked before: first what became of it, then, if nothing did, again.
pub async fn refund_once<P: Provider>(provider: &P, tried: bool, key: Uuid, reference: &str, amount: Money) -> Answer {
    if tried && let Some(answer) = provider.refunded(key, reference).await {
        return answer;
    }
    provider.refund(key, reference, amount).await
}

async fn capture_once<P: Provider>(provider: &P, tried: bool, key: Uuid, authorisation: &str, amount: Money) -> Answer {
    if tried && let Some(answer) = provider.captured(authorisation, amount).await {
        return answer;
    }
    provider.capture(key, authorisation, amount).await
}

/// The key of a request's `no`th try: another one only after the provider refused for certain, for it keeps its answers.
pub(crate) fn key(id: Uuid, no: i32) -> Uuid {
    if no == 0 { id } else { Uuid::new_v5(&id, format!("try {no}").as_bytes()) }
}

/// A payment's way back has keys of its own: a provider takes one key for one request only.
fn money_back_key(payment: Uuid, no: i32) -> Uuid {
    key(Uuid::new_v5(&payment, b"money back"), no)
}

impl Db {
    /// One round for one org: claims what is due, asks the provider, records the answers. Answers how many were asked.
    pub async fn settle_payments<P: Provider>(&self, org: OrgId, provider: &P, now: DateTime<Utc>) -> Result<usize> {
        let due = {
            let mut tx = self.tx(org).await?;
            let due = orders::claim_payments(&mut tx, org.0, ROUND).await?;
            tx.commit().await?;
            due
        };
        let caller = Caller::system(org, "payments");
        let asked = due.len();
        let answers = futures::stream::iter(due).map(async |row| {
            let currency = Currency::from_code(&row.currency).unwrap_or(Currency::XXX);
            let amount = Money { amount: row.amount, currency };
            let tried = row.attempts > 1;
            let answer = if row.status == "voiding" {
                refund_once(provider, tried, money_back_key(row.id, row.key_no), &row.provider_ref, amount).await
            } else if row.order_cancelled {
                // Only found out about: nobody wants it captured any more.
                let never = || Answer::Failed { words: "the order was cancelled before".to_owned() };
                provider.captured(&row.authorisation, amount).await.unwrap_or_else(never)
            } else {
                capture_once(provider, tried, key(row.id, row.key_no), &row.authorisation, amount).await
            };
            (PaymentId(row.id), answer)
        });
        let mut answers = answers.buffer_unordered(AT_ONCE);
        while let Some(answer) = answers.next().await {
            // Each answer is recorded as it comes: a slow one keeps nobody waiting.
            let record = RecordPayments { answers: vec![answer] };
            if let Err(failure) = self.run(&caller, CommandId::mint(), now, &record).await {
                tracing::warn!(?record, %failure, "a payment's answer was not written; it is asked for again");
            }
        }
        Ok(asked)
    }
}
