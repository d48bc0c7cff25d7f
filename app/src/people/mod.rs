//! People on screen: signing in, and who may do what.

mod add;
pub mod api;
#[cfg(feature = "ssr")]
pub(crate) mod browser;
#[cfg(feature = "ssr")]
pub mod cookies;
mod edit;
mod grants;
mod page;
mod sign_in;

/// What was typed into the plain form that was refused just now, for the page that shows it again.
pub(crate) fn typed_before() -> Vec<(String, String)> {
    leptos::prelude::SharedValue::new(|| {
        #[cfg(feature = "ssr")]
        if leptos::prelude::use_context::<http::request::Parts>().is_some() {
            let browser = browser::here();
            return browser.cookies.typed(&browser.headers);
        }
        Vec::new()
    })
    .into_inner()
}

/// One of them.
pub(crate) fn value_of(typed: &[(String, String)], name: &str) -> String {
    typed.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, value)| value.clone())
}

pub use page::PeoplePage;
pub use sign_in::SignInPage;
#[cfg(feature = "ssr")]
use sign_in::is_own;
