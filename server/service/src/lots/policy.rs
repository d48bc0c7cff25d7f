//! How SKUs are told apart, and what is known of lots and serials that are about to be given away.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::catalog::card::Group;
use domain::catalog::changes::{Edit, Saved};
use domain::ids::SkuId;
use domain::lots::meant::{There, meant};
use domain::lots::{DAYS_MAX, LotRefusal, Marks, Picking, Policy, Rules, SetLotRules, SetTracking, TrackedSku};
use domain::people::{Caller, Permission};
use domain::refusal::{CommonRefusal, Refusal};
use domain::stock::channels::unknown;
use domain::stock::{Place, Reason, State, Tag};
use serde_json::json;
use uuid::Uuid;

use super::sql;
use crate::{Act, Db, Result, Tx, catalog};

/// A SKU that is told apart, by code.
#[derive(Debug, Clone)]
pub(crate) struct Tracked {
    pub code: String,
    pub policy: Policy,
}

/// Those of the SKUs that are told apart.
pub(crate) async fn policies(tx: &mut Tx, skus: &[SkuId]) -> Result<HashMap<SkuId, Tracked>> {
    let org = tx.org().0;
    let skus: Vec<Uuid> = skus.iter().map(|sku| sku.0).collect();
    let rows = sql::policies(tx.conn(), org, &skus).await?;
    Ok(rows.into_iter().map(|row| (SkuId(row.sku_id), Tracked { policy: row.policy(), code: row.code })).collect())
}

/// How a SKU is told apart; most are not.
pub(crate) async fn policy_of(tx: &mut Tx, sku: SkuId) -> Result<Policy> {
    Ok(policies(tx, &[sku]).await?.remove(&sku).map(|known| known.policy).unwrap_or_default())
}

/// In which order goods are taken of those of the SKUs that are told apart.
pub(crate) async fn pickings(tx: &mut Tx, skus: &[SkuId]) -> Result<HashMap<SkuId, Picking>> {
    let mut known = policies(tx, skus).await?;
    known.retain(|_, known| known.policy.tracked());
    if known.is_empty() {
        return Ok(HashMap::new());
    }
    let usual = usual(tx).await?;
    Ok(known.into_iter().map(|(sku, known)| (sku, known.policy.picking.unwrap_or(usual))).collect())
}

/// What decides which units an order line gets: of lots and serials by their ids, of SKUs and of lines.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    expires: HashMap<Uuid, NaiveDate>,
    since: HashMap<Uuid, DateTime<Utc>>,
    picking: HashMap<Uuid, Picking>,
    min_life: HashMap<Uuid, i32>,
    usual: Picking,
}

impl Facts {
    pub fn expires(&self, tag: Tag) -> Option<NaiveDate> {
        self.expires.get(&tag.lot.0).copied()
    }

    pub fn since(&self, tag: Tag) -> DateTime<Utc> {
        let known = |id: Uuid| self.since.get(&id).copied();
        known(tag.lot.0).or_else(|| known(tag.serial.0)).unwrap_or(DateTime::UNIX_EPOCH)
    }

    pub fn picking(&self, sku: Uuid) -> Picking {
        self.picking.get(&sku).copied().unwrap_or(self.usual)
    }

    /// Until when goods of this line must be good.
    pub fn good_on(&self, line: Uuid, today: NaiveDate) -> NaiveDate {
        let days = u64::try_from(self.min_life.get(&line).copied().unwrap_or(0)).unwrap_or(0);
        today.checked_add_days(chrono::Days::new(days)).unwrap_or(today)
    }
}

/// Everything at once; the number of statements does not grow.
pub(crate) async fn facts(tx: &mut Tx, tags: &[Tag], skus: &[Uuid], lines: &[Uuid]) -> Result<Facts> {
    let org = tx.org().0;
    let lots: Vec<Uuid> = tags.iter().map(|tag| tag.lot.0).filter(|id| !id.is_nil()).collect();
    let serials: Vec<Uuid> = tags.iter().filter(|tag| tag.lot.is_nil()).map(|tag| tag.serial.0).collect();
    let mut facts = Facts { usual: usual(tx).await?, ..Facts::default() };
    for row in sql::ages(tx.conn(), org, &lots, &serials).await? {
        facts.since.insert(row.id, row.first_at);
        if let Some(on) = row.expires_on {
            facts.expires.insert(row.id, on);
        }
    }
    for row in sql::policies(tx.conn(), org, skus).await? {
        if let Some(picking) = row.policy().picking {
            facts.picking.insert(row.sku_id, picking);
        }
    }
    facts.min_life = sql::min_life(tx.conn(), org, lines).await?.into_iter().collect();
    Ok(facts)
}

/// Those of these lines that may have all of these units: none is past its day, and each is good as long as the line's channel asks.
pub(crate) async fn good_for(tx: &mut Tx, lines: &[Uuid], tags: &[Tag]) -> Result<HashSet<Uuid>> {
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let ids: Vec<Uuid> = tags.iter().map(|tag| tag.lot.0).filter(|id| !id.is_nil()).collect();
    if ids.is_empty() {
        return Ok(lines.iter().copied().collect());
    }
    let mut facts = Facts::default();
    for lot in sql::ages(tx.conn(), org, &ids, &[]).await? {
        facts.expires.extend(lot.expires_on.map(|on| (lot.id, on)));
    }
    facts.min_life = sql::min_life(tx.conn(), org, lines).await?.into_iter().collect();
    let lasts = |line: &&Uuid| facts.expires.values().all(|on| *on >= facts.good_on(**line, today));
    Ok(lines.iter().filter(lasts).copied().collect())
}

async fn usual(tx: &mut Tx) -> Result<Picking> {
    let org = tx.org().0;
    Ok(sql::usual(tx.conn(), org).await?.as_deref().and_then(Picking::parse).unwrap_or_default())
}

/// Goods are to go on sale: not when nobody knows which they are, when their lot is recalled, nor past its day. What comes off a truck
/// is there all the same: it stands on hold. Answers the state they get.
pub(crate) async fn on_sale(tx: &mut Tx, reason: Reason, (sku, tag): (SkuId, Tag)) -> Result<State> {
    let refused = if !tag.lot.is_nil() {
        good(tx, tag).await?.err()
    } else if tag.alike() {
        let known = policies(tx, &[sku]).await?.remove(&sku).filter(|known| known.policy.tracked());
        known.map(Tracked::unnamed)
    } else {
        None
    };
    match refused {
        None => Ok(State::Sellable),
        Some(_) if reason == Reason::Transfer => Ok(State::Held),
        Some(refused) => Err(refused.into()),
    }
}

/// Is its lot neither recalled nor past its day? Goods of no lot are.
async fn good(tx: &mut Tx, tag: Tag) -> Result<std::result::Result<(), LotRefusal>> {
    if tag.lot.is_nil() {
        return Ok(Ok(()));
    }
    let (org, today) = (tx.org().0, tx.at.date_naive());
    let lot = sql::lots(tx.conn(), org, &[tag.lot.0]).await?.pop();
    Ok(lot.map_or(Ok(()), |lot| lot.require_good(today)))
}

/// Refuses units of a lot that is recalled or past its day.
pub(crate) async fn require_good(tx: &mut Tx, tag: Tag) -> Result<()> {
    Ok(good(tx, tag).await??)
}

/// Which of the units that stand somewhere and may be taken are meant. Goods that are all alike cost one look, and who moves them finds out.
pub(crate) async fn which(
    tx: &mut Tx,
    (sku, quantity): (SkuId, i32),
    said: &Marks,
    there: &[(Tag, i32)],
) -> Result<Vec<(Tag, i32)>> {
    let org = tx.org().0;
    let Some(known) = policies(tx, &[sku]).await?.remove(&sku).filter(|known| known.policy.tracked()) else {
        return Ok(vec![(Tag::NONE, quantity)]);
    };
    let (lots, serials): (Vec<Uuid>, Vec<Uuid>) = there.iter().map(|(tag, _)| (tag.lot.0, tag.serial.0)).unzip();
    let codes = sql::codes(tx.conn(), org, &lots, &serials).await?;
    let code = |id: Uuid| codes.get(&id).cloned().unwrap_or_default();
    let named = |(tag, units): &(Tag, i32)| There { tag: *tag, lot: code(tag.lot.0), serial: code(tag.serial.0), units: *units };
    Ok(meant(&known.policy, &known.code, quantity, said, &there.iter().map(named).collect::<Vec<_>>())?)
}

/// Units that were found. Those nobody named are of the only lot that stands there, or of none, on hold, until somebody says which; what
/// is of a lot that is recalled or past its day stands on hold too.
pub(crate) async fn found(tx: &mut Tx, (sku, tag): (SkuId, Tag), at: Place, state: State) -> Result<(Tag, State)> {
    let org = tx.org().0;
    let known = policies(tx, &[sku]).await?.remove(&sku).filter(|known| known.policy.tracked());
    let Some(known) = known else { return Ok((tag, state)) };
    let mut tag = tag;
    if tag.alike() && !known.policy.serial {
        let there = sql::lots_in_bin(tx.conn(), org, at.site.0, at.bin.0, sku.0).await?;
        if let [lot] = there.as_slice() {
            tag.lot = (*lot).into();
        }
    }
    let state = if state == State::Sellable { on_sale(tx, Reason::Transfer, (sku, tag)).await? } else { state };
    Ok((tag, state))
}

impl Tracked {
    /// Units of it that nobody can tell apart.
    fn unnamed(self) -> LotRefusal {
        if self.policy.lot {
            LotRefusal::LotMissing { sku: self.code }
        } else {
            LotRefusal::SerialsWanted { sku: self.code, wanted: 1, given: 0 }
        }
    }
}

impl sql::LotRow {
    pub(super) fn require_good(self, today: NaiveDate) -> std::result::Result<(), LotRefusal> {
        if self.recalled {
            return Err(LotRefusal::Recalled { lot: self.code, reason: self.recall_note });
        }
        match self.expires_on.filter(|on| *on < today) {
            Some(on) => Err(LotRefusal::Expired { lot: self.code, on }),
            None => Ok(()),
        }
    }
}

impl Act for SetTracking {
    const KIND: &'static str = "lots.set_tracking";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = Saved;

    async fn act(&self, tx: &mut Tx) -> Result<Saved> {
        let before = possible(tx, self.sku, &self.policy).await?;
        let asked = Edit::Tracking { tracking: self.policy };
        if let Some(waits) = catalog::or_ask(tx, self.sku, &Edit::Tracking { tracking: before }, asked).await? {
            return Ok(waits);
        }
        write(tx, self.sku, &self.policy).await?;
        tx.audit("sku", self.sku, json!({ "tracking": before }), json!({ "tracking": self.policy }));
        Ok(Saved { id: self.sku, applied: vec![Group::Tracking], waits: Vec::new() })
    }
}

/// Somebody else's edit of how a SKU is told apart is written.
pub(crate) async fn tracking_agreed(tx: &mut Tx, sku: SkuId, (before, after): (&Edit, Policy)) -> Result<()> {
    let stands = possible(tx, sku, &after).await?;
    // Who asked saw another policy: they ask again.
    if *before != (Edit::Tracking { tracking: stands }) {
        return Err(CommonRefusal::Stale.into());
    }
    write(tx, sku, &after).await
}

/// How it is told apart now; refused where it may not be told apart so.
async fn possible(tx: &mut Tx, sku: SkuId, policy: &Policy) -> Result<Policy> {
    policy.check()?;
    let org = tx.org().0;
    catalog::require_skus(tx, &[sku]).await?;
    let before = policy_of(tx, sku).await?;
    if (before.lot, before.serial) != (policy.lot, policy.serial) {
        // Nobody could say of which lot those are that stand there.
        let units = sql::on_hand(tx.conn(), org, sku.0).await?;
        if units > 0 {
            return Err(LotRefusal::OnHand { units }.into());
        }
    }
    Ok(before)
}

async fn write(tx: &mut Tx, sku: SkuId, policy: &Policy) -> Result<()> {
    let org = tx.org().0;
    sql::set_policy(tx.conn(), org, sku.0, policy).await?;
    tx.announce("sku.tracking_set", sku, None, json!({ "policy": policy }));
    Ok(())
}

impl Act for SetLotRules {
    const KIND: &'static str = "lots.set_rules";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let org = tx.org().0;
        if self.min_life_days.iter().any(|(_, days)| !(0..=DAYS_MAX).contains(days)) {
            return Err(LotRefusal::BadDays.into());
        }
        let before = sql::channels(tx.conn(), org).await?;
        for (code, _) in &self.min_life_days {
            if !before.iter().any(|(known, ..)| known == code) {
                return Err(unknown(code).into());
            }
        }
        sql::set_usual(tx.conn(), org, self.picking.code()).await?;
        sql::set_min_life(tx.conn(), org, &self.min_life_days).await?;
        tx.announce("lot.rules_set", org, None, json!({ "picking": self.picking }));
        tx.audit(
            "org",
            org,
            json!({ "min_life_days": before }),
            json!({ "picking": self.picking, "min_life_days": self.min_life_days }),
        );
        Ok(())
    }
}

impl Db {
    /// How a SKU is told apart.
    pub async fn tracking(&self, caller: &Caller, sku: SkuId) -> Result<TrackedSku> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let known = catalog::by_id(&mut tx, &[sku]).await?.remove(&sku).ok_or_else(|| Refusal::not_found("SKU"))?;
        let policy = policy_of(&mut tx, sku).await?;
        Ok(TrackedSku { sku, code: known.code, policy, usual: usual(&mut tx).await? })
    }

    /// What holds for all lots.
    pub async fn lot_rules(&self, caller: &Caller) -> Result<Rules> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let org = tx.org().0;
        Ok(Rules { picking: usual(&mut tx).await?, channels: sql::channels(tx.conn(), org).await? })
    }
}
