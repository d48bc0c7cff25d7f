//! Looking at a plan before it is made: once there is a breath between two changes, the last one waited for, the others stopped.

use std::time::Duration;

use domain::ids::CommandId;
use domain::waves::receipt::Preview;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{read_preview, read_preview_progress, stop_preview};
use super::form::Form;
use crate::door::{Said, now};

/// After the last change, before it is looked at.
const BREATH: Duration = Duration::from_millis(400);
/// Between two looks at how far a preview is.
const AGAIN: Duration = Duration::from_millis(500);

/// The preview that is shown, and the one that is waited for.
#[derive(Clone, Copy)]
pub struct Look {
    form: StoredValue<Form>,
    pub ticket: RwSignal<Option<CommandId>>,
    pub permille: RwSignal<i32>,
    pub seen: RwSignal<Option<Result<Preview, Said>>>,
    /// Counts changes: only the last one is looked at.
    turn: StoredValue<u32>,
}

impl Look {
    /// Follows every change of the form, until the page is left. In a browser only: a page is not kept waiting for a plan.
    pub fn follow(form: Form) -> Self {
        let look = Self {
            form: StoredValue::new(form),
            ticket: RwSignal::new(None),
            permille: RwSignal::new(0),
            seen: RwSignal::new(None),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            form.track();
            look.soon();
        });
        on_cleanup(move || {
            if let Some(ticket) = look.ticket.try_get_untracked().flatten() {
                let_go(ticket);
            }
        });
        look
    }

    pub fn soon(self) {
        let next = self.turn.try_update_value(|turn| {
            *turn = turn.wrapping_add(1);
            *turn
        });
        let Some(turn) = next else { return };
        let begin = move || {
            if self.turn.try_get_value() == Some(turn) {
                self.begin();
            }
        };
        set_timeout(begin, BREATH);
    }

    fn begin(self) {
        let form = self.form.get_value();
        form.at.set_value(now());
        let (ticket, command) = (CommandId::mint(), form.command(false));
        if let Some(before) = self.ticket.get_untracked() {
            let_go(before);
        }
        self.ticket.set(Some(ticket));
        self.permille.set(0);
        spawn_local(async move {
            let answer = read_preview(ticket, command).await;
            if self.waits_for(ticket) {
                self.seen.set(Some(answer));
                self.ticket.set(None);
            }
        });
        self.watch(ticket);
    }

    fn waits_for(self, ticket: CommandId) -> bool {
        self.ticket.try_get_untracked() == Some(Some(ticket))
    }

    /// How far it is, while it is waited for.
    fn watch(self, ticket: CommandId) {
        let ask = move || {
            if !self.waits_for(ticket) {
                return;
            }
            spawn_local(async move {
                let told = read_preview_progress(ticket).await;
                if self.waits_for(ticket) {
                    if let Ok(Some(permille)) = told.map(|told| told.permille) {
                        self.permille.set(permille);
                    }
                    self.watch(ticket);
                }
            });
        };
        set_timeout(ask, AGAIN);
    }

    /// Whoever asked does not want to wait any longer.
    pub fn stop(self) {
        if let Some(ticket) = self.ticket.get_untracked() {
            let_go(ticket);
        }
    }
}

/// Whether it still ran is nobody's concern any more.
fn let_go(ticket: CommandId) {
    spawn_local(async move { drop(stop_preview(ticket).await) });
}
