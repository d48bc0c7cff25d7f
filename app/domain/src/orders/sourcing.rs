//! From which site an order is served. Decides; reserving is the service's.

use std::collections::HashMap;

use crate::ids::{SiteId, SkuId};

/// Version of this rule, as decision receipts cite it.
pub const RULE: &str = "sourcing-1";

/// What each site can promise.
pub type Promises = HashMap<(SiteId, SkuId), i32>;

/// Units of `wants` a site could serve. Demand on one SKU is summed before it is compared.
pub fn served(site: SiteId, wants: &[(SkuId, i32)], promises: &Promises) -> i32 {
    let mut summed: HashMap<SkuId, i32> = HashMap::new();
    for (sku, quantity) in wants {
        *summed.entry(*sku).or_default() += quantity;
    }
    summed.into_iter().map(|(sku, quantity)| quantity.min(promises.get(&(site, sku)).copied().unwrap_or(0))).sum()
}

/// The first site (in rank order) that can serve the whole order; else the one that can serve most of it, the earlier on a tie.
/// None only when there is no site.
pub fn choose(sites: &[SiteId], wants: &[(SkuId, i32)], promises: &Promises) -> Option<SiteId> {
    let wanted: i32 = wants.iter().map(|(_, quantity)| quantity).sum();
    let mut best: Option<(i32, SiteId)> = None;
    for site in sites {
        let units = served(*site, wants, promises);
        if units >= wanted {
            return Some(*site);
        }
        if best.is_none_or(|(most, _)| units > most) {
            best = Some((units, *site));
        }
    }
    best.map(|(_, site)| site)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ORD-5: one site that has everything beats a nearer one that has a part.
    #[test]
    fn a_site_that_serves_the_whole_order_is_chosen_in_rank_order() {
        let (a, b, sku, other) = (SiteId::mint(), SiteId::mint(), SkuId::mint(), SkuId::mint());
        let promises = Promises::from([((a, sku), 1), ((b, sku), 9), ((b, other), 1)]);
        assert_eq!(choose(&[a, b], &[(sku, 1)], &promises), Some(a));
        assert_eq!(choose(&[a, b], &[(sku, 2)], &promises), Some(b));
        assert_eq!(choose(&[a, b], &[(sku, 1), (other, 1)], &promises), Some(b));
        assert_eq!(choose(&[a, b], &[(other, 5)], &promises), Some(b), "the most of it");
        assert_eq!(choose(&[a, b], &[(SkuId::mint(), 5)], &promises), Some(a), "nobody has any: the first waits for it");
        assert_eq!(choose(&[], &[(sku, 1)], &promises), None);
    }

    #[test]
    fn two_lines_of_one_sku_are_summed_before_they_are_compared() {
        let (a, b, sku) = (SiteId::mint(), SiteId::mint(), SkuId::mint());
        let promises = Promises::from([((a, sku), 3), ((b, sku), 4)]);
        assert_eq!(choose(&[a, b], &[(sku, 2), (sku, 2)], &promises), Some(b));
        assert_eq!(served(a, &[(sku, 2), (sku, 2)], &promises), 3);
    }
}
