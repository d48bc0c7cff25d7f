//! What a code means that was typed or scanned: a SKU's own, or a barcode with its pack.

use domain::catalog::CatalogRefusal;
use domain::ids::SkuId;
use domain::lots::gs1;
use domain::purchasing::PurchasingRefusal;

use super::sql;
use crate::{Result, Tx};

/// The SKU of a code that was typed, and the code as it was looked for.
pub(crate) async fn sku(tx: &mut Tx, typed: &str) -> Result<(String, SkuId)> {
    let (org, code) = (tx.org().0, typed.trim().to_owned());
    match sql::codes(tx.conn(), org, std::slice::from_ref(&code)).await?.into_iter().next() {
        Some(found) => Ok((code, found.sku_id.into())),
        None => Err(CatalogRefusal::UnknownSku { code: code.chars().take(60).collect() }.into()),
    }
}

/// A scanned code: its SKU, that SKU's own code, and the units it counts.
pub(crate) struct Scanned {
    pub sku: SkuId,
    pub code: String,
    pub pack: i32,
}

/// Of a label, its item.
pub(crate) async fn scanned(tx: &mut Tx, code: &str) -> Result<Scanned> {
    let (org, codes) = (tx.org().0, [gs1::item_of(code)]);
    match sql::codes(tx.conn(), org, &codes).await?.into_iter().next() {
        Some(row) => Ok(Scanned { sku: row.sku_id.into(), code: row.sku_code, pack: row.pack }),
        None => Err(PurchasingRefusal::UnknownCode { code: code.trim().chars().take(80).collect() }.into()),
    }
}
