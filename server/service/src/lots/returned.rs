//! Which unit came back: of a SKU that is told apart, only what was shipped on that very order. A serial that was swapped is refused,
//! and where the real one is gets said.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use domain::ids::{OwnerId, SkuId};
use domain::lots::{LotRefusal, Marks};
use domain::people::Actor;
use domain::stock::Tag;
use domain::stock::tag::of_which;
use uuid::Uuid;

use super::policy::policies;
use super::sql_trace as sql;
use crate::{Result, Tx};

/// Units of an order that came back, and what was said of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Back<'a> {
    pub order: Uuid,
    /// Whose goods the order sold.
    pub owner: OwnerId,
    pub sku: SkuId,
    pub quantity: i32,
    pub marks: &'a Marks,
}

/// The tags of what comes back, with the units of each. The order is locked: what came back before is known.
pub(crate) async fn back(tx: &mut Tx, back: &[Back<'_>]) -> Result<Vec<Vec<(Tag, i32)>>> {
    let skus: Vec<SkuId> = back.iter().map(|one| one.sku).collect();
    let tracked = policies(tx, &skus).await?;
    // History brings what it says; a bench reads each unit's number.
    let history = matches!(tx.caller.who, Actor::System { .. });
    let mut out: BTreeMap<(Uuid, SkuId), Vec<sql::OutRow>> = BTreeMap::new();
    let mut tags = Vec::new();
    for one in back {
        let Some(known) = tracked.get(&one.sku).filter(|known| known.policy.tracked()) else {
            tags.push(vec![(Tag::of(one.owner), one.quantity)]);
            continue;
        };
        let key = (one.order, one.sku);
        if let Entry::Vacant(unread) = out.entry(key) {
            let org = tx.org().0;
            unread.insert(sql::out_with_customer(tx.conn(), org, one.order, one.sku.0).await?);
        }
        let rows = out.get_mut(&key).map(Vec::as_mut_slice).unwrap_or_default();
        if known.policy.serial && !history {
            tags.push(vec![(Tag { owner: one.owner, ..serial(tx, one, &known.code, rows).await? }, 1)]);
        } else {
            let parts = lot(tx, one, rows, history).await?;
            tags.push(parts.into_iter().map(|(tag, units)| (Tag { owner: one.owner, ..tag }, units)).collect());
        }
    }
    Ok(tags)
}

/// One unit by its number.
async fn serial(tx: &mut Tx, one: &Back<'_>, sku: &str, rows: &mut [sql::OutRow]) -> Result<Tag> {
    if one.quantity != 1 {
        return Err(LotRefusal::OneByOne.into());
    }
    let said: Vec<String> =
        one.marks.serials.iter().map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty()).collect();
    let [code] = said.as_slice() else {
        let given = i32::try_from(said.len()).unwrap_or(i32::MAX);
        return Err(LotRefusal::SerialsWanted { sku: sku.to_owned(), wanted: 1, given }.into());
    };
    if let Some(row) = rows.iter_mut().find(|row| row.serial == *code && row.units > 0) {
        row.units -= 1;
        return Ok(row.tag());
    }
    let org = tx.org().0;
    let order = sql::order_number(tx.conn(), org, one.order).await?;
    let where_it_is = sql::whereabouts(tx.conn(), org, one.sku.0, code).await?;
    let where_it_is = where_it_is.unwrap_or_else(|| "nobody knows it".to_owned());
    Err(LotRefusal::NotShipped { serial: code.clone(), order, where_it_is }.into())
}

/// Units of a lot: the one that was said, or the only one the order had.
async fn lot(tx: &mut Tx, one: &Back<'_>, rows: &mut [sql::OutRow], history: bool) -> Result<Vec<(Tag, i32)>> {
    let said = one.marks.lot.trim().to_uppercase();
    let mut lots: HashMap<&str, i32> = HashMap::new();
    for row in rows.iter().filter(|row| row.units > 0) {
        *lots.entry(row.lot.as_str()).or_default() += row.units;
    }
    if !history && said.is_empty() && lots.len() > 1 {
        let sku = policies(tx, &[one.sku]).await?.remove(&one.sku).map(|known| known.code).unwrap_or_default();
        return Err(LotRefusal::LotMissing { sku }.into());
    }
    let mut there: Vec<(Tag, i32)> =
        rows.iter().map(|row| (row.tag(), if said.is_empty() || row.lot == said { row.units } else { 0 })).collect();
    let parts = of_which(&mut there, one.quantity);
    if parts.iter().map(|(_, units)| units).sum::<i32>() < one.quantity {
        let org = tx.org().0;
        let order = sql::order_number(tx.conn(), org, one.order).await?;
        return Err(LotRefusal::LotNotShipped { lot: said, order }.into());
    }
    for (row, (_, left)) in rows.iter_mut().zip(there) {
        if said.is_empty() || row.lot == said {
            row.units = left;
        }
    }
    Ok(parts)
}

/// Units that came back, by the receipt that brought them.
#[derive(Debug, Default)]
pub(crate) struct Came(HashMap<Uuid, Vec<(Tag, i32)>>);

impl Came {
    /// So many of a receipt's; goods that are all alike have no tag.
    pub fn take(&mut self, receipt: Uuid, units: i32) -> Vec<(Tag, i32)> {
        match self.0.get_mut(&receipt) {
            Some(there) => of_which(there, units),
            None => vec![(Tag::NONE, units)],
        }
    }
}

/// What these receipts brought and still waits to be inspected, where it is told apart or a client's.
pub(crate) async fn came_with(tx: &mut Tx, receipts: &[Uuid]) -> Result<Came> {
    let org = tx.org().0;
    let mut came = Came::default();
    for row in sql::came_with(tx.conn(), org, receipts).await? {
        let tag = Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() };
        came.0.entry(row.receipt).or_default().push((tag, row.units));
    }
    Ok(came)
}
