use proptest::prelude::*;

use super::*;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// IN-5, INV-3: item, expiry, lot and serial of one scan; a field of variable length ends with GS.
#[test]
fn a_label_says_item_expiry_lot_and_serial() {
    let scanned = "010950600013435217261231\
                   10ABC-12\u{1d}21S0001";
    let label = Label::read(scanned).unwrap();
    assert_eq!(label.gtin.as_deref(), Some("09506000134352"));
    assert_eq!((label.lot.as_deref(), label.serial.as_deref()), (Some("ABC-12"), Some("S0001")));
    assert_eq!(label.expires, Some([26, 12, 31]));
    assert_eq!(Label::read("(01)09506000134352(17)261231(10)ABC-12(21)S0001"), Some(label.clone()));
    assert_eq!(label.written(), "(01)09506000134352(17)261231(10)ABC-12(21)S0001");
    assert!(label.tells_apart() && !Label::read("0109506000134352").unwrap().tells_apart());
}

/// IN-5: what else is on a label is passed over by its length, not guessed at.
#[test]
fn other_fields_are_passed_over() {
    let label = Label::read("01095060001343523103000750\u{1d}10L1").unwrap();
    assert_eq!((label.gtin.as_deref(), label.lot.as_deref()), (Some("09506000134352"), Some("L1")));
    let counted = Label::read("0109506000134352\u{1d}3012\u{1d}2400X\u{1d}21S9").unwrap();
    assert_eq!(counted.serial.as_deref(), Some("S9"));
}

#[test]
fn what_is_no_label_is_not_read_as_one() {
    for text in [
        "",
        "MUG-1",
        "5012345678900",
        "0109506000",
        "(01)123",
        "(10)",
        "(17)261331",
        "(88)1",
        "01ABC06000134352",
        "(10)123456789012345678901",
        "10ABC",
        "2101",
        "(01)09506000134353",
    ] {
        assert_eq!(Label::read(text), None, "{text}");
    }
}

/// IN-5: the item of a label is its barcode as it is kept; any other code is itself.
#[test]
fn the_item_of_a_label_is_its_barcode() {
    assert_eq!(item_of("(01)09506000134352(10)A"), "9506000134352");
    assert_eq!(item_of("(01)19506000134359(10)A"), "19506000134359");
    assert_eq!(item_of(" MUG-1 "), "MUG-1");
    assert_eq!(item_of("(10)A"), "(10)A");
}

/// INV-3: two digits of a year mean the one nearest to today; day 0 is the end of the month.
#[test]
fn a_year_of_two_digits_is_the_nearest() {
    let today = day(2026, 11, 26);
    assert_eq!(near([26, 12, 31], today), Some(day(2026, 12, 31)));
    assert_eq!(near([76, 1, 1], today), Some(day(2076, 1, 1)));
    assert_eq!(near([77, 1, 1], today), Some(day(1977, 1, 1)));
    assert_eq!(near([30, 2, 0], today), Some(day(2030, 2, 28)));
    assert_eq!(near([28, 2, 0], today), Some(day(2028, 2, 29)));
    assert_eq!(near([26, 2, 30], today), None);
    assert_eq!(near([2, 1, 1], day(2099, 1, 1)), Some(day(2102, 1, 1)));
}

proptest! {
    /// IN-5: whatever is written reads back, and nothing that is scanned makes the reader stumble.
    #[test]
    fn a_label_reads_back(lot in "[A-Z0-9/-]{1,20}", serial in "[A-Z0-9]{1,20}", month in 1..13_u32, at in 0..29_u32) {
        let label = Label { gtin: Some("09506000134352".into()), lot: Some(lot), made: Some([25, month, at]), expires: Some([27, month, at]),
                            serial: Some(serial) };
        prop_assert_eq!(Label::read(&label.written()), Some(label));
    }

    #[test]
    fn any_text_is_read_or_not(text in "\\PC{0,40}|[0-9()\u{1d}]{0,40}") {
        let _ = Label::read(&text);
    }
}
