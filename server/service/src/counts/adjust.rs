//! Corrections by hand: proposed with a code, posted at once when they are small, decided by somebody else when they are not. Which
//! codes there are and who may decide is `domain::counts::adjust`.

use chrono::TimeDelta;
use domain::counts::CountRefusal;
use domain::counts::adjust::{self, AdjustStock, Adjusted, DecideAdjustment, Status, Why, WithdrawAdjustment, needs_approval};
use domain::ids::{AdjustmentId, SiteId, SkuId};
use domain::ledger::INVENTORY;
use domain::numbers::Series;
use domain::people::Permission;
use domain::reasons::Process;
use domain::refusal::Refusal;
use domain::stock::{Place, State, StockRefusal, Tag};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{programme, sql, sql_adjust, sql_read};
use crate::decisions::{self, Decision};
use crate::floor::gone;
use crate::ledger::{self, Posting};
use crate::stock::{self, Gain, Scrap};
use crate::{Act, Failure, Result, Tx, catalog, exceptions, reasons};

/// Bins whose stock is corrected by hand: where goods stand loose and in nobody's tote.
const CORRECTED: [&str; 5] = ["pick", "reserve", "dock", "quarantine", "returns"];

/// A correction that is to take effect.
struct Correction {
    id: Uuid,
    at: Place,
    sku: SkuId,
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
        let item = sql_read::item(tx.conn(), org, self.sku_code.trim()).await?;
        let item = item.ok_or_else(|| Refusal::invalid("sku_code", "There is no SKU with this code or barcode."))?;
        let sku = SkuId(item.sku_id);
        let place = Place::loose(self.site, bin.id.into());
        let unit_value = stock::unit_values(tx, &[sku]).await?.remove(&sku).unwrap_or_default();
        let guessed = (unit_value * Decimal::from(self.units.unsigned_abs())).round_dp(4);
        let rules = programme(tx, self.site).await?;
        sql_adjust::queue(tx.conn(), org, me.0).await?;
        let same_day = sql_adjust::value_since(tx.conn(), org, self.site.0, me.0, at - TimeDelta::days(1)).await?;
        let pending = needs_approval(guessed, same_day, rules.adjust_value);
        let value = if pending {
            there(tx, place, sku, self.state, self.units).await?;
            guessed
        } else {
            let correction = Correction { id: id.0, at: place, sku, state: self.state, units: self.units, reason };
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
        let said = json!({ "number": number, "status": status, "bin": bin.code, "sku": sku, "units": self.units, "reason": self.reason,
                           "note": self.note.trim(), "value": value });
        tx.audit("adjustment", id, (), said);
        Ok(Adjusted { id, number, status, value })
    }
}

/// Are there so many to take? Asked of a correction that only waits, so that nobody decides what cannot be.
async fn there(tx: &mut Tx, at: Place, sku: SkuId, state: State, units: i32) -> Result<(i32, i32)> {
    let standing = stock::standing(tx, at).await?.remove(&sku).unwrap_or_default();
    let (on_hand, allocated) = standing.iter().find(|one| one.state == state).map_or((0, 0), |one| (one.on_hand, one.allocated));
    if units < 0 && on_hand < -units {
        return Err(StockRefusal::NotEnough { wanted: -units, free: on_hand }.into());
    }
    Ok((on_hand, allocated))
}

/// Stock, cost and books together; answers the exact value. A loss beyond what is free frees what orders were given.
async fn post(tx: &mut Tx, correction: &Correction) -> Result<Decimal> {
    let Correction { id, at, sku, state, units, reason } = *correction;
    gone::lock_walks(tx, at.bin, &[sku]).await?;
    stock::promises(tx, &[at.site], &[sku]).await?;
    let (on_hand, allocated) = there(tx, at, sku, state, units).await?;
    if units > 0 {
        let unit_value = stock::unit_values(tx, &[sku]).await?.remove(&sku).unwrap_or_default();
        let gain = Gain { sku, tag: Tag::NONE, quantity: units, to: at, to_state: state, unit_value, source: id };
        let value = stock::gain(tx, &[gain]).await?.into_iter().sum();
        ledger::post(tx, &[Posting::posted(INVENTORY, reason.account(), value, "count", id)]).await?;
        return Ok(value);
    }
    let freed = gone::give_up(tx, at, sku, -units - (on_hand - allocated)).await?;
    let gone = [Scrap { sku, tag: Tag::NONE, quantity: -units, from: at, from_state: state, source: id }];
    let values = if reason.scraps() { stock::scrap(tx, &gone).await? } else { stock::lose(tx, &gone).await? };
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
        Ok(Correction {
            id: id.0,
            at: Place::loose(self.site_id.into(), self.bin_id.into()),
            sku: self.sku_id.into(),
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
