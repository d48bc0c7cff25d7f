//! How many units a forward pick bin needs now, and which reserve gives them: in the order the SKU's goods are taken, what spoils first
//! unless it is said otherwise. Decides; the service moves.

use chrono::{DateTime, NaiveDate, Utc};

use crate::floor::TaskLot;
use crate::ids::{BinId, LpnId};
use crate::lots::Picking;

/// What stands in a forward pick bin, and what waves are to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    pub min: i32,
    pub max: i32,
    pub on_hand: i32,
    /// Of these, given to orders: they will be picked.
    pub allocated: i32,
    /// Units that planned waves would have to walk to reserve for.
    pub waiting: i32,
}

/// Units to bring: none while enough is free and no wave waits; otherwise up to the maximum, at least what waves wait for.
pub fn units(level: &Level) -> i32 {
    let free = level.on_hand - level.allocated;
    if free >= level.min && level.waiting == 0 {
        return 0;
    }
    (level.max - level.on_hand).max(level.waiting).max(0)
}

/// What stands of the SKU in a reserve bin: loose, or in a handling unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserve {
    pub bin: BinId,
    /// The handling unit it stands in; nil: loose.
    pub unit: LpnId,
    /// Of the bin, and of the unit.
    pub code: String,
    /// The last good day of what spoils first in it; none: it keeps.
    pub good_until: Option<NaiveDate>,
    /// When the oldest unit in it came.
    pub since: DateTime<Utc>,
    /// Units that are nobody's and on no other task, and units of waves nobody walks yet.
    pub gives: i32,
    /// Of these, units of waves nobody walks yet.
    pub waited: i32,
}

/// The reserve whose turn it is, and how many of `wanted` it gives. The next one is asked when that is done. Of goods that are told
/// apart waves were given these and no others: where they wait comes first.
pub fn source(reserves: &[Reserve], wanted: i32, apart: Option<Picking>) -> Option<(&Reserve, i32)> {
    let turn = |reserve: &&Reserve| {
        let turn = turn(apart.unwrap_or_default(), reserve.good_until, reserve.since);
        (apart.is_some() && reserve.waited == 0, turn, reserve.code.clone())
    };
    let first = reserves.iter().filter(|reserve| reserve.gives > 0).min_by_key(turn)?;
    Some((first, first.gives.min(wanted)))
}

/// Smaller is taken first.
fn turn(picking: Picking, good_until: Option<NaiveDate>, since: DateTime<Utc>) -> (bool, Option<NaiveDate>, i64) {
    let since = since.timestamp_micros();
    match picking {
        Picking::Fefo => (good_until.is_none(), good_until, since),
        Picking::Fifo => (false, None, since),
        Picking::Lifo => (false, None, -since),
    }
}

/// Units of one lot that stand where they are taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pile {
    pub lot: String,
    pub good_until: Option<NaiveDate>,
    /// When the first of the lot came.
    pub since: DateTime<Utc>,
    /// Those that may be taken.
    pub units: i32,
    /// Of these, units of waves nobody walks yet.
    pub waited: i32,
}

/// Which lots are taken, and how many of each: first what waves were given, then each in its turn. Nothing past its day.
pub fn lots(piles: &[Pile], wanted: i32, picking: Picking, today: NaiveDate) -> Vec<TaskLot> {
    let mut good: Vec<&Pile> = piles.iter().filter(|pile| pile.good_until.is_none_or(|on| on >= today)).collect();
    good.sort_by_key(|pile| (turn(picking, pile.good_until, pile.since), pile.lot.clone()));
    let (mut left, mut taken) = (wanted, Vec::<TaskLot>::new());
    let parts = good.iter().map(|pile| (pile, pile.waited)).chain(good.iter().map(|pile| (pile, pile.units - pile.waited)));
    for (pile, units) in parts {
        let units = units.min(left);
        if units <= 0 {
            continue;
        }
        left -= units;
        match taken.iter_mut().find(|lot| lot.code == pile.lot) {
            Some(lot) => lot.units += units,
            None => taken.push(TaskLot { code: pile.lot.clone(), expires_on: pile.good_until, units }),
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn level(on_hand: i32, allocated: i32, waiting: i32) -> Level {
        Level { min: 10, max: 40, on_hand, allocated, waiting }
    }

    /// RPL-1: below the minimum it is filled to the maximum; a wave's demand is brought whole, whatever the maximum.
    #[test]
    fn a_bin_is_filled_to_its_maximum_and_at_least_for_its_waves() {
        assert_eq!(units(&level(10, 0, 0)), 0);
        assert_eq!(units(&level(9, 0, 0)), 31);
        assert_eq!(units(&level(25, 20, 0)), 15, "what is given to orders will be gone");
        assert_eq!(units(&level(40, 35, 0)), 0, "a full bin takes no more before it is picked from");
        assert_eq!(units(&level(30, 0, 4)), 10, "a wave waits: it is filled, too");
        assert_eq!(units(&level(30, 0, 60)), 60);
        assert_eq!(units(&level(45, 0, 3)), 3);
    }

    /// RPL-1: the oldest reserve first; what has nothing to give is passed over.
    #[test]
    fn the_oldest_reserve_gives_first() {
        let reserve = |code: &str, day: i64, gives| Reserve {
            bin: BinId::NIL,
            unit: LpnId::NIL,
            code: code.into(),
            good_until: None,
            since: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(day),
            gives,
            waited: 0,
        };
        let bins = [reserve("R3", 3, 50), reserve("R2", 2, 8), reserve("R1", 1, 0), reserve("R0", 2, 5)];
        let found = source(&bins, 20, None).map(|(from, units)| (from.code.as_str(), units));
        assert_eq!(found, Some(("R0", 5)));
        assert_eq!(source(&bins[..1], 20, None).map(|(_, units)| units), Some(20));
        assert_eq!(source(&bins[2..3], 20, None), None);
        let spoils = Reserve { good_until: NaiveDate::from_ymd_opt(2026, 12, 1), ..reserve("R9", 9, 3) };
        let bins = [bins[0].clone(), spoils];
        assert_eq!(
            source(&bins, 20, None).map(|(from, units)| (from.code.as_str(), units)),
            Some(("R9", 3)),
            "it spoils, the older does not"
        );
        let of = |picking| source(&bins, 20, Some(picking)).map(|(from, _)| from.code.as_str());
        assert_eq!((of(Picking::Fifo), of(Picking::Lifo)), (Some("R3"), Some("R9")));
        let waited = Reserve { waited: 2, ..bins[0].clone() };
        let bins = [waited, bins[1].clone()];
        let from = |apart| source(&bins, 20, apart).map(|(from, _)| from.code.as_str());
        assert_eq!(from(Some(Picking::Fefo)), Some("R3"), "a wave was given these");
        assert_eq!(from(None), Some("R9"), "one is as good as another");
    }

    /// RPL-1, INV-3: what a wave was given is taken first, then what spoils first; nothing past its day.
    #[test]
    fn lots_are_taken_in_their_turn() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day);
        let pile = |lot: &str, good_until, since, units, waited| Pile {
            lot: lot.into(),
            good_until,
            since: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(since),
            units,
            waited,
        };
        let piles =
            [pile("OLD", day(1), 1, 9, 0), pile("A", day(9), 3, 4, 0), pile("B", day(20), 2, 6, 2), pile("C", None, 4, 5, 0)];
        let take = |wanted, picking| -> Vec<(String, i32)> {
            let taken = lots(&piles, wanted, picking, day(2).unwrap());
            taken.into_iter().map(|lot| (lot.code, lot.units)).collect()
        };
        let of = |parts: &[(&str, i32)]| parts.iter().map(|(lot, units)| ((*lot).to_owned(), *units)).collect::<Vec<_>>();
        assert_eq!(take(5, Picking::Fefo), of(&[("B", 2), ("A", 3)]));
        assert_eq!(take(99, Picking::Fefo), of(&[("B", 6), ("A", 4), ("C", 5)]));
        assert_eq!(take(7, Picking::Fifo), of(&[("B", 6), ("A", 1)]));
        assert_eq!(take(3, Picking::Lifo), of(&[("B", 2), ("C", 1)]));
    }

    proptest! {
        /// RPL-1: whatever stands there, a bin below its minimum that has room is filled to its maximum, and waves are served.
        #[test]
        fn what_is_brought_fills_the_bin_and_serves_the_waves(on_hand in 0..80_i32, given in 0..80_i32, waiting in 0..50_i32) {
            let level = level(on_hand, given.min(on_hand), waiting);
            let brought = units(&level);
            prop_assert!(brought >= 0 && brought >= waiting);
            prop_assert!(level.on_hand + brought <= level.max.max(level.on_hand + waiting));
            let short = level.on_hand - level.allocated < level.min || waiting > 0;
            prop_assert_eq!(brought > 0, short && (level.on_hand < level.max || waiting > 0));
        }
    }
}
