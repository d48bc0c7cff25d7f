//! The tables of counts as files: the same rows.

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::door::Said;

/// Each part as in the page's address.
#[server(endpoint = "counts/list.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn counts_csv(
    #[server(default)] site: String,
    #[server(default)] show: String,
    #[server(default)] class: String,
    #[server(default)] every: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let (caller, now) = (caller()?, now());
    let mut csv = Csv::new(&[
        "count",
        "site",
        "bin",
        "why",
        "class",
        "every_days",
        "status",
        "opened_at",
        "ended_at",
        "in_tolerance",
        "off_value",
        "net_value",
    ]);
    let (mut page, mut written) = (1, 0);
    loop {
        let filter = super::parts::filter(&site, &show, &class, &every, page);
        let rows = answer(db().counts(&caller, &filter, now).await)?.rows;
        for row in &rows {
            csv.row(&[
                row.number.clone(),
                row.site_code.clone(),
                row.bin_code.clone(),
                row.why.code().to_owned(),
                row.class.map_or("", domain::counts::Class::words).to_owned(),
                row.every_days.to_string(),
                row.status.code().to_owned(),
                row.opened_at.to_rfc3339(),
                row.ended_at.map_or_else(String::new, |at| at.to_rfc3339()),
                row.in_tolerance.map_or_else(String::new, |right| right.to_string()),
                row.off_value.to_string(),
                row.net_value.to_string(),
            ]);
        }
        written += rows.len();
        page += 1;
        if rows.is_empty() || written >= ROWS_MAX {
            return Ok(csv.download("counts"));
        }
    }
}

/// `site` is an id or empty.
#[server(endpoint = "counts/accuracy.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn accuracy_csv(#[server(default)] site: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    let since = now() - chrono::TimeDelta::days(domain::counts::ACCURACY_DAYS.into());
    let site = site.parse().ok().map(domain::ids::SiteId);
    let mut csv = Csv::new(&["site", "class", "every_days", "counted", "in_tolerance"]);
    for row in answer(db().count_accuracy(&caller()?, site, since).await)? {
        let class = row.class.map_or("", domain::counts::Class::words).to_owned();
        csv.row(&[row.site_code, class, row.every_days.to_string(), row.counted.to_string(), row.right.to_string()]);
    }
    Ok(csv.download("accuracy"))
}

/// `site` is an id or empty, `status` a code or empty.
#[server(endpoint = "counts/adjustments.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn adjustments_csv(
    #[server(default)] site: String,
    #[server(default)] status: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db, now};
    let (caller, now) = (caller()?, now());
    let site = site.parse().ok().map(domain::ids::SiteId);
    let status = domain::counts::adjust::Status::parse(&status);
    let mut csv = Csv::new(&[
        "correction",
        "site",
        "bin",
        "sku",
        "lot",
        "serials",
        "state",
        "units",
        "reason",
        "note",
        "value",
        "status",
        "proposed_by",
        "proposed_at",
        "decided_by",
    ]);
    let (mut page, mut written) = (1, 0);
    loop {
        let rows = answer(db().adjustments(&caller, site, status, page, now).await)?.rows;
        written += rows.len();
        page += 1;
        if rows.is_empty() || written >= ROWS_MAX {
            return Ok(csv.download("corrections"));
        }
        for row in rows {
            csv.row(&[
                row.number,
                row.site_code,
                row.bin_code,
                row.sku_code,
                row.lot,
                row.serials.join(" "),
                row.state.code().to_owned(),
                row.units.to_string(),
                row.reason.0,
                row.note,
                row.value.to_string(),
                row.status.code().to_owned(),
                row.proposed_by.unwrap_or_default(),
                row.proposed_at.to_rfc3339(),
                row.decided_by.unwrap_or_default(),
            ]);
        }
    }
}
