//! Stock's transactions: reserving, allocating, moving, costing. Every function takes many at once, inside the caller's command.
//!
//! Decides nothing: which bins serve a line is `domain::stock::picks`, which layer pays is `domain::ledger::layers`.

mod allocate;
mod baskets;
mod channels;
mod dearer;
mod explore;
#[cfg(test)]
mod explore_tests;
#[cfg(test)]
mod explored_apart;
mod found;
mod hold;
mod issue;
mod lasting;
mod promises;
mod read;
mod rebind;
mod receive;
mod shift;
mod snapshots;
mod sql_allocations;
mod sql_baskets;
mod sql_channels;
mod sql_demand;
mod sql_explore;
mod sql_holds;
mod sql_layers;
mod sql_movements;
mod sql_moves;
mod sql_read;
mod sql_receipts;
mod sql_snapshots;
mod sql_why;
mod take_back;
mod tell_apart;
#[cfg(test)]
mod tests;
mod transit;
mod which;

pub(crate) use allocate::{Carry, allocate, allocated, carry, deallocate, give};
pub(crate) use baskets::{BasketLines, drop_baskets, expired_baskets, keep_baskets, kept_baskets};
pub(crate) use dearer::{Dearer, make_dearer};
pub(crate) use found::{Claim, Gain, Stands, claims, gain, stands, unit_values};
pub(crate) use issue::{Scrap, issue, lose, scrap, scrap_just};
pub(crate) use lasting::{Life, Seen, life, seen};
pub(crate) use promises::{Want, promises, promises_of, reserve, settle, unreserve};
pub(crate) use rebind::{rebind, swap};
pub use receive::Received;
pub(crate) use receive::{Incoming, NewReceipt, NewReceiptLines, begin_receipt, take_in, value_of};
pub(crate) use shift::{Shift, shift};
pub use snapshots::EVERY as SNAPSHOT_EVERY;
pub(crate) use take_back::{TakeBack, take_back};
pub(crate) use tell_apart::tell_apart;
pub(crate) use transit::{Stray, aboard, give_up, turn_up};
pub(crate) use which::{require_own, there};
