//! What a cancelled wave left in totes goes back to its bins: each such pick is a task to put back, until its units are packed or
//! back. They stay their order's all the while, and can be planned again as soon as they lie in a bin.

use domain::floor::{FloorRefusal, Picked, PutBack, PutBackRow, pick};
use domain::ids::{SiteId, WaveId};
use domain::people::{Caller, Permission};
use domain::stock::{Place, Reason};
use serde_json::json;

use super::pick::progressed;
use super::{barcodes, lock_task, sql_put_back, take, task_sheet};
use crate::{Act, Db, Result, Tx, stock};

impl Act for PutBack {
    const KIND: &'static str = "floor.put_back";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Picked;

    async fn act(&self, tx: &mut Tx) -> Result<Picked> {
        let (head, row) = lock_task(tx, self.task.0).await?;
        tx.require(Permission::Pick, head.site())?;
        let org = tx.org().0;
        let open = sql_put_back::put_backs(tx.conn(), org, None, None, Some(self.task.0)).await?.pop();
        let open = open.map(put_back_row).ok_or(FloorRefusal::NothingToUnpick)?;
        pick::verify_back(&open, self)?;
        let mut carted = sql_put_back::task_allocations(tx.conn(), org, self.task.0).await?;
        let back = Place::loose(head.site(), row.bin_id.into());
        let carried = take(&mut carted, self.quantity, back, self.task.0).map_err(|_| FloorRefusal::NothingToUnpick)?;
        stock::carry(tx, Reason::Unpick, &carried).await?;
        let order = row.order_id;
        let sheet = task_sheet(row);
        let picked = progressed(tx, &head, &sheet, &[(self.task.0, -self.quantity)]).await?;
        let told = json!({ "wave": head.wave_id, "order": order, "task": self.task, "units": -self.quantity });
        tx.announce("trip.put_back", head.trip_id, Some(head.site()), told);
        let (before, after) = (sheet.quantity_picked, picked.quantity_picked);
        tx.audit("task", self.task, json!({ "picked": before }), json!({ "picked": after, "bin": self.bin_code }));
        Ok(picked)
    }
}

/// Units a wave left in totes, to be put back.
pub(crate) async fn to_put_back(tx: &mut Tx, wave: WaveId) -> Result<i32> {
    let org = tx.org().0;
    Ok(sql_put_back::put_backs(tx.conn(), org, None, Some(wave.0), None).await?.iter().map(|row| row.quantity).sum())
}

fn put_back_row(row: sql_put_back::PutBackRow) -> PutBackRow {
    PutBackRow {
        task: row.task_id.into(),
        wave_number: row.wave_number,
        order_number: row.order_number,
        tote_code: row.tote_code,
        bin_code: row.bin_code,
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        variant: row.variant,
        barcodes: barcodes(row.barcodes, row.packs),
        quantity: row.quantity,
    }
}

impl Db {
    /// What is to be put back, tote by tote: of this site, or of all the caller may pick at.
    pub async fn put_backs(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<PutBackRow>> {
        let mut tx = self.read(caller, Permission::Pick, site).await?;
        let org = tx.org().0;
        let sites = site.map_or_else(|| tx.sites(Permission::Pick), |site| Some(vec![site.0]));
        Ok(sql_put_back::put_backs(tx.conn(), org, sites.as_deref(), None, None).await?.into_iter().map(put_back_row).collect())
    }
}
