//! Reason codes on screen: the list, and the choice of one wherever something is done for a reason.

mod api;
mod list;
mod pick;

pub use list::ReasonsPage;
pub use pick::{Because, Why};
