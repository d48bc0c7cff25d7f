//! Which unit stands in which: whole trees of them, as they are locked together. No unit ever stands in itself, however long the way.

use std::collections::{BTreeMap, BTreeSet};

use super::{DEPTH_MAX, Held, LpnRefusal, UnitKind, UnitTree};
use crate::ids::LpnId;

/// One unit and the one it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub code: String,
    pub kind: UnitKind,
    pub parent: Option<LpnId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forest(pub BTreeMap<LpnId, Unit>);

impl Forest {
    /// The unit and all that it holds, itself first.
    pub fn held(&self, unit: LpnId) -> Vec<LpnId> {
        let (mut held, mut seen) = (vec![unit], BTreeSet::from([unit]));
        let mut at = 0;
        while let Some(outer) = held.get(at).copied() {
            let inner = self.0.iter().filter(|(_, unit)| unit.parent == Some(outer)).map(|(lpn, _)| *lpn);
            held.extend(inner.filter(|lpn| seen.insert(*lpn)));
            at += 1;
        }
        held
    }

    /// The units it stands in, its own first.
    pub fn outer(&self, unit: LpnId) -> Vec<LpnId> {
        let mut outer = Vec::new();
        let mut at = self.0.get(&unit).and_then(|unit| unit.parent);
        while let Some(lpn) = at.filter(|lpn| *lpn != unit && !outer.contains(lpn)) {
            outer.push(lpn);
            at = self.0.get(&lpn).and_then(|unit| unit.parent);
        }
        outer
    }

    /// All that stand together with it: the outermost and what that holds.
    pub fn together(&self, unit: LpnId) -> Vec<LpnId> {
        self.held(self.outer(unit).last().copied().unwrap_or(unit))
    }

    /// How many stand inside each other in it, itself counted.
    fn height(&self, unit: LpnId) -> usize {
        let above = self.outer(unit).len();
        self.held(unit).iter().map(|lpn| self.outer(*lpn).len()).max().unwrap_or(above) - above + 1
    }

    pub fn code(&self, unit: LpnId) -> String {
        self.0.get(&unit).map(|unit| unit.code.clone()).unwrap_or_default()
    }

    /// May the one stand in the other?
    pub fn check(&self, unit: LpnId, into: LpnId) -> Result<(), LpnRefusal> {
        if self.held(unit).contains(&into) {
            return Err(LpnRefusal::InItself { unit: self.code(unit), into: self.code(into) });
        }
        let kind = |lpn: LpnId| self.0.get(&lpn).map(|unit| unit.kind).unwrap_or_default();
        let (inner, outer) = (kind(unit), kind(into));
        if !outer.holds(inner) {
            return Err(LpnRefusal::DoesNotHold { outer, inner });
        }
        if self.outer(into).len() + 1 + self.height(unit) > DEPTH_MAX {
            return Err(LpnRefusal::TooDeep { max: DEPTH_MAX });
        }
        Ok(())
    }

    /// A unit as people look at it. What it holds is in the order of labels.
    pub fn tree(&self, unit: LpnId, goods: &mut BTreeMap<LpnId, Vec<Held>>) -> UnitTree {
        let mut inner: Vec<LpnId> =
            self.0.iter().filter(|(lpn, other)| other.parent == Some(unit) && **lpn != unit).map(|(lpn, _)| *lpn).collect();
        inner.sort_by_key(|lpn| self.code(*lpn));
        UnitTree {
            lpn: unit,
            code: self.code(unit),
            kind: self.0.get(&unit).map(|unit| unit.kind).unwrap_or_default(),
            goods: goods.remove(&unit).unwrap_or_default(),
            holds: inner.into_iter().map(|lpn| self.tree(lpn, goods)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn lpn(n: u128) -> LpnId {
        LpnId(Uuid::from_u128(n + 1))
    }

    fn forest(units: &[(u128, UnitKind, Option<u128>)]) -> Forest {
        let unit = |(n, kind, parent): &(u128, UnitKind, Option<u128>)| {
            (lpn(*n), Unit { code: format!("U-{n}"), kind: *kind, parent: parent.map(lpn) })
        };
        Forest(units.iter().map(unit).collect())
    }

    /// INV-1: what a unit holds is told however deep it stands; no unit comes to stand in itself, in what does not hold it, or too deep.
    #[test]
    fn a_unit_holds_others_and_never_itself() {
        use UnitKind::{Carton, Pallet, Tote};
        let forest =
            forest(&[(0, Pallet, None), (1, Tote, Some(0)), (2, Carton, Some(1)), (3, Carton, Some(0)), (4, Pallet, None)]);
        assert_eq!(forest.held(lpn(0)), [0, 1, 3, 2].map(lpn));
        assert_eq!(forest.outer(lpn(2)), [1, 0].map(lpn));
        assert_eq!(forest.together(lpn(2)), forest.held(lpn(0)));
        assert_eq!(forest.check(lpn(3), lpn(1)), Ok(()));
        assert_eq!(forest.check(lpn(0), lpn(4)), Ok(()));
        for (unit, into) in [(0, 0), (0, 2), (1, 2)] {
            assert!(matches!(forest.check(lpn(unit), lpn(into)), Err(LpnRefusal::InItself { .. })), "{unit} into {into}");
        }
        assert_eq!(forest.check(lpn(1), lpn(3)), Err(LpnRefusal::DoesNotHold { outer: Carton, inner: Tote }));
        let tree = forest.tree(lpn(0), &mut BTreeMap::new());
        assert_eq!(tree.holds.iter().map(|unit| unit.code.as_str()).collect::<Vec<_>>(), ["U-1", "U-3"]);
        assert_eq!(tree.holds[0].holds[0].code, "U-2");
    }

    #[test]
    fn units_stand_in_each_other_only_so_deep() {
        let pallets: Vec<_> = (0..6).map(|n: u128| (n, UnitKind::Pallet, n.checked_sub(1).filter(|_| n < 5))).collect();
        let forest = forest(&pallets);
        assert_eq!(forest.check(lpn(5), lpn(3)), Ok(()), "the fifth");
        assert_eq!(forest.check(lpn(5), lpn(4)), Err(LpnRefusal::TooDeep { max: DEPTH_MAX }));
        assert_eq!(forest.check(lpn(0), lpn(5)), Err(LpnRefusal::TooDeep { max: DEPTH_MAX }), "it brings its own depth");
    }

    proptest! {
        /// INV-1: whatever is put into whatever, in any order: every unit stands in one place, and no way leads back to itself.
        #[test]
        fn no_order_of_moves_makes_a_circle(moves in prop::collection::vec((0..8u128, 0..8u128), 0..60)) {
            let mut forest = forest(&(0..8).map(|n| (n, UnitKind::Pallet, None)).collect::<Vec<_>>());
            for (unit, into) in moves {
                if forest.check(lpn(unit), lpn(into)).is_ok() {
                    forest.0.get_mut(&lpn(unit)).unwrap().parent = Some(lpn(into));
                }
                for unit in (0..8).map(lpn) {
                    let outer = forest.outer(unit);
                    prop_assert!(outer.len() < DEPTH_MAX);
                    prop_assert!(outer.last().is_none_or(|outermost| forest.0[outermost].parent.is_none()));
                    prop_assert!(outer.iter().all(|outer| forest.held(*outer).contains(&unit)));
                }
            }
        }
    }
}
