//! Accounts and transfers: what each event posts.

mod refusal;

pub use refusal::LedgerRefusal;
