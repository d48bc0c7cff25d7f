//! `/floor/inspect`: what waits to be looked at. Scan an item to take its inspection to hand, then each one that passes; say what is wrong
//! with one first, and the scan fails it. The rules are `domain::inspections`.

use domain::ids::GoodsInspectionId;
use domain::inspections::scan::{Meant, meant};
use domain::inspections::{InspectionRow, InspectionStanding, JudgeUnits, Judged};
use domain::lots::Marks;
use domain::people::{PeopleRefusal, Permission};
use domain::purchasing::Condition;
use domain::reasons::Code;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;

use super::api::{read_to_inspect, send_judgement};
use crate::door::{Said, live, send_again, visit};
use crate::purchasing::parts::as_what;
use crate::sites::here;
use crate::ui::{Band, Empty, Heard, Icon, ManualCode, Stepper, answer_scan, beyond, failed, loaded, on_scan};

/// The bench's memory between answers.
#[derive(Clone, Copy)]
struct Hand {
    rows: RwSignal<Vec<InspectionRow>>,
    at: RwSignal<Option<GoodsInspectionId>>,
    condition: RwSignal<Condition>,
    fault: RwSignal<Option<Code>>,
    band: RwSignal<Heard>,
    again: RwSignal<u32>,
    said: RwSignal<Option<Said>>,
    sending: RwSignal<bool>,
    /// Units that were refused for want of their lot or serial: the next scan says it.
    wanted: StoredValue<Option<(String, i32, Wanted)>>,
}

/// What is still to be said of units at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Lot,
    Serial,
}

impl Wanted {
    /// What a refusal asks for; the rest is refused as it is.
    fn of(said: &Said) -> Option<(Self, &'static str)> {
        match said.code() {
            "lot_missing" => Some((Self::Lot, "Scan or type the lot")),
            "serials_wanted" => Some((Self::Serial, "One by one: scan or type its serial")),
            _ => None,
        }
    }

    fn marks(self, code: &str) -> Marks {
        match self {
            Self::Lot => Marks { lot: code.trim().to_owned(), ..Marks::default() },
            Self::Serial => Marks { serials: vec![code.trim().to_owned()], ..Marks::default() },
        }
    }
}

#[component]
pub fn InspectPage() -> impl IntoView {
    let permission = Permission::GoodsInspect;
    let inside = if visit().may(permission) { bench() } else { failed(&Said::here(&PeopleRefusal::NotAllowed { permission })) };
    view! {
        <Title text="Inspect" />
        <div class="task">
            <div class="task-head"><h1>"Inspect"</h1></div>
            {inside}
        </div>
    }
    .into_any()
}

fn bench() -> AnyView {
    let (site, fresh, again) = (here(), live(&["inspection"]), RwSignal::new(0_u32));
    let answer = Resource::new(move || (site.get(), fresh.get(), again.get()), |(site, ..)| read_to_inspect(site));
    let hand = Hand {
        rows: RwSignal::default(),
        at: RwSignal::new(None),
        condition: RwSignal::new(Condition::Good),
        fault: RwSignal::new(None),
        band: RwSignal::new(Heard::Ask("Scan an item that waits".to_owned())),
        again,
        said: RwSignal::new(None),
        sending: RwSignal::new(false),
        wanted: StoredValue::new(None),
    };
    on_scan(move |code| hand.hear(&code));
    let show = move |rows: Vec<InspectionRow>| {
        hand.take(rows);
        view! { {move || hand.rows.with(|rows| body(rows, hand))} }.into_any()
    };
    view! {
        <div class="task-body">
            <Band heard=hand.band />
            {loaded(answer, show)}
        </div>
        <div class="task-foot"><ManualCode label="Type a code" /></div>
    }
    .into_any()
}

impl Hand {
    /// The server's word. What is at hand stays while it waits.
    fn take(self, rows: Vec<InspectionRow>) {
        let gone = self.at.with_untracked(|at| at.is_some_and(|at| rows.iter().all(|row| row.id != at)));
        if gone {
            self.choose(None);
        }
        self.rows.set(rows);
    }

    fn choose(self, at: Option<GoodsInspectionId>) {
        self.said.set(None);
        self.wanted.set_value(None);
        self.good_again();
        self.at.set(at);
    }

    /// The next units pass.
    fn good_again(self) {
        self.condition.set(Condition::Good);
        self.fault.set(None);
    }

    fn row(self) -> Option<InspectionRow> {
        let at = self.at.get_untracked()?;
        self.rows.with_untracked(|rows| rows.iter().find(|row| row.id == at).cloned())
    }

    fn hear(self, code: &str) {
        let at = self.at.get_untracked();
        let wanted = self.wanted.get_value();
        match (self.rows.with_untracked(|rows| meant(rows, at, code)), wanted) {
            (Meant::Nothing, Some((item, units, which))) => self.judge(item, units, which.marks(code)),
            (meant, _) => self.mean(meant, code),
        }
    }

    fn mean(self, meant: Meant, code: &str) {
        self.wanted.set_value(None);
        match meant {
            Meant::Judge { .. } => self.judge(code.to_owned(), 1, Marks::default()),
            Meant::Take(id) => {
                self.choose(Some(id));
                let words = self.row().map_or_else(String::new, |row| asked(&row));
                answer_scan(self.band, Heard::Ok(words));
            }
            Meant::Nothing => {
                let detail = match self.row() {
                    Some(row) => format!("Expected {}, scanned {code}. Nothing changed.", row.sku_code),
                    None => format!("Scanned {code}. Nothing changed."),
                };
                answer_scan(self.band, Heard::Wrong { words: "Nothing of that waits here".to_owned(), detail });
            }
        }
    }

    fn judge(self, code: String, quantity: i32, marks: Marks) {
        let Some(row) = self.row() else { return };
        if self.sending.get_untracked() {
            let words = "A moment, please: the last one is on its way.".to_owned();
            return answer_scan(self.band, Heard::Wrong { words, detail: String::new() });
        }
        self.sending.set(true);
        self.said.set(None);
        self.band.set(Heard::Busy(format!("{}…", row.sku_name)));
        let (condition, fault) = (self.condition.get_untracked(), self.fault.get_untracked());
        let command = JudgeUnits { id: row.id, code, quantity, condition, fault, note: String::new(), marks };
        spawn_local(async move {
            match send_again(|id| send_judgement(id, command.clone())).await {
                Ok(judged) => {
                    self.wanted.set_value(None);
                    self.good_again();
                    answer_scan(self.band, heard(&row.sku_name, condition, &judged));
                }
                Err(Said::Offline) => answer_scan(self.band, Heard::no_answer()),
                Err(said) => self.refuse(said, command),
            }
            self.sending.set(false);
            self.again.update(|again| *again += 1);
        });
    }
}

impl Hand {
    /// Units that are told apart and did not say which are asked for; anything else is refused.
    fn refuse(self, said: Said, command: JudgeUnits) {
        if let Some((wanted, words)) = Wanted::of(&said) {
            let units = if wanted == Wanted::Serial { 1 } else { command.quantity };
            self.wanted.set_value(Some((command.code, units, wanted)));
            return self.band.set(Heard::Ask(words.to_owned()));
        }
        answer_scan(self.band, Heard::wrong(&said));
        self.said.set(Some(said));
    }
}

fn asked(row: &InspectionRow) -> String {
    format!("{}: look at {} of {}. Scan each that passes", row.sku_name, row.left(), row.bin_code)
}

/// What a judgement came to, in words.
fn heard(name: &str, condition: Condition, judged: &Judged) -> Heard {
    let what = match condition {
        Condition::Good => "passed",
        Condition::Damaged => "damaged: put aside, it is claimed",
        Condition::NonCompliant => "not as agreed: put aside, it is claimed",
    };
    let words = format!("{} × {name} {what}", judged.units);
    match judged.standing {
        InspectionStanding::Waiting => Heard::Ok(format!("{words}. {} to look at", judged.left)),
        InspectionStanding::Judged => Heard::Done(format!("{words}. Enough was looked at: it waits for its release")),
        InspectionStanding::Done => Heard::Done(format!("{words}. None passed")),
    }
}

fn body(rows: &[InspectionRow], hand: Hand) -> AnyView {
    if rows.is_empty() {
        return view! {
            <div class="card">
                <Empty title="Nothing waits to be inspected" words="What a plan asks for stands here as soon as it is received." icon=Icon::Check />
            </div>
            <a class="btn primary" href="/floor">"See other work"</a>
        }
        .into_any();
    }
    let list = rows.iter().map(|row| tab(row, hand)).collect_view();
    let rows = rows.to_vec();
    let at_hand = move || {
        let at = hand.at.get()?;
        rows.iter().find(|row| row.id == at).map(|row| card(row, hand))
    };
    view! {
        {at_hand}
        <ul class="pack-lines" role="list">{list}</ul>
    }
    .into_any()
}

/// The one at hand: what to look at, as what, and by number instead of by scan.
fn card(row: &InspectionRow, hand: Hand) -> AnyView {
    let (units, unjudged) = (RwSignal::new(1), row.came - row.accepted - row.rejected);
    let code = row.sku_code.clone();
    let judge = move |_| match beyond(units.get_untracked(), 1, unjudged, "quantity") {
        Some(said) => answer_scan(hand.band, Heard::wrong(&said)),
        None => hand.judge(code.clone(), units.get_untracked(), Marks::default()),
    };
    let note = (!row.note.is_empty()).then(|| view! { <p class="strong">{row.note.clone()}</p> });
    let words = move || match hand.condition.get() {
        Condition::Good => format!("{} pass", units.get()),
        Condition::Damaged | Condition::NonCompliant => format!("{} fail", units.get()),
    };
    view! {
        <section class="card next" data-inspect=row.number.clone()>
            <p class="muted strong">{format!("In {} · {}", row.bin_code, row.supplier)}</p>
            <h2>{row.sku_name.clone()}</h2>
            <p class="code muted">{row.sku_code.clone()}</p>
            <p class="count-big">{row.left()} " to look at"</p>
            {note}
            {as_what(hand.condition, hand.fault, hand.said)}
            <div class="row-between">
                <Stepper label="Units" name="quantity" value=units min=1 max=Signal::stored(unjudged) said=hand.said />
                <button type="button" class="btn primary" data-act="judge" disabled=hand.sending on:click=judge>{words}</button>
            </div>
        </section>
    }
    .into_any()
}

/// An inspection to choose.
fn tab(row: &InspectionRow, hand: Hand) -> AnyView {
    let id = row.id;
    let pressed = move || if hand.at.get() == Some(id) { "true" } else { "false" };
    let class = move || if hand.at.get() == Some(id) { "pack-line bench-line next" } else { "pack-line bench-line" };
    let judged = row.accepted + row.rejected;
    view! {
        <li>
            <button
                type="button"
                class=class
                data-waiting=row.number.clone()
                aria-pressed=pressed
                on:click=move |_| hand.choose(Some(id))
            >
                <span class="grow">
                    <b>{row.sku_name.clone()}</b>
                    <span class="muted small code">{format!("{} · {}", row.number, row.sku_code)}</span>
                </span>
                <span class="pack-count"><b>{judged}</b><span class="muted">{format!("of {}", row.wanted)}</span></span>
            </button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IN-3: what was judged is said with what is left; the last says that it waits for its release.
    #[test]
    fn a_judgement_says_what_is_left() {
        let judged = |units, left, standing| Judged { units, left, standing };
        let waits = heard("Mug", Condition::Good, &judged(6, 4, InspectionStanding::Waiting));
        assert_eq!(waits, Heard::Ok("6 × Mug passed. 4 to look at".into()));
        let done = heard("Mug", Condition::Damaged, &judged(1, 0, InspectionStanding::Judged));
        assert!(matches!(done, Heard::Done(words) if words.contains("claimed") && words.contains("release")));
        assert!(
            matches!(heard("Mug", Condition::NonCompliant, &judged(1, 0, InspectionStanding::Done)), Heard::Done(words) if words.contains("None passed"))
        );
    }

    /// IN-3: units that are told apart and did not say which are asked for by the next scan; other refusals ask nothing.
    #[test]
    fn the_next_scan_says_which() {
        let said = |refusal: domain::lots::LotRefusal| Wanted::of(&Said::here(&refusal)).map(|(wanted, _)| wanted.marks(" A7 "));
        let lot = said(domain::lots::LotRefusal::LotMissing { sku: "SERUM".into() }).unwrap();
        assert_eq!((lot.lot.as_str(), lot.serials.len()), ("A7", 0));
        let serial = said(domain::lots::LotRefusal::SerialsWanted { sku: "METER".into(), wanted: 1, given: 0 }).unwrap();
        assert_eq!((serial.lot.as_str(), serial.serials), ("", vec!["A7".to_owned()]));
        assert_eq!(said(domain::lots::LotRefusal::OneByOne), None);
    }
}
