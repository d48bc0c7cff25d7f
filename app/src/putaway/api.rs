//! Server functions of putaway.

use crate::ask::Ask;
use domain::catalog::changes::Saved;
use domain::ids::{CommandId, SiteId, SkuId};
use domain::putaway::{Handling, Proposal, Propose, PutAway, PutAwayDone, SetHandling, ToPutAway};
use leptos::prelude::*;

use crate::door::Said;

/// What waits in receiving bins.
#[server(endpoint = "putaway/waiting", prefix = "/api/fn", protocol = Ask)]
pub async fn read_to_put_away(site: Option<SiteId>) -> Result<Vec<ToPutAway>, Said> {
    use crate::door::{answer, caller, db};
    answer(db().to_put_away(&caller()?, site).await)
}

/// Where goods in hand go. Writes the receipt of that decision.
#[server(endpoint = "putaway/propose", prefix = "/api/fn", protocol = Ask)]
pub async fn send_propose(id: CommandId, command: Propose) -> Result<Proposal, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "putaway/put", prefix = "/api/fn", protocol = Ask)]
pub async fn send_put_away(id: CommandId, command: PutAway) -> Result<PutAwayDone, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

/// What an item asks of its place.
#[server(endpoint = "putaway/handling", prefix = "/api/fn", protocol = Ask)]
pub async fn read_handling(sku: SkuId) -> Result<Handling, Said> {
    use crate::door::{answer, caller, db};
    answer(db().handling(&caller()?, sku).await)
}

#[server(endpoint = "putaway/set-handling", prefix = "/api/fn", protocol = Ask)]
pub async fn send_handling(id: CommandId, command: SetHandling) -> Result<Saved, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
