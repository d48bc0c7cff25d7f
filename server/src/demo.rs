//! `tideway demo`: the demo in a database, and who may sign in to it.

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use service::Db;
use service::demo::{PASSWORD, Size, cards};

use crate::config::DatabaseArgs;
use crate::database::Database;

/// Tell the demo into the database, unless it is there.
pub async fn tell(args: &DatabaseArgs) -> Result<()> {
    let database = Database::open(args).await?;
    let told = async { ensure(&database.connect(args.connections).await?).await }.await;
    database.close().await;
    told?;
    print_cards();
    Ok(())
}

/// The demo is there afterwards.
pub async fn ensure(db: &Db) -> Result<()> {
    if db.has_demo().await? {
        return Ok(());
    }
    let bar = bar("Telling sixty days of a demo shop");
    let told = db
        .demo(app::door::now(), Size::FULL, &|done, of| {
            bar.set_length(of.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        })
        .await?;
    bar.finish_and_clear();
    println!(
        "The demo is told: {} SKUs, {} days, {} orders, {} parcels, {} returns, {} refunds.",
        told.skus, told.days, told.orders, told.parcels, told.returns, told.refunds
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
