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

/// No answer: what happened, and the way on. Stands on a page that has its heading.
pub fn failed(said: &Said) -> AnyView {
    broken(said, false)
}

/// The same where the answer would have brought the page's heading.
pub fn failed_page(said: &Said) -> AnyView {
    broken(said, true)
}

fn broken(said: &Said, heads: bool) -> AnyView {
    let (icon, title) = match said {
        Said::Offline => (Icon::Offline, "No answer"),
        Said::SignIn => (Icon::Person, "Sign in to go on"),
        Said::Refused(_) if said.status() == 404 => (Icon::Search, "Not here"),
        Said::Refused(_) if said.status() == 403 => (Icon::Person, "Not with your roles"),
        Said::Refused(_) => (Icon::Alert, "That did not work"),
        Said::Broken(_) => (Icon::Alert, "Something broke"),
    };
    let class = if matches!(said, Said::Broken(_)) { "state stop" } else { "state" };
    let words = match said {
        // A page only reads: nothing can have arrived.
        Said::Offline => "The server cannot be reached from here. Check the network, then try again.".to_owned(),
        _ => said.words(),
    };
    let code = said.code().to_owned();
    let way_on = match said {
        Said::SignIn => view! { <a class="btn primary" href="/sign-in">"Sign in"</a> }.into_any(),
        Said::Offline | Said::Broken(_) => view! { <a class="btn" href="" rel="external">"Try again"</a> }.into_any(),
        Said::Refused(_) => ().into_any(),
    };
    view! {
        <div class=class role="alert" data-state="failed" data-code=code>
            {icon.view()}
            {if heads { view! { <h1 class="state-title">{title}</h1> }.into_any() } else { view! { <p class="state-title">{title}</p> }.into_any() }}
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
    shown(answer, show, failed)
}

/// The same for a page whose heading comes with the answer: without one, what failed is the heading.
pub fn loaded_page<T>(answer: Resource<Result<T, Said>>, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    shown(answer, show, failed_page)
}

/// The same where somebody else says what becomes of a failure.
pub fn shown<T>(
    answer: Resource<Result<T, Said>>,
    show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
    failed: fn(&Said) -> AnyView,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let view = move || {
        let show = show.clone();
        Suspend::new(async move {
            let answered = answer.await;
            kept(move || match answered {
                Ok(value) => show(value),
                Err(said) => failed(&said),
            })
        })
    };
    view! { <Transition fallback=|| view! { <Skeleton /> }>{view}</Transition> }.into_any()
}

/// What is on screen keeps its signals until a newer view stands in its place. Left to the closure that asks, they would go as soon as it
/// asks again, while the old view still listens to whatever outlives it: a press or a scan in that moment would end the page.
#[cfg(feature = "hydrate")]
pub fn kept(show: impl FnOnce() -> AnyView) -> AnyView {
    let above = Owner::current().and_then(|asking| asking.parent());
    match above.map(|above| above.child()) {
        Some(own) => leptos::tachys::reactive_graph::OwnedView::new_with_owner(own.with(show), own).into_any(),
        None => show(),
    }
}

/// The server asks once.
#[cfg(not(feature = "hydrate"))]
pub fn kept(show: impl FnOnce() -> AnyView) -> AnyView {
    show()
}
