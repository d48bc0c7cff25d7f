//! What a unit is beside its SKU. Two units of one SKU are the same to stock only when their tags are. Decides nothing about which SKUs
//! need one; that is the SKU's own policy.

use serde::{Deserialize, Serialize};

use crate::ids::{LotId, OwnerId, SerialId};

/// Whose a unit is, of which lot, and which one. Nil where a SKU is not told apart so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Tag {
    pub owner: OwnerId,
    pub lot: LotId,
    pub serial: SerialId,
}

impl Tag {
    /// The org's own, of no lot, one like the other.
    pub const NONE: Self = Self { owner: OwnerId::NIL, lot: LotId::NIL, serial: SerialId::NIL };

    /// Somebody's, of no lot, one like the other.
    pub const fn of(owner: OwnerId) -> Self {
        Self { owner, ..Self::NONE }
    }

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Told apart by nothing but whose it is.
    pub fn alike(self) -> bool {
        self.lot.is_nil() && self.serial.is_nil()
    }

    /// Ours, so that it costs us something.
    pub fn own(self) -> bool {
        self.owner.is_nil()
    }
}

/// Shares what is wanted out over what stands there, in that order: which, and how many of them; less than wanted when there is no more.
/// Takes from `there` what it chose.
pub fn of_which(there: &mut [(Tag, i32)], wanted: i32) -> Vec<(Tag, i32)> {
    let mut left = wanted;
    let mut parts = Vec::new();
    for (tag, free) in there {
        let taken = left.min(*free);
        if taken > 0 {
            *free -= taken;
            left -= taken;
            parts.push((*tag, taken));
        }
    }
    parts
}

/// Takes from what stands there what somebody else has now.
pub fn lower(there: &mut [(Tag, i32)], taken: &[(Tag, i32)]) {
    for (tag, units) in taken {
        if let Some((_, left)) = there.iter_mut().find(|(known, _)| known == tag) {
            *left -= units;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lot() -> Tag {
        Tag { lot: LotId::mint(), ..Tag::NONE }
    }

    /// INV-3: whoever does not say which gets the first that stand there, and never more than there are.
    #[test]
    fn units_that_nobody_names_are_the_first_that_stand_there() {
        let (old, new) = (lot(), lot());
        let mut there = [(old, 2), (new, 5)];
        assert_eq!(of_which(&mut there, 3), [(old, 2), (new, 1)]);
        assert_eq!(there, [(old, 0), (new, 4)]);
        assert_eq!(of_which(&mut there, 9), [(new, 4)]);
        assert!(of_which(&mut there, 1).is_empty());
        let mut there = [(old, 2), (new, 5)];
        lower(&mut there, &[(new, 3), (lot(), 9)]);
        assert_eq!(there, [(old, 2), (new, 2)]);
    }

    #[test]
    fn a_unit_without_a_tag_is_the_orgs_own_and_like_the_others() {
        assert!(Tag::default().is_none());
        assert!(!lot().is_none() && !lot().alike() && lot().own());
        let theirs = Tag::of(OwnerId::mint());
        assert!(!theirs.is_none() && theirs.alike() && !theirs.own());
    }

    proptest! {
        #[test]
        fn nothing_is_shared_out_that_is_not_there(frees in prop::collection::vec(0..20, 0..6), wanted in 0..80) {
            let mut there: Vec<_> = frees.iter().map(|free| (lot(), *free)).collect();
            let parts = of_which(&mut there, wanted);
            let (all, got): (i32, i32) = (frees.iter().sum(), parts.iter().map(|(_, units)| units).sum());
            prop_assert_eq!(got, wanted.min(all));
            prop_assert_eq!(there.iter().map(|(_, free)| free).sum::<i32>(), all - got);
        }
    }
}
