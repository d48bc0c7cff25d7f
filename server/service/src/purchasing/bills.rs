//! Suppliers' bills: recorded, matched against what was ordered and what came in, paid. What does not match is not paid, and somebody is
//! called.

use std::collections::HashMap;

use domain::ids::BillId;
use domain::ledger::{BANK, PAYABLES, PURCHASE_DIFFERENCES, RECEIVED_NOT_INVOICED, SUPPLIER_CREDITS};
use domain::numbers::Series;
use domain::people::Permission;
use domain::purchasing::{
    AgreeBill, BillStanding, MatchBill, Mismatch, PayBill, PurchasingRefusal, RecordBill, RejectBill, cleared, mismatches,
};
use domain::quantity::Quantity;
use domain::reasons::Process;
use domain::refusal::Refusal;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::sql_bills::{self as sql, BillFacts, NewBillLines};
use super::{credits, sql_credits};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::{Act, Result, Tx, owners, reasons};

impl Act for RecordBill {
    const KIND: &'static str = "purchasing.record_bill";
    const NEEDS: Permission = Permission::BillsEdit;
    type Outcome = BillStanding;

    async fn act(&self, tx: &mut Tx) -> Result<BillStanding> {
        self.check()?;
        for line in &self.lines {
            Quantity::new(line.quantity.into())?;
        }
        let order = super::lock(tx, self.order, Self::NEEDS).await?;
        owners::require_ours(tx, self.order.0).await?;
        let org = tx.org().0;
        let reference = self.reference.trim().to_uppercase();
        if sql::known_reference(tx.conn(), org, self.order.0, &reference).await? {
            return Err(PurchasingRefusal::BillTwice { reference }.into());
        }
        let known: HashMap<i32, Uuid> = sql::line_ids(tx.conn(), org, self.order.0).await?.into_iter().collect();
        let mut lines = NewBillLines::default();
        for line in &self.lines {
            let id = known.get(&line.line_no).ok_or(PurchasingRefusal::NoSuchLine { line_no: line.line_no })?;
            lines.push(*id, line.quantity, line.unit_cost);
        }
        let number = tx.numbers(Series::Bill, 1).await?.remove(0);
        let (at, by) = (tx.at, tx.caller.person().0);
        sql::insert_bill(tx.conn(), org, (self.id.0, self.order.0), (&number, &reference), (by, at), &lines).await?;
        let standing = settle(tx, self.id, order.site_id, None).await?;
        tx.announce("bill.recorded", self.id, Some(order.site()), json!({ "number": number, "standing": standing }));
        tx.audit("supplier_bill", self.id, (), json!({ "number": number, "order": order.number, "standing": standing }));
        Ok(standing)
    }
}

/// Matches a bill, by itself or with what somebody agreed to: matched, it is owed; else somebody is called.
async fn settle(tx: &mut Tx, id: BillId, site: Uuid, agreed: Option<&str>) -> Result<BillStanding> {
    let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
    let rules = super::rules(tx).await?;
    let bill = sql::bill(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("bill"))?;
    let lines = sql::facts(tx.conn(), org, id.0).await?;
    let mut off = mismatches(&lines, &rules);
    off.extend(disputes(tx, id.0).await?);
    let stands = off.iter().any(|mismatch| agreed.is_none() || !mismatch.may_be_agreed());
    if stands {
        let words: Vec<String> = off.iter().map(ToString::to_string).collect();
        let summary = format!("{} of {} does not match {}", bill.number, bill.supplier, bill.order_number);
        let detail = json!({ "bill": bill.number, "order": bill.order_number, "mismatches": words });
        let case = Case { kind: "bill_mismatch", subject: id.0, site: Some(site.into()), summary, detail };
        exceptions::raise(tx, &[case]).await?;
        return Ok(BillStanding::Blocked);
    }
    let (mut received, mut owed) = (Decimal::ZERO, Decimal::ZERO);
    let (mut line_nos, mut units) = (Vec::new(), Vec::new());
    for line in &lines {
        let cleared = cleared(line);
        received += cleared.received;
        owed += cleared.owed;
        line_nos.push(line.line_no);
        units.push(cleared.units);
    }
    let by = agreed.map_or(Uuid::nil(), |_| me);
    sql_credits::agree(tx.conn(), org, id.0).await?;
    sql::matched(tx.conn(), org, id.0, (by, agreed.unwrap_or_default(), at), (&line_nos, &units)).await?;
    exceptions::resolve(tx, "bill_mismatch", &[id.0], "it matches").await?;
    // What was received is owed as it was billed; the difference is its own account's.
    let both = received.min(owed);
    let postings = [
        Posting::posted(RECEIVED_NOT_INVOICED, PAYABLES, both, "bill", id.0),
        Posting::posted(PURCHASE_DIFFERENCES, PAYABLES, owed - both, "bill", id.0),
        Posting::posted(RECEIVED_NOT_INVOICED, PURCHASE_DIFFERENCES, received - both, "bill", id.0),
    ];
    ledger::post(tx, &postings).await?;
    credits::credit_claims(tx, bill.order_id, None).await?;
    Ok(BillStanding::Matched)
}

/// The bill, behind its order's lock; refused to whoever may not do this at its site.
async fn lock(tx: &mut Tx, id: BillId, needs: Permission) -> Result<BillFacts> {
    let org = tx.org().0;
    let seen = sql::bill(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("bill"))?;
    super::lock(tx, seen.order_id.into(), needs).await?;
    Ok(sql::bill(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("bill"))?)
}

fn only(bill: &BillFacts, wanted: BillStanding) -> Result<(), PurchasingRefusal> {
    let standing = bill.standing();
    if standing == wanted {
        return Ok(());
    }
    Err(match (wanted, standing) {
        (BillStanding::Matched, BillStanding::Blocked) => PurchasingRefusal::BillBlocked { number: bill.number.clone() },
        (BillStanding::Matched, BillStanding::Disputed) => PurchasingRefusal::BillDisputed { number: bill.number.clone() },
        _ => PurchasingRefusal::BillMoved { number: bill.number.clone(), standing: standing.words().to_lowercase() },
    })
}

impl Act for MatchBill {
    const KIND: &'static str = "purchasing.match_bill";
    const NEEDS: Permission = Permission::BillsEdit;
    type Outcome = BillStanding;

    async fn act(&self, tx: &mut Tx) -> Result<BillStanding> {
        let bill = lock(tx, self.id, Self::NEEDS).await?;
        only(&bill, BillStanding::Blocked)?;
        let standing = settle(tx, self.id, bill.site_id, None).await?;
        tx.announce("bill.matched", self.id, Some(bill.site_id.into()), json!({ "number": bill.number, "standing": standing }));
        tx.audit("supplier_bill", self.id, json!({ "standing": BillStanding::Blocked }), json!({ "standing": standing }));
        Ok(standing)
    }
}

impl Act for AgreeBill {
    const KIND: &'static str = "purchasing.agree_bill";
    const NEEDS: Permission = Permission::PurchasingApprove;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why = reasons::give_words(tx, Process::BillAgree, &self.reason, self.id).await?;
        let bill = lock(tx, self.id, Self::NEEDS).await?;
        let (org, me) = (tx.org().0, tx.caller.person().0);
        if !me.is_nil() && bill.recorded_by == me {
            return Err(PurchasingRefusal::OwnBill.into());
        }
        if bill.standing() == BillStanding::Disputed {
            // What it matched on stands, and so does what is owed for it.
            sql_credits::agree(tx.conn(), org, self.id.0).await?;
            agreed(tx, &bill, self.id, &why);
            return Ok(());
        }
        only(&bill, BillStanding::Blocked)?;
        if settle(tx, self.id, bill.site_id, Some(&why)).await? == BillStanding::Blocked {
            return Err(PurchasingRefusal::NotReceived { number: bill.number }.into());
        }
        agreed(tx, &bill, self.id, &why);
        Ok(())
    }
}

fn agreed(tx: &mut Tx, bill: &BillFacts, id: BillId, why: &str) {
    tx.announce("bill.agreed", id, Some(bill.site_id.into()), json!({ "number": bill.number }));
    tx.audit("supplier_bill", id, json!({ "standing": bill.standing() }), json!({ "agreed": why }));
}

impl Act for PayBill {
    const KIND: &'static str = "purchasing.pay_bill";
    const NEEDS: Permission = Permission::BillsEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let bill = lock(tx, self.id, Self::NEEDS).await?;
        only(&bill, BillStanding::Matched)?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
        // What the supplier owes for is taken off first.
        let supplier = sql_credits::lock_supplier(tx.conn(), org, bill.order_id).await?;
        let credit = sql_credits::unused(tx.conn(), org, supplier).await?.min(bill.amount);
        sql::paid(tx.conn(), org, self.id.0, (me, at)).await?;
        sql_credits::paid_by_credit(tx.conn(), org, self.id.0, credit).await?;
        let postings = [
            Posting::posted(PAYABLES, SUPPLIER_CREDITS, credit, "bill_payment", self.id.0),
            Posting::posted(PAYABLES, BANK, bill.amount - credit, "bill_payment", self.id.0),
        ];
        ledger::post(tx, &postings).await?;
        tx.announce("bill.paid", self.id, Some(bill.site_id.into()), json!({ "number": bill.number }));
        let paid = json!({ "paid": bill.amount, "by_credit": credit });
        tx.audit("supplier_bill", self.id, json!({ "standing": BillStanding::Matched }), paid);
        Ok(())
    }
}

impl Act for RejectBill {
    const KIND: &'static str = "purchasing.reject_bill";
    const NEEDS: Permission = Permission::BillsEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why = reasons::give_words(tx, Process::BillReject, &self.reason, self.id).await?;
        let bill = lock(tx, self.id, Self::NEEDS).await?;
        only(&bill, BillStanding::Blocked)?;
        let (org, at) = (tx.org().0, tx.at);
        sql::rejected(tx.conn(), org, self.id.0, (&why, at)).await?;
        exceptions::resolve(tx, "bill_mismatch", &[self.id.0], "the bill goes back").await?;
        tx.announce("bill.rejected", self.id, Some(bill.site_id.into()), json!({ "number": bill.number }));
        tx.audit("supplier_bill", self.id, json!({ "standing": BillStanding::Blocked }), json!({ "rejected": why }));
        Ok(())
    }
}

/// Open claims on its lines that nobody agreed to.
async fn disputes(tx: &mut Tx, id: Uuid) -> Result<Vec<Mismatch>> {
    let org = tx.org().0;
    let rows = sql_credits::disputes(tx.conn(), org, id).await?;
    let claim = |row: sql_credits::DisputeRow| {
        let kind = credits::kind(&row.kind)?;
        Ok(Mismatch::Claim { line_no: row.line_no, sku: row.sku_code, claim: row.number, kind, units: row.quantity })
    };
    rows.into_iter().map(claim).collect()
}

/// What keeps a bill from being paid, in words; empty once nothing does.
pub(super) async fn words(tx: &mut Tx, id: Uuid, standing: BillStanding) -> Result<Vec<Mismatch>> {
    if !standing.held() {
        return Ok(Vec::new());
    }
    let (org, rules) = (tx.org().0, super::rules(tx).await?);
    let mut off = Vec::new();
    if standing == BillStanding::Blocked {
        off = mismatches(&sql::facts(tx.conn(), org, id).await?, &rules);
    }
    off.extend(disputes(tx, id).await?);
    Ok(off)
}
