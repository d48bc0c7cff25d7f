//! Suppliers, their price lists, and the rules of buying.

use domain::ids::SupplierId;
use domain::people::{self, Permission};
use domain::purchasing::{PurchasingRefusal, SaveSupplier, SetPrice, SetPurchasingRules};
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use serde_json::json;

use super::{codes, sql};
use crate::{Act, Result, Tx};

impl Act for SaveSupplier {
    const KIND: &'static str = "purchasing.save_supplier";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        if !self.email.trim().is_empty() {
            people::email(&self.email)?;
        }
        let org = tx.org().0;
        if sql::code_taken(tx.conn(), org, self.id.0, &self.code).await? {
            return Err(PurchasingRefusal::CodeTaken { code: self.code.clone() }.into());
        }
        sql::save_supplier(tx.conn(), org, self).await?;
        tx.announce("supplier.saved", self.id, None, json!({ "code": self.code }));
        tx.audit("supplier", self.id, (), self);
        Ok(())
    }
}

impl Act for SetPrice {
    const KIND: &'static str = "purchasing.set_price";
    const NEEDS: Permission = Permission::PurchasingEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.check()?;
        Quantity::new(self.min_quantity.into())?;
        let org = tx.org().0;
        sql::supplier(tx.conn(), org, self.supplier.0).await?.ok_or_else(|| Refusal::not_found("supplier"))?;
        let (code, sku) = codes::sku(tx, &self.sku).await?;
        sql::set_price(tx.conn(), org, sku.0, self).await?;
        tx.announce("supplier.priced", self.supplier, None, json!({ "sku": code }));
        tx.audit("supplier", self.supplier, (), json!({ "sku": code, "from": self.min_quantity, "unit_cost": self.unit_cost }));
        Ok(())
    }
}

impl Act for SetPurchasingRules {
    const KIND: &'static str = "purchasing.set_rules";
    const NEEDS: Permission = Permission::PurchasingApprove;
    /// The new version.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        self.check()?;
        let before = super::rules(tx).await?;
        let (org, at, version) = (tx.org().0, tx.at, before.version + 1);
        let row = sql::RulesRow {
            version,
            approve_above_amount: self.approve_above,
            over_percent: self.over_percent,
            price_percent: self.price_percent,
            units_percent: self.units_percent,
            cover_weeks: self.cover_weeks,
        };
        sql::insert_rules(tx.conn(), org, &row, at).await?;
        tx.announce("supplier.rules_set", org, None, json!({ "version": version }));
        tx.audit("purchasing_rules", org, before, self);
        Ok(version)
    }
}

/// Refuses a supplier nobody knows.
pub(crate) async fn require_supplier(tx: &mut Tx, id: SupplierId) -> Result<()> {
    let org = tx.org().0;
    sql::supplier(tx.conn(), org, id.0).await?.map(|_| ()).ok_or_else(|| Refusal::not_found("supplier").into())
}
