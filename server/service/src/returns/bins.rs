//! Where inspected goods go: the bin that was scanned, if it is for such goods and takes them; else the first that does, where their like
//! stands before the emptiest. What goods need and what a bin keeps is `domain::putaway`.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use domain::ids::{BinId, OwnerId, SiteId};
use domain::putaway::{Candidate, Item, land, takes};
use domain::refusal::Refusal;
use domain::returns::disposition::belongs;
use domain::returns::{Disposition, ReturnRefusal};
use domain::sites::places::{BinKind, Hazard, StorageClass};
use domain::stock::Tag;
use uuid::Uuid;

use super::sql_inspections::{self, ReceiptRow};
use crate::putaway::{Asks, Quarantine};
use crate::{Result, Tx, sites};

/// Goods of one receipt, with what the bench said of their place.
pub(super) struct Going<'a> {
    pub row: &'a ReceiptRow,
    pub parts: &'a [(Tag, i32)],
    pub disposition: Disposition,
    pub scanned: Option<BinId>,
}

/// The bins of a transaction's inspections. Each is held once it may be needed, and knows what came into it since.
pub(super) struct Bins {
    asks: Asks,
    skus: HashMap<Uuid, Vec<Uuid>>,
    sites: HashMap<Uuid, SiteBins>,
}

struct SiteBins {
    /// By SKU and owner, where most of it stands first.
    homes: HashMap<(Uuid, OwnerId), Vec<Uuid>>,
    /// Pick bins by what they keep, the emptiest first.
    spare: HashMap<(StorageClass, Hazard), Vec<Uuid>>,
    apart: Quarantine,
    held: HashMap<Uuid, Candidate>,
}

impl Bins {
    pub async fn of(tx: &mut Tx, rows: impl Iterator<Item = &ReceiptRow>) -> Result<Self> {
        let mut skus: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
        for row in rows {
            skus.entry(row.site_id).or_default().insert(row.sku_id);
        }
        let all: Vec<Uuid> = skus.values().flatten().copied().collect();
        let skus = skus.into_iter().map(|(site, skus)| (site, skus.into_iter().collect())).collect();
        Ok(Self { asks: Asks::of(tx, &all).await?, skus, sites: HashMap::new() })
    }

    /// The bin of goods, by id and code; they come to rest in it. What leaves, and what waits where it is, stays where it came in.
    pub async fn choose(&mut self, tx: &mut Tx, going: &Going<'_>) -> Result<(BinId, String)> {
        let site = going.row.site_id;
        if let Entry::Vacant(unread) = self.sites.entry(site) {
            unread.insert(SiteBins::of(tx, site, self.skus.get(&site).map_or(&[], Vec::as_slice)).await?);
        }
        let asks = &self.asks;
        let item = |(tag, units): &(Tag, i32)| asks.item(going.row.sku_id.into(), *tag, *units);
        let goods: Vec<Item> = going.parts.iter().filter_map(item).collect();
        let Some(bins) = self.sites.get_mut(&site) else { return Err(Refusal::not_found("site").into()) };
        let here = going.row.bin_id;
        let Some((needed, _)) = belongs(going.disposition) else { return bins.code(tx, site, here).await };
        if let Some(scanned) = going.scanned {
            return bins.scanned(tx, site, (scanned.0, here), needed, &goods).await;
        }
        let found = match needed {
            BinKind::Pick => bins.shelf(tx, site, going.row.sku_id, &goods).await?,
            BinKind::Quarantine => Some(bins.apart.first(tx, &going.row.sku_code, &goods).await?),
            _ => Some(here),
        };
        let found = found.ok_or_else(|| ReturnRefusal::NoBin { kind: needed.code().to_owned() })?;
        bins.code(tx, site, found).await
    }
}

impl SiteBins {
    async fn of(tx: &mut Tx, site: Uuid, skus: &[Uuid]) -> Result<Self> {
        let (org, mut homes) = (tx.org().0, HashMap::<_, Vec<_>>::new());
        for (sku, owner, bin) in sql_inspections::home_bins(tx.conn(), org, site, skus).await? {
            homes.entry((sku, OwnerId(owner))).or_default().push(bin);
        }
        Ok(Self { homes, spare: HashMap::new(), apart: Quarantine::of(SiteId(site)), held: HashMap::new() })
    }

    /// Holds those of these bins that are not held yet.
    async fn hold(&mut self, tx: &mut Tx, site: Uuid, bins: &[Uuid]) -> Result<()> {
        let new: Vec<BinId> = bins.iter().filter(|bin| !self.held.contains_key(bin)).map(|bin| BinId(*bin)).collect();
        if !new.is_empty() {
            let held = sites::hold_for_goods(tx, SiteId(site), &new).await?;
            self.held.extend(held.into_iter().map(|bin| (bin.bin.0, bin)));
        }
        Ok(())
    }

    async fn code(&mut self, tx: &mut Tx, site: Uuid, bin: Uuid) -> Result<(BinId, String)> {
        self.hold(tx, site, &[bin]).await?;
        Ok((BinId(bin), self.held.get(&bin).map(|bin| bin.code.clone()).unwrap_or_default()))
    }

    async fn first(&mut self, tx: &mut Tx, site: Uuid, bins: &[Uuid], goods: &[Item]) -> Result<Option<Uuid>> {
        self.hold(tx, site, bins).await?;
        Ok(bins.iter().copied().find(|bin| self.held.get_mut(bin).is_some_and(|bin| takes(bin, goods))))
    }

    async fn scanned(
        &mut self,
        tx: &mut Tx,
        site: Uuid,
        (scanned, here): (Uuid, Uuid),
        needed: BinKind,
        goods: &[Item],
    ) -> Result<(BinId, String)> {
        self.hold(tx, site, &[scanned]).await?;
        let bin = self.held.get_mut(&scanned).ok_or_else(|| Refusal::not_found("bin at this site"))?;
        if bin.kind != needed {
            let (bin, kind, needed) = (bin.code.clone(), bin.kind.code().to_owned(), needed.code().to_owned());
            return Err(ReturnRefusal::WrongBin { bin, kind, needed }.into());
        }
        match needed {
            BinKind::Quarantine => self.apart.join(tx, scanned, goods).await?,
            _ if scanned == here => {}
            _ => land(bin, goods)?,
        }
        self.code(tx, site, scanned).await
    }

    /// Where the like of it stands, of the same owner; else the emptiest bin that keeps such goods.
    async fn shelf(&mut self, tx: &mut Tx, site: Uuid, sku: Uuid, goods: &[Item]) -> Result<Option<Uuid>> {
        let Some(one) = goods.first() else { return Ok(None) };
        let homes = self.homes.get(&(sku, one.owner)).cloned().unwrap_or_default();
        if let Some(home) = self.first(tx, site, &homes, goods).await? {
            return Ok(Some(home));
        }
        let keeps = (one.class, one.hazard);
        if let Entry::Vacant(unread) = self.spare.entry(keeps) {
            let org = tx.org().0;
            unread.insert(sql_inspections::emptiest_bins(tx.conn(), org, site, one.class.code(), one.hazard.code()).await?);
        }
        let spare = self.spare.get(&keeps).cloned().unwrap_or_default();
        self.first(tx, site, &spare, goods).await
    }
}
