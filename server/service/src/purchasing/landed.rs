//! Landed cost: freight, duty and insurance shared out over a receipt's lines. The part of units that are gone is cost of sales; the rest
//! makes their layers dearer. Owed to whoever sent the bill.

use domain::ids::ReceiptId;
use domain::ledger::{COST_OF_SALES, INVENTORY, PAYABLES};
use domain::money::Money;
use domain::numbers::Series;
use domain::people::{Caller, Permission};
use domain::purchasing::{
    AllocateLanded, Basis, Goods, LandedPreview, LandedShare, PurchasingRefusal, check_shares, is_cost, share_out,
};
use domain::refusal::Refusal;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::sql_landed::{self as sql, GoodsRow, NewLanded};
use crate::ledger::{self, Posting};
use crate::stock::{self, Dearer};
use crate::{Act, Db, Result, Tx, directory, owners};

/// A receipt of an order, behind the order's lock when it is to change.
async fn receipt(tx: &mut Tx, number: &str, needs: Permission, locked: bool) -> Result<(ReceiptId, Uuid)> {
    let org = tx.org().0;
    let missing = || Refusal::not_found("receipt");
    let found = sql::receipt(tx.conn(), org, number.trim()).await?.ok_or_else(missing)?;
    let order = found.order_id.ok_or_else(missing)?;
    if locked {
        super::lock(tx, order.into(), needs).await?;
    } else {
        let facts = super::sql::order(tx.conn(), org, order).await?.ok_or_else(missing)?;
        tx.require(needs, facts.site())?;
    }
    owners::require_ours(tx, order).await?;
    Ok((found.id.into(), order))
}

fn measured(rows: &[GoodsRow]) -> Vec<Goods> {
    let one = |row: &GoodsRow| Goods {
        sku: row.sku_code.clone(),
        quantity: row.quantity,
        unit_cost: row.unit_cost,
        weight_g: row.weight_g,
        volume_mm3: row.volume_mm3,
    };
    rows.iter().map(one).collect()
}

async fn proposed(tx: &mut Tx, rows: &[GoodsRow], total: Decimal, basis: Basis) -> Result<Vec<Decimal>> {
    let total = Money::new(total, directory::currency(tx).await?)?;
    Ok(share_out(total, &measured(rows), basis)?.into_iter().map(|share| share.amount).collect())
}

impl Db {
    /// What each line of a receipt would bear.
    pub async fn landed_preview(&self, caller: &Caller, number: &str, basis: Basis, total: Decimal) -> Result<LandedPreview> {
        let mut tx = self.read(caller, Permission::BillsEdit, None).await?;
        if !is_cost(total) {
            return Err(PurchasingRefusal::BadCost.into());
        }
        let org = tx.org().0;
        let (id, _) = receipt(&mut tx, number, Permission::BillsEdit, false).await?;
        let rows = sql::goods(tx.conn(), org, id.0).await?;
        let shares = proposed(&mut tx, &rows, total, basis).await?;
        let share = |(row, amount): (GoodsRow, Decimal)| LandedShare { sku_code: row.sku_code, quantity: row.quantity, amount };
        Ok(LandedPreview { total, shares: rows.into_iter().zip(shares).map(share).collect() })
    }
}

impl Act for AllocateLanded {
    const KIND: &'static str = "purchasing.allocate_landed";
    const NEEDS: Permission = Permission::BillsEdit;
    /// Its number.
    type Outcome = String;

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        let total = self.check()?;
        let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
        let (receipt, order) = receipt(tx, &self.receipt, Self::NEEDS, true).await?;
        let currency = directory::currency(tx).await?;
        if Money::new(total, currency)?.rounded().amount != total {
            return Err(PurchasingRefusal::BadCost.into());
        }
        let rows = sql::goods(tx.conn(), org, receipt.0).await?;
        let amounts = match &self.shares {
            Some(shares) if shares.len() != rows.len() => {
                return Err(PurchasingRefusal::Unbalanced { shared: Decimal::ZERO, total: total.normalize() }.into());
            }
            Some(shares) => shares.clone(),
            None => proposed(tx, &rows, total, self.basis).await?,
        };
        check_shares(total, &amounts)?;
        let dearer: Vec<Dearer> =
            rows.iter().zip(&amounts).map(|(row, amount)| Dearer { layer_of: row.id, by: *amount, source: self.id.0 }).collect();
        let stock_amounts = stock::make_dearer(tx, currency, &dearer).await?;
        let number = tx.numbers(Series::Landed, 1).await?.remove(0);
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let new = NewLanded {
            id: self.id.0,
            number: &number,
            receipt: receipt.0,
            basis: self.basis.code(),
            reference: self.reference.trim(),
            charges: &self.charges,
            receipt_lines: &ids,
            amounts: &amounts,
            stock_amounts: &stock_amounts,
        };
        sql::insert_landed(tx.conn(), org, (by, at), &new).await?;
        let in_stock: Decimal = stock_amounts.iter().sum();
        let postings = [
            Posting::posted(INVENTORY, PAYABLES, in_stock, "landed_cost", self.id.0),
            Posting::posted(COST_OF_SALES, PAYABLES, total - in_stock, "landed_cost", self.id.0),
        ];
        ledger::post(tx, &postings).await?;
        tx.announce("purchase.landed", order, None, json!({ "number": number }));
        tx.audit("landed_cost", self.id, (), json!({ "number": number, "total": total, "in_stock": in_stock }));
        Ok(number)
    }
}
