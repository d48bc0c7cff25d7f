//! Handling units on screen: what stands in which, and where they go, by scan.

pub mod api;
mod floor;
mod make;
mod work;

pub use floor::UnitsPage;
