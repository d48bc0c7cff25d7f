//! What a count found, against the ledger at the moment of the scan: a difference, whether somebody else looks again, whether somebody
//! has to agree, and from which units a loss is taken. Posting it is the service's.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{CountRefusal, Programme};
use crate::ids::{PersonId, SkuId};
use crate::stock::State;

/// What is counted by itself: a SKU; of one that is told apart each lot, and each serial. Empty: of none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    pub sku: SkuId,
    pub lot: String,
    pub serial: String,
}

/// One item of one round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub sku: SkuId,
    #[serde(default)]
    pub lot: String,
    #[serde(default)]
    pub serial: String,
    /// The ledger's units when the round began, and when this was counted.
    pub ledger_began: i32,
    pub ledger: i32,
    pub counted: i32,
    pub unit_value: Decimal,
}

impl Line {
    pub fn item(&self) -> Item {
        Item { sku: self.sku, lot: self.lot.clone(), serial: self.serial.clone() }
    }

    fn is(&self, other: &Self) -> bool {
        self.sku == other.sku && self.lot == other.lot && self.serial == other.serial
    }

    /// Did goods move while they were counted?
    pub const fn moved(&self) -> bool {
        self.ledger_began != self.ledger
    }

    /// Counted less the ledger at the scan. Units that moved during the count may have been counted before or after they did: what
    /// lies between the two ledgers is no difference.
    pub fn variance(&self) -> i32 {
        let (low, high) = (self.ledger.min(self.ledger_began), self.ledger.max(self.ledger_began));
        if (low..=high).contains(&self.counted) { 0 } else { self.counted - self.ledger }
    }

    pub fn value(&self) -> Decimal {
        (self.unit_value * Decimal::from(self.variance())).round_dp(4)
    }
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Next {
    Post,
    Recount,
    Approval,
}

/// A round, judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub next: Next,
    /// Σ |difference| and Σ difference, in money.
    pub off_value: Decimal,
    pub net_value: Decimal,
    pub in_tolerance: bool,
}

/// Judges the round that ended; `before` is the one before it, when there was one.
pub fn judge(lines: &[Line], before: Option<&[Line]>, rules: &Programme) -> Verdict {
    let off_value = lines.iter().map(|line| line.value().abs()).sum();
    let net_value = lines.iter().map(Line::value).sum();
    let in_tolerance = lines.iter().all(|line| line.variance().abs() <= rules.tolerance_units);
    let beyond = |line: &Line| {
        let off = line.variance().abs();
        off > rules.recount_units || line.value().abs() > rules.recount_value || (off > 0 && line.moved())
    };
    let next = match before {
        None if lines.iter().any(beyond) => Next::Recount,
        // Two who looked and do not agree: a third person says which it is.
        Some(before) if off_value > Decimal::ZERO && !agree(lines, before) => Next::Approval,
        _ if off_value > rules.approve_value => Next::Approval,
        _ => Next::Post,
    };
    Verdict { next, off_value, net_value, in_tolerance }
}

/// Do two rounds find the same differences?
fn agree(one: &[Line], other: &[Line]) -> bool {
    let found = |lines: &[Line], of: &Line| lines.iter().find(|line| line.is(of)).map_or(0, Line::variance);
    one.iter().chain(other).all(|line| found(one, line) == found(other, line))
}

/// GOV-2: whoever counted does not approve. The system (nil) has no own interest.
pub fn check_approver(approver: PersonId, counters: &[PersonId]) -> Result<(), CountRefusal> {
    if !approver.is_nil() && counters.contains(&approver) { Err(CountRefusal::OwnCount) } else { Ok(()) }
}

/// A recount is another person's.
pub fn check_recounter(person: PersonId, last: PersonId) -> Result<(), CountRefusal> {
    if !person.is_nil() && person == last { Err(CountRefusal::SamePerson) } else { Ok(()) }
}

/// What stands loose in a bin of one item, by state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub state: State,
    pub on_hand: i32,
    pub allocated: i32,
}

/// From which units a loss is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    pub parts: Vec<(State, i32)>,
    /// Units that orders were given and that have to be given up first.
    pub freed: i32,
}

/// Takes `units` from what stands there: first what a short pick made doubtful, then what is free to sell, then what is set apart, and
/// only then what orders were given. None when there are not so many.
pub fn take_loss(standing: &[Standing], doubted: i32, units: i32) -> Option<Loss> {
    let of = |state: State| standing.iter().find(|one| one.state == state).copied();
    let held = of(State::Held).map_or(0, |one| one.on_hand);
    let sellable = of(State::Sellable).unwrap_or(Standing { state: State::Sellable, on_hand: 0, allocated: 0 });
    let doubted = doubted.clamp(0, held);
    let others = [State::Returned, State::Quarantined, State::Damaged];
    let others = others.into_iter().map(|state| (state, of(state).map_or(0, |one| one.on_hand)));
    let mut order =
        vec![(State::Held, doubted), (State::Sellable, sellable.on_hand - sellable.allocated), (State::Held, held - doubted)];
    order.extend(others);
    order.push((State::Sellable, sellable.allocated));
    let (last, mut left) = (order.len() - 1, units);
    let mut loss = Loss { parts: Vec::new(), freed: 0 };
    for (at, (state, there)) in order.into_iter().enumerate() {
        let taken = left.min(there);
        if taken <= 0 {
            continue;
        }
        left -= taken;
        if at == last {
            loss.freed = taken;
        }
        match loss.parts.iter_mut().find(|(known, _)| *known == state) {
            Some((_, units)) => *units += taken,
            None => loss.parts.push((state, taken)),
        }
    }
    (left == 0).then_some(loss)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(ledger_began: i32, ledger: i32, counted: i32) -> Line {
        let (lot, serial) = (String::new(), String::new());
        Line { sku: SkuId::NIL, lot, serial, ledger_began, ledger, counted, unit_value: Decimal::from(4) }
    }

    fn next(lines: &[Line], before: Option<&[Line]>) -> Next {
        judge(lines, before, &Programme::opening()).next
    }

    /// INV-5: what moved since the round began is taken into account, not reported as a difference.
    #[test]
    fn what_moved_while_counting_is_no_difference() {
        assert_eq!(line(10, 10, 10).variance(), 0);
        assert_eq!(line(10, 8, 10).variance(), 0, "counted before two were picked");
        assert_eq!(line(10, 8, 8).variance(), 0, "counted after");
        assert_eq!(line(10, 8, 7).variance(), -1);
        assert_eq!(line(8, 12, 13).variance(), 1);
        assert_eq!(line(10, 8, 7).value(), Decimal::from(-4));
    }

    /// INV-5: a small difference is posted, a large one is looked at again by somebody else, a dear one has to be agreed to.
    #[test]
    fn a_large_difference_goes_on_to_recount_and_approval() {
        assert_eq!(next(&[line(10, 10, 10)], None), Next::Post);
        assert_eq!(next(&[line(10, 10, 8)], None), Next::Post);
        assert_eq!(next(&[line(10, 10, 7)], None), Next::Recount, "three units");
        assert_eq!(next(&[Line { unit_value: Decimal::from(51), ..line(10, 10, 9) }], None), Next::Recount, "51 in value");
        assert_eq!(next(&[line(10, 9, 8)], None), Next::Recount, "off, and something moved meanwhile");
        let (seven, six, right) = ([line(10, 10, 7)], [line(10, 10, 6)], [line(10, 10, 10)]);
        assert_eq!(next(&seven, Some(&seven)), Next::Post, "two found the same, and it is worth little");
        assert_eq!(next(&six, Some(&seven)), Next::Approval, "two do not agree");
        assert_eq!(next(&right, Some(&seven)), Next::Post, "the ledger was right");
        let dear = [Line { unit_value: Decimal::from(34), ..line(10, 10, 7) }];
        assert_eq!(next(&dear, Some(&dear)), Next::Approval, "102 in value");
        let many: Vec<Line> = (0..13).map(|_| Line { sku: SkuId::mint(), ..line(10, 10, 8) }).collect();
        assert_eq!(next(&many, None), Next::Approval, "many small ones are worth much together");
    }

    /// INV-3, INV-5: two who find the same number of units of other lots do not agree, and two lots that were swapped are two differences.
    #[test]
    fn each_lot_is_a_line_of_its_own() {
        let of = |lot: &str, line: Line| Line { lot: lot.into(), ..line };
        let (one, other) = ([of("L1", line(5, 5, 2))], [of("L2", line(5, 5, 2))]);
        assert_eq!(next(&one, Some(&one)), Next::Post);
        assert_eq!(next(&one, Some(&other)), Next::Approval, "three are missing, but of which lot?");
        let swapped = [of("L1", line(5, 5, 3)), of("L2", line(3, 3, 5))];
        let verdict = judge(&swapped, None, &Programme::opening());
        assert_eq!((verdict.off_value, verdict.net_value, verdict.in_tolerance), (Decimal::from(16), Decimal::ZERO, false));
        assert!(swapped[0].item() < swapped[1].item());
    }

    #[test]
    fn a_verdict_says_what_it_is_worth() {
        let verdict = judge(&[line(5, 5, 4), line(5, 5, 6)], None, &Programme::opening());
        assert_eq!((verdict.off_value, verdict.net_value, verdict.in_tolerance), (Decimal::from(8), Decimal::ZERO, false));
        assert!(judge(&[line(5, 5, 4)], None, &Programme { tolerance_units: 1, ..Programme::opening() }).in_tolerance);
    }

    /// GOV-2: whoever counted neither recounts nor approves.
    #[test]
    fn who_counted_neither_recounts_nor_approves() {
        let (ana, ben) = (PersonId::mint(), PersonId::mint());
        assert_eq!(check_approver(ana, &[ben, ana]), Err(CountRefusal::OwnCount));
        assert_eq!(check_approver(ana, &[ben]), Ok(()));
        assert_eq!(check_approver(PersonId::NIL, &[PersonId::NIL]), Ok(()));
        assert_eq!(check_recounter(ana, ana), Err(CountRefusal::SamePerson));
        assert_eq!(check_recounter(ana, ben), Ok(()));
    }

    #[test]
    fn a_loss_takes_what_nobody_was_given_first() {
        let standing = |state, on_hand, allocated| Standing { state, on_hand, allocated };
        let there = [standing(State::Sellable, 6, 4), standing(State::Held, 5, 0), standing(State::Damaged, 1, 0)];
        let took = |units| take_loss(&there, 2, units).map(|loss| (loss.parts, loss.freed));
        assert_eq!(took(2), Some((vec![(State::Held, 2)], 0)));
        assert_eq!(took(4), Some((vec![(State::Held, 2), (State::Sellable, 2)], 0)));
        assert_eq!(took(8), Some((vec![(State::Held, 5), (State::Sellable, 2), (State::Damaged, 1)], 0)));
        assert_eq!(took(9), Some((vec![(State::Held, 5), (State::Sellable, 3), (State::Damaged, 1)], 1)));
        assert_eq!(took(13), None);
    }

    proptest! {
        /// INV-5: a loss is taken whole or not at all, never more than stands in a state, and orders give way last.
        #[test]
        fn a_loss_is_taken_whole(sellable in 0_i32..40, given in 0_i32..40, held in 0_i32..40, damaged in 0_i32..40, doubted in 0_i32..60, units in 0_i32..150) {
            let given = given.min(sellable);
            let there = [
                Standing { state: State::Sellable, on_hand: sellable, allocated: given },
                Standing { state: State::Held, on_hand: held, allocated: 0 },
                Standing { state: State::Damaged, on_hand: damaged, allocated: 0 },
            ];
            let whole = sellable + held + damaged;
            match take_loss(&there, doubted, units) {
                None => prop_assert!(units > whole),
                Some(loss) => {
                    prop_assert_eq!(loss.parts.iter().map(|(_, units)| units).sum::<i32>(), units);
                    prop_assert!(loss.parts.iter().all(|(state, units)| there.iter().any(|one| one.state == *state && one.on_hand >= *units)));
                    prop_assert_eq!(loss.freed, (units - (whole - given)).max(0));
                }
            }
        }
    }
}
