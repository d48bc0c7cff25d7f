//! Receiving: announced units come through the door into the returns bin, their cost with them; a parcel nobody announced becomes
//! an unidentified return and an exception, never limbo.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{BinId, OrderLineId, ReceiptLineId, ReturnId, ReturnLineId, SiteId, SkuId};
use domain::ledger::{COST_OF_SALES, INVENTORY};
use domain::numbers::Series;
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::returns::{Outcome, ReceiveReturn, ReceiveReturns, ReceiveUnidentified, ReturnRefusal};
use domain::stock::Place;
use serde_json::json;
use uuid::Uuid;

use super::sql_receiving::{self, NewReceipts, NewUnidentified, ReturnLineRow};
use crate::exceptions::{self, Case};
use crate::ledger::{self, Posting};
use crate::lots::{self, Back};
use crate::stock::{self, TakeBack};
use crate::{Act, Result, Tx, orders, owners, sites};

impl Act for ReceiveReturn {
    const KIND: &'static str = "returns.receive";
    const NEEDS: Permission = Permission::ReturnsReceive;
    type Outcome = ReceiptLineId;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<ReceiptLineId> {
        let receipt = receive(tx, self.site, std::slice::from_ref(self)).await?.remove(0);
        tx.audit("receipt_line", receipt, (), json!({ "return_line": self.return_line, "units": self.quantity }));
        Ok(receipt)
    }
}

impl Act for ReceiveReturns {
    const KIND: &'static str = "returns.receive_many";
    const NEEDS: Permission = Permission::ReturnsReceive;
    type Outcome = Vec<ReceiptLineId>;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Self::Outcome> {
        let receipts = receive(tx, self.site, &self.received).await?;
        let subject = receipts.first().map_or(tx.command.0, |receipt| receipt.0);
        tx.audit("receipt_line", subject, (), json!({ "lines": receipts.len() }));
        Ok(receipts)
    }
}

/// Announced units only, and no more than announced.
async fn receive(tx: &mut Tx, site: SiteId, received: &[ReceiveReturn]) -> Result<Vec<ReceiptLineId>> {
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
    if received.iter().any(|one| one.site != site) {
        return Err(Refusal::invalid("site", "All goods of one receipt come in at one site.").into());
    }
    let ids: Vec<Uuid> = received.iter().map(|one| one.return_line.0).collect();
    let orders = sql_receiving::orders_of_lines(tx.conn(), org, &ids).await?;
    orders::lock_all(tx, &orders).await?;
    let rows: HashMap<Uuid, ReturnLineRow> =
        sql_receiving::return_lines(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, row)).collect();
    check_units(received, &rows)?;
    let usual = sites::bin_of_kind(tx, site, "returns").await?;
    check_bins(tx, site, received).await?;
    let clients = owners::of_orders(tx, &orders).await?;
    let said = received.iter().map(|one| {
        let row = &rows[&one.return_line.0];
        let owner = clients.get(&row.order_id).copied().unwrap_or_default();
        Back { order: row.order_id, owner, sku: row.sku_id.into(), quantity: one.quantity.units(), marks: &one.marks }
    });
    let tags = lots::back(tx, &said.collect::<Vec<_>>()).await?;
    let (mut new, mut back, mut answers) = (NewReceipts::default(), Vec::new(), Vec::new());
    let mut units: BTreeMap<Uuid, i32> = BTreeMap::new();
    for (one, tags) in received.iter().zip(tags) {
        let (row, id, bin) = (&rows[&one.return_line.0], ReceiptLineId::mint(), one.bin.unwrap_or(usual));
        let quantity = one.quantity.units();
        new.push(id, one.return_line, bin, quantity);
        let to = Place::loose(site, bin);
        let line = OrderLineId(row.order_line_id);
        let sku = SkuId(row.sku_id);
        back.extend(tags.into_iter().map(|(tag, quantity)| TakeBack { line, sku, tag, quantity, to, source: id.0 }));
        *units.entry(row.return_id).or_default() += quantity;
        answers.push(id);
    }
    sql_receiving::insert_receipts(tx.conn(), org, site.0, by, at, &new).await?;
    let values = stock::take_back(tx, &back).await?;
    let postings = back.iter().zip(values);
    let postings: Vec<Posting> =
        postings.map(|(part, value)| Posting::posted(INVENTORY, COST_OF_SALES, value, "return_receipt", part.source)).collect();
    ledger::post(tx, &postings).await?;
    for (return_id, units) in units {
        tx.announce("return.received", return_id, Some(site), json!({ "units": units }));
    }
    Ok(answers)
}

fn check_units(received: &[ReceiveReturn], rows: &HashMap<Uuid, ReturnLineRow>) -> Result<()> {
    let mut given: BTreeMap<ReturnLineId, i32> = BTreeMap::new();
    for one in received {
        *given.entry(one.return_line).or_default() += one.quantity.units();
    }
    for (line, given) in given {
        let row = rows.get(&line.0).ok_or_else(|| Refusal::not_found("return line"))?;
        if row.decision != Outcome::Approved.code() || row.cancelled {
            return Err(ReturnRefusal::NotApproved { number: row.number.clone() }.into());
        }
        let remaining = row.quantity - row.received;
        if given > remaining {
            return Err(ReturnRefusal::MoreThanAnnounced { remaining, given }.into());
        }
    }
    Ok(())
}

/// A bin that was scanned is a returns bin of this site.
async fn check_bins(tx: &mut Tx, site: SiteId, received: &[ReceiveReturn]) -> Result<()> {
    let org = tx.org().0;
    let asked: Vec<Uuid> = received.iter().filter_map(|one| one.bin).map(|bin: BinId| bin.0).collect();
    if asked.is_empty() {
        return Ok(());
    }
    sites::require_bins(tx, site, &asked).await?;
    for bin in sql_receiving::bins(tx.conn(), org, site.0, &asked).await? {
        if bin.kind != "returns" {
            let needed = "returns".to_owned();
            return Err(ReturnRefusal::WrongBin { bin: bin.code, kind: bin.kind, needed }.into());
        }
    }
    Ok(())
}

impl NewReceipts {
    fn push(&mut self, id: ReceiptLineId, line: ReturnLineId, bin: BinId, quantity: i32) {
        self.ids.push(id.0);
        self.lines.push(line.0);
        self.bins.push(bin.0);
        self.quantities.push(quantity);
    }
}

impl Act for ReceiveUnidentified {
    const KIND: &'static str = "returns.receive_unidentified";
    const NEEDS: Permission = Permission::ReturnsReceive;
    /// Its number, to write on the parcel.
    type Outcome = String;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        let (scanned, note) = (self.scanned.trim(), self.note.trim());
        if scanned.is_empty() && note.is_empty() {
            return Err(Refusal::invalid("note", "Say what is on or in the parcel.").into());
        }
        sites::require_sites(tx, &[self.site.0]).await?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let number = tx.numbers(Series::Unannounced, 1).await?.remove(0);
        let id = ReturnId::mint();
        let new = NewUnidentified { id: id.0, number: &number, site: self.site.0, scanned, note, by };
        sql_receiving::insert_unidentified(tx.conn(), org, at, &new).await?;
        let summary = format!("Parcel {number} came back without a return: {scanned} {note}").trim().to_owned();
        let detail = json!({ "number": number, "scanned": scanned, "note": note });
        let case = Case { kind: "unidentified_return", subject: id.0, site: Some(self.site), summary, detail };
        exceptions::raise(tx, &[case]).await?;
        tx.announce("return.unidentified", id, Some(self.site), json!({ "number": number }));
        tx.audit("unidentified_return", id, (), json!({ "number": number, "scanned": scanned }));
        Ok(number)
    }
}
