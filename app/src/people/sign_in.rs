//! `/sign-in`: a plain form that works before wasm and without it. The answer is always a new page, so that it is rendered for
//! whoever has just signed in.

use domain::people::PeopleRefusal;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{typed_before, value_of};
use crate::door::Said;
use crate::ui::shell::brand;
use crate::ui::{Field, Refusal, Send};

/// Where the form is sent; `people::api::SignIn {email, password, next}`.
const SIGN_IN: &str = "/api/fn/people/sign-in";

#[component]
pub fn SignInPage() -> impl IntoView {
    let query = use_query_map();
    let said = Signal::derive(move || query.with(|query| query.get_str("__err").map(told)));
    let next = query.with_untracked(|query| query.get("next").filter(|next| is_own(next)).unwrap_or_default());
    let email = value_of(&typed_before(), "email");
    view! {
        <Title text="Sign in" />
        <main class="gate">
            <svg class="gate-sea" viewBox="0 0 1200 300" preserveAspectRatio="none" aria-hidden="true">
                <path d="M0 120c150-90 300-90 450 0s300 90 450 0 225-80 300-60v240H0z" opacity=".5" />
                <path d="M0 180c200-80 350-60 500 0s350 70 500 0 150-50 200-40v160H0z" />
            </svg>
            <div class="card gate-card">
                {brand("/")}
                <h1>"Sign in"</h1>
                <Refusal said fields=&["email", "password"] />
                <form class="form" method="post" action=SIGN_IN novalidate>
                    <input type="hidden" name="next" value=next />
                    <Field label="Email" name="email" kind="email" value=email autocomplete="username" required=true said />
                    <Field label="Password" name="password" kind="password" autocomplete="current-password" required=true said />
                    <Send label="Sign in" />
                </form>
                <p class="small muted">"No sign-in yet, or the password is lost? Your administrator makes you one on the People page."</p>
            </div>
        </main>
    }
    .into_any()
}

/// The error a redirect brought back. It stands in the address, where anybody can write: only our own words are shown.
fn told(err: &str) -> Said {
    use PeopleRefusal as R;
    let ours = match ServerFnUrlError::<Said>::decode_err(err) {
        Said::Refused(told) => told.of("people"),
        _ => None,
    };
    match ours {
        Some(known @ (R::WrongCredentials | R::TooManyTries { .. } | R::CrossSite)) => Said::invalid("form", &known.to_string()),
        _ => Said::invalid("form", "That did not work. Try again."),
    }
}

/// Only addresses of this app are gone on to.
pub(super) fn is_own(next: &str) -> bool {
    next.bytes().all(|byte| byte.is_ascii_graphic()) && next.starts_with('/') && !next.starts_with("//") && !next.contains('\\')
}

#[cfg(test)]
mod tests {
    use super::is_own;

    /// GOV-1: a sign-in never sends people to another site.
    #[test]
    fn only_own_addresses_are_gone_on_to() {
        for (next, own) in [
            ("/orders?page=2", true),
            ("//evil.example", false),
            ("https://evil.example", false),
            ("/\\evil", false),
            ("/\t/evil", false),
        ] {
            assert_eq!(is_own(next), own, "{next}");
        }
    }
}
