//! Transfers' transactions: asking, approving by another, calling off; loading and taking in (`truck`); what did not come
//! (`variance`). What may be asked, and how far a transfer is, is decided by `domain::transfers`.

mod balance;
#[cfg(test)]
mod balance_tests;
mod read;
mod sql;
mod sql_balance;
mod sql_read;
#[cfg(test)]
mod tests;
mod truck;
mod variance;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::ids::{CommandId, SiteId, SiteTransferId, SkuId};
use domain::numbers::Series;
use domain::people::{Caller, PeopleRefusal, Permission};
use domain::reasons::Process;
use domain::refusal::Refusal;
use domain::transfers::{
    ApproveTransfer, AskedUnits, CancelTransfer, Course, RequestTransfer, Status, TransferRefusal, TypedTransfer, read_lines,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Act, Db, Result, Tx, catalog, reasons, sites, stock};

impl sql::TransferHead {
    const fn from(&self) -> SiteId {
        SiteId(self.from_site)
    }

    const fn to(&self) -> SiteId {
        SiteId(self.to_site)
    }

    const fn course(&self) -> Course {
        Course {
            approved: self.approved,
            shipped: self.shipped,
            closed: self.closed,
            cancelled: self.cancelled,
            loaded: self.loaded,
            received: self.received,
        }
    }

    /// Refuses what is not at one of these stages.
    fn check(&self, stages: &[Status]) -> Result<()> {
        let status = self.course().status();
        if stages.contains(&status) {
            return Ok(());
        }
        let status = status.words().to_lowercase();
        Err(TransferRefusal::WrongStatus { number: self.number.clone(), status }.into())
    }

    /// Tells both ends: whoever works at one of them sees it.
    fn announce(&self, tx: &mut Tx, topic: &'static str, transfer: SiteTransferId, payload: &Value) {
        for site in [self.from(), self.to()] {
            tx.announce(topic, transfer, Some(site), payload);
        }
    }
}

async fn lock(tx: &mut Tx, transfer: SiteTransferId) -> Result<sql::TransferHead> {
    let org = tx.org().0;
    if !sql::lock_transfer(tx.conn(), org, transfer.0).await? {
        return Err(Refusal::not_found("transfer").into());
    }
    // A later statement: it sees what was loaded or taken in while we waited.
    Ok(sql::transfer(tx.conn(), org, transfer.0).await?.ok_or_else(|| Refusal::not_found("transfer"))?)
}

/// Refuses unless the caller may do this at one of both ends.
fn require_either(tx: &Tx, permission: Permission, ends: [SiteId; 2]) -> Result<()> {
    if ends.iter().any(|site| tx.caller.may(permission, Some(*site))) {
        Ok(())
    } else {
        Err(PeopleRefusal::NotAllowed { permission }.into())
    }
}

/// Is as much free at the giving site, beside what customers were promised and what other approved transfers will take? The demand
/// stays locked until the command ends.
async fn require_free(tx: &mut Tx, from: SiteId, asked: &[AskedUnits], except: SiteTransferId) -> Result<()> {
    let org = tx.org().0;
    let skus: Vec<SkuId> = asked.iter().map(|line| line.sku).collect();
    let promises = stock::promises(tx, &[from], &skus).await?;
    let raw: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let bound: HashMap<Uuid, i32> = sql::bound(tx.conn(), org, from.0, &raw, except.0).await?.into_iter().collect();
    for line in asked {
        let free = promises.get(&(from, line.sku)).copied().unwrap_or(0) - bound.get(&line.sku.0).copied().unwrap_or(0);
        if free < line.quantity {
            let known = catalog::by_id(tx, &[line.sku]).await?;
            let sku = known.get(&line.sku).map(|sku| sku.code.clone()).ok_or_else(|| Refusal::not_found("SKU"))?;
            return Err(TransferRefusal::NotFree { sku, wanted: line.quantity, free: free.max(0) }.into());
        }
    }
    Ok(())
}

impl Act for RequestTransfer {
    const KIND: &'static str = "transfers.request";
    const NEEDS: Permission = Permission::StockPlan;
    /// Its number.
    type Outcome = String;

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        self.check()?;
        self.check_quantities()?;
        require_either(tx, Permission::StockPlan, [self.from, self.to])?;
        sites::require_sites(tx, &[self.from.0, self.to.0]).await?;
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
        catalog::require_skus(tx, &self.lines.iter().map(|line| line.sku).collect::<Vec<_>>()).await?;
        require_free(tx, self.from, &self.lines, self.id).await?;
        let number = tx.numbers(Series::Transfer, 1).await?.remove(0);
        let note = self.note.trim();
        let new = sql::NewTransfer { id: self.id.0, number: &number, from: self.from.0, to: self.to.0, note, person };
        sql::insert_transfer(tx.conn(), org, at, &new).await?;
        sql::insert_lines(tx.conn(), org, self.id.0, &self.lines).await?;
        let told = json!({ "number": number });
        for site in [self.from, self.to] {
            tx.announce("transfer.requested", self.id, Some(site), &told);
        }
        tx.audit("transfer", self.id, (), json!({ "number": number, "from": self.from, "to": self.to, "lines": self.lines }));
        Ok(number)
    }
}

impl Act for ApproveTransfer {
    const KIND: &'static str = "transfers.approve";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock(tx, self.transfer).await?;
        // The giving site agrees.
        tx.require(Permission::StockPlan, head.from())?;
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
        if head.requested_by == person {
            return Err(TransferRefusal::OwnRequest.into());
        }
        head.check(&[Status::Requested])?;
        let lines = sql::lines(tx.conn(), org, self.transfer.0).await?;
        let asked: Vec<AskedUnits> =
            lines.iter().map(|line| AskedUnits { sku: line.sku_id.into(), quantity: line.quantity }).collect();
        require_free(tx, head.from(), &asked, self.transfer).await?;
        sql::set_approved(tx.conn(), org, self.transfer.0, person, at).await?;
        head.announce(tx, "transfer.approved", self.transfer, &json!({ "number": head.number }));
        tx.audit("transfer", self.transfer, json!({ "approved": false }), json!({ "approved": true }));
        Ok(())
    }
}

impl Act for CancelTransfer {
    const KIND: &'static str = "transfers.cancel";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why = reasons::give_words(tx, Process::TransferCancel, &self.reason, self.transfer).await?;
        let head = lock(tx, self.transfer).await?;
        require_either(tx, Permission::StockPlan, [head.from(), head.to()])?;
        head.check(&[Status::Requested, Status::Approved])?;
        let (org, at) = (tx.org().0, tx.at);
        sql::set_cancelled(tx.conn(), org, self.transfer.0, &why, at).await?;
        head.announce(tx, "transfer.cancelled", self.transfer, &json!({ "number": head.number }));
        tx.audit("transfer", self.transfer, json!({ "cancelled": false }), json!({ "cancelled": true, "why": why }));
        Ok(())
    }
}

impl Db {
    /// A transfer as it was typed.
    pub async fn request_typed_transfer(
        &self,
        caller: &Caller,
        id: CommandId,
        now: DateTime<Utc>,
        typed: &TypedTransfer,
    ) -> Result<String> {
        let read = read_lines(&typed.lines)?;
        let mut tx = self.read(caller, Permission::StockPlan, None).await?;
        let codes: Vec<String> = read.iter().map(|(code, _)| code.to_uppercase()).collect();
        let known = catalog::by_scans(&mut tx, &codes).await?;
        tx.rollback().await?;
        let mut lines = Vec::new();
        for ((code, quantity), capitals) in read.iter().zip(codes) {
            let unknown = || CatalogRefusal::UnknownSku { code: code.clone() };
            let sku = *known.get(&capitals).ok_or_else(unknown)?;
            lines.push(AskedUnits { sku, quantity: *quantity });
        }
        let asked = RequestTransfer { id: typed.id, from: typed.from, to: typed.to, lines, note: typed.note.clone() };
        self.run(caller, id, now, &asked).await
    }
}
