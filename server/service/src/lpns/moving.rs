//! A unit goes somewhere with all that it holds: into a bin, or into another unit and to where that stands. Free goods move, and what
//! orders were given moves with their allocation, each by a movement of its own.

use domain::ids::{BinId, LotId, LpnId, SiteId};
use domain::lpns::{LpnRefusal, MoveUnit, UnitMoved};
use domain::people::Permission;
use domain::putaway::{Item, PutawayRefusal, Why, fits_whole};
use domain::sites::places::{BinKind, Hazard, StorageClass, bin_code};
use domain::stock::{Place, Reason, State};
use serde_json::json;

use super::{bins_of, goods, lock, shift, skus, sql};
use crate::stock::Carry;
use crate::{Act, Result, Tx, floor, sites, stock};

/// What was scanned for a unit to go to.
enum Target {
    Bin(BinId),
    Unit(LpnId),
}

async fn target(tx: &mut Tx, site: SiteId, given: &str) -> Result<Target> {
    let org = tx.org().0;
    let none = || LpnRefusal::NoSuchPlace { code: given.trim().chars().take(40).collect() };
    // What is no code of a bin is not looked for.
    let code = bin_code(given).map_err(|_| none())?;
    if let Some((unit, _)) = sql::find(tx.conn(), org, Some(&[site.0]), &code).await? {
        return Ok(Target::Unit(unit.into()));
    }
    Ok(Target::Bin(sites::find_bin(tx, site, &code).await?.ok_or_else(none)?))
}

impl Act for MoveUnit {
    const KIND: &'static str = "lpns.move";
    const NEEDS: Permission = Permission::StockMove;
    type Outcome = UnitMoved;

    async fn act(&self, tx: &mut Tx) -> Result<UnitMoved> {
        let org = tx.org().0;
        let head = sql::site_of(tx.conn(), org, self.unit.0).await?;
        let site = SiteId(head.ok_or_else(|| LpnRefusal::Unknown { code: self.unit.to_string() })?);
        tx.require(Permission::StockMove, site)?;
        let target = target(tx, site, &self.target_code).await?;
        let into = if let Target::Unit(into) = target { Some(into) } else { None };
        let asked: Vec<LpnId> = [self.unit].into_iter().chain(into).collect();
        let trees = lock(tx, &asked).await?;
        let forest = &trees.forest;
        if let Some(into) = into {
            forest.check(self.unit, into)?;
        }
        let units = forest.held(self.unit);
        floor::require_off_carts(tx, &units).await?;
        let held = goods(tx, site, &units).await?;
        let to = match target {
            Target::Bin(bin) => Some(bin),
            Target::Unit(into) => {
                let standing = goods(tx, site, &forest.together(into)).await?;
                // Among units that stand together already, only what stands elsewhere says where.
                let mut bins: Vec<BinId> = bins_of(&standing).into_values().collect();
                if bins.len() > 1 {
                    return Err(LpnRefusal::Scattered { code: forest.code(into) }.into());
                }
                bins.pop()
            }
        };
        let moving: Vec<sql::GoodsRow> = held.iter().filter(|row| to.is_some_and(|to| to.0 != row.bin_id)).cloned().collect();
        let mut bin_code = bins_of(&held).into_keys().next();
        if let Some(to) = to {
            bin_code = Some(bring(tx, self.unit, (site, to), &moving).await?);
        }
        sql::set_parents(tx.conn(), org, &[self.unit.0], into.unwrap_or(LpnId::NIL).0).await?;
        let before = forest.0.get(&self.unit).and_then(|unit| unit.parent).map(|parent| forest.code(parent));
        let moved = UnitMoved {
            bin_code: bin_code.filter(|_| !held.is_empty()),
            into: into.map(|into| forest.code(into)),
            units: moving.iter().map(|row| row.on_hand).sum(),
            lpns: i32::try_from(units.len()).unwrap_or(i32::MAX),
        };
        tx.announce("unit.moved", self.unit, Some(site), json!({ "code": forest.code(self.unit), "did": moved }));
        tx.audit("lpn", self.unit, json!({ "bins": bins_of(&held).keys().collect::<Vec<_>>(), "into": before }), &moved);
        Ok(moved)
    }
}

/// Goods of units to a bin that takes them whole; answers its code.
async fn bring(tx: &mut Tx, unit: LpnId, (site, to): (SiteId, BinId), moving: &[sql::GoodsRow]) -> Result<String> {
    let org = tx.org().0;
    sites::hold_bin(tx, to).await?;
    let bin = sites::candidates(tx, site, Some(to)).await?.pop();
    let bin = bin.ok_or_else(|| domain::refusal::Refusal::not_found("bin at this site"))?;
    let code = bin.code.clone();
    if bin.kind.world() {
        return Err(LpnRefusal::NoSuchPlace { code }.into());
    }
    if moving.is_empty() {
        return Ok(code);
    }
    let item = |row: &sql::GoodsRow| Item {
        sku: row.sku_id.into(),
        owner: row.owner_id.into(),
        lot: LotId(row.lot_id),
        quantity: row.on_hand,
        volume_ml: row.volume_ml,
        weight_g: row.weight_g,
        class: StorageClass::parse(&row.storage_class).unwrap_or_default(),
        hazard: Hazard::parse(&row.hazard).unwrap_or_default(),
    };
    let load: Vec<(State, Item)> =
        moving.iter().map(|row| (State::parse(&row.state).unwrap_or(State::Outside), item(row))).collect();
    let given = moving.iter().map(|row| row.on_hand).sum();
    match fits_whole(&bin, &load) {
        Ok(()) => {}
        Err(Why::Volume | Why::Weight) => return Err(PutawayRefusal::BinFull { bin: code, room: 0, given }.into()),
        Err(why) => return Err(PutawayRefusal::BinUnfit { bin: code, why }.into()),
    }
    let for_orders = moving.iter().map(|row| row.allocated).sum::<i32>();
    // Packing looks for an order's goods where they are staged.
    if for_orders > 0 && bin.kind != BinKind::Stage {
        return Err(LpnRefusal::ForOrders { bin: code, units: for_orders }.into());
    }
    stock::promises(tx, &[site], &skus(moving)).await?;
    let (places, lpns): (Vec<_>, Vec<_>) = moving.iter().map(|row| (row.bin_id, row.lpn_id)).unzip();
    let given = sql::allocations(tx.conn(), org, &places, &lpns).await?;
    let place = |lpn: uuid::Uuid| Place { site, bin: to, lpn: lpn.into() };
    let carry =
        |row: &sql::GivenRow| Carry { allocation: row.id.into(), quantity: row.quantity, to: place(row.lpn_id), source: unit.0 };
    stock::carry(tx, Reason::Move, &given.iter().map(carry).collect::<Vec<_>>()).await?;
    let shifts: Vec<_> = moving.iter().filter_map(|row| shift(site, row, place(row.lpn_id), unit)).collect();
    stock::shift(tx, Reason::Move, &shifts).await?;
    Ok(code)
}
