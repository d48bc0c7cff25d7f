//! Cards of SKUs are written and changed: the parts one owns at once, the others when their owners agree. What may stand on a card is
//! `domain::catalog::card`, who owns what `domain::catalog::changes`.

use std::collections::{BTreeMap, BTreeSet};

use domain::catalog::CatalogRefusal;
use domain::catalog::card::{Card, Group, Part, SaveSku, Warehouse};
use domain::catalog::changes::{DataRules, DecideChange, Edit, Saved, SetDataRules, Status, WithdrawChange, check_decider, owns};
use domain::catalog::readiness::Of;
use domain::catalog::sheet;
use domain::catalog::slotting::Slotting;
use domain::ids::{ChangeId, SkuId};
use domain::numbers::Series;
use domain::people::Permission;
use domain::reasons::{Process, check_note};
use domain::refusal::{CommonRefusal, Refusal};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{kits, ready, sql_cards, sql_changes};
use crate::{Act, Result, Tx, lots, reasons};

/// The org's rules, or the usual ones.
pub(super) async fn rules(tx: &mut Tx) -> Result<DataRules> {
    let org = tx.org().0;
    let mut rules = DataRules::default();
    for (kind, threshold) in sql_cards::thresholds(tx.conn(), org).await? {
        rules = rules.below(Of::parse(&kind), threshold);
    }
    for (part, role) in sql_cards::owners(tx.conn(), org).await? {
        let known = rules.owners.iter_mut().find(|(group, _)| group.code() == part);
        if let (Some(known), Some(role)) = (known, domain::people::Role::parse(&role)) {
            known.1 = role;
        }
    }
    Ok(rules)
}

/// Many cards at once, of a file; one audit row.
#[derive(Serialize)]
pub(super) struct SaveSkus {
    pub skus: Vec<SaveSku>,
}

impl Act for SaveSku {
    const KIND: &'static str = "catalog.save";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = Saved;

    async fn act(&self, tx: &mut Tx) -> Result<Saved> {
        let rules = rules(tx).await?;
        let (before, saved) = save(tx, &rules, self).await?;
        ready::settle(tx, &rules, &[self.id]).await?;
        tx.audit("sku", self.id, before, json!({ "card": self.card, "applied": saved.applied, "waits": saved.waits }));
        Ok(saved)
    }
}

impl Act for SaveSkus {
    const KIND: &'static str = "catalog.save_many";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = Vec<Saved>;

    async fn act(&self, tx: &mut Tx) -> Result<Vec<Saved>> {
        let rules = rules(tx).await?;
        let mut all = Vec::with_capacity(self.skus.len());
        for sku in &self.skus {
            all.push(save(tx, &rules, sku).await?.1);
        }
        let ids: Vec<SkuId> = self.skus.iter().map(|sku| sku.id).collect();
        ready::settle(tx, &rules, &ids).await?;
        let codes: Vec<&str> = self.skus.iter().map(|sku| sku.card.code.as_str()).collect();
        let waits = all.iter().map(|saved| saved.waits.len()).sum::<usize>();
        tx.audit("sku", ids.first().map_or(tx.org().0, |id| id.0), (), json!({ "saved": codes, "waits": waits }));
        Ok(all)
    }
}

/// One card: the asker's own parts are written, the others wait. Answers what stood on it before.
pub(super) async fn save(tx: &mut Tx, rules: &DataRules, asked: &SaveSku) -> Result<(Option<Card>, Saved)> {
    let (org, card) = (tx.org().0, asked.card.clone().tidy());
    card.check()?;
    if asked.note.contains('\0') {
        return Err(Refusal::invalid("note", "The text holds a character that cannot be kept.").into());
    }
    check_note(&asked.note)?;
    let before = sql_cards::lock(tx.conn(), org, asked.id.0).await?;
    let mut saved = Saved { id: asked.id, applied: Vec::new(), waits: Vec::new() };
    let changed = if let Some(before) = &before {
        if before.code != card.code {
            return Err(CatalogRefusal::CodeStays { code: before.code.clone() }.into());
        }
        let seen = asked.seen.clone().ok_or(CommonRefusal::Stale)?.tidy();
        let changed = card.changed(&seen);
        // Of two who change a part, the second saw another one.
        if changed.iter().any(|(seen, _)| !before.says(seen)) {
            return Err(CommonRefusal::Stale.into());
        }
        changed
    } else {
        require_owner(tx, Group::Naming).await?;
        free_codes(tx, asked.id, &[&card.code]).await?;
        let new = Card { naming: card.naming.clone(), ..sheet::blank(&card.code) };
        sql_cards::insert(tx.conn(), org, asked.id.0, &new).await?;
        saved.applied.push(Group::Naming);
        card.changed(&new)
    };
    for (old, part) in changed {
        let group = part.group();
        if let Part::Barcodes(_) = &part {
            free_barcodes(tx, asked.id, &card.scans()).await?;
        }
        if owns(&tx.caller, rules.owner(group)) {
            sql_cards::write(tx.conn(), org, asked.id.0, &part).await?;
            saved.applied.push(group);
        } else {
            let number = ask(tx, (asked.id, &asked.note), &Edit::Card(old), Edit::Card(part)).await?;
            saved.waits.push((group, number, rules.owner(group)));
        }
    }
    if !saved.applied.is_empty() {
        tx.announce("sku.changed", asked.id, None, json!({ "code": card.code }));
    }
    Ok((before, saved))
}

/// Refused to whoever does not own a part that can wait for nobody.
async fn require_owner(tx: &mut Tx, group: Group) -> Result<()> {
    let owner = rules(tx).await?.owner(group);
    if owns(&tx.caller, owner) {
        return Ok(());
    }
    let part = group.words().to_owned();
    Err(CatalogRefusal::NotTheOwner { part, owner: owner.name().to_owned() }.into())
}

/// What a SKU's place asks is said outside its card, as if the card had been saved.
pub(crate) async fn restate(tx: &mut Tx, sku: SkuId, change: impl FnOnce(&mut Warehouse)) -> Result<Saved> {
    let (org, rules) = (tx.org().0, rules(tx).await?);
    let card = sql_cards::lock(tx.conn(), org, sku.0).await?.ok_or_else(|| Refusal::not_found("SKU"))?;
    let mut changed = card.clone();
    change(&mut changed.warehouse);
    let asked = SaveSku { id: sku, card: changed, seen: Some(card), note: String::new() };
    let (before, saved) = save(tx, &rules, &asked).await?;
    ready::settle(tx, &rules, &[sku]).await?;
    let before = before.map(|card| card.warehouse);
    tx.audit("sku", sku, before, json!({ "warehouse": asked.card.warehouse, "applied": saved.applied, "waits": saved.waits }));
    Ok(saved)
}

/// SKUs are of these classes, by their owner's word at once; by another's, each waits.
pub(crate) async fn classify(tx: &mut Tx, classes: &BTreeMap<SkuId, Slotting>) -> Result<()> {
    if classes.is_empty() {
        return Ok(());
    }
    let (org, rules) = (tx.org().0, rules(tx).await?);
    if owns(&tx.caller, rules.owner(Group::Warehouse)) {
        let (skus, codes): (Vec<Uuid>, Vec<String>) = classes.iter().map(|(sku, class)| (sku.0, class.code().to_owned())).unzip();
        let changed = sql_cards::classify(tx.conn(), org, &skus, &codes).await?;
        return ready::settle(tx, &rules, &changed.into_iter().map(SkuId).collect::<Vec<_>>()).await;
    }
    for (sku, class) in classes {
        restate(tx, *sku, |warehouse| warehouse.slotting = *class).await?;
    }
    Ok(())
}

/// What is known of a SKU beside its card is said anew: whoever owns it says it at once (`None`), another's edit waits.
pub(crate) async fn or_ask(tx: &mut Tx, sku: SkuId, before: &Edit, after: Edit) -> Result<Option<Saved>> {
    let (group, rules) = (after.group(), rules(tx).await?);
    let owner = rules.owner(group);
    if owns(&tx.caller, owner) {
        return Ok(None);
    }
    let mut saved = Saved { id: sku, applied: Vec::new(), waits: Vec::new() };
    if *before != after {
        let number = ask(tx, (sku, ""), before, after).await?;
        saved.waits.push((group, number, owner));
    }
    Ok(Some(saved))
}

/// The edit waits for the owner of its part; the same one asked again by the same person is that one.
async fn ask(tx: &mut Tx, (sku, note): (SkuId, &str), before: &Edit, after: Edit) -> Result<String> {
    let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
    if let Some((number, waiting, by)) = sql_changes::open(tx.conn(), org, sku.0, after.group()).await? {
        if (waiting, by) == (after, me.0) {
            return Ok(number);
        }
        return Err(CatalogRefusal::ChangeWaits { number }.into());
    }
    let number = tx.numbers(Series::Change, 1).await?.remove(0);
    let id = ChangeId::mint();
    let new = sql_changes::New { id: id.0, number: &number, sku: sku.0, before, after: &after, note: note.trim(), by: me.0, at };
    sql_changes::insert(tx.conn(), org, &new).await?;
    tx.announce("sku.change_asked", sku, None, json!({ "number": number, "part": after.group() }));
    Ok(number)
}

/// A code is a SKU's own: no other SKU's, and nobody's barcode.
pub(super) async fn free_codes(tx: &mut Tx, sku: SkuId, codes: &[&str]) -> Result<()> {
    let taken = meanings(tx, sku, codes).await?;
    match taken.into_iter().find(|(_, what)| what == "SKU" || what == "barcode") {
        Some((code, _)) => Err(CatalogRefusal::CodeTaken { code }.into()),
        None => Ok(()),
    }
}

/// A barcode means one thing: no other SKU, case pack, bin or handling unit.
pub(super) async fn free_barcodes(tx: &mut Tx, sku: SkuId, codes: &[&str]) -> Result<()> {
    Err(match meanings(tx, sku, codes).await?.into_iter().next() {
        None => return Ok(()),
        Some((barcode, what)) if what == "barcode" => CatalogRefusal::BarcodeTaken { barcode }.into(),
        Some((barcode, what)) => CatalogRefusal::BarcodeMeans { barcode, what }.into(),
    })
}

/// What these mean already, but for this SKU itself: the code, and what it is.
async fn meanings(tx: &mut Tx, sku: SkuId, codes: &[&str]) -> Result<Vec<(String, String)>> {
    let org = tx.org().0;
    let capitals: BTreeSet<String> = codes.iter().map(|code| code.to_uppercase()).collect();
    sql_cards::lock_codes(tx.conn(), org).await?;
    sql_cards::meanings(tx.conn(), org, sku.0, &capitals.into_iter().collect::<Vec<_>>()).await
}

impl Act for DecideChange {
    const KIND: &'static str = "catalog.decide";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let why = if self.approve {
            String::new()
        } else {
            reasons::give_words(tx, Process::ChangeRefuse, &self.reason, self.id).await?
        };
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
        let rules = rules(tx).await?;
        let change = sql_changes::lock(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("change"))?;
        let group = change.after.group();
        check_decider(&tx.caller, group, rules.owner(group), change.asked_by.into())?;
        pending(&change)?;
        let status = if self.approve { Status::Applied } else { Status::Refused };
        if self.approve {
            let sku = SkuId(change.sku_id);
            match (&change.before.0, &change.after.0) {
                (Edit::Card(before), Edit::Card(after)) => agreed(tx, &rules, sku, (before, after)).await?,
                (before, Edit::Kit { kit }) => kits::agreed(tx, sku, (before, kit)).await?,
                (before, Edit::Tracking { tracking }) => lots::tracking_agreed(tx, sku, (before, *tracking)).await?,
                (_, Edit::Card(_)) => return Err(CommonRefusal::Stale.into()),
            }
        }
        sql_changes::decide(tx.conn(), org, self.id.0, status.code(), me.0, at, &why).await?;
        tx.announce("sku.change_decided", change.sku_id, None, json!({ "number": change.number, "status": status }));
        tx.audit(
            "sku",
            change.sku_id,
            &change.before,
            json!({ "part": change.after, "status": status, "number": change.number }),
        );
        Ok(())
    }
}

/// Somebody else's edit of a card is written.
async fn agreed(tx: &mut Tx, rules: &DataRules, sku: SkuId, (before, after): (&Part, &Part)) -> Result<()> {
    let org = tx.org().0;
    let mut card = sql_cards::lock(tx.conn(), org, sku.0).await?.ok_or_else(|| Refusal::not_found("SKU"))?;
    // Who asked saw another card: they ask again.
    if !card.says(before) {
        return Err(CommonRefusal::Stale.into());
    }
    card.put(after.clone());
    card.check()?;
    if after.group() == Group::Barcodes {
        free_barcodes(tx, sku, &card.scans()).await?;
    }
    sql_cards::write(tx.conn(), org, sku.0, after).await?;
    ready::settle(tx, rules, &[sku]).await?;
    tx.announce("sku.changed", sku, None, json!({ "code": card.code }));
    Ok(())
}

fn pending(change: &sql_changes::Locked) -> Result<()> {
    if change.status == Status::Pending.code() {
        return Ok(());
    }
    let status = Status::parse(&change.status).map_or_else(|| change.status.clone(), |status| status.words().to_lowercase());
    Err(CatalogRefusal::ChangeDecided { number: change.number.clone(), status }.into())
}

impl Act for WithdrawChange {
    const KIND: &'static str = "catalog.withdraw";
    const NEEDS: Permission = Permission::CatalogEdit;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at, me) = (tx.org().0, tx.at, tx.caller.person());
        let change = sql_changes::lock(tx.conn(), org, self.id.0).await?.ok_or_else(|| Refusal::not_found("change"))?;
        if change.asked_by != me.0 {
            return Err(CatalogRefusal::NotYourChange.into());
        }
        pending(&change)?;
        sql_changes::decide(tx.conn(), org, self.id.0, Status::Withdrawn.code(), me.0, at, "").await?;
        tx.announce("sku.change_decided", change.sku_id, None, json!({ "number": change.number, "status": Status::Withdrawn }));
        tx.audit("sku", change.sku_id, &change.before, json!({ "number": change.number, "status": Status::Withdrawn }));
        Ok(())
    }
}

impl Act for SetDataRules {
    const KIND: &'static str = "catalog.set_rules";
    const NEEDS: Permission = Permission::CatalogRules;
    type Outcome = ();

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        self.rules.check()?;
        let before = rules(tx).await?;
        let org = tx.org().0;
        let owners: Vec<(&str, &str)> = self.rules.owners.iter().map(|(group, role)| (group.code(), role.code())).collect();
        sql_cards::set_rules(tx.conn(), org, &self.rules.thresholds, &owners).await?;
        // A lower threshold lets go of what it held.
        let held = sql_cards::held(tx.conn(), org).await?;
        let now = rules(tx).await?;
        ready::settle(tx, &now, &held.into_iter().map(SkuId).collect::<Vec<_>>()).await?;
        tx.announce("catalog.rules_set", org, None, json!({ "thresholds": self.rules.thresholds }));
        tx.audit("org", org, before, &self.rules);
        Ok(())
    }
}
