//! `tideway replay FILE`: a retailer's history lived through again, timed, and checked at the end.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use service::replay::{Replayed, org_for};

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
}

pub async fn replay(args: &ReplayArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let database = Database::open(&args.database).await?;
    let ended = live_through(args, &database, &bytes).await;
    database.close().await;
    ended
}

async fn live_through(args: &ReplayArgs, database: &Database, bytes: &[u8]) -> Result<()> {
    let db = database.connect(args.database.connections).await?;
    if db.org_by_slug(&args.org).await?.is_some() {
        bail!("There is an org {} already. Choose another name with --org.", args.org);
    }
    let bar = bar("Living through the file's days");
    let began = Instant::now();
    let org = org_for(bytes, &args.org);
    let replayed = db
        .replay(&org, bytes, |done, of| {
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        })
        .await?;
    let seconds = began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = replayed.rows as f64 / seconds;
    print(&replayed, seconds, rate);
    if let Some(path) = &args.json {
        let report = Report { replayed: &replayed, seconds, rows_per_second: rate };
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let checks = db.verify(org.id).await?;
    crate::verify::print(&args.org, &checks);
    let broken = checks.iter().filter(|check| !check.holds()).count();
    if broken > 0 {
        bail!("{broken} invariants are broken");
    }
    Ok(())
}

/// A table for people.
fn print(done: &Replayed, seconds: f64, rate: f64) {
    print_outcomes(&done.outcomes, done.rows);
    println!("{:>10}  SKUs, {} units received before the first day", done.skus, done.opening_units);
    println!("{:>10}  days", done.days);
    println!("{:>10}  orders in {} waves", done.orders, done.waves);
    println!("{:>10}  parcels with {} units; {} units were sold", done.parcels, done.units_shipped, done.units_sold);
    println!(
        "{:>10}  returns with {} units; {:.1} % of return rows with a customer matched",
        done.returns,
        done.units_returned,
        done.match_rate * 100.0
    );
    println!("{seconds:>10.1}  seconds, {rate:.0} rows a second");
}
