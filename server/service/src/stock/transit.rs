//! Units that were in transit and did not come: they leave the books at the cost of the oldest layers, and come back at just that cost
//! when they turn up. Going out and coming in is `shift`, and makes no profit.

use domain::ids::SkuId;
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::issue::consume;
use super::shift::move_units;
use super::sql_movements::Moves;
use super::take_back::reinstate;
use super::which::{Asked, which};
use crate::sites;
use crate::{Result, Tx};

/// Units in a lane's bin that nobody expects any more, or, found again, where they stand. Without a tag: whichever are there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stray {
    pub sku: SkuId,
    pub tag: Tag,
    pub quantity: i32,
    pub place: Place,
    /// The transfer's line: what it lost is what it can get back.
    pub source: Uuid,
}

/// Units in transit leave the books for `world` (`count`, `scrap`); answers the value of each.
pub(crate) async fn give_up(tx: &mut Tx, world: &str, lost: &[Stray]) -> Result<Vec<Decimal>> {
    let mut moves = Moves::default();
    let in_transit = |stray: &Stray| Asked {
        sku: stray.sku,
        tag: stray.tag,
        quantity: stray.quantity,
        at: stray.place,
        state: State::InTransit,
    };
    for (stray, parts) in lost.iter().zip(which(tx, &lost.iter().map(in_transit).collect::<Vec<_>>()).await?) {
        let to = Place::loose(stray.place.site, sites::bin_of_kind(tx, stray.place.site, world).await?);
        let from = (stray.place, State::InTransit.code());
        for (tag, units) in parts {
            moves.push((stray.sku.0, tag), units, false, from, (to, State::Outside.code()), stray.source);
        }
    }
    let taken: Vec<_> = lost.iter().map(|stray| (stray.sku.0, stray.quantity, stray.source)).collect();
    let values = consume(tx, &taken).await?;
    move_units(tx, Reason::Transfer, &moves).await?;
    Ok(values)
}

/// Units that were given up stand there after all, on sale, at the cost they were given up for; answers the value of each.
pub(crate) async fn turn_up(tx: &mut Tx, found: &[Stray]) -> Result<Vec<Decimal>> {
    let mut moves = Moves::default();
    for stray in found {
        let from = Place::loose(stray.place.site, sites::bin_of_kind(tx, stray.place.site, "count").await?);
        let to = (stray.place, State::Sellable.code());
        moves.push((stray.sku.0, stray.tag), stray.quantity, false, (from, State::Outside.code()), to, stray.source);
    }
    let back: Vec<_> = found.iter().map(|stray| (stray.sku.0, stray.quantity, stray.source)).collect();
    let values = reinstate(tx, &back).await?;
    move_units(tx, Reason::Transfer, &moves).await?;
    Ok(values)
}
