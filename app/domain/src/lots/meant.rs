//! Which of the units that stand somewhere are meant by whoever takes some: of a SKU that is told apart it has to be said, unless there
//! is nothing to choose. Decides; what stands there is asked of the database.

use super::{LotRefusal, Marks, Policy};
use crate::stock::Tag;
use crate::stock::tag::of_which;

/// Units that stand there, what spoils first before the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct There {
    pub tag: Tag,
    pub lot: String,
    pub serial: String,
    pub units: i32,
}

/// The units of each tag. What is not there is left without one, so that whoever takes it is refused.
pub fn meant(policy: &Policy, sku: &str, quantity: i32, said: &Marks, there: &[There]) -> Result<Vec<(Tag, i32)>, LotRefusal> {
    let same = |known: &str, said: &str| known.eq_ignore_ascii_case(said.trim());
    let lot = said.lot.trim();
    let serials: Vec<&String> = said.serials.iter().filter(|serial| !serial.trim().is_empty()).collect();
    let of_lot: Vec<&There> = there.iter().filter(|one| lot.is_empty() || same(&one.lot, lot)).collect();
    if policy.lot && !lot.is_empty() && of_lot.is_empty() {
        return Err(LotRefusal::LotElsewhere { lot: lot.to_uppercase() });
    }
    if policy.serial && (!serials.is_empty() || of_lot.iter().map(|one| one.units).sum::<i32>() != quantity) {
        let given = i32::try_from(serials.len()).unwrap_or(i32::MAX);
        if given != quantity {
            return Err(LotRefusal::SerialsWanted { sku: sku.to_owned(), wanted: quantity, given });
        }
        let mut parts: Vec<(Tag, i32)> = Vec::new();
        for serial in serials {
            let code = serial.trim().to_uppercase();
            let unit = of_lot.iter().find(|one| same(&one.serial, serial));
            let tag = unit.ok_or_else(|| LotRefusal::SerialElsewhere { serial: code.clone() })?.tag;
            if parts.iter().any(|(known, _)| *known == tag) {
                return Err(LotRefusal::SerialTwice { serial: code });
            }
            parts.push((tag, 1));
        }
        return Ok(parts);
    }
    if policy.lot && of_lot.iter().any(|one| one.lot != of_lot[0].lot) {
        return Err(LotRefusal::LotMissing { sku: sku.to_owned() });
    }
    let mut units: Vec<(Tag, i32)> = of_lot.iter().map(|one| (one.tag, one.units)).collect();
    let mut parts = of_which(&mut units, quantity);
    let missing = quantity - parts.iter().map(|(_, units)| units).sum::<i32>();
    if missing > 0 {
        parts.push((Tag::NONE, missing));
    }
    Ok(parts)
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
        assert_eq!(take(2, said("", &[])), Err(LotRefusal::LotMissing { sku: "SERUM".into() }));
        assert_eq!(take(2, said("L3", &[])), Err(LotRefusal::LotElsewhere { lot: "L3".into() }));
        assert_eq!(meant(&LOT, "SERUM", 2, &said("", &[]), &there[..1]), Ok(vec![(there[0].tag, 2)]));
        assert_eq!(take(4, said("L2", &[])), Ok(vec![(there[1].tag, 3), (Tag::NONE, 1)]), "one of them is not there");
        assert_eq!(meant(&LOT, "SERUM", 1, &said("", &[]), &[]), Ok(vec![(Tag::NONE, 1)]));
    }

    /// INV-3: each unit with a number is said, unless all that stand there are taken.
    #[test]
    fn each_serial_is_said() {
        let there = [of("", "S1", 1), of("", "S2", 1), of("", "S3", 1)];
        let take = |units, serials: &[&str]| meant(&SERIAL, "METER", units, &said("", serials), &there);
        assert_eq!(take(2, &["s3", "S1"]), Ok(vec![(there[2].tag, 1), (there[0].tag, 1)]));
        assert_eq!(take(3, &[]).map(|parts| parts.len()), Ok(3));
        assert_eq!(take(2, &["S1"]), Err(LotRefusal::SerialsWanted { sku: "METER".into(), wanted: 2, given: 1 }));
        assert_eq!(take(1, &["S9"]), Err(LotRefusal::SerialElsewhere { serial: "S9".into() }));
        assert_eq!(take(2, &["S1", "S1"]), Err(LotRefusal::SerialTwice { serial: "S1".into() }));
    }
}
