//! A storm of commands on one small house by many at once, beside a model so naive that it cannot be wrong: what came in, less what
//! left, is there; what was put on hold, less what was released, is held. Which commands are taken is the service's to say; what they
//! come to is not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::floor::{PackOrders, PickTrips, ShipParcels};
use domain::ids::{BinId, ChannelId, CommandId, OrderId, ParcelId, SiteId, SkuId};
use domain::orders::{CancelOrder, OpenChannel, PlaceOrders};
use domain::refusal::Named;
use domain::stock::{HoldReason, HoldUnits, ReceiveGoods, ReceiveLine, Those};
use domain::waves::{Cart, Chosen, Method, PlanWave, Rounds};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::AssertSqlSafe;

use super::{TestDb, new_order, noon};
use crate::{Act, Failure};

const SKUS: usize = 6;
const BINS: [&str; 8] = ["A01-01L-1", "A01-05R-1", "A02-02L-1", "A02-08R-2", "A03-03L-1", "A03-09R-1", "A04-04L-1", "A04-10R-2"];

/// One storm: how many at once, how many steps each, and the seed all of it follows from, but for who comes first.
#[derive(Debug, Clone, Copy)]
pub struct Storm {
    pub seed: u64,
    pub clients: u64,
    pub steps: u64,
}

/// What became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weather {
    pub taken: u64,
    /// Refusals by their code: an order too large, a unit already promised.
    pub refused: BTreeMap<String, u64>,
    pub shipped: i64,
}

/// Units by SKU.
#[derive(Debug, Default)]
struct Model {
    received: BTreeMap<SkuId, i64>,
    shipped: BTreeMap<SkuId, i64>,
    held: BTreeMap<SkuId, i64>,
    orders: Vec<OrderId>,
    weather: Weather,
}

struct House {
    t: Arc<TestDb>,
    site: SiteId,
    skus: Vec<SkuId>,
    bins: Vec<BinId>,
    model: Mutex<Model>,
}

impl Storm {
    /// Blows on a house of its own. `Err` says what does not add up.
    pub async fn blow(self, t: Arc<TestDb>) -> Result<Weather, String> {
        let site = t.site("LDS").await;
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        let (mut skus, mut bins) = (Vec::new(), Vec::new());
        for n in 0..SKUS {
            skus.push(t.sku(&format!("S{n}")).await);
        }
        for code in BINS {
            bins.push(t.bin(site, code).await);
        }
        let house = Arc::new(House { t, site, skus, bins, model: Mutex::default() });
        let clients = (0..self.clients).map(|client| {
            let house = house.clone();
            tokio::spawn(async move {
                let mut rng = StdRng::seed_from_u64(self.seed * 1_000 + client);
                for step in 0..self.steps {
                    house.step(&mut rng, &format!("{client}-{step}")).await?;
                }
                Ok::<(), String>(())
            })
        });
        for client in futures::future::join_all(clients).await {
            client.map_err(|died| died.to_string())??;
        }
        house.adds_up().await
    }
}

impl House {
    /// Runs one command; none when it was refused. Anything but a refusal is a fault.
    async fn ask<C: Act>(&self, command: &C) -> Result<Option<C::Outcome>, String> {
        match self.t.db.run(&self.t.system(), CommandId::mint(), noon(), command).await {
            Ok(outcome) => {
                self.note(|model| model.weather.taken += 1);
                Ok(Some(outcome))
            }
            Err(Failure::Refused(refusal)) => {
                self.note(|model| *model.weather.refused.entry(refusal.code().to_owned()).or_default() += 1);
                Ok(None)
            }
            Err(fault) => Err(format!("{}: {fault}", C::KIND)),
        }
    }

    fn note<T>(&self, what: impl FnOnce(&mut Model) -> T) -> T {
        what(&mut self.model.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    async fn step(&self, rng: &mut StdRng, name: &str) -> Result<(), String> {
        let sku = self.skus[rng.random_range(0..self.skus.len())];
        let bin = self.bins[rng.random_range(0..self.bins.len())];
        match rng.random_range(0..100u32) {
            0..20 => self.receive(sku, bin, rng.random_range(1..20)).await,
            20..55 => self.order(rng, name).await,
            55..65 => {
                let order = self.note(|model| model.orders.get(rng.random_range(0..model.orders.len().max(1))).copied());
                if let Some(order) = order {
                    self.ask(&CancelOrder { order, reason: "changed_mind".into() }).await?;
                }
                Ok(())
            }
            65..75 => self.hold(sku, bin, rng.random_range(1..6), rng.random_ratio(2, 3)).await,
            _ => self.wave(rng).await,
        }
    }

    async fn receive(&self, sku: SkuId, bin: BinId, quantity: i32) -> Result<(), String> {
        let lines = vec![ReceiveLine { sku, bin, quantity, unit_cost: None, marks: domain::lots::Marks::default() }];
        let goods = ReceiveGoods { site: self.site, supplier: "Storm".into(), reference: "S".into(), opening: true, lines };
        if self.ask(&goods).await?.is_some() {
            self.note(|model| *model.received.entry(sku).or_default() += i64::from(quantity));
        }
        Ok(())
    }

    async fn order(&self, rng: &mut StdRng, name: &str) -> Result<(), String> {
        let mut line = || (self.skus[rng.random_range(0..self.skus.len())], rng.random_range(1..5));
        let lines: Vec<(SkuId, i32)> = (0..3).map(|_| line()).collect();
        let order = new_order(name, &lines);
        if let Some(placed) = self.ask(&PlaceOrders { orders: vec![order] }).await? {
            self.note(|model| model.orders.extend(placed.iter().map(|placed| placed.order)));
        }
        Ok(())
    }

    async fn hold(&self, sku: SkuId, bin: BinId, quantity: i32, hold: bool) -> Result<(), String> {
        let reason = if hold { HoldReason::Investigation } else { HoldReason::Checked };
        let command = HoldUnits {
            sku,
            site: self.site,
            bin,
            quantity,
            those: Those::default(),
            hold,
            reason: reason.into(),
            note: "Storm".into(),
        };
        if self.ask(&command).await?.is_some() {
            let by = if hold { i64::from(quantity) } else { -i64::from(quantity) };
            self.note(|model| *model.held.entry(sku).or_default() += by);
        }
        Ok(())
    }

    /// Plans, picks, packs and ships a few orders, as far as it is let.
    async fn wave(&self, rng: &mut StdRng) -> Result<(), String> {
        let plan = PlanWave {
            site: self.site,
            orders: Chosen::Most(rng.random_range(1..6)),
            method: Method::Cluster,
            cart: Cart::totes(4),
            pickers: 4,
            rounds: Rounds::default(),
            release: true,
        };
        let Some(wave) = self.ask(&plan).await? else { return Ok(()) };
        if self.ask(&PickTrips { trips: wave.trips }).await?.is_none() {
            return Ok(());
        }
        let Some(parcels) = self.ask(&PackOrders { site: self.site, orders: wave.orders }).await? else { return Ok(()) };
        let ship = ShipParcels { parcels: parcels.clone(), carrier: "DPD".into(), service: "standard".into() };
        if self.ask(&ship).await?.is_some() {
            self.left(&parcels).await;
        }
        Ok(())
    }

    /// Adds what lies in these parcels, as it was scanned into them.
    async fn left(&self, parcels: &[ParcelId]) {
        let ids: Vec<uuid::Uuid> = parcels.iter().map(|parcel| parcel.0).collect();
        let rows: Vec<(uuid::Uuid, i64)> = sqlx::query_as(
            "select ol.sku_id, sum(pl.quantity) from parcel_line pl join order_line ol on ol.id = pl.order_line_id
             where pl.parcel_id = any($1) group by ol.sku_id",
        )
        .bind(ids)
        .fetch_all(&self.t.root)
        .await
        .expect("parcels are read");
        self.note(|model| {
            for (sku, units) in rows {
                *model.shipped.entry(sku.into()).or_default() += units;
                model.weather.shipped += units;
            }
        });
    }

    async fn units(&self, sku: SkuId, which: &str) -> i64 {
        let query = format!("select coalesce(sum(on_hand), 0)::bigint from balance where sku_id = '{sku}' and {which}");
        sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(&self.t.root).await.expect("balances are read")
    }

    async fn adds_up(&self) -> Result<Weather, String> {
        for sku in &self.skus {
            let (on_hand, held) = (self.units(*sku, "true").await, self.units(*sku, "state = 'held'").await);
            let of = |units: &BTreeMap<SkuId, i64>| units.get(sku).copied().unwrap_or(0);
            let (expected, expected_held) = self.note(|model| (of(&model.received) - of(&model.shipped), of(&model.held)));
            if (on_hand, held) != (expected, expected_held) {
                return Err(format!("SKU {sku}: {on_hand} on hand, {held} held; the model says {expected} and {expected_held}"));
            }
        }
        let broken = self.t.db.verify(self.t.org).await.map_err(|fault| fault.to_string())?;
        let broken: Vec<_> = broken.into_iter().filter(|check| !check.holds()).collect();
        if broken.is_empty() { Ok(self.note(|model| model.weather.clone())) } else { Err(format!("{broken:#?}")) }
    }
}
