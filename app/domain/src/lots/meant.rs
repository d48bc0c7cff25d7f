//! Which of the units that stand somewhere are meant by whoever takes some: of a SKU that is told apart it has to be said, unless there
//! is nothing to choose. Decides; what stands there is asked of the database.

use super::{LotRefusal, Marks, Policy};
use crate::refusal::Refusal;
use crate::stock::tag::of_which;
use crate::stock::{StockRefusal, Tag};

/// Units that stand there and may be taken, what spoils first before the rest. None of them: they stand there, and are somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    pub tag: Tag,
    pub lot: String,
    pub serial: String,
    pub units: i32,
}

/// The units of each tag. What is missing of a lot is not taken of another.
pub fn meant(policy: &Policy, sku: &str, quantity: i32, said: &Marks, there: &[There]) -> Result<Vec<(Tag, i32)>, Refusal> {
    let lot = said.lot.trim();
    let of_lot: Vec<&There> = there.iter().filter(|one| lot.is_empty() || same(&one.lot, lot)).collect();
    if policy.lot && !lot.is_empty() && of_lot.is_empty() {
        return Err(LotRefusal::LotElsewhere { lot: lot.to_uppercase() }.into());
    }
    let serials: Vec<&str> = said.serials.iter().map(|serial| serial.trim()).filter(|serial| !serial.is_empty()).collect();
    let free = of_lot.iter().map(|one| one.units).sum::<i32>();
    let named: Vec<&There> = if policy.serial && (!serials.is_empty() || free != quantity) {
        by_serial(sku, quantity, &serials, &of_lot)?
    } else {
        of_lot
    };
    let open: Vec<&There> = named.into_iter().filter(|one| one.units > 0).collect();
    if policy.lot && !policy.serial && open.iter().any(|one| one.lot != open[0].lot) {
        return Err(LotRefusal::LotMissing { sku: sku.to_owned() }.into());
    }
    let mut units: Vec<(Tag, i32)> = open.iter().map(|one| (one.tag, one.units)).collect();
    let parts = of_which(&mut units, quantity);
    let free = parts.iter().map(|(_, units)| units).sum();
    if free < quantity {
        return Err(StockRefusal::NotEnough { wanted: quantity, free }.into());
    }
    Ok(parts)
}

fn same(known: &str, said: &str) -> bool {
    known.eq_ignore_ascii_case(said)
}

/// The units with these numbers, each once.
fn by_serial<'a>(sku: &str, quantity: i32, serials: &[&str], there: &[&'a There]) -> Result<Vec<&'a There>, LotRefusal> {
    let given = i32::try_from(serials.len()).unwrap_or(i32::MAX);
    if given != quantity {
        return Err(LotRefusal::SerialsWanted { sku: sku.to_owned(), wanted: quantity, given });
    }
    let mut named: Vec<&There> = Vec::new();
    for serial in serials {
        let code = || serial.to_uppercase();
        let unit =
            there.iter().find(|one| same(&one.serial, serial)).ok_or_else(|| LotRefusal::SerialElsewhere { serial: code() })?;
        if named.iter().any(|known| known.tag == unit.tag) {
            return Err(LotRefusal::SerialTwice { serial: code() });
        }
        named.push(unit);
    }
    Ok(named)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{LotId, SerialId};

    fn of(lot: &str, serial: &str, units: i32) -> There {
        let tag = Tag { lot: LotId::mint(), serial: SerialId::mint(), ..Tag::NONE };
        There { tag, lot: lot.into(), serial: serial.into(), units }
    }

    fn said(lot: &str, serials: &[&str]) -> Marks {
        Marks { lot: lot.into(), serials: serials.iter().map(|one| (*one).to_owned()).collect(), ..Marks::default() }
    }

    const LOT: Policy = Policy { lot: true, serial: false, expiry: false, picking: None, shelf_life_days: None };
    const SERIAL: Policy = Policy { lot: false, serial: true, ..LOT };

    /// INV-3: of several lots in one bin the one that is taken is said; a single one says itself.
    #[test]
    fn of_several_lots_one_is_said() {
        let there = [of("L1", "", 5), of("L2", "", 3)];
        let take = |units, marks| meant(&LOT, "SERUM", units, &marks, &there);
        assert_eq!(take(2, said(" l2 ", &[])), Ok(vec![(there[1].tag, 2)]));
        assert_eq!(take(2, said("", &[])), Err(LotRefusal::LotMissing { sku: "SERUM".into() }.into()));
        assert_eq!(take(2, said("L3", &[])), Err(LotRefusal::LotElsewhere { lot: "L3".into() }.into()));
        assert_eq!(meant(&LOT, "SERUM", 2, &said("", &[]), &there[..1]), Ok(vec![(there[0].tag, 2)]));
        let few = |wanted, free| Err(StockRefusal::NotEnough { wanted, free }.into());
        assert_eq!(take(4, said("L2", &[])), few(4, 3), "none of another lot instead");
        assert_eq!(meant(&LOT, "SERUM", 1, &said("", &[]), &[]), few(1, 0));
    }

    /// INV-3: what is somebody's is no choice: it is neither asked for nor taken.
    #[test]
    fn what_is_somebodys_is_not_meant() {
        let there = [of("L1", "", 0), of("L2", "", 3)];
        assert_eq!(meant(&LOT, "SERUM", 2, &said("", &[]), &there), Ok(vec![(there[1].tag, 2)]));
        let few = Err(StockRefusal::NotEnough { wanted: 1, free: 0 }.into());
        assert_eq!(meant(&LOT, "SERUM", 1, &said("L1", &[]), &there), few);
        assert_eq!(meant(&SERIAL, "METER", 1, &said("", &["S1"]), &[of("", "S1", 0), of("", "S2", 1)]), few);
    }

    /// INV-3: each unit with a number is said, unless all that stand there are taken.
    #[test]
    fn each_serial_is_said() {
        let there = [of("", "S1", 1), of("", "S2", 1), of("", "S3", 1)];
        let take = |units, serials: &[&str]| meant(&SERIAL, "METER", units, &said("", serials), &there);
        assert_eq!(take(2, &["s3", "S1"]), Ok(vec![(there[2].tag, 1), (there[0].tag, 1)]));
        assert_eq!(take(3, &[]).map(|parts| parts.len()), Ok(3));
        assert_eq!(take(2, &["S1"]), Err(LotRefusal::SerialsWanted { sku: "METER".into(), wanted: 2, given: 1 }.into()));
        assert_eq!(take(1, &["S9"]), Err(LotRefusal::SerialElsewhere { serial: "S9".into() }.into()));
        assert_eq!(take(2, &["S1", "S1"]), Err(LotRefusal::SerialTwice { serial: "S1".into() }.into()));
    }
}
