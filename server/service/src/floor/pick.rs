//! Taking a trip, binding totes, picking and putting back.

use domain::floor::{BindTote, ClaimTrip, FloorRefusal, LeaveTrip, PickUnits, Picked, UnpickUnits, pick};
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::stock::{Place, Reason};
use serde_json::json;
use uuid::Uuid;

use super::{in_unit, lock_task, lock_trip, sql_picking, sql_trips, take, task_sheet};
use crate::{Act, Result, Tx, sites, stock};

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
        let (head, row) = lock_task(tx, self.task.0).await?;
        head.check_mine(tx)?;
        if row.done {
            return Err(FloorRefusal::TaskDone.into());
        }
        let (line, bin) = (row.order_line_id, row.bin_id);
        let (tote, lpn, order) = (row.tote_code.clone(), row.lpn_id, row.order_id);
        let sheet = task_sheet(row);
        pick::verify(&sheet, tote.as_deref(), self)?;
        let stage = sites::bin_of_kind(tx, head.site(), "stage").await?;
        let mut given = bin_units(tx, line, bin).await?;
        let carried = take(&mut given, self.quantity, in_unit(head.site(), stage, lpn), self.task.0)?;
        stock::carry(tx, Reason::Pick, &carried).await?;
        let picked = progress(tx, &head, &sheet, self.quantity).await?;
        let told =
            json!({ "wave": head.wave_id, "order": order, "task": self.task, "units": self.quantity, "left": picked.trip_left });
        tx.announce("trip.picked", head.trip_id, Some(head.site()), told);
        let (before, after) = (sheet.quantity_picked, picked.quantity_picked);
        tx.audit("task", self.task, json!({ "picked": before }), json!({ "picked": after, "tote": self.tote_code }));
        Ok(picked)
    }
}

impl Act for UnpickUnits {
    const KIND: &'static str = "floor.unpick";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Picked;

    async fn act(&self, tx: &mut Tx) -> Result<Picked> {
        let (head, row) = lock_task(tx, self.task.0).await?;
        tx.require(Permission::Pick, head.site())?;
        // What a cancelled wave left in totes, anyone may put back.
        if !head.cancelled {
            head.check_mine(tx)?;
        }
        if self.quantity < 1 || self.quantity > row.quantity_picked {
            return Err(FloorRefusal::NothingToUnpick.into());
        }
        let org = tx.org().0;
        let back = Place::loose(head.site(), row.bin_id.into());
        let mut carted =
            sql_picking::trip_allocations(tx.conn(), org, head.site_id, row.order_line_id, row.trip_id, row.slot_no).await?;
        let carried = take(&mut carted, self.quantity, back, self.task.0).map_err(|_| FloorRefusal::NothingToUnpick)?;
        stock::carry(tx, Reason::Unpick, &carried).await?;
        let order = row.order_id;
        let sheet = task_sheet(row);
        let picked = progress(tx, &head, &sheet, -self.quantity).await?;
        let told =
            json!({ "wave": head.wave_id, "order": order, "task": self.task, "units": -self.quantity, "left": picked.trip_left });
        tx.announce("trip.picked", head.trip_id, Some(head.site()), told);
        let (before, after) = (sheet.quantity_picked, picked.quantity_picked);
        tx.audit("task", self.task, json!({ "picked": before }), json!({ "picked": after }));
        Ok(picked)
    }
}

/// What a line has loose in a bin: allocations and their units.
pub(super) async fn bin_units(tx: &mut Tx, line: Uuid, bin: Uuid) -> Result<Vec<(Uuid, i32)>> {
    let org = tx.org().0;
    let rows = sql_picking::bin_allocations(tx.conn(), org, &[line], &[bin]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.quantity)).collect())
}

pub(super) async fn progress(
    tx: &mut Tx,
    head: &sql_trips::TripHead,
    sheet: &domain::floor::TaskSheet,
    units: i32,
) -> Result<Picked> {
    let (org, at) = (tx.org().0, tx.at);
    sql_picking::progress_tasks(tx.conn(), org, &[sheet.task.0], &[units], &[0], "", at).await?;
    if head.cancelled {
        // What was all picked is open again, and its wave is over.
        sql_picking::close_cancelled(tx.conn(), org, sheet.task.0, at).await?;
    }
    let trip_left = sql_trips::trip_units_left(tx.conn(), org, head.trip_id).await?;
    let quantity_picked = sheet.quantity_picked + units;
    let quantity_left = sheet.quantity - quantity_picked - sheet.quantity_short;
    Ok(Picked { task: sheet.task, quantity_picked, quantity_left, trip_left })
}
