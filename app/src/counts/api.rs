//! Server functions of counts and corrections.

use domain::counts::adjust::{AdjustStock, Adjusted, AdjustmentList, DecideAdjustment, Status as Stands, WithdrawAdjustment};
use domain::counts::{
    Accuracy, BeginCount, ConfirmEmpty, CountFilter, CountItem, CountList, CountReceipt, Counted, DecideCount, FinishCount,
    FloorWork, ItemScanned, LeaveCount, PlanCounts, Programme, RequestCount, SeeUnit, SetProgramme,
};
use domain::ids::{CommandId, CountId, SiteId};
use leptos::prelude::*;

use crate::ask::Ask;
use crate::door::Said;

/// What there is to count, and what the reader counts now.
#[server(endpoint = "counts/floor", prefix = "/api/fn", protocol = Ask)]
pub async fn read_floor_work(site: Option<SiteId>) -> Result<FloorWork, Said> {
    use crate::door::{answer, caller, db};
    answer(db().floor_work(&caller()?, site).await)
}

/// What a code scanned while counting stands for.
#[server(endpoint = "counts/item", prefix = "/api/fn", protocol = Ask)]
pub async fn read_item(code: String) -> Result<ItemScanned, Said> {
    use crate::door::{answer, caller, db};
    answer(db().count_item(&caller()?, &code).await)
}

#[server(endpoint = "counts/begin", prefix = "/api/fn", protocol = Ask)]
pub async fn send_begin(id: CommandId, command: BeginCount) -> Result<CountId, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/count", prefix = "/api/fn", protocol = Ask)]
pub async fn send_item(id: CommandId, command: CountItem) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/unit", prefix = "/api/fn", protocol = Ask)]
pub async fn send_unit(id: CommandId, command: SeeUnit) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/finish", prefix = "/api/fn", protocol = Ask)]
pub async fn send_finish(id: CommandId, command: FinishCount) -> Result<Counted, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/leave", prefix = "/api/fn", protocol = Ask)]
pub async fn send_leave(id: CommandId, command: LeaveCount) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/empty", prefix = "/api/fn", protocol = Ask)]
pub async fn send_empty(id: CommandId, command: ConfirmEmpty) -> Result<Counted, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_counts(filter: CountFilter) -> Result<CountList, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().counts(&caller()?, &filter, now()).await)
}

#[server(endpoint = "counts/receipt", prefix = "/api/fn", protocol = Ask)]
pub async fn read_receipt(number: String) -> Result<CountReceipt, Said> {
    use crate::door::{answer, caller, db};
    answer(db().count_receipt(&caller()?, &number).await)
}

#[server(endpoint = "counts/decide", prefix = "/api/fn", protocol = Ask)]
pub async fn send_decision(id: CommandId, command: DecideCount) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/request", prefix = "/api/fn", protocol = Ask)]
pub async fn send_request(id: CommandId, command: RequestCount) -> Result<CountId, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/plan", prefix = "/api/fn", protocol = Ask)]
pub async fn send_plan(id: CommandId, command: PlanCounts) -> Result<i32, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/programme", prefix = "/api/fn", protocol = Ask)]
pub async fn read_programme(site: SiteId) -> Result<Programme, Said> {
    use crate::door::{answer, caller, db};
    answer(db().count_programme(&caller()?, site).await)
}

#[server(endpoint = "counts/set-programme", prefix = "/api/fn", protocol = Ask)]
pub async fn send_programme(id: CommandId, command: SetProgramme) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/accuracy", prefix = "/api/fn", protocol = Ask)]
pub async fn read_accuracy(site: Option<SiteId>) -> Result<Vec<Accuracy>, Said> {
    use crate::door::{answer, caller, db, now};
    let since = now() - chrono::TimeDelta::days(domain::counts::ACCURACY_DAYS.into());
    answer(db().count_accuracy(&caller()?, site, since).await)
}

/// `status` is a status' code, or empty for all.
#[server(endpoint = "counts/adjustments", prefix = "/api/fn", protocol = Ask)]
pub async fn read_adjustments(site: Option<SiteId>, status: String, page: i64) -> Result<AdjustmentList, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().adjustments(&caller()?, site, Stands::parse(&status), page, now()).await)
}

#[server(endpoint = "counts/adjust", prefix = "/api/fn", protocol = Ask)]
pub async fn send_adjustment(id: CommandId, command: AdjustStock) -> Result<Adjusted, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/decide-adjustment", prefix = "/api/fn", protocol = Ask)]
pub async fn send_adjustment_decision(id: CommandId, command: DecideAdjustment) -> Result<Stands, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "counts/withdraw-adjustment", prefix = "/api/fn", protocol = Ask)]
pub async fn send_withdrawal(id: CommandId, command: WithdrawAdjustment) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
