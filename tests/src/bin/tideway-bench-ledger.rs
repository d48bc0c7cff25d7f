//! `make bench-ledger`: what a long ledger costs. Ten million movements are laid down past the service, and the same questions and
//! commands are timed before and after, so that each figure has its ratio in the same run.
//!
//! It fails when a balance is not what its movements say, never by time. `--movements N` for a shorter one, `--json FILE` for machines.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use domain::catalog::{AddSkus, NewSku};
use domain::ids::{BinId, SiteId, SkuId};
use domain::sites::OpenSite;
use domain::sites::spec::LayoutSpec;
use domain::stock::explore::{Clock, Dimension, Explore, ExploreMoves, Moment, Only};
use domain::stock::{ReceiveGoods, ReceiveLine};
use rust_decimal::Decimal;
use serde::Serialize;
use service::testkit::TestDb;
use sqlx::{AssertSqlSafe, PgConnection};

/// Movements laid down, unless asked otherwise.
const MOVEMENTS: usize = 10_000_000;
const SKUS: usize = 20_000;
/// Movements of one round of a SKU.
const ROUND: usize = 5;
/// Lines of one receipt, and receipts of one measurement.
const LINES: usize = 200;
const RECEIPTS: usize = 40;
/// Measurements, of which the middle one counts: the disk's own moods are a quarter either way.
const RUNS: usize = 7;
/// SKUs and pages looked at.
const LOOKS: usize = 200;

#[derive(Debug, Serialize)]
struct Figure {
    name: &'static str,
    empty: Option<f64>,
    full: f64,
    unit: &'static str,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().collect();
    let value = |flag: &str| asked.iter().position(|given| given == flag).and_then(|at| asked.get(at + 1));
    let json = value("--json").map(PathBuf::from);
    let movements = value("--movements").map_or(Ok(MOVEMENTS), |given| given.parse())?;
    let cycles = (movements / SKUS / ROUND).max(1);
    let t = TestDb::new().await;
    let house = House::open(&t).await?;
    let mut conn = t.root.acquire().await?;
    println!("{SKUS} SKUs, {} bins; laying down {} movements", house.bins.len(), cycles * SKUS * ROUND);

    house.receive(0).await;
    // As autovacuum keeps them within a minute.
    sqlx::raw_sql("analyze").execute(&t.root).await?;
    let empty = (house.received(1).await, house.looks().await?);
    let began = Instant::now();
    house.lay_down(&mut conn, cycles).await?;
    println!("laid down in {:.0} s", began.elapsed().as_secs_f64());
    house.receive(RUNS + 1).await;
    let full = (house.received(RUNS + 2).await, house.looks().await?);
    let (rebuilt, took) = rebuild(&mut conn).await?;
    let (snapshots, snapping) = house.snapshots(&mut conn).await?;
    let past = house.past(&mut conn).await?;
    let sized: i64 = one(&mut conn, "select pg_total_relation_size('stock_snapshot_line')").await?;
    let bytes: i64 = one(&mut conn, "select pg_total_relation_size('movement')").await?;
    let heap: i64 = one(&mut conn, "select pg_table_size('movement')").await?;

    let figures = [
        Figure { name: "movements received", empty: Some(empty.0), full: full.0, unit: "a second" },
        Figure { name: "inventory, a page (p95)", empty: Some(empty.1.inventory), full: full.1.inventory, unit: "ms" },
        Figure { name: "inventory, by state (p95)", empty: Some(empty.1.by_state), full: full.1.by_state, unit: "ms" },
        Figure { name: "SKU page (p95)", empty: Some(empty.1.sku), full: full.1.sku, unit: "ms" },
        Figure { name: "explorer, grouped (p95)", empty: Some(empty.1.grouped), full: full.1.grouped, unit: "ms" },
        Figure { name: "explorer, balances (p95)", empty: Some(empty.1.balances), full: full.1.balances, unit: "ms" },
        Figure { name: "explorer, movements (p95)", empty: Some(empty.1.moves), full: full.1.moves, unit: "ms" },
        Figure { name: "as of, whole site (p95)", empty: None, full: past.site, unit: "ms" },
        Figure { name: "as of, whole site, worst", empty: None, full: past.worst, unit: "ms" },
        Figure { name: "as of, one SKU (p95)", empty: None, full: past.sku, unit: "ms" },
        Figure { name: "snapshots taken", empty: None, full: count(snapshots), unit: "" },
        Figure {
            name: "a snapshot takes",
            empty: None,
            full: snapping.as_secs_f64() * 1_000.0 / count(snapshots.max(1)),
            unit: "ms",
        },
        Figure { name: "snapshots, a movement", empty: None, full: count(sized) / count(rebuilt), unit: "bytes" },
        Figure {
            name: "balances rebuilt, from movements",
            empty: None,
            full: count(rebuilt) / took.as_secs_f64(),
            unit: "a second",
        },
        Figure { name: "a movement, with its indexes", empty: None, full: count(bytes) / count(rebuilt), unit: "bytes" },
        Figure { name: "a movement, its row alone", empty: None, full: count(heap) / count(rebuilt), unit: "bytes" },
    ];
    table(&figures);
    if let Some(path) = json {
        std::fs::write(&path, serde_json::to_vec_pretty(&figures)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

fn table(figures: &[Figure]) {
    println!("\n{:<34} {:>12} {:>12} {:>8}", "", "empty", "full", "ratio");
    for figure in figures {
        let empty = figure.empty.map_or_else(|| "-".to_owned(), |empty| format!("{empty:.1}"));
        let ratio = figure.empty.map_or_else(|| "-".to_owned(), |empty| format!("{:.2}", figure.full / empty));
        println!("{:<34} {empty:>12} {:>12.1} {ratio:>8}  {}", figure.name, figure.full, figure.unit);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn count(n: i64) -> f64 {
    n as f64
}

/// A large site, and all it sells.
struct House<'a> {
    t: &'a TestDb,
    site: SiteId,
    skus: Vec<SkuId>,
    bins: Vec<BinId>,
}

/// What looking takes, in milliseconds, for all but one in twenty.
struct Looks {
    inventory: f64,
    by_state: f64,
    sku: f64,
    grouped: f64,
    balances: f64,
    moves: f64,
}

/// What looking at the past takes.
struct Past {
    site: f64,
    worst: f64,
    sku: f64,
}

impl<'a> House<'a> {
    async fn open(t: &'a TestDb) -> Result<Self> {
        let spec = LayoutSpec { aisles: 50, cross_aisles: 3, length_mm: 100_000, bins_per_side: 100, ..LayoutSpec::small() };
        let site = OpenSite {
            id: SiteId::mint(),
            code: "LDS".into(),
            name: "Leeds".into(),
            country: "GB".into(),
            timezone: "Europe/London".into(),
            rank: 0,
            layout: spec.layout()?,
            bins: spec.bins()?,
            totes: 40,
        };
        let site = t.run(&site).await;
        let sku = |n: usize| NewSku {
            id: SkuId::mint(),
            code: format!("S{n:05}"),
            name: format!("Thing {n}"),
            variant: String::new(),
            category: "general".into(),
            length_mm: 100,
            width_mm: 80,
            height_mm: 50,
            weight_g: 250,
            price: Decimal::from(12),
            tax_rate: Decimal::new(2, 1),
            standard_cost: Decimal::from(4),
            barcodes: vec![(format!("EAN{n:05}"), 1)],
        };
        let mut skus = Vec::new();
        for hundred in 0..SKUS / 1_000 {
            let new: Vec<NewSku> = (hundred * 1_000..(hundred + 1) * 1_000).map(sku).collect();
            skus.extend(new.iter().map(|sku| sku.id));
            t.run(&AddSkus { skus: new }).await;
        }
        let bins: Vec<BinId> = t.db.pick_bins(&t.system(), site).await?.into_iter().map(|(bin, ..)| bin).collect();
        ensure!(!bins.is_empty(), "the site has no bins");
        Ok(Self { t, site, skus, bins })
    }

    /// Receipts through the service; answers movements a second.
    async fn receive(&self, run: usize) -> f64 {
        let began = Instant::now();
        for receipt in 0..RECEIPTS {
            let line = |n: usize| {
                let n = (run * 7_919 + receipt * LINES + n) * 31 % self.skus.len();
                ReceiveLine {
                    sku: self.skus[n],
                    bin: self.bins[n % self.bins.len()],
                    quantity: 1,
                    unit_cost: None,
                    marks: domain::lots::Marks::default(),
                }
            };
            let lines = (0..LINES).map(line).collect();
            let reference = format!("PO-{run}-{receipt}");
            self.t.run(&ReceiveGoods { site: self.site, supplier: "Bench".into(), reference, opening: true, lines }).await;
        }
        count(i64::try_from(RECEIPTS * LINES).unwrap_or(i64::MAX)) / began.elapsed().as_secs_f64()
    }

    /// The middle of several measurements, the first of them numbered so.
    async fn received(&self, first: usize) -> f64 {
        let mut rates = Vec::new();
        for run in first..first + RUNS {
            rates.push(self.receive(run).await);
        }
        rates.sort_unstable_by(f64::total_cmp);
        rates[RUNS / 2]
    }

    async fn lay_down(&self, conn: &mut PgConnection, cycles: usize) -> Result<()> {
        let bin_of = async |kind: &str| -> Result<uuid::Uuid> {
            let found = format!("select id from bin where site_id = '{}' and kind = '{kind}' order by code limit 1", self.site);
            Ok(sqlx::query_scalar(AssertSqlSafe(found)).fetch_one(&self.t.root).await?)
        };
        let (dock, world) = (bin_of("dock").await?, bin_of("supplier").await?);
        // Where the receipts above put them: a balance of the same key would be one row, so they start from nothing.
        for statement in [
            "create function stamp(at timestamptz) returns uuid language sql volatile as $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
               || '7' || substr(md5(random()::text), 1, 19))::uuid $$".to_owned(),
            "truncate balance, movement cascade".to_owned(),
            "create table bench_sku (n int primary key, id uuid)".to_owned(),
            "create table bench_place (n int primary key, bin uuid)".to_owned(),
        ] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut *conn).await?;
        }
        let numbers: Vec<i32> = (0..i32::try_from(self.skus.len())?).collect();
        let skus: Vec<uuid::Uuid> = self.skus.iter().map(|sku| sku.0).collect();
        let bins: Vec<uuid::Uuid> = (0..self.skus.len()).map(|n| self.bins[n % self.bins.len()].0).collect();
        for (table, ids) in [("bench_sku", skus), ("bench_place", bins)] {
            let insert = format!("insert into {table} select * from unnest($1::int[], $2::uuid[])");
            sqlx::query(AssertSqlSafe(insert)).bind(&numbers).bind(ids).execute(&mut *conn).await?;
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/ledger.sql");
        let mut sql = std::fs::read_to_string(file)?;
        for (name, given) in [
            ("$org", self.t.org.to_string()),
            ("$site", self.site.to_string()),
            ("$dock", dock.to_string()),
            ("$world", world.to_string()),
            ("$skus", self.skus.len().to_string()),
            ("$cycles", cycles.to_string()),
        ] {
            sql = sql.replace(name, &given);
        }
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *conn).await?;
        for statement in ["reset session_replication_role", "vacuum analyze", "checkpoint"] {
            sqlx::raw_sql(statement).execute(&mut *conn).await?;
        }
        Ok(())
    }

    async fn looks(&self) -> Result<Looks> {
        let (db, caller) = (&self.t.db, self.t.system());
        let (mut inventory, mut by_state, mut sku) = (Vec::new(), Vec::new(), Vec::new());
        let (mut grouped, mut balances, mut moves) = (Vec::new(), Vec::new(), Vec::new());
        let now = self.now().await?;
        let sides = [Dimension::Sku, Dimension::Bin, Dimension::Zone, Dimension::State, Dimension::Category, Dimension::Site];
        for look in 0..LOOKS {
            let page = i64::try_from(look)?;
            let began = Instant::now();
            db.inventory(&caller, "", "", page).await?;
            inventory.push(began.elapsed());
            let began = Instant::now();
            db.inventory(&caller, "", ["sellable", "quarantined", "allocated", "short"][look % 4], 0).await?;
            by_state.push(began.elapsed());
            let began = Instant::now();
            db.sku_stock(&caller, self.skus[look * 97 % self.skus.len()], now).await?;
            sku.push(began.elapsed());
            let (by, then) = (sides[look % sides.len()], sides[(look + 1 + look / sides.len() % 4) % sides.len()]);
            let asked = Explore { by: Some(by), then: (by != then).then_some(then), page: 1, ..Explore::default() };
            let began = Instant::now();
            db.explore(&caller, &asked, now).await?;
            grouped.push(began.elapsed());
            let only = Only { search: format!("S{:04}", look * 7 % 2_000), ..Only::default() };
            let began = Instant::now();
            db.explore(&caller, &Explore { only, page: 1, ..Explore::default() }, now).await?;
            balances.push(began.elapsed());
            let asked = ExploreMoves {
                only: Only { sku: Some(self.skus[look * 89 % self.skus.len()]), ..Only::default() },
                by: (look % 2 == 0).then_some(Dimension::Reason),
                then: None,
                reason: String::new(),
                clock: Clock::Recorded,
                from: None,
                until: None,
                page: 1,
            };
            let began = Instant::now();
            db.explore_moves(&caller, &asked, now).await?;
            moves.push(began.elapsed());
        }
        Ok(Looks {
            inventory: p95(inventory),
            by_state: p95(by_state),
            sku: p95(sku),
            grouped: p95(grouped),
            balances: p95(balances),
            moves: p95(moves),
        })
    }
}

impl House<'_> {
    async fn now(&self) -> Result<DateTime<Utc>> {
        Ok(sqlx::query_scalar("select clock_timestamp()").fetch_one(&self.t.root).await?)
    }

    /// The snapshots that would have been taken while the site traded. Answers (how many, time).
    async fn snapshots(&self, conn: &mut PgConnection) -> Result<(i64, Duration)> {
        let moments: Vec<DateTime<Utc>> = sqlx::query_scalar(AssertSqlSafe(format!(
            "select at from (select recorded_at as at, row_number() over (order by recorded_at) as n from movement) m where n % {} = 0",
            service::stock::SNAPSHOT_EVERY
        )))
        .fetch_all(conn)
        .await?;
        let (began, mut taken) = (Instant::now(), 0);
        for moment in moments {
            taken += i64::from(self.t.db.take_snapshot(self.t.org, moment).await?);
        }
        let took = began.elapsed();
        sqlx::raw_sql("vacuum analyze stock_snapshot_line").execute(&self.t.root).await?;
        Ok((taken, took))
    }

    /// The whole site and one SKU at moments all over the past, by both clocks.
    async fn past(&self, conn: &mut PgConnection) -> Result<Past> {
        let (first, last): (DateTime<Utc>, DateTime<Utc>) =
            sqlx::query_as("select min(recorded_at), max(recorded_at) from movement").fetch_one(conn).await?;
        let (db, caller, now) = (&self.t.db, self.t.system(), self.now().await?);
        let (mut site, mut sku) = (Vec::new(), Vec::new());
        for look in 0..i32::try_from(LOOKS)? {
            let at = first + (last - first) / i32::try_from(LOOKS)? * look + TimeDelta::seconds(i64::from(look));
            let clock = if look % 2 == 0 { Clock::Recorded } else { Clock::Occurred };
            let moment = Some(Moment { at: at.min(now), clock });
            let asked =
                Explore { by: Some(Dimension::Zone), then: Some(Dimension::State), moment, page: 1, ..Explore::default() };
            let began = Instant::now();
            db.explore(&caller, &asked, now).await?;
            site.push(began.elapsed());
            let only = Only { sku: Some(self.skus[usize::try_from(look)? * 89 % self.skus.len()]), ..Only::default() };
            let began = Instant::now();
            db.explore(&caller, &Explore { only, moment, page: 1, ..Explore::default() }, now).await?;
            sku.push(began.elapsed());
        }
        let worst = site.iter().max().map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0);
        Ok(Past { site: p95(site), worst, sku: p95(sku) })
    }
}

fn p95(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() * 95 / 100).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
}

async fn one(conn: &mut PgConnection, query: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(query).fetch_one(conn).await?)
}

/// All balances derived anew from the movements, into a table; then compared with what is stored. Answers (movements, time).
async fn rebuild(conn: &mut PgConnection) -> Result<(i64, Duration)> {
    let movements = one(conn, "select count(*) from movement").await?;
    sqlx::raw_sql("set work_mem = '256MB'").execute(&mut *conn).await?;
    let began = Instant::now();
    sqlx::raw_sql(
        "create unlogged table rebuilt as
         select org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state, sum(quantity)::int as on_hand from (
           select org_id, to_site as site_id, to_bin as bin_id, to_lpn as lpn_id, sku_id, owner_id, lot_id, serial_id, to_state as state, quantity
           from movement where to_state <> 'outside'
           union all
           select org_id, from_site, from_bin, from_lpn, sku_id, owner_id, lot_id, serial_id, from_state, -quantity
           from movement where from_state <> 'outside') m
         group by org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state having sum(quantity) <> 0",
    )
    .execute(&mut *conn)
    .await?;
    let took = began.elapsed();
    let apart = one(
        conn,
        "select count(*) from rebuilt r full join (select * from balance where on_hand <> 0) b
           using (org_id, site_id, bin_id, lpn_id, sku_id, owner_id, lot_id, serial_id, state)
         where r.on_hand is distinct from b.on_hand",
    )
    .await?;
    ensure!(apart == 0, "{apart} balances are not what their movements say");
    Ok((movements, took))
}
