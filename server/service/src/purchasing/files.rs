//! Suppliers and their price lists as files: brought in row by row, tried first and then taken; both are written out. What a row says is
//! `domain::purchasing::sheet`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, SupplierId};
use domain::people::{Caller, Permission};
use domain::purchasing::sheet::{self, PRICES, SUPPLIERS};
use domain::purchasing::{SaveSupplier, SetPrice, SupplierRow};
use domain::rows::columns;
use domain::waves::roster::RosterReport;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::sql_read as sql;
use crate::rows::{self, Asked};
use crate::{Act, Db, Result, Tx};

/// A file's suppliers: all of them, or none.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SaveSuppliers {
    suppliers: Vec<SaveSupplier>,
}

impl Act for SaveSuppliers {
    const KIND: &'static str = "purchasing.save_suppliers";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        for supplier in &self.suppliers {
            supplier.act(tx).await?;
        }
        let codes: Vec<&str> = self.suppliers.iter().map(|supplier| supplier.code.as_str()).collect();
        tx.audit("supplier", self.suppliers.first().map_or(SupplierId::NIL, |first| first.id), (), json!({ "saved": codes }));
        Ok(())
    }
}

/// A file's prices: all of them, or none.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct SetPrices {
    prices: Vec<SetPrice>,
}

impl Act for SetPrices {
    const KIND: &'static str = "purchasing.set_prices";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        for price in &self.prices {
            price.act(tx).await?;
        }
        tx.audit("supplier", self.prices.first().map_or(SupplierId::NIL, |first| first.supplier), (), &self.prices);
        Ok(())
    }
}

/// What a row asks of the suppliers that are known by their codes.
fn supplier(
    row: std::result::Result<domain::rows::Row, String>,
    new: SupplierId,
    known: &HashMap<String, SupplierRow>,
    seen: &mut HashSet<String>,
) -> Asked<SaveSupplier> {
    let row = row.map_err(rows::unreadable)?;
    let before = known.get(&sheet::code(&row).map_err(rows::unreadable)?);
    let asked = sheet::supplier(&row, new, before).map_err(rows::unreadable)?;
    if !seen.insert(asked.code.clone()) {
        return Err(rows::refused(format!("{} is there twice", asked.code)));
    }
    match before {
        Some(before) if sheet::says_so(&asked, before) => Err(rows::known(&asked.code)),
        _ => Ok((asked.clone(), asked.code)),
    }
}

/// Prices by the supplier's code, the SKU's, and the quantity.
type Steps = HashMap<(String, String, i32), Decimal>;

/// What a row asks of the price lists.
fn price(
    row: std::result::Result<domain::rows::Row, String>,
    known: &HashMap<String, SupplierRow>,
    steps: &Steps,
    seen: &mut HashSet<(String, String, i32)>,
) -> Asked<SetPrice> {
    let (code, price) = row.and_then(|row| sheet::price(&row)).map_err(rows::unreadable)?;
    let supplier = known.get(&code).ok_or_else(|| rows::refused(format!("There is no supplier {code}.")))?;
    let words = format!("{code}: {} from {}", price.sku, price.min_quantity);
    let step = (code, price.sku.to_uppercase(), price.min_quantity);
    let same = steps.get(&step).is_some_and(|cost| Some(*cost) == price.unit_cost);
    if !seen.insert(step) {
        return Err(rows::refused(format!("{words} is there twice")));
    }
    if same { Err(rows::known(&words)) } else { Ok((SetPrice { supplier: supplier.id, ..price }, words)) }
}

impl Db {
    /// Takes a file of suppliers, or tells what it would do.
    pub async fn import_suppliers(
        &self,
        caller: &Caller,
        (id, now): (CommandId, DateTime<Utc>),
        text: &str,
        dry_run: bool,
    ) -> Result<RosterReport> {
        let read = rows::read(text, |header| columns(header, &SUPPLIERS, &["code"]))?;
        let known = self.suppliers_by_code(caller).await?;
        let mut seen = HashSet::new();
        let asked = read.into_iter().map(|(row_no, row)| {
            let new = SupplierId(rows::new_id(id, row_no));
            (row_no, supplier(row, new, &known, &mut seen))
        });
        let asked = asked.collect();
        self.take_rows(caller, (id, now), asked, dry_run, |suppliers| SaveSuppliers { suppliers }).await
    }

    /// Takes a file of prices, or tells what it would do. A step that is not named stays.
    pub async fn import_prices(
        &self,
        caller: &Caller,
        (id, now): (CommandId, DateTime<Utc>),
        text: &str,
        dry_run: bool,
    ) -> Result<RosterReport> {
        let read = rows::read(text, |header| columns(header, &PRICES, &["supplier", "sku", "unit_cost"]))?;
        let known = self.suppliers_by_code(caller).await?;
        let steps: Steps = self.steps(caller).await?;
        let mut seen = HashSet::new();
        let asked = read.into_iter().map(|(row_no, row)| (row_no, price(row, &known, &steps, &mut seen))).collect();
        self.take_rows(caller, (id, now), asked, dry_run, |prices| SetPrices { prices }).await
    }

    async fn suppliers_by_code(&self, caller: &Caller) -> Result<HashMap<String, SupplierRow>> {
        let mut tx = self.read(caller, Permission::PurchasingEdit, None).await?;
        let org = tx.org().0;
        let rows = sql::suppliers(tx.conn(), org).await?;
        tx.rollback().await?;
        Ok(rows.into_iter().map(|row| (row.code.clone(), row)).collect())
    }

    async fn steps(&self, caller: &Caller) -> Result<Steps> {
        let mut tx = self.read(caller, Permission::PurchasingEdit, None).await?;
        let org = tx.org().0;
        let rows = sql::steps(tx.conn(), org).await?;
        tx.rollback().await?;
        let step = |row: sql::StepRow| ((row.supplier, row.sku.to_uppercase(), row.min_quantity), row.unit_cost);
        Ok(rows.into_iter().map(step).collect())
    }
}

/// Suppliers as rows of [`SUPPLIERS`].
pub(crate) async fn supplier_sheet(tx: &mut Tx) -> Result<(Vec<&'static str>, Vec<Vec<String>>)> {
    let org = tx.org().0;
    let rows = sql::suppliers(tx.conn(), org).await?;
    Ok((SUPPLIERS.to_vec(), rows.iter().map(sheet::supplier_cells).collect()))
}

/// Price lists as rows of [`PRICES`].
pub(crate) async fn price_sheet(tx: &mut Tx) -> Result<(Vec<&'static str>, Vec<Vec<String>>)> {
    let org = tx.org().0;
    let cells =
        |row: sql::StepRow| vec![row.supplier, row.sku, row.min_quantity.to_string(), row.unit_cost.normalize().to_string()];
    Ok((PRICES.to_vec(), sql::steps(tx.conn(), org).await?.into_iter().map(cells).collect()))
}
