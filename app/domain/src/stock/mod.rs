//! Stock: states, movements, what is free to promise.

mod refusal;

pub use refusal::StockRefusal;
