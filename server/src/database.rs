//! Opening the database: the one given by `DATABASE_URL`, or an embedded server of our own. Migrated and checked before use.

use anyhow::{Result, bail};
use service::Db;
use sqlx::postgres::PgConnectOptions;

use crate::config::{ConfigError, DatabaseArgs};
use crate::postgres::bootstrap::{self, BootstrapError};
use crate::postgres::{Embedded, PostgresError};
use crate::stop::Stop;

/// The database's name in an embedded server.
const EMBEDDED_DATABASE: &str = "tideway";

/// A database ready to be used, and the server we started for it, if we did.
pub struct Database {
    pub options: PgConnectOptions,
    embedded: Option<Embedded>,
}

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    #[error(transparent)]
    Bootstrap(#[from] BootstrapError),
    #[error("The database does not answer: {0}")]
    Connect(#[from] service::Failure),
}

impl Database {
    /// Open, work, close. Told to stop, the work is dropped where it stands and the database is closed in order all the same.
    pub async fn during<T>(args: &DatabaseArgs, work: impl AsyncFnOnce(&Db) -> Result<T>) -> Result<T> {
        let stop = Stop::listen()?;
        let database = Self::open(args).await?;
        let done = stop.or(async { work(&database.connect(args.connections).await?).await }).await;
        database.close().await;
        done.unwrap_or_else(|| bail!("Stopped before it was done."))
    }

    /// Open and migrate. Safe to do twice at once. Never dropped half way: a server being started would be left behind.
    pub async fn open(args: &DatabaseArgs) -> Result<Self, DatabaseError> {
        args.check()?;
        let database = match &args.database_url {
            Some(url) => Self { options: url.parse().map_err(ConfigError::DatabaseUrl)?, embedded: None },
            None => Self::embedded(args).await?,
        };
        let ready = async {
            bootstrap::migrate(&database.options).await?;
            bootstrap::check_role(&database.options).await
        };
        match ready.await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await;
                Err(error.into())
            }
        }
    }

    async fn embedded(args: &DatabaseArgs) -> Result<Self, DatabaseError> {
        let base = args.data_dir();
        let server =
            tokio::task::spawn_blocking(move || Embedded::start(&base)).await.expect("starting Postgres does not panic")?;
        let options = server.options(EMBEDDED_DATABASE);
        let database = Self { options, embedded: Some(server) };
        let server = database.options.clone().database("postgres");
        match bootstrap::ensure_database(server, EMBEDDED_DATABASE).await {
            Ok(()) => Ok(database),
            Err(error) => {
                database.close().await;
                Err(error.into())
            }
        }
    }

    pub async fn connect(&self, connections: u32) -> Result<Db, DatabaseError> {
        Ok(Db::connect(self.options.clone(), connections).await?)
    }

    /// How a person opens our own server; nothing to say about somebody else's.
    pub fn psql(&self) -> Option<String> {
        self.embedded.as_ref().map(|server| server.psql(EMBEDDED_DATABASE))
    }

    /// Stop what we started. Other Tideways may still use it: the last one out stops it.
    pub async fn close(self) {
        let Some(server) = self.embedded else { return };
        let stopped = tokio::task::spawn_blocking(move || server.stop()).await.expect("stopping Postgres does not panic");
        match stopped {
            Ok(true) => tracing::info!("Postgres is stopped"),
            Ok(false) => tracing::info!("Postgres stays: another Tideway still uses it"),
            Err(error) => tracing::error!(%error, "Postgres did not stop"),
        }
    }
}
