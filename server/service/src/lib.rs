//! Every transaction and all SQL.
//!
//! One way in: [`Db::run`] for commands, [`Db::read`] for questions. A noun's `mod.rs` acts, its `sql.rs` holds statements only.

pub mod audit;
pub mod catalog;
pub mod command;
pub mod db;
pub(crate) mod decisions;
pub mod demo;
pub mod directory;
pub mod exceptions;
pub mod failure;
pub mod floor;
pub mod history;
pub mod idempotency;
pub mod imports;
pub mod insight;
pub mod ledger;
pub mod live;
pub mod numbers;
pub mod orders;
pub mod outbox;
pub mod payments;
pub mod people;
pub mod refunds;
pub mod replay;
pub mod returns;
#[cfg(test)]
mod schema_lint;
pub mod sites;
pub mod stock;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
pub mod verify;
pub mod waves;

pub use command::Act;
pub use db::{Db, Tx};
pub use failure::{Failure, Result};

/// Embedded migrations; `tideway migrate` and the test template run them as `tideway_owner`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
