//! The scanner decoder against the habits of real scanners and real hands.

use super::*;

struct Bench {
    wedge: Wedge,
    now: f64,
    in_field: bool,
    got: Vec<String>,
    passed: Vec<String>,
    leaked: usize,
}

impl Bench {
    fn new() -> Self {
        Self { wedge: Wedge::default(), now: 1000.0, in_field: false, got: vec![], passed: vec![], leaked: 0 }
    }

    fn in_field() -> Self {
        Self { in_field: true, ..Self::new() }
    }

    fn key(&mut self, key: &str, gap: f64) -> &mut Self {
        self.wait(gap);
        let stroke = Stroke { key, at: self.now, chord: false, composing: false, in_field: self.in_field };
        match self.wedge.stroke(stroke) {
            Verdict::Pass => self.passed.push(key.to_owned()),
            Verdict::Swallow { .. } => {}
            Verdict::Code { code, leaked } => {
                self.got.push(code);
                self.leaked = leaked;
            }
        }
        self
    }

    /// Time goes by; the pause is asked when it is due.
    fn wait(&mut self, ms: f64) -> &mut Self {
        let until = self.now + ms;
        if let Some(due) = self.wedge.deadline().filter(|due| *due < until)
            && let Some((code, leaked)) = self.wedge.pause(due)
        {
            self.got.push(code);
            self.leaked = leaked;
        }
        self.now = until;
        self
    }

    fn keys(&mut self, text: &str, gap: f64) -> &mut Self {
        for char in text.chars() {
            self.key(&char.to_string(), gap);
        }
        self
    }
}

/// IN-5: with a terminator the code is there at once, and the terminator never reaches a button.
#[test]
fn enter_or_tab_ends_a_code_and_is_swallowed() {
    for end in ["Enter", "Tab"] {
        let mut bench = Bench::new();
        bench.keys("A-01-1", 8.0).key(end, 8.0);
        assert_eq!(bench.got, ["A-01-1"]);
        assert!(!bench.passed.contains(&end.to_owned()));
    }
}

/// IN-5: devices that send no terminator are heard by a pause.
#[test]
fn a_code_without_terminator_ends_by_a_pause() {
    let mut bench = Bench::new();
    bench.keys("TOTE-17", 8.0).wait(200.0);
    assert_eq!(bench.got, ["TOTE-17"]);
}

/// IN-5: a valid check digit is heard sooner, yet an EAN-8 in the head of an EAN-13 does not cut it.
#[test]
fn content_ends_a_gtin_and_never_cuts_a_longer_one() {
    // 40170725 is a valid EAN-8 and the head of this EAN-13.
    let head = "40170725";
    assert!(check_digit_holds(head));
    let long = "4017072500011";
    let mut bench = Bench::new();
    bench.keys(long, 8.0);
    assert!(bench.got.is_empty());
    bench.wait(50.0 + PLAIN_PAUSE_MS);
    assert_eq!(bench.got, [long]);
    let mut bench = Bench::new();
    bench.keys(head, 8.0).wait(50.0);
    assert_eq!(bench.got, [head]);
}

/// IN-5: a terminator that trails its code does not press the focused button.
#[test]
fn a_late_terminator_is_swallowed_and_a_lone_one_passes() {
    let mut bench = Bench::new();
    bench.keys("5012345678900", 5.0).wait(100.0).key("Enter", 50.0);
    assert_eq!(bench.got, ["5012345678900"]);
    assert!(bench.passed.iter().all(|key| key != "Enter"));
    bench.key("Enter", 2000.0);
    assert_eq!(bench.passed.last().map(String::as_str), Some("Enter"));
}

/// IN-5: the same code twice is two scans.
#[test]
fn the_same_code_twice_is_two_scans() {
    let mut bench = Bench::new();
    bench.keys("MUG-350", 5.0).key("Enter", 5.0).keys("MUG-350", 5.0).key("Enter", 5.0);
    assert_eq!(bench.got, ["MUG-350", "MUG-350"]);
}

/// IN-5: symbology prefixes, FNC1, byte order marks, line ends.
#[test]
fn prefixes_and_controls_are_read_away() {
    let cases = [
        ("]E05012345678900", "5012345678900"),
        ("]C10105012345678900", "5012345678900"),
        ("]d20115012345678907", "15012345678907"),
        // What tells units apart stays; screens that do not ask for it take the item.
        ("]d2011501234567890710LOT1\u{1d}17261231", "(01)15012345678907(17)261231(10)LOT1"),
        ("\u{feff}A-01-1\r\n", "A-01-1"),
        ("]Q3\u{1d}0105012345678900", "5012345678900"),
        ("]C100340123450000000000", "340123450000000000"),
        ("TW:BIN/A-01-1;", "BIN/A-01-1"),
        ("  T-7 ", "T-7"),
    ];
    for (raw, code) in cases {
        assert_eq!(read(raw), code, "{raw}");
    }
}

/// IN-5: shifts, dead keys and input methods neither end nor spoil a code; Ctrl+] is the group separator.
#[test]
fn noise_between_keys_is_ignored() {
    let mut bench = Bench::new();
    for key in ["Shift", "M", "Unidentified", "U", "Shift", "G", "Process", "-", "1", "Enter"] {
        bench.key(key, 4.0);
    }
    assert_eq!(bench.got, ["MUG-1"]);
    let chord = Stroke { key: "]", at: 1.0, chord: true, composing: false, in_field: false };
    assert_eq!(meaning(&chord), Some(GS));
}

/// IN-5: a scan into a text field goes to the scan handler; what leaked is counted, so that the field can be restored.
#[test]
fn a_scan_inside_a_field_is_taken_out_of_it() {
    let mut bench = Bench::in_field();
    bench.keys("5012345678900", 6.0).key("Enter", 6.0);
    assert_eq!(bench.got, ["5012345678900"]);
    assert_eq!(bench.leaked, FIELD_BURST - 1);
    assert_eq!(bench.passed, ["5", "0", "1"]);
}

#[test]
fn typing_by_hand_is_left_alone() {
    for mut bench in [Bench::new(), Bench::in_field()] {
        bench.keys("order 1042", 110.0).key("Enter", 110.0).wait(1000.0);
        assert!(bench.got.is_empty(), "{:?}", bench.got);
        assert_eq!(bench.passed.len(), 11);
    }
}

#[test]
fn space_and_enter_still_press_buttons() {
    let mut bench = Bench::new();
    bench.key(" ", 500.0).key("Enter", 500.0).key("Tab", 500.0);
    assert_eq!(bench.passed, [" ", "Enter", "Tab"]);
}

/// Telemetry of metasfresh: long QR codes arrive in chunks with seconds between.
#[test]
fn our_own_qr_is_waited_for_through_long_gaps() {
    let mut bench = Bench::new();
    bench.keys("TW:RMA/R-7", 5.0).wait(6000.0).keys("7/AB;", 5.0).wait(100.0);
    assert_eq!(bench.got, ["RMA/R-77/AB"]);
}

proptest::proptest! {
    /// Whatever is hammered on the keys, nothing panics and a scanner's code comes out as it went in.
    #[test]
    fn any_code_survives_the_wire(code in "[A-Z0-9][A-Z0-9/-]{3,30}", noise in ".{0,12}", gap in 0.0_f64..30.0) {
        let mut bench = Bench::new();
        bench.keys(&noise, 3.0).wait(20_000.0);
        bench.got.clear();
        bench.keys(&code, gap).key("Enter", gap);
        proptest::prop_assert_eq!(bench.got, vec![read(&code)]);
    }
}
