//! Which units are meant when nobody says: of those that are free at a spot, what expires first, then the oldest lot. Most goods are not told apart, and
//! then there is nothing to choose.

use domain::ids::SkuId;
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

/// The units by tag, for each that is asked. What has a tag already keeps it; what is not there is left without, so that whoever takes
/// it is refused.
pub(super) async fn which(tx: &mut Tx, asked: &[Asked]) -> Result<Vec<Vec<(Tag, i32)>>> {
    let org = tx.org().0;
    let (mut spots, mut keys): (Spots, Vec<(Place, State, SkuId)>) = (Spots::default(), Vec::new());
    for one in asked.iter().filter(|one| one.tag.is_none()) {
        let key = (one.at, one.state, one.sku);
        if !keys.contains(&key) {
            keys.push(key);
            spots.push(one.at, one.sku.0, one.state.code());
        }
    }
    let mut there: Vec<Vec<(Tag, i32)>> = vec![Vec::new(); keys.len()];
    if !keys.is_empty() {
        for row in sql_movements::lock_tagged(tx.conn(), org, &spots).await? {
            there[usize::try_from(row.nth - 1).unwrap_or_default()].push((row.tag(), row.free));
        }
    }
    let mut parts = Vec::new();
    for one in asked {
        let spot = keys.iter().position(|key| *key == (one.at, one.state, one.sku)).filter(|_| one.tag.is_none());
        let mut part = spot.map_or_else(|| vec![(one.tag, one.quantity)], |spot| of_which(&mut there[spot], one.quantity));
        let missing = one.quantity - part.iter().map(|(_, units)| units).sum::<i32>();
        if missing > 0 {
            part.push((Tag::NONE, missing));
        }
        parts.push(part);
    }
    Ok(parts)
}
