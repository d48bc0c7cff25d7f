//! Followers: work that follows from what happened, each with a cursor of its own, at least once.
//!
//! The cursor moves after the work is done. A follower killed in between does it again under the same command id, which takes
//! effect once.

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId};
use domain::orders::ServeBackorders;
use domain::people::Caller;
use uuid::Uuid;

use super::sql;
use crate::{Db, Failure, Result};

/// Whoever waits for goods follows these: goods came, a hold ended, a return was graded, an order gave its units back; a payment
/// made an order wait that did not before, a bin gave less than was asked of it, a count or a correction found some; goods were
/// put away or unpacked, a bin was unlocked, a recall ended, or channels ask less of lots.
const GOODS_MAY_BE_FREE: [&str; 14] = [
    "stock.received",
    "stock.held",
    "stock.counted",
    "stock.adjusted",
    "return.inspected",
    "order.cancelled",
    "payment.captured",
    "trip.shorted",
    "transfer.received",
    "stock.put_away",
    "unit.unpacked",
    "bin.unlocked",
    "lot.released",
    "lot.rules_set",
];
/// Forward picks are looked at after these: units were planned, taken, brought, given back or counted, goods came, or the rules are others.
const FORWARD_PICKS_MAY_DIFFER: [&str; 32] = [
    "sku.changed",
    "catalog.rules_set",
    "wave.forward_pick_need",
    "wave.planned",
    "wave.released",
    "wave.cancelled",
    "wave.split",
    "trip.claimed",
    "trip.left",
    "trip.picked",
    "trip.put_back",
    "trip.shorted",
    "order.released",
    "order.cancelled",
    "stock.received",
    "stock.held",
    "stock.put_away",
    "stock.counted",
    "stock.adjusted",
    "return.inspected",
    "transfer.loaded",
    "transfer.shipped",
    "transfer.received",
    "replenishment.moved",
    "replenishment.rules_set",
    "unit.filled",
    "unit.unpacked",
    "unit.moved",
    "bin.kept",
    "lot.recalled",
    "lot.released",
    "lot.expired",
];
/// Events passed in one round. A whole import behind us is a few rounds.
const ROUND: i64 = 20_000;

/// Events a follower has yet to pass.
struct Batch {
    /// The cursor after it.
    until: i64,
    /// The last one it cares for, if any.
    cares: Option<i64>,
}

impl Db {
    /// One round for one org: who waits for goods is served once after goods came in. Answers whether anything was there to read.
    pub async fn follow_stock(&self, org: OrgId, now: DateTime<Utc>) -> Result<bool> {
        const FOLLOWER: &str = "backorders";
        let Some(batch) = self.to_follow(org, FOLLOWER, &GOODS_MAY_BE_FREE).await? else { return Ok(false) };
        if let Some(position) = batch.cares {
            let id = CommandId(Uuid::new_v5(&org.0, format!("{FOLLOWER}/{position}").as_bytes()));
            let caller = Caller::system(org, FOLLOWER);
            match self.run(&caller, id, now, &ServeBackorders { skus: None }).await {
                Ok(units) => tracing::debug!(units, "backorders served"),
                // An answer too: the next goods ask again.
                Err(Failure::Refused(refusal)) => tracing::warn!(%refusal, "backorders were not served"),
                Err(broken) => return Err(broken),
            }
        }
        self.followed(org, FOLLOWER, batch.until).await?;
        Ok(true)
    }

    /// One round for one org: forward picks that need units get their task, those that need none any more lose it.
    pub async fn follow_forward_picks(&self, org: OrgId, now: DateTime<Utc>) -> Result<bool> {
        const FOLLOWER: &str = "forward picks";
        let Some(batch) = self.to_follow(org, FOLLOWER, &FORWARD_PICKS_MAY_DIFFER).await? else { return Ok(false) };
        if let Some(position) = batch.cares {
            let id = CommandId(Uuid::new_v5(&org.0, format!("{FOLLOWER}/{position}").as_bytes()));
            match self.check_forward_picks(org, id, now).await {
                Ok(Some(done)) => tracing::debug!(?done, "forward picks looked at"),
                Ok(None) => {}
                // An answer too: whatever happens next asks again.
                Err(Failure::Refused(refusal)) => tracing::warn!(%refusal, "forward picks were not looked at"),
                Err(broken) => return Err(broken),
            }
        }
        self.followed(org, FOLLOWER, batch.until).await?;
        Ok(true)
    }

    async fn to_follow(&self, org: OrgId, follower: &str, topics: &[&str]) -> Result<Option<Batch>> {
        let topics: Vec<String> = topics.iter().map(|topic| (*topic).to_owned()).collect();
        let mut tx = self.tx(org).await?;
        let cursor = sql::cursor(&mut tx, org.0, follower).await?;
        let (until, cares) = sql::batch_of_topics(&mut tx, org.0, cursor, &topics, ROUND).await?;
        Ok(until.map(|until| Batch { until, cares }))
    }

    async fn followed(&self, org: OrgId, follower: &str, until: i64) -> Result<()> {
        let mut tx = self.tx(org).await?;
        sql::move_cursor(&mut tx, org.0, follower, until).await?;
        Ok(tx.commit().await?)
    }
}
