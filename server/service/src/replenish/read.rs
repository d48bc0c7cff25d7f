//! Questions about replenishment: what is to be brought, what no reserve has, what bins should hold.

use chrono::{DateTime, Utc};
use domain::catalog::slotting::Slotting;
use domain::ids::{PersonId, SiteId, SkuId};
use domain::lots::Picking;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::replenish::need::{self, Pile};
use domain::replenish::{CLAIM, ForwardPickPage, ForwardPickRow, PAGE, ReplenishBoard, ReplenishRow};
use uuid::Uuid;

use super::sql_read as sql;
use crate::{Db, Result, Tx, lots};

/// One open task.
pub(super) async fn task(tx: &mut Tx, task: Uuid) -> Result<ReplenishRow> {
    let at = tx.at;
    tasks(tx, at, None, Some(task)).await?.pop().ok_or_else(|| Refusal::not_found("task").into())
}

/// Open tasks, most urgent first, with the lots and serials of what is told apart.
async fn tasks(tx: &mut Tx, at: DateTime<Utc>, sites: Option<&[Uuid]>, task: Option<Uuid>) -> Result<Vec<ReplenishRow>> {
    let (org, me) = (tx.org().0, tx.caller.person());
    let rows = sql::tasks(tx.conn(), org, sites, task, at - CLAIM).await?;
    let mut rows: Vec<ReplenishRow> = rows.into_iter().map(|row| shown(row, me)).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.task.0).collect();
    let standing = sql::apart(tx.conn(), org, &ids).await?;
    if standing.is_empty() {
        return Ok(rows);
    }
    let skus: Vec<SkuId> = rows.iter().map(|row| row.sku).collect();
    let picking = lots::pickings(tx, &skus).await?;
    for row in &mut rows {
        let there: Vec<&sql::ApartRow> = standing.iter().filter(|one| one.task_id == row.task.0).collect();
        told_apart(row, &there, picking.get(&row.sku).copied().unwrap_or_default(), at);
    }
    Ok(rows)
}

/// Which of the lots that stand there are taken, and the numbers that may be.
fn told_apart(row: &mut ReplenishRow, there: &[&sql::ApartRow], picking: Picking, at: DateTime<Utc>) {
    let Some(first) = there.first() else { return };
    row.by_serial = first.by_serial;
    let may = there.iter().filter(|one| one.units > 0);
    row.serials = may.map(|one| one.serial.clone()).filter(|code| !code.is_empty()).collect();
    if !first.by_lot {
        return;
    }
    let mut piles: Vec<Pile> = Vec::new();
    for one in there {
        match piles.iter_mut().find(|pile| pile.lot == one.lot) {
            Some(pile) => (pile.units, pile.waited) = (pile.units + one.units, pile.waited + one.waited),
            None => piles.push(Pile {
                lot: one.lot.clone(),
                good_until: one.good_until,
                since: one.since,
                units: one.units,
                waited: one.waited,
            }),
        }
    }
    row.say_lot = piles.len() > 1;
    row.lots = need::lots(&piles, row.left(), picking, at.date_naive());
}

fn shown(row: sql::TaskRow, me: PersonId) -> ReplenishRow {
    ReplenishRow {
        task: row.task_id.into(),
        site_code: row.site_code,
        from_code: row.from_code,
        unit: row.unit,
        to_code: row.to_code,
        owner_code: row.owner_code,
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
        lots: vec![],
        say_lot: false,
        by_serial: false,
        serials: vec![],
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
        let sites = places(&tx, Permission::StockMove, site);
        let mut rows = tasks(&mut tx, now, sites.as_deref(), None).await?;
        rows.sort_by_key(|row| (!row.mine, row.person.is_some()));
        Ok(rows)
    }

    /// The desk's board.
    pub async fn replenish_board(&self, caller: &Caller, site: Option<SiteId>, now: DateTime<Utc>) -> Result<ReplenishBoard> {
        let mut tx = self.read(caller, Permission::StockView, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockView, site));
        let without = sql::without_reserve(tx.conn(), org, sites.as_deref()).await?;
        Ok(ReplenishBoard { tasks: tasks(&mut tx, now, sites.as_deref(), None).await?, without })
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
            owner_code: row.owner_code,
            min: row.min_units,
            max: row.max_units,
            on_hand: row.on_hand,
            allocated: row.allocated,
            coming: row.coming,
        };
        Ok(ForwardPickPage { rows: rows.into_iter().map(row).collect(), total })
    }
}
