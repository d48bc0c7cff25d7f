//! From which bins a line is served: the rule behind every allocation. Decides; the service moves nothing for it.

pub mod dated;

use serde::{Deserialize, Serialize};

use super::Tag;
use crate::ids::BinId;

/// A bin with free sellable units of the SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub bin: BinId,
    pub code: String,
    pub tag: Tag,
    /// A pick face is emptied before reserve stock.
    pub reserve: bool,
    pub free: i32,
}

/// Chooses bins for one line. One bin that covers the whole line is best, the smallest such (it empties bins); otherwise the
/// fullest first, so that the walk has few stops. Pick faces come before reserve; codes break ties.
/// Takes from `sources` what it chose. Answers (index into `sources`, units); less than `wanted` when there is no more.
pub fn choose(sources: &mut [Source], wanted: i32) -> Vec<(usize, i32)> {
    let mut chosen = Vec::new();
    let mut left = wanted;
    for reserve in [false, true] {
        while left > 0 {
            let open = || sources.iter().enumerate().filter(|(_, s)| s.reserve == reserve && s.free > 0);
            let whole = open().filter(|(_, s)| s.free >= left).min_by_key(|(_, s)| (s.free, &s.code));
            let Some((index, _)) =
                whole.or_else(|| open().max_by(|(_, a), (_, b)| a.free.cmp(&b.free).then(b.code.cmp(&a.code))))
            else {
                break;
            };
            let take = left.min(sources[index].free);
            sources[index].free -= take;
            left -= take;
            chosen.push((index, take));
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn source(code: &str, reserve: bool, free: i32) -> Source {
        Source { bin: BinId::NIL, code: code.into(), tag: Tag::NONE, reserve, free }
    }

    /// ORD-2: the smallest bin that covers the line alone.
    #[test]
    fn one_bin_that_covers_the_line_is_preferred_and_the_smallest_such() {
        let mut bins = [source("A", false, 50), source("B", false, 8), source("C", false, 3)];
        assert_eq!(choose(&mut bins, 5), [(1, 5)]);
        assert_eq!(bins[1].free, 3);
    }

    #[test]
    fn without_such_a_bin_the_fullest_come_first() {
        let mut bins = [source("A", false, 2), source("B", false, 4), source("C", false, 3)];
        assert_eq!(choose(&mut bins, 6), [(1, 4), (0, 2)]);
    }

    #[test]
    fn pick_faces_are_emptied_before_reserve() {
        let mut bins = [source("R", true, 100), source("A", false, 2)];
        assert_eq!(choose(&mut bins, 5), [(1, 2), (0, 3)]);
    }

    #[test]
    fn equal_bins_are_taken_by_code() {
        let mut bins = [source("B", false, 2), source("A", false, 2)];
        assert_eq!(choose(&mut bins, 3), [(1, 2), (0, 1)]);
        let mut bins = [source("B", false, 5), source("A", false, 5)];
        assert_eq!(choose(&mut bins, 3), [(1, 3)]);
    }

    proptest! {
        #[test]
        fn never_more_than_is_there_and_all_of_it_when_short(
            frees in prop::collection::vec((0..20, any::<bool>()), 0..8), wanted in 0..80,
        ) {
            let mut bins: Vec<_> = frees.iter().enumerate().map(|(i, (free, reserve))| source(&i.to_string(), *reserve, *free)).collect();
            let before: i32 = bins.iter().map(|b| b.free).sum();
            let chosen = choose(&mut bins, wanted);
            let taken: i32 = chosen.iter().map(|(_, units)| units).sum();
            prop_assert_eq!(taken, wanted.min(before));
            prop_assert!(bins.iter().all(|b| b.free >= 0));
            prop_assert!(chosen.iter().all(|(_, units)| *units > 0));
            prop_assert_eq!(bins.iter().map(|b| b.free).sum::<i32>(), before - taken);
        }

        /// PCK-5: whoever can be served from one pick face is; reserve is touched only when every pick face is empty; no bin twice.
        #[test]
        fn few_stops_and_reserve_last(frees in prop::collection::vec((1..20, any::<bool>()), 1..8), wanted in 1..80) {
            let whole: Vec<_> = frees.iter().enumerate().map(|(i, (free, reserve))| source(&i.to_string(), *reserve, *free)).collect();
            let mut bins = whole.clone();
            let chosen = choose(&mut bins, wanted);
            if let Some(smallest) = whole.iter().filter(|b| !b.reserve && b.free >= wanted).map(|b| b.free).min() {
                prop_assert_eq!(chosen.len(), 1);
                prop_assert_eq!((whole[chosen[0].0].free, chosen[0].1), (smallest, wanted));
            }
            if chosen.iter().any(|(at, _)| whole[*at].reserve) {
                prop_assert!(bins.iter().all(|b| b.reserve || b.free == 0));
            }
            let once: std::collections::HashSet<_> = chosen.iter().map(|(at, _)| at).collect();
            prop_assert_eq!(once.len(), chosen.len());
            for (at, units) in &chosen {
                prop_assert_eq!(bins[*at].free, whole[*at].free - units);
            }
        }
    }
}
