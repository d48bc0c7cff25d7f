//! Server functions of master data.

use domain::catalog::card::SaveSku;
use domain::catalog::changes::{CardSheet, ChangeList, DataRules, DecideChange, Saved, SetDataRules, Status, WithdrawChange};
use domain::catalog::readiness::{Board, Fact, Of};
use domain::ids::{CommandId, SkuId};
use domain::waves::roster::RosterReport;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Streaming, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;
use crate::files::Bytes;

#[server(endpoint = "data/readiness", prefix = "/api/fn", protocol = Ask)]
pub async fn read_readiness(of: Of, search: String, fact: Option<Fact>, page: i64) -> Result<Board, Said> {
    use crate::door::{answer, caller, db};
    answer(db().readiness(&caller()?, of, &search, fact, page).await)
}

#[server(endpoint = "data/card", prefix = "/api/fn", protocol = Ask)]
pub async fn read_card(sku: SkuId) -> Result<CardSheet, Said> {
    use crate::door::{answer, caller, db};
    answer(db().sku_card(&caller()?, sku).await)
}

#[server(endpoint = "data/save", prefix = "/api/fn", protocol = Ask)]
pub async fn send_card(id: CommandId, command: SaveSku) -> Result<Saved, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "data/changes", prefix = "/api/fn", protocol = Ask)]
pub async fn read_changes(status: Option<Status>, page: i64) -> Result<ChangeList, Said> {
    use crate::door::{answer, caller, db};
    answer(db().sku_changes(&caller()?, status, page).await)
}

#[server(endpoint = "data/decide", prefix = "/api/fn", protocol = Ask)]
pub async fn send_decision(id: CommandId, command: DecideChange) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "data/withdraw", prefix = "/api/fn", protocol = Ask)]
pub async fn send_withdrawal(id: CommandId, command: WithdrawChange) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "data/rules", prefix = "/api/fn", protocol = Ask)]
pub async fn read_rules() -> Result<DataRules, Said> {
    use crate::door::{answer, caller, db};
    answer(db().data_rules(&caller()?).await)
}

#[server(endpoint = "data/set-rules", prefix = "/api/fn", protocol = Ask)]
pub async fn send_rules(id: CommandId, command: SetDataRules) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// A file of SKUs, tried or taken.
#[server(endpoint = "data/import", prefix = "/api/fn", protocol = Ask)]
pub async fn send_skus(id: CommandId, text: String, dry_run: bool) -> Result<RosterReport, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().import_skus(&caller()?, id, now(), &text, dry_run).await)
}

/// SKUs, barcodes or bins, as text.
#[server(endpoint = "data/sheet.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn sheet_csv(#[server(default)] of: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db};
    let sheet = sheet_of(&of)?;
    let (header, rows) = answer(db().data_sheet(&caller()?, sheet).await)?;
    let mut csv = Csv::new(&header);
    for row in rows {
        csv.row(&row);
    }
    Ok(csv.download(sheet.code()))
}

/// The same as a workbook.
#[server(endpoint = "data/sheet.xlsx", prefix = "/api/fn", input = GetUrl, output = Streaming)]
pub async fn sheet_xlsx(#[server(default)] of: String) -> Result<Bytes, Said> {
    use crate::door::{answer, caller, db};
    let sheet = sheet_of(&of)?;
    let (header, rows) = answer(db().data_sheet(&caller()?, sheet).await)?;
    let book = answer(service::sheets::workbook(sheet.code(), &header, &rows))?;
    Ok(crate::files::download(book, &format!("{}.xlsx", sheet.code())))
}

#[cfg(feature = "ssr")]
fn sheet_of(of: &str) -> Result<service::catalog::Sheet, Said> {
    use service::catalog::Sheet;
    if of.is_empty() { Some(Sheet::Skus) } else { Sheet::parse(of) }.ok_or_else(|| Said::invalid("of", "There is no such sheet."))
}
