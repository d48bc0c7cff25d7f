//! How much of what is free is good long enough for lines whose channel asks for it. Decides; what is free is asked of the database.

use std::collections::BTreeMap;

use crate::ids::SkuId;

/// Units that are free and good for so many days, by SKU. Of a SKU that is not in it all are good.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lasting(BTreeMap<(SkuId, i32), i64>);

impl Lasting {
    /// `free` units are good for so many days; of those, lines that ask as much or more are promised `promised`.
    pub fn know(&mut self, sku: SkuId, days: i32, (free, promised): (i64, i64)) {
        self.0.insert((sku, days), (free - promised).max(0));
    }

    /// As many of `wanted` as are good for so many days.
    pub fn most(&self, sku: SkuId, days: i32, wanted: i32) -> i32 {
        // What is good for long is good for less, too: whoever asks less may have got it.
        let good = self.0.range((sku, i32::MIN)..=(sku, days)).map(|(_, left)| *left).min();
        good.map_or(wanted, |good| wanted.min(i32::try_from(good).unwrap_or(i32::MAX)))
    }

    /// As [`Self::most`], and whoever asks next does not get the same.
    pub fn take(&mut self, sku: SkuId, days: i32, wanted: i32) -> i32 {
        let units = self.most(sku, days, wanted);
        for (_, left) in self.0.range_mut((sku, i32::MIN)..=(sku, days)) {
            *left = (*left - i64::from(units)).max(0);
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// INV-3: a line is promised what is good as long as its channel asks, and nobody twice the same.
    #[test]
    fn lines_share_what_is_good_long_enough() {
        let (serum, mug) = (SkuId::mint(), SkuId::mint());
        let mut lasting = Lasting::default();
        lasting.know(serum, 30, (9, 2));
        lasting.know(serum, 90, (4, 0));
        assert_eq!(lasting.take(mug, 90, 50), 50, "a mug does not spoil");
        assert_eq!(lasting.take(serum, 0, 50), 50, "whoever asks nothing takes any");
        assert_eq!(lasting.take(serum, 90, 3), 3);
        assert_eq!(lasting.take(serum, 30, 5), 4, "three of seven are gone");
        assert_eq!((lasting.most(serum, 90, 5), lasting.most(mug, 90, 5)), (0, 5), "nor are any left for long");
        let mut none = Lasting::default();
        none.know(serum, 30, (1, 5));
        assert_eq!(none.take(serum, 30, 1), 0);
    }
}
