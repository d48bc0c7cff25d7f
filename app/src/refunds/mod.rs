//! Refunds on screen: what waits for a yes, and what became of the rest.

pub mod api;
mod list;

pub use list::RefundsPage;
pub(crate) use list::{Tools, card};
