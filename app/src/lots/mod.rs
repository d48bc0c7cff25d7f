//! Screens of lots and serials: the list with its rules, and one lot's way from supplier to customer.

pub mod api;
mod list;
mod lot;
mod policy;
mod rules;
mod which;

pub use list::LotsPage;
pub use lot::LotPage;
pub use policy::PolicyCard;
pub use which::Which;
