//! What a scan means while bringing goods forward: the reserve bin or the pallet in it, the item (each scan counts) with its lot and
//! serials where it is not plain which are meant, the forward bin. A bin's role comes from the step. The tablet asks to answer within the frame, the server asks again before anything moves.

use super::{Replenish, ReplenishRow};
use crate::floor::FloorRefusal;
use crate::floor::apart::{Held, Wanted};
use crate::floor::pick::{meant, same, wrong};
use crate::lots::{Marks, gs1};
use crate::reasons::Code;

/// What is confirmed so far. Lives in the tablet until it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hand {
    pub from: Option<String>,
    pub item: Option<String>,
    pub units: i32,
    /// The lot they are of, and their serials.
    pub marks: Marks,
    /// Why there are no more, once it was said.
    pub short: Option<Code>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    From,
    Item,
    Lot,
    Serial,
    To,
}

/// What a good scan did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Next(Hand),
    Send(Replenish),
}

impl Hand {
    pub fn step(&self, row: &ReplenishRow) -> Step {
        match (&self.from, &self.item) {
            (None, _) => Step::From,
            (Some(_), None) => Step::Item,
            _ if self.marks.lot.is_empty() && row.say_lot => Step::Lot,
            _ if self.units == 0 => Step::Serial,
            _ => Step::To,
        }
    }

    /// Units that may be in it: those of its lot, and no more than are left.
    pub fn most(&self, row: &ReplenishRow) -> i32 {
        wanted(row).most(&self.marks.lot)
    }
}

fn wanted(row: &ReplenishRow) -> Wanted<'_> {
    Wanted {
        sku_code: &row.sku_code,
        bin_code: row.source(),
        lots: &row.lots,
        say_lot: row.say_lot,
        by_serial: row.by_serial,
        serials: &row.serials,
        left: row.left(),
    }
}

/// Where they are taken from, in words.
fn source_words(row: &ReplenishRow) -> String {
    match &row.unit {
        Some(unit) => format!("{unit} in bin {}", row.from_code),
        None => format!("bin {}", row.from_code),
    }
}

/// Hear one scan. A wrong one changes nothing.
pub fn hear(row: &ReplenishRow, hand: &Hand, code: &str) -> Result<Heard, FloorRefusal> {
    let Some(from) = &hand.from else {
        return if same(row.source(), code) {
            Ok(Heard::Next(Hand { from: Some(code.trim().to_owned()), ..Hand::default() }))
        } else {
            Err(wrong(source_words(row), code))
        };
    };
    let named = gs1::item_of(code);
    let held = Held { units: hand.units, marks: hand.marks.clone() };
    if let Some(units) = meant(&row.barcodes, &row.sku_code, &named) {
        let Held { units, marks } = wanted(row).item(held, gs1::Label::read(code.trim()), units)?;
        return Ok(Heard::Next(Hand { item: Some(named), units, marks, ..hand.clone() }));
    }
    let Some(item) = &hand.item else {
        return Err(wrong(item_words(row), code));
    };
    if let Some(Held { units, marks }) = wanted(row).other(&held, code)? {
        return Ok(Heard::Next(Hand { units, marks, ..hand.clone() }));
    }
    if !same(&row.to_code, code) {
        return Err(wrong(format!("bin {}", row.to_code), code));
    }
    Ok(Heard::Send(Replenish {
        task: row.task,
        from_code: from.clone(),
        item_code: item.clone(),
        quantity: hand.units,
        to_code: code.trim().to_owned(),
        short: hand.short.clone(),
        marks: hand.marks.clone(),
    }))
}

/// Nothing is there at all: sent without a target.
pub fn nothing(row: &ReplenishRow, reason: impl Into<Code>) -> Replenish {
    Replenish {
        task: row.task,
        from_code: row.source().to_owned(),
        item_code: row.sku_code.clone(),
        quantity: 0,
        to_code: row.to_code.clone(),
        short: Some(reason.into()),
        marks: Marks::default(),
    }
}

/// Is this right, all of it? The server's last word before units move. None at all needs its reason.
pub fn verify(row: &ReplenishRow, sent: &Replenish) -> Result<(), FloorRefusal> {
    if !same(row.source(), &sent.from_code) {
        return Err(wrong(source_words(row), &sent.from_code));
    }
    if meant(&row.barcodes, &row.sku_code, &sent.item_code).is_none() {
        return Err(wrong(item_words(row), &sent.item_code));
    }
    if !same(&row.to_code, &sent.to_code) {
        return Err(wrong(format!("bin {}", row.to_code), &sent.to_code));
    }
    let least = i32::from(sent.short.is_none());
    if sent.quantity < least || sent.quantity > row.left() {
        return Err(FloorRefusal::TooMany { left: row.left(), scanned: sent.quantity });
    }
    if sent.quantity == 0 { Ok(()) } else { wanted(row).verify(sent.quantity, &sent.marks) }
}

fn item_words(row: &ReplenishRow) -> String {
    format!("{} ({})", row.sku_name, row.sku_code)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::catalog::slotting::Slotting;
    use crate::floor::TaskLot;
    use crate::ids::{ReplenishTaskId, SkuId};

    fn row() -> ReplenishRow {
        ReplenishRow {
            task: ReplenishTaskId::mint(),
            site_code: "LDS".into(),
            from_code: "R-01".into(),
            unit: None,
            to_code: "A-01".into(),
            owner_code: String::new(),
            sku: SkuId::mint(),
            sku_code: "MUG".into(),
            sku_name: "Mug".into(),
            variant: String::new(),
            slotting: Slotting::A,
            barcodes: vec![("5012345678900".into(), 1), ("15012345678907".into(), 6)],
            quantity: 10,
            quantity_moved: 2,
            person: None,
            mine: false,
            raised_at: DateTime::UNIX_EPOCH,
            wave: None,
            due: None,
            lots: vec![],
            say_lot: false,
            by_serial: false,
            serials: vec![],
        }
    }

    fn next(row: &ReplenishRow, hand: &Hand, code: &str) -> Hand {
        match hear(row, hand, code) {
            Ok(Heard::Next(hand)) => hand,
            other => panic!("{code}: {other:?}"),
        }
    }

    /// RPL-1: reserve bin, item, forward bin; a case counts its units, and what is scanned wrong changes nothing.
    #[test]
    fn reserve_bin_item_and_forward_bin_in_their_order() {
        let row = row();
        let hand = Hand::default();
        assert!(matches!(hear(&row, &hand, "A-01"), Err(FloorRefusal::WrongScan { .. })), "the forward bin is not the source");
        let hand = next(&row, &hand, " r-01 ");
        assert!(matches!(hear(&row, &hand, "A-01"), Err(FloorRefusal::WrongScan { .. })), "goods first");
        let hand = next(&row, &hand, "15012345678907");
        assert_eq!((hand.units, hand.step(&row)), (6, Step::To));
        assert!(matches!(hear(&row, &hand, "15012345678907"), Err(FloorRefusal::TooMany { left: 8, scanned: 12 })));
        let hand = next(&row, &hand, "5012345678900");
        assert!(matches!(hear(&row, &hand, "R-01"), Err(FloorRefusal::WrongScan { .. })), "not back where it came from");
        let Ok(Heard::Send(sent)) = hear(&row, &hand, "a-01") else { panic!("it is sent") };
        assert_eq!((sent.quantity, verify(&row, &sent)), (7, Ok(())));
    }

    /// RPL-1, INV-3: from a pallet the pallet is scanned; of two lots in a bin the one that is to be taken, and of numbered units each.
    #[test]
    fn a_pallet_a_lot_and_serials_are_said_where_it_is_not_plain() {
        let lot = |code: &str, units| TaskLot { code: code.into(), expires_on: None, units };
        let lots = vec![lot("L1", 3), lot("L2", 5)];
        let row = ReplenishRow { unit: Some("PAL-1".into()), lots, say_lot: true, ..row() };
        assert!(
            matches!(hear(&row, &Hand::default(), "R-01"), Err(FloorRefusal::WrongScan { expected, .. }) if expected == "PAL-1 in bin R-01")
        );
        let hand = next(&row, &next(&row, &Hand::default(), "pal-1"), "5012345678900");
        assert_eq!(hand.step(&row), Step::Lot);
        assert!(matches!(hear(&row, &hand, "L9"), Err(FloorRefusal::WrongScan { expected, .. }) if expected == "lot L1 or L2"));
        let hand = next(&row, &hand, "l1");
        assert_eq!((hand.step(&row), hand.most(&row)), (Step::To, 3));
        let label = "(01)05012345678900(10)L2";
        assert!(matches!(hear(&row, &hand, label), Err(FloorRefusal::WrongScan { expected, .. }) if expected == "lot L1"));
        let Ok(Heard::Send(sent)) = hear(&row, &hand, "A-01") else { panic!("it is sent") };
        assert_eq!((sent.from_code.as_str(), sent.marks.lot.as_str(), verify(&row, &sent)), ("pal-1", "L1", Ok(())));
        assert!(verify(&row, &Replenish { marks: Marks::default(), ..sent.clone() }).is_err(), "no lot is said");
        assert!(verify(&row, &Replenish { quantity: 4, ..sent }).is_err(), "more than are of it");
        let one = ReplenishRow { lots: vec![lot("L1", 8)], say_lot: false, ..row.clone() };
        let hand = next(&one, &next(&one, &Hand::default(), "pal-1"), "5012345678900");
        assert_eq!(hand.step(&one), Step::To, "it is plain which lot it is");
        assert!(hear(&one, &hand, label).is_err(), "and a label that says another is wrong");
        let serials =
            ReplenishRow { lots: vec![], say_lot: false, by_serial: true, serials: vec!["S1".into(), "S2".into()], ..row };
        let hand = next(&serials, &next(&serials, &Hand::default(), "PAL-1"), "MUG");
        assert_eq!((hand.units, hand.step(&serials)), (0, Step::Serial));
        let hand = next(&serials, &hand, "s2");
        let Ok(Heard::Send(sent)) = hear(&serials, &hand, "A-01") else { panic!("it is sent") };
        assert_eq!((sent.quantity, sent.marks.serials.as_slice(), verify(&serials, &sent)), (1, &["S2".to_owned()][..], Ok(())));
    }

    /// RPL-1: fewer are brought as they are; none at all only with its reason.
    #[test]
    fn none_at_all_needs_its_reason() {
        let row = row();
        let none = nothing(&row, crate::floor::ShortReason::Missing);
        assert_eq!(verify(&row, &none), Ok(()));
        assert!(verify(&row, &Replenish { short: None, ..none.clone() }).is_err());
        for bad in [
            Replenish { quantity: 9, ..none.clone() },
            Replenish { quantity: -1, ..none.clone() },
            Replenish { from_code: "R-02".into(), ..none.clone() },
            Replenish { item_code: "CUP".into(), ..none.clone() },
            Replenish { to_code: "A-02".into(), ..none.clone() },
        ] {
            assert!(verify(&row, &bad).is_err(), "{bad:?}");
        }
    }
}
