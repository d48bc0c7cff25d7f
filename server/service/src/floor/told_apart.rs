//! Stops whose units are told apart: which lots and serials the sheet asks for, and which allocations a scan means. A serial that is
//! nobody's takes the place of the one the line was given; one that is another order's is refused.

use std::collections::HashMap;

use domain::floor::{PickUnits, TaskLot, TaskSheet};
use domain::ids::{AllocationId, OrderLineId, SiteId};
use domain::lots::LotRefusal;
use domain::stock::{Place, Tag};
use uuid::Uuid;

use super::sql_picking::TaskRow;
use super::task_sheet;
use crate::lots::{self, WantedLot};
use crate::stock;
use crate::{Result, Tx};

/// The sheets of these tasks, with the lots and serials of those that are told apart. Others cost nothing.
pub(super) async fn sheets(tx: &mut Tx, rows: Vec<TaskRow>) -> Result<Vec<TaskSheet>> {
    let apart: Vec<&TaskRow> = rows.iter().filter(|row| !row.done && (row.by_lot || row.by_serial)).collect();
    if apart.is_empty() {
        return Ok(rows.into_iter().map(task_sheet).collect());
    }
    let org = tx.org().0;
    let lines: Vec<Uuid> = apart.iter().map(|row| row.order_line_id).collect();
    let bins: Vec<Uuid> = apart.iter().map(|row| row.bin_id).collect();
    let skus: Vec<Uuid> = apart.iter().map(|row| row.sku_id).collect();
    let mut wanted: HashMap<(Uuid, Uuid), Vec<WantedLot>> = HashMap::new();
    for row in lots::wanted_lots(tx.conn(), org, &lines, &bins).await? {
        wanted.entry((row.order_line_id, row.bin_id)).or_default().push(row);
    }
    let mut free: HashMap<(Uuid, Uuid), Vec<String>> = HashMap::new();
    for row in lots::free_serials(tx.conn(), org, &bins, &skus).await? {
        free.entry((row.bin_id, row.sku_id)).or_default().push(row.code);
    }
    let sheet = |row: TaskRow| {
        let own = wanted.get(&(row.order_line_id, row.bin_id)).map(Vec::as_slice).unwrap_or_default();
        let mut lots: Vec<TaskLot> = Vec::new();
        for part in own.iter().filter(|_| row.by_lot) {
            match lots.iter_mut().find(|lot| lot.code == part.lot) {
                Some(lot) => lot.units += part.quantity,
                None => lots.push(TaskLot { code: part.lot.clone(), expires_on: part.expires_on, units: part.quantity }),
            }
        }
        let mut serials: Vec<String> = own.iter().map(|part| part.serial.clone()).filter(|code| !code.is_empty()).collect();
        serials.extend(free.get(&(row.bin_id, row.sku_id)).into_iter().flatten().filter(|_| row.by_serial).cloned());
        TaskSheet { lots, serials, ..task_sheet(row) }
    };
    Ok(rows.into_iter().map(sheet).collect())
}

/// What each line may take for this pick: allocations and their units, of the lot and the serials that were scanned. A lot that was
/// recalled or is past its day is not picked.
pub(super) async fn given(tx: &mut Tx, rows: &[TaskRow], pick: &PickUnits) -> Result<HashMap<Uuid, Vec<(Uuid, i32)>>> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let lines: Vec<Uuid> = rows.iter().map(|row| row.order_line_id).collect();
    let bins: Vec<Uuid> = rows.iter().map(|row| row.bin_id).collect();
    let lot = pick.marks.lot.trim().to_uppercase();
    let mut parts = lots::wanted_lots(tx.conn(), org, &lines, &bins).await?;
    parts.retain(|part| !rows[0].by_lot || part.lot == lot);
    if let Some(part) = parts.iter().find(|part| part.recalled) {
        return Err(LotRefusal::Recalled { lot, reason: part.recall_note.clone() }.into());
    }
    if let Some(on) = parts.iter().filter_map(|part| part.expires_on).find(|on| *on < today) {
        return Err(LotRefusal::Expired { lot, on }.into());
    }
    if rows[0].by_serial {
        parts = by_serial(tx, &rows[0], parts, &pick.marks.serials).await?;
    }
    let mut given: HashMap<Uuid, Vec<(Uuid, i32)>> = HashMap::new();
    for part in parts {
        given.entry(part.order_line_id).or_default().push((part.allocation, part.quantity));
    }
    Ok(given)
}

/// The parts of those serials. One that is free in the bin is given instead of one that stays there.
async fn by_serial(tx: &mut Tx, row: &TaskRow, parts: Vec<WantedLot>, scanned: &[String]) -> Result<Vec<WantedLot>> {
    let org = tx.org().0;
    let scanned: Vec<String> = scanned.iter().map(|code| code.trim().to_uppercase()).collect();
    let (mut taken, mut spare): (Vec<WantedLot>, Vec<WantedLot>) =
        parts.into_iter().partition(|part| scanned.contains(&part.serial));
    for code in scanned {
        if taken.iter().any(|part| part.serial == code) {
            continue;
        }
        let there = lots::serial_in_bin(tx.conn(), org, row.sku_id, row.bin_id, &code).await?;
        let there = there.ok_or_else(|| LotRefusal::SerialElsewhere { serial: code.clone() })?;
        if let Some(order) = there.order {
            return Err(LotRefusal::SerialOfAnother { serial: code, order }.into());
        }
        let at = spare.iter().position(|part| part.lot_id == there.lot_id);
        let instead = spare.remove(at.ok_or_else(|| LotRefusal::SerialElsewhere { serial: code.clone() })?);
        let place = Place::loose(SiteId(row.site_id), row.bin_id.into());
        let tag = Tag { owner: there.owner_id.into(), lot: there.lot_id.into(), serial: there.serial_id.into() };
        let line = OrderLineId(instead.order_line_id);
        let allocation = stock::swap(tx, AllocationId(instead.allocation), (line, row.sku_id.into()), place, tag).await?;
        taken.push(WantedLot { allocation: allocation.0, serial: code, ..instead });
    }
    Ok(taken)
}
