//! Goods other than ordered: more than the tolerance takes waits for somebody's yes; what never came, came damaged or not as agreed is
//! claimed of the supplier.

use domain::ids::{ReceiptId, SkuId};
use domain::lots::Marks;
use domain::numbers::Series;
use domain::people::Permission;
use domain::purchasing::{ClaimKind, CloseLine, Condition, DecideOver, PurchasingRefusal, Standing};
use domain::reasons::{Code, Process};
use domain::refusal::Refusal;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::receive::{self, Booking, Landing};
use super::sql;
use super::sql_claims::{self, NewClaims, OverFacts};
use crate::{Act, Result, Tx, exceptions, reasons};

/// Raises claims for units that came in otherwise than they should.
pub(super) async fn raise(tx: &mut Tx, new: &mut NewClaims) -> Result<()> {
    if new.lines.is_empty() {
        return Ok(());
    }
    new.numbers = tx.numbers(Series::Claim, new.lines.len()).await?;
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
    sql_claims::insert_claims(tx.conn(), org, at, by, new).await
}

/// Claims units that were held for inspection and failed it: `of` is the order's line, the receipt's, and what one cost.
pub(crate) async fn claim_failed(
    tx: &mut Tx,
    (line, receipt_line, unit_cost): (Uuid, Uuid, Decimal),
    (kind, code): (ClaimKind, &Code),
    quantity: i32,
    note: &str,
) -> Result<()> {
    let mut claims = NewClaims::default();
    claims.push(line, Some(receipt_line), (kind, code), quantity, unit_cost, note);
    raise(tx, &mut claims).await
}

impl Act for CloseLine {
    const KIND: &'static str = "purchasing.close_line";
    const NEEDS: Permission = Permission::StockReceive;
    /// Units that are claimed.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let fault = self.fault.as_ref().filter(|code| !code.0.trim().is_empty()).ok_or(PurchasingRefusal::FaultNeeded)?;
        let (org, at) = (tx.org().0, tx.at);
        let order = sql_claims::order_of_line(tx.conn(), org, self.line.0).await?.ok_or_else(|| Refusal::not_found("line"))?;
        let order = (order, super::lock(tx, order.into(), Self::NEEDS).await?);
        let standing = order.1.standing()?;
        if !standing.open() {
            let standing = standing.words().to_lowercase();
            return Err(PurchasingRefusal::NotOpen { number: order.1.number, standing }.into());
        }
        let lines = sql::lines(tx.conn(), org, order.0).await?;
        let line = lines.iter().find(|line| line.id == self.line.0).ok_or_else(|| Refusal::not_found("line"))?;
        if line.awaited == 0 {
            return Err(PurchasingRefusal::NothingAwaited { number: order.1.number }.into());
        }
        reasons::give(tx, Process::Shortage, fault, &self.note, self.line).await?;
        sql_claims::close_line(tx.conn(), org, self.line.0, at).await?;
        let mut claims = NewClaims::default();
        claims.push(self.line.0, None, (ClaimKind::Shortage, fault), line.awaited, line.unit_cost, self.note.trim());
        raise(tx, &mut claims).await?;
        tx.announce(
            "purchase.closed_short",
            order.0,
            Some(order.1.site()),
            json!({ "number": order.1.number, "units": line.awaited }),
        );
        tx.audit("purchase", order.0, json!({ "awaited": line.awaited }), json!({ "closed_line": self.line, "fault": fault }));
        Ok(line.awaited)
    }
}

impl Act for DecideOver {
    const KIND: &'static str = "purchasing.decide_over";
    const NEEDS: Permission = Permission::ReceiptsDecide;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why =
            if self.accept { String::new() } else { reasons::give_words(tx, Process::OverRefuse, &self.reason, self.id).await? };
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
        let order =
            sql_claims::order_of_over(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("over-delivery"))?;
        let facts = super::lock(tx, order.into(), Self::NEEDS).await?;
        let over = sql_claims::over(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("over-delivery"))?;
        if over.decided {
            return Err(PurchasingRefusal::Decided.into());
        }
        if !me.is_nil() && over.reported_by == me.0 {
            return Err(PurchasingRefusal::OwnReport.into());
        }
        if facts.standing()? == Standing::Cancelled {
            return Err(PurchasingRefusal::NotOpen { number: facts.number, standing: "cancelled".to_owned() }.into());
        }
        sql_claims::decide(tx.conn(), org, self.id.0, (self.accept, me.0, at), &why).await?;
        if self.accept {
            take(tx, &facts, &over, self.bin.trim()).await?;
        }
        let resolution = if self.accept { "taken" } else { "refused: it goes back" };
        exceptions::resolve(tx, "over_delivery", &[self.id.0], resolution).await?;
        tx.announce(
            "purchase.over_decided",
            order,
            Some(facts.site()),
            json!({ "number": facts.number, "accepted": self.accept }),
        );
        tx.audit("over_delivery", self.id, json!({ "units": over.quantity }), json!({ "accepted": self.accept, "why": why }));
        Ok(())
    }
}

/// The units that waited come in, into the receipt they came with: where they were scanned, or into the bin of this code.
async fn take(tx: &mut Tx, order: &sql::OrderFacts, over: &OverFacts, bin: &str) -> Result<()> {
    let org = tx.org().0;
    let condition = Condition::parse(&over.condition).unwrap_or_default();
    let lines = sql::lines(tx.conn(), org, over.order_id).await?;
    let line = lines.into_iter().find(|line| line.id == over.line_id).ok_or_else(|| Refusal::not_found("line"))?;
    let bin = if bin.is_empty() { over.bin_id } else { receive::landing_bin(tx, order.site(), bin).await? };
    let landing = Landing { site: order.site(), bin };
    let marks =
        Marks { lot: over.lot.clone(), made_on: over.made_on, expires_on: over.expires_on, serials: over.serials.clone() };
    let (fault, note) = ((!over.fault.is_empty()).then(|| Code(over.fault.clone())), String::new());
    let booking = Booking { line, quantity: over.quantity, condition, fault, note, marks };
    receive::book(tx, (ReceiptId(over.receipt_id), order), landing, &[booking]).await?;
    let said = json!({ "number": order.number, "units": over.quantity });
    tx.announce("stock.received", SkuId(over.sku_id), Some(order.site()), said);
    Ok(())
}
