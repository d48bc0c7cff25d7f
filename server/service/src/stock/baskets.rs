//! What baskets keep: promised units, counted in demand beside reservations. The softest promise there is: the first to give way when
//! a physical fact wins. Which basket gets what is decided by `domain::orders::basket`.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::promises::lock_touched;
pub(crate) use super::sql_baskets::BasketLines;
use super::sql_demand::Reserved;
use super::{sql_baskets as sql, sql_demand};
use crate::{Result, Tx};

/// Keeps these lines. The caller has locked the demand and seen that it is free ([`super::promises()`]).
pub(crate) async fn keep_baskets(tx: &mut Tx, lines: &BasketLines) -> Result<()> {
    if lines.baskets.is_empty() {
        return Ok(());
    }
    let org = tx.org().0;
    sql::insert(tx.conn(), org, lines).await?;
    sql_demand::change_reserved(tx.conn(), org, &lines.kept).await
}

/// Which of these keep something.
pub(crate) async fn kept_baskets(tx: &mut Tx, baskets: &[Uuid]) -> Result<HashSet<Uuid>> {
    let org = tx.org().0;
    Ok(sql::of(tx.conn(), org, baskets).await?.into_iter().map(|row| row.basket_id).collect())
}

/// Gives back what these keep; answers how many units. The demand stays locked: whoever is promised them next in this command gets them.
pub(crate) async fn drop_baskets(tx: &mut Tx, baskets: &[Uuid]) -> Result<i64> {
    if baskets.is_empty() {
        return Ok(0);
    }
    let org = tx.org().0;
    let seen = sql::of(tx.conn(), org, baskets).await?;
    let touched: BTreeSet<(Uuid, Uuid)> = seen.iter().map(|row| (row.site_id, row.sku_id)).collect();
    lock_touched(tx, &touched).await?;
    let gone = sql::delete(tx.conn(), org, baskets).await?;
    let mut down = Reserved::default();
    for row in &gone {
        down.push(row.site_id, row.sku_id, row.owner_id, -row.quantity);
    }
    sql_demand::change_reserved(tx.conn(), org, &down).await?;
    Ok(gone.iter().map(|row| i64::from(row.quantity)).sum())
}

/// Baskets whose time is up, a batch of them.
pub(crate) async fn expired_baskets(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let org = tx.org().0;
    let baskets: BTreeSet<Uuid> = sql::expired(tx.conn(), org, now, 1_000).await?.into_iter().collect();
    Ok(baskets.into_iter().collect())
}

/// Takes up to `over` units of an owner's SKU from baskets, the latest first; answers how many it took. The demand is locked.
pub(super) async fn give_way(tx: &mut Tx, (site, sku, owner): (Uuid, Uuid, Uuid), over: i64) -> Result<i64> {
    let org = tx.org().0;
    let (mut baskets, mut by, mut taken) = (Vec::new(), Vec::new(), 0);
    for row in sql::of_sku(tx.conn(), org, (site, sku, owner)).await? {
        if taken >= over {
            break;
        }
        let units = i32::try_from((over - taken).min(i64::from(row.quantity))).unwrap_or(row.quantity);
        taken += i64::from(units);
        baskets.push(row.basket_id);
        by.push(units);
    }
    if !baskets.is_empty() {
        sql::lower(tx.conn(), org, sku, &baskets, &by).await?;
        let mut down = Reserved::default();
        down.push(site, sku, owner, i32::try_from(-taken).unwrap_or(i32::MIN));
        sql_demand::change_reserved(tx.conn(), org, &down).await?;
    }
    Ok(taken)
}
