//! Units that stand on hold because nobody could tell which they are get their lot or their serials. They stay on hold: whoever may puts
//! them back on sale.

use domain::ids::SiteId;
use domain::lots::{LotRefusal, NameUnits};
use domain::people::Permission;
use domain::quantity::Quantity;
use domain::refusal::Refusal;
use domain::stock::{Place, State};
use serde_json::json;
use uuid::Uuid;

use super::named::{named, tags};
use super::policy::policy_of;
use crate::{Act, Result, Tx, catalog, sites, stock};

impl Act for NameUnits {
    const KIND: &'static str = "lots.name_units";
    const NEEDS: Permission = Permission::StockAdjust;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let quantity = Quantity::new(self.quantity.into())?.units();
        sites::require_bins(tx, self.site, &[self.bin.0]).await?;
        let known = catalog::by_id(tx, &[self.sku]).await?.remove(&self.sku).ok_or_else(|| Refusal::not_found("SKU"))?;
        if !policy_of(tx, self.sku).await?.tracked() {
            return Err(LotRefusal::NotToldApart { sku: known.code }.into());
        }
        let at = Place::loose(self.site, self.bin);
        let units = named(tx, (self.sku, quantity), &self.marks).await?;
        let units = tags(tx, self.sku, &units).await?;
        stock::tell_apart(tx, (self.sku, at, State::Held), &units, Uuid::now_v7()).await?;
        tx.announce("stock.named", self.sku, Some(self.site), json!({ "units": quantity }));
        tx.audit("sku", self.sku, (), json!({ "bin": self.bin, "units": quantity, "marks": self.marks }));
        Ok(())
    }
}
