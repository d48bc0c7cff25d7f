//! What the dock knows of the order at hand, and what each scan does: an item is received, a bin is where the next ones go, another
//! order takes this one's place. A refresh of the same code answers nothing twice.

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

/// The dock's memory between answers.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    pub band: RwSignal<Heard>,
    pub bench: RwSignal<Option<Bench>>,
    /// The line at hand.
    pub line: RwSignal<usize>,
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
    /// The receipt of this delivery on this device.
    receipt: StoredValue<(PurchaseId, Option<DeliveryId>, ReceiptId)>,
    /// The code a band has answered.
    answered: StoredValue<String>,
    /// What is said of the units of the line at hand, where they are told apart.
    pub lot: RwSignal<String>,
    pub made: RwSignal<String>,
    pub expires: RwSignal<String>,
    pub serials: RwSignal<String>,
    /// An item whose serial is still to be scanned.
    waits: StoredValue<Option<(AwaitedLine, String)>>,
}

impl Hand {
    pub(super) fn new(band: RwSignal<Heard>, again: RwSignal<u32>) -> Self {
        Self {
            band,
            bench: RwSignal::new(None),
            line: RwSignal::new(0),
            condition: RwSignal::new(Condition::Good),
            fault: RwSignal::new(None),
            bin: RwSignal::new(String::new()),
            number: RwSignal::new(String::new()),
            again,
            said: RwSignal::new(None),
            receipt: StoredValue::new((PurchaseId::NIL, None, ReceiptId::NIL)),
            answered: StoredValue::new(String::new()),
            lot: RwSignal::default(),
            made: RwSignal::default(),
            expires: RwSignal::default(),
            serials: RwSignal::default(),
            waits: StoredValue::new(None),
        }
    }

    /// Is this the first time this code is answered?
    pub(super) fn first(self, code: &str) -> bool {
        let first = self.answered.with_value(|answered| answered != code);
        if first {
            self.answered.set_value(code.to_owned());
            self.said.set(None);
        }
        first
    }

    /// Takes a fresh order; the line at hand stays at hand, and so does the receipt while it is the same delivery.
    pub(super) fn take(self, bench: Bench) {
        let of = (bench.id, bench.delivery.as_ref().map(|(id, _)| *id));
        let (order, delivery, _) = self.receipt.get_value();
        if self.first(&bench.number) || (order, delivery) != of {
            self.receipt.set_value((of.0, of.1, ReceiptId::mint()));
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
        }
    }

    /// An item of the order at hand is received. Anything else is looked up.
    pub(super) fn hear(self, code: &str, site: Option<SiteId>) -> bool {
        let Some(bench) = self.bench.get_untracked() else { return false };
        let Some((at, pack)) = found(&bench, &gs1::item_of(code)) else { return self.told(code) };
        self.waits.set_value(None);
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
            self.waits.set_value(Some((line, code.to_owned())));
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
        let Some((line, item)) = self.waits.get_value() else { return false };
        self.waits.set_value(None);
        let serial = gs1::Label::read(code.trim()).and_then(|label| label.serial).unwrap_or_else(|| code.to_owned());
        self.receive(line, item, (1, 1), Marks { serials: vec![serial], ..self.marks() });
        true
    }

    /// Another line is at hand: what was said of the last one's units is not said of these. Where the supplier announced its lot, that
    /// is the one expected.
    pub(super) fn at_line(self, line: usize) {
        self.line.set(line);
        for typed in [self.lot, self.made, self.expires, self.serials] {
            typed.set(String::new());
        }
        let lots = self.bench.with_untracked(|bench| bench.as_ref()?.lines.get(line).map(|line| line.lots.clone()));
        if let Some(first) = lots.unwrap_or_default().first() {
            self.of_lot(first);
        }
    }

    /// The next units are of a lot that was announced.
    pub(super) fn of_lot(self, lot: &AnnouncedLot) {
        self.lot.set(lot.lot.clone());
        self.expires.set(lot.expires_on.map_or_else(String::new, |on| on.to_string()));
    }

    /// What is typed of the units at hand.
    pub(super) fn marks(self) -> Marks {
        let day = |typed: RwSignal<String>| typed.get_untracked().trim().parse().ok();
        let said = Marks::typed(&self.lot.get_untracked(), &self.serials.get_untracked());
        Marks { made_on: day(self.made), expires_on: day(self.expires), ..said }
    }

    /// So many of what the code counts.
    pub(super) fn receive(self, line: AwaitedLine, code: String, (quantity, pack): (i32, i32), marks: Marks) {
        let units = quantity.saturating_mul(pack);
        self.band.set(Heard::Busy(format!("Receiving {units} × {}…", line.sku_name)));
        self.said.set(None);
        let (order, delivery, receipt) = self.receipt.get_value();
        let (condition, fault) = (self.condition.get_untracked(), self.fault.get_untracked());
        let arrived = vec![Arrived { code, quantity, condition, fault, note: String::new(), marks }];
        let command = ReceivePurchase { receipt, order, delivery, bin: self.bin.get_untracked(), arrived };
        spawn_local(async move {
            match send_again(|id| send_received(id, command.clone())).await {
                Ok(taken) => {
                    self.number.set(taken.number);
                    self.serials.set(String::new());
                    self.good_again();
                    answer_scan(
                        self.band,
                        heard(&line.sku_name, condition, (taken.units, taken.held), taken.waiting, taken.awaited),
                    );
                }
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => {
                    answer_scan(self.band, Heard::wrong(&said));
                    self.said.set(Some(said));
                }
            }
            self.again.update(|again| *again += 1);
        });
    }

    /// The next units are good ones.
    pub(super) fn good_again(self) {
        self.condition.set(Condition::Good);
        self.fault.set(None);
    }

    /// No more of the line at hand will come.
    pub(super) fn close_short(self, line: AwaitedLine, fault: Code) {
        self.band.set(Heard::Busy(format!("Closing {}…", line.sku_name)));
        self.said.set(None);
        let command = CloseLine { line: line.id, fault: Some(fault), note: String::new() };
        spawn_local(async move {
            match send_again(|id| send_short(id, command.clone())).await {
                Ok(units) => answer_scan(self.band, Heard::Ok(format!("{units} × {} are claimed as short", line.sku_name))),
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => {
                    answer_scan(self.band, Heard::wrong(&said));
                    self.said.set(Some(said));
                }
            }
            self.again.update(|again| *again += 1);
        });
    }

    /// A code that is no item of the order at hand: another order takes its place, a bin is where the next units go; everything else is
    /// a wrong scan, and the order stays at hand.
    pub(super) async fn other(self, bench: Bench, site: SiteId, code: String, open: impl Fn(&str)) {
        self.band.set(Heard::Busy(format!("Looking for {code}…")));
        match read_bench(site, code.clone()).await {
            Ok(other) if other.id == bench.id && other.delivery == bench.delivery => {
                return answer_scan(self.band, Heard::Ok(format!("{} is at hand", bench.number)));
            }
            Ok(_) => return open(&code),
            Err(said) if said.code() != "unknown_delivery" => return answer_scan(self.band, Heard::wrong(&said)),
            Err(_) => {}
        }
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
mod tests {
    use domain::ids::{PurchaseLineId, SkuId};
    use domain::purchasing::Standing;

    use super::*;

    /// IN-1: a case's barcode counts its case, in the browser as on the server.
    #[test]
    fn a_scan_finds_its_line_and_its_pack() {
        let line = |code: &str| AwaitedLine {
            id: PurchaseLineId::NIL,
            line_no: 1,
            sku: SkuId::NIL,
            sku_code: code.to_owned(),
            sku_name: code.to_owned(),
            quantity: 12,
            received: 0,
            closed: false,
            barcodes: vec![(format!("{code}-EAN"), 1), (format!("{code}-CASE"), 6)],
            policy: domain::lots::Policy::default(),
            announced: None,
            lots: Vec::new(),
        };
        let bench = Bench {
            id: PurchaseId::NIL,
            number: "PO-1001".into(),
            supplier: "NP".into(),
            standing: Standing::Approved,
            delivery: None,
            dock: "DOCK".into(),
            lines: vec![line("MUG"), line("CUP")],
        };
        assert_eq!(found(&bench, "CUP-CASE"), Some((1, 6)));
        assert_eq!(found(&bench, "mug"), Some((0, 1)));
        assert_eq!(found(&bench, "JUG"), None);
    }

    /// IN-2: units that are not taken sound wrong, and are said to stand aside.
    #[test]
    fn too_many_is_answered_as_wrong() {
        assert!(
            matches!(heard("Mug", Condition::Good, (5, 0), 1, 0), Heard::Wrong { words, .. } if words.starts_with("1 × Mug too many"))
        );
        assert_eq!(heard("Mug", Condition::Good, (5, 0), 0, 3), Heard::Ok("5 × Mug: 3 to come".into()));
        let held = "5 × Mug, to quarantine for inspection: 3 to come";
        assert_eq!(heard("Mug", Condition::Good, (5, 5), 0, 3), Heard::Ok(held.into()));
        assert_eq!(heard("Mug", Condition::Damaged, (5, 0), 0, 0), Heard::Done("5 × Mug, to quarantine: all of it is in".into()));
    }
}
