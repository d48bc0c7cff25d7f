//! What a scan means while picking: location first, then item, then tote. The tablet asks to answer within the frame,
//! the server asks again before anything moves. Decides nothing about who may pick; that is the trip's claim.

use super::apart::{Held, Wanted};
use super::{FloorRefusal, PickUnits, PutBack, PutBackRow, TaskSheet};
use crate::lots::{Marks, gs1};

/// What the picker has confirmed so far for the task at hand. Lives in the tablet until the pick is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hand {
    pub bin: Option<String>,
    pub item: Option<String>,
    pub units: i32,
    /// The lot they are of, and their serials.
    pub marks: Marks,
}

/// The next thing to scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Bin,
    Item,
    Lot,
    Serial,
    Tote,
}

/// What a good scan did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Confirmed; go on with this step.
    Next(Hand, Step),
    /// Everything is confirmed: send this.
    Send(PickUnits),
}

impl Hand {
    pub fn step(&self, task: &TaskSheet) -> Step {
        match (&self.bin, &self.item) {
            (None, _) => Step::Bin,
            (Some(_), None) => Step::Item,
            _ if self.marks.lot.is_empty() && !task.lots.is_empty() => Step::Lot,
            _ if self.units == 0 => Step::Serial,
            _ => Step::Tote,
        }
    }
}

/// Units of the task neither picked nor given up.
pub fn left(task: &TaskSheet) -> i32 {
    task.quantity - task.quantity_picked - task.quantity_short
}

/// Units that may be in the hand: no more than are left, nor than the lot at hand has.
pub fn most(task: &TaskSheet, hand: &Hand) -> i32 {
    wanted(task).most(&hand.marks.lot)
}

/// What has to be said of the units of a stop: of those that are told apart by lot, always which.
pub(super) fn wanted(task: &TaskSheet) -> Wanted<'_> {
    Wanted {
        sku_code: &task.sku_code,
        bin_code: &task.bin_code,
        lots: &task.lots,
        say_lot: !task.lots.is_empty(),
        by_serial: task.by_serial,
        serials: &task.serials,
        left: left(task),
    }
}

/// Codes are compared as people read them: case and surrounding space do not matter.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.trim().eq_ignore_ascii_case(b.trim())
}

/// Units one scan of this code stands for, when it is the task's SKU.
fn units_of(task: &TaskSheet, code: &str) -> Option<i32> {
    meant(&task.barcodes, &task.sku_code, code)
}

/// Units one scan of this code stands for, when it is one of the barcodes or the SKU's own code.
pub(crate) fn meant(barcodes: &[(String, i32)], sku_code: &str, code: &str) -> Option<i32> {
    let packed = barcodes.iter().find(|(barcode, _)| same(barcode, code)).map(|(_, pack)| *pack);
    packed.or_else(|| same(sku_code, code).then_some(1))
}

pub(crate) fn wrong(expected: impl Into<String>, scanned: &str) -> FloorRefusal {
    FloorRefusal::WrongScan { expected: expected.into(), scanned: scanned.trim().to_owned() }
}

/// Hear one scan. `tote` is the code bound to the task's slot. A wrong scan changes nothing.
/// Scanning the item again counts it again; the tote sends what is in the hand.
pub fn hear(task: &TaskSheet, tote: Option<&str>, hand: &Hand, code: &str) -> Result<Heard, FloorRefusal> {
    let left = left(task);
    if left == 0 {
        return Err(FloorRefusal::TaskDone);
    }
    let Some(bin) = &hand.bin else {
        return if same(&task.bin_code, code) {
            Ok(Heard::Next(Hand { bin: Some(code.trim().to_owned()), ..Hand::default() }, Step::Item))
        } else {
            Err(wrong(format!("bin {}", task.bin_code), code))
        };
    };
    let named = gs1::item_of(code);
    let held = Held { units: hand.units, marks: hand.marks.clone() };
    if let Some(units) = units_of(task, &named) {
        let Held { units, marks } = wanted(task).item(held, gs1::Label::read(code.trim()), units)?;
        let next = Hand { bin: hand.bin.clone(), item: Some(named), units, marks };
        let step = next.step(task);
        return Ok(Heard::Next(next, step));
    }
    let Some(item) = &hand.item else {
        return Err(wrong(format!("{} ({})", task.sku_name, task.sku_code), code));
    };
    if let Some(Held { units, marks }) = wanted(task).other(&held, code)? {
        let next = Hand { units, marks, ..hand.clone() };
        let step = next.step(task);
        return Ok(Heard::Next(next, step));
    }
    match tote {
        None => Err(FloorRefusal::ToteMissing { slot: task.slot }),
        Some(tote) if same(tote, code) => Ok(Heard::Send(PickUnits {
            task: task.task,
            bin_code: bin.clone(),
            item_code: item.clone(),
            tote_code: tote.to_owned(),
            quantity: hand.units,
            marks: hand.marks.clone(),
        })),
        Some(tote) => Err(wrong(format!("tote {tote}"), code)),
    }
}

/// Is this pick right, all of it? The server's last word before units move.
pub fn verify(task: &TaskSheet, tote: Option<&str>, pick: &PickUnits) -> Result<(), FloorRefusal> {
    let left = left(task);
    if left == 0 {
        return Err(FloorRefusal::TaskDone);
    }
    if !same(&task.bin_code, &pick.bin_code) {
        return Err(wrong(format!("bin {}", task.bin_code), &pick.bin_code));
    }
    if units_of(task, &pick.item_code).is_none() {
        return Err(wrong(format!("{} ({})", task.sku_name, task.sku_code), &pick.item_code));
    }
    let tote = tote.ok_or(FloorRefusal::ToteMissing { slot: task.slot })?;
    if !same(tote, &pick.tote_code) {
        return Err(wrong(format!("tote {tote}"), &pick.tote_code));
    }
    if pick.quantity < 1 || pick.quantity > left {
        return Err(FloorRefusal::TooMany { left, scanned: pick.quantity });
    }
    wanted(task).verify(pick.quantity, &pick.marks)
}

/// What has been confirmed of putting back: item first, for it is in the hand; then the bin it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Back {
    /// So many are in the hand, by this code: go to the bin.
    Hand {
        item: String,
        units: i32,
    },
    Send(PutBack),
}

/// Hear one scan while putting back. A wrong one changes nothing.
pub fn hear_back(row: &PutBackRow, hand: Option<&(String, i32)>, code: &str) -> Result<Back, FloorRefusal> {
    if let Some(units) = meant(&row.barcodes, &row.sku_code, code) {
        let units = hand.map_or(0, |(_, units)| *units) + units;
        if units > row.quantity {
            return Err(FloorRefusal::TooManyBack { left: row.quantity, scanned: units });
        }
        return Ok(Back::Hand { item: code.trim().to_owned(), units });
    }
    match hand {
        None => Err(wrong(format!("{} ({})", row.sku_name, row.sku_code), code)),
        Some((item, units)) if same(&row.bin_code, code) => Ok(Back::Send(PutBack {
            task: row.task,
            bin_code: code.trim().to_owned(),
            item_code: item.clone(),
            quantity: *units,
        })),
        Some(_) => Err(wrong(format!("bin {}", row.bin_code), code)),
    }
}

/// Does this go back where it came from? The server's last word before units move.
pub fn verify_back(row: &PutBackRow, back: &PutBack) -> Result<(), FloorRefusal> {
    if meant(&row.barcodes, &row.sku_code, &back.item_code).is_none() {
        return Err(wrong(format!("{} ({})", row.sku_name, row.sku_code), &back.item_code));
    }
    if !same(&row.bin_code, &back.bin_code) {
        return Err(wrong(format!("bin {}", row.bin_code), &back.bin_code));
    }
    if back.quantity < 1 || back.quantity > row.quantity {
        return Err(FloorRefusal::TooManyBack { left: row.quantity, scanned: back.quantity });
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::ids::{SkuId, TaskId};

    pub(crate) fn task() -> TaskSheet {
        TaskSheet {
            task: TaskId::mint(),
            slot: 2,
            bin_code: "A-01-1".into(),
            aisle: Some(1),
            y_mm: Some(0),
            side: Some("left".into()),
            level: 0,
            sku: SkuId::mint(),
            sku_code: "MUG".into(),
            sku_name: "Mug".into(),
            variant: String::new(),
            barcodes: vec![("5012345678900".into(), 1), ("15012345678907".into(), 6)],
            quantity: 8,
            quantity_picked: 0,
            quantity_short: 0,
            done: false,
            lots: vec![],
            by_serial: false,
            serials: vec![],
        }
    }

    fn walk(codes: &[&str]) -> Result<Heard, FloorRefusal> {
        let (task, mut hand) = (task(), Hand::default());
        let mut last = None;
        for code in codes {
            let heard = hear(&task, Some("T-7"), &hand, code)?;
            if let Heard::Next(next, _) = &heard {
                hand = next.clone();
            }
            last = Some(heard);
        }
        Ok(last.expect("codes were scanned"))
    }

    /// PCK-1: location and item are both required, location first.
    #[test]
    fn bin_then_item_then_tote_sends_the_pick() {
        let Ok(Heard::Send(pick)) = walk(&["a-01-1 ", "5012345678900", "5012345678900", "t-7"]) else { panic!("not sent") };
        assert_eq!(pick.quantity, 2);
        assert_eq!(verify(&task(), Some("T-7"), &PickUnits { task: task().task, ..pick }), Ok(()));
    }

    /// PCK-1: a wrong scan says what was expected and changes nothing.
    #[test]
    fn a_wrong_scan_names_what_was_expected() {
        let expected = |codes: &[&str]| match walk(codes) {
            Err(FloorRefusal::WrongScan { expected, .. }) => expected,
            other => panic!("{other:?}"),
        };
        assert_eq!(expected(&["5012345678900"]), "bin A-01-1");
        assert_eq!(expected(&["A-01-1", "4006381333931"]), "Mug (MUG)");
        assert_eq!(expected(&["A-01-1", "T-7"]), "Mug (MUG)");
        assert_eq!(expected(&["A-01-1", "MUG", "T-8"]), "tote T-7");
    }

    #[test]
    fn a_case_counts_its_units_and_never_more_than_are_left() {
        let Ok(Heard::Next(hand, Step::Tote)) = walk(&["A-01-1", "15012345678907"]) else { panic!("no case") };
        assert_eq!(hand.units, 6);
        assert_eq!(walk(&["A-01-1", "15012345678907", "15012345678907"]), Err(FloorRefusal::TooMany { left: 8, scanned: 12 }));
    }

    /// PCK-2: without a tote on the slot nothing is picked; the wrong tote is refused.
    #[test]
    fn the_tote_is_bound_to_its_slot() {
        let hand = Hand { bin: Some("A-01-1".into()), item: Some("MUG".into()), units: 1, ..Hand::default() };
        assert_eq!(hear(&task(), None, &hand, "T-7"), Err(FloorRefusal::ToteMissing { slot: 2 }));
        let pick = PickUnits {
            task: TaskId::NIL,
            bin_code: "A-01-1".into(),
            item_code: "MUG".into(),
            tote_code: "T-9".into(),
            quantity: 1,
            marks: Marks::default(),
        };
        assert!(matches!(verify(&task(), Some("T-7"), &pick), Err(FloorRefusal::WrongScan { .. })));
    }

    /// PCK-6: more than expected is refused, whatever the tablet sends.
    #[test]
    fn the_server_never_takes_more_than_is_left() {
        let pick = |quantity| PickUnits {
            task: TaskId::NIL,
            bin_code: "A-01-1".into(),
            item_code: "MUG".into(),
            tote_code: "T-7".into(),
            quantity,
            marks: Marks::default(),
        };
        for bad in [-1, 0, 9] {
            assert!(matches!(verify(&task(), Some("T-7"), &pick(bad)), Err(FloorRefusal::TooMany { .. })), "{bad}");
        }
        assert_eq!(verify(&task(), Some("T-7"), &pick(8)), Ok(()));
        let done = TaskSheet { quantity_picked: 6, quantity_short: 2, ..task() };
        assert_eq!(verify(&done, Some("T-7"), &pick(1)), Err(FloorRefusal::TaskDone));
        assert_eq!(hear(&done, Some("T-7"), &Hand::default(), "A-01-1"), Err(FloorRefusal::TaskDone));
    }

    fn back() -> PutBackRow {
        let task = task();
        PutBackRow {
            task: task.task,
            wave_number: "WV-1".into(),
            order_number: "SO-1".into(),
            tote_code: "T1".into(),
            bin_code: task.bin_code,
            sku: task.sku,
            sku_code: task.sku_code,
            sku_name: task.sku_name,
            variant: task.variant,
            barcodes: task.barcodes,
            quantity: 7,
        }
    }

    /// PCK-4: putting back confirms the item, then the bin it came from; anything else changes nothing.
    #[test]
    fn what_goes_back_is_scanned_and_goes_to_its_own_bin() {
        let row = back();
        assert!(matches!(hear_back(&row, None, "A-01-1"), Err(FloorRefusal::WrongScan { .. })), "the item comes first");
        let hand = ("15012345678907".to_owned(), 6);
        assert_eq!(hear_back(&row, None, "15012345678907").unwrap(), Back::Hand { item: hand.0.clone(), units: 6 });
        assert!(matches!(hear_back(&row, Some(&hand), "15012345678907"), Err(FloorRefusal::TooManyBack { left: 7, .. })));
        assert!(matches!(hear_back(&row, Some(&hand), "B-9"), Err(FloorRefusal::WrongScan { .. })));
        let Back::Send(sent) = hear_back(&row, Some(&hand), " a-01-1 ").unwrap() else { panic!("the bin sends") };
        assert_eq!((sent.quantity, verify_back(&row, &sent)), (6, Ok(())));
        assert!(verify_back(&row, &PutBack { item_code: "CUP".into(), ..sent.clone() }).is_err());
        assert!(verify_back(&row, &PutBack { bin_code: "B-9".into(), ..sent.clone() }).is_err());
        assert!(verify_back(&row, &PutBack { quantity: 8, ..sent.clone() }).is_err());
        assert!(verify_back(&row, &PutBack { quantity: 0, ..sent }).is_err());
    }
}
