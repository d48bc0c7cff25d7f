//! `tideway import FILE`: orders from a CSV file, or what would become of it.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use domain::imports::{ImportReport, Outcome};
use domain::people::Caller;
use service::imports::Options;

use crate::config::DatabaseArgs;
use crate::database::Database;
use crate::demo::bar;

/// Orders from a file: UCI Online Retail's form, or our own (its header is printed when the file's is unknown).
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// .csv or .csv.gz
    pub file: PathBuf,
    /// The org, by its short name.
    #[arg(long, default_value = "demo")]
    pub org: String,
    /// The channel the orders came by.
    #[arg(long, default_value = "web")]
    pub channel: String,
    /// Tell what would happen, row by row, and take nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write the report here as well, for machines.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

pub async fn import(args: &ImportArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let database = Database::open(&args.database).await?;
    let report = take(args, &database, &bytes).await;
    database.close().await;
    let report = report?;
    print(&report);
    if let Some(path) = &args.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

async fn take(args: &ImportArgs, database: &Database, bytes: &[u8]) -> Result<ImportReport> {
    let db = database.connect(args.database.connections).await?;
    let Some(org) = db.org_by_slug(&args.org).await? else { bail!("There is no org {}. `tideway demo` founds one.", args.org) };
    let filename = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let options = Options { filename: &filename, channel: &args.channel, dry_run: args.dry_run };
    let bar = bar("Taking the file");
    let told = |done: i64, of: i64| {
        bar.set_length(of.unsigned_abs());
        bar.set_position(done.unsigned_abs());
    };
    let report = db.import_orders(&Caller::system(org, "tideway import"), bytes, options, app::door::now(), told).await?;
    bar.finish_and_clear();
    Ok(report)
}

/// A table for people.
fn print(report: &ImportReport) {
    println!("{}{}", report.filename, if report.dry_run { " — dry run, nothing was taken" } else { "" });
    print_outcomes(&report.outcomes, report.rows);
    println!("{:>10}  orders", report.orders);
    println!("{:>10}  new SKUs", report.new_skus);
    if !report.not_taken.is_empty() {
        println!("\nRows not taken (the first {}; all of them are in Tideway):", report.not_taken.len().min(20));
        for row in report.not_taken.iter().take(20) {
            println!("{:>10}  {}", row.row_no, row.words);
        }
    }
}

/// Rows by what became of them; they sum to the file.
pub fn print_outcomes(outcomes: &std::collections::BTreeMap<Outcome, i64>, rows: i64) {
    for (outcome, count) in outcomes {
        println!("{count:>10}  {:<18} {}", outcome.code(), outcome.rule());
    }
    println!("{:>10}  rows, of {rows} in the file", outcomes.values().sum::<i64>());
}
