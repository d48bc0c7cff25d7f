//! Small things to press: a number that steps, and a question before what cannot be taken back. No dialogs.

use leptos::prelude::*;

use super::icon::Icon;

/// A whole number between two ends. Works as a plain field before hydration.
#[component]
pub fn Stepper(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    value: RwSignal<i32>,
    #[prop(default = 0)] min: i32,
    #[prop(into)] max: Signal<i32>,
) -> impl IntoView {
    let id = format!("n-{name}");
    let step = move |by: i32| value.update(|value| *value = (*value + by).clamp(min, max.get_untracked().max(min)));
    let typed = move |event| {
        if let Ok(given) = event_target_value(&event).trim().parse::<i32>() {
            value.set(given.clamp(min, max.get_untracked().max(min)));
        }
    };
    let node = NodeRef::<leptos::html::Input>::new();
    Effect::new(move |before: Option<()>| {
        let (Some(input), wanted) = (node.get(), value.get().to_string()) else { return };
        // What was typed before hydration is kept; afterwards the number leads.
        match input.value().trim().parse::<i32>() {
            Ok(given) if before.is_none() && given != value.get_untracked() => value.set(given),
            _ => input.set_value(&wanted),
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
                    node_ref=node
                    on:change=typed
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
        </div>
    }
    .into_any()
}

/// First press asks, second does. Leaving the question takes it back.
#[component]
pub fn Confirm(
    #[prop(into)] label: String,
    #[prop(into)] question: String,
    #[prop(into)] yes: String,
    on_yes: Callback<()>,
    #[prop(optional, into)] busy: Option<Signal<bool>>,
) -> impl IntoView {
    let asking = RwSignal::new(false);
    let busy = move || busy.is_some_and(|busy| busy.get());
    let sure = move |_| {
        asking.set(false);
        on_yes.run(());
    };
    view! {
        <span class="confirm">
            {move || {
                if asking.get() {
                    let (question, yes) = (question.clone(), yes.clone());
                    view! {
                        <span role="status" class="small strong">{question}</span>
                        <button type="button" class="btn danger primary" on:click=sure>{yes}</button>
                        <button type="button" class="btn" on:click=move |_| asking.set(false)>"Keep it"</button>
                    }
                        .into_any()
                } else {
                    let label = label.clone();
                    view! {
                        <button
                            type="button"
                            class="btn danger"
                            aria-busy=move || busy().then_some("true")
                            disabled=busy
                            on:click=move |_| asking.set(true)
                        >
                            {label}
                        </button>
                    }
                        .into_any()
                }
            }}
        </span>
    }
    .into_any()
}
