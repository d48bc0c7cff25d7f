//! What screens read of master data: cards, how ready things are, edits that wait, rules.

use domain::catalog::changes::{self, CardSheet, ChangeList, ChangeRow, DataRules, Status, owns};
use domain::catalog::readiness::{self, Board, Fact, Of, Row};
use domain::ids::SkuId;
use domain::people::{Caller, Permission};
use domain::refusal::Refusal;
use uuid::Uuid;

use super::{cards, sql_cards, sql_changes};
use crate::{Db, Failure, Result, Tx, rows_before};

/// Rows on a page of readiness.
pub const PAGE: i64 = 50;

impl Db {
    /// A SKU's card, and the edits of it that wait.
    pub async fn sku_card(&self, caller: &Caller, sku: SkuId) -> Result<CardSheet> {
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        let org = tx.org().0;
        let card = sql_cards::cards(tx.conn(), org, Some(&[sku.0])).await?.pop().ok_or_else(|| Refusal::not_found("SKU"))?.1;
        let waits = list(&mut tx, Status::Pending.code(), Some(sku.0), 1).await?;
        Ok(CardSheet { id: sku, card, waits: waits.rows, rules: cards::rules(&mut tx).await? })
    }

    /// How ready SKUs, bins or carriers are, worst first.
    pub async fn readiness(&self, caller: &Caller, of: Of, search: &str, fact: Option<Fact>, page: i64) -> Result<Board> {
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        let org = tx.org().0;
        let threshold = cards::rules(&mut tx).await?.threshold(of);
        let mut board = Board::over(of, rows(&mut tx, of, threshold).await?, threshold, search, fact);
        let page = usize::try_from(rows_before(page, PAGE)).unwrap_or(usize::MAX);
        board.rows = board.rows.into_iter().skip(page).take(usize::try_from(PAGE).unwrap_or(usize::MAX)).collect();
        board.waiting = sql_changes::pending(tx.conn(), org).await?;
        Ok(board)
    }

    /// Edits of others' parts.
    pub async fn sku_changes(&self, caller: &Caller, status: Option<Status>, page: i64) -> Result<ChangeList> {
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        list(&mut tx, status.map_or("", Status::code), None, page).await
    }

    pub async fn data_rules(&self, caller: &Caller) -> Result<DataRules> {
        let mut tx = self.read(caller, Permission::CatalogEdit, None).await?;
        cards::rules(&mut tx).await
    }
}

async fn rows(tx: &mut Tx, of: Of, threshold: i32) -> Result<Vec<Row>> {
    let org = tx.org().0;
    let row = |code: String, name: String, missing: Vec<Fact>| {
        let score = readiness::score(&missing);
        Row { sku: None, bin: None, code, name, score, missing, held: score < threshold }
    };
    Ok(match of {
        Of::Skus => {
            let cards = sql_cards::cards(tx.conn(), org, None).await?;
            let active = cards.into_iter().filter(|(_, card)| card.naming.active);
            let of_sku = active.map(|(sku, card)| Row {
                sku: Some(SkuId(sku)),
                ..row(card.code.clone(), card.naming.name.clone(), readiness::missing(&card))
            });
            of_sku.collect()
        }
        Of::Bins => {
            let bins = sql_cards::bins(tx.conn(), org).await?;
            let of_bin = bins.into_iter().map(|bin| {
                let gone = readiness::of_bin(bin.mapped, bin.volume, bin.load);
                Row { bin: Some(bin.id.into()), ..row(bin.code, bin.site_code, gone) }
            });
            of_bin.collect()
        }
        Of::Carriers => {
            let services = sql_cards::services(tx.conn(), org).await?;
            let of_service = services.into_iter().map(|service| {
                let gone = readiness::of_service(service.countries, service.leaves);
                row(service.code, format!("{} {}", service.carrier, service.service), gone)
            });
            of_service.collect()
        }
    })
}

async fn list(tx: &mut Tx, status: &str, sku: Option<Uuid>, page: i64) -> Result<ChangeList> {
    let (org, me) = (tx.org().0, tx.caller.person().0);
    let rules = cards::rules(tx).await?;
    let rows = sql_changes::list(tx.conn(), org, status, sku, changes::PAGE, rows_before(page, changes::PAGE)).await?;
    let total = rows.first().map_or(0, |row| row.total);
    let pending = sql_changes::pending(tx.conn(), org).await?;
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let unread = || Failure::Broken(sqlx::Error::Decode(format!("{} is no status of an edit", row.status).into()));
        let status = Status::parse(&row.status).ok_or_else(unread)?;
        let (before, after) = (row.before.0, row.after.0);
        let owner = rules.owner(after.group());
        let own = !me.is_nil() && row.asked_by == me;
        told.push(ChangeRow {
            id: row.id.into(),
            number: row.number,
            sku: row.sku_id.into(),
            sku_code: row.sku_code,
            sku_name: row.sku_name,
            mine: status == Status::Pending && !own && owns(&tx.caller, owner),
            own,
            owner,
            before,
            after,
            note: row.note,
            status,
            asked_by: row.asked_name,
            asked_at: row.asked_at,
            decided_by: row.decided_name,
            decided_at: row.decided_at,
            why: row.why,
        });
    }
    Ok(ChangeList { rows: told, total, pending })
}
