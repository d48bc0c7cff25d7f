//! Owners' transactions: clients come and go, bins are kept for them, goods of two of them are kept apart. What of a client's stands
//! where, and who may take it, is `stock`; whose units are meant where nobody says is `domain::owners`.

mod sql;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use domain::ids::{BinId, OwnerId};
use domain::owners::{AddOwner, KeepBin, OWN, OwnerRefusal, OwnerRow, RetireOwner};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use crate::{Act, Db, Result, Tx, sites};

impl Act for AddOwner {
    const KIND: &'static str = "owners.add";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (code, name) = self.check()?;
        let (org, at) = (tx.org().0, tx.at);
        if !sql::insert(tx.conn(), org, self.id.0, (&code, name), at).await? {
            return Err(OwnerRefusal::Taken { code }.into());
        }
        tx.announce("owner.added", self.id, None, json!({ "code": code }));
        tx.audit("owner", self.id, (), json!({ "code": code, "name": name }));
        Ok(())
    }
}

impl Act for RetireOwner {
    const KIND: &'static str = "owners.retire";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at) = (tx.org().0, tx.at);
        let missing = || Refusal::not_found("owner");
        sql::lock(tx.conn(), org, self.owner.0).await?.then_some(()).ok_or_else(missing)?;
        // A statement of its own: it sees what was ordered and received while we waited for the lock.
        let row = sql::list(tx.conn(), org, Some(self.owner.0)).await?.pop().ok_or_else(missing)?;
        let code = row.code;
        if row.retired_at.is_some() {
            return Err(OwnerRefusal::Retired { code }.into());
        }
        if row.units > 0 {
            return Err(OwnerRefusal::StillHere { code, units: row.units }.into());
        }
        if row.open_orders + row.expected > 0 {
            return Err(OwnerRefusal::StillOpen { code, orders: row.open_orders + row.expected }.into());
        }
        sql::retire(tx.conn(), org, self.owner.0, at).await?;
        tx.announce("owner.retired", self.owner, None, json!({ "code": code }));
        tx.audit("owner", self.owner, json!({ "retired": false }), json!({ "retired": true, "code": code }));
        Ok(())
    }
}

impl Act for KeepBin {
    const KIND: &'static str = "owners.keep_bin";
    const NEEDS: Permission = Permission::SitesEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        let (site, bin) = sites::lock_whole(tx, self.bin).await?;
        let owner = find(tx, &self.owner).await?;
        if !owner.is_nil() && sql::others_inside(tx.conn(), org, site.0, self.bin.0, owner.0).await? {
            return Err(OwnerRefusal::OthersInside { bin, code: code(tx, owner).await? }.into());
        }
        let before = kept_for(tx, self.bin).await?;
        sql::keep_bin(tx.conn(), org, self.bin.0, (!owner.is_nil()).then_some(owner.0)).await?;
        tx.announce("bin.kept", self.bin, Some(site), json!({ "code": bin }));
        tx.audit("bin", self.bin, json!({ "kept_for": before }), json!({ "code": bin, "kept_for": self.owner.trim() }));
        Ok(())
    }
}

/// Clients by code, with whether they still are: kept from being retired until the command ends.
pub(crate) type Clients = HashMap<String, (OwnerId, bool)>;

/// Whoever these codes mean, for whoever asks for many at once; nothing is asked where nobody names one.
pub(crate) async fn known<'a>(tx: &mut Tx, typed: impl Iterator<Item = &'a str>) -> Result<Clients> {
    let codes: BTreeSet<String> =
        typed.map(|code| code.trim().to_uppercase()).filter(|code| !code.is_empty() && code != OWN).collect();
    if codes.is_empty() {
        return Ok(Clients::new());
    }
    let org = tx.org().0;
    let rows = sql::by_codes(tx.conn(), org, &codes.into_iter().collect::<Vec<_>>()).await?;
    Ok(rows.into_iter().map(|row| (row.code, (OwnerId(row.id), row.retired))).collect())
}

/// The one a code means; empty is our own.
pub(crate) fn among(clients: &Clients, typed: &str) -> Result<OwnerId, OwnerRefusal> {
    let code = typed.trim().to_uppercase();
    if code.is_empty() || code == OWN {
        return Ok(OwnerId::NIL);
    }
    match clients.get(&code) {
        Some((id, false)) => Ok(*id),
        Some((_, true)) => Err(OwnerRefusal::Retired { code }),
        None => Err(OwnerRefusal::Unknown { code: code.chars().take(40).collect() }),
    }
}

/// The owners these codes mean, as typed.
pub(crate) async fn named<'a>(tx: &mut Tx, typed: impl Iterator<Item = &'a str>) -> Result<HashMap<&'a str, OwnerId>> {
    let typed: BTreeSet<&str> = typed.collect();
    let clients = known(tx, typed.iter().copied()).await?;
    Ok(typed.into_iter().map(|code| Ok((code, among(&clients, code)?))).collect::<Result<_, OwnerRefusal>>()?)
}

/// The owner a code means; empty is our own.
pub(crate) async fn find(tx: &mut Tx, code: &str) -> Result<OwnerId> {
    Ok(named(tx, std::iter::once(code)).await?.into_values().next().unwrap_or_default())
}

/// Who goes, or went, by this code; our own by theirs.
pub(crate) async fn coded(tx: &mut Tx, typed: &str) -> Result<Option<OwnerId>> {
    let code = typed.trim().to_uppercase();
    if code == OWN {
        return Ok(Some(OwnerId::NIL));
    }
    let org = tx.org().0;
    Ok(sql::coded(tx.conn(), org, &code).await?.map(OwnerId))
}

/// For whose goods a bin is kept, by code; empty: anybody's.
pub(crate) async fn kept_for(tx: &mut Tx, bin: BinId) -> Result<String> {
    let org = tx.org().0;
    Ok(sql::kept_for(tx.conn(), org, bin.0).await?.unwrap_or_default())
}

/// An owner's code; our own has none.
pub(crate) async fn code(tx: &mut Tx, owner: OwnerId) -> Result<String> {
    if owner.is_nil() {
        return Ok(String::new());
    }
    let org = tx.org().0;
    Ok(sql::code(tx.conn(), org, owner.0).await?.unwrap_or_else(|| owner.to_string()))
}

/// Goods that come to rest loose in a bin where they are sold from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Coming {
    pub bin: Uuid,
    pub sku: Uuid,
    pub owner: Uuid,
}

/// One item of two owners never stands loose in one bin that orders are served from: nobody could tell it apart.
pub(crate) async fn keep_apart(tx: &mut Tx, coming: &BTreeSet<Coming>) -> Result<()> {
    let org = tx.org().0;
    let column = |of: fn(&Coming) -> Uuid| coming.iter().map(of).collect::<Vec<_>>();
    let (bins, skus, owners) = (column(|one| one.bin), column(|one| one.sku), column(|one| one.owner));
    // Whoever brings a client's item waits for whoever brings ours, and the other way round.
    sql::lock_skus(tx.conn(), org, &skus, owners.iter().any(|owner| !owner.is_nil())).await?;
    match sql::apart(tx.conn(), org, (&bins, &skus, &owners)).await?.into_iter().next() {
        Some(row) => Err(OwnerRefusal::KeptApart { bin: row.bin, sku: row.sku, there: row.there }.into()),
        None => Ok(()),
    }
}

/// What is sold for clients is theirs: whose these orders are, of those that are not our own.
pub(crate) async fn of_orders(tx: &mut Tx, orders: &[Uuid]) -> Result<HashMap<Uuid, OwnerId>> {
    let org = tx.org().0;
    let rows = sql::of_orders(tx.conn(), org, orders).await?;
    Ok(rows.into_iter().map(|(order, owner)| (order, OwnerId(owner))).collect())
}

/// The same of order lines.
pub(crate) async fn of_lines(tx: &mut Tx, lines: &[Uuid]) -> Result<HashMap<Uuid, OwnerId>> {
    let org = tx.org().0;
    let rows = sql::of_lines(tx.conn(), org, lines).await?;
    Ok(rows.into_iter().map(|(line, owner)| (line, OwnerId(owner))).collect())
}

/// What a purchase order costs is ours to book only when its goods are.
pub(crate) async fn require_ours(tx: &mut Tx, order: Uuid) -> Result<()> {
    let org = tx.org().0;
    match sql::of_purchase(tx.conn(), org, order).await? {
        Some((number, code)) => Err(OwnerRefusal::NotOurs { number, code }.into()),
        None => Ok(()),
    }
}

impl Db {
    /// Every owner but ourselves, those of today first.
    pub async fn owners(&self, caller: &Caller) -> Result<Vec<OwnerRow>> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let org = tx.org().0;
        sql::list(tx.conn(), org, None).await
    }
}
