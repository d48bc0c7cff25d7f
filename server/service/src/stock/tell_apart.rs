//! Units that nobody could tell apart get their lot or their serials: they leave the books by way of the count and come back as what they
//! are, where they stand and in the state they are in. What they cost stays as it is.

use std::collections::BTreeSet;

use domain::ids::{OwnerId, SkuId};
use domain::owners::{self, OwnerRefusal};
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use uuid::Uuid;

use super::found::stands;
use super::shift::{lawful, write};
use super::sql_movements::Moves;
use crate::{Result, Tx, sites};

pub(crate) async fn tell_apart(
    tx: &mut Tx,
    (sku, at, state): (SkuId, Place, State),
    named: &[(Tag, i32)],
    source: Uuid,
) -> Result<()> {
    let mut there = stands(tx, at).await?;
    there.retain(|one| one.sku == sku && one.state == state && one.tag.alike());
    let owners: BTreeSet<OwnerId> = there.iter().map(|one| one.tag.owner).collect();
    let owner = owners::meant(&owners).ok_or(OwnerRefusal::Whose)?;
    let free = there.iter().filter(|one| one.tag.owner == owner).map(|one| one.on_hand - one.allocated).sum();
    let wanted = named.iter().map(|(_, units)| units).sum();
    if free < wanted {
        return Err(StockRefusal::NotEnough { wanted, free }.into());
    }
    let world = Place::loose(at.site, sites::bin_of_kind(tx, at.site, "count").await?);
    let (here, outside) = ((at, state.code()), (world, State::Outside.code()));
    let mut moves = Moves::default();
    moves.push((sku.0, Tag::of(owner)), wanted, false, here, outside, source);
    for (tag, units) in named {
        moves.push((sku.0, Tag { owner, ..*tag }), *units, false, outside, here, source);
    }
    // They stood there before: whether the bin takes them is not asked again.
    lawful(Reason::Count, &moves)?;
    write(tx, Reason::Count, &moves).await
}
