//! The floor on screen: the home that takes any scan, the walk, the bench, the hand-over.

pub mod api;
mod home;
mod pack;
mod pick;
mod put_back;
mod ship;
mod walk;

pub use home::FloorPage;
pub use pack::{BenchPage, PackPage};
pub use pick::PickPage;
pub use put_back::PutBackPage;
pub use ship::ShipPage;
