//! Refusals on screen: beside their field when they have one, else as a banner. The words come from the refusal itself.

use leptos::prelude::*;

use super::icon::Icon;
use crate::door::Said;

/// What the last answer refused, if it did. Forms hand it to their fields and to one [`Refusal`].
pub type Refused = Signal<Option<Said>>;

/// From an action's or resource's last result.
pub fn refused<T: Clone + Send + Sync + 'static>(last: impl Fn() -> Option<Result<T, Said>> + Send + Sync + 'static) -> Refused {
    Signal::derive(move || last().and_then(Result::err))
}

/// What one of several actions was refused with: whatever is begun next takes it away.
#[derive(Clone, Copy, Default)]
pub struct LastRefused(RwSignal<Option<Said>>);

impl LastRefused {
    /// Runs one of the actions.
    pub async fn of<T>(self, work: impl Future<Output = Result<T, Said>>) -> Result<T, Said> {
        self.0.set(None);
        let ended = work.await;
        self.0.set(ended.as_ref().err().cloned());
        ended
    }

    /// What a screen refuses by itself, before anything is sent.
    pub fn say(self, said: Said) {
        self.0.set(Some(said));
    }

    pub fn said(self) -> Refused {
        self.0.into()
    }
}

/// Words beside one field; announced when they appear.
#[component]
pub fn Beside(#[prop(into)] id: String, field: &'static str, said: Refused) -> impl IntoView {
    let words = move || said.with(|said| said.as_ref().filter(|said| said.field() == Some(field)).map(Said::words));
    view! {
        <div id=id aria-live="polite">
            {move || words().map(|words| view! { <p class="refusal">{Icon::Alert.view()}<span>{words}</span></p> })}
        </div>
    }
    .into_any()
}

/// Whatever was refused and belongs beside none of the form's `fields`.
#[component]
pub fn Refusal(said: Refused, #[prop(optional)] fields: &'static [&'static str]) -> impl IntoView {
    let rest = move || said.get().filter(|said| !said.field().is_some_and(|field| fields.contains(&field)));
    view! { <div role="alert">{move || rest().map(|said| banner(&said))}</div> }.into_any()
}

fn banner(said: &Said) -> AnyView {
    let (words, code, again) = (said.words(), said.code().to_owned(), matches!(said, Said::SignIn));
    view! {
        <p class="banner stop" data-code=code>
            {Icon::Alert.view()}
            <span>{words}</span>
            {again.then(|| view! { <a class="btn" href="/sign-in">"Sign in"</a> })}
        </p>
    }
    .into_any()
}
