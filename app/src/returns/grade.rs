//! The bench's panel: checklist, grade, where it goes, done. The matrix proposes; going another way asks why.

use domain::quantity::Quantity;
use domain::reasons::Process;
use domain::returns::disposition::Override;
use domain::returns::policy::Question;
use domain::returns::{Answer, BenchLine, Disposition, Grade, InspectUnits, Waiting};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::send_inspection;
use super::hand::Bench;
use crate::door::{Said, send_again};
use crate::reasons::{Because, Why};
use crate::ui::{Choice, Field, Heard, Stepper, answer_scan, beyond};

/// What the bench has answered for the units at hand.
#[derive(Clone, Copy)]
pub(super) struct Grading {
    answers: RwSignal<Vec<Option<bool>>>,
    grade: RwSignal<Option<Grade>>,
    units: RwSignal<i32>,
    /// Another way than proposed: its code, or empty.
    way: RwSignal<String>,
    /// Why another way: only its code, the note says the rest.
    why: Because,
    note: RwSignal<String>,
    busy: RwSignal<bool>,
}

impl Grading {
    pub(super) fn new() -> Self {
        Self {
            answers: RwSignal::default(),
            grade: RwSignal::new(None),
            units: RwSignal::new(1),
            way: RwSignal::default(),
            why: Because::default(),
            note: RwSignal::default(),
            busy: RwSignal::new(false),
        }
    }

    pub(super) fn clear(self) {
        self.answers.set(Vec::new());
        self.grade.set(None);
        self.way.set(String::new());
        self.why.clear();
        self.note.set(String::new());
    }

    /// Another grade goes another way: what was overruled for the one before does not hold for it.
    fn choose(self, grade: Grade) {
        if self.grade.get_untracked() != Some(grade) {
            self.way.set(String::new());
            self.why.clear();
        }
        self.grade.set(Some(grade));
    }

    fn answer(self, nth: usize, of: usize, yes: bool) {
        self.answers.update(|answers| {
            answers.resize(of, None);
            answers[nth] = Some(yes);
        });
    }

    fn given(self, nth: usize) -> Option<bool> {
        self.answers.with(|answers| answers.get(nth).copied().flatten())
    }

    fn complete(self, of: usize) -> bool {
        self.grade.get().is_some() && (0..of).all(|nth| self.given(nth).is_some())
    }
}

pub(super) fn panel(line: &BenchLine, waiting: &Waiting, bench: Bench) -> AnyView {
    let grading = bench.grading;
    let most = waiting.quantity;
    // Fewer are left than were asked about: the last ones are graded together.
    if grading.units.get_untracked() > most {
        grading.units.set(most);
    }
    let (line, waiting) = (StoredValue::new(line.clone()), StoredValue::new(waiting.clone()));
    let of = line.with_value(|line| line.questions.len());
    let questions = line.with_value(|line| {
        line.questions.iter().enumerate().map(|(nth, question)| ask(nth, of, question, grading)).collect_view()
    });
    let all_yes = move |_| grading.answers.set(vec![Some(true); of]);
    let proposed = move || {
        let grade = grading.grade.get()?;
        line.with_value(|line| line.proposals.iter().find(|(of, _)| *of == grade).and_then(|(_, way)| *way))
    };
    let grades = Grade::ALL.iter().map(|grade| grade_button(*grade, grading)).collect_view();
    let place = waiting.with_value(|waiting| format!("{} waiting in {}", waiting.quantity, waiting.bin_code));
    let done = move |_| send(&line.get_value(), &waiting.get_value(), proposed(), bench);
    let ready = move || grading.complete(of);
    view! {
        <section class="card bench-panel" aria-label="Inspect">
            <div class="row-between">
                <h2>"Inspect"</h2>
                <span class="muted small">{place}</span>
            </div>
            {(most > 1).then(|| view! { <Stepper label="Units in this condition" name="quantity" value=grading.units min=1 max=Signal::stored(most) said=bench.said /> })}
            <div class="row-between">
                <span class="label">"Checklist"</span>
                <button type="button" class="btn" data-act="all-yes" on:click=all_yes>"All yes"</button>
            </div>
            <ul class="checklist" role="list">{questions}</ul>
            <div class="grades" role="radiogroup" aria-label="Grade">{grades}</div>
            {move || grading.grade.get().map(|_| way(proposed(), bench))}
            <button
                type="button"
                class="btn primary wide"
                data-act="inspect"
                disabled=move || !ready() || grading.busy.get()
                aria-busy=move || grading.busy.get().then_some("true")
                on:click=done
            >
                {move || if ready() { "Done" } else { "Answer the checklist and choose a grade" }}
            </button>
        </section>
    }
    .into_any()
}

fn ask(nth: usize, of: usize, question: &Question, grading: Grading) -> AnyView {
    let button = move |yes: bool, words: &'static str| {
        view! {
            <button
                type="button"
                class="btn"
                aria-pressed=move || if grading.given(nth) == Some(yes) { "true" } else { "false" }
                on:click=move |_| grading.answer(nth, of, yes)
            >
                {words}
            </button>
        }
    };
    let (text, label) = (question.text.clone(), question.text.clone());
    let stops = question.stops_refund;
    view! {
        <li>
            <div class="row-between" role="group" aria-label=label>
                <span class="grow">
                    {text}
                    {move || {
                        (stops && grading.given(nth) == Some(false))
                            .then(|| view! { <span class="small refusal">"The refund waits for someone else."</span> })
                    }}
                </span>
                <span class="row yes-no">{button(true, "Yes")} {button(false, "No")}</span>
            </div>
        </li>
    }
    .into_any()
}

fn grade_button(grade: Grade, grading: Grading) -> AnyView {
    let chosen = move || grading.grade.get() == Some(grade);
    view! {
        <label class="grade" data-grade=grade.code()>
            <input type="radio" name="grade" value=grade.code() prop:checked=chosen on:change=move |_| grading.choose(grade) />
            <b>{grade.code()}</b>
            <span class="small">{grade.words()}</span>
        </label>
    }
    .into_any()
}

/// Where it goes: what the matrix proposes, or another way with its reason.
fn way(proposed: Option<Disposition>, bench: Bench) -> AnyView {
    let grading = bench.grading;
    let (words, first) = match proposed {
        Some(way) => (way.words(), format!("As proposed: {}", way.words())),
        None => ("The policy does not say", "Choose".to_owned()),
    };
    let mut options = vec![(String::new(), first)];
    let others = Disposition::ALL.iter().filter(|way| Some(**way) != proposed);
    options.extend(others.map(|way| (way.code().to_owned(), way.words().to_owned())));
    let said = Signal::derive(move || bench.said.get());
    let other = Memo::new(move |_| !grading.way.get().is_empty() || proposed.is_none());
    // What is refused in here is not said behind a closed door.
    let refused = move || said.with(|said| said.as_ref().and_then(Said::field).is_some_and(|field| FOLDED.contains(&field)));
    let open = move || proposed.is_none() || refused();
    view! {
        <p class="way" data-proposed=proposed.map(Disposition::code)>
            <span class="muted small">"Goes to"</span>
            <b>{words}</b>
        </p>
        <details open=open>
            <summary class="small">"Another way, or a note"</summary>
            <div class="form">
                <Choice label="Where does it go?" name="disposition" options picked=grading.way said />
                {move || {
                    other
                        .get()
                        .then(|| {
                            view! { <Why process=Process::DispositionOverride label="Why?" because=grading.why bare=true said /> }
                        })
                }}
                <Field label="Note for whoever reads this later" name="note" typed=grading.note maxlength=300_u32 said />
            </div>
        </details>
    }
    .into_any()
}

/// The fields that are folded away until asked for.
const FOLDED: [&str; 3] = ["disposition", "reason", "note"];

fn send(line: &BenchLine, waiting: &Waiting, proposed: Option<Disposition>, bench: Bench) {
    let grading = bench.grading;
    let units = grading.units.get_untracked();
    if let Some(said) = beyond(units, 1, waiting.quantity, "quantity") {
        return bench.refuse(said);
    }
    bench.said.set(None);
    let (Some(grade), Ok(quantity)) = (grading.grade.get_untracked(), Quantity::new(units.into())) else { return };
    let answered = line.questions.iter().enumerate().filter_map(|(nth, question)| {
        Some(Answer { question: question.text.clone(), yes: grading.answers.with_untracked(|given| *given.get(nth)?)? })
    });
    let chosen = Disposition::parse(&grading.way.get_untracked()).filter(|way| Some(*way) != proposed);
    let command = InspectUnits {
        receipt_line: waiting.receipt_line,
        quantity,
        grade,
        checklist: answered.collect(),
        note: grading.note.get_untracked(),
        disposition: chosen.map(|disposition| Override { disposition, why: grading.why.given().code }),
        bin: None,
    };
    grading.busy.set(true);
    spawn_local(async move {
        match send_again(|id| send_inspection(id, command.clone())).await {
            Ok(done) => {
                grading.clear();
                let money = if done.refund.is_some() { " Refund proposed." } else { "" };
                let words = match done.disposition {
                    Disposition::Dispose => format!("{units} × {}: into the bin for waste.{money}", grade.code()),
                    way => format!("{} → {}.{money}", way.words(), done.bin_code),
                };
                answer_scan(bench.band, Heard::Done(words));
            }
            Err(Said::Offline) => answer_scan(bench.band, Heard::no_answer()),
            Err(said) => bench.refuse(said),
        }
        grading.busy.set(false);
        bench.again.update(|again| *again += 1);
    });
}
