//! Server functions of transfers.

use domain::ids::{CommandId, SiteId};
use domain::stock::channels::{BufferRow, TypedBuffer};
use domain::transfers::balance::{Balancing, RequestProposal, SetLane};
use domain::transfers::{
    ApproveTransfer, CancelTransfer, CloseTransfer, Handled, LoadTransfer, ReceiveTransfer, TransferPage, TransferRow,
    TransferSheet, TypedTransfer,
};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

/// Open ones first. `page` counts from one.
#[server(endpoint = "transfers/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_transfers(site: Option<SiteId>, open: bool, page: i64) -> Result<TransferPage, Said> {
    use crate::door::{answer, caller, db};
    answer(db().transfers(&caller()?, site, open, page).await)
}

/// All of them as a file. `site` is an id or empty.
#[server(endpoint = "transfers/list.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn transfers_csv(#[server(default)] site: String, #[server(default)] open: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db};
    let (caller, site, open) = (caller()?, site.parse().ok().map(SiteId), !open.is_empty());
    let mut csv =
        Csv::new(&["transfer", "from", "to", "state", "units", "loaded", "received", "lost", "asked_for_by", "asked_for_at"]);
    let (mut page, mut written) = (1, 0);
    loop {
        let rows = answer(db().transfers(&caller, site, open, page).await)?.rows;
        for row in &rows {
            let counts = [row.units, row.loaded, row.received, row.lost].map(|count| count.to_string());
            let mut cells = vec![row.number.clone(), row.from_code.clone(), row.to_code.clone(), row.status.words().to_owned()];
            cells.extend(counts);
            cells.extend([row.requested_by.clone().unwrap_or_default(), row.requested_at.to_rfc3339()]);
            csv.row(&cells);
        }
        written += rows.len();
        page += 1;
        if rows.is_empty() || written >= ROWS_MAX {
            return Ok(csv.download("transfers"));
        }
    }
}

#[server(endpoint = "transfers/transfer", prefix = "/api/fn", protocol = Ask)]
pub async fn read_transfer(number: String) -> Result<TransferSheet, Said> {
    use crate::door::{answer, caller, db};
    answer(db().transfer_sheet(&caller()?, &number).await)
}

/// What there is to load and to take in.
#[server(endpoint = "transfers/trucks", prefix = "/api/fn", protocol = Ask)]
pub async fn read_trucks(site: Option<SiteId>) -> Result<Vec<TransferRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().trucks(&caller()?, site).await)
}

#[server(endpoint = "transfers/request", prefix = "/api/fn", protocol = Ask)]
pub async fn send_request(id: CommandId, command: TypedTransfer) -> Result<String, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().request_typed_transfer(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "transfers/approve", prefix = "/api/fn", protocol = Ask)]
pub async fn send_approve(id: CommandId, command: ApproveTransfer) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "transfers/cancel", prefix = "/api/fn", protocol = Ask)]
pub async fn send_cancel(id: CommandId, command: CancelTransfer) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "transfers/load", prefix = "/api/fn", protocol = Ask)]
pub async fn send_load(id: CommandId, command: LoadTransfer) -> Result<Handled, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "transfers/receive", prefix = "/api/fn", protocol = Ask)]
pub async fn send_receive(id: CommandId, command: ReceiveTransfer) -> Result<Handled, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "transfers/close", prefix = "/api/fn", protocol = Ask)]
pub async fn send_close(id: CommandId, command: CloseTransfer) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// Weeks of cover, lanes, and what they would bring.
#[server(endpoint = "transfers/balancing", prefix = "/api/fn", protocol = Ask)]
pub async fn read_balancing() -> Result<Balancing, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().balancing(&caller()?, now()).await)
}

/// The rows of cover as a file.
#[server(endpoint = "transfers/cover.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn cover_csv() -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    let mut csv = Csv::new(&["sku", "site", "free", "coming", "shipped", "weeks_of_cover"]);
    for row in answer(db().balancing(&caller()?, now()).await)?.cover {
        let counts = [row.free, row.coming, row.shipped].map(|count| count.to_string());
        let mut cells = vec![row.code, row.site];
        cells.extend(counts);
        cells.push(row.cover.to_string());
        csv.row(&cells);
    }
    Ok(csv.download("weeks-of-cover"))
}

#[server(endpoint = "transfers/request-proposed", prefix = "/api/fn", protocol = Ask)]
pub async fn send_proposal(id: CommandId, command: RequestProposal) -> Result<String, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "transfers/set-lane", prefix = "/api/fn", protocol = Ask)]
pub async fn send_lane(id: CommandId, command: SetLane) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What is kept from each channel.
#[server(endpoint = "transfers/buffers", prefix = "/api/fn", protocol = Ask)]
pub async fn read_buffers() -> Result<Vec<BufferRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().channel_buffers(&caller()?).await)
}

#[server(endpoint = "transfers/set-buffer", prefix = "/api/fn", protocol = Ask)]
pub async fn send_buffer(id: CommandId, command: TypedBuffer) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().set_typed_buffer(&caller()?, id, now(), &command).await)
}
