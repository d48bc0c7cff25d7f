//! What an order's money does after it was placed: the provider's answers, money of cancelled orders, another try.
//!
//! Orders are locked before their payments, as whoever cancels them does. Asking the provider is `crate::payments`' work.

use std::collections::HashMap;

use domain::ids::{OrderId, PaymentId};
use domain::ledger::{CONTRACT_LIABILITY, PAYMENT_CLEARING, REFUNDS_PAYABLE};
use domain::orders::{Answer, NewPayment, OrderRefusal, RecordPayments, RetryPayment};
use domain::people::Permission;
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use super::sql_payments::{NewPayments, PaymentRow};
use super::{case, lock, release, sql_payments};
use crate::ledger::{self, Posting};
use crate::{Act, Result, Tx, exceptions};

/// What becomes of a cancelled order's payment.
pub(super) async fn cancelled(tx: &mut Tx, payment: &PaymentRow) -> Result<()> {
    let org = tx.org().0;
    match payment.status.as_str() {
        "captured" => give_money_back(tx, payment).await,
        // Some worker may be asking for it at this moment: what the provider says decides, when it is heard.
        "pending" if payment.attempts > 0 => {
            sql_payments::set_payment(tx.conn(), org, payment.id, "unknown", None, "the order was cancelled meanwhile", None)
                .await
        }
        "pending" | "failed" => sql_payments::set_payment(tx.conn(), org, payment.id, "voided", None, "", None).await,
        // Unknown: when the provider answers, `RecordPayments` sees the order cancelled and returns the money.
        _ => Ok(()),
    }
}

/// Captured money that is not wanted is owed back from now on; a worker returns it. What a channel captured it returns itself.
async fn give_money_back(tx: &mut Tx, payment: &PaymentRow) -> Result<()> {
    let org = tx.org().0;
    let mut postings = vec![Posting::posted(CONTRACT_LIABILITY, REFUNDS_PAYABLE, payment.amount, "cancel", payment.id)];
    let ours = payment.provider != "channel" && !payment.amount.is_zero();
    if ours {
        sql_payments::set_payment(tx.conn(), org, payment.id, "voiding", None, "", None).await?;
    } else {
        sql_payments::set_payment(tx.conn(), org, payment.id, "voided", None, "", None).await?;
        postings.push(returned(payment));
        tx.announce("payment.returned", payment.order_id, None, json!({ "number": payment.order_number }));
    }
    ledger::post(tx, &postings).await
}

fn returned(payment: &PaymentRow) -> Posting {
    Posting::posted(REFUNDS_PAYABLE, PAYMENT_CLEARING, payment.amount, "cancel", payment.id)
}

impl Act for RecordPayments {
    const KIND: &'static str = "orders.record_payments";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        let ids: Vec<Uuid> = self.answers.iter().map(|(id, _)| id.0).collect();
        sql_payments::lock_orders_of(tx.conn(), org, &ids).await?;
        let mut rows: HashMap<Uuid, PaymentRow> =
            sql_payments::lock_payments(tx.conn(), org, &ids, &[]).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut paid = Vec::new();
        for (id, answer) in &self.answers {
            let row = rows.remove(&id.0).ok_or_else(|| Refusal::not_found("payment"))?;
            if hear(tx, &row, answer).await? {
                paid.push(OrderId(row.order_id));
            }
        }
        release(tx, &paid).await?;
        tx.audit("payment", ids.first().copied().unwrap_or(org), (), &self.answers);
        Ok(())
    }
}

/// Writes down one answer; is the order paid by it?
async fn hear(tx: &mut Tx, row: &PaymentRow, answer: &Answer) -> Result<bool> {
    let (org, at, order) = (tx.org().0, tx.at, OrderId(row.order_id));
    match (row.status.as_str(), answer) {
        // Taken is taken, whatever was thought of it meanwhile; what nobody wants any more goes back.
        ("pending" | "unknown" | "failed" | "voided", Answer::Done { reference }) if row.captured_at.is_none() => {
            let wanted = row.status != "voided" && !row.order_cancelled;
            sql_payments::set_payment(tx.conn(), org, row.id, "captured", Some(reference), "", Some(at)).await?;
            ledger::post(tx, &[Posting::posted(PAYMENT_CLEARING, CONTRACT_LIABILITY, row.amount, "payment", row.id)]).await?;
            tx.announce("payment.captured", order, None, json!({ "number": row.order_number }));
            if wanted {
                exceptions::resolve(tx, "payment", &[order.0], "captured").await?;
            } else {
                give_money_back(tx, row).await?;
            }
            return Ok(wanted);
        }
        ("pending" | "unknown", Answer::Failed { .. }) if row.order_cancelled => {
            sql_payments::set_payment(tx.conn(), org, row.id, "voided", None, "", None).await?;
        }
        ("pending" | "unknown", Answer::Failed { words }) => {
            sql_payments::set_payment(tx.conn(), org, row.id, "failed", None, words, None).await?;
            tx.announce("payment.failed", order, None, json!({ "number": row.order_number, "words": words }));
            exceptions::raise(tx, &[case("payment", order, format!("{}: {words}", row.order_number))]).await?;
        }
        ("pending" | "unknown", Answer::Unknown) => {
            sql_payments::set_payment(tx.conn(), org, row.id, "unknown", None, "the provider did not answer", None).await?;
        }
        // A late answer about the capture says nothing about the way back: that has a reference of its own.
        ("voiding", Answer::Done { reference }) if *reference != row.provider_ref => {
            sql_payments::set_payment(tx.conn(), org, row.id, "voided", None, "", None).await?;
            ledger::post(tx, &[returned(row)]).await?;
            tx.announce("payment.returned", order, None, json!({ "number": row.order_number }));
        }
        ("voiding", Answer::Failed { words }) => {
            // The provider keeps this answer under its key: the next try needs another.
            sql_payments::renew_key(tx.conn(), org, row.id).await?;
            let words = format!("{}: money back failed: {words}", row.order_number);
            exceptions::raise(tx, &[case("payment", order, words)]).await?;
        }
        // Answered before, or still no answer: nothing changes.
        _ => {}
    }
    Ok(false)
}

impl Act for RetryPayment {
    const KIND: &'static str = "orders.retry_payment";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = PaymentId;

    async fn act(&self, tx: &mut Tx) -> Result<PaymentId> {
        self.check()?;
        let (org, order) = (tx.org().0, self.order);
        let head = lock(tx, order).await?;
        let payments = sql_payments::lock_payments(tx.conn(), org, &[], &[order.0]).await?;
        let failed = payments.into_iter().find(|payment| payment.status == "failed");
        let failed = failed.ok_or_else(|| OrderRefusal::NothingFailed { number: head.number.clone() })?;
        let payment = match &self.payment {
            None => {
                sql_payments::ask_again(tx.conn(), org, failed.id).await?;
                PaymentId(failed.id)
            }
            Some(instead) => replace(tx, &failed, instead).await?,
        };
        exceptions::resolve(tx, "payment", &[order.0], "tried again").await?;
        release(tx, &[order]).await?;
        tx.announce("payment.retried", order, None, json!({ "number": head.number, "payment": payment }));
        tx.audit("payment", payment, json!({ "failed": failed.id }), json!({ "again": payment }));
        Ok(payment)
    }
}

/// Another payment of the same amount takes the place of one that failed.
async fn replace(tx: &mut Tx, failed: &PaymentRow, instead: &NewPayment) -> Result<PaymentId> {
    let (org, at, id) = (tx.org().0, tx.at, PaymentId::mint());
    sql_payments::set_payment(tx.conn(), org, failed.id, "voided", None, "another payment took its place", None).await?;
    let mut new = NewPayments::default();
    let captured = new.push(id, OrderId(failed.order_id), instead, failed.amount);
    sql_payments::insert_payments(tx.conn(), org, &failed.currency, at, &new).await?;
    if captured {
        ledger::post(tx, &[Posting::posted(PAYMENT_CLEARING, CONTRACT_LIABILITY, failed.amount, "payment", id.0)]).await?;
        tx.announce("payment.captured", failed.order_id, None, json!({ "number": failed.order_number }));
    }
    Ok(id)
}

impl NewPayments {
    /// Adds one; is it paid already?
    pub(super) fn push(&mut self, id: PaymentId, order: OrderId, payment: &NewPayment, amount: rust_decimal::Decimal) -> bool {
        let (provider, authorisation, reference, captured) = match payment {
            NewPayment::Capture { authorisation } => ("provider", authorisation.clone(), String::new(), amount.is_zero()),
            NewPayment::Paid { reference } => ("channel", String::new(), reference.clone(), true),
        };
        self.ids.push(id.0);
        self.orders.push(order.0);
        self.providers.push(provider.to_owned());
        self.authorisations.push(authorisation);
        self.references.push(reference);
        self.amounts.push(amount);
        self.statuses.push(if captured { "captured" } else { "pending" }.to_owned());
        captured
    }
}
