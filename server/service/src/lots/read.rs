//! Questions about lots: which there are, and where one came from, stands and went.

use chrono::NaiveDate;
use domain::ids::LotId;
use domain::lots::{LotList, LotPlace, LotRow, LotSheet, LotWent};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::stock::State;

use super::sql_trace as sql;
use crate::{Db, Result, Tx};

/// Rows on a page of the list.
pub const PAGE: i64 = 50;
/// Parcels a lot's page shows; its file has all.
const WENT_SHOWN: i64 = 200;
const WENT_MAX: i64 = 50_000;

impl Db {
    /// Lots by code, SKU or the very number of a serial; `which`: empty, `recalled`, or `expired`.
    pub async fn lots(&self, caller: &Caller, today: NaiveDate, search: &str, which: &str, page: i64) -> Result<LotList> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::StockView));
        let offset = crate::rows_before(page.saturating_add(1), PAGE);
        let asked = (search.trim(), which, today);
        let rows = sql::list(tx.conn(), org, sites.as_deref(), None, asked, (PAGE, offset)).await?;
        let total = rows.first().map_or(0, |row| row.total);
        Ok(LotList { rows: rows.into_iter().map(|row| row.row).collect(), total, today })
    }

    /// One lot, or one serial.
    pub async fn lot(&self, caller: &Caller, today: NaiveDate, id: LotId) -> Result<LotSheet> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::StockView));
        let sites = sites.as_deref();
        let row = row(&mut tx, sites, id, today).await?;
        let came = sql::came(tx.conn(), org, sites, id.0).await?;
        let places = sql::stands(tx.conn(), org, sites, id.0).await?.into_iter().filter_map(sql::StandsRow::place).collect();
        // Customers are for whoever sees orders.
        let went = if caller.may(Permission::OrdersView, None) {
            let rows = sql::went(tx.conn(), org, sites, id.0, WENT_SHOWN).await?;
            Some(rows.into_iter().map(sql::WentRow::went).collect())
        } else {
            None
        };
        Ok(LotSheet { row, today, came, places, went })
    }

    /// Everybody who has some of it: for the letters of a recall.
    pub async fn lot_customers(&self, caller: &Caller, today: NaiveDate, id: LotId) -> Result<(LotRow, Vec<LotWent>)> {
        let mut tx = self.read(caller, Permission::OrdersView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::OrdersView));
        let row = row(&mut tx, sites.as_deref(), id, today).await?;
        let went = sql::went(tx.conn(), org, sites.as_deref(), id.0, WENT_MAX).await?;
        Ok((row, went.into_iter().map(sql::WentRow::went).collect()))
    }
}

async fn row(tx: &mut Tx, sites: Option<&[uuid::Uuid]>, id: LotId, today: NaiveDate) -> Result<LotRow> {
    let org = tx.org().0;
    let found = sql::list(tx.conn(), org, sites, Some(id.0), ("", "", today), (1, 0)).await?.pop();
    Ok(found.map(|found| found.row).ok_or_else(|| Refusal::not_found("lot"))?)
}

impl sql::StandsRow {
    fn place(self) -> Option<LotPlace> {
        Some(LotPlace {
            site_code: self.site_code,
            bin_code: self.bin_code,
            lpn_code: self.lpn_code,
            serial: self.serial,
            state: State::parse(&self.state)?,
            on_hand: self.on_hand,
            allocated: self.allocated,
        })
    }
}

impl sql::WentRow {
    fn went(self) -> LotWent {
        LotWent {
            at: self.at,
            parcel: self.parcel_id.into(),
            parcel_number: self.parcel_number,
            order_number: self.order_number,
            customer: self.customer_name,
            email: self.email,
            city: self.city,
            country: self.country,
            tracking: self.tracking,
            serials: self.serials,
            quantity: self.quantity,
            returned: self.returned,
        }
    }
}
