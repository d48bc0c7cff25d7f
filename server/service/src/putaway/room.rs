//! Goods that come to rest in a bin by another way than putaway: whether it takes them is asked under its lock, so that nobody overfills
//! it. What goods need and what a bin keeps is `domain::putaway`.

use std::collections::{BTreeMap, HashMap};

use domain::ids::{BinId, LotId, SiteId, SkuId};
use domain::putaway::{Candidate, Item, first_that_takes, land};
use domain::refusal::Refusal;
use domain::sites::places::{Hazard, StorageClass};
use domain::stock::Tag;
use uuid::Uuid;

use super::sql;
use crate::{Result, Tx, sites};

/// What units of items ask of the place they stand in.
pub(crate) struct Asks(HashMap<Uuid, sql::AskRow>);

impl Asks {
    pub async fn of(tx: &mut Tx, skus: &[Uuid]) -> Result<Self> {
        let org = tx.org().0;
        Ok(Self(sql::asks(tx.conn(), org, skus).await?.into_iter().map(|row| (row.sku_id, row)).collect()))
    }

    pub fn item(&self, sku: SkuId, tag: Tag, quantity: i32) -> Option<Item> {
        let row = self.0.get(&sku.0)?;
        Some(Item {
            sku,
            owner: tag.owner,
            lot: LotId(tag.lot.0),
            quantity,
            volume_ml: row.volume_ml,
            weight_g: row.weight_g,
            class: StorageClass::parse(&row.storage_class).unwrap_or_default(),
            hazard: Hazard::parse(&row.hazard).unwrap_or_default(),
        })
    }
}

/// Refuses goods that a bin has no room for, or is not kept for; a bin that has no limits and is for nothing in particular takes them.
pub(crate) async fn require_room(tx: &mut Tx, site: SiteId, coming: impl IntoIterator<Item = (BinId, Item)>) -> Result<()> {
    let mut goods: BTreeMap<BinId, Vec<Item>> = BTreeMap::new();
    for (bin, item) in coming {
        goods.entry(bin).or_default().push(item);
    }
    let bins: Vec<BinId> = goods.keys().copied().collect();
    for mut bin in sites::hold_for_goods(tx, site, &bins).await? {
        let coming = goods.get(&bin.bin).map_or(&[][..], Vec::as_slice);
        land(&mut bin, coming)?;
    }
    Ok(())
}

/// A site's quarantine bins in code order, with what stands in them and what has come into them since they were read. They are held once
/// something is set apart.
pub(crate) struct Quarantine {
    site: SiteId,
    bins: Option<Vec<Candidate>>,
}

impl Quarantine {
    pub const fn of(site: SiteId) -> Self {
        Self { site, bins: None }
    }

    async fn bins(&mut self, tx: &mut Tx) -> Result<&mut Vec<Candidate>> {
        if self.bins.is_none() {
            let bins = sites::all_of_kind(tx, self.site, "quarantine").await?;
            if bins.is_empty() {
                return Err(Refusal::not_found("quarantine bin at this site").into());
            }
            self.bins = Some(sites::hold_for_goods(tx, self.site, &bins).await?);
        }
        Ok(self.bins.get_or_insert_default())
    }

    /// Goods of a SKU go into the first that takes them.
    pub async fn first(&mut self, tx: &mut Tx, sku: &str, goods: &[Item]) -> Result<Uuid> {
        Ok(first_that_takes(self.bins(tx).await?, sku, goods)?.0)
    }

    /// Goods go into this one, as others of them did.
    pub async fn join(&mut self, tx: &mut Tx, bin: Uuid, goods: &[Item]) -> Result<()> {
        match self.bins(tx).await?.iter_mut().find(|known| known.bin.0 == bin) {
            Some(bin) => Ok(land(bin, goods)?),
            None => Ok(()),
        }
    }
}
