//! What the warehouse means: types, state machines, decisions, algorithms.
//!
//! Pure and wasm-safe: no I/O, no clock, no randomness. `now` and ids are arguments.

pub mod carriers;
pub mod catalog;
pub mod counts;
pub mod dates;
pub mod exceptions;
pub mod floor;
pub mod ids;
pub mod imports;
pub mod insight;
pub mod inspections;
pub mod ledger;
pub mod lots;
pub mod lpns;
pub mod money;
pub mod numbers;
pub mod orders;
pub mod owners;
pub mod people;
pub mod purchasing;
pub mod putaway;
pub mod quantity;
pub mod reasons;
pub mod refunds;
pub mod refusal;
pub mod replenish;
pub mod returns;
pub mod rows;
pub mod sites;
pub mod stock;
pub mod transfers;
pub mod waves;
pub mod words;
