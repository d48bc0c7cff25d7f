//! A bin that gives less than was asked. What is seen wins over what is written: the missing units leave sale in the same
//! transaction, the order looks for others, and somebody counts the bin.

use domain::floor::{FloorRefusal, ShortPick, ShortReason, Shorted, pick};
use domain::ids::SkuId;
use domain::people::Permission;
use domain::stock::{Place, Reason, State};
use serde_json::json;
use uuid::Uuid;

use super::pick::bin_units;
use super::{lock_task, sql_picking, task_sheet};
use crate::exceptions::{self, Case};
use crate::stock::{self, Shift, Want};
use crate::{Act, Result, Tx};

impl Act for ShortPick {
    const KIND: &'static str = "floor.short";
    const NEEDS: Permission = Permission::Pick;
    type Outcome = Shorted;

    async fn act(&self, tx: &mut Tx) -> Result<Shorted> {
        let (head, row) = lock_task(tx, self.task.0).await?;
        head.check_mine(tx)?;
        if row.done {
            return Err(FloorRefusal::TaskDone.into());
        }
        let (org, at, site, sku) = (tx.org().0, tx.at, head.site(), SkuId(row.sku_id));
        let (line, order, bin) = (row.order_line_id, row.order_id, row.bin_id);
        let sheet = task_sheet(row);
        let missing = pick::left(&sheet);
        // The demand is locked before any balance, as everyone does who lowers what is free.
        stock::promises(tx, &[site], &[sku]).await?;
        let at_bin = Place::loose(site, bin.into());
        give_up(tx, line, at_bin, missing).await?;
        take_out_of_sale(tx, self, sku, at_bin, missing).await?;
        let reallocated = find_elsewhere(tx, self.task.0, Want { line: line.into(), sku, quantity: missing }, site).await?;
        let backordered = missing - reallocated;
        sql_picking::progress_tasks(tx.conn(), org, &[self.task.0], &[0], &[missing], self.reason.code(), at).await?;
        let number = sql_picking::order_number(tx.conn(), org, order).await?;
        let why = self.reason.words().to_lowercase();
        let case = |kind, subject: Uuid, summary: String| {
            let detail = json!({ "bin": sheet.bin_code, "sku": sheet.sku_code, "units": missing, "reason": self.reason.code() });
            Case { kind, subject, site: Some(site), summary, detail }
        };
        let mut cases = vec![
            case(
                "short_pick",
                self.task.0,
                format!("{number}: {missing} of {} not in {} ({why})", sheet.sku_code, sheet.bin_code),
            ),
            case("count_due", bin, format!("Count {}: {missing} of {} {why}", sheet.bin_code, sheet.sku_code)),
        ];
        if backordered > 0 {
            cases.push(case("backorder", order, format!("{number}: {backordered} of {} wait for stock", sheet.sku_code)));
        }
        exceptions::raise(tx, &cases).await?;
        let shorted = Shorted { task: self.task, reallocated, backordered };
        tx.announce("trip.shorted", head.trip_id, Some(site), json!({ "wave": head.wave_id, "order": order, "did": shorted }));
        tx.audit("task", self.task, json!({ "short": sheet.quantity_short }), json!({ "short": missing, "reason": why }));
        Ok(shorted)
    }
}

/// The line's claim on the units that are not there.
async fn give_up(tx: &mut Tx, line: Uuid, at: Place, missing: i32) -> Result<()> {
    let mut given = bin_units(tx, line, at.bin.0).await?;
    let freed = super::take(&mut given, missing, at, Uuid::nil())?;
    stock::deallocate(tx, &freed.iter().map(|part| (part.allocation, part.quantity)).collect::<Vec<_>>()).await
}

/// Damaged units are set apart. Where units are missing, what else the book has there for nobody is doubted too, until counted.
async fn take_out_of_sale(tx: &mut Tx, short: &ShortPick, sku: SkuId, at: Place, missing: i32) -> Result<()> {
    let org = tx.org().0;
    let (to_state, reason, quantity) = match short.reason {
        ShortReason::Damaged => (State::Damaged, Reason::Damage, missing),
        ShortReason::Missing | ShortReason::WrongItem => {
            (State::Held, Reason::Hold, sql_picking::free_in_bin(tx.conn(), org, at.site.0, at.bin.0, sku.0).await?)
        }
    };
    let source = short.task.0;
    stock::shift(tx, reason, &[Shift { sku, quantity, from: at, from_state: State::Sellable, to: at, to_state, source }]).await
}

/// Promises the line units from other bins, as many as are free, and puts them at the trip's end.
pub(super) async fn find_elsewhere(tx: &mut Tx, task: Uuid, want: Want, site: domain::ids::SiteId) -> Result<i32> {
    let org = tx.org().0;
    stock::reserve(tx, site, &[want]).await?;
    let (mut ids, mut bins, mut quantities) = (vec![], vec![], vec![]);
    for found in stock::allocate(tx, &[want.line]).await?.into_iter().filter(|found| found.place.site == site) {
        ids.push(Uuid::now_v7());
        bins.push(found.place.bin.0);
        quantities.push(found.quantity);
    }
    if ids.is_empty() {
        return Ok(0);
    }
    sql_picking::append_tasks(tx.conn(), org, task, &ids, &bins, &quantities).await?;
    Ok(quantities.iter().sum::<i32>().min(want.quantity))
}
