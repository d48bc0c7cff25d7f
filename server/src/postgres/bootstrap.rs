//! Roles, database and migrations: what must be there before the app may serve, embedded or brought along.

use service::MIGRATOR;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

/// What an administrator runs when Tideway's own login may not create roles.
pub const ROLES_SQL: &str = "create role tideway_owner nologin;
create role tideway_app nologin nosuperuser nobypassrls;
create role tideway_sequencer nologin nosuperuser nobypassrls;
grant tideway_owner, tideway_app, tideway_sequencer to <the login of DATABASE_URL>;
grant create on database <its database> to tideway_owner;
grant create on schema public to tideway_owner;";

#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("This login may not create Tideway's roles. Ask an administrator to run:\n\n{ROLES_SQL}\n")]
    RolesMissing,
    #[error("The database role {role} could pass the wall between orgs ({why}). Tideway does not serve with it.")]
    RoleTooStrong { role: String, why: &'static str },
    #[error("The database does not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error(
        "The database was made by another version of Tideway (migration {0} differs or is unknown here). Serve it with that version or a newer one, or start afresh with another --data-dir."
    )]
    OtherVersion(i64),
    #[error("The migrations did not run: {0}")]
    Migrate(MigrateError),
}

impl From<MigrateError> for BootstrapError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMismatch(version) | MigrateError::VersionMissing(version) => Self::OtherVersion(version),
            other => Self::Migrate(other),
        }
    }
}

/// Make the database of an embedded server, when it is not there.
pub async fn ensure_database(server: PgConnectOptions, database: &str) -> Result<(), BootstrapError> {
    let mut conn = server.connect().await?;
    ensure_roles(&mut conn).await?;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(database)
        .fetch_one(&mut conn)
        .await?;
    if !there {
        conn.execute(AssertSqlSafe(format!("create database {database} owner tideway_owner"))).await?;
    }
    conn.close().await?;
    Ok(())
}

/// Roles, then migrations as `tideway_owner`. Safe to repeat, and to run twice at once.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), BootstrapError> {
    let mut conn = options.clone().connect().await?;
    ensure_roles(&mut conn).await?;
    let may: bool = sqlx::query_scalar(
        "select has_schema_privilege('tideway_owner', 'public', 'create')
            and has_database_privilege('tideway_owner', current_database(), 'create')",
    )
    .fetch_one(&mut conn)
    .await?;
    if !may {
        let database: String = sqlx::query_scalar("select quote_ident(current_database())").fetch_one(&mut conn).await?;
        let grants = format!(
            "grant create on database {database} to tideway_owner; grant usage, create on schema public to tideway_owner"
        );
        conn.execute(AssertSqlSafe(grants)).await.map_err(|_| BootstrapError::RolesMissing)?;
    }
    conn.close().await?;
    let mut owner = options.clone().options([("role", "tideway_owner")]).connect().await?;
    MIGRATOR.run(&mut owner).await?;
    owner.close().await?;
    Ok(())
}

async fn ensure_roles(conn: &mut PgConnection) -> Result<(), BootstrapError> {
    let missing: Vec<String> = sqlx::query_scalar(
        "select name from unnest(array['tideway_owner', 'tideway_app', 'tideway_sequencer']) as wanted (name)
         where not exists (select from pg_roles where rolname = name)",
    )
    .fetch_all(&mut *conn)
    .await?;
    if missing.is_empty() {
        return Ok(());
    }
    let may: bool = sqlx::query_scalar("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
        .fetch_one(&mut *conn)
        .await?;
    if !may {
        return Err(BootstrapError::RolesMissing);
    }
    for role in missing {
        let create = format!("create role {role} login nosuperuser nobypassrls");
        match conn.execute(AssertSqlSafe(create)).await {
            Ok(_) => {}
            // Another Tideway was faster.
            Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42710" | "23505")) => {}
            Err(error) => return Err(error.into()),
        }
    }
    conn.execute("grant tideway_owner, tideway_app, tideway_sequencer to current_user").await?;
    Ok(())
}

/// Refuse to serve with a role that could see past the wall.
pub async fn check_role(options: &PgConnectOptions) -> Result<(), BootstrapError> {
    let mut conn = options.clone().options([("role", "tideway_app")]).connect().await?;
    let (role, superuser, bypass): (String, bool, bool) =
        sqlx::query_as("select rolname::text, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
            .fetch_one(&mut conn)
            .await?;
    conn.close().await?;
    match (superuser, bypass) {
        (false, false) => Ok(()),
        (true, _) => Err(BootstrapError::RoleTooStrong { role, why: "superuser" }),
        (_, true) => Err(BootstrapError::RoleTooStrong { role, why: "BYPASSRLS" }),
    }
}
