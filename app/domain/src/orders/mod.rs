//! Orders: what can be asked of one, and when.

mod refusal;

pub use refusal::OrderRefusal;
