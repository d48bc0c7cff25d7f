//! What a site can promise: reserving, giving back, and giving up what a physical fact took away.
//!
//! Whoever lowers what is free locks the demand row first and computes in a later statement, so that a promise is exact.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::ids::{OrderLineId, SiteId, SkuId};
use domain::stock::{available_to_promise, share_out};
use serde_json::json;
use uuid::Uuid;

use super::lasting::{Life, life};
use super::{baskets, sql_demand};
use crate::exceptions::{self, Case};
use crate::{Result, Tx};

/// What an order line wants of a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want {
    pub line: OrderLineId,
    pub sku: SkuId,
    pub quantity: i32,
}

/// What each site can promise of each SKU, exactly: the demand is locked until the command ends.
pub(crate) async fn promises(tx: &mut Tx, sites: &[SiteId], skus: &[SkuId]) -> Result<HashMap<(SiteId, SkuId), i32>> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let skus: BTreeSet<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let skus: Vec<Uuid> = skus.into_iter().collect();
    // Sites in id order: whoever looks at several locks them alike.
    let sites: BTreeSet<SiteId> = sites.iter().copied().collect();
    let mut promises = HashMap::new();
    for site in sites {
        let demand = sql_demand::lock_demand(tx.conn(), org, site.0, &skus).await?;
        let free: HashMap<Uuid, i64> =
            sql_demand::free(tx.conn(), org, site.0, &skus, today).await?.into_iter().map(|row| (row.sku_id, row.free)).collect();
        for row in demand {
            let free = free.get(&row.sku_id).copied().unwrap_or(0);
            let units = available_to_promise(free, i64::from(row.reserved) + i64::from(row.buffer));
            promises.insert((site, SkuId(row.sku_id)), units);
        }
    }
    Ok(promises)
}

/// Promises units to lines, as far as they are free and good as long as their channel asks; answers what each want got, in order.
pub(crate) async fn reserve(tx: &mut Tx, site: SiteId, wants: &[Want]) -> Result<Vec<i32>> {
    if wants.is_empty() {
        return Ok(Vec::new());
    }
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let mut by_sku: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
    for (index, want) in wants.iter().enumerate() {
        by_sku.entry(want.sku.0).or_default().push(index);
    }
    let skus: Vec<Uuid> = by_sku.keys().copied().collect();
    let demand = sql_demand::lock_demand(tx.conn(), org, site.0, &skus).await?;
    // A statement of its own: it sees what was committed while we waited for the lock.
    let free = sql_demand::free(tx.conn(), org, site.0, &skus, today).await?;
    let mut life = if free.iter().any(|row| row.lots) { life(tx, site, wants).await? } else { Life::default() };
    let free: HashMap<Uuid, i64> = free.into_iter().map(|row| (row.sku_id, row.free)).collect();
    let mut got = vec![0; wants.len()];
    for row in demand {
        let free = free.get(&row.sku_id).copied().unwrap_or(0);
        let promise = available_to_promise(free, i64::from(row.reserved) + i64::from(row.buffer));
        let indices = &by_sku[&row.sku_id];
        let asked: Vec<i32> = indices.iter().map(|index| life.take(&wants[*index])).collect();
        for (index, units) in indices.iter().zip(share_out(promise, &asked)) {
            got[*index] = units;
        }
    }
    let kept: Vec<_> = wants.iter().zip(&got).filter(|(_, units)| **units > 0).collect();
    if !kept.is_empty() {
        let lines: Vec<Uuid> = kept.iter().map(|(want, _)| want.line.0).collect();
        let skus: Vec<Uuid> = kept.iter().map(|(want, _)| want.sku.0).collect();
        let units: Vec<i32> = kept.iter().map(|(_, units)| **units).collect();
        sql_demand::insert_reservations(tx.conn(), org, site.0, &lines, &skus, &units).await?;
        sql_demand::change_reserved(tx.conn(), org, &vec![site.0; skus.len()], &skus, &units).await?;
    }
    Ok(got)
}

/// Gives back all that these lines have reserved.
pub(crate) async fn unreserve(tx: &mut Tx, lines: &[OrderLineId]) -> Result<()> {
    let org = tx.org().0;
    let rows = lock_reservations(tx, &raw(lines)).await?;
    give_back(tx, org, &rows.iter().map(|row| (row, row.quantity)).collect::<Vec<_>>()).await
}

/// Demand first, reservations then: the order everyone locks in.
pub(super) async fn lock_reservations(tx: &mut Tx, lines: &[Uuid]) -> Result<Vec<sql_demand::ReservationRow>> {
    let org = tx.org().0;
    let seen = sql_demand::reservations(tx.conn(), org, lines).await?;
    let mut sites: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in &seen {
        sites.entry(row.site_id).or_default().insert(row.sku_id);
    }
    for (site, skus) in sites {
        sql_demand::lock_demand(tx.conn(), org, site, &skus.into_iter().collect::<Vec<_>>()).await?;
    }
    sql_demand::reservations(tx.conn(), org, lines).await
}

pub(super) async fn give_back(tx: &mut Tx, org: Uuid, rows: &[(&sql_demand::ReservationRow, i32)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sites: Vec<Uuid> = rows.iter().map(|(row, _)| row.site_id).collect();
    let skus: Vec<Uuid> = rows.iter().map(|(row, _)| row.sku_id).collect();
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| row.id).collect();
    let by: Vec<i32> = rows.iter().map(|(_, units)| *units).collect();
    sql_demand::lower_reservations(tx.conn(), org, &ids, &by).await?;
    let down: Vec<i32> = by.iter().map(|units| -units).collect();
    sql_demand::change_reserved(tx.conn(), org, &sites, &skus, &down).await
}

pub(super) async fn lock_touched(tx: &mut Tx, touched: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let org = tx.org().0;
    let mut sites: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (site, sku) in touched {
        sites.entry(*site).or_default().push(*sku);
    }
    for (site, skus) in sites {
        sql_demand::lock_demand(tx.conn(), org, site, &skus).await?;
    }
    Ok(())
}

/// A physical fact wins: promises that nothing stands behind any more are given up, the least urgent first.
pub(super) async fn break_promises(tx: &mut Tx, touched: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let mut cases = Vec::new();
    for (site, sku) in touched {
        let demand = sql_demand::lock_demand(tx.conn(), org, *site, &[*sku]).await?;
        let free = sql_demand::free(tx.conn(), org, *site, &[*sku], today).await?.first().map_or(0, |row| row.free);
        let mut over = demand.first().map_or(0, |row| i64::from(row.reserved)) - free;
        if over <= 0 {
            continue;
        }
        over -= baskets::give_way(tx, *site, *sku, over).await?;
        let rows = sql_demand::reservations_of(tx.conn(), org, *site, *sku).await?;
        let mut broken = Vec::new();
        for row in &rows {
            if over <= 0 {
                break;
            }
            let units = i32::try_from(over.min(i64::from(row.quantity))).unwrap_or(row.quantity);
            over -= i64::from(units);
            broken.push((row, units));
            cases.push(Case {
                kind: "backorder",
                subject: row.order_line_id,
                site: Some((*site).into()),
                summary: format!("{units} units promised are not there any more"),
                detail: json!({ "sku": sku, "units": units }),
            });
        }
        give_back(tx, org, &broken).await?;
    }
    exceptions::raise(tx, &cases).await
}

pub(super) fn raw(lines: &[OrderLineId]) -> Vec<Uuid> {
    lines.iter().map(|line| line.0).collect()
}

/// A bin is closed: what other bins cannot keep of what was promised gives way. The demand on these SKUs is the caller's.
pub(crate) async fn settle(tx: &mut Tx, site: SiteId, skus: &[SkuId]) -> Result<()> {
    break_promises(tx, &skus.iter().map(|sku| (site.0, sku.0)).collect()).await
}
