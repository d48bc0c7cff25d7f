//! Sites: where aisles run, where bins are reached, how far it is between them.

pub mod layout;
mod refusal;
pub mod roads;
pub mod spec;

pub use refusal::SiteRefusal;
