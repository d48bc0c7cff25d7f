//! Units on hold that nobody could tell apart: once it is said which they are, they can be released.

use domain::inspections::HeldRow;
use domain::lots::NameUnits;
use domain::people::Permission;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::door::{Said, Unanswered, visit};
use crate::lots::Which;
use crate::lots::api::send_name;
use crate::ui::{Choice, LastRefused, Refusal, Send, Stepper, Toasts};

/// Units one press names at most.
const PRESS_MAX: i32 = 100_000;

/// What is typed. Lives beside the answer, so that a refresh does not forget it.
#[derive(Clone, Copy)]
pub(super) struct Tools {
    send: Action<NameUnits, Result<(), Said>>,
    last: LastRefused,
    place: RwSignal<String>,
    units: RwSignal<i32>,
    which: Which,
}

impl Tools {
    pub(super) fn new(again: RwSignal<u32>) -> Self {
        let (toasts, last, sending) = (use_context::<Toasts>(), LastRefused::default(), Unanswered::new());
        let (units, which) = (RwSignal::new(1), Which::default());
        let send = Action::new(move |command: &NameUnits| {
            let command = command.clone();
            last.of(async move {
                sending.send(&command, send_name).await?;
                if let Some(toasts) = toasts {
                    toasts.push("It is known which they are now: they can be released.".to_owned());
                }
                units.set(1);
                which.clear();
                again.update(|again| *again += 1);
                Ok(())
            })
        });
        Self { send, last, place: RwSignal::default(), units, which }
    }
}

fn key(row: &HeldRow) -> String {
    format!("{} {}", row.bin, row.sku)
}

/// Only where there are such units, for whoever corrects stock.
pub(super) fn card(held: &[HeldRow], tools: Tools) -> AnyView {
    let rows: Vec<HeldRow> = held.iter().filter(|row| row.unnamed > 0 && row.lpn.is_nil()).cloned().collect();
    let Some(first) = rows.first().filter(|_| visit().may(Permission::StockAdjust)).map(key) else {
        return ().into_any();
    };
    if rows.iter().all(|row| key(row) != tools.place.get_untracked()) {
        tools.place.set(first);
    }
    let words = |row: &HeldRow| format!("{} {}: {} of {}", row.site_code, row.bin_code, row.unnamed, row.sku_code);
    let options = rows.iter().map(|row| (key(row), words(row))).collect::<Vec<_>>();
    let said = tools.last.said();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(row) = rows.iter().find(|row| key(row) == tools.place.get_untracked()) else { return };
        let (site, bin, sku, quantity) = (row.site, row.bin, row.sku, tools.units.get_untracked());
        match tools.which.read() {
            Ok(marks) => drop(tools.send.dispatch(NameUnits { site, bin, sku, quantity, marks })),
            Err(refused) => tools.last.say(refused),
        }
    };
    view! {
        <section class="card" data-naming>
            <h2>"Which are they?"</h2>
            <p class="muted">"These were found and nobody said of which lot, or with which serial. Say it, and they can be released."</p>
            <form class="form" novalidate on:submit=submit>
                <Refusal said fields=&["place", "quantity", "lot", "expires_on", "serials"] />
                <div class="form-row">
                    <Choice label="Where" name="place" options picked=tools.place said />
                    <Stepper label="Units" name="quantity" value=tools.units min=1 max=Signal::stored(PRESS_MAX) said />
                </div>
                {tools.which.fields(said)}
                <Send label="Name them" class="btn" busy=tools.send.pending() />
            </form>
        </section>
    }
    .into_any()
}
