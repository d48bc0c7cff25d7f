//! Questions about inspections: the desk's board, and what the floor has to look at.

use domain::ids::SiteId;
use domain::inspections::{HeldRow, InspectionBoard, InspectionRow, InspectionStanding, PlanRow};
use domain::lots::Apart;
use domain::people::{Caller, Permission};
use domain::stock::HoldReason;
use uuid::Uuid;

use super::{sampling, sql_read as sql};
use crate::{Db, Result, Tx};

/// Inspections that are done, shown beside those that are not.
const DONE_SHOWN: i64 = 20;
/// Bins on hold shown at most: more is a list nobody works through.
const HELD_SHOWN: i64 = 500;

fn row(row: sql::ListRow) -> Result<InspectionRow> {
    let sampling = sampling(&row.how, row.amount)?;
    Ok(InspectionRow {
        id: row.id.into(),
        number: row.number,
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        barcodes: row.barcodes.into_iter().zip(row.packs).collect(),
        apart: row.apart,
        supplier: row.supplier,
        receipt: row.receipt,
        order_number: row.order_number,
        site_code: row.site_code,
        bin_code: row.bin_code,
        note: row.note,
        sampling,
        came: row.came,
        wanted: sampling.wanted(row.came, row.rejected),
        accepted: row.accepted,
        rejected: row.rejected,
        standing: InspectionStanding::of(sampling, row.came, (row.accepted, row.rejected), row.released),
        opened_at: row.opened_at,
    })
}

/// The sites asked about: the one that was named, else the caller's.
fn asked(tx: &Tx, needs: Permission, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(needs), |site| Some(vec![site.0]))
}

impl Db {
    /// Inspections, plans, and what is on hold.
    pub async fn inspection_board(&self, caller: &Caller, site: Option<SiteId>) -> Result<InspectionBoard> {
        let mut tx = self.read(caller, Permission::StockView, site).await?;
        let (org, sites) = (tx.org().0, asked(&tx, Permission::StockView, site));
        let mut rows: Vec<InspectionRow> =
            sql::list(tx.conn(), org, sites.as_deref(), DONE_SHOWN).await?.into_iter().map(row).collect::<Result<_>>()?;
        // What may be released waits for one press: first, and in its order.
        let place = |row: &InspectionRow| match row.standing {
            InspectionStanding::Judged => 0,
            InspectionStanding::Waiting => 1,
            InspectionStanding::Done => 2,
        };
        rows.sort_by_key(place);
        let mut plans = Vec::new();
        for plan in sql::plans(tx.conn(), org).await? {
            plans.push(PlanRow {
                sku: plan.sku_code.zip(plan.sku_name),
                supplier: plan.supplier.map(|name| (plan.supplier_id.into(), name)),
                sampling: sampling(&plan.how, plan.amount)?,
                note: plan.note,
                set_at: plan.set_at,
            });
        }
        let held = sql::held(tx.conn(), org, sites.as_deref(), HELD_SHOWN).await?.into_iter().map(|row| HeldRow {
            sku: row.sku_id.into(),
            sku_code: row.sku_code,
            sku_name: row.sku_name,
            site: row.site_id.into(),
            site_code: row.site_code,
            bin: row.bin_id.into(),
            bin_code: row.bin_code,
            lpn: row.lpn_id.into(),
            lpn_code: row.lpn_code,
            owner: row.owner_id.into(),
            owner_code: row.owner_code,
            apart: Apart { lot: row.lot_id.into(), lot_code: row.lot_code, expires_on: row.expires_on, serial: row.serial },
            units: row.units,
            inspected: row.inspected,
            unnamed: row.unnamed,
            reason: row.said.or_else(|| Some(HoldReason::parse(row.reason.as_deref()?)?.words().to_owned())),
            note: row.note,
            held_by: row.held_by,
            held_at: row.held_at,
        });
        let held = held.collect();
        Ok(InspectionBoard { rows, plans, held })
    }

    /// What is to be looked at on the floor, the oldest first.
    pub async fn to_inspect(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<InspectionRow>> {
        let mut tx = self.read(caller, Permission::GoodsInspect, site).await?;
        let (org, sites) = (tx.org().0, asked(&tx, Permission::GoodsInspect, site));
        let rows = sql::list(tx.conn(), org, sites.as_deref(), 0).await?.into_iter().map(row);
        let rows: Vec<InspectionRow> = rows.collect::<Result<_>>()?;
        Ok(rows.into_iter().filter(|row| row.standing == InspectionStanding::Waiting).collect())
    }
}
