//! Units that are not there: what was given to orders is given up, the walks that would fetch it are told, and the orders look
//! elsewhere. Shared by whoever finds a bin short: the picker, the counter, the hand that corrects stock.
//!
//! Walks are locked first, then the demand, then allocations and balances, as everyone does who picks.

use std::collections::{BTreeMap, BTreeSet};

use domain::floor::ShortReason;
use domain::ids::{AllocationId, BinId, OrderId, OrderLineId, SiteId, SkuId, TripId};
use domain::stock::{Place, Tag, share_out};
use serde_json::json;
use uuid::Uuid;

use super::{sql_picking, sql_trips};
use crate::exceptions::Case;
use crate::stock::{self, Claim, Want};
use crate::{Result, Tx};

/// What an order line gave up.
#[derive(Debug, Clone)]
pub(crate) struct Freed {
    pub line: OrderLineId,
    pub order: OrderId,
    pub number: String,
    pub units: i32,
    /// Tasks that were to fetch them, and how many each.
    tasks: Vec<(Uuid, i32)>,
}

impl Freed {
    /// Units that no task fetches any more: they lay in a tote or parcel.
    pub(crate) fn carried(line: OrderLineId, order: OrderId, number: &str, units: i32) -> Self {
        Self { line, order, number: number.to_owned(), units, tasks: Vec::new() }
    }
}

/// Locks the walks that are to fetch these SKUs from the bin, so that no pick is halfway while units are given up.
pub(crate) async fn lock_walks(tx: &mut Tx, bin: BinId, skus: &[SkuId]) -> Result<()> {
    let org = tx.org().0;
    let skus: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let trips = sql_picking::trips_to_bin(tx.conn(), org, bin.0, &skus).await?;
    sql_trips::lock_trips(tx.conn(), org, &trips).await?;
    Ok(())
}

/// Frees so many units of what orders were given of a SKU in a bin, of the lot and serial each tag says, the least urgent order first, and
/// shortens the tasks that would fetch them. The units stay where they stand, free.
pub(crate) async fn give_up(tx: &mut Tx, at: Place, sku: SkuId, gone: &[(Tag, i32)]) -> Result<Vec<Freed>> {
    if gone.iter().all(|(_, units)| *units <= 0) {
        return Ok(Vec::new());
    }
    let claims = stock::claims(tx, at, sku).await?;
    let mut taken = vec![0; claims.len()];
    for (tag, units) in gone {
        let left = claims.iter().zip(&taken).map(|(claim, taken)| if claim.means(*tag) { claim.quantity - taken } else { 0 });
        let more = share_out(*units, &left.collect::<Vec<i32>>());
        for (taken, more) in taken.iter_mut().zip(more) {
            *taken += more;
        }
    }
    free(tx, at, &claims, &taken).await
}

/// As [`give_up`], but just these allocations, whosever they are.
pub(crate) async fn give_up_those(tx: &mut Tx, at: Place, sku: SkuId, those: &BTreeSet<AllocationId>) -> Result<Vec<Freed>> {
    let claims = stock::claims(tx, at, sku).await?;
    let taken: Vec<i32> = claims.iter().map(|claim| if those.contains(&claim.allocation) { claim.quantity } else { 0 }).collect();
    free(tx, at, &claims, &taken).await
}

/// Frees so many units of each claim and shortens the tasks that would fetch them.
async fn free(tx: &mut Tx, at: Place, claims: &[Claim], taken: &[i32]) -> Result<Vec<Freed>> {
    let (org, now) = (tx.org().0, tx.at);
    let freed: Vec<_> = claims.iter().zip(taken).filter(|(_, units)| **units > 0).collect();
    stock::deallocate(tx, &freed.iter().map(|(claim, units)| (claim.allocation, **units)).collect::<Vec<_>>()).await?;
    let mut lines: Vec<Freed> = Vec::new();
    for (claim, units) in freed {
        match lines.iter_mut().find(|line| line.line == claim.line) {
            Some(line) => line.units += units,
            None => lines.push(Freed {
                line: claim.line,
                order: claim.order,
                number: claim.number.clone(),
                units: *units,
                tasks: Vec::new(),
            }),
        }
    }
    let ids: Vec<Uuid> = lines.iter().map(|line| line.line.0).collect();
    let open = sql_picking::open_tasks_at(tx.conn(), org, at.bin.0, &ids).await?;
    let (mut short, mut by) = (Vec::new(), Vec::new());
    for line in &mut lines {
        let kept = kept(claims, line);
        let mut to_fetch: i32 = open.iter().filter(|task| task.order_line_id == line.line.0).map(|task| task.left).sum();
        // The last stop of the walk gives way first.
        for task in open.iter().rev().filter(|task| task.order_line_id == line.line.0) {
            let less = (to_fetch - kept).clamp(0, task.left);
            if less > 0 {
                to_fetch -= less;
                line.tasks.push((task.id, less));
                short.push(task.id);
                by.push(less);
            }
        }
    }
    let zeros = vec![0; short.len()];
    sql_picking::progress_tasks(tx.conn(), org, &short, &zeros, &by, ShortReason::Missing.code(), now).await?;
    let trips: BTreeMap<Uuid, Uuid> =
        open.iter().filter(|task| short.contains(&task.id)).map(|task| (task.trip_id, task.wave_id)).collect();
    for (trip, wave) in trips {
        tx.announce("trip.shorted", TripId(trip), Some(at.site), json!({ "wave": wave }));
    }
    Ok(lines)
}

/// What the line still has in the bin after giving up.
fn kept(claims: &[Claim], line: &Freed) -> i32 {
    claims.iter().filter(|claim| claim.line == line.line).map(|claim| claim.quantity).sum::<i32>() - line.units
}

/// Looks for other units for whoever gave some up, the most urgent first; what is found for a walk goes to its end. Answers what has
/// to wait, as cases to be raised.
pub(crate) async fn look_elsewhere(tx: &mut Tx, site: SiteId, sku: SkuId, sku_code: &str, freed: &[Freed]) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for line in freed.iter().rev() {
        let want = Want { line: line.line, sku, quantity: line.units };
        let found = find(tx, site, want, &line.tasks).await?;
        cases.extend(backorder(site, line.order, &line.number, sku_code, line.units - found));
    }
    Ok(cases)
}

/// Promises the line units from other bins, as many as are free; as many as its tasks lost are put at their walks' ends. Answers how
/// many were found.
pub(super) async fn find(tx: &mut Tx, site: SiteId, want: Want, lost: &[(Uuid, i32)]) -> Result<i32> {
    let org = tx.org().0;
    stock::reserve(tx, site, &[want]).await?;
    let mut found: Vec<(Uuid, i32)> = stock::allocate(tx, &[want.line])
        .await?
        .into_iter()
        .filter(|found| found.place.site == site)
        .map(|found| (found.place.bin.0, found.quantity))
        .collect();
    let units: i32 = found.iter().map(|(_, units)| units).sum();
    for (task, lost) in lost {
        let mut left = *lost;
        let (mut ids, mut bins, mut quantities) = (vec![], vec![], vec![]);
        for (bin, units) in &mut found {
            let taken = left.min(*units);
            if taken > 0 {
                *units -= taken;
                left -= taken;
                ids.push(Uuid::now_v7());
                bins.push(*bin);
                quantities.push(taken);
            }
        }
        if !ids.is_empty() {
            sql_picking::append_tasks(tx.conn(), org, *task, &ids, &bins, &quantities).await?;
        }
    }
    Ok(units.min(want.quantity))
}

/// The order waits for stock; none when it does not.
pub(super) fn backorder(site: SiteId, order: OrderId, number: &str, sku_code: &str, units: i32) -> Option<Case> {
    (units > 0).then(|| Case {
        kind: "backorder",
        subject: order.0,
        site: Some(site),
        summary: format!("{number}: {units} of {sku_code} wait for stock"),
        detail: json!({ "sku": sku_code, "units": units }),
    })
}
