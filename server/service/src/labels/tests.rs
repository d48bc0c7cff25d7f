//! What is printed is read back: bars from the rectangles of the PDF, codes from the fields of the ZPL.

use std::collections::BTreeMap;

use domain::refusal::Named;
use domain::sites::labels::Sheet;

use super::{Label, pdf, zpl};
use crate::Failure;

/// Code 128, symbol by symbol: the widths of its bars and gaps (ISO/IEC 15417).
const SYMBOLS: &str = "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 \
    123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 \
    131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 \
    213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 \
    112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 \
    421211 212141 214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232";
const STOP: &str = "2331112";
const START_B: usize = 104;

/// What a scanner reads of bars and gaps, in modules: set B, its check symbol right.
fn scanned(widths: &str) -> Option<String> {
    let table: Vec<&str> = SYMBOLS.split_whitespace().collect();
    let inside = widths.strip_suffix(STOP)?;
    let symbols: Option<Vec<usize>> =
        inside.as_bytes().chunks(6).map(|symbol| table.iter().position(|known| known.as_bytes() == symbol)).collect();
    let symbols = symbols?;
    let (check, read) = symbols.split_last()?;
    let sum: usize = read.iter().enumerate().map(|(at, symbol)| at.max(1) * symbol).sum();
    if read.first() != Some(&START_B) || sum % 103 != *check {
        return None;
    }
    read[1..].iter().map(|symbol| char::from_u32(u32::try_from(*symbol).ok()? + 32)).collect()
}

/// The codes of a PDF's labels, page by page, from its rectangles: those at one height and near each other are one label.
fn read_pdf(file: &[u8]) -> Vec<Vec<String>> {
    let text: String = file.iter().map(|byte| char::from(*byte)).collect();
    let mut pages = Vec::new();
    for stream in text.split("stream\n").skip(1).step_by(2) {
        let content = stream.split("endstream").next().unwrap_or_default();
        let mut rows: BTreeMap<i64, Vec<(f64, f64)>> = BTreeMap::new();
        for line in content.lines().filter_map(|line| line.strip_suffix(" re")) {
            let of: Vec<f64> = line.split(' ').map(|number| number.parse().expect("a number")).collect();
            #[expect(clippy::cast_possible_truncation, reason = "points of a page, upside down")]
            rows.entry(-(of[1] * 100.0) as i64).or_default().push((of[0], of[2]));
        }
        let mut codes = Vec::new();
        for bars in rows.values() {
            let thin = bars.iter().map(|bar| bar.1).fold(f64::MAX, f64::min);
            let mut labels: Vec<Vec<(f64, f64)>> = Vec::new();
            for bar in bars {
                // No gap inside a symbol is wider than four modules.
                let near = |last: &(f64, f64)| bar.0 - last.0 - last.1 < 4.5 * thin && bar.0 > last.0;
                match labels.last_mut().filter(|label| label.last().is_some_and(near)) {
                    Some(label) => label.push(*bar),
                    None => labels.push(vec![*bar]),
                }
            }
            for label in labels {
                // A stop symbol ends in two modules: the unit is its last bar's half.
                let unit = label.last().expect("bars").1 / 2.0;
                let modules = |points: f64| format!("{:.0}", points / unit);
                let mut widths = String::new();
                for (at, bar) in label.iter().enumerate() {
                    widths.push_str(&modules(bar.1));
                    if let Some(next) = label.get(at + 1) {
                        widths.push_str(&modules(next.0 - bar.0 - bar.1));
                    }
                }
                codes.push(scanned(&widths).unwrap_or_else(|| panic!("{widths} is no Code 128")));
            }
        }
        pages.push(codes);
    }
    pages
}

fn labels(codes: &[String]) -> Vec<Label> {
    codes.iter().map(|code| Label { code: code.clone(), words: format!("Zone COLD · {code}") }).collect()
}

/// INV-4: a scanner reads off the sheet exactly the codes that were asked for, in order, on as many pages as they need.
#[test]
fn a_sheets_bars_read_back_as_its_codes() {
    let codes: Vec<String> = (1..=50).map(|n| format!("A-{n:02}-{}", n % 5 + 1)).collect();
    for (sheet, per_page) in [(Sheet::A4, 21), (Sheet::Letter, 30), (Sheet::FourBySix, 1)] {
        let file = pdf(&labels(&codes), sheet).expect("they fit");
        assert!(file.starts_with(b"%PDF-") && file.ends_with(b"%%EOF"), "{sheet:?}");
        let pages = read_pdf(&file);
        assert_eq!(pages.len(), codes.len().div_ceil(per_page), "{sheet:?}");
        assert_eq!(pages.concat(), codes, "{sheet:?}");
    }
}

#[test]
fn every_letter_a_bins_code_may_have_is_printed() {
    let code = "ABCDEFGHIJKLM-./_".to_owned();
    assert_eq!(read_pdf(&pdf(&labels(std::slice::from_ref(&code)), Sheet::FourBySix).unwrap()).concat(), [code]);
    let digits = "NOPQRSTUVWXYZ0123456789".to_owned();
    assert_eq!(read_pdf(&pdf(&labels(std::slice::from_ref(&digits)), Sheet::FourBySix).unwrap()).concat(), [digits]);
}

/// INV-4: a label printer is told the same codes, whatever letters of its own language stand in them or in the words.
#[test]
fn a_label_printers_fields_read_back_as_the_codes() {
    let codes = ["A-01-1".to_owned(), "B>2".to_owned(), "C_3".to_owned()];
    let mut labels = labels(&codes);
    labels[0].words = "50 ^ ~ \\ % é\n".into();
    for sheet in Sheet::ALL {
        let text = String::from_utf8(zpl(&labels, sheet).expect("they fit")).expect("it is text");
        let fields: Vec<&str> = text.lines().filter(|line| line.contains("^BCN")).collect();
        let read = |line: &&str| {
            let data = line.split("^FD>:").nth(1).and_then(|data| data.strip_suffix("^FS")).expect("a field");
            data.replace(">0", ">")
        };
        assert_eq!(fields.iter().map(read).collect::<Vec<_>>(), codes, "{sheet:?}");
        assert_eq!((text.matches("^XA").count(), text.matches("^XZ").count()), (3, 3));
        assert!(text.contains("^FD50 \\5E \\7E \\5C % é ^FS"), "{text}");
    }
    let four = String::from_utf8(zpl(&labels, Sheet::FourBySix).unwrap()).unwrap();
    assert!(four.starts_with("^XA^CI28^PW812^LL1219^BY5"), "{four}");
}

/// INV-4: bars too thin to be read, and letters no barcode has, are refused by name.
#[test]
fn what_no_scanner_would_read_is_refused() {
    let refused = |file: crate::Result<Vec<u8>>| match file {
        Err(Failure::Refused(refusal)) => refusal.code(),
        other => panic!("{other:?}"),
    };
    let long = labels(&["X".repeat(40)]);
    assert_eq!(refused(pdf(&long, Sheet::A4)), "label_unprintable");
    assert_eq!(refused(zpl(&long, Sheet::Letter)), "label_unprintable");
    assert!(pdf(&long, Sheet::FourBySix).is_ok());
    assert_eq!(refused(pdf(&labels(&["Ä1".to_owned()]), Sheet::A4)), "label_unprintable");
    assert_eq!(refused(pdf(&labels(&[String::new()]), Sheet::A4)), "label_unprintable");
}
