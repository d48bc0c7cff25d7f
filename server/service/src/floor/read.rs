//! What the floor looks at: the work there is, one cart's walk, one parcel, what waits for the carrier.

use domain::floor::{Found, PackLine, ParcelRow, ParcelSheet, SlotSheet, TaskSheet, TripRow, TripSheet, pack, together};
use domain::ids::{ParcelId, SiteId, TripId};
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use domain::waves::Method;
use uuid::Uuid;

use super::{pack_line, sql_packing, sql_picking, sql_scan, sql_shipping, sql_trips, told_apart};
use crate::{Db, Result, Tx, sites};

impl Db {
    /// Trips somebody can walk, of this site or of all the caller may pick at: the caller's own, those meant for them, those meant for
    /// nobody, those meant for others, those others walk; of each the earliest wave first.
    pub async fn open_trips(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<TripRow>> {
        let mut tx = self.read(caller, Permission::Pick, site).await?;
        let (org, me, sites) = (tx.org().0, caller.person().0, places(&tx, Permission::Pick, site));
        let rows = sql_trips::open_trips(tx.conn(), org, sites.as_deref()).await?;
        let mut trips: Vec<TripRow> = rows
            .into_iter()
            .map(|row| TripRow {
                trip: row.trip_id.into(),
                wave_number: row.wave_number,
                trip_no: row.trip_no,
                orders: row.orders,
                units: row.units,
                units_done: row.units_done,
                metres: row.metres,
                mine: !row.person_id.is_nil() && row.person_id == me,
                person_name: row.person_name,
                meant_for_me: !row.planned_for.is_nil() && row.planned_for == me,
                planned_name: row.planned_name,
                due: row.due,
            })
            .collect();
        trips.sort_by_key(TripRow::turn);
        Ok(trips)
    }

    /// One cart's walk: its slots, and its tasks in walking order.
    pub async fn trip_sheet(&self, caller: &Caller, trip: TripId) -> Result<TripSheet> {
        let mut tx = self.read(caller, Permission::Pick, None).await?;
        let org = tx.org().0;
        let row = sql_trips::trip(tx.conn(), org, trip.0).await?.ok_or_else(|| Refusal::not_found("trip"))?;
        tx.require(Permission::Pick, row.site_id.into())?;
        let slots = sql_trips::slots(tx.conn(), org, &[trip.0]).await?;
        let tasks = sql_picking::tasks(tx.conn(), org, &[], &[trip.0]).await?;
        let mut tasks: Vec<TaskSheet> = told_apart::sheets(&mut tx, tasks).await?;
        if row.method == Method::Batch.code() {
            tasks = together::merged(&tasks);
        }
        Ok(TripSheet {
            trip,
            wave: row.wave_id.into(),
            wave_number: row.wave_number,
            site: row.site_id.into(),
            trip_no: row.trip_no,
            method: row.method,
            metres: row.metres,
            start: row.start_depot,
            end: row.end_depot,
            person: (!row.person_id.is_nil()).then(|| row.person_id.into()),
            slots: slots
                .into_iter()
                .map(|slot| SlotSheet {
                    slot: slot.slot_no,
                    order: slot.order_id.into(),
                    order_number: slot.order_number,
                    tote_code: slot.tote_code,
                })
                .collect(),
            tasks,
        })
    }

    /// A parcel with what it holds and what it still expects.
    pub async fn parcel_sheet(&self, caller: &Caller, parcel: ParcelId) -> Result<ParcelSheet> {
        let mut tx = self.read(caller, Permission::Pack, None).await?;
        let org = tx.org().0;
        let head = sql_packing::parcel(tx.conn(), org, parcel.0).await?.ok_or_else(|| Refusal::not_found("parcel"))?;
        tx.require(Permission::Pack, head.site_id.into())?;
        let lines: Vec<PackLine> = sql_packing::pack_lines(tx.conn(), org, parcel.0).await?.into_iter().map(pack_line).collect();
        let mut totes = Vec::new();
        if head.packed_at.is_none() {
            let given = sql_packing::tote_allocations(tx.conn(), org, head.site_id, &[head.order_id]).await?;
            totes = given.into_iter().map(|row| row.tote_code).collect();
            totes.sort();
            totes.dedup();
        }
        Ok(ParcelSheet {
            parcel,
            number: head.number,
            order: head.order_id.into(),
            order_number: head.order_number,
            customer: head.customer_name,
            city: head.city,
            country: head.country,
            carrier: head.carrier,
            service: head.service,
            totes,
            expected_weight_g: pack::expected_weight_g(&lines),
            lines,
            weight_g: head.weight_g,
            packed: head.packed_at.is_some(),
            shipped: head.shipped_at.is_some(),
            tracking: head.tracking,
        })
    }

    /// What a code scanned on the floor means: a tote on a cart, goods to pack, a parcel, an order, an RMA, a
    /// SKU, a bin with what stands in it.
    pub async fn find_scan(&self, caller: &Caller, site: Option<SiteId>, code: &str) -> Result<Found> {
        let mut tx = self.read(caller, Permission::StockView, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::StockView, site));
        let found = sql_scan::meanings(tx.conn(), org, sites.as_deref(), code.trim()).await?;
        let Some((kind, id, words)) = found else { return Ok(Found::Nothing) };
        Ok(match kind.as_str() {
            "bin" => Found::Bin(Box::new(sites::bin_page(&mut tx, id.into()).await?)),
            "trip" => Found::Trip(id.into()),
            "pack" => Found::ToPack(words),
            "parcel" => Found::Parcel(id.into()),
            "order" => Found::Order(words),
            "return" => Found::Return(words),
            "unit" => Found::Unit(words),
            _ => Found::Sku(id.into()),
        })
    }

    /// Parcels not yet handed over: open ones first, then those packed longest ago.
    pub async fn waiting_parcels(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<ParcelRow>> {
        let mut tx = self.read(caller, Permission::Pack, site).await?;
        let (org, sites) = (tx.org().0, places(&tx, Permission::Pack, site));
        let rows = sql_shipping::waiting_parcels(tx.conn(), org, sites.as_deref()).await?;
        Ok(rows
            .into_iter()
            .map(|row| ParcelRow {
                parcel: row.id.into(),
                number: row.number,
                order: row.order_id.into(),
                order_number: row.order_number,
                customer: row.customer_name,
                country: row.country,
                weight_g: row.weight_g,
                packed_at: row.packed_at,
                shipped_at: row.shipped_at,
                carrier: row.carrier,
                service: row.service,
                tracking: row.tracking,
            })
            .collect())
    }
}

/// The sites to look at: the one asked for, or those the caller may.
fn places(tx: &Tx, permission: Permission, site: Option<SiteId>) -> Option<Vec<Uuid>> {
    site.map_or_else(|| tx.sites(permission), |site| Some(vec![site.0]))
}
