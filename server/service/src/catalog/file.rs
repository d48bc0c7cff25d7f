//! SKUs, barcodes and bins as files: SKUs are brought in row by row, tried first and then taken; all three are written out. What a row
//! says is `domain::catalog::sheet`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::catalog::CatalogRefusal;
use domain::catalog::card::{Card, SaveSku};
use domain::catalog::sheet::{self, BARCODES, HEADER, ROWS_MAX, Row};
use domain::ids::{CommandId, SkuId};
use domain::people::{Caller, Permission};
use domain::waves::roster::{RosterReport, RowOutcome, RowSaid};
use uuid::Uuid;

use super::cards::{self, SaveSkus};
use super::sql_cards;
use crate::{Db, Failure, Result};

/// What can be written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    Skus,
    Barcodes,
    Bins,
}

impl Sheet {
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Skus, Self::Barcodes, Self::Bins].into_iter().find(|sheet| sheet.code() == code)
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Skus => "skus",
            Self::Barcodes => "barcodes",
            Self::Bins => "bins",
        }
    }
}

/// A row and the line of the file it stands on.
type Numbered = (i32, std::result::Result<Row, String>);

/// A file's rows; a foreign file is refused whole.
fn rows(text: &str) -> Result<Vec<Numbered>> {
    let foreign = |why: String| CatalogRefusal::NotASheet { why };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| foreign(error.to_string()))?.clone();
    let columns = sheet::columns(&header.iter().collect::<Vec<_>>()).map_err(foreign)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        if rows.len() >= ROWS_MAX {
            return Err(CatalogRefusal::TooManyRows { most: ROWS_MAX }.into());
        }
        let record = record.map_err(|error| foreign(error.to_string()))?;
        let row_no = i32::try_from(rows.len() + 1).unwrap_or(i32::MAX);
        rows.push((row_no, Row::new(&columns, &record.iter().collect::<Vec<_>>())));
    }
    Ok(rows)
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
        let read = rows(text)?;
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
                    let sku = before.map_or_else(|| new_id(id, row_no), |(id, _)| *id);
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
        mut asked: Vec<(i32, SaveSku)>,
        dry_run: bool,
        said: &mut Vec<RowSaid>,
    ) -> Result<()> {
        let mut waits = HashMap::new();
        let mut at = 0;
        // What each would do is tried in a transaction that is taken back.
        let mut tx = self.begin(caller, id, now).await?;
        if !caller.may(Permission::CatalogEdit, None) {
            return Err(domain::people::PeopleRefusal::NotAllowed { permission: Permission::CatalogEdit }.into());
        }
        let rules = cards::rules(&mut tx).await?;
        while at < asked.len() {
            sql_cards::mark(tx.conn()).await?;
            match cards::save(&mut tx, &rules, &asked[at].1).await {
                Ok((_, saved)) => {
                    sql_cards::keep(tx.conn()).await?;
                    waits.insert(asked[at].0, saved.waits);
                    at += 1;
                }
                Err(Failure::Refused(refusal)) => {
                    sql_cards::back(tx.conn()).await?;
                    let (row_no, _) = asked.remove(at);
                    said.push(RowSaid { row_no, outcome: RowOutcome::Refused, words: refusal.to_string() });
                }
                Err(broken) => return Err(broken),
            }
        }
        tx.rollback().await?;
        for (row_no, sku) in &asked {
            let waits = waits.get(row_no).map(Vec::as_slice).unwrap_or_default();
            let waits: Vec<String> =
                waits.iter().map(|(group, _, role)| format!("{} waits for {}", group.words(), role.name())).collect();
            let words = if waits.is_empty() { sku.card.code.clone() } else { format!("{}; {}", sku.card.code, waits.join(", ")) };
            said.push(RowSaid { row_no: *row_no, outcome: RowOutcome::Taken, words });
        }
        if !dry_run && !asked.is_empty() {
            let skus = asked.into_iter().map(|(_, sku)| sku).collect();
            self.run(caller, id, now, &SaveSkus { skus }).await?;
        }
        Ok(())
    }

    /// A header and rows of everything of a kind.
    pub async fn data_sheet(&self, caller: &Caller, sheet: Sheet) -> Result<(Vec<&'static str>, Vec<Vec<String>>)> {
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        let org = tx.org().0;
        Ok(match sheet {
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
            Sheet::Bins => {
                let header = [
                    "site",
                    "zone",
                    "bin",
                    "kind",
                    "aisle",
                    "y_mm",
                    "side",
                    "level",
                    "volume_ml",
                    "weight_g",
                    "class",
                    "hazard",
                    "mixing",
                    "locked",
                ];
                (header.to_vec(), sql_cards::bin_rows(tx.conn(), org).await?)
            }
        })
    }
}

/// The same row of the same file is the same SKU, sent again.
fn new_id(command: CommandId, row_no: i32) -> Uuid {
    Uuid::new_v5(&command.0, &row_no.to_be_bytes())
}
