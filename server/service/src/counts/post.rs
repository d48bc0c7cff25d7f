//! What a round found is posted: each difference with its cost, of just the lot and serial that was off; what a short pick doubted goes
//! back on sale, and whoever had the lost units looks elsewhere.
//!
//! A difference was taken against the ledger at the scan, so it is posted as a difference: picks that went on meanwhile stay what
//! they were. A loss of more than is free frees what orders were given, in the same transaction (`floor::gone`).

use std::collections::{BTreeMap, BTreeSet};

use domain::counts::variance::{Line, Verdict, take_loss};
use domain::counts::{CountRefusal, Status, Why};
use domain::ids::{SiteId, SkuId};
use domain::ledger::{INVENTORY, STOCK_ADJUSTMENTS};
use domain::stock::{Place, Reason, State, Tag};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::shelf::Shelf;
use super::{ask, sql, sql_rounds, tell, units};
use crate::floor::gone::{self, Freed};
use crate::ledger::{self, Posting};
use crate::lots::{self, Named};
use crate::stock::{self, Gain, Scrap, Shift};
use crate::{Result, Tx, catalog, exceptions};

/// Posts a round and closes its count.
pub(super) async fn post(tx: &mut Tx, row: &sql::CountRow, lines: &[Line], verdict: &Verdict, decided_by: Uuid) -> Result<()> {
    let (org, at, place) = (tx.org().0, tx.at, row.place());
    let off: Vec<&Line> = lines.iter().filter(|line| line.variance() != 0).collect();
    let mut doubts: BTreeMap<SkuId, i32> = sql_rounds::take_doubts(tx.conn(), org, row.id, row.rounds)
        .await?
        .into_iter()
        .map(|(sku, units)| (sku.into(), units))
        .collect();
    let touched: BTreeSet<SkuId> = off.iter().map(|line| line.sku).chain(doubts.keys().copied()).collect();
    let touched: Vec<SkuId> = touched.into_iter().collect();
    gone::lock_walks(tx, place.bin, &touched).await?;
    stock::promises(tx, &[place.site], &touched).await?;
    let (lost, freed) = lose(tx, row, &off, &mut doubts).await?;
    let found = gain(tx, row, &off).await?;
    let lost = Posting::posted(STOCK_ADJUSTMENTS, INVENTORY, lost, "count", row.id);
    ledger::post(tx, &[lost, Posting::posted(INVENTORY, STOCK_ADJUSTMENTS, found, "count", row.id)]).await?;
    let known = catalog::by_id(tx, &freed.keys().copied().collect::<Vec<_>>()).await?;
    for (sku, lines) in freed {
        let code = known.get(&sku).map(|row| row.code.clone()).unwrap_or_default();
        let cases = gone::look_elsewhere(tx, place.site, sku, &code, &lines).await?;
        exceptions::raise(tx, &cases).await?;
    }
    release(tx, row, place, &doubts).await?;
    let units = units::judge(tx, row).await?;
    let verdict = Verdict { in_tolerance: verdict.in_tolerance && units, ..*verdict };
    sql::close(tx.conn(), org, row.id, at, &verdict, decided_by).await?;
    if !follow_up(tx, row).await? {
        exceptions::resolve(tx, "count_due", &[row.bin_id], &format!("Counted: {}", row.number)).await?;
    }
    tell(tx, row, "stock.counted", Status::Done);
    Ok(())
}

/// What is not there leaves the books; answers its value, and by SKU what orders gave up. What was doubted and is lost is doubted no more.
async fn lose(
    tx: &mut Tx,
    row: &sql::CountRow,
    off: &[&Line],
    doubts: &mut BTreeMap<SkuId, i32>,
) -> Result<(Decimal, BTreeMap<SkuId, Vec<Freed>>)> {
    let (place, source) = (row.place(), row.id);
    let shelf = Shelf::of(tx, place).await?;
    let (mut losses, mut freed) = (Vec::new(), BTreeMap::<SkuId, Vec<(Tag, i32)>>::new());
    for line in off.iter().filter(|line| line.variance() < 0) {
        let (item, units) = (line.item(), -line.variance());
        let there = shelf.standing(&item);
        let held = there.iter().find(|one| one.state == State::Held).map_or(0, |one| one.on_hand);
        let doubted = doubts.get(&item.sku).copied().unwrap_or(0).min(held);
        let loss = take_loss(&there, doubted, units);
        let loss = loss.ok_or_else(|| CountRefusal::MovedSince { bin: row.bin_code.clone(), units })?;
        if let Some(left) = doubts.get_mut(&item.sku) {
            *left -= doubted.min(units);
        }
        for (from_state, quantity) in loss.parts {
            let tag = shelf.tag(&item, from_state)?;
            losses.push(Scrap { sku: item.sku, tag, quantity, from: place, from_state, source });
        }
        if loss.freed > 0 {
            freed.entry(item.sku).or_default().push((shelf.tag(&item, State::Sellable)?, loss.freed));
        }
    }
    let mut given_up = BTreeMap::new();
    for (sku, units) in freed {
        given_up.insert(sku, gone::give_up(tx, place, sku, &units).await?);
    }
    Ok((stock::lose(tx, &losses).await?.into_iter().sum(), given_up))
}

/// What is there and was in no book comes in, as what it was counted as; answers its value.
async fn gain(tx: &mut Tx, row: &sql::CountRow, off: &[&Line]) -> Result<Decimal> {
    let (org, place) = (tx.org().0, row.place());
    let mut found: BTreeMap<SkuId, (Decimal, Vec<Named>)> = BTreeMap::new();
    for line in off.iter().filter(|line| line.variance() > 0) {
        let (lot, serial, units) = (line.lot.clone(), line.serial.clone(), line.variance());
        let one = Named { lot, serial, units, ..Named::default() };
        found.entry(line.sku).or_insert_with(|| (line.unit_value, Vec::new())).1.push(one);
    }
    let days = if found.is_empty() { Vec::new() } else { sql_rounds::days(tx.conn(), org, row.id, row.rounds).await? };
    let mut gains = Vec::new();
    for (sku, (unit_value, mut named)) in found {
        for one in &mut named {
            let said = days.iter().find(|said| (said.sku_id, said.lot.as_str()) == (sku.0, one.lot.as_str()));
            (one.made_on, one.expires_on) = said.map_or((None, None), |said| (said.made_on, said.expires_on));
        }
        let parts = lots::tags(tx, sku, &named).await?.into_iter();
        let (to, to_state, source) = (place, State::Sellable, row.id);
        gains.extend(parts.map(|(tag, quantity)| Gain { sku, tag, quantity, to, to_state, unit_value, source }));
    }
    Ok(stock::gain(tx, &gains).await?.into_iter().sum())
}

/// What a short pick took out of sale and is there after all can be sold again; of goods that are told apart, what is known and good.
async fn release(tx: &mut Tx, row: &sql::CountRow, place: Place, doubts: &BTreeMap<SkuId, i32>) -> Result<()> {
    if doubts.is_empty() {
        return Ok(());
    }
    let shelf = Shelf::of(tx, place).await?;
    let (from, to, source) = (place, place, row.id);
    let (from_state, to_state) = (State::Held, State::Sellable);
    let mut back = Vec::new();
    for (sku, doubted) in doubts {
        let mut left = *doubted;
        for held in shelf.of_sku(*sku, State::Held) {
            let quantity = left.min(held.on_hand);
            if quantity > 0 && lots::on_sale(tx, Reason::Transfer, (*sku, held.tag)).await? == State::Sellable {
                left -= quantity;
                back.push(Shift { sku: *sku, tag: held.tag, quantity, from, from_state, to, to_state, source });
            }
        }
    }
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
