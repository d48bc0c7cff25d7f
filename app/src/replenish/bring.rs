//! `/floor/replenish`: goods from reserve to forward pick bins, one task at a time: reserve bin, item, forward bin. The rules are
//! `domain::replenish::scan`.

use domain::ids::ReplenishTaskId;
use domain::reasons::{Code, Process, Reason};
use domain::replenish::scan::{self, Hand, Step};
use domain::replenish::{ClaimReplenishment, Replenish, ReplenishRow};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::api::{read_to_bring, send_claim_replenishment, send_replenish};
use crate::door::{Said, live, send_again};
use crate::reasons::in_use;
use crate::sites::here;
use crate::ui::{Band, Chip, Empty, Heard, Icon, ManualCode, Tone, When, answer_scan, grouped, loaded, on_label, told_apart};

#[derive(Clone, Copy)]
struct Bringing {
    rows: RwSignal<Vec<ReplenishRow>>,
    /// Of which task, and what is confirmed of it.
    hand: RwSignal<(ReplenishTaskId, Hand)>,
    band: RwSignal<Heard>,
    shorting: RwSignal<bool>,
    again: RwSignal<u32>,
    sending: RwSignal<bool>,
}

#[component]
pub fn ReplenishPage() -> impl IntoView {
    let site = here();
    let fresh = live(&["replenishment"]);
    let again = RwSignal::new(0_u32);
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_to_bring(site));
    let bringing = Bringing {
        rows: RwSignal::default(),
        hand: RwSignal::default(),
        band: RwSignal::default(),
        shorting: RwSignal::new(false),
        again,
        sending: RwSignal::new(false),
    };
    on_label(move |code| bringing.hear(&code));
    let show = move |rows: Vec<ReplenishRow>| {
        bringing.take(rows);
        view! { {move || bringing.rows.with(|rows| body(rows, bringing))} }.into_any()
    };
    view! {
        <Title text="Bring forward" />
        <div class="task scan">
            <div class="task-head"><h1>"Bring forward"</h1></div>
            <div class="task-body">
                <Band heard=bringing.band />
                {loaded(answer, show)}
            </div>
            <div class="task-foot">
                {move || bringing.foot()}
                <ManualCode />
            </div>
        </div>
    }
    .into_any()
}

impl Bringing {
    /// The task at hand: begun ones first, then the one the list puts first that nobody else has.
    fn current(rows: &[ReplenishRow]) -> Option<&ReplenishRow> {
        rows.iter().find(|row| row.mine || row.person.is_none())
    }

    fn hand_for(self, task: ReplenishTaskId) -> Hand {
        self.hand.with(|(of, hand)| if *of == task { hand.clone() } else { Hand::default() })
    }

    /// The server's word. What is in the hand stays while its task is there, though another became more urgent.
    fn take(self, mut rows: Vec<ReplenishRow>) {
        let (held, hand) = self.hand.get_untracked();
        if let (true, Some(at)) = (hand != Hand::default(), rows.iter().position(|row| row.task == held)) {
            rows[..=at].rotate_right(1);
        }
        if self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
            let current = Self::current(&rows);
            let hand = if current.is_some_and(|row| row.task == held) { hand } else { Hand::default() };
            self.band.set(Heard::Ask(next_words(current, &hand)));
        }
        self.rows.set(rows);
    }

    fn hear(self, code: &str) {
        let Some(row) = self.rows.with_untracked(|rows| Self::current(rows).cloned()) else {
            return self.wrong("Nothing waits to be brought. Nothing changed.");
        };
        if self.sending.get_untracked() {
            return self.wrong("A moment, please: the last one is on its way.");
        }
        match scan::hear(&row, &untrack(|| self.hand_for(row.task)), code) {
            Ok(scan::Heard::Next(hand)) => {
                if hand.item.is_none() {
                    self.claim(row.task);
                }
                answer_scan(self.band, Heard::Ok(next_words(Some(&row), &hand)));
                self.hand.set((row.task, hand));
            }
            Ok(scan::Heard::Send(sent)) => self.send(sent, &row.to_code),
            Err(refusal) => self.wrong(&refusal.to_string()),
        }
    }

    fn wrong(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }

    /// Whoever stands at the reserve bin has the task; another who got there first is named.
    fn claim(self, task: ReplenishTaskId) {
        spawn_local(async move {
            if let Err(said) = send_again(|id| send_claim_replenishment(id, ClaimReplenishment { task })).await {
                let heard = if said == Said::Offline { Heard::no_answer() } else { Heard::wrong(&said) };
                answer_scan(self.band, heard);
                self.hand.set((ReplenishTaskId::NIL, Hand::default()));
                self.again.update(|again| *again += 1);
            }
        });
    }

    fn send(self, sent: Replenish, to: &str) {
        self.sending.set(true);
        self.band.set(Heard::Busy("Putting it into the bin…".to_owned()));
        let to = to.to_owned();
        spawn_local(async move {
            match send_again(|id| send_replenish(id, sent.clone())).await {
                Ok(did) if did.moved == 0 => {
                    answer_scan(self.band, Heard::Done("Noted. The reserve bin will be counted".to_owned()));
                }
                Ok(did) => answer_scan(self.band, Heard::Done(format!("{} in {to}", did.moved))),
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => answer_scan(self.band, Heard::wrong(&said)),
            }
            self.hand.set((ReplenishTaskId::NIL, Hand::default()));
            self.shorting.set(false);
            self.sending.set(false);
            self.again.update(|again| *again += 1);
        });
    }

    /// No more are there. What is in the hand still goes to its bin; with nothing in the hand it is noted at once.
    fn short(self, row: &ReplenishRow, reason: &str) {
        let reason = Code::from(reason);
        self.shorting.set(false);
        let hand = untrack(|| self.hand_for(row.task));
        if hand.units == 0 {
            return self.send(scan::nothing(row, reason), &row.to_code);
        }
        let hand = Hand { short: Some(reason), ..hand };
        answer_scan(self.band, Heard::Ok(format!("Noted. Bring the {} to bin {}", hand.units, row.to_code)));
        self.hand.set((row.task, hand));
    }

    fn set_units(self, row: &ReplenishRow, units: i32) {
        let hand = untrack(|| self.hand_for(row.task));
        let units = units.clamp(1, hand.most(row).max(1));
        self.hand.set((row.task, Hand { units, ..hand }));
        self.band.set(Heard::Ask(format!("{units} in hand. Scan bin {}", row.to_code)));
    }

    /// The same two places with and without a task: the server draws them before it knows of one.
    fn foot(self) -> AnyView {
        let row = self.rows.with(|rows| Self::current(rows).cloned());
        let at_hand = row.map(|row| (self.hand_for(row.task), row));
        // Whoever has numbers to scan takes them one by one.
        let all = at_hand.as_ref().filter(|(hand, row)| {
            hand.step(row) == Step::To && !row.by_serial && hand.units < hand.most(row) && hand.short.is_none()
        });
        let all = all.map(|(hand, row)| {
            let (row, left) = (row.clone(), hand.most(row));
            view! { <button type="button" class="btn primary" on:click=move |_| self.set_units(&row, left)>{format!("Take all {left}")}</button> }
        });
        let short =
            at_hand.as_ref().is_some_and(|(hand, row)| hand.from.is_some() && hand.units < row.left() && hand.short.is_none());
        let short = short.then(|| {
            view! {
                <button type="button" class="btn" aria-pressed=move || self.shorting.get().to_string() on:click=move |_| self.shorting.update(|open| *open = !*open)>
                    {Icon::Alert.view()}
                    "Short"
                </button>
            }
        });
        view! { {short} {all} }.into_any()
    }
}

fn next_words(row: Option<&ReplenishRow>, hand: &Hand) -> String {
    let Some(row) = row else { return "Nothing waits to be brought".to_owned() };
    match hand.step(row) {
        Step::From => match &row.unit {
            Some(unit) => format!("Go to reserve bin {} and scan {unit} in it", row.from_code),
            None => format!("Go to reserve bin {} and scan it", row.from_code),
        },
        Step::Item => format!("Take {} of {} and scan it", row.left(), row.sku_code),
        Step::Lot => format!("Scan the lot of {}", row.sku_code),
        Step::Serial => format!("Scan the serial of each {}", row.sku_code),
        Step::To => format!("{} in hand. Scan bin {}, or the item again", hand.units, row.to_code),
    }
}

fn body(rows: &[ReplenishRow], bringing: Bringing) -> AnyView {
    let Some(row) = Bringing::current(rows) else {
        let words = if rows.is_empty() { "Bins that run low appear here." } else { "Others are bringing what is needed." };
        return view! {
            <div class="card"><Empty title="Nothing to bring" words icon=Icon::Check /></div>
            <a class="btn primary" href="/floor">"See other work"</a>
        }
        .into_any();
    };
    let task = row.task;
    let of = row.clone();
    let step = Memo::new(move |_| bringing.hand_for(task).step(&of));
    let framed = move |own: &[Step]| if own.contains(&step.get()) { "card next" } else { "card" };
    let variant = (!row.variant.is_empty()).then(|| view! { <p><span class="variant">{row.variant.clone()}</span></p> });
    let rest = match rows.len() - 1 {
        0 => "This is the last.".to_owned(),
        more => format!("{} more after it.", grouped(i64::try_from(more).unwrap_or(i64::MAX))),
    };
    let urgent = row.wave.clone().map(|wave| {
        let due = row.due.map(|due| view! { <span class="muted">"due " <When at=due /></span> });
        view! { <p class="row"><Chip text=format!("{wave} waits for it") tone=Tone::Warn /> {due}</p> }
    });
    let (left, shorted, apart) = (row.left(), row.clone(), row.clone());
    view! {
        {urgent}
        <section class=move || framed(&[Step::From]) data-replenish=row.sku_code.clone()>
            <p class="muted strong">"From reserve bin"</p>
            <p class="place-code" data-from>{row.from_code.clone()}</p>
            {row.unit.clone().map(|unit| view! { <p class="strong" data-unit=unit.clone()>{format!("From {unit}, which stands there")}</p> })}
        </section>
        <section class=move || framed(&[Step::Item, Step::Lot, Step::Serial])>
            <div class="item">
                <span class="photo">{Icon::Box.view()}</span>
                <div class="stack-tight grow">
                    <h2>{row.sku_name.clone()}</h2>
                    <p class="muted code">{row.sku_code.clone()}</p>
                    {variant}
                    {(!row.owner_code.is_empty()).then(|| view! { <p class="strong">{format!("Goods of {}", row.owner_code)}</p> })}
                    {move || told_apart(&apart.lots, apart.by_serial, &apart.serials, &bringing.hand_for(task).marks)}
                    <p class="row">
                        <span class="count-big" data-count>{move || bringing.hand_for(task).units}</span>
                        <span class="muted">{format!("of {left}")}</span>
                    </p>
                </div>
            </div>
        </section>
        <section class=move || framed(&[Step::To])>
            <p class="muted strong">"To bin"</p>
            <p class="place-code" data-to>{row.to_code.clone()}</p>
        </section>
        {move || bringing.shorting.get().then(|| reasons(&shorted, bringing))}
        <p class="muted small">{rest}</p>
    }
    .into_any()
}

fn reasons(row: &ReplenishRow, bringing: Bringing) -> AnyView {
    let (known, row) = (in_use(Process::ShortPick), row.clone());
    let one = move |reason: Reason| {
        let (row, code) = (row.clone(), reason.code.clone());
        view! { <button type="button" class="btn danger" data-short=reason.code on:click=move |_| bringing.short(&row, &code)>{reason.words}</button> }
    };
    let buttons = move || known.get().into_iter().map(one.clone()).collect_view();
    view! {
        <section class="card" role="group" aria-label="Why is it short?">
            <p class="strong">"Why are there no more? What is in the hand still goes to its bin; the reserve bin is counted."</p>
            <div class="row">{buttons}</div>
        </section>
    }
    .into_any()
}
