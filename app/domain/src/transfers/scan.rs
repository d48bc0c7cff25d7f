//! What a scan means while a transfer is loaded or taken in. Loading: bin, item (each scan counts), the transfer's own number. Taking
//! in: item, then the bin it goes to. A bin's role comes from the step; a label may say lot and serial with the item. The server asks
//! again before anything moves, also for what it could not tell apart.

use super::{ScannedUnits, TransferLine, TransferSheet};
use crate::floor::FloorRefusal;
use crate::floor::pick::{meant, same, wrong};
use crate::ids::TransferLineId;
use crate::lots::Marks;
use crate::lots::gs1::{self, Label};

/// What is confirmed so far. Lives in the tablet until it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hand {
    pub bin: Option<String>,
    /// Which line, by which code.
    pub item: Option<(TransferLineId, String)>,
    pub units: i32,
    /// What their labels said.
    pub marks: Marks,
}

/// What a good scan did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Next(Hand),
    Send(ScannedUnits),
}

/// What the server wants to know of units that were scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Lot,
    Serials,
}

/// The scan after that question: the lot, or one more serial. Whole when all is said.
pub fn hear_which(units: &ScannedUnits, which: Which, code: &str) -> (ScannedUnits, bool) {
    let label = Label::read(code.trim()).unwrap_or_default();
    let mut units = units.clone();
    match which {
        Which::Lot => units.marks.lot = label.lot.unwrap_or_else(|| code.trim().to_owned()),
        Which::Serials => {
            let serial = label.serial.unwrap_or_else(|| code.trim().to_owned());
            if !units.marks.serials.iter().any(|known| same(known, &serial)) {
                units.marks.serials.push(serial);
            }
        }
    }
    let whole = which == Which::Lot || i32::try_from(units.marks.serials.len()).is_ok_and(|said| said >= units.quantity);
    (units, whole)
}

/// The line that a code means, and the units it stands for.
pub fn line_of<'s>(sheet: &'s TransferSheet, code: &str) -> Option<(&'s TransferLine, i32)> {
    let code = gs1::item_of(code);
    sheet.lines.iter().find_map(|line| Some((line, meant(&line.barcodes, &line.sku_code, &code)?)))
}

/// One more of an item into the hand, of which `left` can be.
fn count(line: &TransferLine, left: i32, hand: &Hand, code: &str, units: i32) -> Result<Hand, FloorRefusal> {
    if let Some((held, _)) = &hand.item
        && *held != line.id
    {
        return Err(FloorRefusal::WrongScan { expected: "the item in your hand".to_owned(), scanned: code.trim().to_owned() });
    }
    let units = hand.units + units;
    if units > left {
        return Err(FloorRefusal::TooMany { left, scanned: units });
    }
    let label = Label::read(code.trim()).unwrap_or_default();
    let mut marks = hand.marks.clone();
    if let Some(lot) = label.lot {
        // One lot is in the hand at a time.
        if hand.units > 0 && !same(&marks.lot, &lot) {
            return Err(wrong("the lot in your hand", &lot));
        }
        marks.lot = lot;
    }
    if let Some(serial) = label.serial {
        if marks.serials.iter().any(|known| same(known, &serial)) {
            return Err(wrong("another unit", &serial));
        }
        marks.serials.push(serial);
    }
    Ok(Hand { item: Some((line.id, gs1::item_of(code))), units, marks, ..hand.clone() })
}

/// Hear one scan while loading. A wrong one changes nothing.
pub fn hear_load(sheet: &TransferSheet, hand: &Hand, code: &str) -> Result<Heard, FloorRefusal> {
    let Some(bin) = &hand.bin else {
        let wanted = |line: &&TransferLine| line.to_load() > 0;
        let known = sheet.lines.iter().filter(wanted).flat_map(|line| &line.places).any(|(place, _)| same(place, code));
        return if known {
            Ok(Heard::Next(Hand { bin: Some(code.trim().to_owned()), ..Hand::default() }))
        } else {
            Err(wrong("a bin with goods of this transfer", code))
        };
    };
    if let Some((line, units)) = line_of(sheet, code) {
        let there = line.places.iter().find(|(place, _)| same(place, bin)).map_or(0, |(_, free)| *free);
        return count(line, line.to_load().min(there), hand, code, units).map(Heard::Next);
    }
    match &hand.item {
        None => Err(wrong("an item of this transfer", code)),
        Some((_, item)) if same(&sheet.row.number, code) => Ok(Heard::Send(ScannedUnits {
            bin_code: bin.clone(),
            item_code: item.clone(),
            quantity: hand.units,
            marks: hand.marks.clone(),
        })),
        Some(_) => Err(wrong(format!("the label {}", sheet.row.number), code)),
    }
}

/// Hear one scan while taking in: what is no item is the bin it goes to.
pub fn hear_arrival(sheet: &TransferSheet, hand: &Hand, code: &str) -> Result<Heard, FloorRefusal> {
    if let Some((line, units)) = line_of(sheet, code) {
        return count(line, expected(sheet, line), hand, code, units).map(Heard::Next);
    }
    match &hand.item {
        None => Err(wrong("an item of this transfer", code)),
        Some((_, item)) => Ok(Heard::Send(ScannedUnits {
            bin_code: code.trim().to_owned(),
            item_code: item.clone(),
            quantity: hand.units,
            marks: hand.marks.clone(),
        })),
    }
}

/// Units of a line that can still come: what is on the truck, or, once it is closed, what was given up.
pub fn expected(sheet: &TransferSheet, line: &TransferLine) -> i32 {
    if sheet.closed_at.is_some() { line.lost } else { line.on_the_way() }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::super::{Status, TransferRow};
    use super::*;
    use crate::ids::{SiteId, SiteTransferId, SkuId};

    fn line(code: &str, quantity: i32, loaded: i32, received: i32) -> TransferLine {
        TransferLine {
            id: TransferLineId::mint(),
            sku: SkuId::mint(),
            sku_code: code.into(),
            sku_name: code.into(),
            variant: String::new(),
            barcodes: vec![(format!("{code}-EAN"), 1), (format!("{code}-CASE"), 6)],
            quantity,
            loaded,
            received,
            lost: 0,
            places: vec![("A-01".into(), 8)],
        }
    }

    fn sheet() -> TransferSheet {
        let row = TransferRow {
            id: SiteTransferId::mint(),
            number: "TR-7".into(),
            from: SiteId::mint(),
            from_code: "LDS".into(),
            to: SiteId::mint(),
            to_code: "LYN".into(),
            status: Status::Approved,
            units: 22,
            loaded: 4,
            received: 1,
            lost: 0,
            requested_at: DateTime::UNIX_EPOCH,
            requested_by: None,
        };
        TransferSheet {
            row,
            from_name: "Leeds".into(),
            to_name: "Lyon".into(),
            note: String::new(),
            own: false,
            approved_at: None,
            approved_by: None,
            loaded_at: None,
            shipped_at: None,
            received_at: None,
            closed_at: None,
            cancelled_at: None,
            cancelled_why: String::new(),
            lines: vec![line("MUG", 20, 4, 1), line("CUP", 2, 0, 0)],
            variances: Vec::new(),
        }
    }

    fn next(heard: Result<Heard, FloorRefusal>) -> Hand {
        match heard {
            Ok(Heard::Next(hand)) => hand,
            other => panic!("{other:?}"),
        }
    }

    /// PLN-1: bin, items, the transfer's label; no more than is asked for, nor than stands there; one item at a time.
    #[test]
    fn loading_is_bin_items_and_the_label() {
        let sheet = sheet();
        assert!(hear_load(&sheet, &Hand::default(), "B-09").is_err());
        let hand = next(hear_load(&sheet, &Hand::default(), "a-01"));
        assert!(hear_load(&sheet, &hand, "TR-7").is_err(), "nothing is in the hand");
        let hand = next(hear_load(&sheet, &hand, "MUG-CASE"));
        assert!(matches!(hear_load(&sheet, &hand, "MUG-CASE"), Err(FloorRefusal::TooMany { left: 8, scanned: 12 })));
        assert!(matches!(hear_load(&sheet, &hand, "CUP-EAN"), Err(FloorRefusal::WrongScan { .. })));
        let hand = next(hear_load(&sheet, &hand, "MUG"));
        assert!(hear_load(&sheet, &hand, "TR-8").is_err());
        let sent = ScannedUnits { bin_code: "a-01".into(), item_code: "MUG".into(), quantity: 7, marks: Marks::default() };
        assert_eq!(hear_load(&sheet, &hand, "tr-7"), Ok(Heard::Send(sent)));
    }

    /// PLN-1: ✗ no more is taken in than was sent; after it was closed, no more than was given up.
    #[test]
    fn no_more_is_taken_in_than_was_sent() {
        let mut sheet = sheet();
        assert!(matches!(hear_arrival(&sheet, &Hand::default(), "CUP"), Err(FloorRefusal::TooMany { left: 0, scanned: 1 })));
        assert!(matches!(hear_arrival(&sheet, &Hand::default(), "A-09"), Err(FloorRefusal::WrongScan { .. })));
        let mut hand = Hand::default();
        for _ in 0..3 {
            hand = next(hear_arrival(&sheet, &hand, "MUG-EAN"));
        }
        assert!(matches!(hear_arrival(&sheet, &hand, "MUG"), Err(FloorRefusal::TooMany { left: 3, scanned: 4 })));
        assert!(
            matches!(hear_arrival(&sheet, &hand, "Z-01"), Ok(Heard::Send(sent)) if sent.quantity == 3 && sent.bin_code == "Z-01")
        );
        sheet.closed_at = Some(DateTime::UNIX_EPOCH);
        sheet.lines[0].lost = 1;
        let hand = next(hear_arrival(&sheet, &Hand::default(), "MUG"));
        assert!(hear_arrival(&sheet, &hand, "MUG").is_err());
    }

    /// INV-3, PLN-1: a label says lot and serial with its item, one lot at a time and no unit twice; what the server asks is said after.
    #[test]
    fn a_label_says_which_units_go() {
        let mut sheet = sheet();
        sheet.lines[0].barcodes.push(("5012345678900".into(), 1));
        let label = |lot: &str, serial: &str| format!("(01)05012345678900(10){lot}(21){serial}");
        let hand = next(hear_load(&sheet, &Hand::default(), "A-01"));
        let hand = next(hear_load(&sheet, &hand, &label("L1", "S1")));
        assert!(matches!(hear_load(&sheet, &hand, &label("L2", "S2")), Err(FloorRefusal::WrongScan { .. })));
        assert!(matches!(hear_load(&sheet, &hand, &label("L1", "S1")), Err(FloorRefusal::WrongScan { .. })));
        let hand = next(hear_load(&sheet, &hand, &label("L1", "S2")));
        let Ok(Heard::Send(sent)) = hear_load(&sheet, &hand, "TR-7") else { panic!("it goes") };
        assert_eq!((sent.item_code.as_str(), sent.quantity, sent.marks.lot.as_str()), ("5012345678900", 2, "L1"));
        assert_eq!(sent.marks.serials, ["S1", "S2"]);
        let plain = ScannedUnits { marks: Marks::default(), ..sent };
        let (lot, whole) = hear_which(&plain, Which::Lot, " L7 ");
        assert_eq!((lot.marks.lot.as_str(), whole), ("L7", true));
        let (one, whole) = hear_which(&plain, Which::Serials, "S8");
        assert!(!whole && !hear_which(&one, Which::Serials, "s8").1, "two units have two numbers");
        let (both, whole) = hear_which(&one, Which::Serials, &label("L1", "S9"));
        assert!(whole && both.marks.serials == ["S8", "S9"], "{both:?}");
    }
}
