//! Questions about transfers: the list, one of them, and what there is to load and to take in.

use std::collections::HashMap;

use domain::ids::SiteId;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::transfers::{Course, PAGE, TransferLine, TransferPage, TransferRow, TransferSheet, VarianceReason, VarianceRow};
use uuid::Uuid;

use super::{sql, sql_read};
use crate::{Db, Result, Tx};

/// Transfers shown on the floor.
const ON_THE_FLOOR: i64 = 200;

fn row(row: &sql_read::ListRow) -> TransferRow {
    let course = Course {
        approved: row.approved_at.is_some(),
        shipped: row.shipped_at.is_some(),
        closed: row.closed_at.is_some(),
        cancelled: row.cancelled_at.is_some(),
        loaded: row.loaded,
        received: row.received,
    };
    TransferRow {
        id: row.id.into(),
        number: row.number.clone(),
        from: row.from_site.into(),
        from_code: row.from_code.clone(),
        to: row.to_site.into(),
        to_code: row.to_code.clone(),
        status: course.status(),
        units: row.units,
        loaded: row.loaded,
        received: row.received,
        lost: row.lost,
        requested_at: row.requested_at,
        requested_by: row.requested_name.clone(),
    }
}

/// The sites to look at: the one asked for, or those the caller may.
fn places(tx: &Tx, permission: Permission, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(permission), |site| Some(vec![site.0]))
}

impl Db {
    /// Transfers from or to a site, or all the caller may see; open ones first. `page` counts from one.
    pub async fn transfers(&self, caller: &Caller, site: Option<SiteId>, open: bool, page: i64) -> Result<TransferPage> {
        let mut tx = self.read(caller, Permission::StockView, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockView, site));
        let from = crate::rows_before(page, PAGE);
        let rows = sql_read::transfers(tx.conn(), org, sites.as_deref(), None, open, PAGE, from).await?;
        let total = rows.first().map_or(0, |row| row.total);
        Ok(TransferPage { rows: rows.iter().map(row).collect(), total })
    }

    /// What there is to load and to take in at a site, or wherever the caller may.
    pub async fn trucks(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<TransferRow>> {
        let mut tx = self.read(caller, Permission::StockMove, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockMove, site));
        let rows = sql_read::transfers(tx.conn(), org, sites.as_deref(), None, true, ON_THE_FLOOR, 0).await?;
        Ok(rows.iter().map(row).collect())
    }

    /// Everything about one transfer.
    pub async fn transfer_sheet(&self, caller: &Caller, number: &str) -> Result<TransferSheet> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::StockView));
        let number = number.trim();
        let head = sql_read::transfers(tx.conn(), org, sites.as_deref(), Some(number), false, 1, 0).await?.pop();
        let head = head.ok_or_else(|| Refusal::not_found("transfer"))?;
        let lines = sql::lines(tx.conn(), org, head.id).await?;
        let skus: Vec<Uuid> = lines.iter().map(|line| line.sku_id).collect();
        let mut standing: HashMap<Uuid, Vec<(String, i32)>> = HashMap::new();
        for place in sql_read::places(tx.conn(), org, head.from_site, &skus).await? {
            standing.entry(place.sku_id).or_default().push((place.code, place.free));
        }
        let variances = sql_read::variances(tx.conn(), org, head.id).await?;
        let line = |line: sql::LineRow| TransferLine {
            id: line.id.into(),
            sku: line.sku_id.into(),
            sku_code: line.sku_code,
            sku_name: line.sku_name,
            variant: line.variant,
            barcodes: line.barcodes.unwrap_or_default().into_iter().zip(line.packs.unwrap_or_default()).collect(),
            quantity: line.quantity,
            loaded: line.loaded,
            received: line.received,
            lost: line.lost,
            places: standing.remove(&line.sku_id).unwrap_or_default(),
        };
        let lines = lines.into_iter().map(line).collect();
        let variance = |row: sql_read::VarianceRow| VarianceRow {
            at: row.occurred_at,
            sku_code: row.sku_code,
            gain: row.gain,
            quantity: row.quantity,
            value: row.amount,
            reason: row.said.unwrap_or_else(|| {
                VarianceReason::parse(&row.reason).map_or("Found after all", VarianceReason::words).to_owned()
            }),
            note: row.note,
            person: row.person,
        };
        Ok(TransferSheet {
            row: row(&head),
            own: head.requested_by == caller.person().0,
            from_name: head.from_name,
            to_name: head.to_name,
            note: head.note,
            approved_at: head.approved_at,
            approved_by: head.approved_name,
            loaded_at: head.loaded_at,
            shipped_at: head.shipped_at,
            received_at: head.received_at,
            closed_at: head.closed_at,
            cancelled_at: head.cancelled_at,
            cancelled_why: head.cancelled_why,
            lines,
            variances: variances.into_iter().map(variance).collect(),
        })
    }
}
