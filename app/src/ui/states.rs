//! Empty, loading, broken, offline: designed, not left over. And the one way a screen waits for an answer.

use leptos::prelude::*;

use super::icon::Icon;
use crate::door::Said;

/// Nothing here, said kindly, with what to do about it.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(into, optional)] words: String,
    #[prop(default = Icon::Calm)] icon: Icon,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="state" data-state="empty">
            {icon.view()}
            <p class="state-title">{title}</p>
            {(!words.is_empty()).then(|| view! { <p>{words}</p> })}
            {children.map(|children| children())}
        </div>
    }
    .into_any()
}

/// The shape of what is coming.
#[component]
pub fn Skeleton(#[prop(default = 5)] lines: usize) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" data-state="loading">
            <span class="visually-hidden">"Loading"</span>
            {(0..lines).map(|_| view! { <i></i> }).collect_view()}
        </div>
    }
    .into_any()
}

/// No answer: what happened, and the way on.
pub fn failed(said: &Said) -> AnyView {
    let (icon, title) = match said {
        Said::Offline => (Icon::Offline, "You are offline"),
        Said::SignIn => (Icon::Person, "Sign in to go on"),
        Said::Refused(_) if said.status() == 404 => (Icon::Search, "Not here"),
        Said::Refused(_) if said.status() == 403 => (Icon::Person, "Not with your roles"),
        Said::Refused(_) => (Icon::Alert, "That did not work"),
        Said::Broken(_) => (Icon::Alert, "Something broke"),
    };
    let class = if matches!(said, Said::Broken(_)) { "state stop" } else { "state" };
    let (words, code) = (said.words(), said.code().to_owned());
    let way_on = match said {
        Said::SignIn => view! { <a class="btn primary" href="/sign-in">"Sign in"</a> }.into_any(),
        Said::Offline | Said::Broken(_) => view! { <a class="btn" href="" rel="external">"Try again"</a> }.into_any(),
        Said::Refused(_) => ().into_any(),
    };
    view! {
        <div class=class role="alert" data-state="failed" data-code=code>
            {icon.view()}
            <p class="state-title">{title}</p>
            <p>{words}</p>
            {way_on}
        </div>
    }
    .into_any()
}

/// A resource's answer when it is there: a skeleton before the first, the old answer while a newer one is on its way.
pub fn loaded<T>(answer: Resource<Result<T, Said>>, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let view = move || {
        let show = show.clone();
        Suspend::new(async move {
            match answer.await {
                Ok(value) => show(value),
                Err(said) => failed(&said),
            }
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton /> }>{view}</Transition> }.into_any()
}
