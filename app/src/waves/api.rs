//! Server functions of waves.

use crate::ask::Ask;
use domain::ids::{CommandId, SiteId};
use domain::waves::labour::TakenBack;
use domain::waves::receipt::{PlanChoices, Preview, PreviewProgress, WaveReceipt};
use domain::waves::whatif::{Ground, Try};
use domain::waves::{CancelWave, PlanWave, Planned, ReleaseWave, Waiting, WaveMap, WaveRow};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};
use serde::{Deserialize, Serialize};

use crate::door::Said;

/// Waves of a site, or of all the visitor may see; latest first.
#[server(endpoint = "waves/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_waves(site: Option<SiteId>) -> Result<Vec<WaveRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().waves(&caller()?, site).await)
}

/// The same as a file. `site` is an id or empty.
#[server(endpoint = "waves/list.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn waves_csv(#[server(default)] site: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db};
    let mut csv = Csv::new(&[
        "wave",
        "site",
        "state",
        "orders",
        "units",
        "units_done",
        "units_short",
        "trips",
        "trips_done",
        "metres",
        "seconds",
        "due",
        "carriers",
    ]);
    for row in answer(db().waves(&caller()?, site.parse().ok().map(SiteId)).await)? {
        let counts =
            [row.orders, row.units, row.units_done(), row.units_short, row.trips, row.trips_done, row.metres, row.seconds];
        let mut cells = vec![row.number.clone(), row.site_code.clone(), row.status().words().to_owned()];
        cells.extend(counts.iter().map(ToString::to_string));
        cells.push(row.due.map_or_else(String::new, |due| due.to_rfc3339()));
        cells.push(row.carriers.join(" "));
        csv.row(&cells);
    }
    Ok(csv.download("waves"))
}

/// What waits to be planned there.
#[server(endpoint = "waves/waiting", prefix = "/api/fn", protocol = Ask)]
pub async fn read_waiting(site: SiteId) -> Result<Waiting, Said> {
    use crate::door::{answer, caller, db};
    answer(db().waiting_for_wave(&caller()?, site).await)
}

/// By id.
#[server(endpoint = "waves/map", prefix = "/api/fn", protocol = Ask)]
pub async fn read_wave(wave: String) -> Result<WaveMap, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().wave_map(&caller()?, named(&wave)?, now()).await)
}

/// What a wave is made of, for trying other methods and carts on it in a worker of the browser.
#[server(endpoint = "waves/whatif", prefix = "/api/fn", protocol = Ask)]
pub async fn read_what_if(wave: String) -> Result<Trial, Said> {
    use crate::door::{answer, caller, db};
    let (ground, planned) = answer(db().what_if(&caller()?, named(&wave)?).await)?;
    let worker = use_context::<WhatIfWorker>().and_then(|WhatIfWorker(worker)| worker);
    Ok(Trial { ground, planned, worker })
}

/// A wave's orders on their site, how it was planned, and where the worker's script lies; none in a site built without it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    pub ground: Ground,
    pub planned: Try,
    pub worker: Option<String>,
}

/// The address of the worker's script in the site that is served; the host provides it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhatIfWorker(pub Option<String>);

/// The wave an address names.
#[cfg(feature = "ssr")]
fn named(wave: &str) -> Result<domain::ids::WaveId, Said> {
    wave.parse().map_err(|_| Said::not_found("wave"))
}

#[server(endpoint = "waves/plan", prefix = "/api/fn", protocol = Ask)]
pub async fn send_plan(id: CommandId, command: PlanWave) -> Result<Planned, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().plan_wave(&caller()?, id, now(), &command).await)
}

/// What a wave would be; nothing is written. `ticket` is the asker's name for it.
#[server(endpoint = "waves/preview", prefix = "/api/fn", protocol = Ask)]
pub async fn read_preview(ticket: CommandId, command: PlanWave) -> Result<Preview, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().preview_wave(&caller()?, ticket, now(), &command).await)
}

/// How far that is, where the server that answers knows it.
#[server(endpoint = "waves/preview/progress", prefix = "/api/fn", protocol = Ask)]
pub async fn read_preview_progress(ticket: CommandId) -> Result<PreviewProgress, Said> {
    use crate::door::{answer, caller, db};
    answer(db().preview_progress(&caller()?, ticket).await)
}

/// Nobody waits for it any more.
#[server(endpoint = "waves/preview/stop", prefix = "/api/fn", protocol = Ask)]
pub async fn stop_preview(ticket: CommandId) -> Result<bool, Said> {
    use crate::door::{answer, caller, db};
    answer(db().stop_preview(&caller()?, ticket).await)
}

/// What the builder's filters can be set to.
#[server(endpoint = "waves/choices", prefix = "/api/fn", protocol = Ask)]
pub async fn read_choices(site: SiteId) -> Result<PlanChoices, Said> {
    use crate::door::{answer, caller, db};
    answer(db().plan_choices(&caller()?, site).await)
}

/// Why a wave is as it is; none of waves older than receipts.
#[server(endpoint = "waves/receipt", prefix = "/api/fn", protocol = Ask)]
pub async fn read_receipt(wave: domain::ids::WaveId) -> Result<Option<WaveReceipt>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().wave_receipt(&caller()?, wave).await)
}

#[server(endpoint = "waves/release", prefix = "/api/fn", protocol = Ask)]
pub async fn send_release_wave(id: CommandId, command: ReleaseWave) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "waves/cancel", prefix = "/api/fn", protocol = Ask)]
pub async fn send_cancel_wave(id: CommandId, command: CancelWave) -> Result<TakenBack, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
