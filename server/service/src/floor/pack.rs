//! Packing: a parcel for an order, every unit scanned into it, closed when all are in and the weight fits.

use domain::floor::{CloseParcel, FloorRefusal, OpenParcel, PackLine, PackUnit, Packed, pack};
use domain::ids::{LpnId, ParcelId, SiteId};
use domain::lots::gs1;
use domain::numbers::Series;
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::stock::Reason;
use serde_json::json;
use uuid::Uuid;

use super::{in_unit, pack_line, sql_packing, take};
use crate::{Act, Result, Tx, sites, stock};

impl Act for OpenParcel {
    const KIND: &'static str = "floor.open_parcel";
    const NEEDS: Permission = Permission::Pack;
    type Outcome = ParcelId;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<ParcelId> {
        let (org, scan) = (tx.org().0, self.scan.trim());
        let nothing = || FloorRefusal::NothingToPack { scan: scan.to_owned() };
        let order = sql_packing::order_to_pack(tx.conn(), org, self.site.0, scan).await?.ok_or_else(nothing)?;
        let left = sql_packing::units_on_cart(tx.conn(), org, self.site.0, order).await?;
        if left > 0 {
            return Err(FloorRefusal::StillPicking { left }.into());
        }
        if let Some(open) = sql_packing::open_parcel(tx.conn(), org, self.site.0, order).await? {
            tx.audit("parcel", open, (), json!({ "opened": "again" }));
            return Ok(open.into());
        }
        if sql_packing::tote_allocations(tx.conn(), org, self.site.0, &[order]).await?.is_empty() {
            return Err(nothing().into());
        }
        let parcel = open_parcels(tx, self.site, &[order]).await?.remove(0);
        tx.announce("parcel.opened", parcel.0, Some(self.site), json!({ "order": order }));
        tx.audit("parcel", parcel.0, (), json!({ "order": order }));
        Ok(parcel.0.into())
    }
}

/// New parcels for these orders; answers (parcel, handling unit) in the same order.
pub(super) async fn open_parcels(tx: &mut Tx, site: SiteId, orders: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
    let numbers = tx.numbers(Series::Parcel, orders.len()).await?;
    let ids: Vec<Uuid> = orders.iter().map(|_| Uuid::now_v7()).collect();
    let lpns: Vec<Uuid> = sites::new_units(tx, site, "parcel", &numbers).await?.into_iter().map(|LpnId(id)| id).collect();
    let new = sql_packing::NewParcels { ids: &ids, numbers: &numbers, orders, lpns: &lpns };
    sql_packing::insert_parcels(tx.conn(), org, site.0, new, person, at).await?;
    Ok(ids.into_iter().zip(lpns).collect())
}

/// Locks a parcel that is still open.
async fn lock_open(tx: &mut Tx, parcel: ParcelId) -> Result<sql_packing::ParcelHead> {
    let org = tx.org().0;
    let head = sql_packing::lock_parcels(tx.conn(), org, &[parcel.0]).await?.pop().ok_or_else(|| Refusal::not_found("parcel"))?;
    tx.require(Permission::Pack, head.site_id.into())?;
    if head.packed_at.is_some() { Err(FloorRefusal::ParcelClosed { number: head.number }.into()) } else { Ok(head) }
}

async fn lines(tx: &mut Tx, parcel: ParcelId) -> Result<Vec<PackLine>> {
    let org = tx.org().0;
    Ok(sql_packing::pack_lines(tx.conn(), org, parcel.0).await?.into_iter().map(pack_line).collect())
}

impl Act for PackUnit {
    const KIND: &'static str = "floor.pack_unit";
    const NEEDS: Permission = Permission::Pack;
    type Outcome = Packed;

    async fn act(&self, tx: &mut Tx) -> Result<Packed> {
        let head = lock_open(tx, self.parcel).await?;
        let lines = lines(tx, self.parcel).await?;
        let (line, units) = pack::hear(&lines, &self.code)?;
        let (org, site) = (tx.org().0, SiteId(head.site_id));
        let given = sql_packing::tote_allocations(tx.conn(), org, head.site_id, &[head.order_id]).await?;
        let given = given.iter().filter(|a| a.order_line_id == line.0 && fits(a, &self.code));
        let mut given: Vec<_> = given.map(|a| (a.id, a.quantity)).collect();
        let bench = sites::bin_of_kind(tx, site, "pack").await?;
        let carried = take(&mut given, units, in_unit(site, bench, head.lpn_id), self.parcel.0)?;
        stock::carry(tx, Reason::Pack, &carried).await?;
        sql_packing::add_parcel_lines(tx.conn(), org, &[self.parcel.0], &[line.0], &[units]).await?;
        let left = lines.iter().map(|line| line.expected - line.packed).sum::<i32>() - units;
        let (packed, expected) =
            lines.iter().find(|known| known.line == line).map_or((units, units), |known| (known.packed + units, known.expected));
        tx.announce("parcel.filled", self.parcel, Some(site), json!({ "order": head.order_id, "left": left }));
        tx.audit("parcel", self.parcel, (), json!({ "line": line, "units": units, "packed": packed }));
        Ok(Packed { parcel: self.parcel, line, packed, expected, left })
    }
}

/// A label that says a lot or a serial means that very unit.
fn fits(part: &sql_packing::ToteAllocation, code: &str) -> bool {
    let label = gs1::Label::read(code.trim()).unwrap_or_default();
    let same = |known: &Option<String>, said: &Option<String>| match (known, said) {
        (Some(known), Some(said)) => known.eq_ignore_ascii_case(said),
        _ => true,
    };
    same(&part.lot, &label.lot) && same(&part.serial, &label.serial)
}

impl Act for CloseParcel {
    const KIND: &'static str = "floor.close_parcel";
    const NEEDS: Permission = Permission::Pack;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let head = lock_open(tx, self.parcel).await?;
        let lines = lines(tx, self.parcel).await?;
        if lines.is_empty() {
            return Err(FloorRefusal::NothingToPack { scan: head.number }.into());
        }
        pack::close(&lines, self.weight_g)?;
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
        let weight_g = self.weight_g.unwrap_or_else(|| pack::expected_weight_g(&lines));
        sql_packing::close_parcels(tx.conn(), org, &[self.parcel.0], &[weight_g], person, at).await?;
        tx.announce(
            "parcel.packed",
            self.parcel,
            Some(head.site_id.into()),
            json!({ "number": head.number, "order": head.order_id }),
        );
        tx.audit("parcel", self.parcel, (), json!({ "packed": true, "weight_g": weight_g }));
        Ok(())
    }
}
