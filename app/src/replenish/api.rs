//! Server functions of replenishment.

use domain::ids::{CommandId, SiteId};
use domain::replenish::{
    ClaimReplenishment, ForwardPickPage, RemoveForwardPick, Replenish, ReplenishBoard, ReplenishRow, Replenished,
    TypedForwardPick,
};
use domain::waves::roster::RosterReport;
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::ask::Ask;
use crate::door::Said;

/// What is to be brought, one's own first.
#[server(endpoint = "replenish/to-bring", prefix = "/api/fn", protocol = Ask)]
pub async fn read_to_bring(site: Option<SiteId>) -> Result<Vec<ReplenishRow>, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().replenishments(&caller()?, site, now()).await)
}

#[server(endpoint = "replenish/board", prefix = "/api/fn", protocol = Ask)]
pub async fn read_replenish_board(site: Option<SiteId>) -> Result<ReplenishBoard, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().replenish_board(&caller()?, site, now()).await)
}

/// The tasks of the board as a file. `site` is an id or empty.
#[server(endpoint = "replenish/board.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn replenish_board_csv(#[server(default)] site: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    let mut csv = Csv::new(&["site", "bin", "sku", "units", "from", "wave", "due", "person", "raised_at"]);
    for row in answer(db().replenish_board(&caller()?, site.parse().ok().map(SiteId), now()).await)?.tasks {
        let due = row.due.map_or_else(String::new, |due| due.to_rfc3339());
        let (wave, person, raised) = (row.wave.clone(), row.person.clone(), row.raised_at.to_rfc3339());
        let units = row.left().to_string();
        csv.row(&[
            row.site_code,
            row.to_code,
            row.sku_code,
            units,
            row.from_code,
            wave.unwrap_or_default(),
            due,
            person.unwrap_or_default(),
            raised,
        ]);
    }
    Ok(csv.download("replenishment"))
}

/// What bins should hold. `page` counts from one.
#[server(endpoint = "replenish/forward-picks", prefix = "/api/fn", protocol = Ask)]
pub async fn read_forward_picks(site: Option<SiteId>, search: String, page: i64) -> Result<ForwardPickPage, Said> {
    use crate::door::{answer, caller, db};
    answer(db().forward_picks(&caller()?, site, &search, page).await)
}

/// The same as a file that can be brought in again.
#[server(endpoint = "replenish/forward-picks.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn forward_picks_csv(
    #[server(default)] site: String,
    #[server(default)] search: String,
) -> Result<TextStream<Said>, Said> {
    use crate::csv::{Csv, ROWS_MAX};
    use crate::door::{answer, caller, db};
    let (caller, site) = (caller()?, site.parse().ok().map(SiteId));
    let mut csv = Csv::new(&domain::replenish::sheet::HEADER);
    let (mut page, mut written) = (1, 0);
    loop {
        let rows = answer(db().forward_picks(&caller, site, &search, page).await)?.rows;
        for row in &rows {
            let (min, max) = (row.min.to_string(), row.max.to_string());
            csv.row(&[row.bin_code.as_str(), row.sku_code.as_str(), min.as_str(), max.as_str(), row.slotting.code()]);
        }
        written += rows.len();
        page += 1;
        if rows.is_empty() || written >= ROWS_MAX {
            return Ok(csv.download("forward-picks"));
        }
    }
}

#[server(endpoint = "replenish/set", prefix = "/api/fn", protocol = Ask)]
pub async fn send_forward_pick(id: CommandId, command: TypedForwardPick) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().set_typed_forward_pick(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "replenish/remove", prefix = "/api/fn", protocol = Ask)]
pub async fn send_remove_forward_pick(id: CommandId, command: RemoveForwardPick) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// A file of forward picks, tried or taken.
#[server(endpoint = "replenish/import", prefix = "/api/fn", protocol = Ask)]
pub async fn send_forward_picks(id: CommandId, site: SiteId, text: String, dry_run: bool) -> Result<RosterReport, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().import_forward_picks(&caller()?, id, now(), site, &text, dry_run).await)
}

#[server(endpoint = "replenish/claim", prefix = "/api/fn", protocol = Ask)]
pub async fn send_claim_replenishment(id: CommandId, command: ClaimReplenishment) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "replenish/move", prefix = "/api/fn", protocol = Ask)]
pub async fn send_replenish(id: CommandId, command: Replenish) -> Result<Replenished, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
