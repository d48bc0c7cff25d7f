//! `make bench`: what Tideway costs beside the least that could be written on the same Postgres, in one run, as ratios.
//!
//! Rates alone depend on the machine; a ratio says what authority, idempotency, audit, money and HTTP cost together. Whatever
//! fails while it is measured fails the run: a refusal is quick, and would look like speed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use domain::floor::{BindTote, ClaimTrip, PickUnits};
use domain::ids::{CommandId, OrderId};
use domain::orders::{NewLine, NewOrder, NewPayment, PlaceOrders};
use domain::people::Role;
use domain::waves::{Cart, Chosen, Method, PlanWave};
use journeys::bench::{self, CLIENTS, Figure, SECONDS, pgbench, rate, shop, table, tps};
use journeys::server::TestServer;
use rust_decimal::Decimal;
use serde_json::json;
use service::testkit::{TestDb, noon};
use sqlx::Connection;

/// What a first load may weigh, as brotli.
const BUDGET_KB: f64 = 330.0;

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> Result<()> {
    let mut figures = vec![orders_over_http().await?, picks().await?];
    figures.extend(first_loads(Path::new("target/site/pkg"))?);
    if let Some(data) = std::env::var_os("TIDEWAY_DATA").map(PathBuf::from) {
        figures.push(replay_rate(&data).await?);
    } else {
        println!("No replay rate: set TIDEWAY_DATA to the folder that holds online_retail/*.csv.gz to have it measured.");
    }
    table(&figures);
    bench::write(&figures)
}

/// Orders of three lines through the API: key, idempotency, promise, payment booked, release, allocation, audit, outbox.
async fn orders_over_http() -> Result<Figure> {
    let server = Arc::new(TestServer::new().await);
    shop(&server.t, 150).await;
    let keys = Arc::new(bench::keys(&server.t).await?);
    let began = Instant::now();
    let until = began + Duration::from_secs(SECONDS);
    let callers = (0..CLIENTS).map(|caller| {
        let (server, keys) = (server.clone(), keys.clone());
        tokio::spawn(async move { order_until(&server.url, &keys, caller, until).await })
    });
    let mut times = Vec::new();
    for caller in futures::future::join_all(callers).await {
        times.extend(caller??);
    }
    let ours = rate(u64::try_from(times.len())?, began.elapsed());
    let kept = server.t.count("sales_order").await;
    ensure!(usize::try_from(kept)? == times.len(), "{} answers, and {kept} orders kept", times.len());
    sqlx::raw_sql(sqlx::AssertSqlSafe(std::fs::read_to_string(bench::script("mini_order.sql"))?)).execute(&server.t.root).await?;
    let peer = tps(&server.t, CLIENTS, &["-f", &bench::script("mini_order.pgbench").to_string_lossy()])?;
    Ok(Figure::new("order placed over HTTP", (ours, peer), "pgbench mini-order", "a second").taking(times))
}

/// One shop's caller: order after order, each with the next key. What is not taken ends the run.
async fn order_until(url: &str, keys: &[String], caller: u64, until: Instant) -> Result<Vec<Duration>> {
    let (client, mut times, mut n) = (reqwest::Client::new(), Vec::new(), 0_u64);
    while Instant::now() < until {
        n += 1;
        let sku = |k: u64| format!("S{:03}", (caller * 7919 + n * 31 + k * 53) % 150);
        let lines: Vec<_> = (0..3).map(|k| json!({ "sku": sku(k), "quantity": 1, "unit_price": "12.00" })).collect();
        let body = json!({ "channel": "web", "external_id": format!("B{caller}-{n}"), "customer_name": "Ana", "email": "a@b.c",
            "address_line": "1 Quay", "city": "Leeds", "postcode": "LS1", "country": "GB", "currency": "GBP", "lines": lines,
            "payment": { "kind": "paid", "reference": "x" } });
        let key = &keys[usize::try_from(n * CLIENTS + caller)? % keys.len()];
        let asked = client.post(format!("{url}/api/v1/orders")).bearer_auth(key);
        let began = Instant::now();
        let answer = asked.header("Idempotency-Key", format!("{caller}-{n}")).json(&body).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "an order was answered {status}: {text}");
        times.push(began.elapsed());
    }
    Ok(times)
}

/// One scan that moves a unit into a tote: the service call behind the tablet, eight pickers at once.
async fn picks() -> Result<Figure> {
    /// Far more than ten seconds pick, so that no picker runs out.
    const UNITS_A_LINE: i32 = 4_000;
    let t = TestDb::new().await;
    let skus = shop(&t, 40).await;
    let site = t.db.sites(&t.system(), domain::people::Permission::StockView).await?[0].id;
    let lines = |n: usize| {
        (0..5)
            .map(|k| NewLine {
                sku: skus[(n * 5 + k) % skus.len()],
                quantity: UNITS_A_LINE,
                unit_price: Decimal::from(12),
                discount: Decimal::ZERO,
                kit: None,
            })
            .collect()
    };
    let orders = (0..8).map(|n| NewOrder {
        id: OrderId::mint(),
        channel: "web".into(),
        external_id: format!("P{n}"),
        customer_name: "Ana".into(),
        email: "a@b.c".into(),
        address_line: "1".into(),
        city: "Leeds".into(),
        postcode: "LS1".into(),
        country: "GB".into(),
        currency: "GBP".into(),
        shipping_amount: Decimal::ZERO,
        service: None,
        ship_complete: false,
        lines: lines(n),
        payment: NewPayment::Paid { reference: "x".into() },
        basket: None,
        owner: String::new(),
        placed_at: None,
    });
    t.run(&PlaceOrders { orders: orders.collect() }).await;
    let wave = t
        .run(&PlanWave {
            site,
            orders: Chosen::Most(8),
            method: Method::Single,
            cart: Cart::totes(1),
            pickers: 1,
            rounds: domain::waves::Rounds::default(),
            release: true,
        })
        .await;
    let (done, began) = (AtomicU64::new(0), Instant::now());
    let until = began + Duration::from_secs(SECONDS);
    let walks = wave.trips.iter().enumerate().map(|(n, trip)| {
        let (t, done) = (&t, &done);
        async move {
            let picker = t.person(Role::Picker, None);
            let tote = format!("LDS-T{:03}", n + 1);
            t.try_run(&picker, &ClaimTrip { trip: *trip }).await?;
            t.try_run(&picker, &BindTote { trip: *trip, slot: 1, code: tote.clone() }).await?;
            let sheet = t.db.trip_sheet(&picker, *trip).await?;
            let mut times = Vec::new();
            'walk: for task in &sheet.tasks {
                for _ in 0..task.quantity {
                    if Instant::now() >= until {
                        break 'walk;
                    }
                    let pick = PickUnits {
                        task: task.task,
                        bin_code: task.bin_code.clone(),
                        item_code: task.sku_code.clone(),
                        tote_code: tote.clone(),
                        quantity: 1,
                        marks: domain::lots::Marks::default(),
                    };
                    let scanned = Instant::now();
                    t.db.run(&picker, CommandId::mint(), noon(), &pick).await?;
                    times.push(scanned.elapsed());
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
            ensure!(Instant::now() >= until, "trip {n} was picked empty before the time was up");
            Ok(times)
        }
    });
    let mut times = Vec::new();
    for walked in futures::future::join_all(walks).await {
        times.extend(walked?);
    }
    let ours = rate(done.load(Ordering::Relaxed), began.elapsed());
    pgbench(&t, &["-i", "-q", "-s", "10"])?;
    let peer = tps(&t, CLIENTS, &["-N"])?;
    Ok(Figure::new("pick scan", (ours, peer), "pgbench simple-update", "a second").taking(times))
}

/// What a browser loads before a screen works: stylesheet, scripts, the app's ground, and the parts of the screen's group. For where
/// people land, and for the heaviest group. Compressed as they are served.
fn first_loads(pkg: &Path) -> Result<Vec<Figure>> {
    let Ok(files) = std::fs::read_dir(pkg) else {
        println!("No first load: {} is not there (`make site` builds it).", pkg.display());
        return Ok(Vec::new());
    };
    let mut sizes = BTreeMap::new();
    for file in files {
        let file = file?;
        if let Some(name) = file.file_name().to_string_lossy().strip_suffix(".br") {
            sizes.insert(name.to_owned(), file.metadata()?.len());
        }
    }
    let manifest =
        sizes.keys().find(|name| name.starts_with("__wasm_split_manifest.")).context("the site has a manifest of parts")?;
    let groups: BTreeMap<String, Vec<String>> = serde_json::from_slice(&std::fs::read(pkg.join(manifest))?)?;
    let ground = |name: &&String| name.starts_with("tideway.") || name.starts_with("__wasm_split.");
    let ground: u64 = sizes.keys().filter(ground).map(|name| sizes[name]).sum();
    let part = |name: &String| sizes.get(&format!("{name}.wasm")).copied().with_context(|| format!("{name} is not in the site"));
    let name =
        |group: &str| group.split("_screens").next().and_then(|group| group.split("_home").next()).unwrap_or(group).to_owned();
    let mut landings = vec![("sign-in".to_owned(), ground)];
    let mut heaviest = ("-".to_owned(), 0);
    for (group, parts) in &groups {
        let whole = parts.iter().map(part).sum::<Result<u64>>()? + ground;
        if group.contains("_home") {
            landings.push((name(group), whole));
        }
        if whole > heaviest.1 {
            heaviest = (name(group), whole);
        }
    }
    landings.push((format!("{}, the most", heaviest.0), heaviest.1));
    #[expect(clippy::cast_precision_loss, reason = "kilobytes for people")]
    let figure = |name: String, bytes: u64| Figure::new(name, (bytes as f64 / 1_000.0, BUDGET_KB), "its budget", "kB brotli");
    Ok(landings.into_iter().map(|(name, bytes)| figure(format!("first load, {name}"), bytes)).collect())
}

/// Rows of real history a second, everything included, beside the same rows copied into a bare table.
async fn replay_rate(data: &Path) -> Result<Figure> {
    let file = std::fs::read_dir(data.join("online_retail"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().ends_with(".csv.gz"))
        .with_context(|| format!("{} holds no online_retail/*.csv.gz", data.display()))?;
    let bytes = std::fs::read(&file)?;
    let t = TestDb::new().await;
    let began = Instant::now();
    let done = t.db.replay(&service::replay::org_for(&bytes, "bench"), &bytes, |_, _| {}).await?;
    let ours = rate(u64::try_from(done.rows)?, began.elapsed());
    let plain = Command::new("gzip").arg("-dc").arg(&file).output().context("gzip unpacks the file for the peer")?;
    ensure!(plain.status.success(), "gzip failed: {}", String::from_utf8_lossy(&plain.stderr));
    let (copied, took) = copy(&t, &String::from_utf8_lossy(&plain.stdout)).await?;
    Ok(Figure::new("replay of real history", (ours, rate(copied, took)), "COPY of the same rows", "rows a second"))
}

/// The least one can do with a file of rows: a table of texts, one COPY.
async fn copy(t: &TestDb, text: &str) -> Result<(u64, Duration)> {
    let columns = text.lines().next().context("the file has a first line")?.split(',').count();
    let columns: Vec<String> = (0..columns).map(|n| format!("c{n} text")).collect();
    let mut conn = sqlx::PgConnection::connect_with(&t.options).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create table bench_rows ({})", columns.join(", ")))).execute(&mut conn).await?;
    let began = Instant::now();
    let mut into = conn.copy_in_raw("copy bench_rows from stdin (format csv, header true)").await?;
    into.send(text.as_bytes()).await?;
    Ok((into.finish().await?, began.elapsed()))
}
