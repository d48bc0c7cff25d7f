//! Units taken out of sale where they stand, and put back: those that are said, or those that are plainly meant.

use std::collections::BTreeSet;

use domain::ids::SiteId;
use domain::inspections::NOTE_MAX;
use domain::owners::{self, OwnerRefusal};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::reasons::Process;
use domain::stock::{HoldReason, HoldUnits, Place, Reason, State, StockRefusal, Tag};
use serde_json::json;
use uuid::Uuid;

use super::found::{Stands, stands};
use super::promises::lock_touched;
use super::shift::{Shift, shift};
use super::sql_holds;
use crate::{Act, Result, Tx, inspections, lots, reasons, sites};

impl Act for HoldUnits {
    const KIND: &'static str = "stock.hold";
    const NEEDS: Permission = Permission::StockHold;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        Quantity::new(self.quantity.into())?;
        if self.note.chars().count() > NOTE_MAX {
            return Err(StockRefusal::NoteTooLong { max: NOTE_MAX }.into());
        }
        if !self.hold {
            tx.require(Permission::StockRelease, self.site)?;
        }
        let source = Uuid::now_v7();
        let given = reasons::give(tx, Process::Hold, &self.reason, &self.note, source).await?;
        let stands_for = given.counts_as(Process::Hold, HoldReason::parse)?;
        stands_for.check(self.hold)?;
        sites::require_bins(tx, self.site, &[self.bin.0]).await?;
        let place = Place { site: self.site, bin: self.bin, lpn: self.those.lpn };
        let (from_state, to_state, reason) = if self.hold {
            (State::Sellable, State::Held, Reason::Hold)
        } else {
            (State::Held, State::Sellable, Reason::Release)
        };
        if self.hold {
            // Demand before balances, as everyone does.
            lock_touched(tx, &BTreeSet::from([(self.site.0, self.sku.0)])).await?;
        }
        let shifted =
            |(tag, quantity)| Shift { sku: self.sku, tag, quantity, from: place, from_state, to: place, to_state, source };
        let parts = meant(tx, self, place, from_state).await?;
        shift(tx, reason, &parts.into_iter().map(shifted).collect::<Vec<_>>()).await?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        sql_holds::insert_hold(tx.conn(), org, source, (by, at), self, stands_for).await?;
        if !self.hold && place.lpn.is_nil() {
            inspections::leave_inspected(tx, self.site, self.bin.0, self.sku).await?;
        }
        tx.announce("stock.held", self.sku, Some(self.site), json!({ "units": self.quantity, "hold": self.hold }));
        let done = json!({ "state": to_state.code(), "units": self.quantity, "those": self.those, "reason": self.reason,
                           "note": self.note });
        tx.audit("sku", self.sku, json!({ "state": from_state.code() }), done);
        Ok(())
    }
}

/// Which units are meant: of those that stand there, one owner's; of goods that are told apart the lot or the serials that are said,
/// unless there is nothing to choose. What an order was given is not among them.
async fn meant(tx: &mut Tx, asked: &HoldUnits, at: Place, state: State) -> Result<Vec<(Tag, i32)>> {
    let mut there: Vec<Stands> = stands(tx, at).await?;
    there.retain(|one| one.sku == asked.sku && one.state == state);
    let known: BTreeSet<_> = there.iter().map(|one| one.tag.owner).collect();
    let owner = asked.those.owner.or_else(|| owners::meant(&known)).ok_or(OwnerRefusal::Whose)?;
    there.retain(|one| one.tag.owner == owner);
    let free: Vec<(Tag, i32)> = there.iter().map(|one| (one.tag, one.on_hand - one.allocated)).collect();
    let parts = lots::which(tx, (asked.sku, asked.quantity), &asked.those.marks, &free).await?;
    Ok(parts.into_iter().map(|(tag, units)| (Tag { owner, ..tag }, units)).collect())
}
