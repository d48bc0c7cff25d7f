//! What the tablet knows of the bin being counted, and what each scan does: the label begins, each scan of an item counts it once
//! more and is taken down at once, so that nothing is lost when the tablet is. An item that is told apart and does not say which it is
//! waits for the next scan, which says its lot, its serial or its day. The screen is `floor`.

use std::collections::HashMap;

use domain::counts::{
    BeginCount, CountItem, CountSheet, FinishCount, FloorCount, FloorWork, ItemCounted, ItemScanned, LeaveCount, SeeUnit, Status,
};
use domain::ids::{CountId, SiteId};
use domain::lots::{Marks, Policy, gs1};
use domain::quantity::QUANTITY_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{read_item, send_begin, send_finish, send_item, send_leave, send_unit};
use crate::door::{Said, send_again};
use crate::ui::{Heard, answer_scan};

/// What is still to be said of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Lot,
    Serial,
    Day,
}

/// Units of an item, and what is known of which they are.
#[derive(Clone)]
struct Looked {
    item: ItemScanned,
    label: String,
    marks: Marks,
}

#[derive(Clone, Copy)]
pub(super) struct Work {
    pub site: Signal<Option<SiteId>>,
    pub counts: RwSignal<Vec<FloorCount>>,
    pub sheet: RwSignal<Option<CountSheet>>,
    pub band: RwSignal<Heard>,
    /// How many, when it is typed.
    pub typed: RwSignal<i32>,
    /// Is the end being asked about?
    pub ending: RwSignal<bool>,
    pub sending: RwSignal<bool>,
    again: RwSignal<u32>,
    /// Codes that were scanned before.
    known: StoredValue<HashMap<String, ItemScanned>>,
    /// An item that did not say which it is.
    waits: StoredValue<Option<(Looked, Wanted)>>,
}

impl Looked {
    /// Its lot and its serial, as they are kept.
    fn which(&self) -> (String, String) {
        let kept = |said: &str| said.trim().to_uppercase();
        (kept(&self.marks.lot), self.marks.serials.first().map(|serial| kept(serial)).unwrap_or_default())
    }
}

impl Work {
    pub fn new(site: Signal<Option<SiteId>>, again: RwSignal<u32>) -> Self {
        Self {
            site,
            counts: RwSignal::default(),
            sheet: RwSignal::new(None),
            band: RwSignal::default(),
            typed: RwSignal::new(0),
            ending: RwSignal::new(false),
            sending: RwSignal::new(false),
            again,
            known: StoredValue::default(),
            waits: StoredValue::new(None),
        }
    }

    /// The server's word.
    pub fn take(self, work: FloorWork) {
        if self.sending.get_untracked() {
            return;
        }
        let before = self.sheet.with_untracked(|sheet| sheet.as_ref().map(|sheet| sheet.count));
        let now = work.sheet.as_ref().map(|sheet| sheet.count);
        if before != now || self.band.with_untracked(|band| matches!(band, Heard::Quiet)) {
            let words = work.sheet.as_ref().map_or_else(
                || "Scan the label of a bin to count it".to_owned(),
                |sheet| format!("Scan everything that lies in {}", sheet.bin_code),
            );
            if self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
                self.band.set(Heard::Ask(words));
            }
            self.typed.set(work.sheet.as_ref().and_then(|sheet| sheet.items.first()).map_or(0, |item| item.quantity));
        }
        self.counts.set(work.counts);
        self.sheet.set(work.sheet);
    }

    pub fn hear(self, code: &str) {
        if self.sending.get_untracked() {
            return self.wrong("A moment, please: the last one is on its way.");
        }
        self.ending.set(false);
        let Some((count, bin)) =
            self.sheet.with_untracked(|sheet| sheet.as_ref().map(|sheet| (sheet.count, sheet.bin_code.clone())))
        else {
            return self.begin(code.trim());
        };
        if bin.eq_ignore_ascii_case(code.trim()) {
            return self.band.set(Heard::Ask(format!("You are counting {bin}. Scan what lies in it, then finish")));
        }
        let label = code.trim().to_owned();
        let unit = self.sheet.with_untracked(|sheet| {
            let units = sheet.as_ref().map(|sheet| sheet.units.as_slice()).unwrap_or_default();
            units.iter().find(|unit| unit.code.eq_ignore_ascii_case(&label)).map(|unit| unit.code.clone())
        });
        if let Some(unit) = unit {
            return self.see(count, unit, true);
        }
        let code = gs1::item_of(&label);
        let known = self.known.with_value(|known| known.get(&code).cloned());
        let waits = self.waits.get_value();
        self.waits.set_value(None);
        self.sending.set(true);
        spawn_local(async move {
            let found = match known {
                Some(item) => Ok(item),
                None => read_item(code.clone()).await,
            };
            match (found, waits) {
                (Ok(item), _) => {
                    self.known.update_value(|known| _ = known.insert(code, item.clone()));
                    let marks = Marks::of_label(&label);
                    self.look(count, Looked { item, label, marks }).await;
                }
                (Err(Said::Refused(told)), Some((looked, wanted))) if told.status == 404 => {
                    self.told(count, looked, wanted, &label).await;
                }
                (Err(Said::Refused(told)), None) if told.status == 404 => {
                    self.sending.set(false);
                    self.wrong(&format!("Nobody here knows {code}. Nothing was counted."));
                }
                (Err(said), _) => self.failed(&said),
            }
        });
    }

    /// Counts it once more, when it says which it is.
    async fn look(self, count: CountId, looked: Looked) {
        let (policy, marks) = (looked.item.policy, &looked.marks);
        if policy.serial && marks.serials.is_empty() {
            return self.want(looked, Wanted::Serial);
        }
        if policy.lot && !policy.serial && marks.lot.is_empty() {
            return self.want(looked, Wanted::Lot);
        }
        let units = if policy.serial { 1 } else { self.counted(&looked) + looked.item.pack };
        self.say(count, looked, units).await;
    }

    /// The next scan says it.
    fn want(self, looked: Looked, wanted: Wanted) {
        self.sending.set(false);
        let words = match wanted {
            Wanted::Lot => format!("{}: scan or type its lot", looked.item.code),
            Wanted::Serial => format!("{}: scan or type its serial", looked.item.code),
            Wanted::Day => format!("Lot {} is new here: type its last good day, like 2027-05-31", looked.marks.lot),
        };
        self.waits.set_value(Some((looked, wanted)));
        self.band.set(Heard::Ask(words));
    }

    /// What an item waited for.
    async fn told(self, count: CountId, mut looked: Looked, wanted: Wanted, code: &str) {
        let label = Marks::of_label(code);
        match wanted {
            Wanted::Lot => looked.marks.lot = if label.lot.is_empty() { code.to_owned() } else { label.lot },
            Wanted::Serial if label.serials.is_empty() => looked.marks.serials = vec![code.to_owned()],
            Wanted::Serial => looked.marks.serials = label.serials,
            Wanted::Day => match code.parse() {
                Ok(day) => looked.marks.expires_on = Some(day),
                Err(_) => return self.want(looked, wanted),
            },
        }
        self.look(count, looked).await;
    }

    /// What was said of it so far.
    fn counted(self, looked: &Looked) -> i32 {
        let (lot, serial) = looked.which();
        self.sheet.with_untracked(|sheet| {
            let items = sheet.as_ref().map(|sheet| sheet.items.as_slice()).unwrap_or_default();
            let same = |known: &&ItemCounted| known.sku == looked.item.sku && known.lot == lot && known.serial == serial;
            items.iter().find(same).map_or(0, |known| known.quantity)
        })
    }

    /// A handling unit is there, or is not after all.
    pub fn see(self, count: CountId, code: String, seen: bool) {
        if self.sending.get_untracked() {
            return;
        }
        let command = SeeUnit { count, code, seen };
        self.ask(async move {
            send_again(|id| send_unit(id, command.clone())).await?;
            Ok(Heard::Ok(format!("{} {}", command.code, if seen { "is here" } else { "is not here" })))
        });
    }

    /// The number by hand, of the item scanned last.
    pub fn set_units(self, known: &ItemCounted, units: i32) {
        if self.sending.get_untracked() {
            return;
        }
        let Some(count) = self.sheet.with_untracked(|sheet| sheet.as_ref().map(|sheet| sheet.count)) else { return };
        let item = ItemScanned {
            sku: known.sku,
            code: known.code.clone(),
            name: known.name.clone(),
            variant: known.variant.clone(),
            pack: 1,
            policy: Policy::default(),
        };
        let serials = Some(known.serial.clone()).filter(|serial| !serial.is_empty()).into_iter().collect();
        let marks = Marks { lot: known.lot.clone(), serials, ..Marks::default() };
        self.sending.set(true);
        spawn_local(async move { self.say(count, Looked { item, label: String::new(), marks }, units).await });
    }

    /// Takes a number down, and shows it when it is.
    async fn say(self, count: CountId, looked: Looked, units: i32) {
        let (quantity, sku) = (units.clamp(0, QUANTITY_MAX), looked.item.sku);
        let command = CountItem { count, sku, quantity, marks: looked.marks.clone(), label: looked.label.clone() };
        match send_again(|id| send_item(id, command.clone())).await {
            Ok(()) => {
                let (lot, serial) = looked.which();
                let ItemScanned { sku, code, name, variant, .. } = looked.item;
                let item = ItemCounted { sku, code, name, variant, quantity, lot, serial };
                let words = [item.code.as_str(), &item.which()].join(" ");
                self.sheet.update(|sheet| {
                    let Some(sheet) = sheet else { return };
                    sheet.items.retain(|known| (known.sku, &known.lot, &known.serial) != (item.sku, &item.lot, &item.serial));
                    sheet.items.insert(0, item);
                });
                self.typed.set(quantity);
                self.sending.set(false);
                answer_scan(self.band, Heard::Ok(format!("{quantity} of {}", words.trim_end())));
                // An answer that was asked for before this says one less, and is not waited for any more; the server knows a serial's lot.
                self.again.update(|again| *again += 1);
            }
            Err(said) => match said.code() {
                "lot_missing" => self.want(looked, Wanted::Lot),
                "serials_wanted" => self.want(looked, Wanted::Serial),
                "expiry_missing" => self.want(looked, Wanted::Day),
                _ => self.failed(&said),
            },
        }
    }

    fn begin(self, code: &str) {
        let Some(site) = self.site.get_untracked() else {
            return self.wrong("Choose the site you are at, above. Nothing changed.");
        };
        let command = BeginCount { site, bin_code: code.to_owned() };
        self.ask(async move {
            send_again(|id| send_begin(id, command.clone())).await?;
            Ok(Heard::Ok(format!("Bin {}. Scan everything that lies in it", command.bin_code.to_uppercase())))
        });
    }

    pub fn finish(self, count: CountId) {
        self.ending.set(false);
        self.ask(async move {
            let ended = send_again(|id| send_finish(id, FinishCount { count })).await?;
            Ok(Heard::Done(match ended.status {
                Status::Recount => "Taken down. Somebody else counts it again".to_owned(),
                Status::Approval => "Taken down. Somebody looks at it".to_owned(),
                _ => "Taken down. The bin is done".to_owned(),
            }))
        });
    }

    pub fn leave(self, count: CountId) {
        self.ending.set(false);
        self.ask(async move {
            send_again(|id| send_leave(id, LeaveCount { count })).await?;
            Ok(Heard::Ask("Left. Scan the label of a bin to count it".to_owned()))
        });
    }

    /// Waits for the server, then reads again what is true.
    fn ask(self, asked: impl Future<Output = Result<Heard, Said>> + 'static) {
        self.waits.set_value(None);
        self.sending.set(true);
        self.band.set(Heard::Busy("A moment…".to_owned()));
        spawn_local(async move {
            match asked.await {
                Ok(heard) => {
                    self.sending.set(false);
                    answer_scan(self.band, heard);
                    self.again.update(|again| *again += 1);
                }
                Err(said) => self.failed(&said),
            }
        });
    }

    fn failed(self, said: &Said) {
        self.sending.set(false);
        let heard = if *said == Said::Offline { Heard::no_answer() } else { Heard::wrong(said) };
        answer_scan(self.band, heard);
        self.again.update(|again| *again += 1);
    }

    fn wrong(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }
}
