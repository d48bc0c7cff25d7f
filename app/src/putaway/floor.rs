//! `/floor/putaway`: goods from dock and stage to their bins. Item or handling unit scanned, as often as there are units; then the bin that is
//! proposed, or another one with a reason. The rule is `domain::putaway`.

use domain::floor::apart::Held;
use domain::ids::SiteId;
use domain::lots::{Marks, gs1};
use domain::putaway::{Heard as Scan, Proposal, Propose, PutAway, Target, ToPutAway, hear, unit_of};
use domain::reasons::{Code, Process};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::api::{read_to_put_away, send_propose, send_put_away};
use crate::door::{Said, live, send_again};
use crate::reasons::{Because, Why};
use crate::sites::here;
use crate::ui::{Band, Chip, Empty, Heard, Icon, ManualCode, Stepper, Tone, answer_scan, grouped, loaded, on_label, told_apart};

/// What is in the hand: one pile of the dock, so many of it, and where that goes.
#[derive(Debug, Clone, PartialEq)]
struct Hand {
    task: ToPutAway,
    /// Everything in its handling unit.
    whole: bool,
}

#[derive(Clone, Copy)]
struct Work {
    site: Signal<Option<SiteId>>,
    rows: RwSignal<Vec<ToPutAway>>,
    hand: RwSignal<Option<Hand>>,
    units: RwSignal<i32>,
    /// The lot they are of, and their serials.
    marks: RwSignal<Marks>,
    proposal: RwSignal<Option<Proposal>>,
    /// Another place than the proposed one, and why.
    other: RwSignal<Option<String>>,
    because: Because,
    said: RwSignal<Option<Said>>,
    band: RwSignal<Heard>,
    again: RwSignal<u32>,
    sending: RwSignal<bool>,
}

#[component]
pub fn PutawayPage() -> impl IntoView {
    let site = here();
    let fresh = live(&["stock", "bin"]);
    let again = RwSignal::new(0_u32);
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_to_put_away(site));
    let work = Work {
        site,
        rows: RwSignal::default(),
        hand: RwSignal::new(None),
        units: RwSignal::new(0),
        marks: RwSignal::default(),
        proposal: RwSignal::new(None),
        other: RwSignal::new(None),
        because: Because::default(),
        said: RwSignal::new(None),
        band: RwSignal::default(),
        again,
        sending: RwSignal::new(false),
    };
    on_label(move |code| work.hear(&code));
    let show = move |rows: Vec<ToPutAway>| {
        work.take(rows);
        view! { {move || body(work)} }.into_any()
    };
    view! {
        <Title text="Put away" />
        <div class="task scan">
            <div class="task-head"><h1>"Put away"</h1></div>
            <div class="task-body">
                <Band heard=work.band />
                {loaded(answer, show)}
            </div>
            <div class="task-foot"><ManualCode /></div>
        </div>
    }
    .into_any()
}

impl Work {
    /// The server's word. What is in the hand stays while it is still there.
    fn take(self, rows: Vec<ToPutAway>) {
        let gone =
            self.hand.with_untracked(|hand| hand.as_ref().is_some_and(|hand| !rows.iter().any(|row| same(row, &hand.task))));
        if gone && !self.sending.get_untracked() {
            self.drop_hand();
        }
        if self.band.with_untracked(|band| matches!(band, Heard::Quiet | Heard::Ask(_))) {
            let words = if rows.is_empty() { "Nothing waits to be put away" } else { "Scan an item or a pallet that waits" };
            self.band.set(Heard::Ask(words.to_owned()));
        }
        self.rows.set(rows);
    }

    fn drop_hand(self) {
        self.hand.set(None);
        self.units.set(0);
        self.marks.set(Marks::default());
        self.proposal.set(None);
        self.other.set(None);
        self.because.clear();
        self.said.set(None);
    }

    fn hear(self, code: &str) {
        if self.sending.get_untracked() {
            return self.wrong("A moment, please: the last one is on its way.");
        }
        let rows = self.rows.get_untracked();
        let held =
            self.hand.with_untracked(|hand| hand.as_ref().and_then(|hand| rows.iter().position(|row| same(row, &hand.task))));
        let named = gs1::item_of(code);
        match hear(&rows, held, &named) {
            Scan::Item { at, units } => self.count(&rows[at], held == Some(at), units, gs1::Label::read(code.trim())),
            Scan::Unit { at } => {
                let units = unit_of(&rows, rows[at].lpn).iter().map(|task| task.quantity).sum();
                self.hold(Hand { task: rows[at].clone(), whole: true }, Held { units, ..Held::default() });
            }
            Scan::Place(_) => self.mark_or_place(held.map(|at| &rows[at]), code),
        }
    }

    /// What is in the hand, as far as it is told apart.
    fn held(self) -> Held {
        Held { units: self.units.get_untracked(), marks: self.marks.get_untracked() }
    }

    /// An item: one more, or a case, of the same pile, or another pile.
    fn count(self, task: &ToPutAway, more: bool, units: i32, label: Option<gs1::Label>) {
        let held = if more { self.held() } else { Held::default() };
        match task.wanted().item(held, label, units) {
            Ok(held) => self.take_up(task, held),
            Err(_) if task.lots.is_empty() && !task.by_serial => {
                self.wrong(&format!("Only {} of {} wait here. Nothing changed.", task.quantity, task.sku_code));
            }
            Err(refusal) => self.wrong(&refusal.to_string()),
        }
    }

    /// A lot or serial of what is in the hand, or else a place.
    fn mark_or_place(self, task: Option<&ToPutAway>, code: &str) {
        let whole = self.hand.with_untracked(|hand| hand.as_ref().is_some_and(|hand| hand.whole));
        let Some(task) = task.filter(|_| !whole) else { return self.place(code.trim().to_owned()) };
        match task.wanted().other(&self.held(), code) {
            Ok(Some(held)) => self.take_up(task, held),
            Ok(None) => self.place(code.trim().to_owned()),
            Err(refusal) => self.wrong(&refusal.to_string()),
        }
    }

    /// So many of a pile are in the hand; where they go is asked once it is plain which they are.
    fn take_up(self, task: &ToPutAway, held: Held) {
        if task.plain(&held) {
            return self.hold(Hand { task: task.clone(), whole: false }, held);
        }
        self.drop_hand();
        self.hand.set(Some(Hand { task: task.clone(), whole: false }));
        self.units.set(held.units);
        let what = if held.marks.lot.is_empty() && task.lots.len() > 1 { "lot" } else { "serial" };
        self.marks.set(held.marks);
        answer_scan(self.band, Heard::Ok(format!("Scan the {what} of {}", task.sku_code)));
    }

    /// Takes goods into the hand, and asks where they go.
    fn hold(self, hand: Hand, held: Held) {
        self.drop_hand();
        self.hand.set(Some(hand));
        self.units.set(held.units);
        self.marks.set(held.marks);
        self.ask();
    }

    /// Where what is in the hand goes, so many of it as the field says.
    fn ask(self) {
        let Some(hand) = self.hand.get_untracked() else { return };
        let (quantity, task) = (self.units.get_untracked(), hand.task);
        let Some(site) = self.site.get_untracked() else { return self.wrong("Choose a site above first.") };
        let sku = (!hand.whole).then_some(task.sku);
        let marks = self.marks.get_untracked();
        let command =
            Propose { site, from: task.from, lpn: task.lpn, sku, owner: task.owner, state: task.state, quantity, marks };
        self.sending.set(true);
        self.other.set(None);
        self.band.set(Heard::Busy("Looking for a place…".to_owned()));
        spawn_local(async move {
            match send_again(|id| send_propose(id, command.clone())).await {
                Ok(proposal) => {
                    answer_scan(self.band, told(&proposal.target, &task.sku_code));
                    self.proposal.set(Some(proposal));
                }
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => {
                    answer_scan(self.band, Heard::wrong(&said));
                    self.drop_hand();
                }
            }
            self.sending.set(false);
        });
    }

    /// A place was scanned: the proposed one ends it, another asks why first.
    fn place(self, code: String) {
        let Some(proposal) = self.proposal.get_untracked() else {
            return self.wrong(&format!("Nobody here knows {code}. Scan an item or a pallet first."));
        };
        let (other, quantity) = match &proposal.target {
            Target::Bin { code: proposed, quantity, .. } => (!proposed.eq_ignore_ascii_case(&code), *quantity),
            // Whether it is a tote is the server's to say: a bin of that name would ask for its reason.
            Target::Stage { quantity, .. } => (false, *quantity),
            Target::Nowhere { .. } => (true, self.units.get_untracked()),
        };
        if other {
            self.band.set(Heard::Ask(format!("{code} is another bin: say why")));
            self.said.set(None);
            return self.other.set(Some(code));
        }
        self.send(code, quantity.min(self.units.get_untracked()), Code::default());
    }

    fn send(self, code: String, quantity: i32, reason: Code) {
        let (Some(hand), Some(proposal), Some(site)) =
            (self.hand.get_untracked(), self.proposal.get_untracked(), self.site.get_untracked())
        else {
            return;
        };
        let task = hand.task;
        let command = PutAway {
            site,
            from: task.from,
            lpn: task.lpn,
            sku: (!hand.whole).then_some(task.sku),
            owner: task.owner,
            state: task.state,
            quantity,
            proposal: proposal.decision,
            target_code: code.clone(),
            reason,
            marks: self.marks.get_untracked(),
        };
        self.sending.set(true);
        self.band.set(Heard::Busy("Putting it away…".to_owned()));
        spawn_local(async move {
            match send_again(|id| send_put_away(id, command.clone())).await {
                Ok(done) => {
                    let rest = if done.left > 0 { format!(", {} still there", grouped(done.left.into())) } else { String::new() };
                    answer_scan(self.band, Heard::Done(format!("{} in {}{rest}", grouped(done.quantity.into()), done.code)));
                    self.drop_hand();
                    self.again.update(|again| *again += 1);
                }
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => {
                    // It stays in the hand: another place may take it.
                    let why = said.field() == Some("reason");
                    answer_scan(self.band, Heard::wrong(&said));
                    self.other.set(why.then_some(code));
                    self.said.set(why.then_some(said));
                }
            }
            self.sending.set(false);
        });
    }

    fn wrong(self, words: &str) {
        answer_scan(self.band, Heard::Wrong { words: words.to_owned(), detail: String::new() });
    }
}

/// One pile: the same goods in the same place, however many there are by now.
fn same(a: &ToPutAway, b: &ToPutAway) -> bool {
    (a.from, a.lpn, a.sku, a.owner, a.state) == (b.from, b.lpn, b.sku, b.owner, b.state)
}

fn told(target: &Target, sku: &str) -> Heard {
    match target {
        Target::Bin { code, quantity, .. } => Heard::Ok(format!("{quantity} of {sku} to {code}")),
        Target::Stage { number, quantity, .. } => Heard::Ok(format!("{quantity} of {sku} for {number}: scan a tote")),
        Target::Nowhere { .. } => Heard::Wrong {
            words: format!("{sku} fits nowhere"),
            detail: "A supervisor is told. Leave it where it is.".to_owned(),
        },
    }
}

fn body(work: Work) -> AnyView {
    match work.hand.get() {
        Some(hand) => in_hand(&hand, work),
        None => work.rows.with(|rows| waiting(rows)),
    }
}

fn whose(task: &ToPutAway) -> String {
    if task.owner_code.is_empty() { "Our own".to_owned() } else { format!("Goods of {}", task.owner_code) }
}

/// The same item of other owners waits too: a label tells them apart, a scan does not.
fn anothers(hand: &Hand, work: Work) -> AnyView {
    let task = &hand.task;
    let like = |row: &&ToPutAway| !hand.whole && (row.lpn, row.sku) == (task.lpn, task.sku) && row.owner != task.owner;
    let others: Vec<ToPutAway> = work.rows.with_untracked(|rows| rows.iter().filter(like).cloned().collect());
    let button = |other: ToPutAway| {
        let words = format!("No: {}", whose(&other));
        let take = move |_| work.count(&other, false, 1, None);
        view! { <button type="button" class="btn" disabled=work.sending on:click=take>{words}</button> }
    };
    others.into_iter().map(button).collect_view().into_any()
}

fn in_hand(hand: &Hand, work: Work) -> AnyView {
    let task = &hand.task;
    let name = if hand.whole { task.lpn_code.clone().unwrap_or_default() } else { task.sku_name.clone() };
    let code = if hand.whole { "All that is on it".to_owned() } else { task.sku_code.clone() };
    let most = if hand.whole { work.units.get_untracked() } else { task.quantity };
    let count = if hand.whole || task.by_serial {
        view! { <p class="count-big">{work.units}</p> }.into_any()
    } else {
        view! {
            <Stepper label=format!("Units in hand, of {most}") name="quantity" value=work.units min=1 max=most />
            <button type="button" class="btn" disabled=work.sending on:click=move |_| work.ask()>"Ask again for so many"</button>
        }
        .into_any()
    };
    let (whole, apart) = (hand.whole, task.clone());
    let told = move || (!whole).then(|| work.marks.with(|marks| told_apart(&apart.lots, apart.by_serial, &apart.serials, marks)));
    let of = (!hand.whole && !task.owner_code.is_empty()).then(|| view! { <p class="strong">{whose(task)}</p> });
    view! {
        <section class="card" data-hand=task.sku_code.clone()>
            <p class="muted strong">{format!("From {}", task.from_code)} " " {state_chip(task)}</p>
            <h2>{name}</h2>
            <p class="code muted">{code}</p>
            {of}
            {told}
            {count}
        </section>
        {anothers(hand, work)}
        {move || work.proposal.get().map(|proposal| to_place(&proposal))}
        {move || work.other.get().map(|code| why_card(code, work))}
        <button type="button" class="btn" disabled=work.sending on:click=move |_| work.drop_hand()>"Put it down again"</button>
    }
    .into_any()
}

/// The place that is proposed, and why others were passed over.
fn to_place(proposal: &Proposal) -> AnyView {
    let (title, place, words) = match &proposal.target {
        Target::Bin { code, quantity, .. } => ("To bin", code.clone(), format!("Takes {}", grouped((*quantity).into()))),
        Target::Stage { number, quantity, .. } => (
            "Straight to packing",
            "A tote".to_owned(),
            format!("{} for {number}, which waits for it", grouped((*quantity).into())),
        ),
        Target::Nowhere { looked_at } => {
            ("Fits nowhere", "–".to_owned(), format!("{looked_at} bins were looked at; a supervisor is told"))
        }
    };
    let passed = proposal.passed_over.iter().map(|(why, bins)| {
        let bins =
            if *bins == 1 { "1 bin".to_owned() } else { format!("{} bins", grouped(i64::try_from(*bins).unwrap_or(i64::MAX))) };
        view! { <li>{format!("{bins}: {}", why.words())}</li> }
    });
    let passed = passed.collect_view();
    let marked = place.clone();
    let why = (!proposal.passed_over.is_empty()).then(|| {
        view! {
            <details class="small">
                <summary>"Why not nearer?"</summary>
                <ul class="stack-tight muted" role="list">{passed}</ul>
            </details>
        }
    });
    view! {
        <section class="card next" data-proposed=marked>
            <p class="muted strong">{title}</p>
            <p class="place-code">{place}</p>
            <p class="muted small">{words}</p>
            {why}
        </section>
    }
    .into_any()
}

/// Another bin than the proposed one: why.
fn why_card(code: String, work: Work) -> AnyView {
    let sent = code.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        work.send(sent.clone(), work.units.get_untracked(), work.because.given().code);
    };
    view! {
        <form class="card form" novalidate data-other=code.clone() on:submit=submit>
            <h2>{format!("Into {code} instead")}</h2>
            <Why process=Process::PutawayElsewhere label="Why" because=work.because bare=true said=work.said />
            <button class="btn primary" disabled=work.sending>{format!("Put it into {code}")}</button>
        </form>
    }
    .into_any()
}

fn state_chip(task: &ToPutAway) -> Option<AnyView> {
    let odd = task.state != domain::stock::State::Sellable;
    odd.then(|| view! { <Chip text=task.state.words() tone=Tone::Warn /> }.into_any())
}

fn waiting(rows: &[ToPutAway]) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing waits" words="Goods that are received, or left on the stage, appear here." icon=Icon::Truck />
            </div>
            <a class="btn primary" href="/floor">"See other work"</a>
        }
        .into_any();
    }
    let lines = rows.iter().map(|row| {
        let unit = row.lpn_code.clone().map(|code| format!(" on {code}")).unwrap_or_default();
        let place = format!("{} {}{unit}", row.site_code, row.from_code);
        view! {
            <li class="pack-line" data-waits=row.sku_code.clone()>
                <span class="grow">
                    <b>{row.sku_name.clone()}</b>
                    <span class="muted code">{row.sku_code.clone()}</span>
                    <span class="muted small">{row.variant.clone()}</span>
                    {(!row.owner_code.is_empty()).then(|| view! { <span class="muted small">{whose(row)}</span> })}
                </span>
                {state_chip(row)}
                <span class="muted small">{place}</span>
                <span class="pack-count"><b>{grouped(row.quantity.into())}</b></span>
            </li>
        }
    });
    view! { <ul class="pack-lines" role="list">{lines.collect_view()}</ul> }.into_any()
}
