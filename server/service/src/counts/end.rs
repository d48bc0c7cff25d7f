//! The end of a round: what was not named is not there, the round is judged, and what it found is posted, or waits for somebody else.
//!
//! A difference was taken against the ledger at the scan, so it is posted as a difference: picks that went on meanwhile stay what
//! they were. A loss of more than is free frees what orders were given, in the same transaction (`floor::gone`).

use std::collections::{BTreeMap, BTreeSet};

use domain::counts::variance::{self, Line, Next, Verdict, take_loss};
use domain::counts::{ConfirmEmpty, CountRefusal, Counted, FinishCount, Status, Why};
use domain::ids::{SiteId, SkuId};
use domain::ledger::{INVENTORY, STOCK_ADJUSTMENTS};
use domain::people::Permission;
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{ask, lock, programme, sql, sql_rounds, tell};
use crate::decisions::{self, Decision};
use crate::floor::gone;
use crate::ledger::{self, Posting};
use crate::stock::{self, Gain, Scrap, Shift};
use crate::{Act, Result, Tx, catalog, exceptions};

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
        if !stock::standing(tx, row.place()).await?.is_empty() {
            return Err(CountRefusal::Filled { bin: row.bin_code }.into());
        }
        super::begin::begin(tx, &row).await?;
        row.rounds += 1;
        let status = finish(tx, &row).await?;
        Ok(Counted { count: self.count, status })
    }
}

/// Counts a bin at once, for whoever tells a history: all that the ledger has there but `missing` of its first SKU.
pub(crate) async fn count_bin(tx: &mut Tx, site: SiteId, code: &str, missing: i32) -> Result<()> {
    let bin = super::countable(tx, site, code).await?;
    let mut row = ask(tx, site, bin, Why::Request, "").await?;
    super::begin::begin(tx, &row).await?;
    row.rounds += 1;
    let (org, at) = (tx.org().0, tx.at);
    let standing = stock::standing(tx, row.place()).await?;
    let skus: Vec<SkuId> = standing.keys().copied().collect();
    let values = stock::unit_values(tx, &skus).await?;
    let mut missing = missing;
    let mut lines = Vec::new();
    for (sku, states) in &standing {
        let ledger: i32 = states.iter().map(|one| one.on_hand).sum();
        let gone = missing.min(ledger);
        missing -= gone;
        let unit_value = values.get(sku).copied().unwrap_or_default();
        lines.push(sql_rounds::CountedLine { sku: sku.0, counted: ledger - gone, ledger, unit_value });
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
    let standing = stock::standing(tx, row.place()).await?;
    let mut unnamed: BTreeSet<SkuId> = standing.keys().copied().collect();
    for line in sql_rounds::lines(tx.conn(), org, row.id, row.rounds).await? {
        if line.counted.is_some() {
            unnamed.remove(&line.sku_id.into());
        } else {
            unnamed.insert(line.sku_id.into());
        }
    }
    let unnamed: Vec<SkuId> = unnamed.into_iter().collect();
    let values = stock::unit_values(tx, &unnamed).await?;
    let none = unnamed.iter().map(|sku| sql_rounds::CountedLine {
        sku: sku.0,
        counted: 0,
        ledger: standing.get(sku).map_or(0, |states| states.iter().map(|one| one.on_hand).sum()),
        unit_value: values.get(sku).copied().unwrap_or_default(),
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

/// Posts a round: losses and gains with their cost, what was doubted goes back on sale, whoever had the lost units looks elsewhere.
pub(super) async fn post(tx: &mut Tx, row: &sql::CountRow, lines: &[Line], verdict: &Verdict, decided_by: Uuid) -> Result<()> {
    let (org, at, place) = (tx.org().0, tx.at, row.place());
    let off: BTreeMap<SkuId, i32> =
        lines.iter().map(|line| (line.sku, line.variance())).filter(|(_, units)| *units != 0).collect();
    let doubts: BTreeMap<SkuId, i32> = sql_rounds::take_doubts(tx.conn(), org, row.id, row.rounds)
        .await?
        .into_iter()
        .map(|(sku, units)| (sku.into(), units))
        .collect();
    let touched: Vec<SkuId> = off.keys().chain(doubts.keys()).copied().collect::<BTreeSet<_>>().into_iter().collect();
    gone::lock_walks(tx, place.bin, &touched).await?;
    stock::promises(tx, &[place.site], &touched).await?;
    let values = lines.iter().map(|line| (line.sku, line.unit_value)).collect();
    correct(tx, row, place, &off, &doubts, &values).await?;
    release(tx, row, place, &doubts).await?;
    sql::close(tx.conn(), org, row.id, at, verdict, decided_by).await?;
    if !follow_up(tx, row).await? {
        exceptions::resolve(tx, "count_due", &[row.bin_id], &format!("Counted: {}", row.number)).await?;
    }
    tell(tx, row, "stock.counted", Status::Done);
    Ok(())
}

/// The movements, the cost and the books of every difference.
async fn correct(
    tx: &mut Tx,
    row: &sql::CountRow,
    place: Place,
    off: &BTreeMap<SkuId, i32>,
    doubts: &BTreeMap<SkuId, i32>,
    values: &BTreeMap<SkuId, Decimal>,
) -> Result<()> {
    let skus: Vec<SkuId> = off.keys().copied().collect();
    let standing = stock::standing(tx, place).await?;
    let (mut losses, mut gains, mut freed) = (Vec::new(), Vec::new(), Vec::new());
    for (sku, units) in off {
        let source = row.id;
        if *units > 0 {
            let unit_value = values.get(sku).copied().unwrap_or_default();
            gains.push(Gain {
                sku: *sku,
                tag: Tag::NONE,
                quantity: *units,
                to: place,
                to_state: State::Sellable,
                unit_value,
                source,
            });
            continue;
        }
        let there = standing.get(sku).map(Vec::as_slice).unwrap_or_default();
        let doubted = doubts.get(sku).copied().unwrap_or(0);
        let loss = take_loss(there, doubted, -units);
        let loss = loss.ok_or_else(|| CountRefusal::MovedSince { bin: row.bin_code.clone(), units: -units })?;
        freed.push((*sku, gone::give_up(tx, place, *sku, loss.freed).await?));
        let parts = loss.parts.iter();
        losses.extend(parts.map(|(from_state, quantity)| Scrap {
            sku: *sku,
            tag: Tag::NONE,
            quantity: *quantity,
            from: place,
            from_state: *from_state,
            source,
        }));
    }
    let lost: Decimal = stock::lose(tx, &losses).await?.into_iter().sum();
    let found: Decimal = stock::gain(tx, &gains).await?.into_iter().sum();
    ledger::post(
        tx,
        &[
            Posting::posted(STOCK_ADJUSTMENTS, INVENTORY, lost, "count", row.id),
            Posting::posted(INVENTORY, STOCK_ADJUSTMENTS, found, "count", row.id),
        ],
    )
    .await?;
    let known = catalog::by_id(tx, &skus).await?;
    for (sku, lines) in freed {
        let code = known.get(&sku).map(|row| row.code.clone()).unwrap_or_default();
        let cases = gone::look_elsewhere(tx, place.site, sku, &code, &lines).await?;
        exceptions::raise(tx, &cases).await?;
    }
    Ok(())
}

/// What a short pick took out of sale and is there after all can be sold again.
async fn release(tx: &mut Tx, row: &sql::CountRow, place: Place, doubts: &BTreeMap<SkuId, i32>) -> Result<()> {
    if doubts.is_empty() {
        return Ok(());
    }
    let standing = stock::standing(tx, place).await?;
    let held = |sku: &SkuId| {
        let states = standing.get(sku).map(Vec::as_slice).unwrap_or_default();
        states.iter().find(|one| one.state == State::Held).map_or(0, |one| one.on_hand)
    };
    let back: Vec<Shift> = doubts
        .iter()
        .map(|(sku, units)| Shift {
            sku: *sku,
            tag: Tag::NONE,
            quantity: (*units).min(held(sku)),
            from: place,
            from_state: State::Held,
            to: place,
            to_state: State::Sellable,
            source: row.id,
        })
        .filter(|shift| shift.quantity > 0)
        .collect();
    stock::shift(tx, Reason::Release, &back).await
}

/// What was doubted after the round had begun is answered by another count. Was there something?
async fn follow_up(tx: &mut Tx, row: &sql::CountRow) -> Result<bool> {
    let org = tx.org().0;
    if !sql_rounds::has_doubts(tx.conn(), org, row.id).await? {
        return Ok(false);
    }
    let next = ask(tx, SiteId(row.site_id), row.bin_id.into(), Why::ShortPick, "A pick was short while it was counted").await?;
    sql_rounds::hand_on_doubts(tx.conn(), org, row.id, next.id).await?;
    Ok(true)
}
