//! The catalog's transactions. What a SKU must state is decided by `domain::catalog`.

mod cards;
mod file;
mod kits;
mod read;
mod ready;
pub(crate) mod sql;
mod sql_cards;
mod sql_changes;
mod sql_kits;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use domain::catalog::{AddSkus, CatalogRefusal, SkuRow};
use domain::ids::SkuId;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use rust_decimal::Decimal;
use uuid::Uuid;

pub(crate) use cards::{classify, or_ask, restate};
pub use file::Sheet;
pub(crate) use kits::{kits, refuse_kits};
pub(crate) use ready::{hold_back, least_of_bins, told, unready, unready_services};

use crate::{Act, Db, Result, Tx};

impl Act for AddSkus {
    const KIND: &'static str = "catalog.add";
    const NEEDS: Permission = Permission::CatalogEdit;
    /// How many were added.
    type Outcome = i64;

    async fn act(&self, tx: &mut Tx) -> Result<i64> {
        for sku in &self.skus {
            sku.check()?;
        }
        let org = tx.org().0;
        let codes: Vec<&str> = self.skus.iter().map(|sku| sku.code.as_str()).collect();
        cards::free_codes(tx, SkuId::NIL, &codes).await?;
        let barcodes: Vec<&str> = self.skus.iter().flat_map(|sku| sku.barcodes.iter().map(|(code, _)| code.as_str())).collect();
        cards::free_barcodes(tx, SkuId::NIL, &barcodes).await?;
        sql::insert_skus(tx.conn(), org, &self.skus).await?;
        let added = i64::try_from(self.skus.len()).unwrap_or(i64::MAX);
        let subject = self.skus.first().map_or(org, |sku| sku.id.0);
        tx.announce("sku.added", subject, None, added);
        tx.audit("sku", subject, (), &codes);
        Ok(added)
    }
}

/// What one unit of each is expected to cost; unknown SKUs are absent.
pub(crate) async fn standard_costs(tx: &mut Tx, skus: &[SkuId]) -> Result<HashMap<SkuId, Decimal>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    Ok(sql::standard_costs(tx.conn(), org, &ids).await?.into_iter().collect())
}

/// SKUs by id.
pub(crate) async fn by_id(tx: &mut Tx, ids: &[SkuId]) -> Result<HashMap<SkuId, SkuRow>> {
    let org = tx.org().0;
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    Ok(sql::by_id(tx.conn(), org, &ids).await?.into_iter().map(|row| (row.id, row)).collect())
}

/// SKUs by code or barcode, whatever the case: each code in capitals with its SKU; unknown ones are absent.
pub(crate) async fn by_scans(tx: &mut Tx, codes: &[String]) -> Result<HashMap<String, SkuId>> {
    let org = tx.org().0;
    let capitals: Vec<String> = codes.iter().map(|code| code.trim().to_uppercase()).collect();
    Ok(sql::by_scans(tx.conn(), org, &capitals).await?.into_iter().collect())
}

/// Labels of bins and handling units: no item answers to any of them.
pub(crate) async fn require_no_sku(tx: &mut Tx, labels: &[String]) -> Result<()> {
    let org = tx.org().0;
    let capitals: Vec<String> = labels.iter().map(|label| label.trim().to_uppercase()).collect();
    sql_cards::lock_codes(tx.conn(), org).await?;
    match sql_cards::item_of(tx.conn(), org, &capitals).await? {
        Some((label, sku)) => Err(CatalogRefusal::LabelMeans { label, sku }.into()),
        None => Ok(()),
    }
}

/// Refuses unless all of them are there.
pub(crate) async fn require_skus(tx: &mut Tx, skus: &[SkuId]) -> Result<()> {
    let found = by_id(tx, skus).await?;
    if skus.iter().all(|sku| found.contains_key(sku)) { Ok(()) } else { Err(Refusal::not_found("SKU").into()) }
}

impl Db {
    /// SKUs by code; unknown ones are absent.
    pub async fn skus_by_code(&self, caller: &Caller, codes: &[String]) -> Result<HashMap<String, SkuRow>> {
        let needs = if caller.may(Permission::StockView, None) { Permission::StockView } else { Permission::OrdersEdit };
        let mut tx = self.read(caller, needs, None).await?;
        let org = tx.org().0;
        Ok(sql::by_code(tx.conn(), org, codes).await?.into_iter().map(|row| (row.code.clone(), row)).collect())
    }

    /// Every SKU, by code: for import, replay and demo.
    pub async fn skus(&self, caller: &Caller) -> Result<Vec<SkuRow>> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let org = tx.org().0;
        sql::all(tx.conn(), org).await
    }
}
