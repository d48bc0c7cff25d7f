//! What leaves and what comes back: orders and their waves, trucks to the other site, returns.

use std::collections::BTreeMap;

use domain::floor::{PackOrders, PickTrips, ShipParcels};
use domain::ids::{BinId, OrderId, OrderLineId, ParcelId, SiteId, SiteTransferId, SkuId, TripId};
use domain::lots::Marks;
use domain::orders::{CancelOrder, PlaceOrders};
use domain::quantity::Quantity;
use domain::reasons::Given;
use domain::returns::{
    AskedLine, Disposition, Grade, InspectUnits, Outcome, Reason, ReceiveReturn, RequestReturn, Resolution, Source,
};
use domain::stock::State;
use domain::transfers::{
    ApproveTransfer, AskedUnits, CloseTransfer, LoadTransfer, ReceiveTransfer, RequestTransfer, ScannedUnits, VarianceReason,
};
use domain::waves::{Cart, Chosen, Method, PlanWave, Rounds};
use rand::Rng;
use uuid::Uuid;

use super::super::new_order;
use super::model::{Sold, Where};
use super::{Hand, House, any};

impl House {
    /// Of goods with lots one unit a line, so that a line is of one lot.
    pub(super) async fn order(&self, hand: &mut Hand) -> Result<(), String> {
        let mut lines: BTreeMap<SkuId, i32> = BTreeMap::new();
        for _ in 0..3 {
            let sku = any(&mut hand.rng, &self.skus).0;
            lines.insert(sku, if self.lotted(sku) { 1 } else { hand.rng.random_range(1..5) });
        }
        let lines: Vec<(SkuId, i32)> = lines.into_iter().collect();
        if let Some(placed) = self.ask(&PlaceOrders { orders: vec![new_order(&hand.name, &lines)] }).await? {
            self.note(|model| model.orders.extend(placed.iter().map(|placed| placed.order)));
        }
        Ok(())
    }

    pub(super) async fn cancel(&self, hand: &mut Hand) -> Result<(), String> {
        let order = self.note(|model| model.orders.get(hand.rng.random_range(0..model.orders.len().max(1))).copied());
        if let Some(order) = order {
            self.ask(&CancelOrder { order, reason: "changed_mind".into() }).await?;
        }
        Ok(())
    }

    /// Plans, picks, packs and ships a few orders, as far as it is let.
    pub(super) async fn wave(&self, hand: &mut Hand) -> Result<(), String> {
        let site = self.sites[usize::from(hand.rng.random_ratio(1, 5))];
        let plan = PlanWave {
            site,
            orders: Chosen::Most(hand.rng.random_range(1..6)),
            method: Method::Cluster,
            cart: Cart::totes(4),
            pickers: 4,
            rounds: Rounds::default(),
            release: true,
        };
        let Some(wave) = self.ask(&plan).await? else { return Ok(()) };
        if self.ask(&PickTrips { trips: wave.trips.clone() }).await?.is_none() {
            return Ok(());
        }
        self.walked(&wave.trips).await;
        self.send_out(site, wave.orders).await
    }

    /// Packs what these orders have in totes, and ships it.
    pub(super) async fn send_out(&self, site: SiteId, orders: Vec<OrderId>) -> Result<(), String> {
        let Some(parcels) = self.ask(&PackOrders { site, orders }).await? else { return Ok(()) };
        let ship = ShipParcels { parcels: parcels.clone(), carrier: "DPD".into(), service: "standard".into() };
        if self.ask(&ship).await?.is_some() {
            self.left(&parcels).await;
        }
        Ok(())
    }

    /// From each bin on the pick lists what they say was picked there, of the lot its order was given.
    async fn walked(&self, trips: &[TripId]) {
        let ids: Vec<Uuid> = trips.iter().map(|trip| trip.0).collect();
        let rows: Vec<(Uuid, Uuid, Uuid, Uuid, String, i64)> = sqlx::query_as(
            "select o.order_id, t.order_line_id, t.sku_id, t.bin_id, coalesce((select l.code from allocation a
                 join lot l on l.id = a.lot_id where a.order_line_id = t.order_line_id limit 1), ''), t.quantity_picked::bigint
             from pick_task t join order_line o on o.id = t.order_line_id
             where t.trip_id = any($1) and t.quantity_picked > 0",
        )
        .bind(ids)
        .fetch_all(&self.t.root)
        .await
        .expect("pick lists are read");
        self.note(|model| {
            for (order, line, sku, bin, lot, units) in rows {
                let (order, line, sku) = (OrderId(order), OrderLineId(line), SkuId(sku));
                model.went((sku, &lot), (Where::Bin(BinId(bin)), Where::Out), State::Sellable, units);
                model.picked.insert(line, Sold { order, line, sku, lot });
            }
        });
    }

    /// What lies in these parcels is gone, as it was scanned into them.
    async fn left(&self, parcels: &[ParcelId]) {
        let ids: Vec<Uuid> = parcels.iter().map(|parcel| parcel.0).collect();
        let rows: Vec<(Uuid, i64)> =
            sqlx::query_as("select order_line_id, quantity::bigint from parcel_line where parcel_id = any($1)")
                .bind(ids)
                .fetch_all(&self.t.root)
                .await
                .expect("parcels are read");
        self.note(|model| {
            for (line, units) in rows {
                model.weather.shipped += units;
                if let Some(sold) = model.picked.get(&OrderLineId(line)).cloned() {
                    model.came((sold.sku, &sold.lot), Where::Out, State::Sellable, -units);
                    model.sold.push(sold);
                }
            }
        });
    }

    /// A truck to the other site: asked, agreed, loaded; taken in there as far as it came, and the rest given up, or still on the road.
    pub(super) async fn send(&self, hand: &mut Hand) -> Result<(), String> {
        let (out, (sku, item_code, marks)) = self.standing(&mut hand.rng, &self.bins[0]);
        let (lot, quantity) = (marks.lot.clone(), hand.rng.random_range(1..6));
        let (transfer, [from, to]) = (SiteTransferId::mint(), self.sites);
        let lines = vec![AskedUnits { sku, quantity }];
        let asked = RequestTransfer { id: transfer, from, to, lines, note: String::new() };
        let agreed = match self.ask_as(&self.people[0], &asked).await? {
            Some(_) => self.ask_as(&self.people[1], &ApproveTransfer { transfer }).await?,
            None => None,
        };
        if agreed.is_none() {
            return Ok(());
        }
        let into = any(&mut hand.rng, &self.bins[1]).clone();
        let units = |bin_code: &str, quantity| {
            vec![ScannedUnits { bin_code: bin_code.into(), item_code: item_code.clone(), quantity, marks: marks.clone() }]
        };
        let load = LoadTransfer { transfer, units: units(&out.1, quantity), last: true };
        if self.ask(&load).await?.is_none() {
            return Ok(());
        }
        self.note(|model| {
            model.came((sku, &lot), Where::Bin(out.0), State::Sellable, -i64::from(quantity));
            model.came((sku, &lot), Where::Road, State::InTransit, quantity.into());
        });
        let came = hand.rng.random_range(1..=quantity);
        if self.ask(&ReceiveTransfer { transfer, units: units(&into.1, came) }).await?.is_some() {
            self.note(|model| {
                model.came((sku, &lot), Where::Road, State::InTransit, -i64::from(came));
                model.came((sku, &lot), Where::Bin(into.0), State::Sellable, came.into());
            });
            let reason = Given { code: VarianceReason::Missing.code().into(), note: "Storm".into() };
            if came < quantity && hand.rng.random() && self.ask(&CloseTransfer { transfer, reason }).await?.is_some() {
                self.note(|model| model.came((sku, &lot), Where::Road, State::InTransit, i64::from(came - quantity)));
            }
        }
        Ok(())
    }

    /// A unit comes back, and the bench says where it goes.
    pub(super) async fn take_back(&self, hand: &mut Hand) -> Result<(), String> {
        let sold = self.note(|model| model.sold.get(hand.rng.random_range(0..model.sold.len().max(1))).cloned());
        let Some(sold) = sold else { return Ok(()) };
        let (site, quantity) = (self.sites[0], Quantity::new(1).map_err(|refused| refused.to_string())?);
        let (reason, resolution, note) = (Reason::Unwanted, Resolution::Refund, String::new());
        let lines = vec![AskedLine { line: sold.line, quantity, reason, note, resolution }];
        let asked = self.ask(&RequestReturn { order: sold.order, lines, source: Source::Staff }).await?;
        let Some(asked) = asked.filter(|asked| asked.outcome == Outcome::Approved) else { return Ok(()) };
        let marks = Marks { lot: sold.lot.clone(), ..Marks::default() };
        let receipt = ReceiveReturn { return_line: asked.lines[0], quantity, site, bin: None, marks };
        let Some(receipt_line) = self.ask(&receipt).await? else { return Ok(()) };
        let goods = (sold.sku, sold.lot.as_str());
        let bench = self.bin("RETURNS").await;
        self.note(|model| model.came(goods, bench, State::Returned, 1));
        let grade = *any(&mut hand.rng, &[Grade::A, Grade::A, Grade::C, Grade::D]);
        let (checklist, note, disposition, bin) = (Vec::new(), String::new(), None, None);
        let inspect = InspectUnits { receipt_line, quantity, grade, checklist, note, disposition, bin };
        let Some(inspected) = self.ask(&inspect).await? else { return Ok(()) };
        let state = match inspected.disposition {
            Disposition::Resale => Some(State::Sellable),
            Disposition::Refurbish | Disposition::VendorClaim => Some(State::Held),
            Disposition::Quarantine => Some(State::Quarantined),
            Disposition::Dispose => None,
        };
        let put = self.bin(&inspected.bin_code).await;
        self.note(|model| {
            model.came(goods, bench, State::Returned, -1);
            if let Some(state) = state {
                model.came(goods, put, state, 1);
            }
        });
        Ok(())
    }

    /// A bin of the first site by its code.
    async fn bin(&self, code: &str) -> Where {
        if code.is_empty() { Where::Out } else { Where::Bin(self.t.bin(self.sites[0], code).await) }
    }
}
