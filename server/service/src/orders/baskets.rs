//! Baskets' transactions: kept while a shopper pays, dropped, expired. Who gets what is decided by `domain::orders::basket`. Many
//! shoppers ask for the same units at once, so baskets are kept together ([`crate::command::together`]).

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Duration, Utc};
use domain::catalog::{CatalogRefusal, kits};
use domain::ids::{BasketId, CommandId, OrgId, OwnerId, SkuId};
use domain::orders::OrderRefusal;
use domain::orders::basket::{self, BasketKept, DropBasket, ExpireBaskets, KeepBasket, Wants};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use uuid::Uuid;

use super::sql;
use crate::command::together::{Asked, Together, act_alone};
use crate::stock::{self, BasketLines};
use crate::{Act, Db, Result, Tx, catalog, owners, sites};

impl Act for KeepBasket {
    const KIND: &'static str = "basket.keep";
    const NEEDS: Permission = Permission::OrdersEdit;
    type Outcome = BasketKept;

    async fn act(&self, tx: &mut Tx) -> Result<BasketKept> {
        act_alone(tx, self).await
    }
}

impl Together for KeepBasket {
    const SUBJECT: &'static str = "basket";
    const TOPIC: &'static str = "basket.kept";

    fn subject(&self) -> Uuid {
        self.basket.0
    }

    async fn act_together(tx: &mut Tx, asked: &[Asked<'_, Self>]) -> Result<Vec<Result<BasketKept, Refusal>>> {
        let org = tx.org().0;
        let asked_for: BTreeSet<SkuId> = asked.iter().flat_map(|asked| asked.command.lines.iter().map(|line| line.sku)).collect();
        let made_of = catalog::kits(tx, &asked_for.into_iter().collect::<Vec<_>>()).await?;
        let wants = |asked: &Asked<'_, Self>| Ok(kits::into_parts(asked.command.wants()?, &made_of));
        let wants: Vec<Result<Wants, OrderRefusal>> = asked.iter().map(wants).collect();
        let ids: BTreeSet<SkuId> = wants.iter().flatten().flat_map(|wants| wants.keys().copied()).collect();
        let skus = catalog::by_id(tx, &ids.into_iter().collect::<Vec<_>>()).await?;
        let known: Vec<SkuId> = skus.keys().copied().collect();
        let channels: HashMap<String, i32> =
            sql::channels(tx.conn(), org).await?.into_iter().map(|row| (row.code, row.min_life_days)).collect();
        let sites = sites::ranked(tx).await?;
        let clients = owners::known(tx, asked.iter().map(|asked| asked.command.owner.as_str())).await?;
        let whose = |asked: &Asked<'_, Self>| owners::among(&clients, &asked.command.owner);
        let asks: Vec<i32> = asked.iter().filter_map(|asked| channels.get(&asked.command.channel)).copied().collect();
        let (mut promised, mut seen_by) = (HashMap::new(), HashMap::new());
        for owner in asked.iter().filter_map(|asked| whose(asked).ok()).collect::<BTreeSet<OwnerId>>() {
            promised.insert(owner, stock::promises_of(tx, owner, &sites, &known).await?);
            seen_by.insert(owner, stock::seen(tx, owner, &sites, &known, asks.iter().copied()).await?);
        }
        let baskets: Vec<Uuid> = asked.iter().map(|asked| asked.command.basket.0).collect();
        let mut taken = stock::kept_baskets(tx, &baskets).await?;
        let mut lines = BasketLines::default();
        let mut decide = |asked: &Asked<'_, Self>, wants: Result<Wants, OrderRefusal>| -> Result<BasketKept, Refusal> {
            let (command, wants) = (asked.command, wants?);
            let Some(days) = channels.get(&command.channel).copied() else {
                return Err(OrderRefusal::UnknownChannel { code: command.channel.clone() }.into());
            };
            let owner = whose(asked)?;
            if let Some(unknown) = wants.keys().find(|sku| !skus.contains_key(sku)) {
                return Err(CatalogRefusal::UnknownSku { code: unknown.to_string() }.into());
            }
            if taken.contains(&command.basket.0) {
                return Err(OrderRefusal::BasketTaken.into());
            }
            let (promises, seen) = (promised.entry(owner).or_default(), seen_by.entry(owner).or_default());
            let kept = if days > 0 {
                basket::keep(&sites, &wants, &mut seen.by(promises, &sites, wants.keys().copied(), days))
            } else {
                basket::keep(&sites, &wants, promises)
            };
            let site = kept.ok_or(OrderRefusal::NoSite)?.map_err(|short| {
                let sku = skus[&short.sku].code.clone();
                OrderRefusal::BasketShort { sku, wanted: short.wanted, free: short.free }
            })?;
            taken.insert(command.basket.0);
            let until = asked.at + Duration::minutes(command.minutes.into());
            for (sku, units) in wants {
                if days > 0 {
                    *promises.entry((site, sku)).or_default() -= units;
                    seen.take((site, sku), days, units);
                }
                lines.days.push(days);
                lines.baskets.push(command.basket.0);
                lines.kept.push(site.0, sku.0, owner.0, units);
                lines.until.push(until);
            }
            Ok(BasketKept { basket: command.basket, site, until })
        };
        let ended = asked.iter().zip(wants).map(|(asked, wants)| decide(asked, wants)).collect();
        stock::keep_baskets(tx, &lines).await?;
        Ok(ended)
    }
}

impl Act for DropBasket {
    const KIND: &'static str = "basket.drop";
    const NEEDS: Permission = Permission::OrdersEdit;
    /// Units given back; none when its time was up, or its order is placed.
    type Outcome = i64;

    async fn act(&self, tx: &mut Tx) -> Result<i64> {
        let units = stock::drop_baskets(tx, &[self.basket.0]).await?;
        tx.announce("basket.dropped", self.basket, None, units);
        tx.audit("basket", self.basket, (), units);
        Ok(units)
    }
}

impl Act for ExpireBaskets {
    const KIND: &'static str = "basket.expire";
    const NEEDS: Permission = Permission::OrdersEdit;
    /// Baskets that expired.
    type Outcome = usize;

    async fn act(&self, tx: &mut Tx) -> Result<usize> {
        let org = tx.org();
        let baskets = stock::expired_baskets(tx, self.now).await?;
        let units = stock::drop_baskets(tx, &baskets).await?;
        tx.announce("basket.expired", org, None, units);
        tx.audit("basket", org, (), &baskets);
        Ok(baskets.len())
    }
}

impl Db {
    /// Keep units for a shopper, together with whoever else asks now.
    pub async fn keep_basket(
        &self,
        caller: &Caller,
        id: CommandId,
        at: DateTime<Utc>,
        command: KeepBasket,
    ) -> Result<BasketKept> {
        self.run_together(&self.baskets, caller, id, at, command).await
    }

    /// Give back what nobody paid for in time; is there more to do at once?
    pub async fn expire_baskets(&self, org: OrgId, now: DateTime<Utc>) -> Result<bool> {
        let caller = Caller::system(org, "baskets");
        let due = {
            let mut tx = self.read(&caller, Permission::OrdersEdit, None).await?;
            !stock::expired_baskets(&mut tx, now).await?.is_empty()
        };
        Ok(due && self.run(&caller, CommandId::mint(), now, &ExpireBaskets { now }).await? > 0)
    }
}

/// The baskets these orders were paid from.
pub(super) fn of_orders(orders: &[&domain::orders::NewOrder]) -> Vec<Uuid> {
    orders.iter().filter_map(|order| order.basket).map(|BasketId(basket)| basket).collect()
}

#[cfg(test)]
mod tests;
