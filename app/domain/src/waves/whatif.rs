//! What another method or another cart would make of a wave: the same orders, planned again by [`super::batch`]. Small and whole in
//! itself, so that a browser's worker can be asked. Changes nothing.

use serde::{Deserialize, Serialize};

use super::batch::budget::{Budget, Progress, WHOLE};
use super::batch::planner;
use super::batch::rates::Rates;
use super::batch::receipt::Receipt;
use super::batch::wave::{Ask, Large, Line, Order};
use super::{Cart, Method, Rounds, WaveRefusal, plan};
use crate::sites::SiteRefusal;
use crate::sites::layout::{Access, Layout};
use crate::sites::roads::{Roads, Spot};

/// A wave's orders on their site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    pub layout: Layout,
    /// As the wave's carts are walked; every try walks so.
    pub rounds: Rounds,
    pub orders: Vec<Need>,
    pub pickers: usize,
    pub rates: Rates,
}

/// What one order needs, in the order in which orders came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    pub number: String,
    pub takes: Vec<Take>,
}

/// So many units of one thing from one bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// None = the bin is not on the layout.
    pub access: Option<Access>,
    /// Rank of the bin by its code.
    pub bin: usize,
    pub units: i32,
    pub unit_volume_ml: i64,
    pub unit_weight_g: i64,
}

/// What if …
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    pub method: Method,
    /// With the same room as the planner's; a single-order walk has one tote of it.
    pub cart: Cart,
}

/// What a worker is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub ground: Ground,
    pub what: Try,
}

/// What a worker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Per mille of the work.
    Progress(i64),
    Done(Receipt),
    /// It cannot be planned so, and why.
    Refused(String),
}

/// The answer in a worker's words; `tell` hears how far it is, per mille, each once.
pub fn answer(question: &Question, tell: &mut dyn FnMut(i64)) -> Reply {
    match question.ground.tried(question.what, tell) {
        Ok(receipt) => Reply::Done(receipt),
        Err(words) => Reply::Refused(words),
    }
}

impl Ground {
    /// The wave planned so. The same question always has the same answer.
    fn tried(&self, what: Try, tell: &mut dyn FnMut(i64)) -> Result<Receipt, String> {
        let words = |refusal: WaveRefusal| refusal.to_string();
        what.cart.check().map_err(words)?;
        let roads = self.layout.roads().map_err(|refusal| refusal.to_string())?;
        let nowhere = || SiteRefusal::NothingThere { what: "depot".into() }.to_string();
        let first: Spot = roads.depot(0).ok_or_else(nowhere)?;
        let manner = self.rounds.manner_now(&self.layout, &roads, first);
        let orders: Vec<Order> = self.orders.iter().map(|need| self.order(need, &roads)).collect();
        // As many as the plan itself was given.
        let mut steps = plan::steps(orders.len());
        let mut told = -1;
        let mut heard = |at: &Progress| {
            let left = steps.left(at);
            let done = (WHOLE - left) * 1_000 / WHOLE;
            if done > told {
                told = done;
                tell(done);
            }
            left
        };
        let answer = planner::plan_in(&roads, &manner, &orders, &self.ask(what), &mut heard);
        answer.map(|answer| answer.receipt).map_err(words)
    }

    fn ask(&self, what: Try) -> Ask {
        let carts = what.cart.rooms(what.method);
        Ask { method: what.method, carts, pickers: self.pickers.max(1), rates: self.rates, large: Large::Split, seed: plan::SEED }
    }

    fn order(&self, need: &Need, roads: &Roads) -> Order {
        let zone = |access: Access| self.layout.zones.iter().position(|zone| zone.aisles.contains(&access.aisle));
        let line = |take: &Take| Line {
            spot: take.access.and_then(|access| roads.spot(access)),
            bin: take.bin,
            units: take.units.into(),
            unit_volume_ml: (take.unit_volume_ml > 0).then_some(take.unit_volume_ml),
            unit_weight_g: (take.unit_weight_g > 0).then_some(take.unit_weight_g),
            // Aisles of no zone are one of their own.
            zone: take.access.and_then(zone).and_then(|at| u16::try_from(at + 1).ok()).unwrap_or(0),
        };
        Order { number: need.number.clone(), lines: need.takes.iter().map(line).collect(), totes: 1, cutoff_seconds: None }
    }
}

#[cfg(test)]
#[path = "whatif_tests.rs"]
mod tests;
