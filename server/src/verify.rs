//! `tideway verify`: the invariants of every org, printed as a table; anything broken is a non-zero exit.

use std::path::Path;

use anyhow::{Context, Result, bail};
use service::Db;
use service::verify::Check;

use crate::cli::Verify;
use crate::database::Database;

/// Check one org, or all.
pub async fn verify(args: &Verify) -> Result<()> {
    let checked = Database::during(&args.database, async |db| check(db, args).await).await?;
    for (slug, checks) in &checked {
        print(slug, checks);
    }
    if let Some(file) = &args.json {
        write(file, &checked)?;
    }
    let broken = checked.iter().flat_map(|(_, checks)| checks).filter(|check| !check.holds()).count();
    if broken > 0 {
        bail!("{broken} invariants are broken");
    }
    Ok(())
}

async fn check(db: &Db, args: &Verify) -> Result<Vec<(String, Vec<Check>)>> {
    let mut checked = Vec::new();
    for (org, slug) in db.orgs_by_slug().await? {
        if args.org.as_ref().is_none_or(|only| *only == slug) {
            checked.push((slug, db.verify(org).await?));
        }
    }
    match (&args.org, checked.is_empty()) {
        (Some(slug), true) => bail!("There is no org {slug}."),
        _ => Ok(checked),
    }
}

/// A line an invariant, for people.
pub fn print(slug: &str, checks: &[Check]) {
    println!("{slug}");
    for check in checks {
        let mark = if check.holds() { "✓" } else { "✗" };
        println!("  {mark} {:<4} {:<84} {:>6} ms", check.id, check.name, check.ms);
        for words in &check.sample {
            println!("         {words}");
        }
        let shown = i64::try_from(check.sample.len()).unwrap_or(i64::MAX);
        if check.breaches > shown {
            println!("         … {} more", check.breaches - shown);
        }
    }
}

fn write(file: &Path, checked: &[(String, Vec<Check>)]) -> Result<()> {
    let orgs: Vec<_> = checked.iter().map(|(org, checks)| serde_json::json!({ "org": org, "checks": checks })).collect();
    let text = serde_json::to_string_pretty(&orgs)?;
    std::fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}
