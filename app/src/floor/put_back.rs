//! `/floor/put-back`: what cancelled waves left in totes, one item at a time: out of the tote, item scanned, bin scanned. The rules are
//! `domain::floor::pick`.

use domain::floor::pick::{self, Back};
use domain::floor::{PutBack, PutBackRow};
use domain::ids::TaskId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::api::{read_put_backs, send_put_back};
use crate::door::{Said, live, send_again};
use crate::sites::here;
use crate::ui::{Band, Empty, Heard, Icon, ManualCode, answer_scan, loaded, on_scan};

/// What is in the hand: of which task, scanned how, how many.
type Hand = Option<(TaskId, (String, i32))>;

#[derive(Clone, Copy)]
struct Returning {
    rows: RwSignal<Vec<PutBackRow>>,
    hand: RwSignal<Hand>,
    band: RwSignal<Heard>,
    again: RwSignal<u32>,
    sending: RwSignal<bool>,
}

#[component]
pub fn PutBackPage() -> impl IntoView {
    let site = here();
    let fresh = live(&["wave", "trip"]);
    let again = RwSignal::new(0_u32);
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_put_backs(site));
    let returning = Returning {
        rows: RwSignal::default(),
        hand: RwSignal::new(None),
        band: RwSignal::default(),
        again,
        sending: RwSignal::new(false),
    };
    on_scan(move |code| returning.hear(&code));
    let show = move |rows: Vec<PutBackRow>| {
        returning.take(rows);
        view! { {move || returning.rows.with(|rows| body(rows, returning))} }.into_any()
    };
    view! {
        <Title text="Put back" />
        <div class="task scan">
            <div class="task-head"><h1>"Put back"</h1></div>
            <div class="task-body">
                <Band heard=returning.band />
                {loaded(answer, show)}
            </div>
            <div class="task-foot"><ManualCode /></div>
        </div>
    }
    .into_any()
}

impl Returning {
    /// The server's word. What is in the hand stays when its task is still there.
    fn take(self, rows: Vec<PutBackRow>) {
        let held = self.hand.with_untracked(|hand| hand.as_ref().map(|(task, _)| *task));
        if held.is_some_and(|task| rows.first().is_none_or(|row| row.task != task)) {
            self.hand.set(None);
        }
        if self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
            self.band.set(Heard::Ask(next_words(rows.first())));
        }
        self.rows.set(rows);
    }

    fn hear(self, code: &str) {
        let Some(row) = self.rows.with_untracked(|rows| rows.first().cloned()) else {
            return self.wrong("Nothing waits to be put back. Nothing changed.");
        };
        if self.sending.get_untracked() {
            return self.wrong("A moment, please: the last one is on its way.");
        }
        let hand =
            self.hand.with_untracked(|hand| hand.as_ref().filter(|(task, _)| *task == row.task).map(|(_, hand)| hand.clone()));
        match pick::hear_back(&row, hand.as_ref(), code) {
            Ok(Back::Hand { item, units }) => {
                self.hand.set(Some((row.task, (item, units))));
                answer_scan(self.band, Heard::Ok(format!("{units} in hand. Scan bin {}, or the item again", row.bin_code)));
            }
            Ok(Back::Send(sent)) => self.send(sent),
            Err(refusal) => self.wrong(&refusal.to_string()),
        }
    }

    fn wrong(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }

    fn send(self, sent: PutBack) {
        self.sending.set(true);
        self.band.set(Heard::Busy("Putting it back…".to_owned()));
        spawn_local(async move {
            match send_again(|id| send_put_back(id, sent.clone())).await {
                Ok(_) => answer_scan(self.band, Heard::Done(format!("{} back in {}", sent.quantity, sent.bin_code))),
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => answer_scan(self.band, Heard::wrong(&said)),
            }
            self.hand.set(None);
            self.sending.set(false);
            self.again.update(|again| *again += 1);
        });
    }
}

fn next_words(row: Option<&PutBackRow>) -> String {
    row.map_or_else(
        || "Nothing waits to be put back".to_owned(),
        |row| format!("Take {} from tote {} and scan it", row.sku_code, row.tote_code),
    )
}

fn body(rows: &[PutBackRow], returning: Returning) -> AnyView {
    let Some(row) = rows.first() else {
        return view! {
            <div class="card">
                <Empty title="Nothing to put back" words="What a cancelled wave leaves in totes appears here." icon=Icon::Undo />
            </div>
            <a class="btn primary" href="/floor">"See other work"</a>
        }
        .into_any();
    };
    let task = row.task;
    let held =
        move || returning.hand.with(|hand| hand.as_ref().filter(|(of, _)| *of == task).map_or(0, |(_, (_, units))| *units));
    let framed = move |bin: bool| if (held() > 0) == bin { "card next" } else { "card" };
    let variant = (!row.variant.is_empty()).then(|| view! { <p class="variant">{row.variant.clone()}</p> });
    let rest = match rows.len() - 1 {
        0 => "This is the last.".to_owned(),
        1 => "1 more after it.".to_owned(),
        more => format!("{more} more after it."),
    };
    view! {
        <section class=move || framed(false) data-put-back=row.sku_code.clone()>
            <p class="muted strong">{format!("From tote {}", row.tote_code)}</p>
            <h2>{row.sku_name.clone()}</h2>
            {variant}
            <p class="code muted">{row.sku_code.clone()}</p>
            <p class="count-big">{move || held()} " of " {row.quantity}</p>
        </section>
        <section class=move || framed(true)>
            <p class="muted strong">"Back to bin"</p>
            <p class="place-code">{row.bin_code.clone()}</p>
            <p class="muted small">{format!("{} · {} was cancelled. It stays this order's.", row.order_number, row.wave_number)}</p>
        </section>
        <p class="muted small">{rest}</p>
    }
    .into_any()
}
