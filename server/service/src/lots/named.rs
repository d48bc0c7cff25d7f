//! Units that somebody looks at and names: which lot, which serials, known here or not. What is named is made only when it comes into
//! the books; a serial stands in one place, so one that stands elsewhere by the books is refused.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::ids::{BinId, SkuId};
use domain::lots::{LotRefusal, Marks};
use domain::stock::Tag;
use uuid::Uuid;

use super::coming::{check, lots};
use super::policy::policies;
use super::sql::{self, NewLots, NewSerials};
use crate::{Result, Tx};

/// Units of one lot, or one unit, by code; of goods that are all alike both are empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Named {
    pub lot: String,
    pub serial: String,
    pub made_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    pub units: i32,
}

/// What was said of so many units of a SKU. None of them: the lot or the serials that are not there.
pub(crate) async fn named(tx: &mut Tx, (sku, units): (SkuId, i32), said: &Marks) -> Result<Vec<Named>> {
    let Some(known) = policies(tx, &[sku]).await?.remove(&sku).filter(|known| known.policy.tracked()) else {
        return Ok(vec![Named { units, ..Named::default() }]);
    };
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let mut said = said.clone();
    let codes: Vec<String> = said.serials.iter().map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty()).collect();
    let serials = if known.policy.serial { sql::serials_by_code(tx.conn(), org, sku.0, &codes).await? } else { Vec::new() };
    if said.lot.trim().is_empty() {
        // A serial that is known says its lot.
        let of: BTreeSet<&str> = serials.iter().map(|serial| serial.lot.as_str()).collect();
        said.lot = of.first().filter(|_| of.len() == 1).map(|lot| (*lot).to_owned()).unwrap_or_default();
    }
    let wanted = if known.policy.serial && units == 0 { i32::try_from(codes.len().max(1)).unwrap_or(i32::MAX) } else { units };
    let marks = known.policy.named(&known.code, wanted, &said, today)?;
    if let Some(other) = serials.iter().find(|serial| known.policy.lot && serial.lot != marks.lot) {
        let (serial, known) = (other.code.clone(), other.lot.clone());
        return Err(LotRefusal::OtherLot { serial, known, given: marks.lot }.into());
    }
    if !marks.lot.is_empty() {
        let mut one = NewLots::default();
        one.push(sku.0, &marks, "");
        let lot = sql::lots_by_code(tx.conn(), org, &one).await?.pop();
        check(lot.as_ref(), &marks, today, false)?;
        if lot.is_none() && units > 0 && known.policy.expiry && marks.expires_on.is_none() {
            return Err(LotRefusal::ExpiryMissing { sku: known.code }.into());
        }
    }
    let Marks { lot, made_on, expires_on, serials } = marks;
    let one = Named { lot, serial: String::new(), made_on, expires_on, units };
    if serials.is_empty() {
        return Ok(vec![one]);
    }
    let unit = |serial| Named { serial, units: units.min(1), ..one.clone() };
    Ok(serials.into_iter().map(unit).collect())
}

/// Refuses what cannot be sold: of a lot that is recalled, or past its day.
pub(crate) async fn require_good_named(tx: &mut Tx, sku: SkuId, named: &[Named]) -> Result<()> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let mut known = NewLots::default();
    for one in named.iter().filter(|one| !one.lot.is_empty()) {
        known.push(sku.0, &Marks { lot: one.lot.clone(), ..Marks::default() }, "");
        if let Some(on) = one.expires_on.filter(|on| *on < today) {
            return Err(LotRefusal::Expired { lot: one.lot.clone(), on }.into());
        }
    }
    for lot in sql::lots_by_code(tx.conn(), org, &known).await? {
        lot.require_good(today)?;
    }
    Ok(())
}

/// Refuses serials that stand anywhere but loose in this bin.
pub(crate) async fn require_here(tx: &mut Tx, sku: SkuId, named: &[Named], bin: BinId) -> Result<()> {
    let org = tx.org().0;
    let codes: Vec<String> = named.iter().map(|one| one.serial.clone()).filter(|code| !code.is_empty()).collect();
    if codes.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = sql::serials_by_code(tx.conn(), org, sku.0, &codes).await?.into_iter().map(|row| row.id).collect();
    match sql::stands(tx.conn(), org, &ids, bin.0).await? {
        Some((serial, bin)) => Err(LotRefusal::SerialStands { serial, bin }.into()),
        None => Ok(()),
    }
}

/// The tags of named units of a SKU that come into the books: lots and serials are made where they are new, and no serial stands
/// anywhere yet.
pub(crate) async fn tags(tx: &mut Tx, sku: SkuId, named: &[Named]) -> Result<Vec<(Tag, i32)>> {
    let (org, at) = (tx.org().0, tx.at);
    let mut new = NewLots::default();
    for one in named.iter().filter(|one| !one.lot.is_empty()) {
        let marks = Marks { lot: one.lot.clone(), made_on: one.made_on, expires_on: one.expires_on, serials: Vec::new() };
        new.push(sku.0, &marks, "");
    }
    let lots = lots(tx, &new).await?;
    let lot = |one: &Named| lots.get(&(sku.0, one.lot.clone())).map_or(Uuid::nil(), |lot| lot.id);
    let codes: Vec<String> = named.iter().map(|one| one.serial.clone()).filter(|code| !code.is_empty()).collect();
    if !codes.is_empty() {
        sql::queue_serials(tx.conn(), org, sku.0).await?;
        let known = sql::serials_by_code(tx.conn(), org, sku.0, &codes).await?;
        let mut serials = NewSerials::default();
        for one in named.iter().filter(|one| !one.serial.is_empty() && known.iter().all(|row| row.code != one.serial)) {
            serials.push(sku.0, lot(one), one.serial.clone());
        }
        sql::insert_serials(tx.conn(), org, at, &serials).await?;
        require_here(tx, sku, named, BinId::NIL).await?;
    }
    let serials = sql::serials_by_code(tx.conn(), org, sku.0, &codes).await?;
    let tag = |one: &Named| match serials.iter().find(|row| row.code == one.serial) {
        Some(row) => Tag { lot: row.lot_id.into(), serial: row.id.into(), ..Tag::NONE },
        None => Tag { lot: lot(one).into(), ..Tag::NONE },
    };
    Ok(named.iter().map(|one| (tag(one), one.units)).collect())
}
