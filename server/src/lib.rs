//! The host: one binary, `tideway`.

pub mod api;
pub mod cli;
pub mod config;
pub mod database;
pub mod demo;
pub mod http;
pub mod import;
pub mod live;
pub mod logs;
pub mod payments;
pub mod postgres;
pub mod replay;
pub mod serve;
pub mod tls;
pub mod user;
pub mod verify;
pub mod workers;
