//! A basket: units kept for a shopper while they pay. Decides whose basket gets what is free, in the order they ask, all of it or
//! nothing. What is free is the caller's to know; the order that follows is placed as any other.
//!
//! A promise that expires by itself: whoever leaves the till without paying holds nothing for longer than asked.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::sourcing::{self, Promises};
use super::{LINES_MAX, OrderRefusal};
use crate::ids::{BasketId, SiteId, SkuId};
use crate::quantity::Quantity;

/// Minutes units may be kept for who has not paid.
pub const MINUTES_MAX: i32 = 120;

/// Keep these units for a shopper: all of them, at one site, or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepBasket {
    pub basket: BasketId,
    /// The channel's code.
    pub channel: String,
    /// Whose goods, by the owner's code; empty = our own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub owner: String,
    pub lines: Vec<BasketLine>,
    /// From now.
    pub minutes: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    pub sku: SkuId,
    pub quantity: i32,
}

/// Give back what a basket keeps, because the shopper left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropBasket {
    pub basket: BasketId,
}

/// Give back what baskets keep whose time is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpireBaskets {
    pub now: DateTime<Utc>,
}

/// The basket's units are promised to nobody else until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketKept {
    pub basket: BasketId,
    pub site: SiteId,
    pub until: DateTime<Utc>,
}

/// Units by SKU, each summed over the lines that ask for it.
pub type Wants = BTreeMap<SkuId, i32>;

/// Too few of one SKU for a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    pub sku: SkuId,
    pub wanted: i32,
    pub free: i32,
}

impl KeepBasket {
    /// What it wants, summed; refused when it says something impossible.
    pub fn wants(&self) -> Result<Wants, OrderRefusal> {
        if !(1..=MINUTES_MAX).contains(&self.minutes) {
            return Err(OrderRefusal::BasketMinutes { max: MINUTES_MAX });
        }
        if self.lines.is_empty() || self.lines.len() > LINES_MAX {
            return Err(OrderRefusal::BasketLines { max: LINES_MAX });
        }
        let mut wants = Wants::new();
        for line in &self.lines {
            Quantity::new(line.quantity.into())?;
            let sum = wants.entry(line.sku).or_default();
            *sum = sum.saturating_add(line.quantity);
        }
        Ok(wants)
    }
}

/// Gives one basket what it wants: lowers `promises` at the first site that has all of it. Names what is short, and changes nothing,
/// when none has. None when there is no site at all.
pub fn keep(sites: &[SiteId], wants: &Wants, promises: &mut Promises) -> Option<Result<SiteId, TooFew>> {
    let asked: Vec<(SkuId, i32)> = wants.iter().map(|(sku, units)| (*sku, *units)).collect();
    let site = sourcing::choose(sites, &asked, promises)?;
    let short = asked.iter().find_map(|(sku, wanted)| {
        let free = promises.get(&(site, *sku)).copied().unwrap_or(0);
        (free < *wanted).then_some(TooFew { sku: *sku, wanted: *wanted, free })
    });
    if let Some(short) = short {
        return Some(Err(short));
    }
    for (sku, units) in asked {
        *promises.entry((site, sku)).or_default() -= units;
    }
    Some(Ok(site))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn basket(lines: &[(SkuId, i32)]) -> KeepBasket {
        let lines = lines.iter().map(|(sku, quantity)| BasketLine { sku: *sku, quantity: *quantity }).collect();
        KeepBasket { basket: BasketId::mint(), channel: "web".into(), owner: String::new(), lines, minutes: 15 }
    }

    /// ORD-2 (peer medusajs/medusa#16569): two lines of one SKU are one want, or each of them would find enough.
    #[test]
    fn lines_of_one_sku_are_summed_before_they_are_compared() {
        let (site, sku) = (SiteId::mint(), SkuId::mint());
        let wants = basket(&[(sku, 2), (sku, 2)]).wants().unwrap();
        let mut promises = Promises::from([((site, sku), 3)]);
        assert_eq!(keep(&[site], &wants, &mut promises), Some(Err(TooFew { sku, wanted: 4, free: 3 })));
        assert_eq!(promises[&(site, sku)], 3, "who gets nothing takes nothing");
        promises.insert((site, sku), 4);
        assert_eq!(keep(&[site], &wants, &mut promises), Some(Ok(site)));
        assert_eq!(promises[&(site, sku)], 0);
        assert_eq!(keep(&[], &wants, &mut promises), None);
    }

    #[test]
    fn what_is_impossible_is_named() {
        let sku = SkuId::mint();
        for minutes in [0, -1, MINUTES_MAX + 1] {
            let asked = KeepBasket { minutes, ..basket(&[(sku, 1)]) };
            assert_eq!(asked.wants(), Err(OrderRefusal::BasketMinutes { max: MINUTES_MAX }));
        }
        assert_eq!(basket(&[]).wants(), Err(OrderRefusal::BasketLines { max: LINES_MAX }));
        assert!(matches!(basket(&[(sku, 0)]).wants(), Err(OrderRefusal::Quantity(_))));
    }

    proptest! {
        /// ORD-2: whoever asks for whatever, in any order, no unit is kept for two; and who is refused really found too few.
        #[test]
        fn no_unit_is_kept_twice(free in prop::collection::vec(0..30_i32, 6), asked in prop::collection::vec(prop::collection::vec((0..3_usize, 1..6_i32), 1..4), 0..40)) {
            let sites = [SiteId::mint(), SiteId::mint()];
            let skus = [SkuId::mint(), SkuId::mint(), SkuId::mint()];
            let before: Promises = sites.iter().flat_map(|site| skus.iter().map(|sku| (*site, *sku))).zip(free).collect();
            let mut promises = before.clone();
            let mut kept: Promises = Promises::new();
            for lines in asked {
                let lines: Vec<_> = lines.into_iter().map(|(sku, units)| (skus[sku], units)).collect();
                let wants = basket(&lines).wants().unwrap();
                match keep(&sites, &wants, &mut promises).unwrap() {
                    Ok(site) => wants.iter().for_each(|(sku, units)| *kept.entry((site, *sku)).or_default() += units),
                    Err(short) => {
                        prop_assert!(short.free < short.wanted);
                        prop_assert!(sites.iter().all(|site| wants.iter().any(|(sku, units)| promises[&(*site, *sku)] < *units)));
                    }
                }
            }
            for (key, free) in before {
                prop_assert_eq!(promises[&key] + kept.get(&key).copied().unwrap_or(0), free);
                prop_assert!(promises[&key] >= 0);
            }
        }
    }
}
