//! Snapshots of what stands, taken from the ledger off everybody's way: each from the one before and the movements since, so that any
//! past moment is the nearest snapshot and a few movements more. Decides when one is due; balances are not asked, so that one proves
//! the other (`verify`).

use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::OrgId;
use domain::stock::explore::{Clock, Moment};
use sqlx::PgConnection;

use super::sql_snapshots as sql;
use crate::{Db, Result};

/// Movements between two snapshots: what a question about the past adds up at most, in a fraction of a second. Where more balances
/// than this stand, as many movements as there are balances: snapshots never outgrow the ledger.
pub const EVERY: i64 = 100_000;
/// Looks for the end of those who were writing, and between two of them. Who writes for longer is waited for in the next round.
const LOOKS: u32 = 300;
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A snapshot, and how far it goes.
pub(super) struct Snapshot {
    pub nth: i64,
    pub recorded_until: DateTime<Utc>,
    pub occurred_until: DateTime<Utc>,
    pub movements: i64,
}

impl Snapshot {
    /// Before the first movement.
    const fn none() -> Self {
        let (recorded_until, occurred_until) = (DateTime::UNIX_EPOCH, DateTime::<Utc>::MIN_UTC);
        Self { nth: 0, recorded_until, occurred_until, movements: 0 }
    }
}

/// The last snapshot that holds nothing from after the moment; none: before the first movement.
pub(super) async fn nearest(conn: &mut PgConnection, org: OrgId, moment: Moment) -> Result<Snapshot> {
    let found = sql::nearest(conn, org.0, moment.at, moment.clock == Clock::Occurred).await?;
    Ok(found.unwrap_or_else(Snapshot::none))
}

impl Db {
    /// One round for one org: when enough has moved since the last snapshot, the next is taken. Nobody waits for it.
    pub async fn follow_snapshots(&self, org: OrgId) -> Result<bool> {
        let mut tx = self.tx(org).await?;
        let last = sql::last(&mut tx, org.0).await?.unwrap_or_else(Snapshot::none);
        let moved = sql::moved_since(&mut tx, org.0, last.recorded_until, EVERY).await?;
        let due = moved >= EVERY && {
            let lines = sql::lines(&mut tx, org.0, last.nth).await?;
            lines <= EVERY || sql::moved_since(&mut tx, org.0, last.recorded_until, lines).await? >= lines
        };
        tx.rollback().await?;
        if !due {
            return Ok(false);
        }
        match self.settled().await? {
            Some(until) => self.take_snapshot(org, until).await,
            None => Ok(false),
        }
    }

    /// A moment before which nothing more will be recorded: now, once all who were writing then have ended. None when somebody takes
    /// too long.
    pub(super) async fn settled(&self) -> Result<Option<DateTime<Utc>>> {
        // In this order: whoever is not among the writers yet records later.
        let until = sql::clock(self.pool()).await?;
        let mut writers = sql::writers(self.pool()).await?;
        for _ in 0..LOOKS {
            if writers.is_empty() {
                return Ok(Some(until));
            }
            tokio::time::sleep(LOOK_EVERY).await;
            let still = sql::writers(self.pool()).await?;
            writers.retain(|writer| still.contains(writer));
        }
        tracing::info!(writers = writers.len(), "no snapshot of the stock this time: somebody has been writing for long");
        Ok(None)
    }

    /// A snapshot of everything recorded up to a moment that is settled. Answers whether there was anything new in it; two who take
    /// the same one take it once.
    pub async fn take_snapshot(&self, org: OrgId, until: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.bulk_tx(org).await?;
        sql::be_patient(&mut tx).await?;
        let last = sql::last(&mut tx, org.0).await?.unwrap_or_else(Snapshot::none);
        if !sql::insert_snapshot(&mut tx, org.0, &last, until).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let lines = sql::insert_lines(&mut tx, org.0, &last, until).await?;
        tx.commit().await?;
        tracing::info!(nth = last.nth + 1, lines, "a snapshot of the stock is taken");
        Ok(true)
    }
}
