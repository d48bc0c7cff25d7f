//! Units that were in transit and did not come: they leave the books at the cost of the oldest layers, and come back at just that cost
//! when they turn up. Going out and coming in is `shift`, and makes no profit.

use std::collections::HashMap;

use domain::ids::SkuId;
use domain::stock::tag::{lower, of_which};
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::issue::{consume, own_of};
use super::shift::move_units;
use super::sql_movements::{self, Moves};
use super::take_back::reinstate;
use super::which::{Asked, which};
use crate::{Result, Tx, lots, sites};

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
    let (mut moves, mut taken) = (Moves::default(), Vec::new());
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
        taken.push((stray.sku.0, own_of(&parts), stray.source));
        for (tag, units) in parts {
            moves.push((stray.sku.0, tag), units, false, from, (to, State::Outside.code()), stray.source);
        }
    }
    let values = consume(tx, &taken).await?;
    move_units(tx, Reason::Transfer, &moves).await?;
    Ok(values)
}

/// Units on the way that are told apart, by SKU. Of goods that are all alike there is nothing to say.
#[derive(Debug, Default)]
pub(crate) struct Aboard(HashMap<SkuId, Vec<(Tag, i32)>>);

impl Aboard {
    /// What is on the way of a SKU.
    pub fn of(&self, sku: SkuId) -> &[(Tag, i32)] {
        self.0.get(&sku).map_or(&[], Vec::as_slice)
    }

    /// These are off.
    pub fn gone(&mut self, sku: SkuId, parts: &[(Tag, i32)]) {
        if let Some(there) = self.0.get_mut(&sku) {
            lower(there, parts);
        }
    }

    /// So many of a SKU that are on the way.
    pub fn take(&mut self, sku: SkuId, units: i32) -> Vec<(Tag, i32)> {
        match self.0.get_mut(&sku) {
            Some(there) => of_which(there, units),
            None => vec![(Tag::NONE, units)],
        }
    }
}

/// What these brought into transit, and nobody took out or gave up: another's units in the same lane are not theirs.
pub(crate) async fn aboard(tx: &mut Tx, sources: &[Uuid]) -> Result<Aboard> {
    let org = tx.org().0;
    let mut aboard = Aboard::default();
    for row in sql_movements::aboard(tx.conn(), org, sources).await? {
        let tag = Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() };
        aboard.0.entry(row.sku_id.into()).or_default().push((tag, row.units));
    }
    Ok(aboard)
}

/// What these lines gave up and have not had back, told apart.
async fn gone(tx: &mut Tx, found: &[Stray]) -> Result<HashMap<Uuid, Vec<(Tag, i32)>>> {
    let org = tx.org().0;
    let sources: Vec<Uuid> = found.iter().map(|stray| stray.source).collect();
    let mut gone: HashMap<Uuid, Vec<(Tag, i32)>> = HashMap::new();
    for row in sql_movements::given_up(tx.conn(), org, &sources).await? {
        let tag = Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() };
        gone.entry(row.source_id).or_default().push((tag, row.units));
    }
    Ok(gone)
}

/// Units that were given up stand there after all, on sale, at the cost they were given up for; answers the value of each.
pub(crate) async fn turn_up(tx: &mut Tx, found: &[Stray]) -> Result<Vec<Decimal>> {
    let (mut moves, mut back) = (Moves::default(), Vec::new());
    let mut gone = gone(tx, found).await?;
    for stray in found {
        let from = Place::loose(stray.place.site, sites::bin_of_kind(tx, stray.place.site, "count").await?);
        let parts = of_which(gone.entry(stray.source).or_default(), stray.quantity);
        back.push((stray.sku.0, own_of(&parts), stray.source));
        for (tag, units) in parts {
            let state = lots::on_sale(tx, Reason::Transfer, (stray.sku, tag)).await?;
            let (from, to) = ((from, State::Outside.code()), (stray.place, state.code()));
            moves.push((stray.sku.0, tag), units, false, from, to, stray.source);
        }
    }
    let values = reinstate(tx, &back).await?;
    move_units(tx, Reason::Transfer, &moves).await?;
    Ok(values)
}
