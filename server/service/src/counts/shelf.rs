//! What stands loose in a bin by the books, by what is counted: a SKU, and of one that is told apart each lot and serial.

use std::collections::{BTreeMap, BTreeSet};

use domain::counts::variance::{Item, Standing};
use domain::ids::{OwnerId, SkuId};
use domain::owners::{self, OwnerRefusal};
use domain::stock::{Place, State, Tag};

use crate::stock::{self, Stands};
use crate::{Result, Tx};

pub(super) struct Shelf(BTreeMap<Item, Vec<Stands>>);

impl Shelf {
    pub async fn of(tx: &mut Tx, at: Place) -> Result<Self> {
        let mut items: BTreeMap<Item, Vec<Stands>> = BTreeMap::new();
        for one in stock::stands(tx, at).await? {
            let item = Item { sku: one.sku, lot: one.lot.clone(), serial: one.serial.clone() };
            items.entry(item).or_default().push(one);
        }
        Ok(Self(items))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.0.keys()
    }

    pub fn units(&self, item: &Item) -> i32 {
        self.rows(item).iter().map(|one| one.on_hand).sum()
    }

    fn rows(&self, item: &Item) -> &[Stands] {
        self.0.get(item).map_or(&[], Vec::as_slice)
    }

    /// Of an item, by state.
    pub fn standing(&self, item: &Item) -> Vec<Standing> {
        let mut standing: Vec<Standing> = Vec::new();
        for one in self.rows(item) {
            match standing.iter_mut().find(|known| known.state == one.state) {
                Some(known) => {
                    known.on_hand += one.on_hand;
                    known.allocated += one.allocated;
                }
                None => standing.push(Standing { state: one.state, on_hand: one.on_hand, allocated: one.allocated }),
            }
        }
        standing
    }

    /// All that stands there of a SKU in a state, whatever lot or serial.
    pub fn of_sku(&self, sku: SkuId, state: State) -> Vec<&Stands> {
        self.0.values().flatten().filter(|one| one.sku == sku && one.state == state).collect()
    }

    /// How units of a SKU that stand there are told apart, whatever their state.
    pub fn apart(&self, sku: SkuId) -> impl Iterator<Item = Tag> {
        self.0.values().flatten().filter(move |one| one.sku == sku && !one.tag.alike()).map(|one| one.tag)
    }

    /// Which units of an item in a state are meant when nobody says whose.
    pub fn tag(&self, item: &Item, state: State) -> Result<Tag> {
        let rows: Vec<&Stands> = self.rows(item).iter().filter(|one| one.state == state).collect();
        let owner = whose(&rows)?;
        let like = rows.first().map_or(Tag::NONE, |one| one.tag);
        Ok(Tag { owner, ..like })
    }
}

/// Whose units are meant: our own, else those of the only client who has some there.
pub(super) fn whose(rows: &[&Stands]) -> Result<OwnerId> {
    let owners: BTreeSet<OwnerId> = rows.iter().map(|one| one.tag.owner).collect();
    Ok(owners::meant(&owners).ok_or(OwnerRefusal::Whose)?)
}
