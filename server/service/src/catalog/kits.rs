//! Kits' transactions. What a kit may be made of is decided by `domain::catalog::kits`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::catalog::card::Group;
use domain::catalog::changes::{Edit, Saved};
use domain::catalog::kits::{KitPart, KitPartRow, NamedPart, SetKit, TypedKit, TypedPart, whole};
use domain::ids::{CommandId, SkuId};
use domain::people::{Caller, Permission};
use domain::refusal::CommonRefusal;
use serde_json::json;
use uuid::Uuid;

use super::{by_id, by_scans, cards, require_skus, sql_kits as sql};
use crate::{Act, Db, Result, Tx};

impl Act for SetKit {
    const KIND: &'static str = "catalog.set_kit";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = Saved;

    async fn act(&self, tx: &mut Tx) -> Result<Saved> {
        self.check()?;
        let before = lock(tx, self.kit, &self.parts).await?;
        let (before, after) = (Edit::Kit { kit: named(tx, &before).await? }, Edit::Kit { kit: named(tx, &self.parts).await? });
        if let Some(waits) = cards::or_ask(tx, self.kit, &before, after.clone()).await? {
            return Ok(waits);
        }
        write(tx, self.kit, &self.parts).await?;
        tx.audit("sku", self.kit, &before, &after);
        Ok(Saved { id: self.kit, applied: vec![Group::Kit], waits: Vec::new() })
    }
}

/// Somebody else's edit of a kit is written.
pub(super) async fn agreed(tx: &mut Tx, kit: SkuId, (before, after): (&Edit, &[NamedPart])) -> Result<()> {
    let parts: Vec<KitPart> = after.iter().map(|part| KitPart { sku: part.sku, quantity: part.quantity }).collect();
    let stands = lock(tx, kit, &parts).await?;
    // Who asked saw another kit: they ask again.
    if *before != (Edit::Kit { kit: named(tx, &stands).await? }) {
        return Err(CommonRefusal::Stale.into());
    }
    write(tx, kit, &parts).await
}

/// What it is made of now, held; refused where it may not be made of these.
async fn lock(tx: &mut Tx, kit: SkuId, parts: &[KitPart]) -> Result<Vec<KitPart>> {
    let org = tx.org().0;
    let skus: Vec<SkuId> = parts.iter().map(|part| part.sku).collect();
    require_skus(tx, &[&[kit], skus.as_slice()].concat()).await?;
    // One at a time: of two who make kits of each other's, the second sees the first's.
    sql::lock(tx.conn(), org).await?;
    if !parts.is_empty() {
        let ids: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
        if let Some(code) = sql::kit_among(tx.conn(), org, kit.0, &ids).await? {
            return Err(CatalogRefusal::KitOfKits { code }.into());
        }
        let units = sql::on_hand(tx.conn(), org, kit.0).await?;
        if units > 0 {
            let code = by_id(tx, &[kit]).await?.remove(&kit).map(|row| row.code).unwrap_or_default();
            return Err(CatalogRefusal::KitHasStock { code, units }.into());
        }
    }
    Ok(kits(tx, &[kit]).await?.remove(&kit).unwrap_or_default())
}

async fn write(tx: &mut Tx, kit: SkuId, parts: &[KitPart]) -> Result<()> {
    let org = tx.org().0;
    sql::replace(tx.conn(), org, kit.0, parts).await?;
    tx.announce("sku.kit_set", kit, None, json!({ "parts": parts.len() }));
    Ok(())
}

/// Parts with their codes, in their order.
async fn named(tx: &mut Tx, parts: &[KitPart]) -> Result<Vec<NamedPart>> {
    let known = by_id(tx, &parts.iter().map(|part| part.sku).collect::<Vec<_>>()).await?;
    let code = |sku: SkuId| known.get(&sku).map(|row| row.code.clone()).unwrap_or_default();
    let mut named: Vec<NamedPart> =
        parts.iter().map(|part| NamedPart { sku: part.sku, code: code(part.sku), quantity: part.quantity }).collect();
    named.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(named)
}

/// What these are made of; plain SKUs are absent.
pub(crate) async fn kits(tx: &mut Tx, skus: &[SkuId]) -> Result<HashMap<SkuId, Vec<KitPart>>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let mut kits: HashMap<SkuId, Vec<KitPart>> = HashMap::new();
    for row in sql::parts(tx.conn(), org, &ids).await? {
        kits.entry(row.kit_id.into()).or_default().push(KitPart { sku: row.sku_id.into(), quantity: row.quantity });
    }
    Ok(kits)
}

/// Refuses when one of these is a kit: goods come as its parts.
pub(crate) async fn refuse_kits(tx: &mut Tx, skus: &[SkuId]) -> Result<()> {
    let Some(kit) = kits(tx, skus).await?.into_keys().next() else { return Ok(()) };
    let code = by_id(tx, &[kit]).await?.remove(&kit).map(|row| row.code).unwrap_or_default();
    Err(CatalogRefusal::KitReceived { code }.into())
}

impl Db {
    /// A kit as it was typed.
    pub async fn set_typed_kit(&self, caller: &Caller, id: CommandId, now: DateTime<Utc>, typed: &TypedKit) -> Result<Saved> {
        let codes: Vec<String> = typed.parts.iter().map(|part| part.sku.clone()).collect();
        let known = {
            let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
            by_scans(&mut tx, &codes).await?
        };
        let part = |part: &TypedPart| {
            let unknown = || CatalogRefusal::UnknownSku { code: part.sku.clone() };
            let sku = *known.get(&part.sku.trim().to_uppercase()).ok_or_else(unknown)?;
            Ok(KitPart { sku, quantity: part.quantity })
        };
        let parts = typed.parts.iter().map(part).collect::<Result<Vec<_>, CatalogRefusal>>()?;
        self.run(caller, id, now, &SetKit { kit: typed.kit, parts }).await
    }

    /// What a kit is made of, and for how many each part is enough; empty for a plain SKU.
    pub async fn kit(&self, caller: &Caller, kit: SkuId) -> Result<Vec<KitPartRow>> {
        let (parts, skus) = {
            let mut tx = self.read(caller, Permission::StockView, None).await?;
            let parts = kits(&mut tx, &[kit]).await?.remove(&kit).unwrap_or_default();
            let skus = by_id(&mut tx, &parts.iter().map(|part| part.sku).collect::<Vec<_>>()).await?;
            (parts, skus)
        };
        let mut rows = Vec::new();
        for part in parts {
            let free = self.availability(caller, part.sku).await?.into_iter().map(|(.., units)| units).max().unwrap_or(0);
            let (code, name) = skus.get(&part.sku).map(|row| (row.code.clone(), row.name.clone())).unwrap_or_default();
            rows.push(KitPartRow { sku: part.sku, code, name, quantity: part.quantity, enough_for: whole(&[part], |_| free) });
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests;
