//! Counting and correcting on screen: the floor counts blind, desks plan, look and decide.

mod accuracy;
mod adjust;
mod adjust_list;
pub mod api;
mod files;
mod floor;
mod one;
mod page;
mod parts;
mod programme;
mod work;

pub use adjust::AdjustmentsPage;
pub use floor::FloorCountPage;
pub use one::CountPage;
pub use page::CountsPage;
