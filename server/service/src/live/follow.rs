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
/// made an order wait that did not before, a bin gave less than was asked of it; goods were put away, or a bin was unlocked.
const GOODS_MAY_BE_FREE: [&str; 8] = [
    "stock.received",
    "stock.held",
    "return.inspected",
    "order.cancelled",
    "payment.captured",
    "trip.shorted",
    "stock.put_away",
    "bin.unlocked",
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
