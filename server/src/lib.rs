//! The host: one binary, `tideway`.

pub mod config;
pub mod database;
pub mod payments;
pub mod postgres;
