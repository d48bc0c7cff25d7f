//! A keyboard-wedge decoder: which keystrokes are a scanner's, where a code ends, and what it says.
//!
//! Decides from keys and times only; it knows no browser, no clock and no trade meaning of a code.
//! A code ends by its content (a valid check digit, then a breath), by Enter or Tab, or by a pause, in that order.

use crate::lots::gs1::Label;

/// A scanner's keys follow each other within this; people's do not. Bluetooth scanners reach 50 ms.
const SCANNER_GAP_MS: f64 = 60.0;
/// Inside a text field, where people type too, the keys must come this fast to be a scanner's.
const FIELD_GAP_MS: f64 = 35.0;
/// And this many of them, before the field is bypassed.
const FIELD_BURST: usize = 4;
/// The pause after which content that reads as a whole code is one. It may still be the head of a longer code.
const WHOLE_PAUSE_MS: f64 = 45.0;
/// The pause after which anything else is a code.
const PLAIN_PAUSE_MS: f64 = 140.0;
/// Long QR codes arrive in chunks with pauses of seconds: one that is open by its own grammar is waited for.
const OPEN_PAUSE_MS: f64 = 10_000.0;
/// A terminator that comes this late after its code still belongs to it.
const LATE_TERMINATOR_MS: f64 = 400.0;
/// Shorter is a slip of the hand.
const SHORTEST: usize = 3;
/// Longer is no code of ours; protects the memory.
const LONGEST: usize = 4096;
/// GS1 separates variable fields with it.
const GS: char = '\u{1d}';

/// One key pressed, as the browser tells it.
#[derive(Debug, Clone, Copy)]
pub struct Stroke<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// `KeyboardEvent.timeStamp`, ms.
    pub at: f64,
    /// Ctrl or the system key is held: a person's chord, but for Ctrl+], which scanners send for GS.
    pub chord: bool,
    /// An input method is composing.
    pub composing: bool,
    /// The focus is in something that can be typed into.
    pub in_field: bool,
}

/// What to do with the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Not a scanner's: leave it alone.
    Pass,
    /// A scanner's: keep it from the page. `leaked` keys of this burst went into the focused field before it was clear.
    Swallow { leaked: usize },
    /// The code is complete; keep the key from the page.
    Code { code: String, leaked: usize },
}

/// What has been heard of the code under way.
#[derive(Debug, Default)]
pub struct Wedge {
    heard: String,
    last: f64,
    in_field: bool,
    leaked: usize,
    delivered: Option<f64>,
}

impl Wedge {
    /// Hear one key.
    pub fn stroke(&mut self, stroke: Stroke) -> Verdict {
        let meaningless = matches!(
            stroke.key,
            "Shift" | "Alt" | "AltGraph" | "Control" | "CapsLock" | "NumLock" | "Unidentified" | "Process" | "Dead"
        );
        if stroke.composing || meaningless {
            return Verdict::Pass;
        }
        if matches!(stroke.key, "Enter" | "Tab") {
            return self.terminator(&stroke);
        }
        let Some(char) = meaning(&stroke) else {
            self.forget();
            return Verdict::Pass;
        };
        if !self.follows(&stroke) || self.heard.len() >= LONGEST {
            self.forget();
        }
        if self.heard.is_empty() {
            if char == ' ' {
                return Verdict::Pass;
            }
            self.in_field = stroke.in_field;
        }
        self.heard.push(char);
        self.last = stroke.at;
        self.delivered = None;
        let certain = if self.in_field { self.heard.chars().count() >= FIELD_BURST } else { self.heard.chars().count() > 1 };
        if certain {
            Verdict::Swallow { leaked: self.leaked }
        } else {
            self.leaked += usize::from(self.in_field);
            Verdict::Pass
        }
    }

    /// When to ask [`Self::pause`] again, in the strokes' time.
    pub fn deadline(&self) -> Option<f64> {
        (!self.heard.is_empty()).then(|| self.last + self.patience())
    }

    /// Nothing was heard until `now`: is that a code?
    pub fn pause(&mut self, now: f64) -> Option<(String, usize)> {
        if self.heard.is_empty() || now < self.last + self.patience() {
            return None;
        }
        let (whole, leaked) = (self.long_enough(), self.leaked);
        let code = read(&self.heard);
        self.forget();
        if !whole {
            return None;
        }
        self.delivered = Some(now);
        Some((code, leaked))
    }

    fn terminator(&mut self, stroke: &Stroke) -> Verdict {
        if self.long_enough() && stroke.at - self.last <= self.patience().max(LATE_TERMINATOR_MS) {
            let (code, leaked) = (read(&self.heard), self.leaked);
            self.forget();
            // Some scanners send both CR and LF, or Enter and Tab.
            self.delivered = Some(stroke.at);
            return Verdict::Code { code, leaked };
        }
        let late = self.delivered.is_some_and(|at| stroke.at - at <= LATE_TERMINATOR_MS);
        self.forget();
        if late { Verdict::Swallow { leaked: 0 } } else { Verdict::Pass }
    }

    fn follows(&self, stroke: &Stroke) -> bool {
        let gap = stroke.at - self.last;
        gap <= if self.in_field { FIELD_GAP_MS } else { SCANNER_GAP_MS } || (self.long_enough() && gap <= self.patience())
    }

    fn long_enough(&self) -> bool {
        self.heard.chars().count() >= if self.in_field { FIELD_BURST } else { SHORTEST }
    }

    fn patience(&self) -> f64 {
        if is_whole(&self.heard) {
            WHOLE_PAUSE_MS
        } else if is_open(&self.heard) {
            OPEN_PAUSE_MS
        } else {
            PLAIN_PAUSE_MS
        }
    }

    fn forget(&mut self) {
        self.heard.clear();
        self.leaked = 0;
    }
}

/// The character a key stands for. Scanners send GS as Ctrl+] or F8; other chords are people's.
fn meaning(stroke: &Stroke) -> Option<char> {
    if stroke.key == "F8" || (stroke.chord && stroke.key == "]") {
        return Some(GS);
    }
    let mut chars = stroke.key.chars();
    let char = chars.next()?;
    (chars.next().is_none() && !stroke.chord).then_some(char)
}

/// Does the content close itself: a GTIN or SSCC with its check digit, our own QR with its end?
fn is_whole(heard: &str) -> bool {
    let text = bare(heard);
    match text.strip_prefix("TW:") {
        Some(own) => own.ends_with(';'),
        None => matches!(text.len(), 8 | 12 | 13 | 14 | 18) && check_digit_holds(text) || is_gs1_whole(heard),
    }
}

/// Is more to come, by the content's own grammar?
fn is_open(heard: &str) -> bool {
    let text = bare(heard);
    (text.starts_with("TW:") && !text.ends_with(';')) || (is_gs1(heard) && !is_gs1_whole(heard))
}

fn is_gs1(heard: &str) -> bool {
    ["]C1", "]d2", "]Q3", "]e0"].iter().any(|prefix| heard.starts_with(prefix))
}

/// The fixed fields we read: (01) GTIN, (00) SSCC. Anything after a GTIN may go on, so only these two close.
fn is_gs1_whole(heard: &str) -> bool {
    let text = bare(heard);
    is_gs1(heard) && (text.len() == 16 && gtin_of(text).is_some() || text.len() == 20 && sscc_of(text).is_some())
}

/// Without byte order mark and AIM symbology prefix (`]C1`, `]E0` …), without leading FNC1.
fn bare(heard: &str) -> &str {
    let text = heard.trim_start_matches('\u{feff}');
    let aim = text.len() > 3 && text.starts_with(']') && text.is_char_boundary(3);
    let text = if aim { &text[3..] } else { text };
    text.trim_start_matches(GS)
}

fn gtin_of(text: &str) -> Option<&str> {
    let gtin = text.strip_prefix("01")?.get(..14)?;
    check_digit_holds(gtin).then_some(gtin)
}

fn sscc_of(text: &str) -> Option<&str> {
    let sscc = text.strip_prefix("00")?.get(..18)?;
    check_digit_holds(sscc).then_some(sscc)
}

/// The modulo 10 of GS1. From the right, weights 1, 3, 1, 3 …
pub fn check_digit_holds(digits: &str) -> bool {
    let sum = digits.chars().rev().enumerate().try_fold(0, |sum, (at, digit)| {
        let weight = if at % 2 == 0 { 1 } else { 3 };
        digit.to_digit(10).map(|digit| sum + digit * weight)
    });
    !digits.is_empty() && sum.is_some_and(|sum| sum % 10 == 0)
}

/// What a scanner's raw text says: prefixes and control characters gone, a GS1 string reduced to its GTIN or SSCC unless it says lot or serial, a
/// GTIN-13 written with fourteen digits without its leading zero, our own QR without its frame. Also for typed codes.
pub fn read(raw: &str) -> String {
    let text = bare(raw).trim_matches(|char: char| char.is_whitespace() || char.is_control());
    let gs1 = is_gs1(raw.trim_start_matches('\u{feff}'));
    if let Some(own) = text.strip_prefix("TW:") {
        return own.trim_end_matches(';').to_owned();
    }
    // A label that tells units apart stays whole, in the form people read.
    if let Some(label) = gs1.then(|| Label::scanned(text)).flatten().filter(Label::tells_apart) {
        return label.written();
    }
    let code = if gs1 { sscc_of(text).or_else(|| gtin_of(text)).unwrap_or(text) } else { text };
    let padded = code.len() == 14 && code.starts_with('0') && check_digit_holds(code);
    (if padded { &code[1..] } else { code }).to_owned()
}

#[cfg(test)]
#[path = "wedge_tests.rs"]
mod tests;
