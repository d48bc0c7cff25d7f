//! A bin that is locked gives nothing any more: what orders have in it is looked for in other bins, on the same carts where carts are
//! planned. What is found nowhere waits, as a case. Nothing moves.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{AllocationId, BinId, OrderLineId, SiteId, SkuId};
use domain::sites::design::Locked;
use serde_json::json;
use uuid::Uuid;

use super::short::find_elsewhere;
use super::{sql_clear, sql_picking, sql_trips};
use crate::exceptions::{self, Case};
use crate::stock::{self, Want};
use crate::{Result, Tx};

/// How a task says that its bin was locked.
const REASON: &str = "locked";

/// Of a bin that is marked as locked already, in this transaction.
pub(crate) async fn clear_bin(tx: &mut Tx, site: SiteId, bin: BinId, code: &str) -> Result<Locked> {
    let (org, at) = (tx.org().0, tx.at);
    // Trips, then the demand, as pickers do; both are read again once nobody else is at them.
    let trips: BTreeSet<Uuid> = sql_clear::open_tasks(tx.conn(), org, bin.0).await?.iter().map(|task| task.trip_id).collect();
    sql_trips::lock_trips(tx.conn(), org, &trips.iter().copied().collect::<Vec<_>>()).await?;
    let skus: Vec<SkuId> = sql_clear::skus_in(tx.conn(), org, site.0, bin.0).await?.into_iter().map(SkuId).collect();
    stock::promises(tx, &[site], &skus).await?;
    let given = sql_clear::given(tx.conn(), org, site.0, bin.0).await?;
    let tasks = sql_clear::open_tasks(tx.conn(), org, bin.0).await?;
    let freed: Vec<_> = given.iter().map(|row| (AllocationId(row.id), row.quantity)).collect();
    stock::deallocate(tx, &freed).await?;
    let mut left: BTreeMap<Uuid, i32> = BTreeMap::new();
    for row in &given {
        *left.entry(row.line_id).or_default() += row.quantity;
    }
    let mut missing: BTreeMap<Uuid, i32> = BTreeMap::new();
    let mut did = Locked::default();
    for task in &tasks {
        let there = left.entry(task.line_id).or_default();
        let quantity = task.left.min(*there);
        *there -= quantity;
        let want = Want { line: task.line_id.into(), sku: task.sku_id.into(), quantity };
        let found = if quantity > 0 { find_elsewhere(tx, task.task_id, want, site).await? } else { 0 };
        sql_picking::progress_tasks(tx.conn(), org, &[task.task_id], &[0], &[task.left], REASON, at).await?;
        did.reallocated += found;
        *missing.entry(task.line_id).or_default() += quantity - found;
    }
    // What no cart is planned for.
    let sku_of: BTreeMap<Uuid, Uuid> = given.iter().map(|row| (row.line_id, row.sku_id)).collect();
    let rest = left.into_iter().filter(|(_, units)| *units > 0);
    let wants: Vec<Want> = rest.map(|(line, quantity)| Want { line: line.into(), sku: SkuId(sku_of[&line]), quantity }).collect();
    for (want, got) in wants.iter().zip(stock::reserve(tx, site, &wants).await?) {
        *missing.entry(want.line.0).or_default() += want.quantity - got;
    }
    let lines: Vec<OrderLineId> = wants.iter().map(|want| want.line).collect();
    did.reallocated += stock::allocate(tx, &lines).await?.iter().map(|found| found.quantity).sum::<i32>();
    did.waiting = missing.values().sum();
    let mut cases = Vec::new();
    let mut told = BTreeSet::new();
    for row in &given {
        let units = missing.get(&row.line_id).copied().unwrap_or(0);
        if units > 0 && told.insert(row.line_id) {
            let summary = format!("{}: {units} of {} wait for stock ({code} is locked)", row.order_number, row.sku_code);
            let detail = json!({ "bin": code, "sku": row.sku_code, "units": units });
            cases.push(Case { kind: "backorder", subject: row.order_id, site: Some(site), summary, detail });
        }
    }
    exceptions::raise(tx, &cases).await?;
    stock::settle(tx, site, &skus).await?;
    for trip in trips {
        tx.announce("trip.shorted", trip, Some(site), json!({ "bin": code, "did": did }));
    }
    Ok(did)
}
