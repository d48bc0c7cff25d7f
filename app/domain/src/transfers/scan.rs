//! What a scan means while a transfer is loaded or taken in. Loading: bin, item (each scan counts), the transfer's own number. Taking
//! in: item, then the bin it goes to. A bin's role comes from the step. The server asks again before anything moves.

use super::{ScannedUnits, TransferLine, TransferSheet};
use crate::floor::FloorRefusal;
use crate::floor::pick::{meant, same, wrong};
use crate::ids::TransferLineId;

/// What is confirmed so far. Lives in the tablet until it is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hand {
    pub bin: Option<String>,
    /// Which line, by which code.
    pub item: Option<(TransferLineId, String)>,
    pub units: i32,
}

/// What a good scan did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Next(Hand),
    Send(ScannedUnits),
}

/// The line that a code means, and the units it stands for.
pub fn line_of<'s>(sheet: &'s TransferSheet, code: &str) -> Option<(&'s TransferLine, i32)> {
    sheet.lines.iter().find_map(|line| Some((line, meant(&line.barcodes, &line.sku_code, code)?)))
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
    Ok(Hand { item: Some((line.id, code.trim().to_owned())), units, ..hand.clone() })
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
        Some((_, item)) if same(&sheet.row.number, code) => {
            Ok(Heard::Send(ScannedUnits { bin_code: bin.clone(), item_code: item.clone(), quantity: hand.units }))
        }
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
        Some((_, item)) => {
            Ok(Heard::Send(ScannedUnits { bin_code: code.trim().to_owned(), item_code: item.clone(), quantity: hand.units }))
        }
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
        let sent = ScannedUnits { bin_code: "a-01".into(), item_code: "MUG".into(), quantity: 7 };
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
}
