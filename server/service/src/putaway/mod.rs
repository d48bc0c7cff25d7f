//! Putaway's transactions: what waits in receiving bins, where it is proposed to go, and its going there. Which bin takes what is decided
//! by `domain::putaway`, asked once on a look and again under the bin's lock, so that two who fill one bin never over-fill it.

mod act;
mod room;
mod sql;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::catalog::changes::Saved;
use domain::floor::TaskLot;
use domain::ids::{BinId, LpnId, OwnerId, SiteId, SkuId};
use domain::lots::Marks;
use domain::people::{Caller, Permission};
use domain::putaway::{
    Handling, Item, Load, NAMED_MAX, Pace, Proposal, Propose, PutawayRefusal, RULE, SetHandling, Target, ToPutAway, Why, propose,
};
use domain::refusal::Refusal;
use domain::sites::places::{Hazard, StorageClass};
use domain::stock::{State, Tag};
use serde_json::json;
use uuid::Uuid;

use crate::decisions::{self, Decision};
use crate::exceptions::{self, Case};
use crate::{Act, Db, Result, Tx, catalog, lots, orders, sites};
pub(crate) use room::{Asks, Quarantine, require_room};

/// The kind of its receipts and of its cases.
const KIND: &str = "putaway";
/// How far back picks tell an item's pace.
const PACE_DAYS: i64 = 28;

/// Goods in a receiving bin, as they are asked for.
#[derive(Debug, Clone, Copy, serde::Serialize, serde::Deserialize, PartialEq, Eq)]
struct Asked {
    site: SiteId,
    from: BinId,
    lpn: LpnId,
    sku: Option<SkuId>,
    #[serde(default)]
    owner: OwnerId,
    state: State,
}

impl Asked {
    /// Whose; whosever they are where a handling unit is asked for.
    fn whose(&self) -> Option<Uuid> {
        self.sku.map(|_| self.owner.0)
    }
}

impl Asked {
    /// What a case about them is about.
    fn subject(&self) -> Uuid {
        self.sku.map_or(self.lpn.0, |sku| sku.0)
    }
}

/// The goods themselves: as a load, part by part as stock tells them apart, and in words.
struct Goods {
    load: Load,
    parts: Vec<(SkuId, Tag, i32)>,
    words: String,
}

/// Reads the goods: those that are said, refused when it is not plain which are meant; nothing said, the oldest lot first. Refused when
/// there are fewer, or when a handling unit would be taken apart.
async fn goods(tx: &mut Tx, asked: &Asked, quantity: i32, said: Option<&Marks>) -> Result<Goods> {
    let org = tx.org().0;
    if asked.sku.is_none() && asked.lpn.is_nil() {
        return Err(PutawayRefusal::NothingThere.into());
    }
    let (place, sku) = ((asked.from.0, asked.lpn.0), asked.sku.map(|sku| sku.0));
    let rows = sql::goods(tx.conn(), org, asked.site.0, place, (sku, asked.whose()), asked.state.code()).await?;
    let there = rows.iter().map(|row| row.quantity).fold(0, i32::saturating_add);
    if there == 0 {
        return Err(PutawayRefusal::NothingThere.into());
    }
    if quantity < 1 || quantity > there || (asked.sku.is_none() && quantity != there) {
        return Err(PutawayRefusal::MoreThanThere { left: there, given: quantity }.into());
    }
    let mut meant = None;
    if let (Some(sku), Some(said)) = (asked.sku, said) {
        let there: Vec<(Tag, i32)> = rows.iter().map(|row| (row.tag(), row.quantity)).collect();
        meant =
            Some(lots::which(tx, (sku, quantity), said, &there).await?).filter(|parts| parts.iter().any(|(tag, _)| !tag.alike()));
    }
    let may = |row: &sql::GoodsRow| match &meant {
        Some(parts) => parts.iter().find(|(tag, _)| *tag == row.tag()).map_or(0, |(_, units)| *units).min(row.quantity),
        None => row.quantity,
    };
    let (mut items, mut parts, mut left): (Vec<Item>, Vec<(SkuId, Tag, i32)>, i32) = (Vec::new(), Vec::new(), quantity);
    let mut names: BTreeMap<SkuId, String> = BTreeMap::new();
    for row in &rows {
        let (sku, tag, taken) = (SkuId(row.sku_id), row.tag(), left.min(may(row)));
        if taken == 0 {
            continue;
        }
        left -= taken;
        let lot = tag.lot;
        parts.push((sku, tag, taken));
        names.entry(sku).or_insert_with(|| row.sku_code.clone());
        if let Some(item) = items.last_mut().filter(|item| (item.sku, item.owner, item.lot) == (sku, tag.owner, lot)) {
            item.quantity += taken;
            continue;
        }
        items.push(Item {
            sku,
            owner: tag.owner,
            lot,
            quantity: taken,
            volume_ml: row.volume_ml,
            weight_g: row.weight_g,
            class: StorageClass::parse(&row.storage_class).unwrap_or_default(),
            hazard: Hazard::parse(&row.hazard).unwrap_or_default(),
        });
    }
    if left > 0 {
        return Err(PutawayRefusal::MoreThanThere { left: quantity - left, given: quantity }.into());
    }
    let (since, mut picks) = (tx.at - TimeDelta::days(PACE_DAYS), 0);
    for sku in names.keys() {
        picks = picks.max(sql::picks(tx.conn(), org, asked.site.0, sku.0, since).await?);
    }
    let load = Load { items, state: asked.state, pace: Pace::of(picks) };
    Ok(Goods { load, parts, words: names.into_values().collect::<Vec<_>>().join(", ") })
}

impl Act for Propose {
    const KIND: &'static str = "putaway.propose";
    const NEEDS: Permission = Permission::StockReceive;
    type Outcome = Proposal;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<Proposal> {
        let asked =
            Asked { site: self.site, from: self.from, lpn: self.lpn, sku: self.sku, owner: self.owner, state: self.state };
        let said = Some(&self.marks).filter(|marks| !marks.lot.is_empty() || !marks.serials.is_empty());
        let goods = goods(tx, &asked, self.quantity, said).await?;
        let sellable = self.sku.filter(|_| self.state == State::Sellable && self.lpn.is_nil());
        let waits = match sellable {
            Some(sku) => {
                let tags: Vec<Tag> = goods.parts.iter().map(|(_, tag, _)| *tag).collect();
                orders::waits_for(tx, (self.owner, sku), &tags, self.quantity).await?
            }
            None => None,
        };
        let candidates = sites::candidates(tx, self.site, None).await?;
        let said = propose(&goods.load, &candidates);
        let target = match (waits, said.chosen) {
            (Some(waits), _) => {
                let quantity = waits.missing.min(self.quantity);
                Target::Stage { line: waits.line, order: waits.order, number: waits.number, quantity }
            }
            (None, Some((at, quantity))) => Target::Bin { bin: candidates[at].bin, code: candidates[at].code.clone(), quantity },
            (None, None) => Target::Nowhere { looked_at: candidates.len() },
        };
        // Bins that never come into question are counted, not named.
        let close = said.passed_over.iter().filter(|(_, why)| !matches!(why, Why::Locked | Why::Kind));
        let named: Vec<(&str, Why)> = close.take(NAMED_MAX).map(|(at, why)| (candidates[*at].code.as_str(), *why)).collect();
        let passed_over = said.reasons();
        let inputs = json!({ "asked": asked, "quantity": self.quantity, "goods": goods.load, "bins": candidates.len() });
        let rejected = json!({ "bins": named, "reasons": passed_over });
        let decision = Decision::new(KIND, asked.subject(), RULE, inputs, &target).rejecting(rejected);
        let id = decision.id;
        decisions::keep(tx, &[decision]).await?;
        if let Target::Nowhere { looked_at } = target {
            let summary = format!("{} of {} fit in none of {looked_at} bins", self.quantity, goods.words);
            let detail = json!({ "decision": id, "reasons": passed_over });
            exceptions::raise(tx, &[Case { kind: KIND, subject: asked.subject(), site: Some(self.site), summary, detail }])
                .await?;
        }
        tx.audit("putaway", id, (), json!({ "goods": goods.words, "units": self.quantity, "target": target }));
        Ok(Proposal { decision: id, target, passed_over })
    }
}

impl Act for SetHandling {
    const KIND: &'static str = "putaway.set_handling";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = Saved;

    async fn act(&self, tx: &mut Tx) -> Result<Saved> {
        catalog::restate(tx, self.sku, |warehouse| (warehouse.storage, warehouse.hazard) = (self.class, self.hazard)).await
    }
}

impl Db {
    /// What waits to be put away, of this site or of all where the caller receives; what came first is first.
    pub async fn to_put_away(&self, caller: &Caller, site: Option<SiteId>) -> Result<Vec<ToPutAway>> {
        let mut tx = self.read(caller, Permission::StockReceive, site).await?;
        let org = tx.org().0;
        let sites = site.map_or_else(|| tx.sites(Permission::StockReceive), |site| Some(vec![site.0]));
        let rows = sql::waiting(tx.conn(), org, sites.as_deref()).await?;
        let task = |row: sql::WaitingRow| ToPutAway {
            from: row.from_bin.into(),
            from_code: row.from_code,
            site_code: row.site_code,
            lpn: row.lpn_id.into(),
            lpn_code: row.lpn_code,
            sku: row.sku_id.into(),
            sku_code: row.sku_code,
            sku_name: row.sku_name,
            variant: row.variant,
            owner: row.owner_id.into(),
            owner_code: row.owner_code,
            barcodes: row.barcodes.unwrap_or_default().into_iter().zip(row.packs.unwrap_or_default()).collect(),
            state: State::parse(&row.state).unwrap_or(State::Held),
            quantity: row.quantity,
            since: row.since,
            lots: vec![],
            by_serial: false,
            serials: vec![],
        };
        let mut tasks: Vec<ToPutAway> = rows.into_iter().map(task).collect();
        for one in sql::apart(tx.conn(), org, sites.as_deref()).await? {
            let pile = (one.bin_id, one.lpn_id, one.sku_id, one.owner_id, one.state.as_str());
            let same = |task: &&mut ToPutAway| (task.from.0, task.lpn.0, task.sku.0, task.owner.0, task.state.code()) == pile;
            let Some(task) = tasks.iter_mut().find(same) else { continue };
            task.by_serial = one.by_serial;
            task.serials.extend(one.serial);
            match task.lots.iter_mut().find(|lot| Some(&lot.code) == one.lot.as_ref()) {
                Some(lot) => lot.units += one.units,
                None => task.lots.extend(one.lot.map(|code| TaskLot { code, expires_on: one.expires_on, units: one.units })),
            }
        }
        Ok(tasks)
    }

    /// What an item asks of its place.
    pub async fn handling(&self, caller: &Caller, sku: SkuId) -> Result<Handling> {
        let mut tx = self.read(caller, Permission::StockView, None).await?;
        let org = tx.org().0;
        let (class, hazard) = sql::handling(tx.conn(), org, sku.0).await?.ok_or_else(|| Refusal::not_found("SKU"))?;
        Ok(Handling {
            class: StorageClass::parse(&class).unwrap_or_default(),
            hazard: Hazard::parse(&hazard).unwrap_or_default(),
        })
    }
}
