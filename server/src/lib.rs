//! Host.
pub mod postgres;
