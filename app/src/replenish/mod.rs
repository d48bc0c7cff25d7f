//! Replenishment on screen: the desk's board with what bins should hold, and bringing goods forward on the floor.

pub mod api;
mod board;
mod bring;
mod rules;

pub use board::ReplenishmentPage;
pub use bring::ReplenishPage;
