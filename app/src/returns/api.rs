//! Server functions of returns, for the desk and the floor. The portal has its own.

use domain::ids::{CommandId, ReceiptLineId, SiteId};
use domain::returns::{
    BenchFound, CancelReturn, DecideReturn, InspectUnits, Inspected, Outcome, Queue, QueueFilter, ReceiveReturn,
    ReceiveUnidentified, ReturnSheet,
};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "returns/queue", prefix = "/api/fn", protocol = Ask)]
pub async fn read_queue(filter: QueueFilter) -> Result<Queue, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().returns_queue(&caller()?, &filter, now()).await)
}

/// By number or id.
#[server(endpoint = "returns/return", prefix = "/api/fn", protocol = Ask)]
pub async fn read_return_sheet(number: String) -> Result<ReturnSheet, Said> {
    use crate::door::{answer, caller, db};
    answer(db().return_sheet(&caller()?, &number).await)
}

#[server(endpoint = "returns/decide", prefix = "/api/fn", protocol = Ask)]
pub async fn send_decision(id: CommandId, command: DecideReturn) -> Result<Outcome, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "returns/cancel", prefix = "/api/fn", protocol = Ask)]
pub async fn send_cancel_return(id: CommandId, command: CancelReturn) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What a scan at the bench means.
#[server(endpoint = "returns/bench", prefix = "/api/fn", protocol = Ask)]
pub async fn read_bench(site: SiteId, scan: String) -> Result<BenchFound, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().bench(&caller()?, site, &scan, now()).await)
}

#[server(endpoint = "returns/receive", prefix = "/api/fn", protocol = Ask)]
pub async fn send_received(id: CommandId, command: ReceiveReturn) -> Result<ReceiptLineId, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "returns/receive-unidentified", prefix = "/api/fn", protocol = Ask)]
pub async fn send_unidentified(id: CommandId, command: ReceiveUnidentified) -> Result<String, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "returns/inspect", prefix = "/api/fn", protocol = Ask)]
pub async fn send_inspection(id: CommandId, command: InspectUnits) -> Result<Inspected, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// The queue as a file: all pages of the same rows.
#[server(endpoint = "returns/queue.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn queue_csv(
    #[server(default)] stage: String,
    #[server(default)] reason: String,
    #[server(default)] find: String,
    #[server(default)] late: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let (caller, now) = (caller()?, now());
    let mut filter = super::queue::filter(&stage, &reason, &find, &late, 1);
    let mut csv = Csv::new(&[
        "number",
        "order",
        "customer",
        "source",
        "stage",
        "requested_at",
        "since",
        "units",
        "units_received",
        "units_inspected",
        "reasons",
    ]);
    let mut written = 0;
    loop {
        let page = answer(db().returns_queue(&caller, &filter, now).await)?;
        let shown = page.rows.len();
        written += shown;
        for row in page.rows {
            let reasons: Vec<&str> = row.reasons.iter().map(|reason| reason.code()).collect();
            csv.row(&[
                row.number,
                row.order_number,
                row.customer,
                row.source.code().to_owned(),
                row.stage.code().to_owned(),
                row.requested_at.to_rfc3339(),
                row.since.to_rfc3339(),
                row.units.to_string(),
                row.units_received.to_string(),
                row.units_inspected.to_string(),
                reasons.join(" "),
            ]);
        }
        filter.page += 1;
        if shown == 0 || written >= ROWS_MAX {
            return Ok(csv.download("returns"));
        }
    }
}
