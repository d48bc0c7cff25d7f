//! What a GS1 element string says (GS1 General Specifications, sections 3 and 7.8): which item, of which lot, good until when, which
//! one. Reads what scanners send (fields of variable length end with GS) and what people read (identifiers in brackets).
//!
//! Decides nothing about whether such an item is known.

use chrono::{Datelike, Days, Months, NaiveDate};

use crate::floor::wedge::check_digit_holds;

/// Ends a field of variable length.
const GS: char = '\u{1d}';

/// What was on the label; what was not is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    /// (01), fourteen digits.
    pub gtin: Option<String>,
    /// (10)
    pub lot: Option<String>,
    /// (11), year, month and day as printed.
    pub made: Option<[u32; 3]>,
    /// (17)
    pub expires: Option<[u32; 3]>,
    /// (21)
    pub serial: Option<String>,
}

impl Label {
    /// Reads a code; none when it is no label, or not whole. Without brackets it names its item: a lot's code alone may begin as a
    /// label does.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(GS);
        if text.starts_with('(') {
            let mut label = Self::default();
            label.bracketed(text)?;
            return (label != Self::default()).then_some(label);
        }
        Self::scanned(text).filter(|label| label.gtin.is_some())
    }

    /// Reads what a scanner says is a label.
    pub fn scanned(text: &str) -> Option<Self> {
        let mut label = Self::default();
        label.plain(text.trim_start_matches(GS))?;
        (label != Self::default()).then_some(label)
    }

    fn plain(&mut self, mut text: &str) -> Option<()> {
        while !text.is_empty() {
            let (id, rest) = split(text, digits_of(text)?)?;
            let (value, rest) = match length_of(id) {
                Some(length) => split(rest, length)?,
                None => rest.split_once(GS).unwrap_or((rest, "")),
            };
            self.field(id, value)?;
            text = rest.trim_start_matches(GS);
        }
        Some(())
    }

    fn bracketed(&mut self, text: &str) -> Option<()> {
        for part in text.split('(').skip(1) {
            let (id, value) = part.split_once(')')?;
            let fits = length_of(id).is_none_or(|length| value.trim().len() == length);
            if id.len() != digits_of(id)? || !fits {
                return None;
            }
            self.field(id, value.trim())?;
        }
        Some(())
    }

    fn field(&mut self, id: &str, value: &str) -> Option<()> {
        let named = || (!value.is_empty() && value.len() <= 20).then(|| value.to_owned());
        match id {
            "01" if check_digit_holds(value) => self.gtin = Some(value.to_owned()),
            "01" => return None,
            "11" => self.made = Some(date_of(value)?),
            "17" => self.expires = Some(date_of(value)?),
            "10" => self.lot = Some(named()?),
            "21" => self.serial = Some(named()?),
            _ => {}
        }
        Some(())
    }

    /// Says more than which item it is.
    pub fn tells_apart(&self) -> bool {
        self.lot.is_some() || self.serial.is_some() || self.expires.is_some() || self.made.is_some()
    }

    /// As people read it; reads back as itself.
    pub fn written(&self) -> String {
        let date = |[year, month, day]: [u32; 3]| format!("{year:02}{month:02}{day:02}");
        [
            self.gtin.as_ref().map(|gtin| format!("(01){gtin}")),
            self.made.map(|made| format!("(11){}", date(made))),
            self.expires.map(|expires| format!("(17){}", date(expires))),
            self.lot.as_ref().map(|lot| format!("(10){lot}")),
            self.serial.as_ref().map(|serial| format!("(21){serial}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The code that names the item: of a label its GTIN as barcodes are kept, of anything else the code itself.
pub fn item_of(code: &str) -> String {
    let gtin = Label::read(code.trim()).and_then(|label| label.gtin);
    gtin.map_or_else(|| code.trim().to_owned(), |gtin| gtin.strip_prefix('0').unwrap_or(&gtin).to_owned())
}

/// A date of two digits a year, near a day (section 7.12): none is further than half a century off. Day 0 is the month's last.
pub fn near([year, month, day]: [u32; 3], today: NaiveDate) -> Option<NaiveDate> {
    let century = today.year() - today.year().rem_euclid(100);
    let (year, now) = (i32::try_from(year).ok()?, today.year().rem_euclid(100));
    let year = match year - now {
        51.. => century - 100 + year,
        ..=-50 => century + 100 + year,
        _ => century + year,
    };
    if day == 0 {
        let next = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?;
        return next.checked_sub_days(Days::new(1));
    }
    NaiveDate::from_ymd_opt(year, month, day)
}

fn date_of(value: &str) -> Option<[u32; 3]> {
    let whole = value.len() == 6 && value.bytes().all(|byte| byte.is_ascii_digit());
    let two = |at: usize| value.get(at..at + 2)?.parse().ok();
    let date = [two(0)?, two(2)?, two(4)?];
    (whole && (1..=12).contains(&date[1]) && date[2] <= 31).then_some(date)
}

/// How many digits the identifier has that a string begins with.
fn digits_of(text: &str) -> Option<usize> {
    Some(match text.get(..2)? {
        "00" | "01" | "02" | "03" | "04" | "10" | "11" | "12" | "13" | "15" | "16" | "17" | "20" | "21" | "22" | "30" | "37"
        | "90" | "91" | "92" | "93" | "94" | "95" | "96" | "97" | "98" | "99" => 2,
        "23" | "24" | "25" | "40" | "41" | "42" | "71" => 3,
        "31" | "32" | "33" | "34" | "35" | "36" | "39" | "43" | "70" | "72" | "80" | "81" | "82" => 4,
        _ => return None,
    })
}

/// How long a field is whose length is given by its identifier (figure 7.8.5-2); the others end with GS.
fn length_of(id: &str) -> Option<usize> {
    match id.get(..2)? {
        "00" => Some(18),
        "04" => Some(16),
        "01" | "02" | "03" => Some(14),
        "11" | "12" | "13" | "15" | "16" | "17" | "31" | "32" | "33" | "34" | "35" | "36" => Some(6),
        "20" => Some(2),
        "41" => Some(13),
        _ => None,
    }
}

fn split(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at..)?))
}

#[cfg(test)]
#[path = "gs1_tests.rs"]
mod tests;
