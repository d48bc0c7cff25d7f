//! `make bench-stock`: promises under fire. Sixty-four shoppers ask for baskets of the same few SKUs, through the service and over HTTP,
//! beside a bare counter in the same Postgres; then storms of commands by eight at once beside a naive model.
//!
//! It fails when a unit is promised twice, a command has no outcome of its own, or a storm does not add up; never by time.
//! `--storms N`, `--steps N` (commands of one storm, all clients together), `--json FILE` for machines.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail, ensure};
use domain::catalog::kits::{KitPart, SetKit};
use domain::ids::{BasketId, CommandId, SkuId};
use domain::orders::basket::{BasketLine, KeepBasket};
use domain::people::Role;
use domain::refusal::Named;
use journeys::bench::{self, Figure, SECONDS, rate, shop, table, tps};
use journeys::server::TestServer;
use serde_json::json;
use service::Failure;
use service::testkit::storm::Storm;
use service::testkit::{TestDb, noon};

const SHOPPERS: u64 = 64;
const SETS: [&str; 2] = ["SET-HOT", "SET-PART"];
/// Eight at once in every storm.
const CLIENTS: u64 = 8;
const STORMS: u64 = 100;
const STEPS: u64 = 2_000;
/// Before anything is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// What is there of each SKU when it is to run out: less than is asked for.
const FEW: i32 = 2_000;
/// Refusals after which a shopper believes it.
const OFTEN: u64 = 30;

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().collect();
    let value = |flag: &str| asked.iter().position(|given| given == flag).and_then(|at| asked.get(at + 1));
    let storms = value("--storms").map_or(Ok(STORMS), |given| given.parse())?;
    let steps = value("--steps").map_or(Ok(STEPS), |given| given.parse())?;
    sold_out().await?;
    let figures = [baskets().await?, baskets_over_http().await?];
    table(&figures);
    blow(storms, steps).await?;
    bench::write(&figures)
}

/// A shop of three SKUs, one of them hot, and of two sets that share what they are made of.
async fn shop_with_sets(t: &TestDb) -> Vec<SkuId> {
    let mut skus = shop(t, 3).await;
    let part = |n: usize, quantity| KitPart { sku: skus[n], quantity };
    let sets = [vec![part(0, 2), part(1, 1)], vec![part(1, 1), part(2, 1)]];
    for (code, parts) in SETS.into_iter().zip(sets) {
        let kit = t.sku(code).await;
        t.run(&SetKit { kit, parts }).await;
        skus.push(kit);
    }
    skus
}

/// A unit of the hot SKU; a set of two of it and a part; a set of that part and another, and the part once more.
fn lines(skus: &[SkuId], n: u64) -> Vec<(SkuId, i32)> {
    match n % 3 {
        0 => vec![(skus[0], 1)],
        1 => vec![(skus[3], 1)],
        _ => vec![(skus[4], 1), (skus[1], 1)],
    }
}

/// What is kept for it, by SKU.
fn kept(skus: &[SkuId], n: u64) -> Vec<(SkuId, i32)> {
    match n % 3 {
        0 => vec![(skus[0], 1)],
        1 => vec![(skus[0], 2), (skus[1], 1)],
        _ => vec![(skus[1], 2), (skus[2], 1)],
    }
}

fn basket(lines: &[(SkuId, i32)]) -> KeepBasket {
    let lines = lines.iter().map(|(sku, quantity)| BasketLine { sku: *sku, quantity: *quantity }).collect();
    KeepBasket { basket: BasketId::mint(), channel: "web".into(), owner: String::new(), lines, minutes: 15 }
}

/// What one shopper after another got: how long each basket took, and the units kept by SKU.
#[derive(Default)]
struct Got {
    times: Vec<Duration>,
    refused: u64,
    units: BTreeMap<SkuId, i64>,
}

/// Shoppers at once, each basket a command of its own: until the time is up, or until each has been refused often.
async fn shoppers(t: &Arc<TestDb>, skus: &[SkuId], until: Option<Instant>) -> Result<Got> {
    let skus: Arc<[SkuId]> = skus.into();
    let callers = (0..SHOPPERS).map(|shopper| {
        let (t, skus) = (t.clone(), skus.clone());
        tokio::spawn(async move {
            let caller = t.person(Role::CustomerService, None);
            let (mut got, mut n) = (Got::default(), shopper);
            while until.map_or(got.refused < OFTEN, |until| Instant::now() < until) {
                n += 1;
                let (basket, asked) = (basket(&lines(&skus, n)), Instant::now());
                match t.db.keep_basket(&caller, CommandId::mint(), noon(), basket).await {
                    Ok(_) => {
                        got.times.push(asked.elapsed());
                        for (sku, units) in kept(&skus, n) {
                            *got.units.entry(sku).or_default() += i64::from(units);
                        }
                    }
                    Err(Failure::Refused(refusal)) if refusal.code() == "basket_short" => got.refused += 1,
                    Err(failure) => bail!("a basket failed: {failure}"),
                }
            }
            Ok(got)
        })
    });
    let mut all = Got::default();
    for caller in futures::future::join_all(callers).await {
        let got = caller??;
        all.times.extend(got.times);
        all.refused += got.refused;
        for (sku, units) in got.units {
            *all.units.entry(sku).or_default() += units;
        }
    }
    Ok(all)
}

/// One stored outcome a command, and nothing in the books that does not add up.
async fn adds_up(t: &TestDb, commands: u64) -> Result<()> {
    let stored = t.count("command where kind = 'basket.keep'").await;
    ensure!(u64::try_from(stored)? == commands, "{commands} commands, {stored} stored outcomes");
    let broken: Vec<_> = t.db.verify(t.org).await?.into_iter().filter(|check| !check.holds()).collect();
    ensure!(broken.is_empty(), "{broken:#?}");
    Ok(())
}

/// Far less than is asked for: what is kept is what there was, less what no basket could use.
async fn sold_out() -> Result<()> {
    let t = Arc::new(TestDb::new().await);
    let skus = shop_with_sets(&t).await;
    // All but a few are kept back.
    sqlx::query(
        "insert into demand (org_id, site_id, sku_id, owner_id, reserved, buffer)
         select distinct org_id, site_id, sku_id, owner_id, 0, 500000 - $1 from balance",
    )
    .bind(FEW)
    .execute(&t.root)
    .await?;
    let got = shoppers(&t, &skus, None).await?;
    for (sku, units) in &got.units {
        ensure!(*units <= i64::from(FEW), "oversold: {units} of {FEW} of {sku}");
    }
    ensure!(got.refused > 0 && got.units.get(&skus[0]) == Some(&i64::from(FEW)), "all of {FEW} and no more: {:?}", got.units);
    adds_up(&t, u64::try_from(got.times.len())? + got.refused).await?;
    println!(
        "{FEW} units, {SHOPPERS} shoppers: {} baskets kept, {} refused, 0 units promised twice, one stored outcome each",
        got.times.len(),
        got.refused
    );
    Ok(())
}

async fn baskets() -> Result<Figure> {
    let t = Arc::new(TestDb::new().await);
    let skus = shop_with_sets(&t).await;
    let before = shoppers(&t, &skus, Some(Instant::now() + WARM_UP)).await?;
    analyse(&t).await?;
    let began = Instant::now();
    let got = shoppers(&t, &skus, Some(began + Duration::from_secs(SECONDS))).await?;
    let ours = rate(u64::try_from(got.times.len())?, began.elapsed());
    adds_up(&t, u64::try_from(before.times.len() + got.times.len())?).await?;
    let peer = counter(&t).await?;
    Ok(Figure::new("hot SKU, baskets kept", (ours, peer), "bare counter, 64 clients", "a second").taking(got.times))
}

async fn baskets_over_http() -> Result<Figure> {
    let server = Arc::new(TestServer::new().await);
    shop_with_sets(&server.t).await;
    let keys = Arc::new(bench::keys(&server.t).await?);
    let before = callers(&server, &keys, Instant::now() + WARM_UP).await?;
    analyse(&server.t).await?;
    let began = Instant::now();
    let times = callers(&server, &keys, began + Duration::from_secs(SECONDS)).await?;
    let ours = rate(u64::try_from(times.len())?, began.elapsed());
    adds_up(&server.t, u64::try_from(before.len() + times.len())?).await?;
    let peer = counter(&server.t).await?;
    Ok(Figure::new("… over HTTP", (ours, peer), "bare counter, 64 clients", "a second").taking(times))
}

async fn callers(server: &Arc<TestServer>, keys: &Arc<Vec<String>>, until: Instant) -> Result<Vec<Duration>> {
    let callers = (0..SHOPPERS).map(|shopper| {
        let (server, keys) = (server.clone(), keys.clone());
        tokio::spawn(async move { keep_until(&server.url, &keys, shopper, until).await })
    });
    let mut times = Vec::new();
    for caller in futures::future::join_all(callers).await {
        times.extend(caller??);
    }
    Ok(times)
}

async fn keep_until(url: &str, keys: &[String], shopper: u64, until: Instant) -> Result<Vec<Duration>> {
    let (client, mut times, mut n) = (reqwest::Client::new(), Vec::new(), shopper);
    while Instant::now() < until {
        n += 1;
        let lines: Vec<_> = match n % 3 {
            0 => vec![json!({ "sku": "S000", "quantity": 1 })],
            1 => vec![json!({ "sku": SETS[0], "quantity": 1 })],
            _ => vec![json!({ "sku": SETS[1], "quantity": 1 }), json!({ "sku": "S001", "quantity": 1 })],
        };
        let key = &keys[usize::try_from(n * SHOPPERS + shopper)? % keys.len()];
        let asked = client.post(format!("{url}/api/v1/baskets")).bearer_auth(key);
        let began = Instant::now();
        let body = json!({ "channel": "web", "lines": lines });
        let answer = asked.header("Idempotency-Key", CommandId::mint().to_string()).json(&body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "a basket was answered {status}: {text}");
        times.push(began.elapsed());
    }
    Ok(times)
}

/// Postgres learns what its tables hold, as its autovacuum sees to in a server that runs for a minute.
async fn analyse(t: &TestDb) -> Result<()> {
    sqlx::query("analyze").execute(&t.root).await?;
    Ok(())
}

/// The peer: as many clients raise one of three counters.
async fn counter(t: &TestDb) -> Result<f64> {
    let table = std::fs::read_to_string(bench::script("hot_row.sql"))?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(table)).execute(&t.root).await?;
    tps(t, SHOPPERS, &["-f", &bench::script("hot_row.pgbench").to_string_lossy()])
}

async fn blow(storms: u64, steps: u64) -> Result<()> {
    let (began, mut taken, mut refused, mut shipped) = (Instant::now(), 0, 0, 0);
    for seed in 0..storms {
        let storm = Storm { seed, clients: CLIENTS, steps: steps / CLIENTS };
        let weather = storm.blow(Arc::new(TestDb::new().await)).await.map_err(|words| anyhow!("storm {seed}: {words}"))?;
        taken += weather.taken;
        refused += weather.refused.values().sum::<u64>();
        shipped += weather.shipped;
        if (seed + 1) % 10 == 0 {
            println!("{} storms of {storms}, {:.0} s", seed + 1, began.elapsed().as_secs_f64());
        }
    }
    println!(
        "{storms} storms of {steps} steps by {CLIENTS} at once: {taken} commands taken, {refused} refused, {shipped} units shipped; every one adds up"
    );
    Ok(())
}
