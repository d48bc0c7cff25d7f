//! Questions about stock: the inventory, and why a SKU's units cannot be sold.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::catalog::kits::{KitPart, whole};
use domain::ids::{SiteId, SkuId};
use domain::lots::Apart;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::stock::why::{Hindrance, Promised, Stand, hindrances};
use domain::stock::{
    SkuStock, State, StockPage, StockRow, available_to_promise,
    history::{self, DAYS},
};
use uuid::Uuid;

use super::sql_read as sql;
use super::sql_why;
use crate::{Db, Result, Tx, catalog};

/// Rows on a page of the inventory.
pub const PAGE: i64 = 50;

impl Db {
    /// SKUs whose code, name or barcode holds `search`, with their units by state; `state` shows only those with units in it
    /// (a state's code, or `short`: promised more than free).
    pub async fn inventory(&self, caller: &Caller, search: &str, state: &str, page: i64) -> Result<StockPage> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::StockView));
        let search = search.trim();
        let rows = sql::inventory(
            tx.conn(),
            org,
            sites.as_deref(),
            search,
            state,
            PAGE,
            crate::rows_before(page.saturating_add(1), PAGE),
        )
        .await?;
        let total = sql::inventory_total(tx.conn(), org, sites.as_deref(), search, state).await?;
        Ok(StockPage { rows, total })
    }

    /// What can be promised of a SKU, per site; of a kit, as many as its scarcest part makes.
    pub async fn availability(&self, caller: &Caller, sku: SkuId) -> Result<Vec<(SiteId, String, i32)>> {
        self.good_for(caller, sku, 0).await
    }

    /// As [`Self::availability`], of units that are good for so many days.
    pub(super) async fn good_for(&self, caller: &Caller, sku: SkuId, days: i32) -> Result<Vec<(SiteId, String, i32)>> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::StockView));
        let parts = catalog::kits(&mut tx, &[sku]).await?.remove(&sku).unwrap_or_default();
        let alone = [KitPart { sku, quantity: 1 }];
        let mut told: Vec<(SiteId, String, i32)> = Vec::new();
        for part in if parts.is_empty() { alone.as_slice() } else { parts.as_slice() } {
            let rows = sql::promises(tx.conn(), org, sites.as_deref(), part.sku.0, days).await?;
            let rows = rows.into_iter().map(|row| {
                let enough = whole(&[*part], |_| available_to_promise(row.free, row.promised));
                (row.site_id.into(), row.code, enough)
            });
            // Each part answers for the same sites in the same order; the scarcest decides.
            told = if told.is_empty() {
                rows.collect()
            } else {
                told.into_iter().zip(rows).map(|(told, row)| (told.0, told.1, told.2.min(row.2))).collect()
            };
        }
        Ok(told)
    }

    /// Everything about a SKU's units.
    pub async fn sku_stock(&self, caller: &Caller, sku: SkuId, now: DateTime<Utc>) -> Result<SkuStock> {
        let promise = self.availability(caller, sku).await?;
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let (org, sites) = (tx.org().0, tx.sites(Permission::StockView));
        let sites: Option<&[Uuid]> = sites.as_deref();
        let row: StockRow = sql::stock_row(tx.conn(), org, sites, sku.0).await?.ok_or_else(|| Refusal::not_found("SKU"))?;
        let facts = sql::facts(tx.conn(), org, sku.0).await?;
        let state = |code: &str| State::parse(code).unwrap_or(State::Outside);
        let places = sql::places(tx.conn(), org, sites, sku.0).await?.into_iter().map(|row| domain::stock::StockPlace {
            site: row.site_id.into(),
            site_code: row.site_code,
            bin: row.bin_id.into(),
            bin_code: row.bin_code,
            bin_kind: row.bin_kind,
            lpn: row.lpn_id.into(),
            lpn_code: row.lpn_code,
            owner: row.owner_id.into(),
            owner_code: row.owner_code,
            apart: Apart { lot: row.lot_id.into(), lot_code: row.lot_code, expires_on: row.expires_on, serial: row.serial },
            state: state(&row.state),
            on_hand: row.on_hand,
            allocated: row.allocated,
        });
        let places = places.collect();
        let holders = sql::holders(tx.conn(), org, sites, sku.0).await?.into_iter().map(|row| domain::stock::Holder {
            order: row.order_id.into(),
            order_number: row.order_number,
            line: row.order_line_id.into(),
            allocated: row.allocated,
            bin_code: row.bin_code,
            quantity: row.quantity,
        });
        let holders = holders.collect();
        let movements = sql::movements(tx.conn(), org, sites, sku.0).await?.into_iter().map(|row| domain::stock::MovementRow {
            at: row.occurred_at,
            reason: row.reason,
            quantity: row.quantity,
            from: row.from_code,
            from_state: state(&row.from_state),
            to: row.to_code,
            to_state: state(&row.to_state),
        });
        let movements = movements.collect();
        let why = why(&mut tx, sites, sku).await?;
        let history = history(&mut tx, sites, sku, now.date_naive()).await?;
        Ok(SkuStock {
            row,
            barcodes: facts.barcodes.unwrap_or_default().into_iter().zip(facts.packs.unwrap_or_default()).collect(),
            weight_g: facts.weight_g,
            dimensions_mm: (facts.length_mm, facts.width_mm, facts.height_mm),
            promise,
            places,
            holders,
            movements,
            why,
            history,
            layers_quantity: facts.layers_quantity,
            layers_value: facts.layers_value,
        })
    }
}

/// Why units cannot be sold or picked, at the sites the caller may see.
async fn why(tx: &mut Tx, sites: Option<&[Uuid]>, sku: SkuId) -> Result<Vec<Hindrance>> {
    let org = tx.org().0;
    let stands = sql_why::stands(tx.conn(), org, sites, sku.0).await?.into_iter().map(|row| Stand {
        site: row.site_id.into(),
        site_code: row.site_code,
        bin_kind: row.bin_kind,
        locked: row.locked,
        unit_kind: row.unit_kind,
        own: row.own,
        state: State::parse(&row.state).unwrap_or(State::Outside),
        on_hand: row.on_hand,
        allocated: row.allocated,
        bin_code: row.unit_code.map_or_else(|| row.bin_code.clone(), |unit| format!("{unit} in {}", row.bin_code)),
        bins: row.bins,
    });
    let stands: Vec<Stand> = stands.collect();
    let rows = sql_why::promised(tx.conn(), org, sites, sku.0).await?;
    let known = rows.iter().map(|row| (row.site_id.into(), row.site_code.clone())).collect::<Vec<_>>();
    let promised: Vec<Promised> = rows
        .into_iter()
        .map(|row| Promised {
            site: row.site_id.into(),
            site_code: row.site_code,
            reserved: row.reserved.into(),
            buffer: row.buffer.into(),
        })
        .collect();
    Ok(hindrances(&stands, &promised, &known))
}

/// Units at the end of each of the last days, at the sites the caller may see.
async fn history(tx: &mut Tx, sites: Option<&[Uuid]>, sku: SkuId, today: NaiveDate) -> Result<Vec<(NaiveDate, i64)>> {
    let org = tx.org().0;
    let first = today.checked_sub_days(Days::new(DAYS)).unwrap_or(today).and_time(NaiveTime::MIN).and_utc();
    let now = sql_why::on_hand(tx.conn(), org, sites, sku.0).await?;
    let changes = sql_why::changes(tx.conn(), org, sites, sku.0, first).await?;
    let changes: BTreeMap<NaiveDate, i64> =
        changes.into_iter().filter_map(|(day, change)| Some((day.parse().ok()?, change))).collect();
    Ok(history::by_day(now, today, &changes))
}
