//! What the tablet knows of the bin being counted, and what each scan does: the label begins, each scan of an item counts it once
//! more and is taken down at once, so that nothing is lost when the tablet is. The screen is `floor`.

use std::collections::HashMap;

use domain::counts::{
    BeginCount, CountItem, CountSheet, FinishCount, FloorCount, FloorWork, ItemCounted, ItemScanned, LeaveCount, Status,
};
use domain::ids::{CountId, SiteId};
use domain::quantity::QUANTITY_MAX;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{read_item, send_begin, send_finish, send_item, send_leave};
use crate::door::{Said, send_again};
use crate::ui::{Heard, answer_scan};

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
        let code = code.trim().to_owned();
        let known = self.known.with_value(|known| known.get(&code).cloned());
        self.sending.set(true);
        spawn_local(async move {
            let found = match known {
                Some(item) => Ok(item),
                None => read_item(code.clone()).await,
            };
            match found {
                Ok(item) => {
                    self.known.update_value(|known| _ = known.insert(code, item.clone()));
                    let units = self.counted(&item) + item.pack;
                    self.say(count, item, units).await;
                }
                Err(Said::Refused(told)) if told.status == 404 => {
                    self.sending.set(false);
                    self.wrong(&format!("Nobody here knows {code}. Nothing was counted."));
                }
                Err(said) => self.failed(&said),
            }
        });
    }

    /// What was said of it so far.
    fn counted(self, item: &ItemScanned) -> i32 {
        self.sheet.with_untracked(|sheet| {
            let items = sheet.as_ref().map(|sheet| sheet.items.as_slice()).unwrap_or_default();
            items.iter().find(|known| known.sku == item.sku).map_or(0, |known| known.quantity)
        })
    }

    /// The number by hand, of the item scanned last.
    pub fn set_units(self, item: &ItemCounted, units: i32) {
        if self.sending.get_untracked() {
            return;
        }
        let Some(count) = self.sheet.with_untracked(|sheet| sheet.as_ref().map(|sheet| sheet.count)) else { return };
        let item = ItemScanned {
            sku: item.sku,
            code: item.code.clone(),
            name: item.name.clone(),
            variant: item.variant.clone(),
            pack: 1,
        };
        self.sending.set(true);
        spawn_local(async move { self.say(count, item, units).await });
    }

    /// Takes a number down, and shows it when it is.
    async fn say(self, count: CountId, item: ItemScanned, units: i32) {
        let command = CountItem { count, sku: item.sku, quantity: units.clamp(0, QUANTITY_MAX) };
        match send_again(|id| send_item(id, command.clone())).await {
            Ok(()) => {
                self.sheet.update(|sheet| {
                    let Some(sheet) = sheet else { return };
                    sheet.items.retain(|known| known.sku != item.sku);
                    let ItemScanned { sku, code, name, variant, .. } = item.clone();
                    sheet.items.insert(0, ItemCounted { sku, code, name, variant, quantity: command.quantity });
                });
                self.typed.set(command.quantity);
                self.sending.set(false);
                answer_scan(self.band, Heard::Ok(format!("{} of {}", command.quantity, item.code)));
            }
            Err(said) => self.failed(&said),
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
