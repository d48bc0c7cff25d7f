//! Every transaction and all SQL.
//!
//! One way in: [`Db::run`] for commands, [`Db::read`] for questions. A noun's `mod.rs` acts, its `sql.rs` holds statements only.

pub mod audit;
mod carriers;
pub mod catalog;
pub mod command;
pub mod counts;
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
mod inspections;
pub(crate) mod labels;
pub mod ledger;
pub mod live;
pub mod lots;
pub mod lpns;
pub mod numbers;
pub mod orders;
pub mod outbox;
pub mod owners;
pub mod payments;
pub mod people;
pub mod purchasing;
pub mod putaway;
pub mod reasons;
pub mod refunds;
pub mod replay;
pub mod replenish;
pub mod returns;
mod rows;
#[cfg(test)]
mod schema_lint;
pub mod sheets;
pub mod sites;
pub mod stock;
#[cfg(any(test, feature = "testkit"))]
pub mod testkit;
pub mod transfers;
pub mod verify;
pub mod waves;

pub use command::Act;
pub use db::{Db, Tx};
pub use failure::{Failure, Result};

/// Rows before a page (counted from 1) of so many rows. Nobody turns to the millionth page; who asks for a later one gets it.
pub(crate) fn rows_before(page: i64, rows: i64) -> i64 {
    (page.clamp(1, 1_000_000) - 1) * rows
}

/// Embedded migrations; `tideway migrate` and the test template run them as `tideway_owner`.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");
