//! How claims end: credited, replaced or dropped. What a supplier credits is money, and which account it makes up for is decided by
//! `domain::purchasing::credit`.

use std::collections::HashMap;

use domain::ids::ClaimId;
use domain::ledger::SUPPLIER_CREDITS;
use domain::people::Permission;
use domain::purchasing::{ClaimKind, Claimed, PurchasingRefusal, SettleClaim, Settled, credit};
use domain::refusal::Refusal;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{sql_claims, sql_credits};
use crate::ledger::{self, Posting};
use crate::{Act, Failure, Result, Tx};

impl Act for SettleClaim {
    const KIND: &'static str = "purchasing.settle_claim";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
        let order = sql_claims::order_of_claim(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("claim"))?;
        // As whoever matches or pays its bills.
        super::lock(tx, order.into(), Self::NEEDS).await?;
        let claim = sql_claims::claim(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("claim"))?;
        if claim.settled {
            return Err(PurchasingRefusal::ClaimSettled { number: claim.number }.into());
        }
        sql_claims::settle_claim(tx.conn(), org, self.id.0, (self.settled_as.code(), me, at)).await?;
        let credited = match self.settled_as {
            Settled::Credited => credit_claims(tx, order, Some(self.id)).await?,
            Settled::Replaced | Settled::Dropped => Decimal::ZERO,
        };
        tx.announce("purchase.claim_settled", order, Some(claim.site_id.into()), json!({ "number": claim.number }));
        let after = json!({ "settled": self.settled_as, "credited": credited });
        tx.audit("supplier_claim", self.id, json!({ "open": claim.number }), after);
        Ok(())
    }
}

/// What the supplier credits is owed by it until it is taken off a payment: of the claim that is settled now, and of shortages that were
/// settled before they were billed. Answers how much of it is new.
pub(super) async fn credit_claims(tx: &mut Tx, order: Uuid, claim: Option<ClaimId>) -> Result<Decimal> {
    let org = tx.org().0;
    let rows = sql_credits::creditable(tx.conn(), org, order, claim.unwrap_or(ClaimId::NIL).0).await?;
    if rows.is_empty() {
        return Ok(Decimal::ZERO);
    }
    sql_credits::lock_supplier(tx.conn(), org, order).await?;
    let (mut beyond, mut postings) = (HashMap::new(), Vec::new());
    for row in rows {
        let billed_beyond = beyond.entry(row.line_id).or_insert(row.billed_beyond);
        let kind = kind(&row.kind)?;
        let (units, amount, credited) = (row.quantity, row.amount, row.credited_amount);
        let credit = credit(&Claimed { kind, units, amount, credited, billed_beyond: *billed_beyond });
        if kind == ClaimKind::Shortage {
            *billed_beyond -= credit.units;
        }
        if !credit.amount.is_zero() {
            sql_credits::credited(tx.conn(), org, row.id, credit.amount).await?;
        }
        postings.push(Posting::posted(SUPPLIER_CREDITS, credit.account, credit.amount, "claim_credit", row.id));
    }
    ledger::post(tx, &postings).await?;
    Ok(postings.iter().map(|posting| posting.amount).sum())
}

/// What is claimed, by its code.
pub(super) fn kind(code: &str) -> Result<ClaimKind> {
    let unknown = || Failure::Broken(sqlx::Error::Decode(format!("{code} is no kind of claim").into()));
    ClaimKind::parse(code).ok_or_else(unknown)
}
