//! A plan that is not written yet, and what it says for itself. Decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::carriers::departure;
use domain::waves::batch::rates::Rates;
use domain::waves::plan::{self, Plan, Trip, Way};
use domain::waves::receipt::{AtRisk, ForwardPickNeed, LeftOut, WaveReceipt, Why};
use domain::waves::rounds::name_of;
use domain::waves::{PlanWave, WaveRefusal};
use uuid::Uuid;

use super::work::Work;
use crate::Result;

/// Whole metres, rounded up.
pub(super) fn metres(mm: i64) -> i32 {
    i32::try_from((mm + 999) / 1_000).unwrap_or(i32::MAX)
}

/// Whole minutes, rounded up.
pub(super) fn minutes(seconds: i64) -> i32 {
    i32::try_from((seconds + 59) / 60).unwrap_or(i32::MAX)
}

pub(super) fn count(n: usize) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

pub(super) fn after(at: DateTime<Utc>, seconds: i64) -> DateTime<Utc> {
    TimeDelta::try_seconds(seconds).and_then(|later| at.checked_add_signed(later)).unwrap_or(at)
}

/// Orders on carts.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub work: Work,
    pub way: Way,
    pub plan: Plan,
}

impl Drawn {
    pub(crate) fn way(asked: &PlanWave, rates: Rates) -> Way {
        let pickers = usize::try_from(asked.pickers).unwrap_or(1);
        Way { method: asked.method, cart: asked.cart, pickers, rates }
    }

    pub(crate) fn units(&self) -> i32 {
        let units = |(job, stop): &(usize, usize)| self.work.rows[*job][*stop].quantity;
        self.plan.trips.iter().flat_map(|trip| trip.walk.iter()).map(units).sum()
    }

    /// The depot where a cart is handed in, by name.
    pub(super) fn end(&self, trip: &Trip) -> String {
        name_of(&self.work.depots, &self.work.roads, trip.end)
    }

    /// Positions of the orders that ride, in the order of their promises.
    pub(crate) fn riding(&self) -> Vec<usize> {
        let riding: BTreeSet<usize> = self.plan.trips.iter().flat_map(|trip| trip.jobs.iter().copied()).collect();
        riding.into_iter().collect()
    }

    /// Why the orders of a plan that has none cannot ride.
    pub(super) fn check(&self, meanwhile: &[LeftOut]) -> Result<()> {
        if !self.plan.trips.is_empty() {
            return Ok(());
        }
        if let Some((_, refusal)) = self.plan.left_out.first() {
            return Err(refusal.clone().into());
        }
        let taken = meanwhile.iter().any(|left| left.why == Why::TakenByAnotherPlanner);
        Err(if taken { WaveRefusal::TakenMeanwhile } else { WaveRefusal::NothingToPick }.into())
    }

    /// The plan's own words; `meanwhile` names what was left out after it was drawn.
    pub(super) fn receipt(&self, asked: &PlanWave, meanwhile: Vec<LeftOut>) -> WaveReceipt {
        let (work, plan) = (&self.work, &self.plan);
        let too_large = plan.left_out.iter().map(|(job, refusal)| LeftOut {
            order: work.jobs[*job].number.clone(),
            why: match refusal {
                WaveRefusal::OrderLargerThanCart { measure, needs, room, .. } => {
                    Why::OrderTooLarge { measure: measure.clone(), needs: *needs, room: *room }
                }
                _ => Why::NothingToPick,
            },
        });
        let riding = self.riding();
        let overdue = riding.iter().filter(|job| work.jobs[**job].due_seconds.is_some_and(|due| due < 0)).count();
        let at_risk = plan.late.iter().map(|late| AtRisk {
            order: work.jobs[late.job].number.clone(),
            due: work.orders[late.job].promised_at,
            back: after(work.at, late.ends_seconds),
        });
        let ends = plan.trips.iter().map(|trip| trip.ends_seconds).max().unwrap_or(0);
        WaveReceipt {
            rule: plan::RULE.to_owned(),
            method: asked.method,
            cart: asked.cart,
            pickers: asked.pickers,
            rounds: asked.rounds.clone(),
            considered: count(work.considered),
            orders: count(riding.len()),
            units: self.units(),
            carts: count(plan.trips.len()),
            metres: metres(plan.length_mm),
            minutes: minutes(plan.seconds),
            metres_fifo: metres(plan.fifo_mm),
            minutes_fifo: minutes(plan.fifo_seconds),
            metres_bound: metres(plan.bound_mm),
            rates: self.way.rates.basis.words(),
            back: after(work.at, ends),
            left_out: work.left_out.iter().cloned().chain(too_large).chain(meanwhile).collect(),
            unmapped: work.unmapped.clone(),
            at_risk: at_risk.collect(),
            departures: departure::by_carrier(riding.iter().map(|job| {
                let (order, units) = (&work.orders[*job], work.rows[*job].iter().map(|row| row.quantity).sum());
                (order.carrier.clone(), order.promised_at, units)
            })),
            overdue: count(overdue),
            more: 0,
        }
        .capped()
    }

    /// Units by SKU and bin: what is taken from a forward pick, and what would be walked to reserve for.
    pub(super) fn needs(&self) -> Vec<ForwardPickNeed> {
        let mut needs: BTreeMap<(Uuid, Uuid), i32> = BTreeMap::new();
        for (job, stop) in self.plan.trips.iter().flat_map(|trip| &trip.walk) {
            let row = &self.work.rows[*job][*stop];
            if ["pick", "reserve"].contains(&row.bin_kind.as_str()) {
                *needs.entry((row.sku_id, row.bin_id)).or_default() += row.quantity;
            }
        }
        let need = |((sku, bin), units): ((Uuid, Uuid), i32)| ForwardPickNeed { sku: sku.into(), bin: bin.into(), units };
        needs.into_iter().map(need).collect()
    }
}
