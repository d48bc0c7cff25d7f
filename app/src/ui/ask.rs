//! Small things to press: a number that steps, and a question before what cannot be taken back. No dialogs.

use leptos::prelude::*;

use super::icon::Icon;
use super::refusal::{Beside, Refused};
use crate::door::Said;

/// A whole number between two ends. Works as a plain field before hydration. What is typed is what is asked for: nothing is put right
/// behind a back; a number beyond the ends, or none, is said beside the field and left to be refused.
#[component]
pub fn Stepper(
    #[prop(into)] label: String,
    /// The wire's field name, and what a refusal's `field` is matched with.
    name: &'static str,
    value: RwSignal<i32>,
    #[prop(default = 0)] min: i32,
    #[prop(into)] max: Signal<i32>,
    #[prop(optional, into)] said: Option<Refused>,
) -> impl IntoView {
    let (id, beside) = (format!("n-{name}"), format!("r-{name}"));
    let step = move |by: i32| value.update(|value| *value = value.saturating_add(by).clamp(min, max.get_untracked().max(min)));
    let refused = Signal::derive(move || beyond(value.get(), min, max.get(), name).or_else(|| said.and_then(|said| said.get())));
    let bad = move || refused.with(|said| said.as_ref().is_some_and(|said| said.field() == Some(name)));
    let node = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |before: Option<()>| {
        let (Some(input), wanted) = (node.get(), value.get()) else { return };
        let given = typed(&input.value());
        if before.is_none() && given != value.get_untracked() {
            // What was typed before hydration is kept; afterwards the number leads.
            value.set(given);
        } else if given != wanted {
            input.set_value(&wanted.to_string());
        }
    });
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <span class="stepper">
                <button type="button" class="btn" aria-label="One less" disabled=move || value.get() <= min on:click=move |_| step(-1)>
                    {Icon::Minus.view()}
                </button>
                <input
                    class="input"
                    id=id
                    name=name
                    type="number"
                    inputmode="numeric"
                    min=min
                    max=move || max.get()
                    value=value.get_untracked()
                    aria-describedby=beside.clone()
                    aria-invalid=move || bad().then_some("true")
                    node_ref=node
                    on:input=move |event| value.set(typed(&event_target_value(&event)))
                />
                <button
                    type="button"
                    class="btn"
                    aria-label="One more"
                    disabled=move || { value.get() >= max.get() }
                    on:click=move |_| step(1)
                >
                    {Icon::Plus.view()}
                </button>
            </span>
            <Beside id=beside field=name said=refused />
        </div>
    }
    .into_any()
}

/// An emptied field asks for none.
fn typed(text: &str) -> i32 {
    text.trim().parse().unwrap_or(0)
}

/// What is wrong with a number, before anybody else says it.
pub fn beyond(value: i32, min: i32, max: i32, name: &str) -> Option<Said> {
    let words = if min >= max { format!("Only {min} is possible.") } else { format!("Give a number from {min} to {max}.") };
    (value < min || value > max.max(min)).then(|| Said::invalid(name, &words))
}

/// First press asks, second does. Leaving the question takes it back. All of it stays in the page, so that a refresh around it loses
/// neither the question nor the focus; `asking` lives outside for the same reason.
#[component]
pub fn Confirm(
    #[prop(into)] label: String,
    #[prop(into)] question: String,
    #[prop(into)] yes: String,
    on_yes: Callback<()>,
    asking: RwSignal<bool>,
    #[prop(optional, into)] busy: Option<Signal<bool>>,
) -> impl IntoView {
    let busy = move || busy.is_some_and(|busy| busy.get());
    let (first, keep) = (NodeRef::<leptos::html::Button>::new(), NodeRef::<leptos::html::Button>::new());
    let label_of_question = question.clone();
    let sure = move |_| {
        asking.set(false);
        on_yes.run(());
    };
    let ask = move |_| {
        asking.set(true);
        focus(keep);
    };
    let leave = move |_| {
        asking.set(false);
        focus(first);
    };
    view! {
        <span class="confirm">
            <button
                type="button"
                class="btn danger"
                hidden=move || asking.get()
                aria-busy=move || busy().then_some("true")
                disabled=busy
                node_ref=first
                on:click=ask
            >
                {label}
            </button>
            <span class="confirm" role="group" aria-label=label_of_question hidden=move || !asking.get()>
                <span class="small strong">{question}</span>
                <button type="button" class="btn danger primary" on:click=sure>{yes}</button>
                <button type="button" class="btn" node_ref=keep on:click=leave>"Keep it"</button>
            </span>
        </span>
    }
    .into_any()
}

/// Moves the focus to what has just been shown.
pub fn focus(node: NodeRef<leptos::html::Button>) {
    request_animation_frame(move || {
        if let Some(button) = node.get_untracked() {
            // A button that is gone again needs no focus.
            let _ = button.focus();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number beyond its ends, or an emptied one, is refused beside its field, never put right unseen.
    #[test]
    fn a_number_beyond_its_ends_is_said() {
        assert_eq!(beyond(8, 1, 12, "slots"), None);
        for given in [0, 13, typed(""), typed("abc"), typed("12.5")] {
            let said = beyond(given, 1, 12, "slots").unwrap();
            assert_eq!((said.field(), said.words()), (Some("slots"), "Give a number from 1 to 12.".to_owned()), "{given}");
        }
        assert!(beyond(2, 1, 1, "units").unwrap().words().contains("Only 1"));
    }
}
