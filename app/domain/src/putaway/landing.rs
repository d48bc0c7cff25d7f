//! Goods that come to rest in a bin by another way than putaway: received into it, released into it, set apart in it. Whose may stand
//! there, and in which state, is asked of every movement; here it is asked what they need of their place, and whether there is room.

use super::rule::{keeps, roomy, suits, units};
use super::{Candidate, Item, PutawayRefusal};
use crate::ids::BinId;
use crate::sites::places::BinKind;

/// Goods come to rest beside what stands there, all of them; what comes next is asked beside these too. Docks and stages keep anything
/// there is room for.
pub fn land(bin: &mut Candidate, goods: &[Item]) -> Result<(), PutawayRefusal> {
    if !matches!(bin.kind, BinKind::Dock | BinKind::Stage) {
        keeps(bin, goods).map_err(|why| PutawayRefusal::BinUnfit { bin: bin.code.clone(), why })?;
    }
    let (room, given) = (roomy(bin, goods).unwrap_or(0), units(goods));
    if room < given {
        return Err(PutawayRefusal::BinFull { bin: bin.code.clone(), room, given });
    }
    for item in goods {
        bin.used_volume_ml += item.volume_ml.saturating_mul(item.quantity.into());
        bin.used_weight_g += item.weight_g.saturating_mul(item.quantity.into());
        bin.inside.insert((item.sku, item.lot));
        bin.owners.insert((item.sku, item.owner));
    }
    Ok(())
}

/// The first of these bins that is open and takes goods of a SKU; they come to rest in it.
pub fn first_that_takes(bins: &mut [Candidate], sku: &str, goods: &[Item]) -> Result<BinId, PutawayRefusal> {
    match bins.iter_mut().find_map(|bin| takes(bin, goods).then_some(bin.bin)) {
        Some(bin) => Ok(bin),
        None => Err(PutawayRefusal::NowhereApart { sku: sku.to_owned(), looked_at: bins.len() }),
    }
}

/// Is the bin open, and does it take these goods? Then they come to rest in it.
pub fn takes(bin: &mut Candidate, goods: &[Item]) -> bool {
    !bin.locked && suits(bin, goods).is_ok() && land(bin, goods).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ids::{LotId, OwnerId, SkuId};
    use crate::putaway::Why;
    use crate::sites::places::{Hazard, Keeping, Mixing, StorageClass};

    fn bin(code: &str, kind: BinKind, keeping: Keeping) -> Candidate {
        Candidate {
            bin: BinId::mint(),
            code: code.into(),
            kind,
            keeping,
            locked: false,
            known: true,
            distance_mm: None,
            used_volume_ml: 0,
            used_weight_g: 0,
            inside: BTreeSet::new(),
            kept_for: None,
            owners: BTreeSet::new(),
        }
    }

    fn goods(quantity: i32) -> Vec<Item> {
        let (class, hazard) = (StorageClass::Ambient, Hazard::None);
        let (sku, owner, lot) = (SkuId::mint(), OwnerId::NIL, LotId::NIL);
        vec![Item { sku, owner, lot, quantity, volume_ml: 400, weight_g: 250, class, hazard }]
    }

    /// IN-4: a bin takes what there is room for, and what came before counts; it says how much room it has.
    #[test]
    fn what_came_before_takes_up_room() {
        let mut shelf = bin("A", BinKind::Pick, Keeping { volume_ml: Some(2_000), ..Keeping::default() });
        let mugs = goods(3);
        assert_eq!(land(&mut shelf, &mugs), Ok(()));
        assert_eq!(land(&mut shelf, &mugs), Err(PutawayRefusal::BinFull { bin: "A".into(), room: 2, given: 3 }));
        assert_eq!((shelf.used_volume_ml, shelf.used_weight_g), (1_200, 750), "what is refused takes no room");
    }

    /// IN-4: what goods need of their place is asked of shelves and of quarantine; a dock keeps anything, as long as there is room.
    #[test]
    fn a_shelf_keeps_what_it_is_for() {
        let chilled = Keeping { class: StorageClass::Chilled, ..Keeping::default() };
        let refused = |kind| land(&mut bin("A", kind, chilled), &goods(1));
        let unfit = Err(PutawayRefusal::BinUnfit { bin: "A".into(), why: Why::Class });
        assert_eq!((refused(BinKind::Reserve), refused(BinKind::Quarantine)), (unfit.clone(), unfit));
        assert_eq!((refused(BinKind::Dock), refused(BinKind::Stage)), (Ok(()), Ok(())));
        let full = Keeping { weight_g: Some(100), ..chilled };
        assert!(matches!(land(&mut bin("D", BinKind::Dock, full), &goods(1)), Err(PutawayRefusal::BinFull { room: 0, .. })));
        let mut one = bin("B", BinKind::Pick, Keeping { mixing: Mixing::OneSku, ..Keeping::default() });
        assert_eq!(land(&mut one, &goods(1)), Ok(()));
        assert_eq!(land(&mut one, &goods(1)), Err(PutawayRefusal::BinUnfit { bin: "B".into(), why: Why::Mixing }));
    }

    /// IN-4: of several bins the first that is open and takes them; none is no silent choice of any.
    #[test]
    fn the_first_bin_that_takes_them_is_chosen() {
        let quarantine = |code: &str, keeping| bin(code, BinKind::Quarantine, keeping);
        let small = Keeping { volume_ml: Some(1_000), ..Keeping::default() };
        let mut bins = [
            Candidate { locked: true, ..quarantine("Q0", Keeping::default()) },
            quarantine("Q1", Keeping { class: StorageClass::Frozen, ..Keeping::default() }),
            quarantine("Q2", small),
            quarantine("Q3", small),
        ];
        let chosen = |bins: &mut [Candidate], quantity| first_that_takes(bins, "MUG", &goods(quantity));
        assert_eq!(chosen(&mut bins, 2), Ok(bins[2].bin));
        assert_eq!(chosen(&mut bins, 1), Ok(bins[3].bin), "the one before it is full now");
        assert_eq!(chosen(&mut bins, 2), Err(PutawayRefusal::NowhereApart { sku: "MUG".into(), looked_at: 4 }));
    }
}
