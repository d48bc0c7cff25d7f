//! Master data as files: SKUs are brought in row by row, tried first and then taken; SKUs, barcodes, bins, suppliers and prices are written
//! out. What a row
//! says is `domain::catalog::sheet`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::catalog::card::{Card, SaveSku};
use domain::catalog::changes::{DataRules, Saved};
use domain::catalog::sheet::{self, BARCODES, HEADER};
use domain::ids::{CommandId, SkuId};
use domain::people::{Caller, Permission};
use domain::waves::roster::{RosterReport, RowOutcome, RowSaid};
use uuid::Uuid;

use super::cards::{self, SaveSkus};
use super::sql_cards;
use crate::rows::{self, Tried};
use crate::{Db, Result, Tx, purchasing, sites};

/// What can be written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    Skus,
    Barcodes,
    Bins,
    Suppliers,
    Prices,
}

impl Sheet {
    const ALL: [Self; 5] = [Self::Skus, Self::Barcodes, Self::Bins, Self::Suppliers, Self::Prices];

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sheet| sheet.code() == code)
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Skus => "skus",
            Self::Barcodes => "barcodes",
            Self::Bins => "bins",
            Self::Suppliers => "suppliers",
            Self::Prices => "prices",
        }
    }

    /// Whoever may write it out.
    const fn needs(self) -> Permission {
        match self {
            Self::Skus | Self::Barcodes | Self::Bins => Permission::CatalogEdit,
            Self::Suppliers | Self::Prices => Permission::PurchasingView,
        }
    }
}

/// A row's SKU, tried by the org's rules.
struct Asked<'a> {
    rules: &'a DataRules,
    sku: SaveSku,
}

impl Tried for Asked<'_> {
    type Did = Saved;

    async fn tried(&self, tx: &mut Tx) -> Result<Saved> {
        Ok(cards::save(tx, self.rules, &self.sku).await?.1)
    }
}

impl Db {
    /// Takes a file of SKUs, or tells what it would do. Good rows are taken, each other says why not; parts that others own wait for
    /// them; the same file twice changes nothing.
    pub async fn import_skus(
        &self,
        caller: &Caller,
        id: CommandId,
        now: DateTime<Utc>,
        text: &str,
        dry_run: bool,
    ) -> Result<RosterReport> {
        let read = rows::read(text, sheet::columns)?;
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        let org = tx.org().0;
        let codes: Vec<String> = read.iter().filter_map(|(_, row)| Some(row.as_ref().ok()?.code().to_owned())).collect();
        let known: HashMap<String, (Uuid, Card)> = sql_cards::by_codes(tx.conn(), org, &codes)
            .await?
            .into_iter()
            .map(|(id, card)| (card.code.clone(), (id, card)))
            .collect();
        tx.rollback().await?;
        let (mut said, mut asked, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
        for (row_no, row) in read {
            let say = |outcome, words: String| RowSaid { row_no, outcome, words };
            let row = match row {
                Ok(row) => row,
                Err(words) => {
                    said.push(say(RowOutcome::Unreadable, words));
                    continue;
                }
            };
            let before = known.get(row.code());
            let card = row.onto(before.map(|(_, card)| card)).map_err(|words| (RowOutcome::Unreadable, words));
            let card = card.and_then(|card| match card.check() {
                Ok(()) => Ok(card),
                Err(refusal) => Err((RowOutcome::Refused, refusal.to_string())),
            });
            match card {
                Err((outcome, words)) => said.push(say(outcome, words)),
                Ok(card) if !seen.insert(card.code.clone()) => {
                    said.push(say(RowOutcome::Refused, format!("{} is there twice", card.code)));
                }
                Ok(card) if before.is_some_and(|(_, old)| *old == card) => {
                    said.push(say(RowOutcome::Known, format!("{} says so already", card.code)));
                }
                Ok(card) => {
                    let sku = before.map_or_else(|| rows::new_id(id, row_no), |(id, _)| *id);
                    asked.push((
                        row_no,
                        SaveSku { id: SkuId(sku), card, seen: before.map(|(_, old)| old.clone()), note: String::new() },
                    ));
                }
            }
        }
        self.save_rows(caller, id, now, asked, dry_run, &mut said).await?;
        said.sort_by_key(|row| row.row_no);
        Ok(RosterReport { dry_run, rows: said })
    }

    /// Rows that read well, tried together: one that is refused is told and left out, until the rest stand.
    async fn save_rows(
        &self,
        caller: &Caller,
        id: CommandId,
        now: DateTime<Utc>,
        asked: Vec<(i32, SaveSku)>,
        dry_run: bool,
        said: &mut Vec<RowSaid>,
    ) -> Result<()> {
        // What each would do is tried in a transaction that is taken back.
        let mut tx = self.begin(caller, id, now).await?;
        if !caller.may(Permission::CatalogEdit, None) {
            return Err(domain::people::PeopleRefusal::NotAllowed { permission: Permission::CatalogEdit }.into());
        }
        let rules = cards::rules(&mut tx).await?;
        let asked = asked.into_iter().map(|(row_no, sku)| (row_no, Asked { rules: &rules, sku })).collect();
        let stand = rows::try_all(&mut tx, asked, said).await?;
        tx.rollback().await?;
        for (row_no, asked, saved) in &stand {
            let code = asked.sku.card.code.clone();
            let waits: Vec<String> =
                saved.waits.iter().map(|(group, _, role)| format!("{} waits for {}", group.words(), role.name())).collect();
            let words = if waits.is_empty() { code } else { format!("{code}; {}", waits.join(", ")) };
            said.push(RowSaid { row_no: *row_no, outcome: RowOutcome::Taken, words });
        }
        if !dry_run && !stand.is_empty() {
            let skus = stand.into_iter().map(|(_, asked, _)| asked.sku).collect();
            self.run(caller, id, now, &SaveSkus { skus }).await?;
        }
        Ok(())
    }

    /// A header and rows of everything of a kind.
    pub async fn data_sheet(&self, caller: &Caller, sheet: Sheet) -> Result<(Vec<&'static str>, Vec<Vec<String>>)> {
        let mut tx = self.read(caller, sheet.needs(), None).await?;
        let org = tx.org().0;
        Ok(match sheet {
            Sheet::Suppliers => purchasing::supplier_sheet(&mut tx).await?,
            Sheet::Prices => purchasing::price_sheet(&mut tx).await?,
            Sheet::Skus => {
                let cards = sql_cards::cards(tx.conn(), org, None).await?;
                (HEADER.into_iter().chain([BARCODES]).collect(), cards.iter().map(|(_, card)| sheet::cells(card)).collect())
            }
            Sheet::Barcodes => {
                let cards = sql_cards::cards(tx.conn(), org, None).await?;
                let packs = cards.iter().flat_map(|(_, card)| card.barcodes.iter().map(move |pack| (card, pack)));
                let row = |(card, pack): (&Card, &domain::catalog::card::Pack)| {
                    vec![pack.code.clone(), card.code.clone(), pack.quantity.to_string(), card.naming.name.clone()]
                };
                (vec!["barcode", "sku", "quantity", "name"], packs.map(row).collect())
            }
            Sheet::Bins => sites::bin_sheet(&mut tx).await?,
        })
    }
}
