//! Putaway on screen: goods from the dock to their bins by scan, and what an item asks of its place.

pub mod api;
mod floor;
mod handling;

pub use floor::PutawayPage;
pub use handling::HandlingCard;
