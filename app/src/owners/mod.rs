//! Screens of owners: the clients whose goods stand here, and the bins that are kept for them.

pub mod api;
mod keep;
mod list;

pub use keep::KeepCard;
pub use list::OwnersPage;
