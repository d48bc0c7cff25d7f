//! Host.
pub mod payments;
pub mod postgres;
