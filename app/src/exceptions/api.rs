//! Server functions of exceptions.

use domain::exceptions::{ClaimException, ExceptionFilter, ExceptionList, ResolveException};
use domain::ids::CommandId;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "exceptions/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_exceptions(filter: ExceptionFilter) -> Result<ExceptionList, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().exceptions(&caller()?, &filter, now()).await)
}

#[server(endpoint = "exceptions/claim", prefix = "/api/fn", protocol = Ask)]
pub async fn send_claim(id: CommandId, command: ClaimException) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "exceptions/resolve", prefix = "/api/fn", protocol = Ask)]
pub async fn send_resolution(id: CommandId, command: ResolveException) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// The queue as a file: all pages of the same rows.
#[server(endpoint = "exceptions/list.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn exceptions_csv(
    #[server(default)] kind: String,
    #[server(default)] site: String,
    #[server(default)] closed: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let (caller, now) = (caller()?, now());
    let mut filter = super::list::filter(&kind, site.parse().ok().map(domain::ids::SiteId), &closed, 1);
    let mut csv =
        Csv::new(&["kind", "site", "what", "order", "return", "raised_at", "owner", "claimed_at", "resolved_at", "resolution"]);
    let mut written = 0;
    loop {
        let page = answer(db().exceptions(&caller, &filter, now).await)?;
        let shown = page.rows.len();
        written += shown;
        for row in page.rows {
            let at = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or_else(String::new, |at| at.to_rfc3339());
            csv.row(&[
                row.kind.code().to_owned(),
                row.site.unwrap_or_default(),
                row.summary,
                row.order.unwrap_or_default(),
                row.rma.unwrap_or_default(),
                row.raised_at.to_rfc3339(),
                row.owner_name.unwrap_or_default(),
                at(row.claimed_at),
                at(row.resolved_at),
                row.resolution,
            ]);
        }
        filter.page += 1;
        if shown == 0 || written >= ROWS_MAX {
            return Ok(csv.download("exceptions"));
        }
    }
}
