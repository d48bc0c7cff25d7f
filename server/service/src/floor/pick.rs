//! Taking a trip, binding totes, picking and putting back.

use domain::floor::{BindTote, ClaimTrip, FloorRefusal, LeaveTrip, PickUnits, Picked, TaskSheet, UnpickUnits, pick};
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason};
use serde_json::json;
use uuid::Uuid;

use super::stop::Stop;
use super::{in_unit, lock_trip, sql_picking, sql_trips, take};
use crate::{Act, Result, Tx, counts, lpns, sites, stock};

impl Act for ClaimTrip {
    const KIND: &'static str = "floor.claim_trip";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock_trip(tx, self.trip.0).await?;
        tx.require(Permission::Pick, head.site())?;
        head.check_walked()?;
        let me = tx.caller.person().0;
        if !head.person_id.is_nil() && head.person_id != me {
            return Err(head.not_mine());
        }
        let (org, at) = (tx.org().0, tx.at);
        sql_trips::set_trips_person(tx.conn(), org, &[self.trip.0], me, at).await?;
        tx.announce("trip.claimed", self.trip, Some(head.site()), json!({ "wave": head.wave_id }));
        tx.audit("trip", self.trip, json!({ "person": head.person_id }), json!({ "person": me }));
        Ok(())
    }
}

impl Act for LeaveTrip {
    const KIND: &'static str = "floor.leave_trip";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock_trip(tx, self.trip.0).await?;
        head.check_mine(tx)?;
        let (org, at) = (tx.org().0, tx.at);
        sql_trips::set_trips_person(tx.conn(), org, &[self.trip.0], Uuid::nil(), at).await?;
        tx.announce("trip.left", self.trip, Some(head.site()), json!({ "wave": head.wave_id }));
        tx.audit("trip", self.trip, json!({ "person": head.person_id }), json!({ "person": null }));
        Ok(())
    }
}

impl Act for BindTote {
    const KIND: &'static str = "floor.bind_tote";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock_trip(tx, self.trip.0).await?;
        head.check_mine(tx)?;
        let (org, code) = (tx.org().0, self.code.trim().to_owned());
        let slots = sql_trips::slots(tx.conn(), org, &[self.trip.0]).await?;
        let slot = slots.iter().find(|slot| slot.slot_no == self.slot).ok_or_else(|| Refusal::not_found("slot on this cart"))?;
        let tote = sql_trips::lock_tote(tx.conn(), org, head.site_id, &code).await?;
        let tote = tote.ok_or_else(|| FloorRefusal::UnknownTote { code: code.clone() })?;
        if slot.lpn_id != tote {
            let elsewhere = slots.iter().any(|other| other.lpn_id == tote);
            if elsewhere || !sql_trips::busy_totes(tx.conn(), org, head.site_id, &[tote]).await?.is_empty() {
                return Err(FloorRefusal::ToteInUse { code }.into());
            }
            // A tote that is shared is every order's.
            let own = slots.iter().map(|slot| slot.slot_no).filter(|slot| head.shared || *slot == self.slot);
            let numbers: Vec<i32> = own.collect();
            let (trips, totes) = (vec![self.trip.0; numbers.len()], vec![tote; numbers.len()]);
            sql_trips::bind_totes(tx.conn(), org, &trips, &numbers, &totes).await?;
            lpns::take_out(tx, &totes).await?;
        }
        tx.announce("trip.tote_bound", self.trip, Some(head.site()), json!({ "wave": head.wave_id, "slot": self.slot }));
        tx.audit("trip", self.trip, json!({ "tote": slot.tote_code }), json!({ "slot": self.slot, "tote": code }));
        Ok(())
    }
}

impl Act for PickUnits {
    const KIND: &'static str = "floor.pick";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Picked;

    async fn act(&self, tx: &mut Tx) -> Result<Picked> {
        let stop = Stop::lock(tx, self.task.0).await?;
        stop.head.check_mine(tx)?;
        if stop.sheet.done {
            return Err(FloorRefusal::TaskDone.into());
        }
        pick::verify(&stop.sheet, stop.tote(), self)?;
        let site = stop.head.site();
        let stage = sites::bin_of_kind(tx, site, "stage").await?;
        let mut given = stop.given_to(tx, self).await?;
        let parts = stop.sharing(self.quantity, &given);
        let mut carried = Vec::new();
        for (row, units) in &parts {
            let from = given.entry(row.order_line_id).or_default();
            carried.extend(take(from, *units, in_unit(site, stage, row.lpn_id), row.id)?);
        }
        stock::carry(tx, Reason::Pick, &carried).await?;
        let mut picked = progress(tx, &stop.head, &stop.sheet, &parts).await?;
        picked.zero_check = counts::zero_check(tx, site, stop.bin().into()).await?;
        let (before, after) = (stop.sheet.quantity_picked, picked.quantity_picked);
        tx.audit("task", self.task, json!({ "picked": before }), json!({ "picked": after, "tote": self.tote_code }));
        Ok(picked)
    }
}

impl Act for UnpickUnits {
    const KIND: &'static str = "floor.unpick";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Picked;

    async fn act(&self, tx: &mut Tx) -> Result<Picked> {
        let stop = Stop::lock(tx, self.task.0).await?;
        tx.require(Permission::Pick, stop.head.site())?;
        // What a cancelled wave left in totes, anyone may put back.
        if !stop.head.cancelled {
            stop.head.check_mine(tx)?;
        }
        if self.quantity < 1 || self.quantity > stop.sheet.quantity_picked {
            return Err(FloorRefusal::NothingToUnpick.into());
        }
        let (org, site) = (tx.org().0, stop.head.site_id);
        let back = Place::loose(stop.head.site(), stop.bin().into());
        let parts: Vec<_> = stop.giving(self.quantity).into_iter().map(|(row, units)| (row, -units)).collect();
        let mut carried = Vec::new();
        for (row, units) in &parts {
            let mut carted =
                sql_picking::trip_allocations(tx.conn(), org, site, row.order_line_id, row.trip_id, row.slot_no).await?;
            carried.extend(take(&mut carted, -units, back, row.id).map_err(|_| FloorRefusal::NothingToUnpick)?);
        }
        stock::carry(tx, Reason::Unpick, &carried).await?;
        let picked = progress(tx, &stop.head, &stop.sheet, &parts).await?;
        let (before, after) = (stop.sheet.quantity_picked, picked.quantity_picked);
        tx.audit("task", self.task, json!({ "picked": before }), json!({ "picked": after }));
        Ok(picked)
    }
}

/// Each part of a stop has so many units more, or less; every order hears of its own.
async fn progress(
    tx: &mut Tx,
    head: &sql_trips::TripHead,
    sheet: &TaskSheet,
    parts: &[(&sql_picking::TaskRow, i32)],
) -> Result<Picked> {
    let parted: Vec<(Uuid, i32)> = parts.iter().map(|(row, units)| (row.id, *units)).collect();
    let picked = progressed(tx, head, sheet, &parted).await?;
    for (row, units) in parts {
        let told = json!({
            "wave": head.wave_id, "order": row.order_id, "task": row.id, "units": units, "left": picked.trip_left,
        });
        tx.announce("trip.picked", head.trip_id, Some(head.site()), told);
    }
    Ok(picked)
}

/// Tasks have so many units more, or less; what that makes of the stop they are.
pub(super) async fn progressed(
    tx: &mut Tx,
    head: &sql_trips::TripHead,
    sheet: &TaskSheet,
    parts: &[(Uuid, i32)],
) -> Result<Picked> {
    let (org, at) = (tx.org().0, tx.at);
    let (ids, units): (Vec<Uuid>, Vec<i32>) = parts.iter().copied().unzip();
    sql_picking::progress_tasks(tx.conn(), org, &ids, &units, &vec![0; ids.len()], "", at).await?;
    if head.cancelled {
        // What was all picked is open again, and its wave is over.
        for task in ids {
            sql_picking::close_cancelled(tx.conn(), org, task, at).await?;
        }
    }
    let trip_left = sql_trips::trip_units_left(tx.conn(), org, head.trip_id).await?;
    let quantity_picked = sheet.quantity_picked + units.iter().sum::<i32>();
    let quantity_left = sheet.quantity - quantity_picked - sheet.quantity_short;
    Ok(Picked { task: sheet.task, quantity_picked, quantity_left, trip_left, zero_check: None })
}
