//! Replenishment's transactions: what forward pick bins should hold, one by one or by a file; raising and calling off what is to be
//! brought (`check`); bringing it (`moving`). How many, and from where, is decided by `domain::replenish`.

mod check;
mod moving;
mod read;
mod sql;
mod sql_check;
mod sql_read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::ids::{BinId, CommandId, SiteId, SkuId};
use domain::people::{Caller, PeopleRefusal, Permission};
use domain::refusal::Refusal;
use domain::replenish::sheet::{self, FileRow, HEADER};
use domain::replenish::{ForwardPick, RULES_MAX, RemoveForwardPick, ReplenishRefusal, SetForwardPicks, TypedForwardPick};
use domain::waves::roster::{RosterReport, RowOutcome, RowSaid};
use serde_json::json;
use uuid::Uuid;

use crate::{Act, Db, Result, Tx, catalog, exceptions};

/// Whose open case a bin without reserve is.
const NO_RESERVE: &str = "no_reserve";

impl Act for SetForwardPicks {
    const KIND: &'static str = "replenish.set";
    const NEEDS: Permission = Permission::StockPlan;
    /// Rules that stand as asked.
    type Outcome = i32;

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<i32> {
        if self.rules.len() > RULES_MAX {
            return Err(ReplenishRefusal::TooManyRules { given: self.rules.len(), max: RULES_MAX }.into());
        }
        // One rule a bin and SKU: of two, the later is meant.
        let mut rules: BTreeMap<(BinId, SkuId), ForwardPick> = BTreeMap::new();
        for rule in &self.rules {
            rule.check()?;
            rules.insert((rule.bin, rule.sku), *rule);
        }
        let rules: Vec<ForwardPick> = rules.into_values().collect();
        let org = tx.org().0;
        let bins: Vec<Uuid> = rules.iter().map(|rule| rule.bin.0).collect();
        let known: HashMap<Uuid, (String, bool)> = sql::bins(tx.conn(), org, self.site.0, &bins).await?.into_iter().collect();
        for rule in &rules {
            match known.get(&rule.bin.0) {
                Some((_, true)) => {}
                Some((code, false)) => return Err(ReplenishRefusal::NotForwardPick { code: code.clone() }.into()),
                None => return Err(Refusal::not_found("bin at this site").into()),
            }
        }
        let skus: Vec<SkuId> = rules.iter().map(|rule| rule.sku).collect();
        catalog::require_skus(tx, &skus).await?;
        sql::set_rules(tx.conn(), org, self.site.0, &rules).await?;
        let classes = rules.iter().filter_map(|rule| Some((rule.sku, rule.slotting?))).collect();
        catalog::classify(tx, &classes).await?;
        tx.announce("replenishment.rules_set", self.site, Some(self.site), json!({ "rules": rules.len() }));
        match rules.as_slice() {
            [one] => tx.audit("forward_pick", one.bin, (), one),
            many => tx.audit("site", self.site, (), json!({ "forward_picks": many.len() })),
        }
        Ok(i32::try_from(rules.len()).unwrap_or(i32::MAX))
    }
}

impl Act for RemoveForwardPick {
    const KIND: &'static str = "replenish.remove";
    const NEEDS: Permission = Permission::StockPlan;
    type Outcome = ();

    fn site(&self) -> Option<SiteId> {
        Some(self.site)
    }

    async fn act(&self, tx: &mut Tx) -> Result<()> {
        let (org, at) = (tx.org().0, tx.at);
        let removed = sql::remove_rule(tx.conn(), org, self.site.0, self.bin.0, self.sku.0).await?;
        let rule = removed.ok_or_else(|| Refusal::not_found("forward pick"))?;
        sql::call_off_at(tx.conn(), org, self.bin.0, self.sku.0, at).await?;
        exceptions::resolve(tx, NO_RESERVE, &[rule.id], "The bin is filled no more").await?;
        tx.announce("replenishment.rules_set", self.site, Some(self.site), json!({ "rules": 0 }));
        tx.audit("forward_pick", self.bin, json!({ "sku": self.sku, "min": rule.min_units, "max": rule.max_units }), ());
        Ok(())
    }
}

/// A file's rows; a foreign file is refused whole.
fn rows(text: &str) -> Result<Vec<std::result::Result<FileRow, String>>> {
    let foreign = || ReplenishRefusal::NotASheet { expected: HEADER.join(",") };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|_| foreign())?;
    if header.len() != HEADER.len() || !header.iter().zip(HEADER).all(|(a, b)| a.trim().eq_ignore_ascii_case(b)) {
        return Err(foreign().into());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        if rows.len() >= RULES_MAX {
            return Err(ReplenishRefusal::TooManyRules { given: rows.len() + 1, max: RULES_MAX }.into());
        }
        let record = record.map_err(|_| foreign())?;
        rows.push(sheet::read(&record.iter().collect::<Vec<_>>()));
    }
    Ok(rows)
}

/// Bins and SKUs by the codes people write.
struct Codes {
    bins: HashMap<String, (Uuid, bool)>,
    skus: HashMap<String, SkuId>,
}

impl Codes {
    async fn find(tx: &mut Tx, site: SiteId, bins: &[String], skus: &[String]) -> Result<Self> {
        let org = tx.org().0;
        Ok(Self {
            bins: sql::bins_by_code(tx.conn(), org, site.0, bins).await?.into_iter().collect(),
            skus: catalog::by_scans(tx, skus).await?,
        })
    }

    fn rule(&self, row: &FileRow) -> std::result::Result<ForwardPick, Refusal> {
        let code = row.bin_code.clone();
        let bin = match self.bins.get(&row.bin_code.to_uppercase()) {
            Some((bin, true)) => BinId(*bin),
            Some(_) => return Err(ReplenishRefusal::NotForwardPick { code }.into()),
            None => return Err(ReplenishRefusal::UnknownBin { code }.into()),
        };
        let unknown = || CatalogRefusal::UnknownSku { code: row.sku_code.clone() };
        let sku = *self.skus.get(&row.sku_code.to_uppercase()).ok_or_else(unknown)?;
        let rule = ForwardPick { bin, sku, min: row.min, max: row.max, slotting: Some(row.slotting) };
        rule.check()?;
        Ok(rule)
    }
}

impl Db {
    /// A forward pick as it was typed.
    pub async fn set_typed_forward_pick(
        &self,
        caller: &Caller,
        id: CommandId,
        now: DateTime<Utc>,
        typed: &TypedForwardPick,
    ) -> Result<i32> {
        let mut tx = self.read(caller, Permission::StockPlan, Some(typed.site)).await?;
        let short = |text: &str| text.trim().chars().filter(|letter| *letter != '\0').take(80).collect::<String>();
        let row = FileRow {
            bin_code: short(&typed.bin_code),
            sku_code: short(&typed.sku_code),
            min: typed.min,
            max: typed.max,
            slotting: typed.slotting,
        };
        let codes = Codes::find(&mut tx, typed.site, &[row.bin_code.to_uppercase()], &[row.sku_code.to_uppercase()]).await?;
        tx.rollback().await?;
        self.run(caller, id, now, &SetForwardPicks { site: typed.site, rules: vec![codes.rule(&row)?] }).await
    }

    /// Takes a file of forward picks, or tells what it would do. Good rows are taken, each other one says why not.
    pub async fn import_forward_picks(
        &self,
        caller: &Caller,
        id: CommandId,
        now: DateTime<Utc>,
        site: SiteId,
        text: &str,
        dry_run: bool,
    ) -> Result<RosterReport> {
        if !caller.may(Permission::StockPlan, Some(site)) {
            return Err(PeopleRefusal::NotAllowed { permission: Permission::StockPlan }.into());
        }
        let read = rows(text)?;
        let mut tx = self.read(caller, Permission::StockPlan, Some(site)).await?;
        let org = tx.org().0;
        let good = || read.iter().filter_map(|row| row.as_ref().ok());
        let bins: Vec<String> = good().map(|row| row.bin_code.to_uppercase()).collect();
        let skus: Vec<String> = good().map(|row| row.sku_code.to_uppercase()).collect();
        let codes = Codes::find(&mut tx, site, &bins, &skus).await?;
        let standing = sql::standing(tx.conn(), org, site.0).await?;
        tx.rollback().await?;
        let (mut said, mut taken) = (Vec::new(), Vec::new());
        for (row_no, row) in (1..).zip(&read) {
            let (outcome, words) = match row {
                Err(words) => (RowOutcome::Unreadable, words.clone()),
                Ok(row) => match codes.rule(row) {
                    Err(refusal) => (RowOutcome::Refused, refusal.to_string()),
                    Ok(rule) => {
                        let words = format!("{} of {}: {} to {}", row.bin_code, row.sku_code, row.min, row.max);
                        let same = (rule.bin.0, rule.sku.0, rule.min, rule.max, row.slotting.code().to_owned());
                        if standing.contains(&same) {
                            (RowOutcome::Known, words)
                        } else {
                            taken.push(rule);
                            (RowOutcome::Taken, words)
                        }
                    }
                },
            };
            said.push(RowSaid { row_no, outcome, words });
        }
        if !dry_run && !taken.is_empty() {
            self.run(caller, id, now, &SetForwardPicks { site, rules: taken }).await?;
        }
        Ok(RosterReport { dry_run, rows: said })
    }
}
