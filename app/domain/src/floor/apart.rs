//! What a scan means at a stop whose units are told apart: the item, then its lot, then each unit's serial. A label that says all of it
//! is one scan. Decides nothing about goods that are all alike; that is `floor::pick`.

use super::pick::{left, same, wrong};
use super::{FloorRefusal, PickUnits, TaskLot, TaskSheet};
use crate::lots::Marks;
use crate::lots::gs1::Label;

/// Units that are to be taken somewhere, and what has to be said of them.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub sku_code: &'a str,
    pub bin_code: &'a str,
    /// Of these lots; none: they are not told apart by lot.
    pub lots: &'a [TaskLot],
    /// The lot has to be said; otherwise it is plain which one it is.
    pub say_lot: bool,
    pub by_serial: bool,
    pub serials: &'a [String],
    pub left: i32,
}

/// What is in the hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    pub units: i32,
    pub marks: Marks,
}

impl Wanted<'_> {
    /// Units that may be in the hand: those of the lot at hand, and no more than are left.
    pub fn most(&self, lot: &str) -> i32 {
        self.lots.iter().find(|wanted| same(&wanted.code, lot)).map_or(i32::MAX, |wanted| wanted.units).min(self.left)
    }

    /// The item was scanned: its label may say lot and serial.
    pub fn item(&self, held: Held, label: Option<Label>, units: i32) -> Result<Held, FloorRefusal> {
        let label = label.unwrap_or_default();
        let mut next = held;
        if let Some(code) = label.lot.filter(|_| !self.lots.is_empty()) {
            next = self.lot(next, &code)?;
        }
        match label.serial.filter(|_| self.by_serial) {
            Some(code) => next = self.serial(next, &code)?,
            // Without its number a unit is not counted.
            None if self.by_serial => {}
            None => next.units += units,
        }
        self.within(next)
    }

    /// Something else was scanned with the item in the hand: its lot or a serial, where one is wanted; none when it is the place's turn.
    pub fn other(&self, held: &Held, code: &str) -> Result<Option<Held>, FloorRefusal> {
        let label = Label::read(code.trim()).unwrap_or_default();
        if self.say_lot && held.marks.lot.is_empty() {
            return self.within(self.lot(held.clone(), label.lot.as_deref().unwrap_or(code))?).map(Some);
        }
        let said = label.serial.as_deref().unwrap_or(code);
        if self.by_serial && (held.units == 0 || self.serials.iter().any(|known| same(known, said))) {
            return self.within(self.serial(held.clone(), said)?).map(Some);
        }
        Ok(None)
    }

    fn within(&self, held: Held) -> Result<Held, FloorRefusal> {
        let most = self.most(&held.marks.lot);
        if held.units > most { Err(FloorRefusal::TooMany { left: most, scanned: held.units }) } else { Ok(held) }
    }

    /// One lot is in the hand at a time, one of those that are to be taken.
    fn lot(&self, held: Held, code: &str) -> Result<Held, FloorRefusal> {
        let known = &held.marks.lot;
        let wanted = self.lots.iter().find(|wanted| same(&wanted.code, code));
        match wanted.filter(|wanted| known.is_empty() || held.units == 0 || same(&wanted.code, known)) {
            Some(wanted) => {
                let marks = Marks { lot: wanted.code.clone(), ..held.marks };
                Ok(Held { marks, ..held })
            }
            None if known.is_empty() => Err(wrong(words(self.lots), code)),
            None => Err(wrong(format!("lot {known}"), code)),
        }
    }

    /// Each serial once, of those that stand there and may be taken.
    fn serial(&self, mut held: Held, code: &str) -> Result<Held, FloorRefusal> {
        let Some(known) = self.serials.iter().find(|known| same(known, code)) else {
            return Err(wrong(format!("a serial of {} in {}", self.sku_code, self.bin_code), code));
        };
        if held.marks.serials.contains(known) {
            return Err(wrong("another serial: this one is in your hand", code));
        }
        held.marks.serials.push(known.clone());
        held.units += 1;
        Ok(held)
    }

    /// Are lot and serials of so many units right? The server's last word.
    pub fn verify(&self, quantity: i32, marks: &Marks) -> Result<(), FloorRefusal> {
        let lot = &marks.lot;
        if !self.lots.is_empty() && (self.say_lot || !lot.is_empty()) {
            if !self.lots.iter().any(|wanted| same(&wanted.code, lot)) {
                return Err(wrong(words(self.lots), if lot.is_empty() { "no lot" } else { lot }));
            }
            let left = self.most(lot);
            if quantity > left {
                return Err(FloorRefusal::TooMany { left, scanned: quantity });
            }
        }
        if self.by_serial {
            let mut serials: Vec<String> = marks.serials.iter().map(|serial| serial.trim().to_uppercase()).collect();
            serials.sort_unstable();
            serials.dedup();
            if i32::try_from(serials.len()) != Ok(quantity) {
                return Err(wrong(format!("{quantity} serials of {}", self.sku_code), &format!("{} serials", serials.len())));
            }
        }
        Ok(())
    }
}

fn words(lots: &[TaskLot]) -> String {
    let codes: Vec<&str> = lots.iter().map(|lot| lot.code.as_str()).collect();
    format!("lot {}", codes.join(" or "))
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
    use super::super::pick::{Hand, Heard, Step, hear, verify};
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
            let marks = Marks { lot: lot.into(), ..pick.marks.clone() };
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
        let two =
            PickUnits { quantity: 2, marks: Marks { serials: vec!["S1".into(), "s1 ".into()], ..pick.marks.clone() }, ..pick };
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
