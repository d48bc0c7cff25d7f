//! Handling units' transactions: made, filled, moved with all that they hold, unpacked. What may stand in what is `domain::lpns`', and
//! which bins take goods is `domain::putaway`'s, asked under the bin's lock.
//!
//! Whole trees are locked, in id order, and read anew then: two who put units into each other queue, and the second sees what the first
//! did. Unit rows are locked before any bin, demand or balance.

mod moving;
mod packing;
mod read;
mod sql;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use domain::ids::{BinId, LpnId, SiteId, SkuId};
use domain::lots::Apart;
use domain::lpns::{Forest, Held, LpnRefusal, MakeUnit, Unit, UnitKind};
use domain::people::Permission;
use domain::refusal::CommonRefusal;
use domain::sites::places::bin_code;
use domain::stock::{Place, State, Tag};
use serde_json::json;
use uuid::Uuid;

use crate::stock::Shift;
use crate::{Act, Result, Tx, catalog, sites};

/// Units that stand together, with the site they are at.
struct Trees {
    site: SiteId,
    forest: Forest,
}

fn grown(rows: Vec<sql::UnitRow>) -> Forest {
    let unit = |row: sql::UnitRow| {
        let kind = UnitKind::parse(&row.kind)?;
        Some((LpnId(row.id), Unit { code: row.code, kind, parent: Some(LpnId(row.parent_id)).filter(|parent| !parent.is_nil()) }))
    };
    Forest(rows.into_iter().filter_map(unit).collect())
}

/// The trees that these units stand in, locked; the first one's site is theirs.
async fn lock(tx: &mut Tx, units: &[LpnId]) -> Result<Trees> {
    let org = tx.org().0;
    let asked: Vec<Uuid> = units.iter().map(|unit| unit.0).collect();
    let ids = |rows: &[sql::UnitRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let seen = ids(&sql::trees(tx.conn(), org, &asked).await?);
    sql::lock(tx.conn(), org, &seen).await?;
    let rows = sql::trees(tx.conn(), org, &asked).await?;
    if ids(&rows) != seen {
        // Somebody put something in or took it out while we waited.
        return Err(CommonRefusal::Stale.into());
    }
    let site = units.first().and_then(|unit| rows.iter().find(|row| row.id == unit.0)).map(|row| SiteId(row.site_id));
    let forest = grown(rows);
    let known = units.first().is_some_and(|unit| forest.0.contains_key(unit));
    let unknown = || LpnRefusal::Unknown { code: units.first().map(ToString::to_string).unwrap_or_default() };
    Ok(Trees { site: site.filter(|_| known).ok_or_else(unknown)?, forest })
}

/// Goods that stand in units, row by row.
async fn goods(tx: &mut Tx, site: SiteId, units: &[LpnId]) -> Result<Vec<sql::GoodsRow>> {
    let (org, ids) = (tx.org().0, units.iter().map(|unit| unit.0).collect::<Vec<_>>());
    sql::goods(tx.conn(), org, site.0, &ids).await
}

/// The bins they stand in, by code.
fn bins_of(goods: &[sql::GoodsRow]) -> BTreeMap<String, BinId> {
    goods.iter().map(|row| (row.bin_code.clone(), BinId(row.bin_id))).collect()
}

fn held(row: &sql::GoodsRow) -> Held {
    Held {
        sku: row.sku_id.into(),
        sku_code: row.sku_code.clone(),
        sku_name: row.sku_name.clone(),
        apart: Apart {
            lot: row.lot_id.into(),
            lot_code: row.lot_code.clone(),
            expires_on: row.expires_on,
            serial: row.serial.clone(),
        },
        state: State::parse(&row.state).unwrap_or(State::Held),
        on_hand: row.on_hand,
        allocated: row.allocated,
    }
}

/// What nobody was given of a row goes to this place.
fn shift(site: SiteId, row: &sql::GoodsRow, to: Place, source: LpnId) -> Option<Shift> {
    let state = State::parse(&row.state)?;
    let quantity = row.on_hand - row.allocated;
    let from = Place { site, bin: row.bin_id.into(), lpn: row.lpn_id.into() };
    (quantity > 0).then_some(Shift {
        sku: row.sku_id.into(),
        tag: Tag { owner: row.owner_id.into(), lot: row.lot_id.into(), serial: row.serial_id.into() },
        quantity,
        from,
        from_state: state,
        to,
        to_state: state,
        source: source.0,
    })
}

/// Items of these rows, each once: their demand is locked before any balance.
fn skus(goods: &[sql::GoodsRow]) -> Vec<SkuId> {
    goods.iter().map(|row| row.sku_id).collect::<BTreeSet<_>>().into_iter().map(SkuId).collect()
}

/// A unit that is taken from: nobody moves it meanwhile.
pub(crate) async fn hold(tx: &mut Tx, unit: LpnId) -> Result<()> {
    lock(tx, &[unit]).await.map(drop)
}

/// Units that go on a cart, or get one order's goods, stand in nothing else from then on.
pub(crate) async fn take_out(tx: &mut Tx, units: &[Uuid]) -> Result<()> {
    let org = tx.org().0;
    sql::set_parents(tx.conn(), org, units, Uuid::nil()).await
}

impl Act for MakeUnit {
    const KIND: &'static str = "lpns.make";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = String;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<String> {
        let org = tx.org().0;
        let bad = || LpnRefusal::BadCode { code: self.code.chars().take(40).collect() };
        let code = bin_code(&self.code).map_err(|_| bad())?;
        sites::require_sites(tx, &[self.site.0]).await?;
        if sql::taken(tx.conn(), org, self.site.0, &code).await? {
            return Err(LpnRefusal::Taken { code }.into());
        }
        catalog::require_no_sku(tx, std::slice::from_ref(&code)).await?;
        sites::new_unit(tx, self.site, self.kind.code(), self.id, &code).await?;
        tx.announce("unit.made", self.id, Some(self.site), json!({ "code": code, "kind": self.kind }));
        tx.audit("lpn", self.id, (), json!({ "code": code, "kind": self.kind }));
        Ok(code)
    }
}
