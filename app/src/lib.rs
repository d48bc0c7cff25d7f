//! The screens, and the doors they use to reach the server.
//!
//! One noun, one room: `<noun>/api.rs` are its server functions, `<noun>/<page>.rs` its screens. `ui` knows no noun.

mod ask;
pub mod counts;
#[cfg(feature = "ssr")]
pub mod csv;
pub mod data;
pub mod door;
pub mod exceptions;
mod file;
pub mod files;
pub mod floor;
mod home;
pub mod insight;
pub mod inspections;
pub mod ledger;
pub mod live;
pub mod lots;
pub mod lpns;
mod not_found;
pub mod orders;
pub mod owners;
pub mod people;
pub mod purchasing;
pub mod putaway;
pub mod reasons;
pub mod refunds;
pub mod replenish;
pub mod returns;
mod routes;
mod screens;
mod sending;
pub mod shell;
pub mod sites;
pub mod stock;
pub mod transfers;
pub mod ui;
pub mod waves;

pub use live::STREAM_URL;
pub use routes::App;
pub use shell::shell;
