//! Server functions of handling units.

use crate::ask::Ask;
use domain::ids::{CommandId, SiteId};
use domain::lpns::{FillUnit, MakeUnit, MoveUnit, Scanned, UnitMoved, UnitSheet, UnpackUnit};
use leptos::prelude::*;

use crate::door::Said;

/// A unit by its label, with all that it holds.
#[server(endpoint = "units/unit", prefix = "/api/fn", protocol = Ask)]
pub async fn read_unit(site: Option<SiteId>, code: String) -> Result<UnitSheet, Said> {
    use crate::door::{answer, caller, db};
    answer(db().unit_sheet(&caller()?, site, &code).await)
}

/// What a code scanned beside a unit means.
#[server(endpoint = "units/scan", prefix = "/api/fn", protocol = Ask)]
pub async fn read_scanned(site: Option<SiteId>, code: String) -> Result<Scanned, Said> {
    use crate::door::{answer, caller, db};
    answer(db().unit_scan(&caller()?, site, &code).await)
}

#[server(endpoint = "units/make", prefix = "/api/fn", protocol = Ask)]
pub async fn send_made(id: CommandId, command: MakeUnit) -> Result<String, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "units/move", prefix = "/api/fn", protocol = Ask)]
pub async fn send_move(id: CommandId, command: MoveUnit) -> Result<UnitMoved, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "units/fill", prefix = "/api/fn", protocol = Ask)]
pub async fn send_fill(id: CommandId, command: FillUnit) -> Result<i64, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "units/unpack", prefix = "/api/fn", protocol = Ask)]
pub async fn send_unpack(id: CommandId, command: UnpackUnit) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
