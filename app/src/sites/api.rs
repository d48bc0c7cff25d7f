//! Server functions of sites.

use crate::ask::Ask;
use domain::ids::{CommandId, SiteId};
use domain::sites::SiteRow;
use domain::sites::activity::{Activity, Bay, Busy, Span};
use domain::waves::roster::RosterReport;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::door::Said;

/// The sites the visitor works at or may look at.
#[server(endpoint = "sites/list", prefix = "/api/fn", protocol = Ask)]
pub async fn list_sites() -> Result<Vec<SiteRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().sites(&caller()?, domain::people::Permission::StockView).await)
}

/// Where at a site people picked, within the span before now.
#[server(endpoint = "sites/activity", prefix = "/api/fn", protocol = Ask)]
pub async fn read_activity(site: SiteId, span: Span) -> Result<Activity, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().activity(&caller()?, site, span, now()).await)
}

/// What was picked from the bins of one bay.
#[server(endpoint = "sites/bay", prefix = "/api/fn", protocol = Ask)]
pub async fn read_bay(site: SiteId, bay: Bay, span: Span) -> Result<Vec<Busy>, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().picked_from(&caller()?, site, Some(bay), span, now()).await)
}

/// What was picked from each bin of a site, as a file.
#[server(endpoint = "sites/activity.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn activity_csv(#[server(default)] site: String, #[server(default)] span: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    let (caller, site) = (caller()?, site.parse().map(SiteId).ok());
    // Who may not look at any is told that, whatever was asked for.
    if site.is_none() && caller.may(domain::people::Permission::WavesView, None) {
        return Err(Said::not_found("site"));
    }
    let rows = answer(db().picked_from(&caller, site.unwrap_or(SiteId::NIL), None, Span::parse(&span), now()).await)?;
    let mut csv = Csv::new(&["bin", "aisle", "sku", "name", "picks", "units"]);
    for row in rows {
        let aisle = row.aisle.map_or_else(String::new, |aisle| aisle.to_string());
        csv.row(&[row.bin_code, aisle, row.sku_code, row.sku_name, row.picks.to_string(), row.units.to_string()]);
    }
    Ok(csv.download("activity"))
}

/// A file of bins, tried or taken.
#[server(endpoint = "sites/import-bins", prefix = "/api/fn", protocol = Ask)]
pub async fn send_bin_rows(id: CommandId, text: String, dry_run: bool) -> Result<RosterReport, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().import_bins(&caller()?, (id, now()), &text, dry_run).await)
}
