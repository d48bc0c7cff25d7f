//! Server functions of labour: the roster, the outlook, and who walks what.

use crate::ask::Ask;
use domain::ids::{CommandId, SiteId, WaveId};
use domain::waves::labour::part::{PartOrders, Parted, Riding};
use domain::waves::labour::{EvenOut, EvenedOut, Outlook, Split, SplitWave};
use domain::waves::roster::{RemoveShift, Roster, RosterReport, TypedShift, Worker};
use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, StreamingText, TextStream};

use crate::door::Said;

/// The roster of a day; an empty day is today.
#[server(endpoint = "waves/roster", prefix = "/api/fn", protocol = Ask)]
pub async fn read_roster(site: Option<SiteId>, day: String) -> Result<Roster, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().roster(&caller()?, site, day.parse().ok(), now()).await)
}

/// The same as a file, in the form that is imported. `site` is an id or empty.
#[server(endpoint = "waves/roster.csv", prefix = "/api/fn", input = GetUrl, output = StreamingText)]
pub async fn roster_csv(#[server(default)] site: String, #[server(default)] day: String) -> Result<TextStream<Said>, Said> {
    use crate::csv::Csv;
    use crate::door::{answer, caller, db, now};
    let roster = answer(db().roster(&caller()?, site.parse().ok().map(SiteId), day.parse().ok(), now()).await)?;
    let mut csv = Csv::new(&domain::waves::roster::HEADER);
    for row in roster.rows {
        let time = |at: chrono::NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string();
        let role = row.shift.role.code().to_owned();
        csv.row(&[row.site_code, row.email, role, time(row.starts_local), time(row.ends_local)]);
    }
    Ok(csv.download("roster"))
}

/// Who can be rostered there.
#[server(endpoint = "waves/workers", prefix = "/api/fn", protocol = Ask)]
pub async fn read_workers(site: SiteId) -> Result<Vec<Worker>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().workers_at(&caller()?, site).await)
}

#[server(endpoint = "waves/set-shift", prefix = "/api/fn", protocol = Ask)]
pub async fn send_shift(id: CommandId, shift: TypedShift) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().set_typed_shift(&caller()?, id, now(), &shift).await)
}

#[server(endpoint = "waves/remove-shift", prefix = "/api/fn", protocol = Ask)]
pub async fn send_remove_shift(id: CommandId, command: RemoveShift) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// A file of shifts, tried or taken.
#[server(endpoint = "waves/import-roster", prefix = "/api/fn", protocol = Ask)]
pub async fn send_roster(id: CommandId, text: String, dry_run: bool) -> Result<RosterReport, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().import_roster(&caller()?, id, now(), &text, dry_run).await)
}

/// Hours against work, promises at risk.
#[server(endpoint = "waves/outlook", prefix = "/api/fn", protocol = Ask)]
pub async fn read_outlook(site: Option<SiteId>) -> Result<Vec<Outlook>, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().outlook(&caller()?, site, now()).await)
}

#[server(endpoint = "waves/even-out", prefix = "/api/fn", protocol = Ask)]
pub async fn send_even_out(id: CommandId, command: EvenOut) -> Result<EvenedOut, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "waves/split", prefix = "/api/fn", protocol = Ask)]
pub async fn send_split(id: CommandId, command: SplitWave) -> Result<Split, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// The orders that ride in a wave.
#[server(endpoint = "waves/orders", prefix = "/api/fn", protocol = Ask)]
pub async fn read_wave_orders(wave: WaveId) -> Result<Vec<Riding>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().wave_orders(&caller()?, wave).await)
}

#[server(endpoint = "waves/part-orders", prefix = "/api/fn", protocol = Ask)]
pub async fn send_part_orders(id: CommandId, command: PartOrders) -> Result<Parted, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
