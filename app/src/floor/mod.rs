//! The floor on screen: the home that takes any scan, the walk, the bench, the hand-over.

pub mod api;
mod home;
mod pack;
mod pick;
mod ship;
mod walk;

pub use home::FloorPage;
pub use pack::{BenchPage, PackPage};
pub use pick::PickPage;
pub use ship::ShipPage;
