//! Counting's transactions: opening counts, counting blind, judging a round, posting what it found. When a bin is due and what a
//! difference means is `domain::counts`.
//!
//! The count's row is locked first, so two tablets on one bin queue; then walks, demand, allocations and balances, as everyone does.

mod adjust;
mod begin;
mod decide;
mod end;
mod plan;
mod post;
mod read;
mod shelf;
mod sql;
mod sql_adjust;
mod sql_plan;
mod sql_read;
mod sql_rounds;
mod sql_units;
#[cfg(test)]
mod tests;
mod units;

pub(crate) use end::count_bin;

use domain::counts::{COUNTABLE, Class, CountRefusal, Programme, Status, Why};
use domain::ids::{BinId, CountId, SiteId, SkuId};
use domain::numbers::Series;
use domain::people::Permission;
use domain::refusal::Refusal;
use serde_json::json;
use uuid::Uuid;

use crate::{Failure, Result, Tx};

/// A count to be opened.
struct New<'a> {
    site: SiteId,
    bin: BinId,
    why: Why,
    class: Option<Class>,
    every_days: i32,
    note: &'a str,
}

/// Opens counts; a bin that is to be counted already keeps the count it has. Answers how many are new.
async fn open(tx: &mut Tx, new: &[New<'_>]) -> Result<i32> {
    if new.is_empty() {
        return Ok(0);
    }
    let (org, at, by) = (tx.org().0, tx.at, tx.caller.person().0);
    let numbers = tx.numbers(Series::Count, new.len()).await?;
    let mut rows = sql::NewCounts::default();
    for (one, number) in new.iter().zip(numbers) {
        rows.ids.push(Uuid::now_v7());
        rows.numbers.push(number);
        rows.sites.push(one.site.0);
        rows.bins.push(one.bin.0);
        rows.whys.push(one.why.code().to_owned());
        rows.classes.push(one.class.map_or("", Class::code).to_owned());
        rows.every_days.push(one.every_days);
        rows.notes.push(one.note.to_owned());
    }
    let opened = sql::insert_counts(tx.conn(), org, by, at, &rows).await?;
    for (id, site) in &opened {
        tx.announce("count.opened", *id, Some(SiteId(*site)), ());
    }
    Ok(i32::try_from(opened.len()).unwrap_or(i32::MAX))
}

/// Has a bin counted that nobody planned to count; answers the count, be it new or open already.
async fn ask(tx: &mut Tx, site: SiteId, bin: BinId, why: Why, note: &str) -> Result<sql::CountRow> {
    let org = tx.org().0;
    if let Some(known) = sql::lock_open(tx.conn(), org, bin.0).await? {
        return Ok(known);
    }
    let class = sql::class_of_bin(tx.conn(), org, site.0, bin.0).await?.as_deref().and_then(Class::parse);
    open(tx, &[New { site, bin, why, class, every_days: 0, note }]).await?;
    let row = sql::lock_open(tx.conn(), org, bin.0).await?;
    Ok(row.ok_or_else(|| Refusal::not_found("count"))?)
}

/// A short pick has its bin counted in the same transaction; the units it took out of sale are doubted until then.
pub(crate) async fn after_short(tx: &mut Tx, site: SiteId, bin: BinId, sku: SkuId, doubted: i32, note: &str) -> Result<()> {
    let org = tx.org().0;
    let count = ask(tx, site, bin, Why::ShortPick, note).await?;
    if doubted > 0 {
        sql_rounds::add_doubt(tx.conn(), org, count.id, sku.0, count.rounds, doubted).await?;
    }
    Ok(())
}

/// A pick that emptied a bin by the books asks whether it is empty, where the site wants that. None: there is more in it.
pub(crate) async fn zero_check(tx: &mut Tx, site: SiteId, bin: BinId) -> Result<Option<CountId>> {
    let org = tx.org().0;
    if !sql::is_empty(tx.conn(), org, site.0, bin.0).await? || !programme(tx, site).await?.zero_check {
        return Ok(None);
    }
    let count = ask(tx, site, bin, Why::ZeroCheck, "").await?;
    // One that was open before has its own reason, and its own counter.
    Ok((count.why == Why::ZeroCheck.code() && count.status == Status::Open.code()).then(|| count.id.into()))
}

/// How a site counts.
pub(crate) async fn programme(tx: &mut Tx, site: SiteId) -> Result<Programme> {
    let org = tx.org().0;
    match sql::programme(tx.conn(), org, site.0).await? {
        Some(body) => serde_json::from_value(body).map_err(|source| Failure::Corrupt { what: "count programme", source }),
        None => Ok(Programme::opening()),
    }
}

/// The count, locked; refused to whoever may not do this at its site.
async fn lock(tx: &mut Tx, count: CountId, needs: Permission) -> Result<(sql::CountRow, Status)> {
    let org = tx.org().0;
    let row = sql::lock_count(tx.conn(), org, count.0).await?.ok_or_else(|| Refusal::not_found("count"))?;
    tx.require(needs, row.site_id.into())?;
    let status = row.status()?;
    Ok((row, status))
}

/// A bin by its label, one whose goods are counted.
async fn countable(tx: &mut Tx, site: SiteId, code: &str) -> Result<BinId> {
    let org = tx.org().0;
    let bin = sql::bin(tx.conn(), org, site.0, code.trim()).await?;
    let bin = bin.ok_or_else(|| Refusal::invalid("bin_code", "There is no such bin at this site."))?;
    if COUNTABLE.contains(&bin.kind.as_str()) {
        Ok(bin.id.into())
    } else {
        Err(CountRefusal::NotCountable { bin: bin.code }.into())
    }
}

impl sql::CountRow {
    fn status(&self) -> Result<Status> {
        let unknown = || Failure::Broken(sqlx::Error::Decode(format!("{} is no status of a count", self.status).into()));
        Status::parse(&self.status).ok_or_else(unknown)
    }

    fn place(&self) -> domain::stock::Place {
        domain::stock::Place::loose(self.site_id.into(), self.bin_id.into())
    }

    fn wrong_status(&self, status: Status) -> Failure {
        CountRefusal::WrongStatus { number: self.number.clone(), status: status.words().to_lowercase() }.into()
    }
}

/// Says what became of a count.
fn tell(tx: &mut Tx, row: &sql::CountRow, topic: &'static str, status: Status) {
    tx.announce(topic, row.id, Some(row.site_id.into()), json!({ "number": row.number, "status": status }));
}
