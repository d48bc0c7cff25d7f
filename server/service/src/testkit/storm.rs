//! A storm of commands on two small houses by many at once, beside a model so naive that it cannot be wrong: of each SKU, lot, place and
//! state, what came less what went. Which commands are taken is the service's to say; what they come to is not.

mod inside;
mod model;
mod outward;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use domain::ids::{BinId, ChannelId, CommandId, LpnId, SiteId, SkuId};
use domain::lots::{Marks, Policy, SetTracking};
use domain::orders::OpenChannel;
use domain::people::{Caller, Role};
use domain::refusal::Named;
use domain::replenish::{ForwardPick, SetForwardPicks};
use domain::sites::design::ChangeBin;
use domain::sites::places::{BinKind, Keeping};
use domain::stock::State;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use self::model::Model;
use super::{TestDb, noon};
use crate::{Act, Failure};

const SKUS: usize = 6;
/// The last of them have lots.
const LOTTED: usize = 2;
const LOTS: [&str; 3] = ["L1", "L2", "L3"];
/// In the first half units are put on hold, in the second half they are counted: what a count finds missing of goods in two states is
/// the service's choice.
const BINS: [&str; 8] = ["A01-01L-1", "A01-05R-1", "A02-02L-1", "A02-08R-2", "A03-03L-1", "A03-09R-1", "A04-04L-1", "A04-10R-2"];
/// Kept full from the reserve.
const FORWARD: (&str, usize) = ("A01-03L-1", 0);
const RESERVE: &str = "A04-06L-1";

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
    /// Commands that were taken, by their kind.
    pub kinds: BTreeMap<&'static str, u64>,
    /// Refusals by their code: an order too large, a unit already promised.
    pub refused: BTreeMap<String, u64>,
    pub shipped: i64,
}

/// A place by its id and by the code on its label.
type Spot = (BinId, String);

struct House {
    t: Arc<TestDb>,
    /// Where most is done, and where trucks go.
    sites: [SiteId; 2],
    skus: Vec<(SkuId, String)>,
    /// Of either site.
    bins: [Vec<Spot>; 2],
    forward: Spot,
    reserve: Spot,
    dock: Spot,
    /// Who counts and corrects: what one did, another agrees to.
    people: [Caller; 3],
    model: Mutex<Model>,
}

/// One of those who are at it: what is drawn, and the handling unit that nobody else moves.
struct Hand {
    rng: StdRng,
    name: String,
    unit: Option<LpnId>,
}

impl Storm {
    /// Blows on a house of its own. `Err` says what does not add up.
    pub async fn blow(self, t: Arc<TestDb>) -> Result<Weather, String> {
        let house = Arc::new(House::open(t).await);
        let clients = (0..self.clients).map(|client| {
            let house = house.clone();
            tokio::spawn(async move {
                let rng = StdRng::seed_from_u64(self.seed * 1_000 + client);
                let mut hand = Hand { rng, name: String::new(), unit: None };
                for step in 0..self.steps {
                    hand.name = format!("{client}-{step}");
                    house.step(&mut hand).await?;
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
    async fn open(t: Arc<TestDb>) -> Self {
        let sites = [t.site("LDS").await, t.site("LYN").await];
        t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
        let (mut skus, mut bins) = (Vec::new(), [Vec::new(), Vec::new()]);
        for n in 0..SKUS {
            let (sku, code) = (t.sku(&format!("S{n}")).await, format!("S{n}"));
            if n >= SKUS - LOTTED {
                t.run(&SetTracking { sku, policy: Policy { lot: true, ..Policy::default() } }).await;
            }
            skus.push((sku, code));
        }
        for (site, bins) in sites.iter().zip(&mut bins) {
            for code in BINS {
                bins.push(spot(&t, *site, code).await);
            }
        }
        let (forward, reserve) = (spot(&t, sites[0], FORWARD.0).await, spot(&t, sites[0], RESERVE).await);
        let dock = spot(&t, sites[0], "DOCK").await;
        let (bin, code, keeping) = (reserve.0, reserve.1.clone(), Keeping::default());
        t.run(&ChangeBin { bin, code, kind: BinKind::Reserve, keeping }).await;
        let rule = ForwardPick { bin: forward.0, sku: skus[FORWARD.1].0, min: 5, max: 20, slotting: None };
        t.run(&SetForwardPicks { site: sites[0], rules: vec![rule] }).await;
        let people = [0, 1, 2].map(|_| t.person(Role::Supervisor, None));
        Self { t, sites, skus, bins, forward, reserve, dock, people, model: Mutex::default() }
    }

    /// Runs one command; none when it was refused. Anything but a refusal is a fault.
    async fn ask<C: Act>(&self, command: &C) -> Result<Option<C::Outcome>, String> {
        self.ask_as(&self.t.system(), command).await
    }

    async fn ask_as<C: Act>(&self, caller: &Caller, command: &C) -> Result<Option<C::Outcome>, String> {
        match self.t.db.run(caller, CommandId::mint(), noon(), command).await {
            Ok(outcome) => {
                self.note(|model| {
                    model.weather.taken += 1;
                    *model.weather.kinds.entry(C::KIND).or_default() += 1;
                });
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

    async fn step(&self, hand: &mut Hand) -> Result<(), String> {
        match hand.rng.random_range(0..100u32) {
            0..18 => self.receive(hand).await,
            18..38 => self.order(hand).await,
            38..43 => self.cancel(hand).await,
            43..50 => self.hold(hand).await,
            50..55 => self.put_away(hand).await,
            55..62 => self.correct(hand).await,
            62..68 => self.count(hand).await,
            68..73 => self.handle_unit(hand).await,
            73..76 => self.replenish(hand).await,
            76..80 => self.send(hand).await,
            80..84 => self.take_back(hand).await,
            _ => self.wave(hand).await,
        }
    }

    /// A SKU, with a lot where it has any.
    fn goods(&self, rng: &mut StdRng) -> (SkuId, String, Marks) {
        let n = rng.random_range(0..SKUS);
        let lot = if n < SKUS - LOTTED { "" } else { LOTS[rng.random_range(0..LOTS.len())] };
        let (sku, code) = self.skus[n].clone();
        (sku, code, Marks { lot: lot.into(), ..Marks::default() })
    }

    /// Goods that stand for sale in one of these bins, as the model has it; anything anywhere when there are none.
    fn standing(&self, rng: &mut StdRng, bins: &[Spot]) -> (Spot, (SkuId, String, Marks)) {
        self.standing_as(rng, bins, State::Sellable)
    }

    fn standing_as(&self, rng: &mut StdRng, bins: &[Spot], state: State) -> (Spot, (SkuId, String, Marks)) {
        let there = self.note(|model| model.there(bins, state));
        if there.is_empty() {
            return (any(rng, bins).clone(), self.goods(rng));
        }
        let (bin, sku, lot) = any(rng, &there).clone();
        let code = self.skus.iter().find(|(known, _)| *known == sku).map_or_else(String::new, |(_, code)| code.clone());
        (bin, (sku, code, Marks { lot, ..Marks::default() }))
    }

    fn lotted(&self, sku: SkuId) -> bool {
        self.skus[SKUS - LOTTED..].iter().any(|(known, _)| *known == sku)
    }
}

async fn spot(t: &TestDb, site: SiteId, code: &str) -> Spot {
    (t.bin(site, code).await, code.to_owned())
}

fn any<'a, T>(rng: &mut StdRng, of: &'a [T]) -> &'a T {
    &of[rng.random_range(0..of.len())]
}
