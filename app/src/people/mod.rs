//! People on screen: signing in, and who may do what.

mod sign_in;

pub use sign_in::SignInPage;
