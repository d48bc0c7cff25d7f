//! Server functions of reason codes.

use domain::ids::CommandId;
use domain::reasons::{AddReason, Process, ProcessRow, Reason, RetireReason};
use leptos::prelude::*;

use crate::ask::Ask;
use crate::door::Said;

/// The codes of a process in use.
#[server(endpoint = "reasons/choices", prefix = "/api/fn", protocol = Ask)]
pub async fn read_choices(process: Process) -> Result<Vec<Reason>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().reasons(&caller()?, process).await)
}

#[server(endpoint = "reasons/codes", prefix = "/api/fn", protocol = Ask)]
pub async fn read_codes() -> Result<Vec<ProcessRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().reason_codes(&caller()?).await)
}

#[server(endpoint = "reasons/add", prefix = "/api/fn", protocol = Ask)]
pub async fn send_reason(id: CommandId, command: AddReason) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "reasons/retire", prefix = "/api/fn", protocol = Ask)]
pub async fn send_retirement(id: CommandId, command: RetireReason) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
