//! What the bench knows of the parcel at hand, and what each scan does to it. A refresh of the same code answers nothing twice; only
//! another return takes the place of the one at hand.

use domain::ids::SiteId;
use domain::lots::{Marks, gs1};
use domain::quantity::Quantity;
use domain::returns::{BenchFound, BenchLine, BenchSheet, ReceiveReturn, ReceiveUnidentified, Stage};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{read_bench, send_received, send_unidentified};
use super::grade::Grading;
use crate::door::{Said, send_again};
use crate::ui::{Heard, Refused, answer_scan, refused};

/// The bench's memory between answers.
#[derive(Clone, Copy)]
pub(super) struct Bench {
    pub band: RwSignal<Heard>,
    pub sheet: RwSignal<Option<BenchSheet>>,
    /// The line at hand.
    pub line: RwSignal<usize>,
    pub grading: Grading,
    pub again: RwSignal<u32>,
    /// Something is under way; who scans meanwhile is heard after it.
    pub sending: RwSignal<bool>,
    before: StoredValue<Before>,
    unannounced: StoredValue<Unannounced>,
    /// What was refused about the units at hand, for the fields beside them.
    pub said: RwSignal<Option<Said>>,
}

/// What the last scans left behind.
#[derive(Default)]
struct Before {
    /// The code a band has answered: a refresh of the same does not answer it again.
    answered: String,
    /// A unit that did not say which it is: the line, the units, and what is still to be scanned.
    wanted: Option<(BenchLine, i32, Wanted)>,
}

/// Parcels nobody announced. Lives as long as the page: what is drawn anew lets go of what it made while the old picture still stands
/// and listens.
#[derive(Clone, Copy)]
pub(super) struct Unannounced {
    /// The one kept last, by its number, and what is typed about the next.
    pub kept: RwSignal<Option<String>>,
    pub note: RwSignal<String>,
    pub keep: Action<ReceiveUnidentified, Result<(), Said>>,
    /// What the last keeping was refused with.
    pub said: Refused,
}

impl Bench {
    pub(super) fn new(band: RwSignal<Heard>, again: RwSignal<u32>) -> Self {
        let (kept, note) = (RwSignal::new(None), RwSignal::new(String::new()));
        let keep = Action::new_local(move |command: &ReceiveUnidentified| {
            let command = command.clone();
            async move {
                let number = send_again(|id| send_unidentified(id, command.clone())).await?;
                answer_scan(band, Heard::Done(format!("Write {number} on the parcel")));
                kept.set(Some(number));
                note.set(String::new());
                Ok(())
            }
        });
        Self {
            band,
            sheet: RwSignal::new(None),
            line: RwSignal::new(0),
            grading: Grading::new(),
            again,
            sending: RwSignal::new(false),
            before: StoredValue::default(),
            unannounced: StoredValue::new(Unannounced { kept, note, keep, said: refused(move || keep.value().get()) }),
            said: RwSignal::new(None),
        }
    }

    pub(super) fn unannounced(self) -> Unannounced {
        self.unannounced.get_value()
    }

    /// Is this the first time this code is answered?
    pub(super) fn first(self, code: &str) -> bool {
        let first = self.before.with_value(|before| before.answered != code);
        if first {
            self.before.update_value(|before| code.clone_into(&mut before.answered));
            let Unannounced { kept, keep, .. } = self.unannounced();
            kept.set(None);
            keep.value().set(None);
            self.said.set(None);
        }
        first
    }

    /// A code that is no item of the return at hand. Another return takes its place; everything else is a wrong scan, and the return
    /// stays at hand.
    pub(super) fn other(self, sheet: BenchSheet, site: SiteId, code: String, open: impl Fn(&str) + 'static) {
        let items: Vec<&str> = sheet.lines.iter().map(|line| line.sheet.sku_code.as_str()).collect();
        let expected = if items.is_empty() { "another return".to_owned() } else { items.join(" or ") };
        let wrong = || Heard::Wrong {
            words: format!("Expected {expected}, scanned {code}"),
            detail: format!("{} stays at hand; nothing changed.", sheet.number),
        };
        // Numbers of returns and orders have letters and a dash; a barcode is answered without asking.
        if !(code.contains('-') && code.contains(|char: char| char.is_alphabetic())) {
            return answer_scan(self.band, wrong());
        }
        let wrong = wrong();
        self.look_up(site, code, move |code, found| match found {
            Ok(BenchFound::One(other)) if other.id == sheet.id => {
                answer_scan(self.band, Heard::Ok(format!("{} is at hand", sheet.number)));
            }
            Ok(found) => self.opened(found, code, open),
            Err(said) if said.code() == "unknown_scan" => answer_scan(self.band, wrong),
            Err(said) => answer_scan(self.band, Heard::wrong(&said)),
        });
    }

    /// Nothing is at hand yet: the return is there when the next scan is heard. What nobody knows, the page says.
    pub(super) fn begin(self, site: SiteId, code: String, open: impl Fn(&str) + 'static) {
        self.look_up(site, code, move |code, found| match found {
            Ok(found) => self.opened(found, code, open),
            Err(said) => {
                self.first(code);
                answer_scan(self.band, Heard::wrong(&said));
                open(code);
            }
        });
    }

    fn opened(self, found: BenchFound, code: &str, open: impl Fn(&str)) {
        match found {
            BenchFound::One(sheet) => self.take(*sheet),
            BenchFound::Several(_) => self.band.set(Heard::Ask("Which return is it?".to_owned())),
        }
        open(code);
    }

    fn look_up(self, site: SiteId, code: String, found: impl FnOnce(&str, Result<BenchFound, Said>) + 'static) {
        self.band.set(Heard::Busy(format!("Looking for {code}…")));
        self.sending.set(true);
        spawn_local(async move {
            found(&code, read_bench(site, code.clone()).await);
            self.sending.set(false);
        });
    }

    /// An item of the return at hand: its line comes forward, and what was announced is received. Anything else is looked up.
    pub(super) fn hear(self, code: &str, site: Option<SiteId>) -> bool {
        let Some(sheet) = self.sheet.get_untracked() else { return false };
        if self.apart(code, &sheet, site) {
            return true;
        }
        let (label, item) = (code, gs1::item_of(code));
        let code = item.as_str();
        let is = |line: &BenchLine| {
            let own = line.sheet.barcodes.iter().find(|(known, _)| known == code).map(|(_, pack)| *pack);
            own.or_else(|| (line.sheet.sku_code.eq_ignore_ascii_case(code)).then_some(1))
        };
        let found = sheet.lines.iter().enumerate().find_map(|(at, line)| Some((at, is(line)?)));
        let Some((at, pack)) = found else { return false };
        self.line.set(at);
        let line = &sheet.lines[at];
        let left = line.sheet.quantity - line.sheet.quantity_received;
        match (left, site) {
            (0, _) if line.waiting.is_empty() => {
                let words = format!("All {} of {} are in and inspected.", line.sheet.quantity, line.sheet.sku_code);
                answer_scan(self.band, Heard::Wrong { words, detail: String::new() });
            }
            (0, _) => answer_scan(self.band, Heard::Ok(format!("{}: grade it", line.sheet.name))),
            (_, Some(site)) => self.receive_marked(line.clone(), pack, site, Marks::of_label(label)),
            (_, None) => {
                answer_scan(self.band, Heard::Wrong { words: "Choose a site above first.".to_owned(), detail: String::new() });
            }
        }
        true
    }

    /// The lot or serial that the last item was refused for want of: this code is it, unless it is an item.
    fn apart(self, code: &str, sheet: &BenchSheet, site: Option<SiteId>) -> bool {
        let wanted = self.before.try_update_value(|before| before.wanted.take()).flatten();
        let Some((line, units, wanted)) = wanted else { return false };
        let item = gs1::item_of(code);
        let is_item = |line: &BenchLine| {
            line.sheet.barcodes.iter().any(|(known, _)| *known == item) || line.sheet.sku_code.eq_ignore_ascii_case(&item)
        };
        let (Some(site), false) = (site, sheet.lines.iter().any(is_item)) else { return false };
        let marks = match wanted {
            Wanted::Lot => Marks { lot: code.to_owned(), ..Marks::default() },
            Wanted::Serial => Marks { serials: vec![code.to_owned()], ..Marks::default() },
        };
        self.receive_marked(line, units, site, marks);
        true
    }

    pub(super) fn receive(self, line: BenchLine, units: i32, site: SiteId) {
        self.receive_marked(line, units, site, Marks::default());
    }

    fn receive_marked(self, line: BenchLine, units: i32, site: SiteId, marks: Marks) {
        let quantity = match Quantity::new(units.into()) {
            Ok(quantity) => quantity,
            Err(refusal) => {
                return answer_scan(self.band, Heard::Wrong { words: refusal.to_string(), detail: String::new() });
            }
        };
        self.band.set(Heard::Busy(format!("Receiving {units} × {}…", line.sheet.name)));
        self.sending.set(true);
        self.said.set(None);
        let command = ReceiveReturn { return_line: line.sheet.id, quantity, site, bin: None, marks };
        spawn_local(async move {
            match send_again(|id| send_received(id, command.clone())).await {
                Ok(_) => answer_scan(self.band, Heard::Ok(format!("{units} × {} received", line.sheet.name))),
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => self.ask_which(said, line, units),
            }
            self.again.update(|again| *again += 1);
            self.sending.set(false);
        });
    }

    /// A unit that is told apart and did not say which: the next scan says it.
    fn ask_which(self, said: Said, line: BenchLine, units: i32) {
        let (wanted, words) = match said.code() {
            "lot_missing" => (Wanted::Lot, "Scan or type its lot"),
            "serials_wanted" | "serials_one_by_one" => (Wanted::Serial, "One by one: scan or type its serial"),
            _ => return self.refuse(said),
        };
        let units = if wanted == Wanted::Serial { 1 } else { units };
        self.before.update_value(|before| before.wanted = Some((line, units, wanted)));
        self.band.set(Heard::Ask(words.to_owned()));
    }

    /// On the band, and beside the field it is about.
    pub(super) fn refuse(self, said: Said) {
        answer_scan(self.band, Heard::wrong(&said));
        self.said.set(Some(said));
    }

    /// Takes a fresh sheet; the line at hand stays at hand.
    pub(super) fn take(self, sheet: BenchSheet) {
        let known = self.sheet.with_untracked(|before| before.as_ref().is_some_and(|before| before.id == sheet.id));
        if self.first(&sheet.number) || !known {
            let open = sheet.lines.iter().position(|line| line.sheet.quantity > line.sheet.quantity_inspected);
            self.line.set(open.unwrap_or(0));
            self.grading.clear();
            self.band.set(Heard::Ask(opening(&sheet)));
        }
        self.sheet.set(Some(sheet));
    }
}

/// What is still to be said of a unit that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Lot,
    Serial,
}

/// What the label of a unit says of it.
fn opening(sheet: &BenchSheet) -> String {
    match sheet.stage {
        Stage::Review => "Not approved yet: put it aside, customer service decides".to_owned(),
        Stage::Denied => "Denied: put it aside, it goes back to the customer".to_owned(),
        Stage::Cancelled => "Cancelled: put it aside as unidentified".to_owned(),
        Stage::Done | Stage::Refunding => "All of it is in and inspected".to_owned(),
        Stage::Awaiting | Stage::ToInspect => "Scan each item as it comes out".to_owned(),
    }
}
