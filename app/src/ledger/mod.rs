//! The ledger on screen: the trial balance, and whether stock and books agree.

pub mod api;
mod page;

pub use page::LedgerPage;
