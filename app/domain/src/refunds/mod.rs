//! Refunds: how much, who approves, never above what was paid.

mod refusal;

pub use refusal::RefundRefusal;
