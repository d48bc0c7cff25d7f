//! What the mover has in the hand, and what each scan does to it. What a scan means is `domain::lpns`' to say.

use domain::ids::{LpnId, SiteId};
use domain::lots::{Marks, gs1};
use domain::lpns::{FillUnit, Heard as Scan, MoveUnit, UnitMoved, UnitSheet, UnpackUnit, hear};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{read_scanned, send_fill, send_move, send_unpack};
use crate::door::{Said, send_again};
use crate::lots::Which;
use crate::ui::{Heard, answer_scan, grouped};

/// Where a unit is looked at.
pub(super) fn address(label: &str) -> String {
    format!("/floor/units?unit={}", leptos_router::location::Url::escape(label))
}

#[derive(Clone, Copy)]
pub(super) struct Work {
    pub site: Signal<Option<SiteId>>,
    pub hand: RwSignal<Option<UnitSheet>>,
    /// The bin an empty unit is filled from.
    pub filled_from: RwSignal<Option<String>>,
    /// What was to go in, and it was not plain of which lot, or which units.
    pub unsaid: RwSignal<Option<FillUnit>>,
    pub which: Which,
    /// A label nobody knows: that of the next unit made.
    pub fresh_label: RwSignal<String>,
    pub band: RwSignal<Heard>,
    pub again: RwSignal<u32>,
    pub sending: RwSignal<bool>,
    pub asking: RwSignal<bool>,
}

impl Work {
    pub(super) fn new(site: Signal<Option<SiteId>>, again: RwSignal<u32>) -> Self {
        Self {
            site,
            hand: RwSignal::new(None),
            filled_from: RwSignal::new(None),
            unsaid: RwSignal::new(None),
            which: Which::default(),
            fresh_label: RwSignal::default(),
            band: RwSignal::default(),
            again,
            sending: RwSignal::new(false),
            asking: RwSignal::new(false),
        }
    }

    /// The server's word about what is in the hand.
    pub(super) fn take(self, sheet: Option<UnitSheet>) {
        let label = |sheet: &Option<UnitSheet>| sheet.as_ref().map(|sheet| sheet.tree.code.clone());
        let other = self.hand.with_untracked(label) != label(&sheet);
        if other {
            self.filled_from.set(None);
            self.unsaid.set(None);
            self.asking.set(false);
        }
        if other || self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
            self.band.set(Heard::Ask(asked(sheet.as_ref())));
        }
        self.hand.set(sheet);
    }

    pub(super) fn hear(self, code: String, go: impl Fn(&str) + 'static) {
        if self.sending.get_untracked() {
            return self.wrong("A moment, please: the last one is on its way.");
        }
        let site = self.site.get_untracked();
        self.sending.set(true);
        self.band.set(Heard::Busy(format!("Looking for {code}…")));
        spawn_local(async move {
            let scanned = read_scanned(site, code.clone()).await;
            self.sending.set(false);
            let scanned = match scanned {
                Ok(scanned) => scanned,
                Err(Said::Offline) => return answer_scan(self.band, Heard::no_answer()),
                Err(said) => return answer_scan(self.band, Heard::wrong(&said)),
            };
            let nobodys = matches!(scanned, domain::lpns::Scanned::Nothing);
            let heard =
                self.hand.with_untracked(|hand| hear(hand.as_ref(), self.filled_from.get_untracked().as_deref(), scanned));
            match heard {
                Scan::Take { code } => {
                    answer_scan(self.band, Heard::Ok(code.clone()));
                    go(&address(&code));
                }
                Scan::Put { target } => self.put(target),
                Scan::FillFrom { bin } => {
                    answer_scan(self.band, Heard::Ok(format!("From {bin}: scan what goes in")));
                    self.filled_from.set(Some(bin));
                }
                // A whole label says the lot and serial too.
                Scan::Fill { bin, item, units } => {
                    let item_code = if gs1::Label::read(code.trim()).is_some() { code } else { item };
                    self.fill(FillUnit { unit: LpnId::NIL, bin_code: bin, item_code, quantity: units, marks: Marks::default() });
                }
                Scan::Wrong(words) => {
                    if nobodys && self.hand.with_untracked(Option::is_none) {
                        self.fresh_label.set(code);
                    }
                    self.wrong(words);
                }
            }
        });
    }

    fn put(self, target_code: String) {
        let Some((unit, label)) = self.unit() else { return };
        let command = MoveUnit { unit, target_code };
        self.send("Moving it…", async move {
            let moved = send_again(|id| send_move(id, command.clone())).await?;
            Ok(told(&label, &moved))
        });
    }

    fn fill(self, fill: FillUnit) {
        let Some((unit, label)) = self.unit() else { return };
        let command = FillUnit { unit, ..fill };
        self.send("Putting it in…", async move {
            match send_again(|id| send_fill(id, command.clone())).await {
                Ok(units) => {
                    self.unsaid.set(None);
                    self.which.clear();
                    Ok(format!("{} of {} in. {label} holds {}", command.quantity, command.item_code, grouped(units)))
                }
                Err(said) => {
                    if matches!(said.code(), "lot_missing" | "serials_wanted") {
                        self.unsaid.set(Some(command));
                    }
                    Err(said)
                }
            }
        });
    }

    /// What was to go in, now that it is said which they are.
    pub(super) fn fill_those(self) {
        let Some(unsaid) = self.unsaid.get_untracked() else { return };
        match self.which.read() {
            Ok(marks) => self.fill(FillUnit { marks, ..unsaid }),
            Err(said) => answer_scan(self.band, Heard::wrong(&said)),
        }
    }

    pub(super) fn unpack(self) {
        let Some((unit, label)) = self.unit() else { return };
        let command = UnpackUnit { unit };
        self.asking.set(false);
        self.send("Unpacking it…", async move {
            let units = send_again(|id| send_unpack(id, command.clone())).await?;
            Ok(format!("{label} is empty: {} stand loose", grouped(units.into())))
        });
    }

    fn unit(self) -> Option<(LpnId, String)> {
        self.hand.with_untracked(|hand| hand.as_ref().map(|sheet| (sheet.tree.lpn, sheet.tree.code.clone())))
    }

    /// Sends, says what came of it, and looks anew.
    fn send(self, busy: &'static str, doing: impl Future<Output = Result<String, Said>> + 'static) {
        self.sending.set(true);
        self.band.set(Heard::Busy(busy.to_owned()));
        spawn_local(async move {
            match doing.await {
                Ok(words) => answer_scan(self.band, Heard::Done(words)),
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => answer_scan(self.band, Heard::wrong(&said)),
            }
            self.sending.set(false);
            self.again.update(|again| *again += 1);
        });
    }

    fn wrong(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }
}

fn asked(sheet: Option<&UnitSheet>) -> String {
    match sheet {
        None => "Scan a pallet, carton or tote".to_owned(),
        Some(sheet) if sheet.bin_code.is_none() => format!("{} is empty: scan the bin you fill it from", sheet.tree.code),
        Some(sheet) => format!("Scan where {} goes: a bin, or another unit", sheet.tree.code),
    }
}

fn told(label: &str, moved: &UnitMoved) -> String {
    let others = match moved.lpns {
        0 | 1 => String::new(),
        all => format!(" with {} others", all - 1),
    };
    match (&moved.into, &moved.bin_code) {
        (Some(into), Some(bin)) => format!("{label}{others} on {into}, in {bin}"),
        (Some(into), None) => format!("{label}{others} on {into}"),
        (None, Some(bin)) => format!("{label}{others} in {bin}"),
        (None, None) => format!("{label} stands by itself"),
    }
}
