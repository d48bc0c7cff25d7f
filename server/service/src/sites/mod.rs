//! Sites' transactions: opening one with its zones, bins and totes. Where bins stand is decided by `domain::sites`.

mod activity;
mod bins;
mod design;
#[cfg(test)]
mod design_tests;
mod files;
mod labels;
pub(crate) mod sql;
mod sql_activity;
mod sql_bins;
mod sql_places;
mod sql_transit;
mod transit;

pub(crate) use transit::transit_bin;

use std::collections::HashSet;

use domain::ids::{BinId, LpnId, SiteId};
use domain::people::{Caller, PeopleRefusal, Permission};
use domain::refusal::Refusal;
use domain::sites::layout::{Layout, Side};
use domain::sites::places::BinKind;
use domain::sites::shelf::Shelf;
use domain::sites::{OpenSite, SiteRow, WORLD_BINS, YARD_BINS};
use uuid::Uuid;

use crate::{Act, Db, Failure, Result, Tx, catalog};
pub(crate) use bins::{bin_page, candidates, find_bin, hold_for_goods};
pub(crate) use design::{hold_bin, lock_whole, require_takes};
pub(crate) use files::bin_sheet;
pub use labels::Printed;
use sql::NewBins;

/// The first bin of a kind: `stage`, `pack`, `returns`, `quarantine`, or a world bin (`supplier`, `customer`, `scrap`, `count`).
pub(crate) async fn bin_of_kind(tx: &mut Tx, site: SiteId, kind: &str) -> Result<BinId> {
    let org = tx.org().0;
    let bin = sql::bin_of_kind(tx.conn(), org, site.0, kind).await?;
    Ok(bin.ok_or_else(|| Refusal::not_found(&format!("{kind} bin at this site")))?.into())
}

/// Every bin of a kind that is in use.
pub(crate) async fn all_of_kind(tx: &mut Tx, site: SiteId, kind: &str) -> Result<Vec<BinId>> {
    let org = tx.org().0;
    Ok(sql::bins_of_kind(tx.conn(), org, site.0, kind).await?.into_iter().map(|(id, _)| id.into()).collect())
}

/// The org's sites, the preferred first.
pub(crate) async fn ranked(tx: &mut Tx) -> Result<Vec<SiteId>> {
    let org = tx.org().0;
    Ok(sql::sites(tx.conn(), org).await?.into_iter().map(|row| row.id.into()).collect())
}

/// The org's sites by id, with their codes.
pub(crate) async fn codes(tx: &mut Tx) -> Result<Vec<(SiteId, String)>> {
    let org = tx.org().0;
    Ok(sql::sites(tx.conn(), org).await?.into_iter().map(|row| (row.id.into(), row.code)).collect())
}

/// A site's layout, as the planner computes on it.
pub(crate) async fn layout(tx: &mut Tx, site: SiteId) -> Result<Layout> {
    let org = tx.org().0;
    let stored = sql::layout(tx.conn(), org, site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
    serde_json::from_value(stored).map_err(|source| Failure::Corrupt { what: "site layout", source })
}

/// Where a site's bins stand, for drawing it.
pub(crate) async fn shelves(tx: &mut Tx, site: SiteId) -> Result<Vec<Shelf>> {
    let org = tx.org().0;
    let shelf = |row: sql::ShelfRow| {
        let side = Side::from_code(&row.side).unwrap_or_default();
        Shelf { aisle: row.aisle, side, bays_mm: row.bays_mm }
    };
    Ok(sql::shelves(tx.conn(), org, site.0).await?.into_iter().map(shelf).collect())
}

/// Goods come to rest in bins of the site itself, never in another's or in the world.
pub(crate) async fn require_bins(tx: &mut Tx, site: SiteId, bins: &[Uuid]) -> Result<()> {
    let (org, asked) = (tx.org().0, bins.iter().collect::<HashSet<_>>().len());
    let found = usize::try_from(sql::count_bins(tx.conn(), org, site.0, bins).await?);
    if found == Ok(asked) { Ok(()) } else { Err(Refusal::not_found("bin at this site").into()) }
}

/// New handling units of a kind with these codes.
pub(crate) async fn new_units(tx: &mut Tx, site: SiteId, kind: &str, codes: &[String]) -> Result<Vec<LpnId>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = codes.iter().map(|_| Uuid::now_v7()).collect();
    sql::insert_lpns(tx.conn(), org, site.0, kind, &ids, codes).await?;
    Ok(ids.into_iter().map(LpnId).collect())
}

/// A new handling unit of the caller's own id.
pub(crate) async fn new_unit(tx: &mut Tx, site: SiteId, kind: &str, id: LpnId, code: &str) -> Result<()> {
    let org = tx.org().0;
    sql::insert_lpns(tx.conn(), org, site.0, kind, &[id.0], &[code.to_owned()]).await
}

/// Grants and the like name sites of this org.
pub(crate) async fn require_sites(tx: &mut Tx, sites: &[Uuid]) -> Result<()> {
    let org = tx.org().0;
    let there = sql::count_sites(tx.conn(), org, sites).await?;
    if usize::try_from(there).is_ok_and(|there| there == sites.len()) { Ok(()) } else { Err(Refusal::not_found("site").into()) }
}

impl Act for OpenSite {
    const KIND: &'static str = "sites.open";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = SiteId;

    async fn act(&self, tx: &mut Tx) -> Result<SiteId> {
        self.check()?;
        // A new site is nobody's yet: whoever changes some sites only would not see it.
        if tx.sites(Permission::SitesEdit).is_some() {
            return Err(PeopleRefusal::NotAllowed { permission: Permission::SitesEdit }.into());
        }
        let org = tx.org().0;
        let layout = serde_json::to_value(&self.layout).map_err(|source| Failure::Corrupt { what: "site layout", source })?;
        let new = sql::NewSite {
            id: self.id.0,
            code: &self.code,
            name: &self.name,
            country: &self.country,
            timezone: &self.timezone,
            layout,
            rank: self.rank,
        };
        sql::insert_site(tx.conn(), org, &new).await?;
        let (storage, yard) = (Uuid::now_v7(), Uuid::now_v7());
        sql::insert_zone(tx.conn(), org, self.id.0, storage, "STORAGE", "Storage").await?;
        sql::insert_zone(tx.conn(), org, self.id.0, yard, "YARD", "Docks and benches").await?;
        let mut bins = NewBins::default();
        for bin in &self.bins {
            bins.ids.push(Uuid::now_v7());
            bins.codes.push(bin.code.clone());
            bins.kinds.push("pick".to_owned());
            bins.aisles.push(Some(bin.access.aisle));
            bins.ys.push(Some(bin.access.y_mm));
            bins.sides.push(Some(bin.access.side.code().to_owned()));
            bins.levels.push(bin.access.level);
        }
        sql::insert_bins(tx.conn(), org, self.id.0, storage, &bins).await?;
        let mut bins = NewBins::default();
        for (kind, code) in YARD_BINS.iter().chain(&WORLD_BINS) {
            bins.ids.push(Uuid::now_v7());
            bins.codes.push((*code).to_owned());
            bins.kinds.push((*kind).to_owned());
            bins.aisles.push(None);
            bins.ys.push(None);
            bins.sides.push(None);
            bins.levels.push(0);
        }
        sql::insert_bins(tx.conn(), org, self.id.0, yard, &bins).await?;
        let codes: Vec<String> = (1..=self.totes).map(|n| format!("{}-T{n:03}", self.code)).collect();
        let labels = self.bins.iter().map(|bin| &bin.code).chain(&codes).cloned().collect::<Vec<_>>();
        catalog::require_no_sku(tx, &labels).await?;
        let ids: Vec<Uuid> = codes.iter().map(|_| Uuid::now_v7()).collect();
        sql::insert_lpns(tx.conn(), org, self.id.0, "tote", &ids, &codes).await?;
        tx.announce("site.opened", self.id, Some(self.id), &self.code);
        tx.audit("site", self.id, (), &self.code);
        Ok(self.id)
    }
}

impl Db {
    /// Sites the caller may see for this permission.
    pub async fn sites(&self, caller: &Caller, needs: Permission) -> Result<Vec<SiteRow>> {
        let mut tx = self.read(caller, needs, None).await?;
        let (org, allowed) = (tx.org().0, caller.sites(needs));
        let rows = sql::sites(tx.conn(), org).await?;
        let rows = rows.into_iter().map(|row| SiteRow {
            id: row.id.into(),
            code: row.code,
            name: row.name,
            country: row.country,
            timezone: row.timezone,
            bins: row.bins,
        });
        Ok(rows.filter(|row| allowed.as_ref().is_none_or(|sites| sites.contains(&row.id))).collect())
    }

    /// A site's pick bins in aisle order, with their codes.
    pub async fn pick_bins(&self, caller: &Caller, site: SiteId) -> Result<Vec<(BinId, String)>> {
        self.bins_of_kind(caller, site, BinKind::Pick).await
    }

    /// A site's bins of one kind in aisle order, with their codes.
    pub async fn bins_of_kind(&self, caller: &Caller, site: SiteId, kind: BinKind) -> Result<Vec<(BinId, String)>> {
        let mut tx = self.read(caller, Permission::StockView, Some(site)).await?;
        let org = tx.org().0;
        let bins = sql::bins_of_kind(tx.conn(), org, site.0, kind.code()).await?;
        Ok(bins.into_iter().map(|(id, code)| (id.into(), code)).collect())
    }

    /// The bin with this code.
    pub async fn bin_by_code(&self, caller: &Caller, site: SiteId, code: &str) -> Result<BinId> {
        let mut tx = self.read(caller, Permission::StockView, Some(site)).await?;
        let org = tx.org().0;
        let bin = sql::bin_by_code(tx.conn(), org, site.0, code.trim()).await?;
        Ok(bin.ok_or_else(|| Refusal::not_found("bin at this site"))?.into())
    }
}
