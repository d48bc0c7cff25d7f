//! The one door to the database. A transaction belongs to one org and one caller; the wall is set before the first statement.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::ids::{CommandId, OrgId, SiteId};
use domain::numbers::Series;
use domain::orders::basket::KeepBasket;
use domain::people::{Caller, PeopleRefusal, Permission};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, Transaction};

use crate::audit::Change;
use crate::command::together::Queue;
use crate::numbers::Numbers;
use crate::outbox::Announcement;
use crate::waves::pool::Planners;
use crate::{Failure, Result};

/// How long a person waits for another's lock before being told to try again.
const LOCK_TIMEOUT: &str = "2s";
const STATEMENT_TIMEOUT: &str = "30s";
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "10s";

/// Connections of one server process, acting as `tideway_app`.
#[derive(Clone)]
pub struct Db {
    pub(crate) pool: PgPool,
    pub(crate) numbers: Arc<Numbers>,
    pub(crate) planners: Arc<Planners>,
    /// Shoppers who wait for their baskets.
    pub(crate) baskets: Arc<Queue<KeepBasket>>,
}

impl Db {
    /// Connect as the app. `options` log in as `tideway_app`, or as one who may become it.
    pub async fn connect(options: PgConnectOptions, connections: u32) -> Result<Self> {
        let options = options.options([
            ("role", "tideway_app"),
            ("lock_timeout", LOCK_TIMEOUT),
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
            ("timezone", "UTC"),
        ]);
        let pool = |most| PgPoolOptions::new().max_connections(most).acquire_timeout(Duration::from_secs(10));
        let numbers = Numbers::new(pool(2).connect_lazy_with(options.clone()));
        let pool = pool(connections).connect_with(options).await?;
        Ok(Self { pool, numbers: Arc::new(numbers), planners: Arc::default(), baskets: Arc::default() })
    }

    /// For followers and the directory: no org is set, so business tables show nothing.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Does the database answer?
    pub async fn answers(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Connections held and idle, for the host's figures.
    pub fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Begin inside the org's wall, in one round trip.
    pub async fn tx(&self, org: OrgId) -> Result<Transaction<'static, Postgres>> {
        // A UUID prints as hex and dashes only, so it is safe inside the statement.
        let begin = format!("begin; set local app.org = '{org}'");
        begun(&self.pool, begin).await
    }

    /// Begin for whoever works in bulk: a history fills empty tables, and a plan made when they were empty must not be kept.
    pub(crate) async fn bulk_tx(&self, org: OrgId) -> Result<Transaction<'static, Postgres>> {
        let begin = format!("begin; set local app.org = '{org}'; set local plan_cache_mode = force_custom_plan");
        begun(&self.pool, begin).await
    }

    /// A transaction to ask questions in, after authority is checked. `site` None asks for "anywhere":
    /// filter by [`Tx::sites`] then.
    pub async fn read(&self, caller: &Caller, needs: Permission, site: Option<SiteId>) -> Result<Tx> {
        if !caller.may(needs, site) {
            return Err(PeopleRefusal::NotAllowed { permission: needs }.into());
        }
        let inner = self.tx(caller.org).await?;
        Ok(Tx::new(self, inner, caller.clone(), CommandId::NIL, DateTime::UNIX_EPOCH))
    }
}

/// Begins, and takes back what nobody waits for any more: a caller who hangs up between the question and its answer would leave the
/// connection inside the org's wall for whoever comes next.
pub(crate) async fn begun(pool: &PgPool, begin: String) -> Result<Transaction<'static, Postgres>> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(AssertSqlSafe(begin)).await });
    Ok(begun.await.map_err(|error| sqlx::Error::Io(std::io::Error::other(error)))??)
}

/// One org's transaction, for one caller, and what it will say when it commits.
pub struct Tx {
    inner: Transaction<'static, Postgres>,
    pub(crate) numbers: Arc<Numbers>,
    pub caller: Caller,
    pub command: CommandId,
    /// When it happened in the trade's time. Only import, demo and replay set the past.
    pub at: DateTime<Utc>,
    pub(crate) announcements: Vec<Announcement>,
    pub(crate) change: Option<Change>,
}

impl Tx {
    pub(crate) fn new(
        db: &Db,
        inner: Transaction<'static, Postgres>,
        caller: Caller,
        command: CommandId,
        at: DateTime<Utc>,
    ) -> Self {
        Self { inner, numbers: db.numbers.clone(), caller, command, at, announcements: Vec::new(), change: None }
    }

    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.inner
    }

    pub fn org(&self) -> OrgId {
        self.caller.org
    }

    /// Refuse unless the caller may do this at this site: for commands that learn the site by loading.
    pub fn require(&self, permission: Permission, site: SiteId) -> Result<()> {
        if self.caller.may(permission, Some(site)) { Ok(()) } else { Err(PeopleRefusal::NotAllowed { permission }.into()) }
    }

    /// Sites the caller may see for this permission: `None` = all.
    pub fn sites(&self, permission: Permission) -> Option<Vec<uuid::Uuid>> {
        self.caller.sites(permission).map(|sites| sites.into_iter().map(Into::into).collect())
    }

    /// `n` human numbers of a series: `SO-1042`. Gaps are allowed, repeats are not.
    pub async fn numbers(&self, series: Series, n: usize) -> Result<Vec<String>> {
        self.numbers.take(self.org(), series, n).await
    }

    pub(crate) async fn commit(self) -> Result<()> {
        self.inner.commit().await.map_err(Failure::Broken)
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        self.inner.rollback().await.map_err(Failure::Broken)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::testkit::TestDb;

    /// GOV-1: whoever hangs up while a transaction begins leaves nobody else inside their org's wall.
    #[tokio::test]
    async fn a_begin_that_nobody_waits_for_leaves_nothing_open() {
        let test = TestDb::new().await;
        for breaths in 0..300_u32 {
            let patience = async {
                for _ in 0..breaths {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                _ = test.db.tx(test.org) => {}
                () = patience => {}
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let open: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
        )
        .fetch_one(&test.root)
        .await
        .expect("root counts");
        assert_eq!(open, 0);
    }
}
