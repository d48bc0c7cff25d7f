//! What units that come in are: the lot is known or made, serials are new. A lot that is known keeps what is known of it.

use std::collections::HashMap;

use domain::ids::SkuId;
use domain::lots::{LotRefusal, Marks};
use domain::stock::Tag;
use uuid::Uuid;

use super::policy::policies;
use super::sql::{self, NewLots, NewSerials};
use crate::{Result, Tx};

/// Units of a SKU that come in, and what was said of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coming<'a> {
    pub sku: SkuId,
    pub quantity: i32,
    pub marks: &'a Marks,
    pub supplier: &'a str,
    /// They go on sale at once.
    pub sold: bool,
}

/// The tags of what comes in, with the units of each. Goods that are not told apart have none, and cost one look.
pub(crate) async fn mark(tx: &mut Tx, coming: &[Coming<'_>]) -> Result<Vec<Vec<(Tag, i32)>>> {
    let plain = || coming.iter().map(|one| vec![(Tag::NONE, one.quantity)]).collect();
    let skus: Vec<SkuId> = coming.iter().map(|one| one.sku).collect();
    let tracked = policies(tx, &skus).await?;
    if tracked.is_empty() {
        return Ok(plain());
    }
    let (org, at, today) = (tx.org().0, tx.at, tx.at.date_naive());
    let mut said: Vec<Option<Marks>> = Vec::new();
    let mut new = NewLots::default();
    for one in coming {
        let Some(known) = tracked.get(&one.sku).filter(|known| known.policy.tracked()) else {
            said.push(None);
            continue;
        };
        let marks = known.policy.settle(&known.code, one.quantity, one.marks, today, one.sold)?;
        if !marks.lot.is_empty() {
            new.push(one.sku.0, &marks, one.supplier);
        }
        said.push(Some(marks));
    }
    let lots = lots(tx, &new).await?;
    let (mut serials, mut tags) = (NewSerials::default(), Vec::new());
    for (one, marks) in coming.iter().zip(said) {
        let Some(marks) = marks else {
            tags.push(vec![(Tag::NONE, one.quantity)]);
            continue;
        };
        let lot = lots.get(&(one.sku.0, marks.lot.clone()));
        check(lot, &marks, today, one.sold)?;
        let tag = Tag { lot: lot.map_or(Uuid::nil(), |lot| lot.id).into(), ..Tag::NONE };
        if marks.serials.is_empty() {
            tags.push(vec![(tag, one.quantity)]);
        } else {
            let own = marks.serials.into_iter().map(|code| {
                let serial = serials.push(one.sku.0, tag.lot.0, code);
                (Tag { serial: serial.into(), ..tag }, 1)
            });
            tags.push(own.collect());
        }
    }
    if let Some((sku, serial)) = sql::known_serials(tx.conn(), org, &serials).await?.into_iter().next() {
        let sku = tracked.get(&sku.into()).map(|known| known.code.clone()).unwrap_or_default();
        return Err(LotRefusal::SerialKnown { sku, serial }.into());
    }
    sql::insert_serials(tx.conn(), org, at, &serials).await?;
    Ok(tags)
}

/// The lots by SKU and code, made where they are new.
pub(super) async fn lots(tx: &mut Tx, new: &NewLots) -> Result<HashMap<(Uuid, String), sql::LotRow>> {
    let (org, at) = (tx.org().0, tx.at);
    if new.is_empty() {
        return Ok(HashMap::new());
    }
    sql::insert_lots(tx.conn(), org, at, new).await?;
    let rows = sql::lots_by_code(tx.conn(), org, new).await?;
    Ok(rows.into_iter().map(|row| ((row.sku_id, row.code.clone()), row)).collect())
}

/// Nothing is changed of a lot that is known, and what is recalled or past its day does not go on sale.
pub(super) fn check(lot: Option<&sql::LotRow>, marks: &Marks, today: chrono::NaiveDate, sold: bool) -> Result<()> {
    let Some(lot) = lot else { return Ok(()) };
    if let (Some(known), Some(given)) = (lot.expires_on, marks.expires_on)
        && known != given
    {
        return Err(LotRefusal::OtherExpiry { lot: lot.code.clone(), known, given }.into());
    }
    if sold {
        lot.clone().require_good(today)?;
    }
    Ok(())
}
