//! `tideway import FILE`: orders from a CSV file, or what would become of it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use domain::imports::{ImportReport, Outcome};
use domain::people::Caller;
use service::Db;
use service::imports::Options;

use crate::config::DatabaseArgs;
use crate::database::Database;
use crate::demo::bar;
use crate::org;

/// Orders from a file: UCI Online Retail's form, or our own (its header is printed when the file's is unknown).
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// .csv or .csv.gz
    pub file: PathBuf,
    /// The org, by its short name [default: the only one there is]
    #[arg(long)]
    pub org: Option<String>,
    /// The channel the orders came by.
    #[arg(long, default_value = "web")]
    pub channel: String,
    /// Tell what would happen, row by row, and take nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write every row that was not taken here, as CSV: row, outcome, why.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Write the report here as well, for machines.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}

pub async fn import(args: &ImportArgs) -> Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("{} cannot be read", args.file.display()))?;
    let (report, rows) = Database::during(&args.database, async |db| take(args, db, &bytes).await).await?;
    print(&report, rows.len());
    if let Some(path) = &args.report {
        std::fs::write(path, csv(&rows)).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if let Some(path) = &args.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// A row that was not taken: its number, what it is instead, why.
type NotTaken = (i32, String, String);

async fn take(args: &ImportArgs, db: &Db, bytes: &[u8]) -> Result<(ImportReport, Vec<NotTaken>)> {
    let (org, _) = org::meant(db, args.org.as_deref()).await?;
    let caller = Caller::system(org, "tideway import");
    let filename = args.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let options = Options { filename: &filename, channel: &args.channel, dry_run: args.dry_run };
    let bar = bar("Taking the file");
    let told = |done: i64, of: i64| {
        bar.set_length(of.unsigned_abs());
        bar.set_position(done.unsigned_abs());
    };
    let report = Box::pin(db.import_orders(&caller, bytes, options, app::door::now(), told)).await?;
    bar.finish_and_clear();
    let rows = db.import_rows(&caller, report.import).await?;
    Ok((report, rows))
}

fn csv(rows: &[NotTaken]) -> String {
    let quoted = |words: &str| format!("\"{}\"", words.replace('"', "\"\""));
    let line = |(row, outcome, words): &NotTaken| format!("{row},{outcome},{}\n", quoted(words));
    std::iter::once("row,outcome,why\n".to_owned()).chain(rows.iter().map(line)).collect()
}

/// A table for people.
fn print(report: &ImportReport, not_taken: usize) {
    println!("{}{}", report.filename, if report.dry_run { " — dry run, nothing was taken" } else { "" });
    print_outcomes(&report.outcomes, report.rows);
    println!("{:>10}  orders", report.orders);
    println!("{:>10}  new SKUs", report.new_skus);
    if not_taken > 0 {
        let shown = report.not_taken.len().min(20);
        let rest = if not_taken > shown { "; --report FILE writes all of them" } else { "" };
        println!("\nRows not taken ({shown} of {not_taken}{rest}):");
        for row in report.not_taken.iter().take(shown) {
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
