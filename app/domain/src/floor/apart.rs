//! What a scan means at a stop whose units are told apart: the item, then its lot, then each unit's serial. A label that says all of it
//! is one scan. Decides nothing about goods that are all alike; that is `floor::pick`.

use super::pick::{Hand, left, same, wrong};
use super::{FloorRefusal, PickUnits, TaskLot, TaskSheet};
use crate::lots::gs1::Label;

/// Units that may be in the hand: those of the lot at hand, and no more than are left.
pub(super) fn most(task: &TaskSheet, lot: &str) -> i32 {
    task.lots.iter().find(|wanted| same(&wanted.code, lot)).map_or(i32::MAX, |wanted| wanted.units).min(left(task))
}

/// The item was scanned: its label may say lot and serial.
pub(super) fn item(task: &TaskSheet, hand: &Hand, label: Option<Label>, units: i32) -> Result<Hand, FloorRefusal> {
    let label = label.unwrap_or_default();
    let mut next = hand.clone();
    if let Some(code) = label.lot.filter(|_| !task.lots.is_empty()) {
        next = lot(task, next, &code)?;
    }
    match label.serial.filter(|_| task.by_serial) {
        Some(code) => next = serial(task, next, &code)?,
        // Without its number a unit is not counted.
        None if task.by_serial => {}
        None => next.units += units,
    }
    within(task, next)
}

/// Something else was scanned with the item in the hand: its lot or a serial, where one is wanted; none when it is the tote's turn.
pub(super) fn other(task: &TaskSheet, hand: &Hand, code: &str) -> Result<Option<Hand>, FloorRefusal> {
    let label = Label::read(code.trim()).unwrap_or_default();
    if !task.lots.is_empty() && hand.marks.lot.is_empty() {
        return within(task, lot(task, hand.clone(), label.lot.as_deref().unwrap_or(code))?).map(Some);
    }
    let said = label.serial.as_deref().unwrap_or(code);
    if task.by_serial && (hand.units == 0 || task.serials.iter().any(|known| same(known, said))) {
        return within(task, serial(task, hand.clone(), said)?).map(Some);
    }
    Ok(None)
}

fn within(task: &TaskSheet, hand: Hand) -> Result<Hand, FloorRefusal> {
    let most = most(task, &hand.marks.lot);
    if hand.units > most { Err(FloorRefusal::TooMany { left: most, scanned: hand.units }) } else { Ok(hand) }
}

/// One lot is in the hand at a time, one of those that are to be taken.
fn lot(task: &TaskSheet, hand: Hand, code: &str) -> Result<Hand, FloorRefusal> {
    let held = &hand.marks.lot;
    let wanted = task.lots.iter().find(|wanted| same(&wanted.code, code));
    match wanted.filter(|wanted| held.is_empty() || hand.units == 0 || same(&wanted.code, held)) {
        Some(wanted) => {
            let marks = crate::lots::Marks { lot: wanted.code.clone(), ..hand.marks };
            Ok(Hand { marks, ..hand })
        }
        None if held.is_empty() => Err(wrong(words(&task.lots), code)),
        None => Err(wrong(format!("lot {held}"), code)),
    }
}

fn words(lots: &[TaskLot]) -> String {
    let codes: Vec<&str> = lots.iter().map(|lot| lot.code.as_str()).collect();
    format!("lot {}", codes.join(" or "))
}

/// Each serial once, of those that stand there for this order or for nobody.
fn serial(task: &TaskSheet, mut hand: Hand, code: &str) -> Result<Hand, FloorRefusal> {
    let Some(known) = task.serials.iter().find(|known| same(known, code)) else {
        return Err(wrong(format!("a serial of {} in {}", task.sku_code, task.bin_code), code));
    };
    if hand.marks.serials.contains(known) {
        return Err(wrong("another serial: this one is in your hand", code));
    }
    hand.marks.serials.push(known.clone());
    hand.units += 1;
    Ok(hand)
}

/// Are lot and serials right? The server's last word.
pub(super) fn verify(task: &TaskSheet, pick: &PickUnits) -> Result<(), FloorRefusal> {
    let lot = &pick.marks.lot;
    if !task.lots.is_empty() {
        if !task.lots.iter().any(|wanted| same(&wanted.code, lot)) {
            return Err(wrong(words(&task.lots), if lot.is_empty() { "no lot" } else { lot }));
        }
        let left = most(task, lot);
        if pick.quantity > left {
            return Err(FloorRefusal::TooMany { left, scanned: pick.quantity });
        }
    }
    if task.by_serial {
        let mut serials: Vec<String> = pick.marks.serials.iter().map(|serial| serial.trim().to_uppercase()).collect();
        serials.sort_unstable();
        serials.dedup();
        if i32::try_from(serials.len()) != Ok(pick.quantity) {
            return Err(wrong(format!("{} serials of {}", pick.quantity, task.sku_code), &format!("{} serials", serials.len())));
        }
    }
    Ok(())
}

/// What the stop asks for once this pick is made; `sign` −1 takes it back.
pub fn picked(task: &mut TaskSheet, pick: &PickUnits, sign: i32) {
    task.quantity_picked += sign * pick.quantity;
    task.done = left(task) == 0;
    if let Some(lot) = task.lots.iter_mut().find(|lot| same(&lot.code, &pick.marks.lot)) {
        lot.units -= sign * pick.quantity;
    }
}

#[cfg(test)]
mod tests {
    use super::super::pick::tests::task;
    use super::super::pick::{Heard, Step, hear, verify};
    use super::*;

    const LABEL: &str = "(01)05012345678900";

    fn lots() -> TaskSheet {
        let lot = |code: &str, units| TaskLot { code: code.into(), expires_on: None, units };
        TaskSheet { lots: vec![lot("L1", 2), lot("L2", 6)], ..task() }
    }

    fn serials(lots: Vec<TaskLot>) -> TaskSheet {
        TaskSheet { lots, by_serial: true, serials: vec!["S1".into(), "S2".into(), "S3".into()], ..task() }
    }

    fn walk(task: &TaskSheet, codes: &[&str]) -> Result<Heard, FloorRefusal> {
        let (mut hand, mut last) = (Hand::default(), None);
        for code in codes {
            let heard = hear(task, Some("T-7"), &hand, code)?;
            if let Heard::Next(next, _) = &heard {
                hand = next.clone();
            }
            last = Some(heard);
        }
        Ok(last.unwrap())
    }

    fn expected(task: &TaskSheet, codes: &[&str]) -> String {
        match walk(task, codes) {
            Err(FloorRefusal::WrongScan { expected, .. }) => expected,
            other => panic!("{other:?}"),
        }
    }

    /// INV-3: where a SKU is kept by lot, its lot is scanned before anything goes into the tote, and another's is refused.
    #[test]
    fn the_lot_is_scanned_and_another_is_refused() {
        let task = lots();
        assert!(matches!(walk(&task, &["A-01-1", "5012345678900"]), Ok(Heard::Next(_, Step::Lot))));
        let Ok(Heard::Send(pick)) = walk(&task, &["A-01-1", "5012345678900", "l1", "5012345678900", "T-7"]) else { panic!() };
        assert_eq!((pick.quantity, pick.marks.lot.as_str()), (2, "L1"));
        let pick = PickUnits { task: task.task, ..pick };
        assert_eq!(verify(&task, Some("T-7"), &pick), Ok(()));
        assert_eq!(expected(&task, &["A-01-1", "5012345678900", "L9"]), "lot L1 or L2");
        assert_eq!(expected(&task, &["A-01-1", &format!("{LABEL}(10)L1"), &format!("{LABEL}(10)L2")]), "lot L1");
        let third = walk(&task, &["A-01-1", "5012345678900", "L1", "5012345678900", "5012345678900"]);
        assert_eq!(third, Err(FloorRefusal::TooMany { left: 2, scanned: 3 }));
        for lot in ["", "L9"] {
            let marks = crate::lots::Marks { lot: lot.into(), ..pick.marks.clone() };
            assert!(matches!(
                verify(&task, Some("T-7"), &PickUnits { marks, ..pick.clone() }),
                Err(FloorRefusal::WrongScan { .. })
            ));
        }
    }

    /// INV-3, IN-5: a label that says item, lot and serial is one scan; each serial counts once.
    #[test]
    fn a_label_says_all_at_once_and_each_serial_counts_once() {
        let task = serials(lots().lots);
        let scan = |serial: &str| format!("{LABEL}(10)L2(21){serial}");
        let Ok(Heard::Send(pick)) = walk(&task, &["A-01-1", &scan("S1"), &scan("S3"), "T-7"]) else { panic!() };
        assert_eq!((pick.quantity, pick.marks.serials.as_slice()), (2, &["S1".to_owned(), "S3".to_owned()][..]));
        assert_eq!(verify(&task, Some("T-7"), &pick), Ok(()));
        assert!(expected(&task, &["A-01-1", &scan("S1"), &scan("S1")]).starts_with("another serial"));
        assert_eq!(expected(&task, &["A-01-1", &scan("S9")]), "a serial of MUG in A-01-1");
        let two = PickUnits {
            quantity: 2,
            marks: crate::lots::Marks { serials: vec!["S1".into(), "s1 ".into()], ..pick.marks.clone() },
            ..pick
        };
        assert!(matches!(verify(&task, Some("T-7"), &two), Err(FloorRefusal::WrongScan { .. })));
    }

    /// INV-3: a barcode alone does not count a unit that has a number of its own.
    #[test]
    fn without_its_serial_a_unit_is_not_counted() {
        let task = serials(vec![]);
        assert!(matches!(walk(&task, &["A-01-1", "MUG"]), Ok(Heard::Next(hand, Step::Serial)) if hand.units == 0));
        assert_eq!(expected(&task, &["A-01-1", "MUG", "T-7"]), "a serial of MUG in A-01-1");
        let Ok(Heard::Send(pick)) = walk(&task, &["A-01-1", "MUG", "s2", "T-7"]) else { panic!() };
        assert_eq!((pick.quantity, pick.marks.serials.as_slice()), (1, &["S2".to_owned()][..]));
    }

    /// PCK-6: what is picked is not asked for again; a refused pick is.
    #[test]
    fn a_picked_lot_is_asked_for_no_more() {
        let mut task = lots();
        let Ok(Heard::Send(pick)) = walk(&task, &["A-01-1", &format!("{LABEL}(10)L1"), "T-7"]) else { panic!() };
        picked(&mut task, &pick, 1);
        assert_eq!((task.quantity_picked, task.lots[0].units), (1, 1));
        picked(&mut task, &pick, -1);
        assert_eq!((task.quantity_picked, task.lots[0].units), (0, 2));
    }
}
