//! Questions about refunds.
