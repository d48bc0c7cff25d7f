//! Yes or no to one of many in a list: yes is a press, no is given its reason first. What they do is the screen's.

use std::fmt::Display;

use domain::reasons::Process;
use leptos::prelude::*;

use super::{Because, Why};
use crate::ui::{Refusal, Refused, focus};

/// What is being decided in a list. Lives beside its answer, so that a refresh loses neither the words nor the focus.
pub struct Verdict<Id: 'static> {
    pub because: Because,
    /// Whose no is being worded.
    wording: RwSignal<Option<Id>>,
    /// Whom the last answer was about.
    last: RwSignal<Option<Id>>,
    said: Refused,
}

impl<Id> Clone for Verdict<Id> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<Id> Copy for Verdict<Id> {}

impl<Id: Copy + PartialEq + Send + Sync + 'static> Verdict<Id> {
    pub fn new(said: Refused) -> Self {
        Self { because: Because::default(), wording: RwSignal::new(None), last: RwSignal::new(None), said }
    }

    /// What is sent next is about this one.
    pub fn about(self, id: Id) {
        self.last.set(Some(id));
    }

    pub fn was_about(self, id: Id) -> bool {
        self.last.get() == Some(id)
    }

    /// What this one was refused with.
    pub fn said(self, id: Id) -> Refused {
        Signal::derive(move || if self.was_about(id) { self.said.get() } else { None })
    }

    /// It is decided: nothing more is asked.
    pub fn done(self) {
        self.wording.set(None);
    }
}

/// What stands on the buttons.
pub struct Words {
    pub yes: &'static str,
    pub no: &'static str,
    pub why: &'static str,
    /// The no, once its reason is given.
    pub so: &'static str,
    /// Neither.
    pub leave: &'static str,
}

/// The two buttons, and the reason between a no and its sending.
pub fn yes_or_no<Id: Copy + PartialEq + Display + Send + Sync + 'static>(
    verdict: Verdict<Id>,
    id: Id,
    process: Process,
    words: Words,
    busy: Signal<bool>,
    decide: Callback<bool>,
) -> AnyView {
    let said = verdict.said(id);
    let asking = move || verdict.wording.get() == Some(id);
    let (no, leave) = (NodeRef::<leptos::html::Button>::new(), NodeRef::<leptos::html::Button>::new());
    let begin = move |_| {
        verdict.because.clear();
        verdict.wording.set(Some(id));
        focus(leave);
    };
    let back = move |_| {
        verdict.done();
        focus(no);
    };
    let send = move |approve| {
        verdict.about(id);
        decide.run(approve);
    };
    let refuse = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(false);
    };
    let why = move || asking().then(|| view! { <Why process label=words.why because=verdict.because own=id.to_string() said /> });
    view! {
        <Refusal said fields=&["reason", "note"] />
        <div class="row" hidden=asking>
            <button
                type="button"
                class="btn primary"
                aria-busy=move || busy.get().then_some("true")
                disabled=busy
                on:click=move |_| send(true)
            >
                {words.yes}
            </button>
            <button type="button" class="btn danger" node_ref=no on:click=begin>{words.no}</button>
        </div>
        <form class="form" novalidate hidden=move || !asking() on:submit=refuse>
            {why}
            <div class="row">
                <button class="btn danger primary" disabled=busy>{words.so}</button>
                <button type="button" class="btn" node_ref=leave on:click=back>{words.leave}</button>
            </div>
        </form>
    }
    .into_any()
}
