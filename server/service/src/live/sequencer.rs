//! The one who numbers: committed announcements get the next position of their org, in the order in which they were written.
//!
//! Rows are stamped after they commit, so a transaction that commits late is numbered late and no reader has passed it by.
//! The lease is a session lock of the very connection that stamps: whoever lost the connection cannot stamp any more.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use super::{seal, sql};
use crate::Result;

/// How long a committed announcement waits for its position, at most, while there is little to do.
const TICK: Duration = Duration::from_millis(20);
/// How often one who does not lead looks whether nobody does.
const STAND_BY: Duration = Duration::from_millis(100);
/// After a lost connection.
const AGAIN: Duration = Duration::from_millis(250);
/// Ticks from one look for unsealed audit rows to the next, when there were none.
const TICKS_PER_SEAL: u32 = 10;
/// How long a command is remembered, so that whoever repeats it gets the same answer.
const COMMANDS_KEPT: TimeDelta = TimeDelta::days(90);
/// From one look for what may go to the next; while there is much, a batch every time.
const TIDY_EVERY: Duration = Duration::from_mins(10);
/// Commands forgotten in one transaction.
const FORGET_BATCH: i64 = 5_000;
/// Balances swept in one transaction.
const SWEEP_BATCH: i64 = 5_000;
/// Rows stamped in one transaction.
pub(crate) const BATCH: i64 = 1_000;
/// The lease's key among the database's advisory locks; any number nobody else uses would do.
const LEASE: i64 = 7_451_901;

/// Leads whenever nobody else does, for ever; `now` tells the time. To drop it is to let go of the lease.
pub async fn run(options: PgConnectOptions, now: fn() -> DateTime<Utc>) -> Infallible {
    loop {
        let lost = match Candidate::connect(&options).await {
            Ok(candidate) => candidate.lead(now).await,
            Err(failure) => failure,
        };
        tracing::warn!(failure = %lost, "the sequencer's connection is lost; connecting again");
        tokio::time::sleep(AGAIN).await;
    }
}

/// A connection that may lead.
pub struct Candidate(PgConnection);

/// The one connection that stamps and seals.
pub struct Leader(PgConnection);

impl Candidate {
    /// `options` log in as `tideway_sequencer`, or as one who may become it.
    pub async fn connect(options: &PgConnectOptions) -> Result<Self> {
        let options = options.clone().options([
            ("role", "tideway_sequencer"),
            ("application_name", "tideway sequencer"),
            ("lock_timeout", "2s"),
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "10s"),
            // A leader whose machine vanished holds the lease no longer than this.
            ("tcp_keepalives_idle", "3"),
            ("tcp_keepalives_interval", "2"),
            ("tcp_keepalives_count", "2"),
            ("tcp_user_timeout", "7000"),
            ("timezone", "UTC"),
        ]);
        Ok(Self(options.connect().await?))
    }

    /// The lease, if nobody has it.
    pub async fn try_lead(mut self) -> Result<std::result::Result<Leader, Self>> {
        let taken = sql::try_lease(&mut self.0, LEASE).await?;
        Ok(if taken { Ok(Leader(self.0)) } else { Err(self) })
    }

    /// Stand by, then lead, until something breaks.
    async fn lead(self, now: fn() -> DateTime<Utc>) -> crate::Failure {
        let mut candidate = self;
        loop {
            match candidate.try_lead().await {
                Ok(Ok(leader)) => return leader.serve(now).await,
                Ok(Err(waiting)) => candidate = waiting,
                Err(failure) => return failure,
            }
            tokio::time::sleep(STAND_BY).await;
        }
    }
}

impl Leader {
    /// Stamps committed announcements of all orgs, one batch, one transaction. Answers how many.
    pub async fn stamp(&mut self) -> Result<u64> {
        sql::stamp(&mut self.0, BATCH).await
    }

    /// Seals audit rows whose announcements are stamped, one batch an org. Answers how many.
    pub async fn seal(&mut self) -> Result<usize> {
        seal::seal(&mut self.0).await
    }

    /// Forgets commands older than anybody repeats them, one batch. Answers how many.
    pub async fn forget(&mut self, now: DateTime<Utc>) -> Result<u64> {
        sql::forget_commands(&mut self.0, now - COMMANDS_KEPT, FORGET_BATCH).await
    }

    /// Sweeps out what totes and parcels once held, one batch: the ledger remembers, and a balance of nothing says nothing. Answers how
    /// many.
    pub async fn sweep(&mut self) -> Result<u64> {
        sql::sweep_drained_units(&mut self.0, SWEEP_BATCH).await
    }

    /// A batch of each; is there more to do at once?
    async fn tidy(&mut self, now: DateTime<Utc>) -> Result<bool> {
        let (forgotten, swept) = (self.forget(now).await?, self.sweep().await?);
        Ok(forgotten == FORGET_BATCH.unsigned_abs() || swept == SWEEP_BATCH.unsigned_abs())
    }

    async fn serve(mut self, now: fn() -> DateTime<Utc>) -> crate::Failure {
        tracing::info!("this server leads: it stamps announcements and seals the audit");
        let mut ticks_to_seal = 0;
        let mut tidy_at = Instant::now();
        loop {
            if Instant::now() >= tidy_at {
                match self.tidy(now()).await {
                    Ok(true) => {}
                    Ok(false) => tidy_at = Instant::now() + TIDY_EVERY,
                    Err(failure) => return failure,
                }
            }
            match self.tick(&mut ticks_to_seal).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(TICK).await,
                Err(failure) => return failure,
            }
        }
    }

    /// One round; is there more to do at once?
    async fn tick(&mut self, ticks_to_seal: &mut u32) -> Result<bool> {
        let stamped = self.stamp().await?;
        if *ticks_to_seal > 0 {
            *ticks_to_seal -= 1;
            return Ok(stamped == BATCH.unsigned_abs());
        }
        let sealed = self.seal().await?;
        if sealed == 0 {
            *ticks_to_seal = TICKS_PER_SEAL;
        }
        Ok(sealed > 0 || stamped == BATCH.unsigned_abs())
    }
}
