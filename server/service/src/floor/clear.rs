//! A bin that is locked gives nothing any more: what orders have in it is looked for in other bins, on the same carts where carts are
//! planned. What is found nowhere waits, as a case. Nothing moves.

use domain::ids::{BinId, SiteId, SkuId};
use domain::sites::design::Locked;
use domain::stock::{Place, Tag};

use super::{gone, sql_clear};
use crate::{Result, Tx, exceptions, stock};

/// Of a bin that is marked as locked already, in this transaction.
pub(crate) async fn clear_bin(tx: &mut Tx, site: SiteId, bin: BinId) -> Result<Locked> {
    let org = tx.org().0;
    let held = sql_clear::skus_in(tx.conn(), org, site.0, bin.0).await?;
    let skus: Vec<SkuId> = held.iter().map(|(sku, _)| SkuId(*sku)).collect();
    gone::lock_walks(tx, bin, &skus).await?;
    stock::promises(tx, &[site], &skus).await?;
    let (mut did, mut cases) = (Locked::default(), Vec::new());
    for (sku, code) in &held {
        let freed = gone::give_up(tx, Place::loose(site, bin), SkuId(*sku), &[(Tag::NONE, i32::MAX)]).await?;
        let given: i32 = freed.iter().map(|line| line.units).sum();
        let late = gone::look_elsewhere(tx, site, SkuId(*sku), code, &freed).await?;
        let waiting = late.iter().filter_map(|case| i32::try_from(case.detail["units"].as_i64()?).ok()).sum::<i32>();
        did.reallocated += given - waiting;
        did.waiting += waiting;
        cases.extend(late);
    }
    exceptions::raise(tx, &cases).await?;
    stock::settle(tx, site, &skus).await?;
    Ok(did)
}
