//! Inspections on screen: the desk's list with plans and what is on hold, and the floor's bench.

pub mod api;
mod bench;
mod board;
mod held;
mod naming;
mod plans;

pub use bench::InspectPage;
pub use board::InspectionsPage;
