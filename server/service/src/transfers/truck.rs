//! Onto the truck and off it. Going out needs what customers were not promised; while on the way, units stand in the lane's bin in
//! transit; no more comes in than was sent. Nothing is posted: a transfer carries cost and makes no profit.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::ids::{BinId, SiteTransferId, SkuId};
use domain::ledger::{INVENTORY, STOCK_ADJUSTMENTS};
use domain::lots::{Marks, gs1};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::stock::tag::lower;
use domain::stock::{Place, Reason, State, Tag};
use domain::transfers::{Handled, LoadTransfer, ReceiveTransfer, ScannedUnits, Status, TransferRefusal};
use serde_json::json;
use uuid::Uuid;

use super::{lock, sql};
use crate::ledger::{self, Posting};
use crate::stock::{self, Shift, Stray};
use crate::{Act, Result, Tx, lots, putaway, sites};

/// Scanned units, found: which line, which bin.
struct Found {
    line: Uuid,
    sku: SkuId,
    sku_code: String,
    bin: BinId,
    quantity: i32,
    marks: Marks,
}

/// Which lines and bins the scans mean. `kinds`: where goods may be taken from or put into.
async fn find(tx: &mut Tx, site: Uuid, lines: &[sql::LineRow], units: &[ScannedUnits], kinds: &[&str]) -> Result<Vec<Found>> {
    let org = tx.org().0;
    let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
    let mut found = Vec::new();
    for one in units {
        let quantity = Quantity::new(one.quantity.into())?.units();
        let item = gs1::item_of(&one.item_code);
        let means =
            |line: &&sql::LineRow| same(&line.sku_code, &item) || line.barcodes.iter().flatten().any(|code| same(code, &item));
        let unknown = || TransferRefusal::NotInTransfer { scanned: one.item_code.trim().to_owned() };
        let line = lines.iter().find(means).ok_or_else(unknown)?;
        let code = one.bin_code.trim();
        let bin = sql::bin_by_code(tx.conn(), org, site, &code.to_uppercase()).await?;
        let bin = bin.filter(|(_, kind, locked)| kinds.contains(&kind.as_str()) && !locked);
        let (bin, ..) = bin.ok_or_else(|| TransferRefusal::NoSuchBin { code: code.to_owned() })?;
        let (sku, sku_code) = (line.sku_id.into(), line.sku_code.clone());
        let marks = one.marks.clone().with_label(&one.item_code, tx.at.date_naive());
        found.push(Found { line: line.id, sku, sku_code, bin: BinId(bin), quantity, marks });
    }
    Ok(found)
}

/// What a transfer's movements name as their source: itself, and for what it gave up its lines.
pub(super) fn sources(transfer: SiteTransferId, lines: &[sql::LineRow]) -> Vec<Uuid> {
    lines.iter().map(|line| line.id).chain([transfer.0]).collect()
}

/// Units of one line among these.
fn of_line(found: &[Found], line: Uuid) -> i32 {
    found.iter().filter(|one| one.line == line).map(|one| one.quantity).sum()
}

impl Act for LoadTransfer {
    const KIND: &'static str = "transfers.load";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = Handled;

    async fn act(&self, tx: &mut Tx) -> Result<Handled> {
        let head = lock(tx, self.transfer).await?;
        tx.require(Permission::StockMove, head.from())?;
        head.check(&[Status::Approved, Status::Loading])?;
        let (org, at, person, command) = (tx.org().0, tx.at, tx.caller.person().0, tx.command.0);
        let lines = sql::lines(tx.conn(), org, self.transfer.0).await?;
        let found = find(tx, head.from_site, &lines, &self.units, &["pick", "reserve"]).await?;
        let units: i32 = found.iter().map(|one| one.quantity).sum();
        if head.loaded == 0 && units == 0 {
            return Err(TransferRefusal::NothingLoaded.into());
        }
        let skus: Vec<SkuId> = found.iter().map(|one| one.sku).collect();
        // What customers were promised stays: the demand is locked until the command ends.
        let free = stock::promises(tx, &[head.from()], &skus).await?;
        for line in &lines {
            let scanned = of_line(&found, line.id);
            let left = line.quantity - line.loaded;
            if scanned > left {
                return Err(TransferRefusal::MoreThanAsked { sku: line.sku_code.clone(), left, scanned }.into());
            }
            let free = free.get(&(head.from(), line.sku_id.into())).copied().unwrap_or(0);
            if scanned > free {
                return Err(TransferRefusal::NotFree { sku: line.sku_code.clone(), wanted: scanned, free }.into());
            }
        }
        for one in &found {
            stock::require_own(tx, Place::loose(head.from(), one.bin), (one.sku, &one.sku_code)).await?;
        }
        let truck = Place::loose(head.to(), sites::transit_bin(tx, head.from(), head.to()).await?);
        sql::ensure_lane(tx.conn(), org, head.from_site, head.to_site, truck.bin.0).await?;
        let (mut onto, mut there) = (Vec::new(), HashMap::new());
        for one in &found {
            let from = Place::loose(head.from(), one.bin);
            let there = match there.entry((one.bin, one.sku)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unread) => unread.insert(stock::there(tx, from, one.sku, State::Sellable).await?),
            };
            let parts = lots::which(tx, (one.sku, one.quantity), &one.marks, there).await?;
            lower(there, &parts);
            let (from_state, to_state, source) = (State::Sellable, State::InTransit, self.transfer.0);
            let shift = |(tag, quantity)| Shift { sku: one.sku, tag, quantity, from, from_state, to: truck, to_state, source };
            onto.extend(parts.into_iter().map(shift));
        }
        stock::shift(tx, Reason::Transfer, &onto).await?;
        let rows: Vec<(Uuid, Uuid, i32)> = found.iter().map(|one| (one.line, one.bin.0, one.quantity)).collect();
        sql::insert_loads(tx.conn(), org, person, command, at, &rows).await?;
        let left: i64 = lines.iter().map(|line| i64::from(line.quantity - line.loaded)).sum::<i64>() - i64::from(units);
        let finished = self.last || left == 0;
        if finished {
            sql::set_shipped(tx.conn(), org, self.transfer.0, at).await?;
        }
        let did = Handled { units, left, finished };
        let topic = if finished { "transfer.shipped" } else { "transfer.loaded" };
        head.announce(tx, topic, self.transfer, &json!({ "number": head.number, "did": did }));
        tx.audit("transfer", self.transfer, json!({ "loaded": head.loaded }), json!({ "units": self.units, "left": finished }));
        Ok(did)
    }
}

impl Act for ReceiveTransfer {
    const KIND: &'static str = "transfers.receive";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = Handled;

    async fn act(&self, tx: &mut Tx) -> Result<Handled> {
        let head = lock(tx, self.transfer).await?;
        tx.require(Permission::StockMove, head.to())?;
        head.check(&[Status::InTransit, Status::Arriving, Status::Done])?;
        let (org, at, person, command) = (tx.org().0, tx.at, tx.caller.person().0, tx.command.0);
        let lines = sql::lines(tx.conn(), org, self.transfer.0).await?;
        let found = find(tx, head.to_site, &lines, &self.units, &["pick", "reserve", "dock"]).await?;
        if found.is_empty() {
            return Err(TransferRefusal::NotInTransfer { scanned: "Nothing".into() }.into());
        }
        for line in &lines {
            // Once it is closed, only what was given up can turn up.
            let left = if head.closed { line.lost } else { line.loaded - line.received - line.lost };
            let scanned = of_line(&found, line.id);
            if scanned > left {
                return Err(TransferRefusal::MoreThanShipped { sku: line.sku_code.clone(), left, scanned }.into());
            }
        }
        if head.closed {
            turn_up(tx, &head, &found).await?;
        } else {
            let truck = Place::loose(head.to(), sites::transit_bin(tx, head.from(), head.to()).await?);
            let mut aboard = stock::aboard(tx, &sources(self.transfer, &lines)).await?;
            let mut off = Vec::new();
            for one in &found {
                let parts = lots::which(tx, (one.sku, one.quantity), &one.marks, aboard.of(one.sku)).await?;
                aboard.gone(one.sku, &parts);
                let (to, source) = (Place::loose(head.to(), one.bin), self.transfer.0);
                let (from_state, to_state) = (State::InTransit, State::Sellable);
                let shift =
                    |(tag, quantity)| Shift { sku: one.sku, tag, quantity, from: truck, from_state, to, to_state, source };
                off.extend(parts.into_iter().map(shift));
            }
            let coming: Vec<_> = off.iter().map(|one| (one.to.bin, one.sku, one.tag, one.quantity)).collect();
            require_room(tx, &head, &coming).await?;
            stock::shift(tx, Reason::Transfer, &off).await?;
        }
        let rows: Vec<(Uuid, Uuid, i32)> = found.iter().map(|one| (one.line, one.bin.0, one.quantity)).collect();
        sql::insert_arrivals(tx.conn(), org, person, command, at, &rows).await?;
        let units: i32 = found.iter().map(|one| one.quantity).sum();
        let open = |line: &sql::LineRow| i64::from(line.loaded - line.received - line.lost);
        let left = if head.closed { 0 } else { lines.iter().map(open).sum::<i64>() - i64::from(units) };
        let finished = head.shipped && left == 0;
        if finished && !head.closed {
            sql::set_closed(tx.conn(), org, self.transfer.0, at).await?;
        }
        let did = Handled { units, left, finished };
        head.announce(tx, "transfer.received", self.transfer, &json!({ "number": head.number, "did": did }));
        tx.audit(
            "transfer",
            self.transfer,
            json!({ "received": head.received }),
            json!({ "units": self.units, "closed": finished }),
        );
        Ok(did)
    }
}

/// Refuses what a bin there has no room for, or is not kept for.
async fn require_room(tx: &mut Tx, head: &sql::TransferHead, coming: &[(BinId, SkuId, Tag, i32)]) -> Result<()> {
    let skus: Vec<Uuid> = coming.iter().map(|(_, sku, ..)| sku.0).collect();
    let asks = putaway::Asks::of(tx, &skus).await?;
    let items = coming.iter().filter_map(|(bin, sku, tag, units)| Some((*bin, asks.item(*sku, *tag, *units)?)));
    putaway::require_room(tx, head.to(), items.collect::<Vec<_>>()).await
}

/// What was given up stands there after all: a gain, at the cost it was given up for.
async fn turn_up(tx: &mut Tx, head: &sql::TransferHead, found: &[Found]) -> Result<()> {
    let (org, at, person, command) = (tx.org().0, tx.at, tx.caller.person().0, tx.command.0);
    let coming: Vec<_> = found.iter().map(|one| (one.bin, one.sku, Tag::NONE, one.quantity)).collect();
    require_room(tx, head, &coming).await?;
    let stray = |one: &Found| Stray {
        sku: one.sku,
        tag: Tag::NONE,
        quantity: one.quantity,
        place: Place::loose(head.to(), one.bin),
        source: one.line,
    };
    let values = stock::turn_up(tx, &found.iter().map(stray).collect::<Vec<_>>()).await?;
    let mut rows = sql::NewVariances { kind: "gain", reason: "found", ..sql::NewVariances::default() };
    let mut postings = Vec::new();
    for (one, value) in found.iter().zip(values) {
        rows.push(one.line, one.quantity, value);
        postings.push(Posting::posted(INVENTORY, STOCK_ADJUSTMENTS, value, "transfer", one.line));
        tracing::debug!(sku = one.sku_code, units = one.quantity, "what was given up turned up");
    }
    sql::insert_variances(tx.conn(), org, person, command, at, &rows).await?;
    ledger::post(tx, &postings).await
}
