//! What a site can promise: reserving, giving back, and giving up what a physical fact took away.
//!
//! Whoever lowers what is free locks the demand row first and computes in a later statement, so that a promise is exact.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::ids::{OrderLineId, OwnerId, SiteId, SkuId};
use domain::orders::sourcing::Promises;
use domain::stock::{available_to_promise, share_out};
use domain::words::counted;
use serde_json::json;
use uuid::Uuid;

use super::lasting::{self, Life};
use super::sql_demand::Reserved;
use super::{baskets, sql_demand};
use crate::exceptions::{self, Case};
use crate::{Result, Tx, owners};

/// What an order line wants of a site.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Want {
    pub line: OrderLineId,
    pub sku: SkuId,
    pub quantity: i32,
}

/// What each site can promise of our own units of each SKU, exactly: the demand is locked until the command ends.
pub(crate) async fn promises(tx: &mut Tx, sites: &[SiteId], skus: &[SkuId]) -> Result<Promises> {
    promises_of(tx, OwnerId::NIL, sites, skus).await
}

/// The same of an owner's units. Whoever else has some waits, too.
pub(crate) async fn promises_of(tx: &mut Tx, owner: OwnerId, sites: &[SiteId], skus: &[SkuId]) -> Result<Promises> {
    let skus: BTreeSet<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let skus: Vec<Uuid> = skus.into_iter().collect();
    // Sites in id order: whoever looks at several locks them alike.
    let sites: BTreeSet<SiteId> = sites.iter().copied().collect();
    let mut promises = HashMap::new();
    for site in sites {
        let free = free_of(tx, owner, site, &skus).await?;
        promises.extend(free.into_iter().map(|promise| ((site, SkuId(promise.sku)), promise.units)));
    }
    Ok(promises)
}

/// What a site can promise of one SKU.
struct Promise {
    sku: Uuid,
    units: i32,
    /// Some of what is free is of a lot.
    lots: bool,
}

/// What a site can promise of an owner's units, SKU by SKU.
async fn free_of(tx: &mut Tx, owner: OwnerId, site: SiteId, skus: &[Uuid]) -> Result<Vec<Promise>> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let demand = sql_demand::lock_demand(tx.conn(), org, site.0, owner.0, skus).await?;
    // A statement of its own: it sees what was committed while we waited for the lock.
    let free = sql_demand::free(tx.conn(), org, site.0, owner.0, skus, today).await?;
    let free: HashMap<Uuid, (i64, bool)> = free.into_iter().map(|row| (row.sku_id, (row.free, row.lots))).collect();
    let promise = |row: sql_demand::DemandRow| {
        let (free, lots) = free.get(&row.sku_id).copied().unwrap_or_default();
        Promise { sku: row.sku_id, units: available_to_promise(free, i64::from(row.reserved) + i64::from(row.buffer)), lots }
    };
    Ok(demand.into_iter().filter(|row| row.owner_id == owner.0).map(promise).collect())
}

/// Promises units to lines, as far as those of their orders' owners are free and good as long as their channel asks; answers what each
/// want got, in order.
pub(crate) async fn reserve(tx: &mut Tx, site: SiteId, wants: &[Want]) -> Result<Vec<i32>> {
    if wants.is_empty() {
        return Ok(Vec::new());
    }
    let org = tx.org().0;
    let clients = owners::of_lines(tx, &wants.iter().map(|want| want.line.0).collect::<Vec<_>>()).await?;
    let mut by_owner: BTreeMap<OwnerId, BTreeMap<Uuid, Vec<usize>>> = BTreeMap::new();
    for (index, want) in wants.iter().enumerate() {
        let owner = clients.get(&want.line.0).copied().unwrap_or_default();
        by_owner.entry(owner).or_default().entry(want.sku.0).or_default().push(index);
    }
    let (mut got, mut new, mut lines) = (vec![0; wants.len()], Reserved::default(), Vec::new());
    for (owner, by_sku) in by_owner {
        let promises = free_of(tx, owner, site, &by_sku.keys().copied().collect::<Vec<_>>()).await?;
        let mut life = Life::default();
        if promises.iter().any(|promise| promise.lots) {
            let theirs: Vec<Want> = by_sku.values().flatten().map(|index| wants[*index]).collect();
            life = lasting::life(tx, (site, owner), &theirs).await?;
        }
        for promise in promises {
            let indices = &by_sku[&promise.sku];
            let asked: Vec<i32> = indices.iter().map(|index| life.take(&wants[*index])).collect();
            for (index, units) in indices.iter().zip(share_out(promise.units, &asked)) {
                got[*index] = units;
                if units > 0 {
                    lines.push(wants[*index].line.0);
                    new.push(site.0, promise.sku, owner.0, units);
                }
            }
        }
    }
    if !lines.is_empty() {
        sql_demand::insert_reservations(tx.conn(), org, &lines, &new).await?;
        sql_demand::change_reserved(tx.conn(), org, &new).await?;
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
        lock_site(tx, org, site, &skus.into_iter().collect::<Vec<_>>()).await?;
    }
    sql_demand::reservations(tx.conn(), org, lines).await
}

pub(super) async fn give_back(tx: &mut Tx, org: Uuid, rows: &[(&sql_demand::ReservationRow, i32)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = rows.iter().map(|(row, _)| row.id).collect();
    let by: Vec<i32> = rows.iter().map(|(_, units)| *units).collect();
    sql_demand::lower_reservations(tx.conn(), org, &ids, &by).await?;
    let mut down = Reserved::default();
    for (row, units) in rows {
        down.push(row.site_id, row.sku_id, row.owner_id, -units);
    }
    sql_demand::change_reserved(tx.conn(), org, &down).await
}

/// Locks what is demanded of these SKUs at a site, of whosever units.
async fn lock_site(tx: &mut Tx, org: Uuid, site: Uuid, skus: &[Uuid]) -> Result<Vec<sql_demand::DemandRow>> {
    sql_demand::lock_demand(tx.conn(), org, site, Uuid::nil(), skus).await
}

pub(super) async fn lock_touched(tx: &mut Tx, touched: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let org = tx.org().0;
    let mut sites: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for (site, sku) in touched {
        sites.entry(*site).or_default().push(*sku);
    }
    for (site, skus) in sites {
        lock_site(tx, org, site, &skus).await?;
    }
    Ok(())
}

/// A physical fact wins: promises that nothing stands behind any more are given up, the least urgent first.
pub(super) async fn break_promises(tx: &mut Tx, touched: &BTreeSet<(Uuid, Uuid)>) -> Result<()> {
    let org = tx.org().0;
    let mut cases = Vec::new();
    for (site, sku) in touched {
        for demand in lock_site(tx, org, *site, &[*sku]).await? {
            break_promise(tx, *site, &demand, &mut cases).await?;
        }
    }
    exceptions::raise(tx, &cases).await
}

/// What of one owner's units is promised and not there any more.
async fn break_promise(tx: &mut Tx, site: Uuid, demand: &sql_demand::DemandRow, cases: &mut Vec<Case>) -> Result<()> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    if demand.reserved == 0 {
        return Ok(());
    }
    let (sku, owner) = (demand.sku_id, demand.owner_id);
    let free = sql_demand::free(tx.conn(), org, site, owner, &[sku], today).await?.first().map_or(0, |row| row.free);
    let mut over = i64::from(demand.reserved) - free;
    if over <= 0 {
        return Ok(());
    }
    over -= baskets::give_way(tx, (site, sku, owner), over).await?;
    let rows = sql_demand::reservations_of(tx.conn(), org, site, sku, owner).await?;
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
            site: Some(site.into()),
            summary: format!("{} not there any more", counted(units, "unit promised is", "units promised are")),
            detail: json!({ "sku": sku, "units": units }),
        });
    }
    give_back(tx, org, &broken).await
}

pub(super) fn raw(lines: &[OrderLineId]) -> Vec<Uuid> {
    lines.iter().map(|line| line.0).collect()
}

/// A bin is closed: what other bins cannot keep of what was promised gives way. The demand on these SKUs is the caller's.
pub(crate) async fn settle(tx: &mut Tx, site: SiteId, skus: &[SkuId]) -> Result<()> {
    break_promises(tx, &skus.iter().map(|sku| (site.0, sku.0)).collect()).await
}
