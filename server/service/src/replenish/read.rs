//! Questions about replenishment: what is to be brought, what no reserve has, what bins should hold.

use chrono::{DateTime, Utc};
use domain::catalog::slotting::Slotting;
use domain::ids::{PersonId, SiteId};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::replenish::{CLAIM, ForwardPickPage, ForwardPickRow, PAGE, ReplenishBoard, ReplenishRow};
use uuid::Uuid;

use super::sql_read as sql;
use crate::{Db, Result, Tx};

/// One open task.
pub(super) async fn task(tx: &mut Tx, task: Uuid) -> Result<ReplenishRow> {
    let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
    let row = sql::tasks(tx.conn(), org, None, Some(task), at - CLAIM).await?.pop();
    Ok(shown(row.ok_or_else(|| Refusal::not_found("task"))?, me))
}

fn shown(row: sql::TaskRow, me: PersonId) -> ReplenishRow {
    ReplenishRow {
        task: row.task_id.into(),
        site_code: row.site_code,
        from_code: row.from_code,
        to_code: row.to_code,
        sku: row.sku_id.into(),
        sku_code: row.sku_code,
        sku_name: row.sku_name,
        variant: row.variant,
        slotting: Slotting::parse(&row.slotting).unwrap_or_default(),
        barcodes: row.barcodes.unwrap_or_default().into_iter().zip(row.packs.unwrap_or_default()).collect(),
        quantity: row.quantity,
        quantity_moved: row.quantity_moved,
        mine: !row.person_id.is_nil() && row.person_id == me.0,
        person: row.person_name,
        raised_at: row.raised_at,
        wave: row.wave,
        due: row.due,
    }
}

/// The sites to look at: the one asked for, or those the caller may.
fn places(tx: &Tx, permission: Permission, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(permission), |site| Some(vec![site.0]))
}

impl Db {
    /// What is to be brought on the floor: one's own first, then the most urgent that nobody has.
    pub async fn replenishments(&self, caller: &Caller, site: Option<SiteId>, now: DateTime<Utc>) -> Result<Vec<ReplenishRow>> {
        let mut tx = self.read(caller, Permission::StockMove, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockMove, site));
        let rows = sql::tasks(tx.conn(), org, sites.as_deref(), None, now - CLAIM).await?;
        let mut rows: Vec<_> = rows.into_iter().map(|row| shown(row, caller.person())).collect();
        rows.sort_by_key(|row| (!row.mine, row.person.is_some()));
        Ok(rows)
    }

    /// The desk's board.
    pub async fn replenish_board(&self, caller: &Caller, site: Option<SiteId>, now: DateTime<Utc>) -> Result<ReplenishBoard> {
        let mut tx = self.read(caller, Permission::StockView, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockView, site));
        let tasks = sql::tasks(tx.conn(), org, sites.as_deref(), None, now - CLAIM).await?;
        let without = sql::without_reserve(tx.conn(), org, sites.as_deref()).await?;
        Ok(ReplenishBoard { tasks: tasks.into_iter().map(|row| shown(row, caller.person())).collect(), without })
    }

    /// What bins should hold and do hold. `page` counts from one.
    pub async fn forward_picks(&self, caller: &Caller, site: Option<SiteId>, search: &str, page: i64) -> Result<ForwardPickPage> {
        let mut tx = self.read(caller, Permission::StockView, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockView, site));
        let from = crate::rows_before(page, PAGE);
        let rows = sql::rules(tx.conn(), org, sites.as_deref(), search.trim(), PAGE, from).await?;
        let total = rows.first().map_or(0, |row| row.total);
        let row = |row: sql::RuleRow| ForwardPickRow {
            site: row.site_id.into(),
            site_code: row.site_code,
            bin: row.bin_id.into(),
            bin_code: row.bin_code,
            sku: row.sku_id.into(),
            sku_code: row.sku_code,
            sku_name: row.sku_name,
            slotting: Slotting::parse(&row.slotting).unwrap_or_default(),
            min: row.min_units,
            max: row.max_units,
            on_hand: row.on_hand,
            allocated: row.allocated,
            coming: row.coming,
        };
        Ok(ForwardPickPage { rows: rows.into_iter().map(row).collect(), total })
    }
}
