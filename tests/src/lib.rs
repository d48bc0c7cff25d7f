//! Journeys over HTTP: many services at once, on a real server and a real Postgres. What several journeys need stands here.

pub mod bench;
pub mod server;
pub mod simulator;
