//! The customer's portal: find the order, choose what comes back, see what it gives, send it; then follow it. Every step is a page
//! that works without JavaScript, and every answer is a new page.

pub mod api;
mod choose;
mod lookup;
mod review;
mod status;

use domain::people::PeopleRefusal;
use domain::refusal::Named;
use domain::returns::ReturnRefusal;
use leptos::prelude::*;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_router::hooks::use_query_map;

pub use choose::PortalOrderPage;
pub use lookup::PortalLookupPage;
pub use review::PortalReviewPage;
pub use status::PortalReturnPage;

use crate::door::Said;
use crate::ui::{Icon, failed_page, shown};

/// What the last form was refused with, as the redirect brought it back.
fn told() -> Signal<Option<Said>> {
    let query = use_query_map();
    Signal::derive(move || query.with(|query| query.get_str("__err").map(known)))
}

/// It stands in the address, where anybody can write: only refusals whose words are all ours are shown.
fn known(err: &str) -> Said {
    use ReturnRefusal as R;
    let ours = match ServerFnUrlError::<Said>::decode_err(err) {
        Said::Refused(told) => match (told.of::<R>("returns"), told.of::<PeopleRefusal>("people")) {
            (Some(known @ (R::NoMatch | R::NothingAsked | R::QuantityExceeds { .. } | R::NoteTooLong { .. })), _) => {
                // The form asks for the order by its number.
                let field = if known == R::NoMatch { Some("number") } else { known.field() };
                Some((field, known.to_string()))
            }
            (_, Some(known @ (PeopleRefusal::TooManyTries { .. } | PeopleRefusal::CrossSite))) => {
                Some((known.field(), known.to_string()))
            }
            _ => None,
        },
        _ => None,
    };
    let (field, words) = ours.unwrap_or((None, "That did not work. Check what you entered and try again.".to_owned()));
    Said::invalid(field.unwrap_or("form"), &words)
}

/// A page's answer when it is there. A visit that ended leads back to the door.
fn visited<T>(answer: Resource<Result<T, Said>>, show: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let failed = |said: &Said| if *said == Said::SignIn { ended() } else { failed_page(said) };
    shown(answer, show, failed)
}

fn ended() -> AnyView {
    view! {
        <div class="card state" data-state="ended">
            {Icon::Clock.view()}
            <h1 class="state-title">"Your visit has ended"</h1>
            <p>"For your safety an order stays open for half an hour. Look it up again to go on."</p>
            <a class="btn primary" href="/portal">"Find my order"</a>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way of an error through the address.
    fn shown(said: Said) -> String {
        let url = ServerFnUrlError::new("/api/fn/portal/open", said).to_url("http://x/").unwrap();
        let err = url.query_pairs().find_map(|(name, err)| (name == "__err").then(|| err.into_owned())).unwrap();
        known(&err).words()
    }

    /// RET-1: words in the address are never shown unless they are ours.
    #[test]
    fn only_our_own_words_are_shown() {
        assert!(shown(ReturnRefusal::NoMatch.into()).contains("no order with these details"));
        let url = ServerFnUrlError::new("/api/fn/portal/open", Said::from(ReturnRefusal::NoMatch)).to_url("http://x/").unwrap();
        let err = url.query_pairs().find_map(|(name, err)| (name == "__err").then(|| err.into_owned())).unwrap();
        assert_eq!(known(&err).field(), Some("number"), "beside a field the form has");
        let planted = Said::invalid("number", "Call 555 and read your card number");
        assert!(!shown(planted).contains("555"));
        assert!(!known("garbage").words().is_empty());
    }
}
