//! Many at once, as import, demo and replay walk and pack: every unit found, every unit verified. The number of statements does
//! not grow with the number of trips or orders.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::floor::{PackOrders, PickTrips, pack};
use domain::ids::{ParcelId, SiteId};
use domain::numbers::Series;
use domain::people::Permission;
use domain::refusal::Refusal;
use domain::stock::Reason;
use serde_json::json;
use uuid::Uuid;

use super::pack::open_parcels;
use super::{in_unit, sql_packing, sql_picking, sql_trips, take};
use crate::{Act, Result, Tx, lpns, orders, sites, stock};

impl Act for PickTrips {
    const KIND: &'static str = "floor.pick_trips";
    const NEEDS: Permission = Permission::Pick;
    /// Units picked.
    type Outcome = i32;

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person().0);
        let asked: HashSet<Uuid> = self.trips.iter().map(|trip| trip.0).collect();
        let trips: Vec<Uuid> = asked.into_iter().collect();
        let heads = sql_trips::lock_trips(tx.conn(), org, &trips).await?;
        if heads.len() < trips.len() {
            return Err(Refusal::not_found("trip").into());
        }
        for head in &heads {
            tx.require(Permission::Pick, head.site())?;
            head.check_walked()?;
            if !head.person_id.is_nil() && head.person_id != me {
                return Err(head.not_mine());
            }
        }
        bind_all(tx, &heads).await?;
        sql_trips::set_trips_person(tx.conn(), org, &trips, me, at).await?;
        let mut stages = HashMap::new();
        for head in &heads {
            if let std::collections::hash_map::Entry::Vacant(stage) = stages.entry(head.site_id) {
                stage.insert(sites::bin_of_kind(tx, head.site(), "stage").await?);
            }
        }
        let tasks: Vec<_> =
            sql_picking::tasks(tx.conn(), org, &[], &trips).await?.into_iter().filter(|task| !task.done).collect();
        let lines: Vec<Uuid> = tasks.iter().map(|task| task.order_line_id).collect();
        let bins: Vec<Uuid> = tasks.iter().map(|task| task.bin_id).collect();
        let mut given: HashMap<(Uuid, Uuid), Vec<(Uuid, i32)>> = HashMap::new();
        for row in sql_picking::bin_allocations(tx.conn(), org, &lines, &bins).await? {
            given.entry((row.order_line_id, row.bin_id)).or_default().push((row.id, row.quantity));
        }
        let (mut ids, mut units, mut carried) = (vec![], vec![], vec![]);
        let mut per_trip: HashMap<Uuid, i32> = HashMap::new();
        for task in &tasks {
            let left = task.quantity - task.quantity_picked - task.quantity_short;
            let from = given.entry((task.order_line_id, task.bin_id)).or_default();
            let to = in_unit(task.site_id.into(), stages[&task.site_id], task.lpn_id);
            carried.extend(take(from, left, to, task.id)?);
            ids.push(task.id);
            units.push(left);
            *per_trip.entry(task.trip_id).or_default() += left;
        }
        stock::carry(tx, Reason::Pick, &carried).await?;
        sql_picking::progress_tasks(tx.conn(), org, &ids, &units, &vec![0; ids.len()], "", at).await?;
        for head in &heads {
            let units = per_trip.get(&head.trip_id).copied().unwrap_or(0);
            let told = json!({ "wave": head.wave_id, "units": units, "left": 0 });
            tx.announce("trip.picked", head.trip_id, Some(head.site()), told);
        }
        let picked = units.iter().sum();
        tx.audit("trip", trips.first().copied().unwrap_or(org), (), json!({ "trips": trips.len(), "units": picked }));
        Ok(picked)
    }
}

/// A tote on every slot that has none, one for all where it is shared; where the site has too few, it gets more.
async fn bind_all(tx: &mut Tx, heads: &[sql_trips::TripHead]) -> Result<()> {
    let org = tx.org().0;
    let trips: Vec<Uuid> = heads.iter().map(|head| head.trip_id).collect();
    let head_of: HashMap<Uuid, &sql_trips::TripHead> = heads.iter().map(|head| (head.trip_id, head)).collect();
    // Of each site: which slots share a tote, under the trip and the first of them.
    let mut bare: BTreeMap<Uuid, BTreeMap<(Uuid, i32), Vec<i32>>> = BTreeMap::new();
    for slot in sql_trips::slots(tx.conn(), org, &trips).await? {
        if slot.lpn_id.is_nil() {
            let head = head_of[&slot.trip_id];
            let own = if head.shared { 0 } else { slot.slot_no };
            bare.entry(head.site_id).or_default().entry((slot.trip_id, own)).or_default().push(slot.slot_no);
        }
    }
    for (site, shares) in bare {
        let most = i64::try_from(shares.len()).unwrap_or(i64::MAX);
        let mut free = sql_trips::free_totes(tx.conn(), org, site, most).await?;
        let busy = sql_trips::busy_totes(tx.conn(), org, site, &free).await?;
        free.retain(|tote| !busy.contains(tote));
        if free.len() < shares.len() {
            let codes = tx.numbers(Series::Tote, shares.len() - free.len()).await?;
            let new = sites::new_units(tx, SiteId(site), "tote", &codes).await?;
            free.extend(new.into_iter().map(|tote| tote.0));
        }
        let (mut trips, mut numbers, mut totes) = (Vec::new(), Vec::new(), Vec::new());
        for (((trip, _), slots), tote) in shares.into_iter().zip(free) {
            for slot in slots {
                trips.push(trip);
                numbers.push(slot);
                totes.push(tote);
            }
        }
        sql_trips::bind_totes(tx.conn(), org, &trips, &numbers, &totes).await?;
        lpns::take_out(tx, &totes).await?;
    }
    Ok(())
}

impl Act for PackOrders {
    const KIND: &'static str = "floor.pack_orders";
    const NEEDS: Permission = Permission::Pack;
    type Outcome = Vec<ParcelId>;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Vec<ParcelId>> {
        let (org, at, person) = (tx.org().0, tx.at, tx.caller.person().0);
        let asked: Vec<Uuid> = self.orders.iter().map(|order| order.0).collect();
        orders::lock_all(tx, &asked).await?;
        let given = sql_packing::tote_allocations(tx.conn(), org, self.site.0, &asked).await?;
        let mut orders: Vec<Uuid> = given.iter().map(|row| row.order_id).collect();
        orders.dedup();
        let parcels: HashMap<Uuid, (Uuid, Uuid)> =
            orders.iter().copied().zip(open_parcels(tx, self.site, &orders).await?).collect();
        let bench = sites::bin_of_kind(tx, self.site, "pack").await?;
        let (mut into, mut lines, mut units, mut carried) = (vec![], vec![], vec![], vec![]);
        let mut weights: HashMap<Uuid, i32> = HashMap::new();
        for row in &given {
            let (parcel, lpn) = parcels[&row.order_id];
            let to = in_unit(self.site, bench, lpn);
            carried.extend(take(&mut [(row.id, row.quantity)], row.quantity, to, parcel)?);
            *weights.entry(parcel).or_insert(pack::PACKAGING_G) += row.weight_g * row.quantity;
            into.push(parcel);
            lines.push(row.order_line_id);
            units.push(row.quantity);
        }
        stock::carry(tx, Reason::Pack, &carried).await?;
        sql_packing::add_parcel_lines(tx.conn(), org, &into, &lines, &units).await?;
        let ids: Vec<Uuid> = orders.iter().map(|order| parcels[order].0).collect();
        let weights: Vec<i32> = ids.iter().map(|parcel| weights[parcel]).collect();
        sql_packing::close_parcels(tx.conn(), org, &ids, &weights, person, at).await?;
        for order in &orders {
            tx.announce("parcel.packed", parcels[order].0, Some(self.site), json!({ "order": order }));
        }
        tx.audit("parcel", ids.first().copied().unwrap_or(org), (), json!({ "parcels": ids.len() }));
        Ok(ids.into_iter().map(ParcelId).collect())
    }
}
