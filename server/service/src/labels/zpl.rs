//! Labels for label printers, in ZPL at 203 dpi. The printer draws the bars; whether they fit is decided here.

use std::fmt::Write;

use domain::sites::labels::Sheet;

use super::{EDGE, Label, drawn};
use crate::Result;

/// Dots on a hundred millimetres at 203 dpi: eight a millimetre.
const DOTS_PER_100_MM: i32 = 800;
/// Two dots are a quarter of a millimetre: one alone is read by no scanner.
const DOTS_MIN: i32 = 2;
const DOTS_MAX: i32 = 5;

fn dots(hundredths: i32) -> i32 {
    i32::try_from(i64::from(hundredths) * i64::from(DOTS_PER_100_MM) / 10_000).unwrap_or(i32::MAX)
}

/// Text in which no letter is a command: `\` begins what is written in hex.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for char in text.chars() {
        match char {
            '^' | '~' | '\\' => {
                // Writing into a string cannot fail.
                let _ = write!(plain, "\\{:02X}", u32::from(char));
            }
            char if char.is_control() => plain.push(' '),
            char => plain.push(char),
        }
    }
    plain
}

pub(crate) fn zpl(labels: &[Label], sheet: Sheet) -> Result<Vec<u8>> {
    let (width, height) = sheet.measures().label;
    let mut text = String::new();
    for (label, bars, thick) in drawn(labels, sheet, DOTS_PER_100_MM, DOTS_MIN, DOTS_MAX)? {
        let wide = i32::try_from(bars.len()).unwrap_or_default() * thick;
        let (left, top, tall) = ((dots(width) - wide) / 2, dots(EDGE), dots(height / 2 - EDGE));
        let block = dots(width - 2 * EDGE);
        // In a barcode's text `>` begins a command, and `>0` is the letter itself; `>:` chooses set B.
        let code = plain(&label.code.replace('>', ">0"));
        let _ = writeln!(text, "^XA^CI28^PW{}^LL{}^BY{thick}", dots(width), dots(height));
        let _ = writeln!(text, "^FO{left},{top}^BCN,{tall},N,N,N^FH\\^FD>:{code}^FS");
        for (high, foot, words) in [(height / 5, height * 55 / 100, &label.code), (height / 12, height * 82 / 100, &label.words)]
        {
            let letters = i32::try_from(words.chars().count().max(1)).unwrap_or(i32::MAX);
            // A letter is about six tenths as wide as high.
            let size = dots(high).min(block * 10 / (letters * 6)).max(10);
            let _ = writeln!(text, "^FO{},{}^A0N,{size}^FB{block},1,0,C^FH\\^FD{}^FS", dots(EDGE), dots(foot), plain(words));
        }
        text.push_str("^XZ\n");
    }
    Ok(text.into_bytes())
}
