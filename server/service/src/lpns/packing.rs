//! Goods go into a unit from the bin it stands in, and out of it to stand there loose. They change no bin by that. What stands in a unit
//! is not promised to anybody: it can be sold once it is unpacked.

use domain::ids::SiteId;
use domain::lots::gs1;
use domain::lpns::{FillUnit, LpnRefusal, UnpackUnit};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::sites::places::bin_code;
use domain::stock::{Place, Reason, State, StockRefusal, Tag};
use serde_json::json;

use super::{Trees, bins_of, goods, lock, shift, skus, sql};
use crate::stock::Shift;
use crate::{Act, Result, Tx, catalog, floor, lots, sites, stock};

/// Goods that orders were given stay where packing looks for them.
fn require_free(code: String, goods: &[sql::GoodsRow]) -> Result<()> {
    match goods.iter().map(|row| row.allocated).sum::<i32>() {
        0 => Ok(()),
        units => Err(LpnRefusal::HeldForOrders { code, units }.into()),
    }
}

impl Act for FillUnit {
    const KIND: &'static str = "lpns.fill";
    const NEEDS: Permission = Permission::StockMove;
    /// Units in it now, however deep.
    type Outcome = i64;

    async fn act(&self, tx: &mut Tx) -> Result<i64> {
        let quantity = Quantity::new(self.quantity.into())?.units();
        let Trees { site, forest } = lock(tx, &[self.unit]).await?;
        tx.require(Permission::StockMove, site)?;
        let units = forest.held(self.unit);
        floor::require_off_carts(tx, &units).await?;
        let held = goods(tx, site, &units).await?;
        require_free(forest.code(self.unit), &held)?;
        let none = || LpnRefusal::NoSuchPlace { code: self.bin_code.trim().chars().take(40).collect() };
        let code = bin_code(&self.bin_code).map_err(|_| none())?;
        let bin = sites::find_bin(tx, site, &code).await?.ok_or_else(none)?;
        let together = goods(tx, site, &forest.together(self.unit)).await?;
        if let Some((stands, _)) = bins_of(&together).into_iter().find(|(_, other)| *other != bin) {
            return Err(LpnRefusal::StandsElsewhere { unit: forest.code(self.unit), bin: stands }.into());
        }
        let item = gs1::item_of(&self.item_code).to_uppercase();
        let sku = catalog::by_scans(tx, std::slice::from_ref(&item)).await?.remove(&item);
        let sku = sku.ok_or(domain::catalog::CatalogRefusal::UnknownSku { code: item })?;
        stock::promises(tx, &[site], &[sku]).await?;
        let (from, state) = (Place::loose(site, bin), State::Sellable);
        let there = stock::there(tx, from, sku, state).await?;
        let free = there.iter().map(|(_, free)| free).sum();
        if free < quantity {
            return Err(StockRefusal::NotEnough { wanted: quantity, free }.into());
        }
        let marks = self.marks.clone().with_label(&self.item_code, tx.at.date_naive());
        let parts = lots::which(tx, (sku, quantity), &marks, &there).await?;
        let (to, source) = (Place { lpn: self.unit, ..from }, self.unit.0);
        let filled =
            |(tag, quantity): (Tag, i32)| Shift { sku, tag, quantity, from, from_state: state, to, to_state: state, source };
        stock::shift(tx, Reason::Move, &parts.into_iter().map(filled).collect::<Vec<_>>()).await?;
        let units = held.iter().map(|row| i64::from(row.on_hand)).sum::<i64>() + i64::from(quantity);
        tx.announce("unit.filled", self.unit, Some(site), json!({ "sku": sku, "units": quantity }));
        tx.audit("lpn", self.unit, (), json!({ "sku": sku, "units": quantity, "bin": code }));
        Ok(units)
    }
}

impl Act for UnpackUnit {
    const KIND: &'static str = "lpns.unpack";
    const NEEDS: Permission = Permission::StockMove;
    /// Units that stand loose now.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let org = tx.org().0;
        let Trees { site, forest } = lock(tx, &[self.unit]).await?;
        tx.require(Permission::StockMove, site)?;
        let (units, code) = (forest.held(self.unit), forest.code(self.unit));
        floor::require_off_carts(tx, &units).await?;
        let held = goods(tx, site, &units).await?;
        if held.is_empty() && units.len() == 1 {
            return Err(LpnRefusal::Empty { code }.into());
        }
        require_free(code, &held)?;
        loosen(tx, site, self.unit, &held).await?;
        let inner: Vec<uuid::Uuid> = units.iter().filter(|unit| **unit != self.unit).map(|unit| unit.0).collect();
        sql::set_parents(tx.conn(), org, &inner, uuid::Uuid::nil()).await?;
        let loose = held.iter().map(|row| row.on_hand).sum();
        tx.announce("unit.unpacked", self.unit, Some(site), json!({ "units": loose, "held": inner.len() }));
        let before = json!({ "units": loose, "held": inner.len() });
        tx.audit("lpn", self.unit, before, json!({ "bins": bins_of(&held).keys().collect::<Vec<_>>() }));
        Ok(loose)
    }
}

async fn loosen(tx: &mut Tx, site: SiteId, unit: domain::ids::LpnId, held: &[sql::GoodsRow]) -> Result<()> {
    stock::promises(tx, &[site], &skus(held)).await?;
    let shifts: Vec<_> = held.iter().filter_map(|row| shift(site, row, Place::loose(site, row.bin_id.into()), unit)).collect();
    stock::shift(tx, Reason::Move, &shifts).await
}
