//! Corrections by hand: proposed with a code, posted at once when they are small, decided by somebody else when they are not. Which
//! codes there are and who may decide is `domain::counts::adjust`.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::counts::CountRefusal;
use domain::counts::adjust::{self, AdjustStock, Adjusted, DecideAdjustment, Status, Why, WithdrawAdjustment, needs_approval};
use domain::ids::{AdjustmentId, BinId, LotId, SiteId, SkuId};
use domain::ledger::INVENTORY;
use domain::lots::{Marks, gs1};
use domain::numbers::Series;
use domain::people::Permission;
use domain::reasons::Process;
use domain::refusal::Refusal;
use domain::stock::{Place, State, StockRefusal, Tag};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::shelf::{Shelf, whose};
use super::{programme, sql, sql_adjust, sql_read};
use crate::decisions::{self, Decision};
use crate::floor::gone;
use crate::ledger::{self, Posting};
use crate::lots::{self, Named};
use crate::stock::{self, Gain, Scrap};
use crate::{Act, Failure, Result, Tx, catalog, exceptions, reasons};

/// Bins whose stock is corrected by hand: where goods stand loose and in nobody's tote.
const CORRECTED: [&str; 5] = ["pick", "reserve", "dock", "quarantine", "returns"];

/// A correction that is to take effect.
struct Correction {
    id: Uuid,
    at: Place,
    sku: SkuId,
    /// What was said of the units.
    marks: Marks,
    state: State,
    units: i32,
    reason: Why,
}

impl Act for AdjustStock {
    const KIND: &'static str = "stock.adjust";
    const NEEDS: Permission = Permission::StockAdjust;
    type Outcome = Adjusted;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Adjusted> {
        self.check()?;
        let id = AdjustmentId::mint();
        let given = reasons::give(tx, Process::Adjustment, &self.reason, &self.note, id).await?;
        let reason = self.why(&given)?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
        let bin = sql::bin(tx.conn(), org, self.site.0, self.bin_code.trim()).await?;
        let bin = bin.filter(|bin| CORRECTED.contains(&bin.kind.as_str()));
        let bin = bin.ok_or_else(|| Refusal::invalid("bin_code", "No goods are kept in a bin of this name at this site."))?;
        let item = sql_read::item(tx.conn(), org, &gs1::item_of(&self.sku_code)).await?;
        let item = item.ok_or_else(|| Refusal::invalid("sku_code", "There is no SKU with this code or barcode."))?;
        let sku = SkuId(item.sku_id);
        let place = Place::loose(self.site, bin.id.into());
        let unit_value = stock::unit_values(tx, &[sku]).await?.remove(&sku).unwrap_or_default();
        let guessed = (unit_value * Decimal::from(self.units.unsigned_abs())).round_dp(4);
        let rules = programme(tx, self.site).await?;
        sql_adjust::queue(tx.conn(), org, me.0).await?;
        let same_day = sql_adjust::value_since(tx.conn(), org, self.site.0, me.0, at - TimeDelta::days(1)).await?;
        let pending = needs_approval(guessed, same_day, rules.adjust_value);
        let marks = self.marks.clone().with_label(&self.sku_code, at.date_naive());
        let correction = Correction { id: id.0, at: place, sku, marks, state: self.state, units: self.units, reason };
        let value = if pending {
            // Asked of a correction that only waits too, so that nobody decides what cannot be.
            if self.units > 0 {
                named(tx, &correction).await.map(drop)?;
            } else {
                going(tx, &correction).await.map(drop)?;
            }
            guessed
        } else {
            post(tx, &correction).await?
        };
        let number = tx.numbers(Series::Adjustment, 1).await?.remove(0);
        let status = if pending { Status::Pending } else { Status::Posted };
        let new = sql_adjust::New {
            id: id.0,
            number: &number,
            site: self.site.0,
            bin: bin.id,
            sku: sku.0,
            marks: &correction.marks,
            state: self.state.code(),
            units: self.units,
            reason: reason.code(),
            note: self.note.trim(),
            value,
            status: status.code(),
            by: me.0,
            expires_at: at + TimeDelta::days(rules.adjust_days.into()),
            decided_at: (!pending).then_some(at),
        };
        sql_adjust::insert(tx.conn(), org, at, &new).await?;
        let inputs = json!({ "value": guessed, "same_day": same_day, "limit": rules.adjust_value });
        decisions::keep(tx, &[Decision::new("approval", id, "adjustment threshold", inputs, status)]).await?;
        let topic = if pending { "adjustment.proposed" } else { "stock.adjusted" };
        tx.announce(topic, id, Some(self.site), json!({ "number": number, "units": self.units }));
        let said = json!({ "number": number, "status": status, "bin": bin.code, "sku": sku, "marks": correction.marks, "units": self.units,
                           "reason": self.reason, "note": self.note.trim(), "value": value });
        tx.audit("adjustment", id, (), said);
        Ok(Adjusted { id, number, status, value })
    }
}

/// Units that a correction takes away: which, how many, and how many of them are nobody's.
struct Going {
    tag: Tag,
    units: i32,
    free: i32,
}

/// Which units are to go: of goods that are told apart it has to be said, where there is something to choose.
async fn going(tx: &mut Tx, correction: &Correction) -> Result<Vec<Going>> {
    let Correction { at, sku, state, units, .. } = *correction;
    let wanted = units.abs();
    let shelf = Shelf::of(tx, at).await?;
    let rows = shelf.of_sku(sku, state);
    let on_hand: i32 = rows.iter().map(|one| one.on_hand).sum();
    if on_hand < wanted {
        return Err(StockRefusal::NotEnough { wanted, free: on_hand }.into());
    }
    let owner = whose(&rows)?;
    let theirs: Vec<_> = rows.into_iter().filter(|one| one.tag.owner == owner).collect();
    let there: Vec<(Tag, i32)> = theirs.iter().map(|one| (one.tag, one.on_hand)).collect();
    let parts = lots::which(tx, (sku, wanted), &correction.marks, &there).await?;
    // Of a lot that was said nothing is taken from what nobody can tell apart.
    let told = !correction.marks.silent() && theirs.iter().any(|one| !one.tag.alike());
    let mut going = Vec::new();
    for (tag, units) in parts {
        let tag = Tag { owner, ..tag };
        let row = theirs.iter().find(|one| one.tag == tag).filter(|one| one.on_hand >= units && !(told && tag.alike()));
        let row = row.ok_or(StockRefusal::NotEnough { wanted, free: wanted - units })?;
        going.push(Going { tag, units, free: row.on_hand - row.allocated });
    }
    Ok(going)
}

/// What is said of units that were found. It may be left unsaid where one lot stands there, or none; what is to be sold must be good.
async fn named(tx: &mut Tx, correction: &Correction) -> Result<Vec<Named>> {
    let Correction { at, sku, state, units, ref marks, .. } = *correction;
    let shelf = Shelf::of(tx, at).await?;
    let stand: BTreeSet<LotId> = shelf.apart(sku).map(|tag| tag.lot).collect();
    let choice = stand.len() > 1 || shelf.apart(sku).any(|tag| !tag.serial.is_nil());
    if marks.silent() && !choice {
        return Ok(vec![Named { units, ..Named::default() }]);
    }
    let named = lots::named(tx, (sku, units), marks).await?;
    lots::require_here(tx, sku, &named, BinId::NIL).await?;
    if state == State::Sellable {
        lots::require_good_named(tx, sku, &named).await?;
    }
    Ok(named)
}

/// Stock, cost and books together; answers the exact value. A loss beyond what is free frees what orders were given.
async fn post(tx: &mut Tx, correction: &Correction) -> Result<Decimal> {
    let Correction { id, at, sku, state, units, reason, .. } = *correction;
    gone::lock_walks(tx, at.bin, &[sku]).await?;
    stock::promises(tx, &[at.site], &[sku]).await?;
    if units > 0 {
        let unit_value = stock::unit_values(tx, &[sku]).await?.remove(&sku).unwrap_or_default();
        let named = named(tx, correction).await?;
        let parts = lots::tags(tx, sku, &named).await?.into_iter();
        let gain = |(tag, quantity)| Gain { sku, tag, quantity, to: at, to_state: state, unit_value, source: id };
        let value = stock::gain(tx, &parts.map(gain).collect::<Vec<_>>()).await?.into_iter().sum();
        ledger::post(tx, &[Posting::posted(INVENTORY, reason.account(), value, "count", id)]).await?;
        return Ok(value);
    }
    let going = going(tx, correction).await?;
    let given: Vec<(Tag, i32)> = going.iter().map(|part| (part.tag, part.units - part.free)).collect();
    let freed = gone::give_up(tx, at, sku, &given).await?;
    let gone = |part: &Going| Scrap { sku, tag: part.tag, quantity: part.units, from: at, from_state: state, source: id };
    let gone: Vec<Scrap> = going.iter().map(gone).collect();
    let values = if reason.scraps() { stock::scrap_just(tx, &gone).await? } else { stock::lose(tx, &gone).await? };
    let value = values.into_iter().sum();
    ledger::post(tx, &[Posting::posted(reason.account(), INVENTORY, value, "count", id)]).await?;
    let code = catalog::by_id(tx, &[sku]).await?.remove(&sku).map(|row| row.code).unwrap_or_default();
    let cases = gone::look_elsewhere(tx, at.site, sku, &code, &freed).await?;
    exceptions::raise(tx, &cases).await?;
    Ok(value)
}

/// The correction, locked, while it still waits.
async fn lock(tx: &mut Tx, id: AdjustmentId, needs: Permission) -> Result<sql_adjust::Row> {
    let (org, at) = (tx.org().0, tx.at);
    let row = sql_adjust::lock(tx.conn(), org, id.0).await?.ok_or_else(|| Refusal::not_found("correction"))?;
    tx.require(needs, row.site_id.into())?;
    match Status::at(&row.status, row.expires_at, at) {
        Some(Status::Pending) => Ok(row),
        Some(Status::Expired) => Err(CountRefusal::AdjustmentExpired { number: row.number, at: row.expires_at }.into()),
        Some(status) => Err(CountRefusal::AdjustmentDecided { number: row.number, status: status.words().to_lowercase() }.into()),
        None => Err(row.unread("status")),
    }
}

impl sql_adjust::Row {
    fn unread(&self, what: &str) -> Failure {
        Failure::Broken(sqlx::Error::Decode(format!("the {what} of correction {} does not read back", self.number).into()))
    }

    fn correction(&self, id: AdjustmentId) -> Result<Correction> {
        let (lot, serials) = (self.lot.clone(), self.serials.clone());
        Ok(Correction {
            id: id.0,
            at: Place::loose(self.site_id.into(), self.bin_id.into()),
            sku: self.sku_id.into(),
            marks: Marks { lot, made_on: self.made_on, expires_on: self.expires_on, serials },
            state: State::parse(&self.state).ok_or_else(|| self.unread("state"))?,
            units: self.units,
            reason: Why::parse(&self.reason).ok_or_else(|| self.unread("reason"))?,
        })
    }
}

impl Act for DecideAdjustment {
    const KIND: &'static str = "stock.decide_adjustment";
    const NEEDS: Permission = Permission::CountsApprove;
    type Outcome = Status;

    async fn act(&self, tx: &mut Tx) -> Result<Status> {
        let why = if self.approve {
            String::new()
        } else {
            reasons::give_words(tx, Process::AdjustmentDecline, &self.reason, self.id).await?
        };
        let row = lock(tx, self.id, Permission::CountsApprove).await?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
        adjust::check_decider(me, row.proposed_by.into())?;
        let (status, value) = if self.approve {
            (Status::Posted, post(tx, &row.correction(self.id)?).await?)
        } else {
            (Status::Declined, row.value)
        };
        let decided = sql_adjust::Decided { status: status.code(), value, by: me.0, at, note: &why };
        sql_adjust::decide(tx.conn(), org, self.id.0, &decided).await?;
        let topic = if self.approve { "stock.adjusted" } else { "adjustment.declined" };
        tx.announce(topic, self.id, Some(row.site_id.into()), json!({ "number": row.number }));
        tx.audit("adjustment", self.id, json!({ "status": row.status }), json!({ "status": status, "why": why, "value": value }));
        Ok(status)
    }
}

impl Act for WithdrawAdjustment {
    const KIND: &'static str = "stock.withdraw_adjustment";
    const NEEDS: Permission = Permission::StockAdjust;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let row = lock(tx, self.id, Permission::StockAdjust).await?;
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
        if row.proposed_by != me.0 {
            return Err(CountRefusal::NotYourAdjustment.into());
        }
        let decided = sql_adjust::Decided { status: Status::Withdrawn.code(), value: row.value, by: me.0, at, note: "" };
        sql_adjust::decide(tx.conn(), org, self.id.0, &decided).await?;
        tx.announce("adjustment.withdrawn", self.id, Some(row.site_id.into()), json!({ "number": row.number }));
        tx.audit("adjustment", self.id, json!({ "status": row.status }), json!({ "status": Status::Withdrawn }));
        Ok(())
    }
}
