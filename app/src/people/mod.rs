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

pub use page::PeoplePage;
pub use sign_in::SignInPage;
#[cfg(feature = "ssr")]
use sign_in::is_own;
