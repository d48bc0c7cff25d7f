//! The host: one binary, `tideway`.

pub mod api;
pub mod cli;
pub mod config;
pub mod database;
pub mod demo;
pub mod http;
pub mod import;
pub mod key;
pub mod live;
pub mod logs;
pub mod org;
pub mod payments;
pub mod portal;
pub mod postgres;
pub mod replay;
pub mod serve;
pub mod stop;
pub mod tls;
pub mod user;
pub mod verify;
pub mod workers;
