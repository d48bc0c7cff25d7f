//! One stop of a walk: a task, and where its orders share one tote, the equal ones of the others. How units are shared out among them
//! is `domain::floor::together`'s.

use std::collections::HashMap;

use domain::floor::{PickUnits, TaskSheet, pick, together};
use uuid::Uuid;

use super::sql_picking::TaskRow;
use super::told_apart::{self, sheets};
use super::{lock_task, sql_picking, sql_trips, task_sheet};
use crate::{Result, Tx};

pub(super) struct Stop {
    pub head: sql_trips::TripHead,
    /// In the list's order; the task that was asked for is one of them.
    rows: Vec<TaskRow>,
    /// All of them as one.
    pub sheet: TaskSheet,
}

impl Stop {
    /// Locks the trip of a task, then reads what is picked together with it. Of a wave that is over each task is on its own: it is put
    /// back order by order.
    pub(super) async fn lock(tx: &mut Tx, task: Uuid) -> Result<Self> {
        let (head, row) = lock_task(tx, task).await?;
        if !head.shared || head.cancelled {
            let sheet = sheets(tx, vec![row.clone()]).await?.remove(0);
            return Ok(Self { head, sheet, rows: vec![row] });
        }
        let org = tx.org().0;
        let mut rows = sql_picking::tasks(tx.conn(), org, &[], &[head.trip_id]).await?;
        rows.retain(|other| (other.bin_id, other.sku_id) == (row.bin_id, row.sku_id));
        let sheets: Vec<TaskSheet> = sheets(tx, rows.clone()).await?;
        let sheet = together::merged(&sheets).into_iter().next().unwrap_or_else(|| task_sheet(row));
        Ok(Self { head, rows, sheet })
    }

    pub(super) fn bin(&self) -> Uuid {
        self.rows[0].bin_id
    }

    pub(super) fn sku(&self) -> Uuid {
        self.rows[0].sku_id
    }

    pub(super) fn tote(&self) -> Option<&str> {
        self.rows[0].tote_code.as_deref()
    }

    /// Who gets so many units: those first in the list.
    pub(super) fn taking(&self, units: i32) -> Vec<(&TaskRow, i32)> {
        let left = |row: &TaskRow| if row.done { 0 } else { pick::left(&task_sheet(row.clone())) };
        self.parts(together::share_out(self.rows.iter().map(left), units))
    }

    /// Who gets so many units, of what each may take: those first in the list.
    pub(super) fn sharing(&self, units: i32, given: &HashMap<Uuid, Vec<(Uuid, i32)>>) -> Vec<(&TaskRow, i32)> {
        // Tasks of one line draw on the same.
        let mut may: HashMap<Uuid, i32> =
            given.iter().map(|(line, parts)| (*line, parts.iter().map(|(_, units)| units).sum())).collect();
        let room = self.rows.iter().map(|row| {
            let left = if row.done { 0 } else { pick::left(&task_sheet(row.clone())) };
            let may = may.entry(row.order_line_id).or_default();
            let room = left.min(*may);
            *may -= room;
            room
        });
        self.parts(together::share_out(room.collect::<Vec<_>>(), units))
    }

    /// Who gives so many units back: those last in the list.
    pub(super) fn giving(&self, units: i32) -> Vec<(&TaskRow, i32)> {
        let last = self.rows.len() - 1;
        let shares = together::share_out(self.rows.iter().rev().map(|row| row.quantity_picked), units);
        self.parts(shares.into_iter().map(|(at, units)| (last - at, units)).collect())
    }

    fn parts(&self, shares: Vec<(usize, i32)>) -> Vec<(&TaskRow, i32)> {
        shares.into_iter().map(|(at, units)| (&self.rows[at], units)).collect()
    }

    /// What each line may take of what was scanned: allocations and their units.
    pub(super) async fn given_to(&self, tx: &mut Tx, pick: &PickUnits) -> Result<HashMap<Uuid, Vec<(Uuid, i32)>>> {
        let apart = self.rows[0].by_lot || self.rows[0].by_serial;
        if apart { told_apart::given(tx, &self.rows, pick).await } else { self.given(tx).await }
    }

    /// What each line has loose in the bin: allocations and their units.
    pub(super) async fn given(&self, tx: &mut Tx) -> Result<HashMap<Uuid, Vec<(Uuid, i32)>>> {
        let org = tx.org().0;
        let lines: Vec<Uuid> = self.rows.iter().map(|row| row.order_line_id).collect();
        let bins = vec![self.bin(); lines.len()];
        let mut given: HashMap<Uuid, Vec<(Uuid, i32)>> = HashMap::new();
        for row in sql_picking::bin_allocations(tx.conn(), org, &lines, &bins).await? {
            given.entry(row.order_line_id).or_default().push((row.id, row.quantity));
        }
        Ok(given)
    }
}
