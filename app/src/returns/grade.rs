//! The bench's panel: checklist, grade, where it goes, done. The matrix proposes; going another way asks why.

use domain::ids::CommandId;
use domain::quantity::Quantity;
use domain::returns::disposition::Override;
use domain::returns::policy::Question;
use domain::returns::{Answer, BenchLine, Disposition, Grade, InspectUnits, Waiting};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::send_inspection;
use super::bench::Bench;
use crate::ui::{Choice, Field, Heard, Stepper, answer_scan};

/// What the bench has answered for the units at hand.
#[derive(Clone, Copy)]
pub(super) struct Grading {
    answers: RwSignal<Vec<Option<bool>>>,
    grade: RwSignal<Option<Grade>>,
    units: RwSignal<i32>,
    /// Another way than proposed: its code, or empty.
    way: RwSignal<String>,
    why: RwSignal<String>,
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
            why: RwSignal::default(),
            note: RwSignal::default(),
            busy: RwSignal::new(false),
        }
    }

    pub(super) fn clear(self) {
        self.answers.set(Vec::new());
        self.grade.set(None);
        for text in [self.way, self.why, self.note] {
            text.set(String::new());
        }
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
            {(most > 1).then(|| view! { <Stepper label="Units in this condition" name="graded" value=grading.units min=1 max=Signal::stored(most) /> })}
            <div class="row-between">
                <span class="label">"Checklist"</span>
                <button type="button" class="btn" data-act="all-yes" on:click=all_yes>"All yes"</button>
            </div>
            <ul class="checklist" role="list">{questions}</ul>
            <div class="grades" role="radiogroup" aria-label="Grade">{grades}</div>
            {move || grading.grade.get().map(|_| way(proposed(), grading))}
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
        <li class="row-between" role="group" aria-label=label>
            <span class="grow">
                {text}
                {move || {
                    (stops && grading.given(nth) == Some(false))
                        .then(|| view! { <span class="small refusal">"The refund waits for someone else."</span> })
                }}
            </span>
            <span class="row yes-no">{button(true, "Yes")} {button(false, "No")}</span>
        </li>
    }
    .into_any()
}

fn grade_button(grade: Grade, grading: Grading) -> AnyView {
    let chosen = move || grading.grade.get() == Some(grade);
    view! {
        <button
            type="button"
            class="grade"
            role="radio"
            data-grade=grade.code()
            aria-checked=move || if chosen() { "true" } else { "false" }
            on:click=move |_| grading.grade.set(Some(grade))
        >
            <b>{grade.code()}</b>
            <span class="small">{grade.words()}</span>
        </button>
    }
    .into_any()
}

/// Where it goes: what the matrix proposes, or another way with its reason.
fn way(proposed: Option<Disposition>, grading: Grading) -> AnyView {
    let (words, first) = match proposed {
        Some(way) => (way.words(), format!("As proposed: {}", way.words())),
        None => ("The policy does not say", "Choose".to_owned()),
    };
    let mut options = vec![(String::new(), first)];
    let others = Disposition::ALL.iter().filter(|way| Some(**way) != proposed);
    options.extend(others.map(|way| (way.code().to_owned(), way.words().to_owned())));
    let other = move || !grading.way.get().is_empty() || proposed.is_none();
    view! {
        <p class="way" data-proposed=proposed.map(Disposition::code)>
            <span class="muted small">"Goes to"</span>
            <b>{words}</b>
        </p>
        <details open=proposed.is_none()>
            <summary class="small">"Another way, or a note"</summary>
            <div class="form">
                <Choice label="Where does it go?" name="way" options picked=grading.way />
                {move || other().then(|| view! { <Field label="Why?" name="why" typed=grading.why maxlength=200_u32 /> })}
                <Field label="Note for whoever reads this later" name="note" typed=grading.note maxlength=300_u32 />
            </div>
        </details>
    }
    .into_any()
}

fn send(line: &BenchLine, waiting: &Waiting, proposed: Option<Disposition>, bench: Bench) {
    let grading = bench.grading;
    let units = grading.units.get_untracked().clamp(1, waiting.quantity);
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
        disposition: chosen.map(|disposition| Override { disposition, why: grading.why.get_untracked() }),
        bin: None,
    };
    grading.busy.set(true);
    spawn_local(async move {
        match send_inspection(CommandId::mint(), command).await {
            Ok(done) => {
                grading.clear();
                let money = if done.refund.is_some() { " Refund proposed." } else { "" };
                let words = match done.disposition {
                    Disposition::Dispose => format!("{units} × {}: into the bin for waste.{money}", grade.code()),
                    way => format!("{} → {}.{money}", way.words(), done.bin_code),
                };
                answer_scan(bench.band, Heard::Done(words));
            }
            Err(said) => answer_scan(bench.band, Heard::wrong(&said)),
        }
        grading.busy.set(false);
        bench.again.update(|again| *again += 1);
    });
}
