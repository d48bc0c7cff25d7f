//! What the dock knows of the order at hand, and what each scan does: an item is received, a bin is where the next ones go, another
//! order takes this one's place. Each has its answer before the next is heard. A refresh of the same code answers nothing twice.

use domain::floor::Found;
use domain::ids::{DeliveryId, PurchaseId, ReceiptId, SiteId};
use domain::lots::{Marks, gs1};
use domain::purchasing::{AnnouncedLot, Arrived, AwaitedLine, Bench, CloseLine, Condition, ReceivePurchase};
use domain::reasons::Code;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{read_bench, send_received, send_short};
use crate::door::{Said, send_again};
use crate::floor::api::read_scan;
use crate::ui::{Heard, answer_scan};

/// What stands on the dock's screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Face {
    /// Nothing was scanned yet.
    Free,
    /// The order at hand.
    Order,
    /// Nobody knows what was scanned, or nobody answers.
    Unknown(Said),
}

/// The dock's memory between answers.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    pub band: RwSignal<Heard>,
    pub face: RwSignal<Face>,
    pub bench: RwSignal<Option<Bench>>,
    /// Something is under way; who scans meanwhile is heard after it.
    pub sending: RwSignal<bool>,
    /// The line at hand.
    pub line: RwSignal<usize>,
    /// The number beside the press that receives: what is left of the line, until another is typed.
    pub units: RwSignal<i32>,
    /// Is it being said that no more of the line will come?
    pub ending: RwSignal<bool>,
    /// As what the next units come in, and why; good again after each.
    pub condition: RwSignal<Condition>,
    pub fault: RwSignal<Option<Code>>,
    /// Where the next units go; empty = the dock.
    pub bin: RwSignal<String>,
    /// The number of the receipt that grows.
    pub number: RwSignal<String>,
    pub again: RwSignal<u32>,
    /// What was refused about the units at hand, for the field beside them.
    pub said: RwSignal<Option<Said>>,
    before: StoredValue<Before>,
    typed: StoredValue<Typed>,
}

/// What is said of the units of the line at hand, where they are told apart.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub lot: RwSignal<String>,
    pub made: RwSignal<String>,
    pub expires: RwSignal<String>,
    pub serials: RwSignal<String>,
}

/// What the last scans and answers left behind.
struct Before {
    /// The receipt of this delivery on this device.
    receipt: (PurchaseId, Option<DeliveryId>, ReceiptId),
    /// The code that was asked for last; what is answered to another comes too late.
    asked: String,
    /// The code a band has answered.
    answered: String,
    /// What was left of the line at hand.
    left: i32,
    /// An item whose serial is still to be scanned.
    waits: Option<(AwaitedLine, String)>,
}

impl Hand {
    pub(super) fn new(band: RwSignal<Heard>, again: RwSignal<u32>) -> Self {
        Self {
            band,
            face: RwSignal::new(Face::Free),
            bench: RwSignal::new(None),
            sending: RwSignal::new(false),
            line: RwSignal::new(0),
            units: RwSignal::new(0),
            ending: RwSignal::new(false),
            condition: RwSignal::new(Condition::Good),
            fault: RwSignal::new(None),
            bin: RwSignal::new(String::new()),
            number: RwSignal::new(String::new()),
            again,
            said: RwSignal::new(None),
            before: StoredValue::new(Before {
                receipt: (PurchaseId::NIL, None, ReceiptId::NIL),
                asked: String::new(),
                answered: String::new(),
                left: 0,
                waits: None,
            }),
            typed: StoredValue::new(Typed {
                lot: RwSignal::default(),
                made: RwSignal::default(),
                expires: RwSignal::default(),
                serials: RwSignal::default(),
            }),
        }
    }

    pub(super) fn typed(self) -> Typed {
        self.typed.get_value()
    }

    fn left(self) -> i32 {
        self.before.with_value(|before| before.left)
    }

    /// Is this the first time this code is answered?
    pub(super) fn first(self, code: &str) -> bool {
        let first = self.before.with_value(|before| before.answered != code);
        if first {
            self.before.update_value(|before| code.clone_into(&mut before.answered));
            self.said.set(None);
        }
        first
    }

    /// This code is asked for now.
    pub(super) fn ask(self, code: String) {
        self.before.update_value(|before| before.asked = code);
    }

    /// What was answered to a code: nothing is asked for, or its order. An order at hand stays when nobody answers.
    pub(super) fn answer(self, code: &str, answered: Result<Option<Bench>, Said>) {
        if self.before.with_value(|before| before.asked != code) {
            return;
        }
        match answered {
            Ok(Some(bench)) => self.take(bench),
            Ok(None) => {
                self.bench.set(None);
                self.first("");
                self.show(Face::Free);
            }
            Err(Said::Offline) if self.bench.with_untracked(Option::is_some) => {}
            Err(said) => {
                self.bench.set(None);
                self.show(Face::Unknown(said));
            }
        }
    }

    fn show(self, face: Face) {
        if self.face.with_untracked(|known| *known != face) {
            self.face.set(face);
        }
    }

    /// Nobody knows the code, or nobody answers.
    pub(super) fn unknown(self, said: &Said) {
        let detail = match said.code() {
            "unknown_delivery" => "Ask the office for its order; nothing is taken in without one.",
            _ => "",
        };
        answer_scan(self.band, Heard::Wrong { words: said.words(), detail: detail.to_owned() });
    }

    /// Takes a fresh order; the line at hand stays at hand, and so does the receipt while it is the same delivery.
    pub(super) fn take(self, bench: Bench) {
        let of = (bench.id, bench.delivery.as_ref().map(|(id, _)| *id));
        let (order, delivery, _) = self.before.with_value(|before| before.receipt);
        if self.first(&bench.number) || (order, delivery) != of {
            self.before.update_value(|before| before.receipt = (of.0, of.1, ReceiptId::mint()));
            self.bin.set(String::new());
            self.number.set(String::new());
            self.good_again();
            let open = bench.lines.iter().position(|line| line.received < line.quantity && !line.closed);
            self.bench.set(Some(bench.clone()));
            self.at_line(open.unwrap_or(0));
            let words = if bench.standing.open() {
                "Scan each item, or its case, as it comes off".to_owned()
            } else {
                format!("{} is {}: put it aside", bench.number, bench.standing.words().to_lowercase())
            };
            self.band.set(Heard::Ask(words));
        }
        // What is typed or open stays where nothing of this order changed.
        if self.bench.with_untracked(|known| known.as_ref() != Some(&bench)) {
            self.bench.set(Some(bench));
            self.count_left();
        }
        self.show(Face::Order);
    }

    /// What is left of the line at hand is what the next press receives, unless another number was typed.
    fn count_left(self) {
        let left = |bench: &Option<Bench>| {
            let line = bench.as_ref()?.lines.get(self.line.get_untracked())?;
            Some(line.quantity.saturating_sub(line.received).max(1))
        };
        let (before, left) = (self.left(), self.bench.with_untracked(left).unwrap_or(1));
        self.before.update_value(|before| before.left = left);
        if self.units.get_untracked() == before && before != left {
            self.units.set(left);
        }
    }

    /// An item of the order at hand is received; anything else is looked up. `open` puts a code into the address.
    pub(super) fn hear(self, code: String, site: Option<SiteId>, open: impl Fn(&str) + 'static) {
        match site {
            _ if self.item(&code, site) => {}
            Some(site) => self.look_up(site, code, open),
            None => open(&code),
        }
    }

    fn item(self, code: &str, site: Option<SiteId>) -> bool {
        let Some(bench) = self.bench.get_untracked() else { return false };
        let Some((at, pack)) = found(&bench, &gs1::item_of(code)) else { return self.told(code) };
        self.before.update_value(|before| before.waits = None);
        if self.line.get_untracked() != at {
            self.at_line(at);
        }
        if site.is_none() {
            answer_scan(self.band, Heard::Wrong { words: "Choose a site above first.".to_owned(), detail: String::new() });
            return true;
        }
        let line = bench.lines[at].clone();
        let serial = gs1::Label::read(code.trim()).and_then(|label| label.serial);
        if line.policy.serial && serial.is_none() {
            self.band.set(Heard::Ask(format!("{}: scan or type its serial", line.sku_name)));
            self.before.update_value(|before| before.waits = Some((line, code.to_owned())));
            return true;
        }
        let marks = Marks { serials: serial.into_iter().collect(), ..self.marks_with(code) };
        self.receive(line, code.to_owned(), (1, pack), marks);
        true
    }

    /// What is typed, unless the label says another lot: what is on the goods counts, not what was announced of them.
    fn marks_with(self, code: &str) -> Marks {
        let (typed, label) = (self.marks(), Marks::of_label(code));
        if label.lot.is_empty() || label.lot.eq_ignore_ascii_case(&typed.lot) { typed } else { Marks::default() }
    }

    /// The serial of the item that was scanned before, if one waits for it.
    fn told(self, code: &str) -> bool {
        let waits = self.before.try_update_value(|before| before.waits.take()).flatten();
        let Some((line, item)) = waits else { return false };
        let serial = gs1::Label::read(code.trim()).and_then(|label| label.serial).unwrap_or_else(|| code.to_owned());
        self.receive(line, item, (1, 1), Marks { serials: vec![serial], ..self.marks() });
        true
    }

    /// Another line is at hand: what was said of the last one's units is not said of these. Where the supplier announced its lot, that
    /// is the one expected.
    pub(super) fn at_line(self, line: usize) {
        self.line.set(line);
        self.ending.set(false);
        let Typed { lot, made, expires, serials } = self.typed();
        for typed in [lot, made, expires, serials] {
            typed.set(String::new());
        }
        self.units.set(self.left());
        self.count_left();
        let lots = self.bench.with_untracked(|bench| bench.as_ref()?.lines.get(line).map(|line| line.lots.clone()));
        if let Some(first) = lots.unwrap_or_default().first() {
            self.of_lot(first);
        }
    }

    /// The next units are of a lot that was announced.
    pub(super) fn of_lot(self, lot: &AnnouncedLot) {
        self.typed().lot.set(lot.lot.clone());
        self.typed().expires.set(lot.expires_on.map_or_else(String::new, |on| on.to_string()));
    }

    /// What is typed of the units at hand.
    pub(super) fn marks(self) -> Marks {
        let day = |typed: RwSignal<String>| typed.get_untracked().trim().parse().ok();
        let Typed { lot, made, expires, serials } = self.typed();
        let said = Marks::typed(&lot.get_untracked(), &serials.get_untracked());
        Marks { made_on: day(made), expires_on: day(expires), ..said }
    }

    /// So many of what the code counts.
    pub(super) fn receive(self, line: AwaitedLine, code: String, (quantity, pack): (i32, i32), marks: Marks) {
        let units = quantity.saturating_mul(pack);
        self.busy(format!("Receiving {units} × {}…", line.sku_name));
        let (order, delivery, receipt) = self.before.with_value(|before| before.receipt);
        let (condition, fault) = (self.condition.get_untracked(), self.fault.get_untracked());
        let arrived = vec![Arrived { code, quantity, condition, fault, note: String::new(), marks }];
        let command = ReceivePurchase { receipt, order, delivery, bin: self.bin.get_untracked(), arrived };
        spawn_local(async move {
            match send_again(|id| send_received(id, command.clone())).await {
                Ok(taken) => {
                    self.number.set(taken.number);
                    self.typed().serials.set(String::new());
                    self.units.set(self.left());
                    self.good_again();
                    answer_scan(
                        self.band,
                        heard(&line.sku_name, condition, (taken.units, taken.held), taken.waiting, taken.awaited),
                    );
                }
                Err(said) => self.refused(said),
            }
            self.done();
        });
    }

    fn busy(self, words: String) {
        self.sending.set(true);
        self.band.set(Heard::Busy(words));
        self.said.set(None);
    }

    /// On the band, and beside the field it is about.
    fn refused(self, said: Said) {
        if said == Said::Offline {
            return answer_scan(self.band, Heard::no_answer());
        }
        answer_scan(self.band, Heard::wrong(&said));
        self.said.set(Some(said));
    }

    /// The order is read again, and the next scan is heard.
    fn done(self) {
        self.again.update(|again| *again += 1);
        self.sending.set(false);
    }

    /// The next units are good ones.
    pub(super) fn good_again(self) {
        self.condition.set(Condition::Good);
        self.fault.set(None);
    }

    /// No more of the line at hand will come.
    pub(super) fn close_short(self, line: AwaitedLine, fault: Code) {
        self.busy(format!("Closing {}…", line.sku_name));
        let command = CloseLine { line: line.id, fault: Some(fault), note: String::new() };
        spawn_local(async move {
            match send_again(|id| send_short(id, command.clone())).await {
                Ok(units) => answer_scan(self.band, Heard::Ok(format!("{units} × {} are claimed as short", line.sku_name))),
                Err(said) => self.refused(said),
            }
            self.done();
        });
    }

    /// A code that is no item of the order at hand: another order takes its place at once, so that the next scan is of that one.
    fn look_up(self, site: SiteId, code: String, open: impl Fn(&str) + 'static) {
        self.busy(format!("Looking for {code}…"));
        spawn_local(async move {
            let known = self.bench.get_untracked();
            match (read_bench(site, code.clone()).await, known) {
                (Ok(other), Some(bench)) if other.id == bench.id && other.delivery == bench.delivery => {
                    answer_scan(self.band, Heard::Ok(format!("{} is at hand", bench.number)));
                }
                (Ok(other), _) => {
                    self.ask(code.clone());
                    self.take(other);
                    open(&code);
                }
                (Err(said), Some(bench)) if said.code() == "unknown_delivery" => self.other(&bench, site, code).await,
                (Err(said), Some(_)) => answer_scan(self.band, Heard::wrong(&said)),
                (Err(said), None) => {
                    self.first(&code);
                    self.unknown(&said);
                    open(&code);
                }
            }
            self.sending.set(false);
        });
    }

    /// A bin is where the next units go; everything else is a wrong scan, and the order stays at hand.
    async fn other(self, bench: &Bench, site: SiteId, code: String) {
        match read_scan(Some(site), code.clone()).await {
            Ok(Found::Bin(sheet)) => {
                answer_scan(self.band, Heard::Ok(format!("The next units go into {}", sheet.row.code)));
                self.bin.set(sheet.row.code);
            }
            Ok(_) => {
                let wanted: Vec<&str> = bench.lines.iter().take(3).map(|line| line.sku_code.as_str()).collect();
                let words = format!("Expected {}, scanned {code}", wanted.join(" or "));
                let detail = format!("It is not on {}; nothing changed.", bench.number);
                answer_scan(self.band, Heard::Wrong { words, detail });
            }
            Err(said) => answer_scan(self.band, Heard::wrong(&said)),
        }
    }
}

/// What became of units, in words.
fn heard(name: &str, condition: Condition, (units, held): (i64, i64), waiting: i64, awaited: i64) -> Heard {
    if waiting > 0 {
        let detail = if units > 0 { format!("{units} were taken.") } else { String::new() };
        return Heard::Wrong { words: format!("{waiting} × {name} too many: put them aside, a supervisor decides"), detail };
    }
    let apart = match condition {
        Condition::Good if held > 0 => ", to quarantine for inspection",
        Condition::Good => "",
        Condition::Damaged | Condition::NonCompliant => ", to quarantine",
    };
    if awaited == 0 {
        Heard::Done(format!("{units} × {name}{apart}: all of it is in"))
    } else {
        Heard::Ok(format!("{units} × {name}{apart}: {awaited} to come"))
    }
}

/// The line a code is of, and how many units it counts.
fn found(bench: &Bench, code: &str) -> Option<(usize, i32)> {
    let is = |line: &AwaitedLine| {
        let own = line.barcodes.iter().find(|(known, _)| known == code).map(|(_, pack)| *pack);
        own.or_else(|| line.sku_code.eq_ignore_ascii_case(code).then_some(1))
    };
    bench.lines.iter().enumerate().find_map(|(at, line)| Some((at, is(line)?)))
}

#[cfg(test)]
#[path = "hand_tests.rs"]
mod tests;
