//! Which lots and serials a line gets: those that are good long enough, in the order the SKU's policy says, and among equals from the
//! bins that `picks` would choose. Decides; the service moves nothing for it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Source, choose};
use crate::lots::Picking;

/// Units of one lot, or one serial, in a bin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    pub source: Source,
    pub expires_on: Option<NaiveDate>,
    /// When the first of the lot came in.
    pub since: DateTime<Utc>,
}

impl Dated {
    /// Smaller is taken first.
    fn turn(&self, picking: Picking) -> (bool, Option<NaiveDate>, i64) {
        let since = self.since.timestamp_micros();
        match picking {
            // What does not expire waits for what does.
            Picking::Fefo => (self.expires_on.is_none(), self.expires_on, since),
            Picking::Fifo => (false, None, since),
            Picking::Lifo => (false, None, -since),
        }
    }

    fn lasts(&self, good_on: NaiveDate) -> bool {
        self.expires_on.is_none_or(|on| on >= good_on)
    }

    fn open(&self, good_on: NaiveDate) -> bool {
        self.source.free > 0 && self.lasts(good_on)
    }
}

/// As [`choose`], lot by lot: nothing that expires before `good_on`, and a lot only when those before it are empty.
pub fn choose_dated(sources: &mut [Dated], picking: Picking, good_on: NaiveDate, wanted: i32) -> Vec<(usize, i32)> {
    in_turn(sources, picking, |dated| dated.open(good_on), wanted)
}

/// As [`choose_dated`], for a line that has units already: only what is taken no later than those, unless they are no good for it.
pub fn choose_instead(
    sources: &mut [Dated],
    had: &Dated,
    picking: Picking,
    good_on: NaiveDate,
    wanted: i32,
) -> Vec<(usize, i32)> {
    let latest = had.lasts(good_on).then(|| had.turn(picking));
    let open = |dated: &Dated| dated.open(good_on) && latest.is_none_or(|latest| dated.turn(picking) <= latest);
    in_turn(sources, picking, open, wanted)
}

fn in_turn(sources: &mut [Dated], picking: Picking, open: impl Fn(&Dated) -> bool, wanted: i32) -> Vec<(usize, i32)> {
    let (mut chosen, mut left) = (Vec::new(), wanted);
    while left > 0 {
        let Some(turn) = sources.iter().filter(|dated| open(dated)).map(|dated| dated.turn(picking)).min() else { break };
        let equal: Vec<usize> =
            (0..sources.len()).filter(|at| open(&sources[*at]) && sources[*at].turn(picking) == turn).collect();
        // Serials of one bin are one stop.
        let mut bins: Vec<Source> = Vec::new();
        for source in equal.iter().map(|at| &sources[*at].source) {
            match bins.iter_mut().find(|bin| bin.bin == source.bin) {
                Some(bin) => bin.free += source.free,
                None => bins.push(source.clone()),
            }
        }
        for (bin, units) in choose(&mut bins, left) {
            let mut units = units;
            for at in equal.iter().copied().filter(|at| sources[*at].source.bin == bins[bin].bin).collect::<Vec<_>>() {
                let taken = units.min(sources[at].source.free);
                if taken > 0 {
                    sources[at].source.free -= taken;
                    (units, left) = (units - taken, left - taken);
                    chosen.push((at, taken));
                }
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{BinId, LotId, SerialId};
    use crate::stock::Tag;

    fn day(after: i32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 26).unwrap() + TimeDelta::days(after.into())
    }

    /// Lots expire so many days after today, and came so many minutes after the first.
    fn dated(bin: BinId, code: &str, expires: Option<i32>, since: i64, free: i32) -> Dated {
        let tag = Tag { lot: LotId::mint(), ..Tag::NONE };
        let since = DateTime::UNIX_EPOCH + TimeDelta::minutes(since);
        let source = Source { bin, code: code.into(), tag, reserve: false, free };
        Dated { source, expires_on: expires.map(day), since }
    }

    /// INV-3: FEFO takes what expires first, FIFO what came first, LIFO what came last; a full bin of a later lot does not tempt.
    #[test]
    fn lots_are_taken_in_the_order_of_the_policy() {
        let lots = || {
            [
                dated(BinId::mint(), "A", Some(30), 1, 50),
                dated(BinId::mint(), "B", Some(10), 2, 2),
                dated(BinId::mint(), "C", None, 0, 5),
            ]
        };
        let take = |picking, wanted| choose_dated(&mut lots(), picking, day(0), wanted);
        assert_eq!(take(Picking::Fefo, 4), [(1, 2), (0, 2)]);
        assert_eq!(take(Picking::Fifo, 6), [(2, 5), (0, 1)]);
        assert_eq!(take(Picking::Lifo, 3), [(1, 2), (0, 1)]);
        assert_eq!(take(Picking::Fefo, 99), [(1, 2), (0, 50), (2, 5)]);
    }

    /// INV-3: what does not last until the customer needs it is not given, whatever else is short.
    #[test]
    fn what_is_not_good_long_enough_is_not_given() {
        let mut lots = [dated(BinId::mint(), "A", Some(5), 0, 9), dated(BinId::mint(), "B", Some(40), 1, 3)];
        assert_eq!(choose_dated(&mut lots, Picking::Fefo, day(30), 5), [(1, 3)]);
        assert_eq!(choose_dated(&mut lots, Picking::Fefo, day(5), 5), [(0, 5)]);
    }

    /// INV-3: what a line has it gives up only for what its policy takes no later and its channel takes at all.
    #[test]
    fn units_are_given_up_only_for_what_is_taken_no_later() {
        let bin = BinId::mint();
        let lots = || {
            [
                dated(bin, "A", Some(10), 3, 9),
                dated(bin, "A", Some(40), 2, 2),
                dated(bin, "A", Some(60), 1, 5),
                dated(bin, "A", None, 0, 5),
            ]
        };
        let had = dated(BinId::mint(), "R", Some(50), 2, 6);
        let take = |picking, good| choose_instead(&mut lots(), &had, picking, day(good), 6);
        assert_eq!(take(Picking::Fefo, 30), [(1, 2)], "neither too old for the channel, nor what expires later");
        assert_eq!(take(Picking::Fefo, 0), [(0, 6)]);
        assert_eq!(take(Picking::Fifo, 30), [(3, 5), (2, 1)]);
        assert_eq!(take(Picking::Lifo, 0), [(0, 6)]);
        assert_eq!(take(Picking::Lifo, 30), [(1, 2)], "those that came as late");
        assert_eq!(take(Picking::Fefo, 55), [(2, 5), (3, 1)], "what it had is no good any more");
    }

    /// INV-3: units with serial numbers come from few bins, too.
    #[test]
    fn serials_of_one_bin_are_one_stop() {
        let (one, other) = (BinId::mint(), BinId::mint());
        let serial = |bin, code: &str| {
            let mut unit = dated(bin, code, None, 0, 1);
            unit.source.tag = Tag { serial: SerialId::mint(), ..Tag::NONE };
            unit
        };
        let mut units = [serial(one, "A"), serial(other, "B"), serial(other, "B"), serial(one, "A"), serial(one, "A")];
        assert_eq!(choose_dated(&mut units, Picking::Fefo, day(0), 2), [(1, 1), (2, 1)]);
    }

    proptest! {
        /// INV-3: never more than is there or wanted, nothing too old, and no lot while one before it has any.
        #[test]
        fn the_order_holds_whatever_is_there(
            lots in prop::collection::vec((prop::option::of(-5..40_i32), 0..6_i64, 0..9_i32, 0..3_usize), 0..9),
            picking in prop::sample::select(Picking::ALL.to_vec()), wanted in 0..40_i32, good in 0..20_i32,
        ) {
            let bins = [BinId::mint(), BinId::mint(), BinId::mint()];
            let whole: Vec<_> = lots.iter().map(|(on, since, free, bin)| dated(bins[*bin], &bin.to_string(), *on, *since, *free)).collect();
            let mut left = whole.clone();
            let chosen = choose_dated(&mut left, picking, day(good), wanted);
            let usable: i32 = whole.iter().filter(|lot| lot.open(day(good))).map(|lot| lot.source.free).sum();
            prop_assert_eq!(chosen.iter().map(|(_, units)| units).sum::<i32>(), wanted.min(usable));
            for (at, units) in &chosen {
                prop_assert!(*units > 0 && whole[*at].open(day(good)));
            }
            for (before, after) in left.iter().zip(&whole) {
                prop_assert!((0..=after.source.free).contains(&before.source.free));
            }
            if let Some(last) = chosen.iter().map(|(at, _)| whole[*at].turn(picking)).max() {
                prop_assert!(left.iter().all(|lot| !lot.open(day(good)) || lot.turn(picking) >= last), "an earlier lot is left");
            }
        }
    }
}
