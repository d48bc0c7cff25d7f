//! Server functions of refunds.

use crate::ask::Ask;
use domain::ids::CommandId;
use domain::refunds::{ApproveRefund, DeclineRefund, ProposeRefund, Proposed, RefundList, RefundStatus, RetryRefund};
use leptos::prelude::*;

use crate::door::Said;

/// `status` is a status' code, or empty for all that are open.
#[server(endpoint = "refunds/list", prefix = "/api/fn", protocol = Ask)]
pub async fn read_refunds(status: String, page: i64) -> Result<RefundList, Said> {
    use crate::door::{answer, caller, db};
    answer(db().refund_list(&caller()?, RefundStatus::parse(&status), page).await)
}

#[server(endpoint = "refunds/propose", prefix = "/api/fn", protocol = Ask)]
pub async fn send_proposal(id: CommandId, command: ProposeRefund) -> Result<Proposed, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "refunds/approve", prefix = "/api/fn", protocol = Ask)]
pub async fn send_approval(id: CommandId, command: ApproveRefund) -> Result<RefundStatus, Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "refunds/decline", prefix = "/api/fn", protocol = Ask)]
pub async fn send_decline(id: CommandId, command: DeclineRefund) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}

#[server(endpoint = "refunds/retry", prefix = "/api/fn", protocol = Ask)]
pub async fn send_retry(id: CommandId, command: RetryRefund) -> Result<(), Said> {
    use crate::door::{answer, caller, db, now};
    answer(db().run(&caller()?, id, now(), &command).await)
}
