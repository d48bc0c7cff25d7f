//! Stock's transactions: reserving, allocating, moving, costing. Every function takes many at once, inside the caller's command.
//!
//! Decides nothing: which bins serve a line is `domain::stock::picks`, which layer pays is `domain::ledger::layers`.

mod allocate;
mod issue;
mod promises;
mod read;
mod receive;
mod shift;
mod sql_allocations;
mod sql_demand;
mod sql_layers;
mod sql_movements;
mod sql_read;
mod sql_receipts;
mod take_back;
#[cfg(test)]
mod tests;

pub(crate) use allocate::{Carry, allocate, allocated, carry, deallocate, give};
pub(crate) use issue::{Scrap, issue, scrap};
pub(crate) use promises::{Want, promises, reserve, settle, unreserve};
pub use receive::Received;
pub(crate) use shift::{Shift, shift};
pub(crate) use take_back::{TakeBack, take_back};
