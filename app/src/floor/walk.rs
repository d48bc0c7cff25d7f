//! What the tablet knows of the walk at hand, and what each scan does to it. The rules are `domain::floor::pick`; a good scan is
//! answered at once and sent behind the picker's back; a refusal takes it back and says so.

use domain::counts::ConfirmEmpty;
use domain::floor::pick::{self, Hand, Step};
use domain::floor::{BindTote, ClaimTrip, LeaveTrip, PickUnits, ShortPick, SlotSheet, TaskSheet, TripSheet, UnpickUnits, picked};
use domain::ids::{CountId, PersonId, TaskId, TripId};
use domain::reasons::Code;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{send_bind, send_claim, send_leave, send_pick, send_short, send_unpick};
use crate::counts::api::send_empty;
use crate::door::{Said, send_again, visit};
use crate::ui::{Heard, answer_scan};

#[derive(Clone, Copy)]
pub struct Walk {
    pub sheet: RwSignal<Option<TripSheet>>,
    pub band: RwSignal<Heard>,
    /// Is the picker choosing why the bin is short?
    pub shorting: RwSignal<bool>,
    /// A bin that should be empty now, until somebody said so.
    pub emptied: RwSignal<Option<(CountId, String)>>,
    /// Taken back by one press.
    pub last: RwSignal<Option<(TaskId, i32)>>,
    hand: RwSignal<(TaskId, Hand)>,
    /// Picks on their way. While there are any, the server's older word does not replace ours.
    sending: RwSignal<u32>,
    again: RwSignal<u32>,
    /// A pick had no answer: until the walk is read again nobody knows whether it arrived.
    unsure: StoredValue<bool>,
    me: StoredValue<PersonId>,
}

impl Walk {
    pub fn new(again: RwSignal<u32>) -> Self {
        let me = visit().caller.map(|caller| caller.person()).unwrap_or_default();
        Self {
            sheet: RwSignal::new(None),
            band: RwSignal::default(),
            shorting: RwSignal::new(false),
            emptied: RwSignal::new(None),
            last: RwSignal::new(None),
            hand: RwSignal::new((TaskId::NIL, Hand::default())),
            sending: RwSignal::new(0),
            again,
            unsure: StoredValue::new(false),
            me: StoredValue::new(me),
        }
    }

    /// The server's word about the walk.
    pub fn take(self, fresh: TripSheet) {
        if self.sending.get_untracked() == 0 {
            let unsure = self.unsure.get_value();
            self.unsure.set_value(false);
            if unsure || self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
                self.band.set(self.next_words(&fresh));
            }
            self.sheet.set(Some(fresh));
        }
    }

    pub fn is_mine(self, sheet: &TripSheet) -> bool {
        sheet.person.is_some() && sheet.person == Some(self.me.get_value())
    }

    /// What is in the hand for this task.
    pub fn hand_for(self, task: TaskId) -> Hand {
        self.hand.with(|(held, hand)| if *held == task { hand.clone() } else { Hand::default() })
    }

    fn hold(self, task: TaskId, hand: Hand) {
        self.hand.set((task, hand));
    }

    pub fn hear(self, code: &str) {
        let Some(sheet) = self.sheet.get_untracked() else { return };
        self.shorting.set(false);
        if self.unsure.get_value() {
            return self.refuse("Looking again what arrived. A moment, please.");
        }
        if !self.is_mine(&sheet) {
            return self.refuse("Take the cart first. Nothing changed.");
        }
        if let Some(slot) = bare_slot(&sheet) {
            return self.bind(sheet.trip, slot.slot, code);
        }
        let Some(task) = current(&sheet) else {
            return self.refuse("This walk is finished. Nothing changed.");
        };
        let tote = tote_of(&sheet, task.slot);
        match pick::hear(task, tote, &untrack(|| self.hand_for(task.task)), code) {
            Ok(pick::Heard::Next(hand, step)) => {
                let words = match step {
                    Step::Tote => format!("{} in hand. Scan tote {}, or the item again", hand.units, tote.unwrap_or_default()),
                    Step::Bin | Step::Item => "Bin confirmed. Now scan the item".to_owned(),
                    Step::Lot => "The right item. Now scan its lot".to_owned(),
                    Step::Serial => "The right item. Now scan its serial".to_owned(),
                };
                self.hold(task.task, hand);
                answer_scan(self.band, Heard::Ok(words));
            }
            Ok(pick::Heard::Send(pick)) => self.send(pick),
            Err(refusal) => self.refuse(&refusal.to_string()),
        }
    }

    fn refuse(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }

    /// Shown as done at once; the server has the last word.
    fn send(self, pick: PickUnits) {
        let (task, units) = (pick.task, pick.quantity);
        self.moved(&pick, 1);
        self.hold(TaskId::NIL, Hand::default());
        self.last.set(Some((task, units)));
        let sheet = self.sheet.get_untracked();
        let heard = match sheet.as_ref().map(|sheet| (sheet, current(sheet))) {
            Some((_, Some(next))) => Heard::Ok(format!("{units} in {}. Next: bin {}", pick.tote_code, next.bin_code)),
            _ => Heard::Done(format!("{units} in {}. The walk is finished", pick.tote_code)),
        };
        answer_scan(self.band, heard);
        self.sending.update(|sending| *sending += 1);
        spawn_local(async move {
            let answer = send_again(|id| send_pick(id, pick.clone())).await;
            if let Ok(Some(count)) = answer.as_ref().map(|picked| picked.zero_check) {
                self.emptied.set(Some((count, pick.bin_code.clone())));
            }
            self.arrived(answer.map(|_| ()), move || self.moved(&pick, -1));
        });
    }

    /// An answer came: a refusal takes back what was shown, and the server's word is read again. Without an answer nothing is taken
    /// back, for it may have arrived: the server's word decides.
    fn arrived(self, answer: Result<(), Said>, take_back: impl FnOnce()) {
        self.sending.update(|sending| *sending = sending.saturating_sub(1));
        if answer.is_ok() && self.unsure.get_value() {
            self.again.update(|again| *again += 1);
        }
        if let Err(said) = answer {
            if said == Said::Offline {
                self.unsure.set_value(true);
                answer_scan(self.band, Heard::no_answer());
                return self.again.update(|again| *again += 1);
            }
            take_back();
            self.last.set(None);
            answer_scan(self.band, Heard::wrong(&said));
            self.again.update(|again| *again += 1);
        }
    }

    fn moved(self, pick: &PickUnits, sign: i32) {
        self.sheet.update(|sheet| {
            if let Some(task) = sheet.as_mut().and_then(|sheet| sheet.tasks.iter_mut().find(|known| known.task == pick.task)) {
                picked(task, pick, sign);
            }
        });
    }
}

/// What is pressed rather than scanned.
impl Walk {
    pub fn claim(self, trip: TripId) {
        self.ask("Taking the cart…", async move { send_again(|id| send_claim(id, ClaimTrip { trip })).await.map(|()| None) });
    }

    pub fn leave(self, trip: TripId) {
        self.ask("Leaving the cart…", async move { send_again(|id| send_leave(id, LeaveTrip { trip })).await.map(|()| None) });
    }

    fn bind(self, trip: TripId, slot: i32, code: &str) {
        let command = BindTote { trip, slot, code: code.to_owned() };
        self.ask(&format!("Tote {code}…"), async move {
            let words = format!("Tote {} on slot {slot}", command.code);
            send_again(|id| send_bind(id, command.clone())).await.map(|()| Some(words))
        });
    }

    pub fn short(self, task: TaskId, reason: &str) {
        let reason = Code::from(reason);
        self.shorting.set(false);
        self.hold(TaskId::NIL, Hand::default());
        self.ask("Looking elsewhere…", async move {
            let did = send_again(|id| send_short(id, ShortPick { task, reason: reason.clone() })).await?;
            Ok(Some(match (did.reallocated, did.backordered) {
                (found, 0) => format!("{found} found in another bin: added to this walk"),
                (0, late) => format!("{late} on backorder. The bin will be counted"),
                (found, late) => format!("{found} found in another bin, {late} on backorder"),
            }))
        });
    }

    /// The bin that a pick emptied: empty indeed, or left to whoever counts it.
    pub fn say_empty(self, count: CountId, bin: String, empty: bool) {
        self.emptied.set(None);
        if !empty {
            return self.band.set(Heard::Ask(format!("{bin} will be counted. Go on")));
        }
        self.ask("Taking it down…", async move {
            send_again(|id| send_empty(id, ConfirmEmpty { count })).await.map(|_| Some(format!("{bin} is empty")))
        });
    }

    /// First what is in the hand, then the last pick.
    pub fn undo(self, task: Option<TaskId>) {
        let held = task.is_some_and(|task| untrack(|| self.hand_for(task)) != Hand::default());
        if held {
            self.hold(TaskId::NIL, Hand::default());
            return self.band.set(Heard::Ask("Taken back. Scan the bin".to_owned()));
        }
        let Some((task, quantity)) = self.last.get_untracked() else { return };
        self.last.set(None);
        self.ask("Taking it back…", async move {
            send_again(|id| send_unpick(id, UnpickUnits { task, quantity }))
                .await
                .map(|_| Some(format!("{quantity} back in their bin")))
        });
    }

    /// The quantity by hand, once the item is known to be right.
    pub fn set_units(self, task: &TaskSheet, units: i32) {
        let hand = untrack(|| self.hand_for(task.task));
        let units = units.clamp(1, pick::most(task, &hand).max(1));
        self.hold(task.task, Hand { units, ..hand });
        self.band.set(Heard::Ask(format!("{units} in hand. Scan the tote")));
    }

    /// Waits for the server, then reads the walk again.
    fn ask(self, busy: &str, asked: impl Future<Output = Result<Option<String>, Said>> + 'static) {
        self.band.set(Heard::Busy(busy.to_owned()));
        spawn_local(async move {
            match asked.await {
                Ok(Some(words)) => answer_scan(self.band, Heard::Ok(words)),
                Ok(None) => self.band.set(Heard::Quiet),
                Err(Said::Offline) => {
                    self.unsure.set_value(true);
                    answer_scan(self.band, Heard::no_answer());
                }
                Err(said) => answer_scan(self.band, Heard::wrong(&said)),
            }
            self.again.update(|again| *again += 1);
        });
    }

    fn next_words(self, sheet: &TripSheet) -> Heard {
        if !self.is_mine(sheet) {
            return Heard::Ask("Take the cart to begin".to_owned());
        }
        if let Some(slot) = bare_slot(sheet) {
            return Heard::Ask(format!("Put a tote on slot {} and scan it", slot.slot));
        }
        current(sheet).map_or_else(
            || Heard::Done("The walk is finished".to_owned()),
            |task| Heard::Ask(format!("Go to bin {} and scan it", task.bin_code)),
        )
    }
}

/// The task to be done now.
pub fn current(sheet: &TripSheet) -> Option<&TaskSheet> {
    sheet.tasks.iter().find(|task| !task.done && pick::left(task) > 0)
}

/// The task after it.
pub fn following(sheet: &TripSheet) -> Option<&TaskSheet> {
    sheet.tasks.iter().filter(|task| !task.done && pick::left(task) > 0).nth(1)
}

/// A slot that still needs a tote.
pub fn bare_slot(sheet: &TripSheet) -> Option<&SlotSheet> {
    let needed =
        |slot: &&SlotSheet| slot.tote_code.is_none() && sheet.tasks.iter().any(|task| task.slot == slot.slot && !task.done);
    sheet.slots.iter().find(needed)
}

pub fn tote_of(sheet: &TripSheet, slot: i32) -> Option<&str> {
    sheet.slots.iter().find(|known| known.slot == slot)?.tote_code.as_deref()
}
