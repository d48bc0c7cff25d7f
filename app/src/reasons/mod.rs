//! Reason codes on screen: the list, and the choice of one wherever something is done for a reason.

mod api;
mod list;
mod pick;
mod press;
mod verdict;

pub use list::ReasonsPage;
pub use pick::{Because, Why};
pub use press::in_use;
pub use verdict::{Verdict, Words, yes_or_no};
