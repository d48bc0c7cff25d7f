//! The floor's transactions: trips, totes, picks, parcels, hand-over. What a scan means is decided by `domain::floor`.
//!
//! Totes stand in the site's `stage` bin, parcels in its `pack` bin; the allocation follows the goods. A trip's row is locked
//! before its tasks are read, so two tablets on one cart queue, and the second sees what the first did.

mod bulk;
mod clear;
pub(crate) mod gone;
mod pack;
mod pick;
mod put_back;
mod read;
mod rebin;
mod ship;
mod short;
mod sql_clear;
mod sql_packing;
mod sql_picking;
mod sql_put_back;
mod sql_rebin;
mod sql_scan;
mod sql_shipping;
mod sql_trips;
mod stop;
#[cfg(test)]
pub(crate) mod tests;
mod told_apart;
mod tote;

pub(crate) use clear::clear_bin;
pub(crate) use put_back::to_put_back;
pub(crate) use rebin::{carry_waiting, rebind_waiting, waiting_in_reserve};
pub(crate) use tote::{find_tote, require_off_carts, require_tote_for};

use domain::floor::{FloorRefusal, PackLine, TaskSheet};
use domain::ids::{AllocationId, BinId, LpnId, SiteId};
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::stock::{Place, StockRefusal};
use uuid::Uuid;

use crate::stock::Carry;
use crate::{Result, Tx};

impl sql_trips::TripHead {
    fn site(&self) -> SiteId {
        self.site_id.into()
    }

    /// The caller's own, of a wave that is walked.
    fn check_mine(&self, tx: &Tx) -> Result<()> {
        tx.require(Permission::Pick, self.site())?;
        self.check_walked()?;
        if self.person_id == tx.caller.person().0 { Ok(()) } else { Err(self.not_mine()) }
    }

    fn check_walked(&self) -> Result<()> {
        if self.cancelled {
            return Err(FloorRefusal::WaveCancelled.into());
        }
        if self.released { Ok(()) } else { Err(FloorRefusal::WaveNotReleased.into()) }
    }

    fn not_mine(&self) -> crate::Failure {
        if self.person_id.is_nil() {
            return FloorRefusal::TripNotYours.into();
        }
        FloorRefusal::TripTaken { person: self.person_name.clone().unwrap_or_else(|| "Someone else".to_owned()) }.into()
    }
}

/// Locks trips for whoever changes what they are to fetch.
pub(crate) async fn lock_trips(tx: &mut Tx, trips: &[Uuid]) -> Result<()> {
    let org = tx.org().0;
    sql_trips::lock_trips(tx.conn(), org, trips).await?;
    Ok(())
}

/// Locks one trip.
async fn lock_trip(tx: &mut Tx, trip: Uuid) -> Result<sql_trips::TripHead> {
    let org = tx.org().0;
    Ok(sql_trips::lock_trips(tx.conn(), org, &[trip]).await?.pop().ok_or_else(|| Refusal::not_found("trip"))?)
}

/// Locks the trip of a task, then reads the task.
async fn lock_task(tx: &mut Tx, task: Uuid) -> Result<(sql_trips::TripHead, sql_picking::TaskRow)> {
    let org = tx.org().0;
    let head = sql_trips::lock_trip_of(tx.conn(), org, task).await?.ok_or_else(|| Refusal::not_found("task"))?;
    let row = sql_picking::tasks(tx.conn(), org, &[task], &[]).await?.pop().ok_or_else(|| Refusal::not_found("task"))?;
    Ok((head, row))
}

fn barcodes(codes: Option<Vec<String>>, packs: Option<Vec<i32>>) -> Vec<(String, i32)> {
    codes.unwrap_or_default().into_iter().zip(packs.unwrap_or_default()).collect()
}

fn task_sheet(row: sql_picking::TaskRow) -> TaskSheet {
    TaskSheet {
        task: row.id.into(),
        slot: row.slot_no,
        bin_code: row.bin_code,
        aisle: row.aisle,
        y_mm: row.y_mm,
        side: row.side,
        level: row.level,
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        variant: row.variant,
        barcodes: barcodes(row.barcodes, row.packs),
        quantity: row.quantity,
        quantity_picked: row.quantity_picked,
        quantity_short: row.quantity_short,
        done: row.done,
        lots: Vec::new(),
        by_serial: row.by_serial,
        serials: Vec::new(),
    }
}

/// What a parcel expects: what it holds, and what its order still has in totes.
fn pack_line(row: sql_packing::PackLineRow) -> PackLine {
    PackLine {
        line: row.order_line_id.into(),
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        variant: row.variant,
        barcodes: barcodes(row.barcodes, row.packs),
        weight_g: row.weight_g,
        expected: row.packed + row.in_totes,
        packed: row.packed,
    }
}

/// Takes `quantity` units from these allocations, first ones first.
fn take(from: &mut [(Uuid, i32)], quantity: i32, to: Place, source: Uuid) -> Result<Vec<Carry>> {
    let mut left = quantity;
    let mut carried = Vec::new();
    for (allocation, units) in from {
        let taken = left.min(*units);
        if taken > 0 {
            *units -= taken;
            left -= taken;
            carried.push(Carry { allocation: AllocationId(*allocation), quantity: taken, to, source });
        }
    }
    if left > 0 {
        return Err(StockRefusal::NotEnough { wanted: quantity, free: quantity - left }.into());
    }
    Ok(carried)
}

fn in_unit(site: SiteId, bin: BinId, lpn: Uuid) -> Place {
    Place { site, bin, lpn: LpnId(lpn) }
}
