//! What needs a person, on screen.

pub mod api;
mod card;
mod list;

pub(crate) use card::{about, owner};
pub use list::ExceptionsPage;
