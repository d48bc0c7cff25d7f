//! What this server does beside answering: numbers and seals what happened, asks the payment provider, follows goods that came
//! in, opens the day's counts, empties forgotten baskets, sets apart what is past its day, takes snapshots of the stock, sweeps. Any
//! number of servers may do all of it at once: leases, claims and command ids see that it takes effect once.
//!
//! Decides when and how often; what is done is the service's.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use domain::ids::OrgId;
use futures::FutureExt;
use service::live::sequencer;
use service::{Db, Result};
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::payments::Stripe;

/// Between two looks when there was nothing to do.
const MONEY_EVERY: Duration = Duration::from_secs(1);
const GOODS_EVERY: Duration = Duration::from_millis(250);
const ORGS_EVERY: Duration = Duration::from_secs(5);
const COUNTS_EVERY: Duration = Duration::from_mins(15);
const SNAPSHOTS_EVERY: Duration = Duration::from_mins(1);
const LOTS_EVERY: Duration = Duration::from_mins(5);
const BASKETS_EVERY: Duration = Duration::from_secs(5);
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// After a failure, doubled with each further one, up to [`PATIENCE`].
const AGAIN: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a round under way may take to finish when the server stops. Longer than the provider is waited for.
const FAREWELL: Duration = Duration::from_secs(12);

/// The work under way.
pub struct Workers {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

/// What every worker needs.
#[derive(Clone)]
struct Hands {
    db: Db,
    /// None: payments and refunds wait in their queues.
    provider: Option<Stripe>,
    tracker: TaskTracker,
    stopping: CancellationToken,
}

/// What is done in rounds.
enum Work {
    Sweep,
    Goods(OrgId),
    Counts(OrgId),
    Baskets(OrgId),
    Lots(OrgId),
    ForwardPicks(OrgId),
    Snapshots(OrgId),
    Payments(OrgId, Stripe),
    Refunds(OrgId, Stripe),
}

impl Work {
    /// Its name in logs and figures, and how long it rests when there was nothing to do.
    fn name_and_pause(&self) -> (&'static str, Duration) {
        match self {
            Self::Sweep => ("sweep", SWEEP_EVERY),
            Self::Goods(_) => ("goods", GOODS_EVERY),
            Self::Counts(_) => ("counts", COUNTS_EVERY),
            Self::Baskets(_) => ("baskets", BASKETS_EVERY),
            Self::Lots(_) => ("lots", LOTS_EVERY),
            Self::ForwardPicks(_) => ("forward picks", GOODS_EVERY),
            Self::Snapshots(_) => ("snapshots", SNAPSHOTS_EVERY),
            Self::Payments(..) => ("payments", MONEY_EVERY),
            Self::Refunds(..) => ("refunds", MONEY_EVERY),
        }
    }

    /// One round; is there more to do at once? What is due again later has its claim to wait for.
    async fn round(&self, db: &Db) -> Result<bool> {
        let now = app::door::now();
        match self {
            Self::Sweep => db.sweep_directory(now).await.map(|()| false),
            Self::Goods(org) => db.follow_stock(*org, now).await,
            Self::Counts(org) => db.plan_counts(*org, now).await.map(|()| false),
            Self::Baskets(org) => db.expire_baskets(*org, now).await,
            Self::Lots(org) => db.expire_lots(*org, now).await,
            Self::ForwardPicks(org) => db.follow_forward_picks(*org, now).await,
            Self::Snapshots(org) => db.follow_snapshots(*org).await,
            Self::Payments(org, provider) => db.settle_payments(*org, provider, now).await.map(|asked| asked > 0),
            Self::Refunds(org, provider) => db.settle_refunds(*org, provider, now).await.map(|asked| asked > 0),
        }
    }
}

impl Workers {
    /// Begin. `options` log in as one who may become `tideway_sequencer`.
    pub fn start(db: Db, options: PgConnectOptions, provider: Option<Stripe>, stopping: CancellationToken) -> Self {
        let hands = Hands { db, provider, tracker: TaskTracker::new(), stopping };
        let (tracker, stopping) = (hands.tracker.clone(), hands.stopping.clone());
        // To drop the sequencer is safe at any moment: its transaction is rolled back, its lease let go.
        tracker.spawn(stopping.clone().run_until_cancelled_owned(sequencer::run(options, app::door::now)));
        tracker.spawn(hands.clone().orgs());
        tracker.spawn(hands.keep_at(Work::Sweep));
        Self { tracker, stopping }
    }

    /// Take on no more, and let what is under way finish: an answer of the provider is written down.
    pub async fn stop(self) {
        self.stopping.cancel();
        self.tracker.close();
        if tokio::time::timeout(FAREWELL, self.tracker.wait()).await.is_err() {
            tracing::warn!(left = self.tracker.len(), "work was left unfinished; its claims run out");
        }
    }
}

impl Hands {
    /// Each org has workers of its own: one org's slow provider keeps no other waiting.
    async fn orgs(self) {
        let mut known = HashSet::new();
        loop {
            match self.db.orgs().await {
                Ok(orgs) => orgs.into_iter().filter(|org| known.insert(*org)).for_each(|org| self.employ(org)),
                Err(failure) => tracing::warn!(%failure, "the orgs could not be read"),
            }
            if !self.pause(ORGS_EVERY).await {
                return;
            }
        }
    }

    fn employ(&self, org: OrgId) {
        self.tracker.spawn(self.clone().keep_at(Work::Goods(org)));
        self.tracker.spawn(self.clone().keep_at(Work::Counts(org)));
        self.tracker.spawn(self.clone().keep_at(Work::Baskets(org)));
        self.tracker.spawn(self.clone().keep_at(Work::Lots(org)));
        self.tracker.spawn(self.clone().keep_at(Work::ForwardPicks(org)));
        self.tracker.spawn(self.clone().keep_at(Work::Snapshots(org)));
        if let Some(provider) = &self.provider {
            self.tracker.spawn(self.clone().keep_at(Work::Payments(org, provider.clone())));
            self.tracker.spawn(self.clone().keep_at(Work::Refunds(org, provider.clone())));
        }
    }

    /// Rounds until told to stop; a round under way is finished.
    async fn keep_at(self, work: Work) {
        let (worker, pause) = work.name_and_pause();
        let mut failures = 0;
        while !self.stopping.is_cancelled() {
            let wait = match AssertUnwindSafe(work.round(&self.db)).catch_unwind().await {
                Ok(Ok(true)) => {
                    failures = 0;
                    Duration::ZERO
                }
                Ok(Ok(false)) => {
                    failures = 0;
                    pause
                }
                Ok(Err(failure)) => {
                    tracing::warn!(worker, %failure, failures, "a round failed; it is tried again");
                    failed(worker, &mut failures)
                }
                Err(_) => {
                    tracing::error!(worker, failures, "a round panicked; it is tried again");
                    failed(worker, &mut failures)
                }
            };
            if !self.pause(wait).await {
                return;
            }
        }
    }

    /// Wait; false when the server stops meanwhile.
    async fn pause(&self, wait: Duration) -> bool {
        self.stopping.run_until_cancelled(tokio::time::sleep(wait)).await.is_some()
    }
}

/// How long to wait after one failure more.
fn failed(worker: &'static str, failures: &mut u32) -> Duration {
    metrics::counter!("tideway_worker_failures_total", "worker" => worker).increment(1);
    let wait = AGAIN.saturating_mul(2_u32.saturating_pow(*failures)).min(PATIENCE);
    *failures = failures.saturating_add(1);
    wait
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peer `frappe/ecommerce_integrations`#289: a sync ended at a failure and nobody saw it. Here who fails is counted and comes again, for ever.
    #[test]
    fn failures_are_met_with_growing_patience() {
        let mut failures = 0;
        let waits: Vec<_> = (0..9).map(|_| failed("test", &mut failures).as_millis()).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        failures = u32::MAX;
        assert_eq!(failed("test", &mut failures), PATIENCE);
    }
}
