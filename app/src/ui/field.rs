//! One thing to fill in: label, hint, input, and what was refused about it, tied together for every reader.

use leptos::prelude::*;

use super::refusal::{Beside, Refused};

/// A text-like input. `name` is the wire's field name, and what a refusal's `field` is matched with.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    name: &'static str,
    #[prop(into, optional)] hint: String,
    /// HTML input type.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(into, optional)] value: String,
    #[prop(optional)] required: bool,
    #[prop(optional)] autocomplete: &'static str,
    /// The on-screen keyboard: `numeric`, `decimal`, `none`.
    #[prop(optional)]
    inputmode: &'static str,
    #[prop(optional, into)] maxlength: Option<u32>,
    /// Follow what is typed, when the screen wants to know before it is sent.
    #[prop(optional)]
    typed: Option<RwSignal<String>>,
    /// What tells it from fields of the same name on the page.
    #[prop(into, optional)]
    own: String,
    #[prop(optional, into)] said: Option<Refused>,
) -> impl IntoView {
    let said = said.unwrap_or_else(|| Signal::stored(None));
    let bad = move || said.with(|said| said.as_ref().is_some_and(|said| said.field() == Some(name)));
    let ids = (format!("f-{name}{own}"), format!("h-{name}{own}"), format!("r-{name}{own}"));
    let described = if hint.is_empty() { ids.2.clone() } else { format!("{} {}", ids.1, ids.2) };
    let node = NodeRef::<leptos::html::Input>::new();
    if let Some(typed) = typed {
        follow(node, typed);
    }
    view! {
        <div class="field">
            <label for=ids.0.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=ids.1>{hint}</p> })}
            <input
                class="input"
                id=ids.0
                name=name
                type=kind
                value=value
                required=required
                autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
                inputmode=(!inputmode.is_empty()).then_some(inputmode)
                maxlength=maxlength
                aria-describedby=described
                aria-invalid=move || bad().then_some("true")
                node_ref=node
                on:input=move |event| {
                    if let Some(typed) = typed {
                        typed.set(event_target_value(&event));
                    }
                }
            />
            <Beside id=ids.2 field=name said />
        </div>
    }
    .into_any()
}

/// What a list is searched by.
#[component]
pub fn Find(#[prop(into)] label: String, name: &'static str, value: String) -> impl IntoView {
    let id = format!("f-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=name type="search" value=value autocomplete="off" />
        </div>
    }
    .into_any()
}

/// Input and signal say the same. What was typed before hydration is kept; afterwards the signal leads.
fn follow(node: NodeRef<leptos::html::Input>, typed: RwSignal<String>) {
    Effect::new(move |before: Option<()>| {
        let (Some(input), wanted) = (node.get(), typed.get()) else { return };
        if before.is_none() && wanted.is_empty() && !input.value().is_empty() {
            typed.set(input.value());
        } else if input.value() != wanted {
            input.set_value(&wanted);
        }
    });
}

/// Select and signal say the same. What was chosen before hydration is kept; afterwards the signal leads, and what is not among the
/// options is never sent unseen.
fn lead(node: NodeRef<leptos::html::Select>, picked: RwSignal<String>) {
    Effect::new(move |before: Option<()>| {
        let (Some(select), wanted) = (node.get(), picked.get()) else { return };
        if before.is_some() {
            select.set_value(&wanted);
        }
        if select.value() != wanted {
            picked.set(select.value());
        }
    });
}

/// A choice of few, as a native select: keyboards, screen readers and phones know it.
#[component]
pub fn Choice(
    #[prop(into)] label: String,
    name: &'static str,
    /// Value and words.
    options: Vec<(String, String)>,
    #[prop(into, optional)] chosen: String,
    #[prop(into, optional)] hint: String,
    #[prop(optional)] picked: Option<RwSignal<String>>,
    /// What tells it from choices of the same name on the page.
    #[prop(into, optional)]
    own: String,
    #[prop(optional, into)] said: Option<Refused>,
) -> impl IntoView {
    let said = said.unwrap_or_else(|| Signal::stored(None));
    let bad = move || said.with(|said| said.as_ref().is_some_and(|said| said.field() == Some(name)));
    let ids = (format!("f-{name}{own}"), format!("h-{name}{own}"), format!("r-{name}{own}"));
    let described = if hint.is_empty() { ids.2.clone() } else { format!("{} {}", ids.1, ids.2) };
    let chosen = picked.map_or(chosen, |picked| picked.get_untracked());
    let node = NodeRef::<leptos::html::Select>::new();
    if let Some(picked) = picked {
        lead(node, picked);
    }
    let options = options.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    view! {
        <div class="field">
            <label for=ids.0.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=ids.1>{hint}</p> })}
            <select
                class="input"
                id=ids.0
                name=name
                aria-describedby=described
                aria-invalid=move || bad().then_some("true")
                node_ref=node
                on:change=move |event| {
                    if let Some(picked) = picked {
                        picked.set(event_target_value(&event));
                    }
                }
            >
                {options.collect_view()}
            </select>
            <Beside id=ids.2 field=name said />
        </div>
    }
    .into_any()
}

/// The button that sends a form; says so while it is under way and cannot be pressed twice.
#[component]
pub fn Send(
    #[prop(into)] label: String,
    #[prop(optional, into)] busy: Option<Signal<bool>>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let busy = move || busy.is_some_and(|busy| busy.get());
    let class = if class.is_empty() { "btn primary" } else { class };
    view! {
        <button type="submit" class=class aria-busy=move || busy().then_some("true") disabled=busy>
            {label}
        </button>
    }
    .into_any()
}
