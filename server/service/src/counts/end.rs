//! The end of a round: what was not named is not there, the round is judged, and what it found is posted (`post`), or waits for somebody
//! else.

use std::collections::BTreeSet;

use domain::counts::variance::{self, Item, Line, Next, Verdict};
use domain::counts::{ConfirmEmpty, CountRefusal, Counted, FinishCount, Status, Why};
use domain::ids::{SiteId, SkuId};
use domain::people::Permission;
use serde_json::json;
use uuid::Uuid;

use super::post::post;
use super::shelf::Shelf;
use super::{ask, lock, programme, sql, sql_rounds, tell, units};
use crate::decisions::{self, Decision};
use crate::{Act, Result, Tx, stock};

impl Act for FinishCount {
    const KIND: &'static str = "counts.finish";
    const NEEDS: Permission = Permission::Count;
    type Outcome = Counted;

    async fn act(&self, tx: &mut Tx) -> Result<Counted> {
        let (row, status) = lock(tx, self.count, Permission::Count).await?;
        if status != Status::Counting || row.person_id != tx.caller.person().0 {
            return Err(CountRefusal::NotYours.into());
        }
        let status = finish(tx, &row).await?;
        Ok(Counted { count: self.count, status })
    }
}

impl Act for ConfirmEmpty {
    const KIND: &'static str = "counts.confirm_empty";
    const NEEDS: Permission = Permission::Count;
    type Outcome = Counted;

    async fn act(&self, tx: &mut Tx) -> Result<Counted> {
        let (mut row, status) = lock(tx, self.count, Permission::Count).await?;
        if status != Status::Open || row.why != Why::ZeroCheck.code() {
            return Err(row.wrong_status(status));
        }
        if !Shelf::of(tx, row.place()).await?.is_empty() || units::stand(tx, &row).await? {
            return Err(CountRefusal::Filled { bin: row.bin_code }.into());
        }
        super::begin::begin(tx, &row).await?;
        row.rounds += 1;
        let status = finish(tx, &row).await?;
        Ok(Counted { count: self.count, status })
    }
}

/// Counts a bin at once, for whoever tells a history: all that the ledger has there, units too, but `missing` of its first SKU.
pub(crate) async fn count_bin(tx: &mut Tx, site: SiteId, code: &str, missing: i32) -> Result<()> {
    let bin = super::countable(tx, site, code).await?;
    let mut row = ask(tx, site, bin, Why::Request, "").await?;
    super::begin::begin(tx, &row).await?;
    row.rounds += 1;
    units::see_all(tx, &row).await?;
    let (org, at) = (tx.org().0, tx.at);
    let shelf = Shelf::of(tx, row.place()).await?;
    let skus: Vec<SkuId> = shelf.items().map(|item| item.sku).collect();
    let values = stock::unit_values(tx, &skus).await?;
    let mut missing = missing;
    let mut lines = Vec::new();
    for item in shelf.items() {
        let ledger = shelf.units(item);
        let gone = missing.min(ledger);
        missing -= gone;
        let unit_value = values.get(&item.sku).copied().unwrap_or_default();
        lines.push(sql_rounds::CountedLine::of(item.clone(), ledger - gone, ledger, unit_value));
    }
    sql_rounds::set_lines(tx.conn(), org, row.id, row.rounds, at, &lines).await?;
    finish(tx, &row).await.map(|_| ())
}

/// Ends the round that is under way and goes on as it was judged.
async fn finish(tx: &mut Tx, row: &sql::CountRow) -> Result<Status> {
    let (org, at) = (tx.org().0, tx.at);
    name_the_rest(tx, row).await?;
    sql_rounds::end_round(tx.conn(), org, row.id, row.rounds, at).await?;
    let lines = lines(tx, row.id, row.rounds).await?;
    let before = if row.rounds > 1 { Some(lines_of_round(tx, row).await?) } else { None };
    let rules = programme(tx, row.site_id.into()).await?;
    let verdict = variance::judge(&lines, before.as_deref(), &rules);
    let inputs = json!({ "round": row.rounds, "recount_units": rules.recount_units, "recount_value": rules.recount_value,
                         "approve_value": rules.approve_value });
    decisions::keep(tx, &[Decision::new("approval", row.id, "count thresholds", inputs, &verdict)]).await?;
    let status = match verdict.next {
        Next::Post => {
            post(tx, row, &lines, &verdict, Uuid::nil()).await?;
            Status::Done
        }
        Next::Recount => wait(tx, row, &verdict, Status::Recount).await?,
        Next::Approval => wait(tx, row, &verdict, Status::Approval).await?,
    };
    let off = lines.iter().filter(|line| line.variance() != 0).count();
    tx.audit(
        "count",
        row.id,
        json!({ "round": row.rounds }),
        json!({ "status": status, "off": off, "value": verdict.off_value }),
    );
    Ok(status)
}

/// What nobody named is not there: counted as none, against the ledger of this moment.
async fn name_the_rest(tx: &mut Tx, row: &sql::CountRow) -> Result<()> {
    let (org, at) = (tx.org().0, tx.at);
    let shelf = Shelf::of(tx, row.place()).await?;
    let mut unnamed: BTreeSet<Item> = shelf.items().cloned().collect();
    for line in sql_rounds::lines(tx.conn(), org, row.id, row.rounds).await? {
        if line.counted.is_some() {
            unnamed.remove(&line.item());
        } else {
            unnamed.insert(line.item());
        }
    }
    let skus: Vec<SkuId> = unnamed.iter().map(|item| item.sku).collect();
    let values = stock::unit_values(tx, &skus).await?;
    let none = unnamed.into_iter().map(|item| {
        let (ledger, value) = (shelf.units(&item), values.get(&item.sku).copied().unwrap_or_default());
        sql_rounds::CountedLine::of(item, 0, ledger, value)
    });
    let none: Vec<_> = none.collect();
    sql_rounds::set_lines(tx.conn(), org, row.id, row.rounds, at, &none).await
}

/// A round's lines, all of them counted.
pub(super) async fn lines(tx: &mut Tx, count: Uuid, round: i32) -> Result<Vec<Line>> {
    let org = tx.org().0;
    let rows = sql_rounds::lines(tx.conn(), org, count, round).await?;
    Ok(rows.into_iter().filter_map(sql_rounds::LineRow::into_line).collect())
}

async fn lines_of_round(tx: &mut Tx, row: &sql::CountRow) -> Result<Vec<Line>> {
    lines(tx, row.id, row.rounds - 1).await
}

/// Nothing is posted until somebody else has looked.
async fn wait(tx: &mut Tx, row: &sql::CountRow, verdict: &Verdict, status: Status) -> Result<Status> {
    let org = tx.org().0;
    sql::set_status(tx.conn(), org, row.id, status.code(), Uuid::nil(), row.rounds).await?;
    sql::set_values(tx.conn(), org, row.id, verdict.off_value, verdict.net_value).await?;
    tell(tx, row, "count.ended", status);
    Ok(status)
}
