//! Server functions of waves.

use crate::ask::Ask;
use domain::ids::{CommandId, SiteId};
use domain::waves::labour::TakenBack;
use domain::waves::{CancelWave, PlanWave, Planned, ReleaseWave, Waiting, WaveMap, WaveRow};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

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
    ]);
    for row in answer(db().waves(&caller()?, site.parse().ok().map(SiteId)).await)? {
        let counts =
            [row.orders, row.units, row.units_done(), row.units_short, row.trips, row.trips_done, row.metres, row.seconds];
        let mut cells = vec![row.number.clone(), row.site_code.clone(), row.status().words().to_owned()];
        cells.extend(counts.iter().map(ToString::to_string));
        cells.push(row.due.map_or_else(String::new, |due| due.to_rfc3339()));
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
    use crate::door::{answer, caller, db};
    let caller = caller()?;
    let wave: domain::ids::WaveId = answer(wave.parse().map_err(|_| domain::refusal::Refusal::not_found("wave").into()))?;
    answer(db().wave_map(&caller, wave).await)
}

#[server(endpoint = "waves/plan", prefix = "/api/fn", protocol = Ask)]
pub async fn send_plan(id: CommandId, command: PlanWave) -> Result<Planned, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
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
