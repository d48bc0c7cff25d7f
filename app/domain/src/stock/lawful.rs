//! Which change of state each reason may make: the whole table, once. The ledger's own check (`movement_lawful`) says the same of every
//! stored row, and a test holds them together. Where goods may stand in a state is `sites::BinKind::takes`.

use super::{Reason, State, StockRefusal};

impl Reason {
    pub const ALL: [Self; 17] = [
        Self::Receipt,
        Self::Opening,
        Self::Putaway,
        Self::Pick,
        Self::Unpick,
        Self::Pack,
        Self::Ship,
        Self::ReturnReceipt,
        Self::Disposition,
        Self::Hold,
        Self::Release,
        Self::Damage,
        Self::Count,
        Self::Scrap,
        Self::Move,
        Self::Replenish,
        Self::Transfer,
    ];

    /// May goods go from one state to the other for this reason?
    pub const fn allows(self, from: State, to: State) -> bool {
        use State::{Damaged, Held, InTransit, Outside, Quarantined, Returned, Sellable};
        // In a building, under some state or other.
        let (rests, comes_to_rest) = (!matches!(from, Outside | InTransit), !matches!(to, Outside | InTransit));
        match self {
            Self::Receipt => matches!((from, to), (Outside, Sellable | Held | Quarantined | Damaged)),
            Self::Opening => matches!((from, to), (Outside, Sellable | Held)),
            Self::Putaway | Self::Move => rests && from as u8 == to as u8,
            Self::Pick | Self::Unpick | Self::Pack | Self::Replenish => matches!((from, to), (Sellable, Sellable)),
            Self::Ship => matches!((from, to), (Sellable, Outside)),
            Self::ReturnReceipt => matches!((from, to), (Outside, Returned)),
            Self::Disposition => matches!((from, to), (Returned, Sellable | Held | Quarantined)),
            Self::Hold => matches!((from, to), (Sellable, Held)),
            Self::Release => matches!((from, to), (Held, Sellable)),
            Self::Damage => matches!((from, to), (Sellable | Held, Damaged) | (Held, Quarantined)),
            Self::Count => (rests && matches!(to, Outside)) || (matches!(from, Outside) && comes_to_rest),
            Self::Scrap => rests && matches!(to, Outside),
            Self::Transfer => {
                matches!((from, to), (Sellable, InTransit) | (InTransit, Sellable | Held | Outside) | (Outside, Sellable | Held))
            }
        }
    }

    /// Refuses a change of state that no business of this kind makes.
    pub const fn check(self, from: State, to: State) -> Result<(), StockRefusal> {
        if self.allows(from, to) { Ok(()) } else { Err(StockRefusal::Unlawful { reason: self, from, to }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states() -> impl Iterator<Item = State> {
        [State::Outside].into_iter().chain(State::INSIDE)
    }

    /// INV-1: ✗ goods become sellable by coming in, coming back, or by somebody's release, and leave by a named door.
    #[test]
    fn no_way_leads_around_a_decision() {
        use Reason as R;
        use State as S;

        let ways = |to: State| {
            let pairs = Reason::ALL.into_iter().flat_map(|reason| states().map(move |from| (reason, from)));
            pairs.filter(|(reason, from)| *from != to && reason.allows(*from, to)).collect::<Vec<_>>()
        };
        assert_eq!(
            ways(S::Sellable),
            [
                (R::Receipt, S::Outside),
                (R::Opening, S::Outside),
                (R::Disposition, S::Returned),
                (R::Release, S::Held),
                (R::Count, S::Outside),
                (R::Transfer, S::Outside),
                (R::Transfer, S::InTransit),
            ]
        );
        assert_eq!(ways(S::Returned), [(R::ReturnReceipt, S::Outside), (R::Count, S::Outside)]);
        assert_eq!(ways(S::InTransit), [(R::Transfer, S::Sellable)]);
        for reason in Reason::ALL {
            assert!(!reason.allows(S::Outside, S::Outside), "{reason:?} moves what is nowhere");
            assert!(states().any(|from| states().any(|to| reason.allows(from, to))), "{reason:?} allows nothing");
        }
    }

    /// INV-1: ✗ what is not lawful is refused by name.
    #[test]
    fn an_unlawful_change_says_what_it_would_do() {
        let refused = Reason::Release.check(State::Returned, State::Sellable).unwrap_err();
        assert_eq!(refused.to_string(), "By release, units do not go from “Returned” to “Sellable”.");
    }
}
