//! Which way of picking suits a wave: each is planned, and their predicted metres and minutes are laid side by side.
//!
//! One order a walk; pick several, sort afterwards (batch); sort while picking (cluster); by zone, then brought together (de Koster,
//! Le-Duc & Roodbergen 2007, European Journal of Operational Research 182). Recommends by minutes; whoever plans decides.

use super::budget::{Budget, Part};
use super::load::{Load, Rooms};
use super::planner::plan;
use super::receipt::Receipt;
use super::wave::{Ask, Order};
use crate::sites::roads::{Roads, Spot};
use crate::waves::{Method, WaveRefusal};

/// What each method would take, quickest first; those late least come before the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub receipts: Vec<Receipt>,
    /// Methods that cannot be used for this wave, and why.
    pub refused: Vec<(Method, WaveRefusal)>,
}

impl Compared {
    pub fn recommended(&self) -> Option<Method> {
        self.receipts.first().map(|receipt| receipt.method)
    }
}

/// Plans the wave by every method within one budget. Goods picked for sorting afterwards need no totes of their own.
pub fn recommend(roads: &Roads, depot: Spot, orders: &[Order], ask: &Ask, budget: &mut dyn Budget) -> Compared {
    let mut compared = Compared { receipts: Vec::new(), refused: Vec::new() };
    let mut steps = 0;
    let count = i64::try_from(Method::COMPARED.len()).unwrap_or(1);
    for (nth, method) in (0..).zip(Method::COMPARED) {
        let ask = Ask { method, carts: carts_for(method, &ask.carts), ..ask.clone() };
        let mut share = Part { budget: &mut *budget, nth, of: count, done: steps };
        match plan(roads, depot, orders, &ask, &mut share) {
            Ok(answer) => {
                steps += answer.receipt.steps;
                compared.receipts.push(answer.receipt);
            }
            Err(refusal) => compared.refused.push((method, refusal)),
        }
    }
    compared.receipts.sort_by_key(|receipt| (receipt.late_seconds, receipt.work_seconds, receipt.length_mm));
    compared
}

/// Batch and zone picking put everything together: totes limit nothing while volume or weight do.
fn carts_for(method: Method, carts: &Rooms) -> Rooms {
    let limited = carts.each().iter().all(|room| room.volume_ml < i64::MAX || room.weight_g < i64::MAX);
    if limited && matches!(method, Method::Batch | Method::Zone) {
        return Rooms::new(carts.each().iter().map(|room| Load { totes: i64::MAX, ..*room }).collect());
    }
    carts.clone()
}
