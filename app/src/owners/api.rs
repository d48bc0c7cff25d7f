//! Server functions of owners.

use domain::ids::CommandId;
use domain::owners::{AddOwner, KeepBin, OwnerRow, RetireOwner};
use leptos::prelude::*;

use crate::ask::Ask;
use crate::door::Said;

#[server(endpoint = "owners/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_owners() -> Result<Vec<OwnerRow>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().owners(&caller()?).await)
}

#[server(endpoint = "owners/add", prefix = "/api/fn", protocol = Ask)]
pub async fn send_owner(id: CommandId, command: AddOwner) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "owners/retire", prefix = "/api/fn", protocol = Ask)]
pub async fn send_retire(id: CommandId, command: RetireOwner) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "owners/keep-bin", prefix = "/api/fn", protocol = Ask)]
pub async fn send_keep(id: CommandId, command: KeepBin) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
