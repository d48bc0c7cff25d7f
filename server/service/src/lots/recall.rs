//! Recalls: a lot is taken out of sale wherever it stands, in one transaction. Whoever was given some gives it up and looks elsewhere;
//! what lies in totes and parcels that have not left is laid aside, and somebody is called to take it out.
//!
//! Walks and parcels are locked first, then orders, then the demand, then allocations and balances, as everyone does.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{AllocationId, LotId, SiteId, SkuId};
use domain::lots::{LotRefusal, RecallLot, Recalled, ReleaseLot};
use domain::people::Permission;
use domain::reasons::Process;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason, State, Tag};
use serde_json::json;
use uuid::Uuid;

use super::sql_recall::{self as sql, GivenRow, StandingRow};
use crate::exceptions::{self, Case};
use crate::floor::gone::{self, Freed};
use crate::stock::{self, Shift};
use crate::{Act, Result, Tx, floor, orders, reasons};

impl Act for RecallLot {
    const KIND: &'static str = "lots.recall";
    const NEEDS: Permission = Permission::StockHold;
    type Outcome = Recalled;

    async fn act(&self, tx: &mut Tx) -> Result<Recalled> {
        let reason = reasons::give_words(tx, Process::LotRecall, &self.reason, self.lot).await?;
        let (org, at, lot) = (tx.org().0, tx.at, self.lot.0);
        let head = lock(tx, self.lot).await?;
        require_everywhere(tx, self.lot, Self::NEEDS).await?;
        if head.recalled {
            return Err(LotRefusal::RecalledAlready { lot: head.code }.into());
        }
        sql::set_recalled(tx.conn(), org, lot, Some((at, &reason))).await?;
        let (held, freed) = withdraw(tx, (self.lot, &head), Self::NEEDS, "recall").await?;
        let did = Recalled { held, freed, shipped: sql::shipped(tx.conn(), org, lot).await? };
        tx.announce("lot.recalled", self.lot, None, json!({ "lot": head.code, "sku": head.sku_id, "did": did }));
        tx.audit("lot", self.lot, json!({ "recalled": false }), json!({ "recalled": true, "reason": reason, "did": did }));
        Ok(did)
    }
}

/// Everything of the lot leaves sale, and whoever was given some looks elsewhere; answers how many are held, and how many of them were
/// given to orders. `kind`: of the cases for what lies in totes and parcels.
pub(super) async fn withdraw(
    tx: &mut Tx,
    (lot, head): (LotId, &sql::Head),
    needs: Permission,
    kind: &'static str,
) -> Result<(i32, i32)> {
    let (org, sku) = (tx.org().0, SkuId(head.sku_id));
    let trips = sql::trips(tx.conn(), org, lot.0, head.sku_id).await?;
    floor::lock_trips(tx, &trips).await?;
    let given = sql::orders(tx.conn(), org, lot.0).await?;
    orders::lock_all(tx, &given).await?;
    let sites = require_everywhere(tx, lot, needs).await?;
    stock::promises(tx, &sites, &[sku]).await?;
    // Of the locks' time: nothing of it is given away any more.
    let given = sql::given(tx.conn(), org, lot.0).await?;
    let freed = give_up(tx, sku, &given).await?;
    let held = hold(tx, lot, sku).await?;
    let mut cases = call(head, lot, &given, kind);
    for (site, lines) in &freed {
        cases.extend(gone::look_elsewhere(tx, *site, sku, &head.sku_code, lines).await?);
    }
    exceptions::raise(tx, &cases).await?;
    Ok((held, given.iter().map(|row| row.quantity).sum()))
}

/// Sites where the lot stands: whoever takes it out of sale, or puts it back, may do so at each.
async fn require_everywhere(tx: &mut Tx, lot: LotId, needs: Permission) -> Result<Vec<SiteId>> {
    let org = tx.org().0;
    let sites: Vec<SiteId> = sql::sites(tx.conn(), org, lot.0).await?.into_iter().map(SiteId).collect();
    for site in &sites {
        tx.require(needs, *site)?;
    }
    Ok(sites)
}

pub(super) async fn lock(tx: &mut Tx, lot: LotId) -> Result<sql::Head> {
    let org = tx.org().0;
    Ok(sql::lock(tx.conn(), org, lot.0).await?.ok_or_else(|| Refusal::not_found("lot"))?)
}

/// Every line gives up what it was given of the lot: in bins with the tasks that would fetch it, in totes, in parcels that are opened.
async fn give_up(tx: &mut Tx, sku: SkuId, given: &[GivenRow]) -> Result<BTreeMap<SiteId, Vec<Freed>>> {
    let org = tx.org().0;
    let mut freed: BTreeMap<SiteId, Vec<Freed>> = BTreeMap::new();
    let mut bins: BTreeMap<Place, BTreeSet<AllocationId>> = BTreeMap::new();
    let mut carried = Vec::new();
    for row in given {
        if row.lpn_id.is_nil() {
            let at = Place::loose(row.site_id.into(), row.bin_id.into());
            bins.entry(at).or_default().insert(row.allocation.into());
            continue;
        }
        carried.push((AllocationId(row.allocation), row.quantity));
        if row.lpn_kind == "parcel" {
            sql::unpack(tx.conn(), org, row.lpn_id, row.order_line_id, row.quantity).await?;
        }
        let line = Freed::carried(row.order_line_id.into(), row.order_id.into(), &row.order_number, row.quantity);
        freed.entry(row.site_id.into()).or_default().push(line);
    }
    stock::deallocate(tx, &carried).await?;
    for (at, those) in bins {
        let lines = gone::give_up_those(tx, at, sku, &those).await?;
        freed.entry(at.site).or_default().extend(lines);
    }
    Ok(freed)
}

/// What is on sale of it is held where it stands, on its pallet if it stands on one; what lies in a tote or parcel is laid beside it.
/// Answers how many.
async fn hold(tx: &mut Tx, lot: LotId, sku: SkuId) -> Result<i32> {
    let org = tx.org().0;
    let rows = sql::standing(tx.conn(), org, lot.0, State::Sellable.code()).await?;
    let shift = |row: &StandingRow| {
        let from = row.place();
        let to = if row.carried { Place::loose(from.site, from.bin) } else { from };
        Shift {
            sku,
            tag: Tag { owner: row.owner_id.into(), lot, serial: row.serial_id.into() },
            quantity: row.on_hand,
            from,
            from_state: State::Sellable,
            to,
            to_state: State::Held,
            source: lot.0,
        }
    };
    stock::shift(tx, Reason::Hold, &rows.iter().map(shift).collect::<Vec<_>>()).await?;
    Ok(rows.iter().map(|row| row.on_hand).sum())
}

/// Somebody takes them out of the totes and parcels they lie in.
fn call(head: &sql::Head, lot: LotId, given: &[GivenRow], kind: &'static str) -> Vec<Case> {
    let mut units: BTreeMap<Uuid, (i32, &GivenRow)> = BTreeMap::new();
    for row in given.iter().filter(|row| !row.lpn_id.is_nil()) {
        units.entry(row.lpn_id).or_insert((0, row)).0 += row.quantity;
    }
    let case = |(lpn, (units, row)): (Uuid, (i32, &GivenRow))| Case {
        kind,
        subject: lpn,
        site: Some(row.site_id.into()),
        summary: format!(
            "Take {units} of {}, lot {}, out of {} and lay them aside at {}",
            head.sku_code, head.code, row.lpn_code, row.bin_code
        ),
        detail: json!({ "lot": lot, "units": units, "order": row.order_number }),
    };
    units.into_iter().map(case).collect()
}

impl StandingRow {
    fn place(&self) -> Place {
        Place { site: self.site_id.into(), bin: self.bin_id.into(), lpn: self.lpn_id.into() }
    }
}

impl Act for ReleaseLot {
    const KIND: &'static str = "lots.release";
    const NEEDS: Permission = Permission::StockRelease;
    /// Units that are on sale again.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let reason = reasons::give_words(tx, Process::LotRelease, &self.reason, self.lot).await?;
        let (org, lot) = (tx.org().0, self.lot.0);
        let head = lock(tx, self.lot).await?;
        require_everywhere(tx, self.lot, Self::NEEDS).await?;
        if !head.recalled {
            return Err(LotRefusal::NotRecalled { lot: head.code }.into());
        }
        let sku = SkuId(head.sku_id);
        let rows = sql::held_by_recall(tx.conn(), org, lot).await?;
        sql::set_recalled(tx.conn(), org, lot, None).await?;
        let shift = |row: &StandingRow| {
            let at = row.place();
            let tag = Tag { owner: row.owner_id.into(), lot: self.lot, serial: row.serial_id.into() };
            let (from_state, to_state) = (State::Held, State::Sellable);
            Shift { sku, tag, quantity: row.on_hand, from: at, from_state, to: at, to_state, source: lot }
        };
        stock::shift(tx, Reason::Release, &rows.iter().map(shift).collect::<Vec<_>>()).await?;
        let units = rows.iter().map(|row| row.on_hand).sum();
        tx.announce("lot.released", self.lot, None, json!({ "lot": head.code, "sku": sku, "units": units }));
        tx.audit("lot", self.lot, json!({ "recalled": true }), json!({ "recalled": false, "reason": reason, "units": units }));
        Ok(units)
    }
}
