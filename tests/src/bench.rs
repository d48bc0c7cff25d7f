//! What benches share: a figure beside its peer's, pgbench on the same Postgres, a shop to measure in.
//!
//! Rates alone depend on the machine; a ratio says what authority, idempotency, audit, money and HTTP cost together.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use domain::ids::{ChannelId, SkuId};
use domain::orders::OpenChannel;
use serde::Serialize;
use service::testkit::{TestDb, noon};

/// Callers at once, on both sides of a ratio, where it says nothing else.
pub const CLIENTS: u64 = 8;
pub const SECONDS: u64 = 10;
/// One key has 200 calls at once and 50 a second: so many together are never the limit.
const KEYS: usize = 200;

/// What we do beside what somebody else does, in one run.
#[derive(Debug, Serialize)]
pub struct Figure {
    pub name: String,
    pub ours: f64,
    pub peer: f64,
    pub peer_is: &'static str,
    pub unit: &'static str,
    /// How long one took, for half of them and for all but one in a hundred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
}

impl Figure {
    pub fn new(name: impl Into<String>, (ours, peer): (f64, f64), peer_is: &'static str, unit: &'static str) -> Self {
        Self { name: name.into(), ours, peer, peer_is, unit, p50_ms: None, p99_ms: None }
    }

    #[must_use]
    pub fn taking(mut self, mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at =
            |percent: usize| times.get(times.len().saturating_sub(1) * percent / 100).map(|time| time.as_secs_f64() * 1_000.0);
        (self.p50_ms, self.p99_ms) = (at(50), at(99));
        self
    }
}

pub fn table(figures: &[Figure]) {
    println!("\n{:<34} {:>12} {:>12} {:>8} {:>8} {:>8}  beside", "", "Tideway", "peer", "ratio", "p50 ms", "p99 ms");
    let time = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), |time| format!("{time:.1}"));
    for figure in figures {
        println!(
            "{:<34} {:>12.1} {:>12.1} {:>8.2} {:>8} {:>8}  {} ({})",
            figure.name,
            figure.ours,
            figure.peer,
            figure.ours / figure.peer,
            time(figure.p50_ms),
            time(figure.p99_ms),
            figure.peer_is,
            figure.unit
        );
    }
}

/// Where `--json FILE` asks for them, for machines.
pub fn write(figures: &[Figure]) -> Result<()> {
    let Some(path) = std::env::args().skip_while(|arg| arg != "--json").nth(1).map(PathBuf::from) else { return Ok(()) };
    std::fs::write(&path, serde_json::to_vec_pretty(figures)?).with_context(|| format!("{} cannot be written", path.display()))
}

/// Runs pgbench against the test's own database; answers what it says.
pub fn pgbench(t: &TestDb, args: &[&str]) -> Result<String> {
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
    ensure!(ended.status.success(), "pgbench {args:?} failed: {}", String::from_utf8_lossy(&ended.stderr));
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}

/// Transactions a second, so many clients at once for [`SECONDS`].
pub fn tps(t: &TestDb, clients: u64, args: &[&str]) -> Result<f64> {
    let (clients, seconds) = (clients.to_string(), SECONDS.to_string());
    let said = pgbench(t, &[&["-n", "-c", &clients, "-j", "2", "-T", &seconds], args].concat())?;
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    tps.with_context(|| format!("pgbench said {said}"))
}

/// The script `name` of tests/bench.
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bench").join(name)
}

/// What happened, by the time that went by.
#[expect(clippy::cast_precision_loss, reason = "a rate for people")]
pub fn rate(done: u64, took: Duration) -> f64 {
    done as f64 / took.as_secs_f64()
}

pub async fn shop(t: &TestDb, skus: u32) -> Vec<SkuId> {
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

/// Keys of the API, so many that together they are never the limit.
pub async fn keys(t: &TestDb) -> Result<Vec<String>> {
    let mut keys = Vec::new();
    for n in 0..KEYS {
        keys.push(t.db.issue_key(&t.system(), noon(), &format!("bench {n}"), &service::directory::SCOPES).await?.1);
    }
    Ok(keys)
}
