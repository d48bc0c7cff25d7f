//! `make bench`: what Tideway costs beside the least that could be written on the same Postgres, in one run, as ratios.
//!
//! Rates alone depend on the machine; a ratio says what authority, idempotency, audit, money and HTTP cost together.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use domain::floor::{BindTote, ClaimTrip, PickUnits};
use domain::ids::{ChannelId, CommandId, OrderId, SkuId};
use domain::orders::{NewLine, NewOrder, NewPayment, OpenChannel, PlaceOrders};
use domain::people::Role;
use domain::waves::{Chosen, Method, PlanWave};
use journeys::server::TestServer;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;
use service::testkit::{TestDb, noon};

/// Callers at once, on both sides of every ratio.
const CLIENTS: u64 = 8;
const SECONDS: u64 = 10;

#[derive(Debug, Serialize)]
struct Figure {
    name: &'static str,
    ours: f64,
    peer: f64,
    peer_is: &'static str,
    unit: &'static str,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn main() -> Result<()> {
    let json = std::env::args().skip_while(|arg| arg != "--json").nth(1).map(PathBuf::from);
    let mut figures = vec![orders_over_http().await?, picks().await?];
    figures.extend(wasm_size());
    if let Some(replay) = replay_rate().await? {
        figures.push(replay);
    } else {
        println!("TIDEWAY_DATA is not set: no replay rate (it wants online_retail/*.csv.gz there).");
    }
    println!("\n{:<34} {:>12} {:>12} {:>8}  beside", "", "Tideway", "peer", "ratio");
    for figure in &figures {
        println!(
            "{:<34} {:>12.1} {:>12.1} {:>8.2}  {} ({})",
            figure.name,
            figure.ours,
            figure.peer,
            figure.ours / figure.peer,
            figure.peer_is,
            figure.unit
        );
    }
    if let Some(path) = json {
        std::fs::write(&path, serde_json::to_vec_pretty(&figures)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// pgbench against the test's own database; transactions a second.
fn pgbench(t: &TestDb, args: &[&str]) -> Result<f64> {
    let server = std::env::var("TIDEWAY_TEST_URL").context("run me through tools/with-postgres")?;
    let (host, database) = (
        server.split("host=").nth(1).unwrap_or("localhost").to_owned(),
        t.options.get_database().unwrap_or("postgres").to_owned(),
    );
    let found = std::env::var_os("PATH")
        .iter()
        .flat_map(std::env::split_paths)
        .map(|dir| dir.join("pgbench"))
        .find(|path| path.is_file());
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin/pgbench"))
        .find(|path| path.is_file());
    let Some(tool) = found.or(debian) else { bail!("pgbench is not here: it comes with Postgres") };
    let ended = Command::new(tool).args(["-h", &host, "-U", "postgres"]).args(args).arg(&database).output()?;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    tps.with_context(|| format!("pgbench said {said} {}", String::from_utf8_lossy(&ended.stderr)))
}

async fn shop(t: &TestDb, skus: u32) -> Vec<SkuId> {
    let site = t.site("LDS").await;
    t.run(&OpenChannel { id: ChannelId::mint(), code: "web".into(), name: "Web".into(), promise_hours: 24 }).await;
    let mut ids = Vec::new();
    for n in 0..skus {
        let sku = t.sku(&format!("S{n:03}")).await;
        let bin =
            format!("A{:02}-{:02}{}-{}", n % 4 + 1, n / 4 % 10 + 1, if n / 40 % 2 == 0 { "L" } else { "R" }, n / 80 % 2 + 1);
        t.receive(site, sku, &bin, 500_000).await;
        ids.push(sku);
    }
    ids
}

/// Orders of three lines through the API: key, idempotency, promise, payment booked, release, allocation, audit, outbox.
async fn orders_over_http() -> Result<Figure> {
    let server = Arc::new(TestServer::new().await);
    shop(&server.t, 150).await;
    let key = server.t.db.issue_key(&server.t.system(), noon(), "bench", &service::directory::SCOPES).await?.1;
    // The bucket of one key is not what is measured.
    sqlx::query("update rate_limit set tokens = 1e9").execute(&server.t.root).await?;
    let (done, until) = (Arc::new(AtomicU64::new(0)), Instant::now() + Duration::from_secs(SECONDS));
    let callers = (0..CLIENTS).map(|caller| {
        let (server, key, done) = (server.clone(), key.clone(), done.clone());
        tokio::spawn(async move {
            let client = reqwest::Client::new();
            let mut n = 0_u64;
            while Instant::now() < until {
                n += 1;
                let sku = |k: u64| format!("S{:03}", (caller * 7919 + n * 31 + k * 53) % 150);
                let lines: Vec<_> = (0..3).map(|k| json!({ "sku": sku(k), "quantity": 1, "unit_price": "12.00" })).collect();
                let body = json!({ "channel": "web", "external_id": format!("B{caller}-{n}"), "customer_name": "Ana", "email": "a@b.c",
                    "address_line": "1 Quay", "city": "Leeds", "postcode": "LS1", "country": "GB", "currency": "GBP", "lines": lines,
                    "payment": { "kind": "paid", "reference": "x" } });
                let asked = client.post(format!("{}/api/v1/orders", server.url)).bearer_auth(&key).header("Idempotency-Key", format!("{caller}-{n}")).json(&body);
                match asked.send().await {
                    Ok(answer) if answer.status().is_success() => { done.fetch_add(1, Ordering::Relaxed); }
                    // The key's bucket is empty: as a shop would, wait.
                    _ => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        })
    });
    futures::future::join_all(callers).await;
    let ours = rate(done.load(Ordering::Relaxed));
    let mini = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench");
    sqlx::raw_sql(sqlx::AssertSqlSafe(std::fs::read_to_string(mini.join("mini_order.sql"))?)).execute(&server.t.root).await?;
    let script = mini.join("mini_order.pgbench");
    let peer = pgbench(&server.t, &["-n", "-c", "8", "-j", "2", "-T", "10", "-f", &script.to_string_lossy()])?;
    Ok(Figure { name: "order placed over HTTP", ours, peer, peer_is: "pgbench mini-order", unit: "a second" })
}

#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
fn rate(done: u64) -> f64 {
    done as f64 / SECONDS as f64
}

/// One scan that moves a unit into a tote: the service call behind the tablet, eight pickers at once.
async fn picks() -> Result<Figure> {
    let t = TestDb::new().await;
    let skus = shop(&t, 40).await;
    let site = t.db.sites(&t.system(), domain::people::Permission::StockView).await?[0].id;
    let lines = |n: usize| {
        (0..5)
            .map(|k| NewLine {
                sku: skus[(n * 5 + k) % skus.len()],
                quantity: 400,
                unit_price: Decimal::from(12),
                discount: Decimal::ZERO,
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
        ship_complete: false,
        lines: lines(n),
        payment: NewPayment::Paid { reference: "x".into() },
        placed_at: None,
    });
    t.run(&PlaceOrders { orders: orders.collect() }).await;
    let wave = t.run(&PlanWave { site, orders: Chosen::Most(8), method: Method::Single, slots: 1, release: true }).await;
    let (done, until) = (AtomicU64::new(0), Instant::now() + Duration::from_secs(SECONDS));
    let walks = wave.trips.iter().enumerate().map(|(n, trip)| {
        let (t, done) = (&t, &done);
        async move {
            let picker = t.person(Role::Picker, None);
            let tote = format!("LDS-T{:03}", n + 1);
            t.try_run(&picker, &ClaimTrip { trip: *trip }).await?;
            t.try_run(&picker, &BindTote { trip: *trip, slot: 1, code: tote.clone() }).await?;
            let sheet = t.db.trip_sheet(&picker, *trip).await?;
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
                    };
                    t.db.run(&picker, CommandId::mint(), noon(), &pick).await?;
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }
            anyhow::Ok(())
        }
    });
    for walked in futures::future::join_all(walks).await {
        walked?;
    }
    let ours = rate(done.load(Ordering::Relaxed));
    pgbench(&t, &["-i", "-q", "-s", "10", "-t", "1"]).ok();
    let peer = pgbench(&t, &["-n", "-N", "-c", "8", "-j", "2", "-T", "10"])?;
    Ok(Figure { name: "pick scan", ours, peer, peer_is: "pgbench simple-update", unit: "a second" })
}

/// First load, as a browser gets it.
fn wasm_size() -> Option<Figure> {
    let pkg = Path::new("target/site/pkg");
    let files = std::fs::read_dir(pkg).ok()?;
    let size = files
        .flatten()
        .filter(|file| file.file_name().to_string_lossy().ends_with(".wasm.br"))
        .map(|file| file.metadata().map_or(0, |m| m.len()))
        .max();
    #[expect(clippy::cast_precision_loss, reason = "kilobytes for people")]
    size.map(|bytes| Figure {
        name: "wasm, first load",
        ours: bytes as f64 / 1000.0,
        peer: 330.0,
        peer_is: "its budget",
        unit: "kB brotli",
    })
}

/// Rows of real history a second, everything included.
async fn replay_rate() -> Result<Option<Figure>> {
    let Some(data) = std::env::var_os("TIDEWAY_DATA").map(PathBuf::from) else { return Ok(None) };
    let Some(file) = std::fs::read_dir(data.join("online_retail"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().ends_with(".csv.gz"))
    else {
        return Ok(None);
    };
    let bytes = std::fs::read(file)?;
    let t = TestDb::new().await;
    let began = Instant::now();
    let done = t.db.replay(&service::replay::org_for(&bytes, "bench"), &bytes, |_, _| {}).await?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let ours = done.rows as f64 / began.elapsed().as_secs_f64();
    Ok(Some(Figure { name: "replay of real history", ours, peer: 2_000.0, peer_is: "a target of ours", unit: "rows a second" }))
}
