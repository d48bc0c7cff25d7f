//! Ordered kits become lines of their parts before anything is promised: every later step knows plain SKUs only. How the price is
//! shared is decided by `domain::catalog::kits`.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use domain::catalog::kits;
use domain::ids::SkuId;
use domain::orders::NewOrder;
use rust_decimal::Decimal;

use crate::{Result, Tx, catalog};

/// These orders with their kits taken apart; an order without any is lent as it is.
pub(super) async fn take_apart<'a>(tx: &mut Tx, orders: &[&'a NewOrder]) -> Result<Vec<Cow<'a, NewOrder>>> {
    let ordered: BTreeSet<SkuId> = orders.iter().flat_map(|order| order.lines.iter().map(|line| line.sku)).collect();
    let made_of = catalog::kits(tx, &ordered.into_iter().collect::<Vec<_>>()).await?;
    if made_of.is_empty() {
        return Ok(orders.iter().copied().map(Cow::Borrowed).collect());
    }
    let parts: Vec<SkuId> = made_of.values().flatten().map(|part| part.sku).collect();
    let prices: HashMap<SkuId, Decimal> =
        catalog::by_id(tx, &parts).await?.into_iter().map(|(sku, row)| (sku, row.price)).collect();
    let mut apart = Vec::with_capacity(orders.len());
    for order in orders {
        if !order.lines.iter().any(|line| made_of.contains_key(&line.sku)) {
            apart.push(Cow::Borrowed(*order));
            continue;
        }
        let mut lines = Vec::new();
        for line in &order.lines {
            match made_of.get(&line.sku) {
                Some(parts) => {
                    let alone: Vec<Decimal> =
                        parts.iter().map(|part| prices.get(&part.sku).copied().unwrap_or_default()).collect();
                    lines.extend(kits::take_apart(line, parts, &alone, &order.currency)?);
                }
                None => lines.push(line.clone()),
            }
        }
        apart.push(Cow::Owned(NewOrder { lines, ..(*order).clone() }));
    }
    Ok(apart)
}
