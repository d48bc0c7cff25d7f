//! Goods that came in go to the lines that wait for them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use domain::ids::{OrderId, OwnerId, SiteId, SkuId};
use domain::orders::ServeBackorders;
use domain::people::Permission;
use serde_json::json;
use uuid::Uuid;

use super::{lock_all, release, sql};
use crate::stock::{self, Life, Want};
use crate::{Act, Result, Tx, exceptions, sites};

impl Act for ServeBackorders {
    const KIND: &'static str = "orders.serve_backorders";
    const NEEDS: Permission = Permission::OrdersRelease;
    /// Units that found an order.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        let asked: Option<Vec<Uuid>> = self.skus.as_ref().map(|skus| skus.iter().map(|sku| sku.0).collect());
        // Who waits now says what to lock: orders first, as whoever cancels or releases them does, then the demand.
        let seen = sql::waiting_lines(tx.conn(), org, asked.as_deref()).await?;
        let waits: Vec<Uuid> = seen.iter().map(|row| row.order_id).collect();
        lock_all(tx, &waits).await?;
        let sites = sites::ranked(tx).await?;
        let skus: Vec<SkuId> = seen.iter().map(|row| SkuId(row.sku_id)).collect();
        let whose: BTreeSet<OwnerId> = seen.iter().map(|row| OwnerId(row.owner_id)).collect();
        let mut promises = HashMap::new();
        for owner in whose {
            promises.insert(owner, stock::promises_of(tx, owner, &sites, &skus).await?);
        }
        // Read again: some were served, or cancelled, while we waited for the locks.
        let (waits, skus): (HashSet<Uuid>, Vec<Uuid>) = (waits.into_iter().collect(), skus.iter().map(|sku| sku.0).collect());
        let mut waiting = sql::waiting_lines(tx.conn(), org, Some(&skus)).await?;
        waiting.retain(|row| waits.contains(&row.order_id));
        let mut lives = lives(tx, &sites, &waiting).await?;
        let mut wants: BTreeMap<SiteId, Vec<Want>> = BTreeMap::new();
        let mut orders: Vec<OrderId> = Vec::new();
        for row in &waiting {
            let (sku, mut missing) = (SkuId(row.sku_id), row.missing);
            let promises = promises.entry(OwnerId(row.owner_id)).or_default();
            for site in &sites {
                let left = promises.entry((*site, sku)).or_default();
                let want = Want { line: row.line_id.into(), sku, quantity: missing.min(*left) };
                let life = lives.get_mut(&(OwnerId(row.owner_id), *site));
                let quantity = life.map_or(want.quantity, |life| life.take(&want));
                if quantity > 0 {
                    *left -= quantity;
                    missing -= quantity;
                    wants.entry(*site).or_default().push(Want { quantity, ..want });
                    if orders.last().is_none_or(|last| last.0 != row.order_id) {
                        orders.push(row.order_id.into());
                    }
                }
            }
        }
        let mut served = 0;
        for (site, wants) in wants {
            served += stock::reserve(tx, site, &wants).await?.into_iter().sum::<i32>();
        }
        let raw: Vec<Uuid> = orders.iter().map(|order| order.0).collect();
        exceptions::resolve(tx, "backorder", &raw, "stock came in").await?;
        let lines: Vec<Uuid> = waiting.iter().filter(|row| raw.contains(&row.order_id)).map(|row| row.line_id).collect();
        exceptions::resolve(tx, "backorder", &lines, "stock came in").await?;
        // Whoever still misses something is raised again by its gates.
        release(tx, &orders).await?;
        tx.audit("org", org, (), json!({ "units": served, "orders": orders.len() }));
        Ok(served)
    }
}

/// What of each owner's is good long enough at each site for lines whose channel asks: whoever cannot use the rest leaves it to the next.
async fn lives(tx: &mut Tx, sites: &[SiteId], waiting: &[sql::WaitingRow]) -> Result<HashMap<(OwnerId, SiteId), Life>> {
    let want = |row: &sql::WaitingRow| Want { line: row.line_id.into(), sku: SkuId(row.sku_id), quantity: row.missing };
    let mut wants: BTreeMap<OwnerId, Vec<Want>> = BTreeMap::new();
    for row in waiting {
        wants.entry(OwnerId(row.owner_id)).or_default().push(want(row));
    }
    let mut lives = HashMap::new();
    for (owner, wants) in wants {
        for site in sites {
            lives.insert((owner, *site), stock::life(tx, (*site, owner), &wants).await?);
        }
    }
    Ok(lives)
}
