//! Roles, database and migrations: what must be there before the app may serve, embedded or brought along.

use service::MIGRATOR;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection};

use super::VERSION_FLOOR;

/// What an administrator runs when Tideway's own login may not create roles; the names are as they are to be typed.
fn roles_sql(login: &str, database: &str) -> String {
    format!(
        "create role tideway_owner nologin;
create role tideway_app nologin nosuperuser nobypassrls;
create role tideway_sequencer nologin nosuperuser nobypassrls;
grant tideway_owner, tideway_app, tideway_sequencer to {login};
grant create on database {database} to tideway_owner;
grant usage, create on schema public to tideway_owner;"
    )
}

/// `server_version_num` of the oldest Postgres that will do.
const VERSION_NUM_FLOOR: i32 = 10_000 * VERSION_FLOOR.cast_signed();

#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    #[error("The login {login} may not set up what Tideway needs. Ask an administrator to run, in database {database}:\n\n{}\n", roles_sql(.login, .database))]
    RolesMissing { login: String, database: String },
    #[error(
        "The database is Postgres {found}; Tideway needs {VERSION_FLOOR} or newer. Without DATABASE_URL it starts one of its own."
    )]
    TooOld { found: String },
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
    let (number, found): (i32, String) =
        sqlx::query_as("select current_setting('server_version_num')::int, current_setting('server_version')")
            .fetch_one(&mut conn)
            .await?;
    new_enough(number, found)?;
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
        if conn.execute(AssertSqlSafe(grants)).await.is_err() {
            return Err(roles_missing(&mut conn).await?);
        }
    }
    conn.close().await?;
    let owner = options.clone().options([("role", "tideway_owner")]).connect().await;
    let mut owner = match owner {
        Err(error) if is_not_allowed(&error) => {
            return Err(roles_missing(&mut options.clone().connect().await?).await?);
        }
        owner => owner?,
    };
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
        return Err(roles_missing(conn).await?);
    }
    for role in missing {
        let create = format!("create role {role} login nosuperuser nobypassrls");
        match conn.execute(AssertSqlSafe(create)).await {
            Ok(_) => {}
            // Another Tideway was faster.
            Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("42710" | "23505")) => {}
            Err(error) if is_not_allowed(&error) => return Err(roles_missing(conn).await?),
            Err(error) => return Err(error.into()),
        }
    }
    match conn.execute("grant tideway_owner, tideway_app, tideway_sequencer to current_user").await {
        Err(error) if is_not_allowed(&error) => Err(roles_missing(conn).await?),
        granted => Ok(granted.map(drop)?),
    }
}

fn new_enough(number: i32, found: String) -> Result<(), BootstrapError> {
    if number >= VERSION_NUM_FLOOR { Ok(()) } else { Err(BootstrapError::TooOld { found }) }
}

/// `insufficient_privilege`: an administrator is needed.
fn is_not_allowed(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42501"))
}

/// The sentence for an administrator, with the names of this login and this database.
async fn roles_missing(conn: &mut PgConnection) -> Result<BootstrapError, sqlx::Error> {
    let names = sqlx::query_as("select quote_ident(current_user), quote_ident(current_database())");
    let (login, database) = names.fetch_one(conn).await?;
    Ok(BootstrapError::RolesMissing { login, database })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_too_old_is_told_in_a_sentence() {
        assert!(new_enough(150_000, "15.0".into()).is_ok());
        let refused = new_enough(140_011, "14.11 (Debian)".into()).unwrap_err().to_string();
        assert!(refused.starts_with("The database is Postgres 14.11 (Debian); Tideway needs 15 or newer."), "{refused}");
    }
}
