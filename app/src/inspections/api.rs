//! Server functions of inspections.

use domain::ids::{CommandId, SiteId};
use domain::inspections::{InspectionBoard, InspectionRow, JudgeUnits, Judged, ReleaseInspection, SetInspectionPlan};
use leptos::prelude::*;

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "inspections/board", prefix = "/api/fn", protocol = Ask)]
pub async fn read_inspections(site: Option<SiteId>) -> Result<InspectionBoard, Said> {
    use crate::door::{answer, caller, db};
    answer(db().inspection_board(&caller()?, site).await)
}

/// What is to be looked at on the floor.
#[server(endpoint = "inspections/waiting", prefix = "/api/fn", protocol = Ask)]
pub async fn read_to_inspect(site: Option<SiteId>) -> Result<Vec<InspectionRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().to_inspect(&caller()?, site).await)
}

#[server(endpoint = "inspections/set-plan", prefix = "/api/fn", protocol = Ask)]
pub async fn send_plan(id: CommandId, command: SetInspectionPlan) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "inspections/judge", prefix = "/api/fn", protocol = Ask)]
pub async fn send_judgement(id: CommandId, command: JudgeUnits) -> Result<Judged, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// Answers how many units may be sold now.
#[server(endpoint = "inspections/release", prefix = "/api/fn", protocol = Ask)]
pub async fn send_release(id: CommandId, command: ReleaseInspection) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
