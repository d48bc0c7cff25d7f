//! Server functions of live figures.

use domain::ids::SiteId;
use domain::insight::{Board, Drill, Kpi};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "insight/board", prefix = "/api/fn", protocol = Ask)]
pub async fn read_board(site: Option<SiteId>) -> Result<Board, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().live_board(&caller()?, site, now()).await)
}

/// The rows of one figure; `part` narrows to one of its parts.
#[server(endpoint = "insight/rows", prefix = "/api/fn", protocol = Ask)]
pub async fn read_rows(kpi: Kpi, site: Option<SiteId>, part: String) -> Result<Drill, Said> {
    use crate::door::{answer, caller, db, now};
    use domain::insight::{Filter, ROWS_SHOWN};
    answer(db().live_drill(&caller()?, kpi, &Filter { site, part }, ROWS_SHOWN, now()).await)
}

/// The same rows as a file. `kpi` is its code, `site` an id or empty. Without a figure: all figures with their parts.
#[server(endpoint = "insight/rows.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn rows_csv(
    #[server(default)] kpi: String,
    #[server(default)] site: String,
    #[server(default)] part: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    use domain::insight::Filter;
    use domain::refusal::Refusal;
    let caller = caller()?;
    if kpi.is_empty() {
        let mut csv = Csv::new(&["figure", "part", "rows", "total"]);
        for figure in answer(db().live_board(&caller, site.parse().ok(), now()).await)?.figures {
            for part in figure.parts {
                let (rows, total) = (part.rows.to_string(), part.total.normalize().to_string());
                csv.row(&[figure.kpi.code(), &part.part, &rows, &total]);
            }
        }
        return Ok(csv.download("live"));
    }
    let kpi = answer(Kpi::parse(&kpi).ok_or_else(|| Refusal::not_found("figure").into()))?;
    let filter = Filter { site: site.parse().ok(), part };
    let most = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
    let drill = answer(db().live_drill(&caller, kpi, &filter, most, now()).await)?;
    let mut csv = Csv::new(&["part", "site", "what", "detail", "at", kpi.counts()]);
    for row in drill.rows {
        let at = row.at.map_or_else(String::new, |at| at.to_rfc3339());
        csv.row(&[row.part, row.site, row.label, row.detail, at, row.counts.normalize().to_string()]);
    }
    Ok(csv.download(kpi.code()))
}
