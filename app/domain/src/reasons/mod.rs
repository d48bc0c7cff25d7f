//! Why something was done, by codes: each belongs to one process, and words stand only beside one. Everybody has the standard codes, an
//! org its own beside them; a code is retired, never renamed. What a process does for a code is the process's own to say: an org's code
//! does what the standard code does that it counts as.

mod process;
mod refusal;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use process::Process;
pub use refusal::ReasonRefusal;

/// Words beside a code (characters).
pub const NOTE_MAX: usize = 500;
/// What a code says, in words (characters).
const WORDS_MAX: usize = 60;
const CODE_MAX: usize = 40;

/// A reason's code, as a command gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Code(pub String);

impl From<&str> for Code {
    fn from(code: &str) -> Self {
        Self(code.trim().to_owned())
    }
}

/// A reason as it is given: its code, and words beside it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Given {
    pub code: Code,
    #[serde(default)]
    pub note: String,
}

impl Given {
    /// No reason is given at all.
    pub fn is_silent(&self) -> bool {
        self.code.0.trim().is_empty() && self.note.trim().is_empty()
    }
}

impl From<&str> for Given {
    fn from(code: &str) -> Self {
        Self { code: code.into(), note: String::new() }
    }
}

/// A code and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub code: String,
    pub words: String,
    /// The standard code it counts as: itself, if it is one.
    pub means: String,
}

impl Reason {
    fn standard((code, words): (&'static str, &'static str)) -> Self {
        Self { code: code.to_owned(), words: words.to_owned(), means: code.to_owned() }
    }

    /// What the process does for it: as for the standard code it counts as.
    pub fn counts_as<S>(&self, process: Process, parse: impl Fn(&str) -> Option<S>) -> Result<S, ReasonRefusal> {
        parse(&self.means).ok_or(ReasonRefusal::CountsAsNothing { process })
    }

    /// With what was said beside it.
    pub fn with(&self, note: &str) -> String {
        match note.trim() {
            "" => self.words.clone(),
            note => format!("{}: {note}", self.words),
        }
    }
}

/// A code that an org has of its own, or a standard one it has used or retired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub process: Process,
    pub reason: Reason,
    pub retired: bool,
}

/// A process's codes as they stand, retired ones too: the standard ones in their order, then the org's own.
pub fn codes(process: Process, kept: &[Kept]) -> Vec<Kept> {
    let of = |code: &str| kept.iter().find(|kept| kept.process == process && kept.reason.code == code);
    let standard = standard(process);
    let own = kept.iter().filter(|kept| kept.process == process && !standard.iter().any(|known| known.code == kept.reason.code));
    let fresh = |reason: &Reason| of(&reason.code).cloned().unwrap_or(Kept { process, reason: reason.clone(), retired: false });
    standard.iter().map(fresh).chain(own.cloned()).collect()
}

/// The codes everybody has.
pub fn standard(process: Process) -> Vec<Reason> {
    process.standard().into_iter().map(Reason::standard).collect()
}

/// The reason a code means in a process; `kept` are the org's rows of this code, whatever their process.
pub fn given(process: Process, code: &Code, kept: &[Kept]) -> Result<Reason, ReasonRefusal> {
    let Code(code) = code;
    if code.trim().is_empty() {
        return Err(ReasonRefusal::Missing { process });
    }
    let found = |process| codes(process, kept).into_iter().find(|known| known.reason.code == *code);
    match found(process) {
        Some(known) if known.retired => Err(ReasonRefusal::Retired { process, words: known.reason.words }),
        Some(known) => Ok(known.reason),
        None => match Process::ALL.into_iter().find(|other| found(*other).is_some()) {
            Some(of) => Err(ReasonRefusal::OtherProcess { process, code: code.clone(), of }),
            None => Err(ReasonRefusal::Unknown { process, code: code.chars().take(CODE_MAX).collect() }),
        },
    }
}

/// Words beside a code are a sentence or two.
pub fn check_note(note: &str) -> Result<&str, ReasonRefusal> {
    let note = note.trim();
    if note.chars().count() > NOTE_MAX { Err(ReasonRefusal::NoteTooLong { most: NOTE_MAX }) } else { Ok(note) }
}

/// A code of the org's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddReason {
    pub process: Process,
    pub code: String,
    pub words: String,
    /// The standard code of the process it counts as.
    pub means: String,
}

impl AddReason {
    pub fn check(&self) -> Result<Reason, ReasonRefusal> {
        let (code, words) = (self.code.trim(), self.words.trim());
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !(2..=CODE_MAX).contains(&code.len())
            || !code.chars().all(letters)
            || !code.starts_with(|c: char| c.is_ascii_lowercase())
        {
            return Err(ReasonRefusal::BadCode { most: CODE_MAX });
        }
        if words.is_empty() || words.chars().count() > WORDS_MAX {
            return Err(ReasonRefusal::BadWords { most: WORDS_MAX });
        }
        if !self.process.standard().iter().any(|(standard, _)| *standard == self.means) {
            return Err(ReasonRefusal::CountsAsNothing { process: self.process });
        }
        Ok(Reason { code: code.to_owned(), words: words.to_owned(), means: self.means.clone() })
    }
}

/// Take a code out of use, or put it back. What was done for it keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetireReason {
    pub process: Process,
    pub code: String,
    pub retire: bool,
}

impl RetireReason {
    /// Of these codes, as they stand: a process keeps one to go on with, and each thing it does for its codes keeps one.
    pub fn check(&self, codes: &[Kept]) -> Result<Reason, ReasonRefusal> {
        let unknown = || ReasonRefusal::Unknown { process: self.process, code: self.code.chars().take(CODE_MAX).collect() };
        let found = codes.iter().find(|known| known.reason.code == self.code).ok_or_else(unknown)?;
        let serves = |known: &Kept, way: &str| self.process.ways(&known.reason.means).contains(&way);
        let others = || codes.iter().filter(|known| !known.retired && known.reason.code != self.code);
        let ways = self.process.ways(&found.reason.means);
        if self.retire && !ways.iter().all(|way| others().any(|known| serves(known, way))) {
            return Err(ReasonRefusal::LastOne { process: self.process, words: found.reason.words.clone() });
        }
        Ok(found.reason.clone())
    }
}

/// A code in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRow {
    pub reason: Reason,
    pub standard: bool,
    pub retired: bool,
    /// How often it was given, and when last.
    pub given: i64,
    pub last: Option<DateTime<Utc>>,
}

/// A process and its codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRow {
    pub process: Process,
    pub codes: Vec<CodeRow>,
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn own(process: Process, code: &str, means: &str) -> Kept {
        let reason = Reason { code: code.into(), words: code.into(), means: means.into() };
        Kept { process, reason, retired: false }
    }

    /// MDM-2: every process has standard codes of its own, and each reads back.
    #[test]
    fn every_process_has_standard_codes() {
        for process in Process::ALL {
            let standard = process.standard();
            assert_eq!(standard.iter().map(|(code, _)| code).collect::<HashSet<_>>().len(), standard.len(), "{process:?}");
            assert_eq!(standard.iter().map(|(_, words)| words).collect::<HashSet<_>>().len(), standard.len(), "{process:?}");
            for (code, words) in &standard {
                let again = AddReason { process, code: (*code).into(), words: (*words).into(), means: (*code).into() };
                assert_eq!(again.check(), Ok(Reason::standard((code, words))));
            }
            assert_eq!(Process::parse(process.code()), Some(process));
            assert_eq!(serde_json::to_value(process).unwrap(), process.code());
        }
    }

    /// MDM-2: an unknown code, a retired one and another process's are each refused by name, and so is free text alone.
    #[test]
    fn a_code_is_of_its_process_and_in_use() {
        let process = Process::OrderCancel;
        let mut kept = vec![own(process, "fraud_ring", "suspected_fraud")];
        let said = |code: &str, kept: &[Kept]| given(process, &code.into(), kept);
        assert_eq!(said("fraud_ring", &kept).unwrap().means, "suspected_fraud");
        assert_eq!(said("changed_mind", &kept).unwrap().words, "The customer changed their mind");
        assert_eq!(said(" ", &kept), Err(ReasonRefusal::Missing { process }));
        let unknown = ReasonRefusal::Unknown { process, code: "Changed my mind".into() };
        assert_eq!(said("Changed my mind", &kept), Err(unknown));
        let other = ReasonRefusal::OtherProcess { process, code: "stolen".into(), of: Process::Adjustment };
        assert_eq!(said("stolen", &kept), Err(other));
        kept[0].retired = true;
        assert!(matches!(said("fraud_ring", &kept), Err(ReasonRefusal::Retired { .. })));
        assert_eq!(codes(process, &kept).len(), process.standard().len() + 1);
    }

    /// MDM-2: what cannot be a code is named beside its field.
    #[test]
    fn what_cannot_be_a_code_is_named() {
        use crate::refusal::Named;
        let add = |code: &str, words: &str, means: &str| {
            let add = AddReason { process: Process::Adjustment, code: code.into(), words: words.into(), means: means.into() };
            add.check().err().and_then(|refusal| refusal.field())
        };
        assert_eq!(add("moths", "Eaten by moths", "damaged"), None);
        assert_eq!(add("Moths", "Eaten by moths", "damaged"), Some("code"));
        assert_eq!(add("2moths", "Eaten by moths", "damaged"), Some("code"));
        assert_eq!(add("moths", " ", "damaged"), Some("words"));
        assert_eq!(add("moths", "Eaten by moths", "changed_mind"), Some("means"));
        assert_eq!(check_note(&"x".repeat(NOTE_MAX + 1)).unwrap_err().field(), Some("note"));
    }

    /// MDM-2: the last code for something is not retired: whoever has to give one still can.
    #[test]
    fn the_last_code_for_something_stays() {
        let retire = |code: &str, kept: &[Kept]| {
            RetireReason { process: Process::Hold, code: code.into(), retire: true }.check(&codes(Process::Hold, kept))
        };
        assert!(retire("checked", &[]).is_ok());
        let gone = Kept { retired: true, ..own(Process::Hold, "checked", "checked") };
        let kept = [gone.clone()];
        assert!(
            matches!(retire("held_in_error", &kept), Err(ReasonRefusal::LastOne { .. })),
            "nothing else puts goods back on sale"
        );
        assert!(retire("held_in_error", &[gone, own(Process::Hold, "sampled", "checked")]).is_ok());
        assert!(matches!(retire("whim", &[]), Err(ReasonRefusal::Unknown { .. })));
    }
}
