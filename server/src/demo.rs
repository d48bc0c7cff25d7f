//! `tideway demo`: the demo in a database, and who may sign in to it.

use anyhow::Result;
use domain::people::Caller;
use indicatif::{ProgressBar, ProgressStyle};
use service::Db;
use service::demo::{PASSWORD, SLUG, Size, cards};

use crate::config::DatabaseArgs;
use crate::database::Database;
use crate::org;

/// Tell the demo into the database, unless it is there.
pub async fn tell(args: &DatabaseArgs) -> Result<()> {
    let here = ["localhost", "127.0.0.1"].map(ToOwned::to_owned);
    Database::during(args, async |db| ensure(db, &here).await).await?;
    print_cards();
    Ok(())
}

/// The demo is there afterwards, told to its end, and its portal answers at those of these hosts that nobody has.
pub async fn ensure(db: &Db, hosts: &[String]) -> Result<()> {
    if !db.has_demo().await? {
        told(db).await?;
    }
    let (org, _) = org::meant(db, Some(SLUG)).await?;
    Ok(db.claim_free_hosts(&Caller::system(org, "demo"), hosts, app::door::now()).await?)
}

async fn told(db: &Db) -> Result<()> {
    let begun = db.org_by_slug(SLUG).await?.is_some();
    if begun {
        println!("A telling of the demo was broken off; it goes on.");
    }
    let bar = bar("Telling sixty days of a demo shop");
    let progress = |done: i64, of: i64| {
        bar.set_length(of.unsigned_abs());
        bar.set_position(done.unsigned_abs());
    };
    let told = Box::pin(db.demo(app::door::now(), Size::FULL, &progress)).await;
    bar.finish_and_clear();
    let told = match told {
        Err(failure) if begun => {
            return Err(anyhow::Error::new(failure)
                .context("the demo that was begun here cannot be finished; start afresh with another --data-dir"));
        }
        told => told?,
    };
    println!(
        "The demo is told: {} SKUs, {} days, {} orders, {} parcels, {} returns, {} refunds, in {:.1} s.",
        told.skus,
        told.days,
        told.orders,
        told.parcels,
        told.returns,
        told.refunds,
        bar.elapsed().as_secs_f64()
    );
    Ok(())
}

/// One sign-in a role.
pub fn print_cards() {
    println!("\nDemo sign-ins (password {PASSWORD}):");
    for card in cards() {
        println!("  {:<20} {}", card.role.name(), card.email);
    }
}

/// Progress for people: long work is never silent.
pub fn bar(what: &'static str) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {elapsed}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(1).with_style(style).with_message(what)
}
