//! Refunds: how much, who approves, never above what was paid. Paying itself is the service's and the provider's.

pub mod amount;
pub mod approval;
mod commands;
mod refusal;
mod status;

pub use commands::{
    ApproveRefund, ApproveRefunds, DeclineRefund, PAGE, ProposeRefund, ProposeUnits, Proposed, RefundList, RefundPart, RefundRow,
    RetryRefund,
};
pub use refusal::RefundRefusal;
pub use status::{RefundKind, RefundStatus};
