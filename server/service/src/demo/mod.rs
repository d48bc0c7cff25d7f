//! The demo: a shop with two sites, two thousand SKUs and sixty days of trade, told by a seed through the commands production
//! runs. The last day is left half done, so that every screen has something to do.
//!
//! A telling that was broken off is told again from the beginning: the same commands under the same ids, so what was done is not done
//! twice, and the story goes on where it stopped.

mod buying;
mod carriers;
mod client;
mod counting;
mod customers;
mod goods;
mod knowing;
mod lots;
mod people;
mod places;
#[cfg(test)]
mod same;
#[cfg(test)]
mod singly_tests;
mod supply;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::carriers::SetChannelService;
use domain::catalog::{AddSkus, NewSku};
use domain::floor::{PackOrders, PickTrips};
use domain::ids::{OrderId, ReceiptLineId, RefundId, ReturnLineId, SiteId};
use domain::orders::{NewOrder, NewPayment, PlaceOrders, ServeBackorders};
use domain::people::Caller;
use domain::quantity::Quantity;
use domain::returns::{AskedLine, Grade, Reason, ReceiveUnidentified, RequestReturn, Resolution, Source};
use domain::sites::OpenSite;
use domain::sites::layout::Depot;
use domain::sites::places::BinKind;
use domain::sites::spec::LayoutSpec;
use domain::stock::{ReceiveGoods, ReceiveLine};
use iso_currency::Currency;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde::Serialize;
use uuid::Uuid;

use crate::directory::{NewOrg, Opening, hash_password};
use crate::history::{Clerk, Gone};
use crate::{Db, Result};

pub use people::{PASSWORD, SignInCard, cards};

/// The demo's org.
pub const SLUG: &str = "demo";
/// Days of history before today.
const DAYS: i64 = 60;
/// The same demo every time.
const SEED: u64 = 20_261_123;
/// One line in so many comes back.
const RETURN_ONE_IN: u32 = 8;

/// What the demo holds, to be told at the end.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Told {
    pub skus: usize,
    pub days: i64,
    pub orders: usize,
    pub parcels: u64,
    pub units: u64,
    pub returns: usize,
    pub refunds: usize,
}

/// How much of a demo: all of it, or a day for tests.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub days: i64,
    pub skus: usize,
    /// Orders on an ordinary day.
    pub orders: u32,
}

impl Size {
    pub const FULL: Self = Self { days: DAYS, skus: goods::SKUS, orders: 47 };
}

/// A return under way: when the next thing happens to it.
struct Parcel {
    site: SiteId,
    lines: Vec<(ReturnLineId, i32)>,
}

struct Benched {
    site: SiteId,
    graded: Vec<(ReceiptLineId, i32, Grade)>,
}

/// The demo while it is told.
struct Story<'a> {
    clerk: Clerk,
    rng: StdRng,
    skus: Vec<NewSku>,
    sites: [SiteId; 2],
    told: Told,
    gone: BTreeMap<i64, Vec<Gone>>,
    coming: BTreeMap<i64, Vec<Parcel>>,
    benched: BTreeMap<i64, Vec<Benched>>,
    owed: BTreeMap<i64, Vec<RefundId>>,
    size: Size,
    progress: &'a (dyn Fn(i64, i64) + Send + Sync),
}

impl Db {
    /// Is the demo here already, told to its end?
    pub async fn has_demo(&self) -> Result<bool> {
        self.is_whole(SLUG).await
    }

    /// Tells the demo up to the moment `now`, or to its end the one that was begun. `progress` hears (days told, days in all).
    pub async fn demo(&self, now: DateTime<Utc>, size: Size, progress: &(dyn Fn(i64, i64) + Send + Sync)) -> Result<Told> {
        let org = NewOrg {
            id: Uuid::new_v5(&Uuid::NAMESPACE_OID, b"tideway demo").into(),
            slug: SLUG.to_owned(),
            name: "Harbour & Fell".to_owned(),
            currency: Currency::GBP,
        };
        let hash = hash_password(PASSWORD).await?;
        let now = self.telling_until(org.id, now).await?;
        let today = now.date_naive().and_time(NaiveTime::MIN).and_utc();
        let before = today - TimeDelta::days(size.days + 1);
        let channels = [("web", "Web shop", 24), ("marketplace", "Marketplace", 48)];
        let opening = Opening { telling_until: Some(now), ..Opening::of(org.clone(), &channels) };
        self.open_org("demo", before, &opening).await?;
        let clerk = Clerk::new(self, Caller::system(org.id, "demo"), org.id.0);
        let mut skus = goods::skus(SEED);
        skus.truncate(size.skus);
        let mut story = Story {
            clerk,
            rng: StdRng::seed_from_u64(SEED),
            skus,
            sites: [SiteId(Uuid::new_v5(&org.id.0, b"leeds")), SiteId(Uuid::new_v5(&org.id.0, b"lyon"))],
            told: Told::default(),
            gone: BTreeMap::new(),
            coming: BTreeMap::new(),
            benched: BTreeMap::new(),
            owed: BTreeMap::new(),
            size,
            progress,
        };
        story.open(before, today, &hash).await?;
        for day in 0..size.days {
            story.day(day, today - TimeDelta::days(size.days - day)).await?;
            (story.progress)(day + 1, size.days);
        }
        story.today(now).await?;
        story.supply(now).await?;
        story.recall(now).await?;
        story.edits(now).await?;
        self.told_whole(org.id).await?;
        Ok(story.told)
    }
}

impl Story<'_> {
    /// Sites, people with their roster, goods.
    async fn open(&mut self, at: DateTime<Utc>, today: DateTime<Utc>, password_hash: &str) -> Result<()> {
        let plans = [("LEEDS", "Leeds", "GB", "Europe/London", 16, 32), ("LYON", "Lyon", "FR", "Europe/Paris", 10, 24)];
        for (rank, (code, name, country, timezone, aisles, bays)) in (0..).zip(plans) {
            let spec = LayoutSpec { aisles, cross_aisles: 3, bins_per_side: bays, length_mm: 30_000, ..LayoutSpec::small() };
            let mut layout = spec.layout()?;
            // Carts may be handed in where parcels leave, too.
            layout.depots.extend(layout.aisles.last().map(|last| Depot {
                name: "Dispatch".into(),
                x_mm: last.x_mm,
                cross_aisle: 0,
            }));
            let site = OpenSite {
                id: self.sites[usize::try_from(rank).unwrap_or(0)],
                code: code.into(),
                name: name.into(),
                country: country.into(),
                timezone: timezone.into(),
                rank,
                layout,
                bins: spec.bins()?,
                totes: 120,
            };
            self.clerk.run(at, &site).await?;
        }
        self.clerk.run(at, &places::reserve(self.sites[0])).await?;
        for carrier in carriers::services(self.sites) {
            self.clerk.run(at, &carrier).await?;
        }
        let known = self.clerk.db.carriers(&self.clerk.caller, self.sites[0]).await?;
        for channel in known.channels.iter().filter(|channel| channel.name == "Marketplace") {
            self.clerk.run(at, &SetChannelService { channel: channel.channel, service: "dpd-two".into() }).await?;
        }
        for person in people::people(self.sites, password_hash) {
            self.clerk.run(at, &person).await?;
        }
        self.clerk.run(at, &people::roster(self.sites, today)).await?;
        self.clerk.run(at, &AddSkus { skus: self.skus.clone() }).await?;
        self.told_apart(at).await?;
        self.suppliers(at).await?;
        self.stock(at).await?;
        self.client(at).await?;
        self.programmes(at).await?;
        self.knowing(at).await?;
        self.told.skus = self.skus.len();
        Ok(())
    }

    /// Opening stock: the first SKUs sell best and are held deepest; Lyon holds the best four hundred.
    async fn stock(&mut self, at: DateTime<Utc>) -> Result<()> {
        for (index, site) in self.sites.into_iter().enumerate() {
            let bins = self.clerk.db.pick_bins(&self.clerk.caller, site).await?;
            let held = if index == 0 { self.skus.len() } else { self.skus.len().min(400) };
            let mut lines = Vec::new();
            for (rank, sku) in self.skus.iter().take(held).enumerate() {
                // A walk through the site meets fast and slow movers mixed, as in real life.
                let bin = bins[(rank * 7919) % bins.len()].0;
                let deep = 900.0 / (f64::from(u32::try_from(rank).unwrap_or(u32::MAX)) + 4.0).powf(0.55);
                #[expect(clippy::cast_possible_truncation, reason = "a few hundred units")]
                let quantity = 8 + deep as i32 + self.rng.random_range(0..10);
                let marks = lots::marks(rank, quantity, if index == 0 { "A" } else { "B" }, at.date_naive());
                lines.push(ReceiveLine { sku: sku.id, bin, quantity, unit_cost: None, marks });
            }
            let reserve = self.clerk.db.bins_of_kind(&self.clerk.caller, site, BinKind::Reserve).await?;
            if !reserve.is_empty() {
                lines.extend(places::in_reserve(&reserve, &self.skus, at.date_naive()));
            }
            let goods =
                ReceiveGoods { site, supplier: "Opening stock".into(), reference: "opening".into(), opening: true, lines };
            self.clerk.run(at, &goods).await?;
        }
        Ok(())
    }

    /// Orders of one day, spread over it; weekends are quieter.
    fn orders(&mut self, day: i64, morning: DateTime<Utc>, count: u32) -> Vec<NewOrder> {
        let mut orders = Vec::new();
        for n in 0..count {
            let minutes = i64::from(self.rng.random_range(0..600u32));
            let web = self.rng.random_ratio(7, 10);
            let payment = NewPayment::Paid { reference: format!("demo-{day}-{n}") };
            let name = format!("{day}-{n}");
            orders.push(customers::order(
                &mut self.rng,
                &self.skus,
                web,
                &name,
                payment,
                Some(morning + TimeDelta::minutes(minutes)),
            ));
        }
        orders
    }

    async fn day(&mut self, day: i64, midnight: DateTime<Utc>) -> Result<()> {
        let morning = midnight + TimeDelta::hours(6);
        let quiet = matches!(day % 7, 5 | 6);
        let count = self.rng.random_range(self.size.orders * 3 / 4..=self.size.orders * 5 / 4) / if quiet { 2 } else { 1 };
        let mut orders = self.orders(day, morning, count);
        let ours = orders.len();
        orders.extend(self.clients_sales(day, morning));
        let placed = self.clerk.run(morning + TimeDelta::hours(10), &PlaceOrders { orders }).await?;
        self.told.orders += placed.len();
        for site in self.sites {
            let worked = self.clerk.work(site, morning + TimeDelta::hours(11), "").await?;
            self.told.parcels += worked.parcels;
            self.told.units += worked.units;
        }
        let ids: Vec<OrderId> = placed.iter().take(ours).map(|placed| placed.order).collect();
        let gone = self.clerk.gone(morning + TimeDelta::hours(15), ids).await?;
        // Customers think for four to fourteen days.
        for one in gone {
            if self.rng.random_ratio(1, RETURN_ONE_IN) {
                let later = day + i64::from(self.rng.random_range(4..14u32));
                self.gone.entry(later).or_default().push(one);
            }
        }
        self.returns(day, morning + TimeDelta::hours(9)).await?;
        if day % 10 == 9 {
            self.replenish(day, morning).await?;
        }
        self.told.days += 1;
        Ok(())
    }

    /// The tide: what is asked for today, what arrives, what is inspected, what is paid.
    async fn returns(&mut self, day: i64, at: DateTime<Utc>) -> Result<()> {
        let asked = self.gone.remove(&day).unwrap_or_default();
        let mut requests = Vec::new();
        let mut sent = Vec::new();
        for one in asked {
            let units = self.rng.random_range(1..=one.quantity);
            let reason = REASONS[self.rng.random_range(0..REASONS.len())];
            let quantity = Quantity::new(units.into())?;
            let line = AskedLine { line: one.line, quantity, reason, note: String::new(), resolution: Resolution::Refund };
            requests.push(RequestReturn { order: one.order, lines: vec![line], source: Source::Import });
            sent.push((one.site, units));
        }
        if !requests.is_empty() {
            let made = self.clerk.ask(at, requests).await?;
            self.told.returns += made.len();
            for (made, (site, units)) in made.iter().zip(sent) {
                // One in twelve never comes; the others take two to six days.
                if !self.rng.random_ratio(1, 12) {
                    let later = day + i64::from(self.rng.random_range(2..6u32));
                    let lines = made.lines.iter().map(|line| (*line, units)).collect();
                    self.coming.entry(later).or_default().push(Parcel { site, lines });
                }
            }
        }
        self.arrivals(day, at).await?;
        let mut refunds = Vec::new();
        for benched in self.benched.remove(&day).unwrap_or_default() {
            refunds.extend(self.clerk.inspect(benched.site, at + TimeDelta::hours(3), &benched.graded).await?);
        }
        self.told.refunds += refunds.len();
        self.owed.entry(day + 1).or_default().extend(refunds);
        let owed = self.owed.remove(&day).unwrap_or_default();
        self.clerk.pay(at + TimeDelta::hours(4), &owed).await
    }

    async fn arrivals(&mut self, day: i64, at: DateTime<Utc>) -> Result<()> {
        let mut by_site: BTreeMap<SiteId, Vec<(ReturnLineId, i32)>> = BTreeMap::new();
        for parcel in self.coming.remove(&day).unwrap_or_default() {
            by_site.entry(parcel.site).or_default().extend(parcel.lines);
        }
        for (site, lines) in by_site {
            let receipts = self.clerk.receive(site, at + TimeDelta::hours(1), &lines).await?;
            let grade = |rng: &mut StdRng| GRADES[rng.random_range(0..GRADES.len())];
            let graded: Vec<_> =
                receipts.iter().zip(&lines).map(|(receipt, (_, units))| (*receipt, *units, grade(&mut self.rng))).collect();
            let later = day + i64::from(self.rng.random_range(1..3u32));
            self.benched.entry(later).or_default().push(Benched { site, graded });
        }
        Ok(())
    }

    /// Every ten days the best sellers are bought again, and whoever waits is served.
    async fn replenish(&mut self, day: i64, at: DateTime<Utc>) -> Result<()> {
        let site = self.sites[0];
        let bins = self.clerk.db.pick_bins(&self.clerk.caller, site).await?;
        let line = |(rank, sku): (usize, &NewSku)| {
            let quantity = if rank < 20 { 60 } else { 15 };
            ReceiveLine {
                sku: sku.id,
                bin: bins[(rank * 7919) % bins.len()].0,
                quantity,
                unit_cost: Some(sku.standard_cost),
                marks: lots::marks(rank, quantity, &format!("R{day}-"), at.date_naive()),
            }
        };
        let lines = self.skus.iter().enumerate().take(150).map(line).collect();
        let goods =
            ReceiveGoods { site, supplier: "Northern Potteries".into(), reference: format!("PO-{day}"), opening: false, lines };
        self.clerk.run(at, &goods).await?;
        self.clerk.run(at + TimeDelta::minutes(5), &ServeBackorders { skus: None }).await?;
        Ok(())
    }

    /// Today is half done: orders wait, a wave is walked, parcels stand on the bench, returns lie at every stage.
    async fn today(&mut self, now: DateTime<Utc>) -> Result<()> {
        let (day, site) = (self.size.days, self.sites[0]);
        let ago = |minutes: i64| now - TimeDelta::minutes(minutes);
        let mut orders = self.orders(day, ago(700), self.size.orders);
        for (n, order) in orders.iter_mut().enumerate() {
            match n % 9 {
                // The provider is asked as soon as somebody serves this demo.
                3 => order.payment = NewPayment::Capture { authorisation: format!("pi_demo_{n}") },
                5 if n < 6 => order.payment = NewPayment::Capture { authorisation: "pi_decline_demo".to_owned() },
                7 if n < 8 => order.city = String::new(),
                _ => {}
            }
        }
        orders.extend(self.clients_sales(day, ago(300)));
        let placed = self.clerk.run(ago(90), &PlaceOrders { orders }).await?;
        self.told.orders += placed.len();
        if let Some(wave) = self.clerk.plan(site, ago(80), 24).await? {
            self.clerk.run(ago(60), &PickTrips { trips: wave.trips.iter().copied().take(1).collect() }).await?;
            let packed =
                self.clerk.run(ago(40), &PackOrders { site, orders: wave.orders.iter().copied().take(6).collect() }).await?;
            self.told.parcels += u64::try_from(packed.len()).unwrap_or(0);
        }
        let dock = self.clerk.db.bin_by_code(&self.clerk.caller, site, "DOCK").await?;
        self.clerk.run(ago(120), &places::at_the_dock(site, dock, &self.skus, now.date_naive())).await?;
        self.returns(day, ago(300)).await?;
        self.buying(now).await?;
        self.clients_next(now).await?;
        self.clerk
            .run(
                ago(30),
                &ReceiveUnidentified { site, scanned: "JD0002 4471 8".into(), note: "No slip, one mug in bubble wrap".into() },
            )
            .await?;
        self.counts(now).await
    }
}

const REASONS: [Reason; 8] = [
    Reason::Unwanted,
    Reason::Unwanted,
    Reason::Unwanted,
    Reason::Color,
    Reason::Style,
    Reason::Defective,
    Reason::NotAsDescribed,
    Reason::WrongItem,
];
const GRADES: [Grade; 10] = [Grade::A, Grade::A, Grade::A, Grade::A, Grade::A, Grade::B, Grade::B, Grade::C, Grade::C, Grade::D];
