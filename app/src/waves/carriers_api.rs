//! Server functions of carriers: who calls at a site, and what orders leave with.

use crate::ask::Ask;
use domain::carriers::{Carriers, SetChannelService, SetService};
use domain::ids::{CommandId, SiteId};
use leptos::prelude::*;

use crate::door::Said;

/// Who calls at a site, and what channels use.
#[server(endpoint = "carriers/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_carriers(site: SiteId) -> Result<Carriers, Said> {
    use crate::door::{answer, caller, db};
    answer(db().carriers(&caller()?, site).await)
}

#[server(endpoint = "carriers/set-service", prefix = "/api/fn", protocol = Ask)]
pub async fn send_service(id: CommandId, command: SetService) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "carriers/set-channel-service", prefix = "/api/fn", protocol = Ask)]
pub async fn send_channel_service(id: CommandId, command: SetChannelService) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
