//! What is free for lines whose channel asks how long goods are good. How it is shared out is `domain::stock::lasting`'s.

use std::collections::{BTreeSet, HashMap};

use chrono::Days;
use domain::ids::{OrderLineId, OwnerId, SiteId, SkuId};
use domain::orders::sourcing::Promises;
use domain::stock::lasting::Lasting;
use uuid::Uuid;

use super::promises::Want;
use super::sql_demand;
use crate::{Result, Tx, lots};

/// What lines ask, and what is there for them.
#[derive(Debug, Default)]
pub(crate) struct Life {
    days: HashMap<OrderLineId, i32>,
    lasting: Lasting,
}

impl Life {
    /// As many as the line may be promised; they are its own from then on.
    pub fn take(&mut self, want: &Want) -> i32 {
        let days = self.days.get(&want.line).copied().unwrap_or(0);
        self.lasting.take(want.sku, days, want.quantity)
    }
}

/// What of an owner's is good long enough at a site for those of these lines whose channel asks. The demand is locked.
pub(crate) async fn life(tx: &mut Tx, at: (SiteId, OwnerId), wants: &[Want]) -> Result<Life> {
    let org = tx.org().0;
    let lines: Vec<Uuid> = wants.iter().map(|want| want.line.0).collect();
    let days: HashMap<OrderLineId, i32> =
        lots::min_life(tx.conn(), org, &lines).await?.into_iter().map(|(line, days)| (line.into(), days)).collect();
    let skus: BTreeSet<SkuId> = wants.iter().filter(|want| days.contains_key(&want.line)).map(|want| want.sku).collect();
    let asked: BTreeSet<i32> = days.values().copied().collect();
    Ok(Life { days, lasting: lasting(tx, at, &skus, &asked).await? })
}

/// What of an owner's is good at a site for each of so many days.
async fn lasting(
    tx: &mut Tx,
    (site, owner): (SiteId, OwnerId),
    skus: &BTreeSet<SkuId>,
    asked: &BTreeSet<i32>,
) -> Result<Lasting> {
    let mut lasting = Lasting::default();
    if skus.is_empty() || asked.is_empty() {
        return Ok(lasting);
    }
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let skus: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let there = sql_demand::free(tx.conn(), org, site.0, owner.0, &skus, today).await?;
    let dated: Vec<Uuid> = there.iter().filter(|row| row.lots).map(|row| row.sku_id).collect();
    if dated.is_empty() {
        return Ok(lasting);
    }
    let promised = sql_demand::promised_for_life(tx.conn(), org, (site.0, owner.0), &dated).await?;
    for days in asked {
        let until = today.checked_add_days(Days::new(u64::try_from(*days).unwrap_or(0))).unwrap_or(today);
        let good = sql_demand::free(tx.conn(), org, site.0, owner.0, &dated, until).await?;
        for sku in &dated {
            let free = good.iter().find(|row| row.sku_id == *sku).map_or(0, |row| row.free);
            let longer = promised.iter().filter(|row| row.sku_id == *sku && row.days >= *days).map(|row| row.units).sum();
            lasting.know((*sku).into(), *days, (free, longer));
        }
    }
    Ok(lasting)
}

/// What channels that ask see of what sites can promise.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashMap<SiteId, Lasting>);

impl Seen {
    /// Of these promises, what is good for so many days.
    pub fn by(&self, promises: &Promises, sites: &[SiteId], skus: impl Iterator<Item = SkuId> + Clone, days: i32) -> Promises {
        let seen = |site: &SiteId, sku: SkuId| {
            let units = promises.get(&(*site, sku)).copied().unwrap_or(0);
            ((*site, sku), self.0.get(site).map_or(units, |lasting| lasting.most(sku, days, units)))
        };
        sites.iter().flat_map(|site| skus.clone().map(move |sku| seen(site, sku))).collect()
    }

    /// So many of them are somebody's.
    pub fn take(&mut self, (site, sku): (SiteId, SkuId), days: i32, units: i32) {
        if let Some(lasting) = self.0.get_mut(&site) {
            lasting.take(sku, days, units);
        }
    }
}

/// What channels see of an owner's that ask for so many days. The demand is locked; whoever asks nothing costs nothing.
pub(crate) async fn seen(
    tx: &mut Tx,
    owner: OwnerId,
    sites: &[SiteId],
    skus: &[SkuId],
    asked: impl Iterator<Item = i32>,
) -> Result<Seen> {
    let asked: BTreeSet<i32> = asked.filter(|days| *days > 0).collect();
    let skus: BTreeSet<SkuId> = skus.iter().copied().collect();
    let mut seen = Seen::default();
    if asked.is_empty() {
        return Ok(seen);
    }
    for site in sites {
        seen.0.insert(*site, lasting(tx, (*site, owner), &skus, &asked).await?);
    }
    Ok(seen)
}
