//! People on screen: signing in, and who may do what.

pub mod api;
#[cfg(feature = "ssr")]
mod browser;
#[cfg(feature = "ssr")]
pub mod cookies;
mod sign_in;

pub use sign_in::SignInPage;
#[cfg(feature = "ssr")]
use sign_in::is_own;
