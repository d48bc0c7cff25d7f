//! What the designer and the lists of bins are told, and the bin a code means.

use std::collections::BTreeMap;

use domain::catalog::readiness;
use domain::ids::{BinId, LotId, OwnerId, SiteId, SkuId};
use domain::lots::Apart;
use domain::people::{Caller, Permission};
use domain::putaway::Candidate;
use domain::refusal::Refusal;
use domain::sites::SiteRefusal;
use domain::sites::design::{AddBins, BINS_PAGE, BinFilter, BinList, BinListRow, BinPage, BinsPreview, Contents, Design};
use domain::sites::layout::{Access, Side};
use domain::sites::places::{BinKind, Hazard, Keeping, Mixing, StorageClass};
use domain::sites::shelf::Shelf;
use domain::sites::spec::BinSpec;
use domain::stock::State;
use uuid::Uuid;

use super::{design, layout, shelves, sql, sql_bins, sql_places};
use crate::{Db, Result, Tx, catalog, owners};

/// Rows a download may have: the most bins a site may have at once.
const ROWS_MAX: i64 = domain::sites::spec::BINS_MAX;
/// Codes of a preview that are shown from each end.
const SHOWN: usize = 6;

pub(super) fn keeping(class: &str, hazard: &str, mixing: &str, volume_ml: Option<i32>, weight_g: Option<i32>) -> Keeping {
    Keeping {
        volume_ml,
        weight_g,
        class: StorageClass::parse(class).unwrap_or_default(),
        hazard: Hazard::parse(hazard).unwrap_or_default(),
        mixing: Mixing::parse(mixing).unwrap_or_default(),
    }
}

fn listed(row: &sql_bins::BinListRow) -> BinListRow {
    let at = row.aisle.zip(row.y_mm).map(|(aisle, y_mm)| Access {
        aisle,
        y_mm,
        side: row.side.as_deref().and_then(Side::from_code).unwrap_or_default(),
        level: row.level,
    });
    BinListRow {
        bin: row.id.into(),
        code: row.code.clone(),
        kind: BinKind::parse(&row.kind).unwrap_or_default(),
        zone: row.zone.clone(),
        at,
        keeping: keeping(&row.storage_class, &row.hazard, &row.mixing, row.volume_ml, row.weight_g),
        units: row.units,
        used_volume_ml: row.used_volume_ml,
        used_weight_g: row.used_weight_g,
        locked: row.locked,
        retired: row.retired_at.is_some(),
    }
}

/// Bins of a pattern as a map shows them.
fn as_shelves(bins: &[BinSpec]) -> Vec<Shelf> {
    let mut shelves: BTreeMap<(i32, Side), Vec<i32>> = BTreeMap::new();
    for bin in bins {
        let bays = shelves.entry((bin.access.aisle, bin.access.side)).or_default();
        if bays.last() != Some(&bin.access.y_mm) {
            bays.push(bin.access.y_mm);
        }
    }
    let shelf = |((aisle, side), mut bays_mm): ((i32, Side), Vec<i32>)| {
        bays_mm.sort_unstable();
        bays_mm.dedup();
        Shelf { aisle, side, bays_mm }
    };
    shelves.into_iter().map(shelf).collect()
}

/// The bin with this code, if there is one; a zone's code is refused.
pub(crate) async fn find_bin(tx: &mut Tx, site: SiteId, code: &str) -> Result<Option<BinId>> {
    let org = tx.org().0;
    if let Some(bin) = sql::bin_by_code(tx.conn(), org, site.0, code).await? {
        return Ok(Some(bin.into()));
    }
    match sql_places::zone_named(tx.conn(), org, site.0, code).await? {
        Some(code) => Err(SiteRefusal::NotALeaf { code, what: "zone".to_owned() }.into()),
        None => Ok(None),
    }
}

/// Bins that goods are put away into, with what stands in them: one, or all in use. How far each is from the first depot is measured
/// as people walk.
pub(crate) async fn candidates(tx: &mut Tx, site: SiteId, bin: Option<BinId>) -> Result<Vec<Candidate>> {
    let org = tx.org().0;
    let bin = bin.map(|bin| [bin.0]);
    let rows = sql_bins::candidates(tx.conn(), org, site.0, bin.as_ref().map(<[Uuid; 1]>::as_slice)).await?;
    let roads = layout(tx, site).await?.roads().ok();
    let least = catalog::least_of_bins(tx).await?;
    let depot = roads.as_ref().and_then(|roads| roads.depot(0));
    let candidate = |row: sql_bins::CandidateRow| {
        let at = row.aisle.zip(row.y_mm).map(|(aisle, y_mm)| Access {
            aisle,
            y_mm,
            side: row.side.as_deref().and_then(Side::from_code).unwrap_or_default(),
            level: row.level,
        });
        let distance_mm = roads.as_ref().and_then(|roads| Some(roads.distance(depot?, roads.spot(at?)?)));
        let facts = readiness::of_bin(at.is_some(), row.volume_ml.is_some(), row.weight_g.is_some());
        let bin = standing(row);
        let judged = matches!(bin.kind, BinKind::Pick | BinKind::Reserve);
        Candidate { known: !judged || readiness::score(&facts) >= least, distance_mm, ..bin }
    };
    Ok(rows.into_iter().map(candidate).collect())
}

/// These bins with what stands in them, in code order, held against whoever else brings goods there; where they are on the map is not
/// asked. What is no bin of the site is left out.
pub(crate) async fn hold_for_goods(tx: &mut Tx, site: SiteId, bins: &[BinId]) -> Result<Vec<Candidate>> {
    let (org, bins): (_, Vec<Uuid>) = (tx.org().0, bins.iter().map(|bin| bin.0).collect());
    sql_bins::lock_kept(tx.conn(), org, site.0, &bins).await?;
    // A statement of its own: it sees what came while we waited for the locks.
    Ok(sql_bins::candidates(tx.conn(), org, site.0, Some(&bins)).await?.into_iter().map(standing).collect())
}

fn standing(row: sql_bins::CandidateRow) -> Candidate {
    let (skus, lots) = (row.skus.unwrap_or_default(), row.lots.unwrap_or_default());
    Candidate {
        bin: row.id.into(),
        code: row.code,
        kind: BinKind::parse(&row.kind).unwrap_or_default(),
        known: true,
        keeping: keeping(&row.storage_class, &row.hazard, &row.mixing, row.volume_ml, row.weight_g),
        locked: row.locked,
        distance_mm: None,
        used_volume_ml: row.used_volume_ml,
        used_weight_g: row.used_weight_g,
        inside: skus.iter().copied().map(SkuId).zip(lots.into_iter().map(LotId)).collect(),
        kept_for: row.kept_owner.map(OwnerId),
        owners: skus.into_iter().map(SkuId).zip(row.owners.unwrap_or_default().into_iter().map(OwnerId)).collect(),
    }
}

/// One bin with what stands in it, whoever asks.
pub(crate) async fn bin_page(tx: &mut Tx, bin: BinId) -> Result<BinPage> {
    let org = tx.org().0;
    let row = sql_bins::bins(tx.conn(), org, None, Some(bin.0), &BinFilter::default(), (1, 0)).await?.pop();
    let row = row.ok_or_else(|| Refusal::not_found("bin"))?;
    let contents = sql_bins::contents(tx.conn(), org, row.site_id, bin.0).await?;
    let contents = contents.into_iter().map(|held| Contents {
        sku: held.sku_id.into(),
        sku_code: held.sku_code,
        sku_name: held.sku_name,
        apart: Apart { lot: held.lot_id.into(), lot_code: held.lot_code, expires_on: held.expires_on, serial: held.serial },
        owner_code: held.owner_code,
        lpn: held.lpn,
        state: State::parse(&held.state).unwrap_or(State::Held),
        on_hand: held.on_hand,
        allocated: held.allocated,
    });
    Ok(BinPage {
        site: row.site_id.into(),
        site_code: row.site_code.clone(),
        lock_note: row.lock_note.clone(),
        retired_at: row.retired_at,
        kept_for: owners::kept_for(tx, bin).await?,
        contents: contents.collect(),
        row: listed(&row),
    })
}

impl Db {
    /// A site as the designer opens it.
    pub async fn design(&self, caller: &Caller, site: SiteId) -> Result<Design> {
        let mut tx = self.read(caller, Permission::StockView, Some(site)).await?;
        let org = tx.org().0;
        let head = sql_places::site_head(tx.conn(), org, site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        let (layout, shelves) = (layout(&mut tx, site).await?, shelves(&mut tx, site).await?);
        let kinds = sql_bins::kinds(tx.conn(), org, site.0).await?;
        let placed = |row: &&sql_bins::KindRow| BinKind::parse(&row.kind).is_some_and(|kind| !kind.world());
        Ok(Design {
            site,
            code: head.code,
            name: head.name,
            version: head.version,
            layout,
            shelves,
            unmapped: kinds.iter().filter(placed).map(|row| row.unmapped).sum(),
            kinds: kinds.iter().filter_map(|row| Some((BinKind::parse(&row.kind)?, row.bins))).collect(),
        })
    }

    /// What a pattern would make, and whether it could: nothing is written.
    pub async fn preview_bins(&self, caller: &Caller, asked: &AddBins) -> Result<BinsPreview> {
        let mut tx = self.read(caller, Permission::SitesEdit, Some(asked.site)).await?;
        let bins = asked.bins.bins(&layout(&mut tx, asked.site).await?)?;
        let codes: Vec<String> = bins.iter().map(|bin| bin.code.clone()).collect();
        design::require_fresh(&mut tx, asked.site, &codes).await?;
        let rest = codes.len().saturating_sub(SHOWN).max(SHOWN).min(codes.len());
        Ok(BinsPreview {
            bins: i64::try_from(codes.len()).unwrap_or(i64::MAX),
            first: codes.iter().take(SHOWN).cloned().collect(),
            last: codes[rest..].to_vec(),
            shelves: as_shelves(&bins),
        })
    }

    /// A page of a site's bins in walking order.
    pub async fn bins(&self, caller: &Caller, site: SiteId, filter: &BinFilter) -> Result<BinList> {
        let mut tx = self.read(caller, Permission::StockView, Some(site)).await?;
        let org = tx.org().0;
        sql_places::site_head(tx.conn(), org, site.0).await?.ok_or_else(|| Refusal::not_found("site"))?;
        let rows = (BINS_PAGE, crate::rows_before(filter.page, BINS_PAGE));
        let rows = sql_bins::bins(tx.conn(), org, Some(site.0), None, filter, rows).await?;
        let (zones, aisles) = sql_bins::zones_and_aisles(tx.conn(), org, site.0).await?;
        Ok(BinList { total: rows.first().map_or(0, |row| row.total), rows: rows.iter().map(listed).collect(), zones, aisles })
    }

    /// All bins that are asked for, for a file.
    pub async fn every_bin(&self, caller: &Caller, site: SiteId, filter: &BinFilter) -> Result<Vec<BinListRow>> {
        let mut tx = self.read(caller, Permission::StockView, Some(site)).await?;
        let org = tx.org().0;
        let rows = sql_bins::bins(tx.conn(), org, Some(site.0), None, filter, (ROWS_MAX, 0)).await?;
        Ok(rows.iter().map(listed).collect())
    }

    /// One bin with what stands in it.
    pub async fn bin(&self, caller: &Caller, bin: BinId) -> Result<BinPage> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let page = bin_page(&mut tx, bin).await?;
        tx.require(Permission::StockView, page.site)?;
        Ok(page)
    }
}
