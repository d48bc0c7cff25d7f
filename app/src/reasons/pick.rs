//! Why? A process's codes to choose from, and words beside the one that is chosen.

use domain::reasons::{Code, Given, Process, Reason};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::read_choices;
use crate::door::Said;
use crate::ui::{Choice, Field, Refused, failed};

/// What is chosen and typed. Lives beside the answer, so that a refresh does not forget it.
#[derive(Clone, Copy, Default)]
pub struct Because {
    pub code: RwSignal<String>,
    pub note: RwSignal<String>,
}

impl Because {
    pub fn given(self) -> Given {
        Given { code: Code(self.code.get_untracked()), note: self.note.get_untracked() }
    }

    pub fn clear(self) {
        self.code.set(String::new());
        self.note.set(String::new());
    }
}

/// The choice of a code of a process, and the field for words beside it. `way`: only codes that serve it.
#[component]
pub fn Why(
    process: Process,
    #[prop(into)] label: String,
    because: Because,
    /// What tells it from others on the page.
    #[prop(into, optional)]
    own: String,
    #[prop(optional, into)] way: Signal<Option<&'static str>>,
    /// The words beside it have a field of their own elsewhere.
    #[prop(optional)]
    bare: bool,
    #[prop(into)] said: Refused,
) -> impl IntoView {
    // Asked for once the page is awake: nobody chooses before, and what a page says does not wait for it.
    let answer = RwSignal::new(None::<Result<Vec<Reason>, Said>>);
    Effect::new(move |_| {
        spawn_local(async move {
            let told = read_choices(process).await;
            // Who left meanwhile needs none.
            answer.try_set(Some(told));
        });
    });
    let beside = (!bare).then(|| {
        let own = own.clone();
        view! { <Field label="A word beside it (if there is something to say)" name="note" own typed=because.note maxlength=500_u32 said /> }
    });
    view! {
        {move || match answer.get() {
            Some(Err(said)) => failed(&said),
            Some(Ok(reasons)) => choice(process, &label, Some(&reasons), because, &own, way, said),
            None => choice(process, &label, None, because, &own, way, said),
        }}
        {beside}
    }
    .into_any()
}

fn choice(
    process: Process,
    label: &str,
    reasons: Option<&[Reason]>,
    because: Because,
    own: &str,
    way: Signal<Option<&'static str>>,
    said: Refused,
) -> AnyView {
    let (label, reasons, own) = (label.to_owned(), reasons.map(<[Reason]>::to_vec), own.to_owned());
    // Another way has other codes: what was chosen for the one before does not hold for it.
    let way = Memo::new(move |_| way.get());
    let options = move || {
        let serves = |reason: &&Reason| way.get().is_none_or(|way| process.ways(&reason.means).contains(&way));
        let first = (String::new(), "Choose …".to_owned());
        let listed = reasons.iter().flatten().filter(serves).map(|reason| (reason.code.clone(), reason.words.clone()));
        let options: Vec<(String, String)> = [first].into_iter().chain(listed).collect();
        let told = reasons.is_some();
        if told && !options.iter().any(|(code, _)| because.code.with_untracked(|chosen| chosen == code)) {
            because.code.set(String::new());
        }
        options
    };
    view! { {move || view! { <Choice label=label.clone() name="reason" own=own.clone() options=options() picked=because.code said /> }} }
        .into_any()
}
