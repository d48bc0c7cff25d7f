//! What a scan of a unit is answered, and what else was scanned beside it.

use std::collections::BTreeMap;

use domain::ids::{LpnId, SiteId};
use domain::lots::gs1;
use domain::lpns::{LpnRefusal, Scanned, UnitSheet};
use domain::people::{Caller, Permission};
use domain::sites::places::bin_code;
use uuid::Uuid;

use super::{bins_of, goods, grown, held, sql};
use crate::{Db, Result, Tx, sites};

/// The sites to look at: the one asked for, or those the caller may.
fn places(tx: &Tx, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(Permission::StockMove), |site| Some(vec![site.0]))
}

impl Db {
    /// A unit by its label, with all that it holds.
    pub async fn unit_sheet(&self, caller: &Caller, site: Option<SiteId>, code: &str) -> Result<UnitSheet> {
        let mut tx = self.read(caller, Permission::StockMove, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, site));
        let unknown = || LpnRefusal::Unknown { code: code.trim().chars().take(40).collect() };
        let label = bin_code(code).map_err(|_| unknown())?;
        let (unit, site) = sql::find(tx.conn(), org, sites.as_deref(), &label).await?.ok_or_else(unknown)?;
        let (unit, site) = (LpnId(unit), SiteId(site));
        let forest = grown(sql::trees(tx.conn(), org, &[unit.0]).await?);
        let rows = goods(&mut tx, site, &forest.held(unit)).await?;
        let mut by_unit: BTreeMap<LpnId, Vec<_>> = BTreeMap::new();
        for row in &rows {
            by_unit.entry(row.lpn_id.into()).or_default().push(held(row));
        }
        let site_code = sites::codes(&mut tx).await?.into_iter().find(|(id, _)| *id == site).map(|(_, code)| code);
        Ok(UnitSheet {
            site_code: site_code.unwrap_or_default(),
            bin_code: bins_of(&rows).into_keys().next(),
            inside: forest.outer(unit).into_iter().rev().map(|outer| forest.code(outer)).collect(),
            tree: forest.tree(unit, &mut by_unit),
        })
    }

    /// What a code means to who moves units: one of them, a bin, an item.
    pub async fn unit_scan(&self, caller: &Caller, site: Option<SiteId>, code: &str) -> Result<Scanned> {
        let mut tx = self.read(caller, Permission::StockMove, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, site));
        let given: String = code.trim().chars().filter(|letter| *letter != '\0').take(80).collect();
        if let Ok(label) = bin_code(&given) {
            if sql::find(tx.conn(), org, sites.as_deref(), &label).await?.is_some() {
                return Ok(Scanned::Unit { code: label });
            }
            if let Some((bin, code)) = sql::find_bin(tx.conn(), org, sites.as_deref(), &label).await? {
                return Ok(Scanned::Bin { bin: bin.into(), code });
            }
        }
        let item = sql::item(tx.conn(), org, &gs1::item_of(&given)).await?;
        Ok(item.map_or(Scanned::Nothing, |(sku_code, units)| Scanned::Item { sku_code, units }))
    }
}
