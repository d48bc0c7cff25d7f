//! `tideway replay FILE`: a retailer's history lived through again, timed, and checked at the end.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use service::Db;
use service::replay::{ROWS_TO_JUDGE, Replayed, SETTLING_DAYS, org_for};
use service::verify::Check;

use crate::config::DatabaseArgs;
use crate::database::Database;
use crate::demo::bar;
use crate::import::print_outcomes;

/// UCI Online Retail history: receipts, orders, waves, shipments, returns and refunds, in an org of its own.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// .csv or .csv.gz
    pub file: PathBuf,
    /// The new org's short name.
    #[arg(long, default_value = "replay")]
    pub org: String,
    /// Write the figures here as well, for machines.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

#[derive(Serialize)]
struct Report<'a> {
    #[serde(flatten)]
    replayed: &'a Replayed,
    seconds: f64,
    rows_per_second: f64,
    /// What does not add up, in sentences.
    faults: &'a [String],
    checks: &'a [Check],
}

pub async fn replay(args: &ReplayArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    Database::during(&args.database, async |db| live_through(args, db, &bytes).await).await
}

async fn live_through(args: &ReplayArgs, db: &Db, bytes: &[u8]) -> Result<()> {
    if db.org_by_slug(&args.org).await?.is_some() {
        bail!("There is an org {} already. Choose another name with --org.", args.org);
    }
    let bar = bar("Living through the file's days");
    let began = Instant::now();
    let org = org_for(bytes, &args.org);
    let told = |done: usize, of: usize| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    };
    let replayed = Box::pin(db.replay(&org, bytes, told)).await?;
    let seconds = began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = replayed.rows as f64 / seconds;
    print(&replayed, seconds, rate);
    let checks = db.verify(org.id).await?;
    crate::verify::print(&args.org, &checks);
    let faults = replayed.faults();
    if let Some(path) = &args.json {
        let report = Report { replayed: &replayed, seconds, rows_per_second: rate, faults: &faults, checks: &checks };
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let broken = checks.iter().filter(|check| !check.holds()).count();
    let broken = (broken > 0).then(|| format!("{broken} invariants are broken."));
    let wrong: Vec<String> = faults.into_iter().chain(broken).collect();
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n  ")) }
}

/// A table for people.
fn print(done: &Replayed, seconds: f64, rate: f64) {
    print_outcomes(&done.outcomes, done.rows);
    if let (Some(on), opening) = (done.opening.on, &done.opening) {
        println!(
            "{:>10}  SKUs were bought before the first day, on {on}: {} units for {:.2} at standard cost",
            opening.skus, opening.units, opening.value
        );
    }
    println!("{:>10}  days", done.days);
    println!("{:>10}  orders in {} waves", done.orders, done.waves);
    println!("{:>10}  parcels with {} units; {} units were sold", done.parcels, done.units_shipped, done.units_sold);
    println!(
        "{:>10}  returns with {} units; {:.1} % of return rows with a customer found their sale, {:.1} % from day {SETTLING_DAYS} on{}",
        done.returns,
        done.units_returned,
        done.found.percent(),
        done.found_later.percent(),
        if done.rows < ROWS_TO_JUDGE { " (not judged: the file is small)" } else { "" }
    );
    println!("{seconds:>10.1}  seconds, {rate:.0} rows a second");
}
