//! What a plan leaves behind: what was considered, what was left out and why, and how good the plan is against what people would do
//! without one and against what cannot be beaten. Decides nothing.

use serde::{Deserialize, Serialize};

use super::rates::Basis;
use super::wave::LeftOut;
use crate::waves::Method;

/// Version of the rules of batching, as receipts cite it.
pub const RULE: &str = "batch-1";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub rule: String,
    pub seed: u64,
    pub method: Method,
    pub orders_considered: usize,
    pub left_out: Vec<LeftOut>,
    pub carts: usize,
    pub length_mm: i64,
    /// Minutes of work, all pickers together, in seconds.
    pub work_seconds: i64,
    /// Until the last cart is back.
    pub ends_seconds: i64,
    /// Seconds after their cutoffs, over all orders.
    pub late_seconds: i64,
    /// The same orders and carts first-in-first-out, each walked in S-shape.
    pub fifo_mm: i64,
    pub fifo_seconds: i64,
    /// No plan by this method is shorter.
    pub bound_mm: i64,
    pub rates: Basis,
    /// Work done to find it.
    pub steps: u64,
}

impl Receipt {
    pub const fn proven(&self) -> bool {
        self.length_mm <= self.bound_mm
    }

    /// How much longer than the bound, at most, in parts per million.
    pub fn gap_ppm(&self) -> i64 {
        ppm(self.length_mm - self.bound_mm, self.length_mm)
    }

    /// Walking saved against first-in-first-out and S-shape, in parts per million.
    pub fn saved_ppm(&self) -> i64 {
        ppm(self.fifo_mm - self.length_mm, self.fifo_mm)
    }

    pub const fn metres(&self) -> i64 {
        (self.length_mm + 999) / 1_000
    }

    pub const fn minutes(&self) -> i64 {
        (self.work_seconds + 59) / 60
    }
}

fn ppm(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { i64::try_from(i128::from(part) * 1_000_000 / i128::from(whole)).unwrap_or(0) }
}
