//! What goes from site to site in the demo, and what a few bins should hold: asked for by the planner, approved by the supervisor, one
//! truck on its way and one that waits for a yes.

use chrono::{DateTime, TimeDelta, Utc};
use domain::catalog::slotting::Slotting;
use domain::ids::{BinId, SiteTransferId, SkuId};
use domain::lots::Marks;
use domain::people::{Actor, Caller, Grant, Role};
use domain::replenish::{CheckForwardPicks, ForwardPick, SetForwardPicks};
use domain::stock::State;
use domain::stock::channels::SetChannelBuffer;
use domain::transfers::balance::SetLane;
use domain::transfers::{ApproveTransfer, AskedUnits, LoadTransfer, RequestTransfer, ScannedUnits};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Story, people};
use crate::history::Clerk;
use crate::{Failure, Result};

/// Bins that should hold something, from the best seller on.
const BINS: usize = 8;
/// Units of each SKU on the truck.
const SENT: i32 = 6;

impl Story<'_> {
    /// Somebody of the house acts for themselves: who asks for a transfer does not approve it.
    fn hand(&self, role: Role) -> Clerk {
        let card = people::cards().into_iter().find(|card| card.role == role);
        let (email, name) = card.map(|card| (card.email, card.name.to_owned())).unwrap_or_default();
        let grants = vec![Grant { role, site: None }];
        let who = Actor::Person { id: people::id(&email), name, grants, device: "demo".to_owned() };
        let org = self.clerk.caller.org;
        Clerk::new(&self.clerk.db, Caller { org, who }, Uuid::new_v5(&org.0, format!("supply {}", role.code()).as_bytes()))
    }

    /// Where a SKU stands, by its rank among the best sellers.
    pub(super) fn standing(bins: &[(BinId, String)], rank: usize) -> &(BinId, String) {
        &bins[(rank * 7919) % bins.len()]
    }

    /// Units of a SKU that a bin has for whoever comes next.
    async fn free_in(&self, bin: BinId, sku: SkuId) -> Result<i32> {
        let held = self.clerk.db.bin(&self.clerk.caller, bin).await?.contents;
        let free = held.iter().filter(|held| held.sku == sku && held.state == State::Sellable && held.lpn.is_none());
        Ok(free.map(|held| held.on_hand - held.allocated).sum())
    }

    pub(super) async fn supply(&self, now: DateTime<Utc>) -> Result<()> {
        let (planner, supervisor) = (self.hand(Role::Planner), self.hand(Role::Supervisor));
        let ago = |hours: i64| now - TimeDelta::hours(hours);
        let [leeds, lyon] = self.sites;
        for (from, to) in [(leeds, lyon), (lyon, leeds)] {
            let lane = SetLane { from, to, freight: Decimal::from(180), per_kg: Decimal::new(45, 2), days: 3 };
            planner.run(ago(200), &lane).await?;
        }
        let kept = SetChannelBuffer { channel: "marketplace".into(), sku: None, units: Some(2) };
        planner.run(ago(200), &kept).await?;
        let bins = self.clerk.db.pick_bins(&self.clerk.caller, leeds).await?;
        let mut rules = Vec::new();
        for (rank, sku) in self.skus.iter().enumerate().take(BINS) {
            let (bin, slotting) = (Self::standing(&bins, rank).0, if rank < BINS / 2 { Slotting::A } else { Slotting::B });
            // The first half has less than it should, so that there is something to bring.
            let min = if slotting == Slotting::A { 6 + self.free_in(bin, sku.id).await? } else { 4 };
            rules.push(ForwardPick { bin, sku: sku.id, min, max: min + 48, slotting: Some(slotting) });
        }
        planner.run(ago(190), &SetForwardPicks { site: leeds, rules }).await?;
        planner.run(ago(1), &CheckForwardPicks { site: Some(leeds) }).await?;
        // Slow sellers: nobody waits for them.
        let ranks: Vec<usize> =
            (1..=3).map(|part| self.skus.len() * 3 / 4 + part).filter(|rank| *rank < self.skus.len()).collect();
        let lines: Vec<AskedUnits> = ranks.iter().map(|rank| AskedUnits { sku: self.skus[*rank].id, quantity: SENT }).collect();
        let id = |what: &str| SiteTransferId(Uuid::new_v5(&self.clerk.caller.org.0, what.as_bytes()));
        let ask =
            |id, lines: Vec<AskedUnits>, note: &str| RequestTransfer { id, from: leeds, to: lyon, lines, note: note.into() };
        let (truck, waits) = (id("demo truck"), id("demo request"));
        let went = async {
            planner.run(ago(30), &ask(truck, lines.clone(), "For the Lyon shop's autumn table")).await?;
            supervisor.run(ago(28), &ApproveTransfer { transfer: truck }).await?;
            let scanned = |rank: &usize| ScannedUnits {
                bin_code: Self::standing(&bins, *rank).1.clone(),
                item_code: self.skus[*rank].code.clone(),
                quantity: SENT,
                marks: Marks::default(),
            };
            let units = ranks.iter().map(scanned).collect();
            self.clerk.run(ago(20), &LoadTransfer { transfer: truck, units, last: true }).await?;
            let one = lines.iter().take(1).map(|line| AskedUnits { quantity: 2, ..*line }).collect();
            planner.run(ago(2), &ask(waits, one, "Two more, if they can be spared")).await.map(drop)
        };
        match went.await {
            // A shop that sold them all sends none.
            Err(Failure::Refused(refusal)) => {
                tracing::debug!(%refusal, "the demo's truck does not go");
                Ok(())
            }
            ended => ended,
        }
    }
}
