//! Which units are meant when nobody says: of those that are free at a spot, what expires first, then the oldest lot. Most goods are not told apart, and
//! then there is nothing to choose. Whose: our own, else those of the only client who has some there.

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{OwnerId, SkuId};
use domain::owners::{self, OwnerRefusal};
use domain::stock::tag::of_which;
use domain::stock::{Place, State, Tag};

use super::sql_movements::{self, Spots};
use crate::{Result, Tx};

/// What is free at a spot, told apart: what expires first, then the oldest lot.
pub(crate) async fn there(tx: &mut Tx, at: Place, sku: SkuId, state: State) -> Result<Vec<(Tag, i32)>> {
    let (org, mut spots) = (tx.org().0, Spots::default());
    spots.push(at, sku.0, state.code());
    let rows = sql_movements::lock_tagged(tx.conn(), org, &spots).await?;
    Ok(rows.into_iter().map(|row| (row.tag(), row.free)).collect())
}

/// Units that are to leave a spot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub sku: SkuId,
    pub tag: Tag,
    pub quantity: i32,
    pub at: Place,
    pub state: State,
}

/// The units by tag, for each that is asked. What is told apart already keeps its tag; a tag that only says whose they are gets theirs.
/// What is not there is left without, so that whoever takes it is refused.
pub(super) async fn which(tx: &mut Tx, asked: &[Asked]) -> Result<Vec<Vec<(Tag, i32)>>> {
    let org = tx.org().0;
    let (mut spots, mut keys): (Spots, Vec<(Place, State, SkuId)>) = (Spots::default(), Vec::new());
    for one in asked.iter().filter(|one| one.tag.alike()) {
        let key = (one.at, one.state, one.sku);
        if !keys.contains(&key) {
            keys.push(key);
            spots.push(one.at, one.sku.0, one.state.code());
        }
    }
    let mut there: Vec<BTreeMap<OwnerId, Vec<(Tag, i32)>>> = vec![BTreeMap::new(); keys.len()];
    if !keys.is_empty() {
        for row in sql_movements::lock_tagged(tx.conn(), org, &spots).await? {
            let tag = row.tag();
            there[usize::try_from(row.nth - 1).unwrap_or_default()].entry(tag.owner).or_default().push((tag, row.free));
        }
    }
    let mut parts = Vec::new();
    for one in asked {
        let spot = keys.iter().position(|key| *key == (one.at, one.state, one.sku)).filter(|_| one.tag.alike());
        let Some(spot) = spot else {
            parts.push(vec![(one.tag, one.quantity)]);
            continue;
        };
        let owner = if one.tag.own() {
            owners::meant(&there[spot].keys().copied().collect::<BTreeSet<_>>()).ok_or(OwnerRefusal::Whose)?
        } else {
            one.tag.owner
        };
        let mut part = of_which(there[spot].entry(owner).or_default(), one.quantity);
        let missing = one.quantity - part.iter().map(|(_, units)| units).sum::<i32>();
        if missing > 0 {
            part.push((Tag::of(owner), missing));
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Whose units that are found at a place are: of who has some there already, or for whom the bin is kept; else our own.
pub(super) async fn owner_at(tx: &mut Tx, at: Place, sku: SkuId) -> Result<OwnerId> {
    let org = tx.org().0;
    let there: BTreeSet<OwnerId> = sql_movements::owners_at(tx.conn(), org, at, sku.0).await?.into_iter().map(OwnerId).collect();
    Ok(owners::meant(&there).ok_or(OwnerRefusal::Whose)?)
}

/// Units at a place are ours, or it is said whose they are.
pub(crate) async fn require_own(tx: &mut Tx, at: Place, (sku, code): (SkuId, &str)) -> Result<()> {
    let owner = owner_at(tx, at, sku).await?;
    if owner.is_nil() {
        return Ok(());
    }
    Err(OwnerRefusal::OwnOnly { sku: code.to_owned(), code: crate::owners::code(tx, owner).await? }.into())
}
