//! The global directory that stands before the org's wall: orgs, sign-ins, sessions, keys. Nothing else reaches these tables.

mod key;
mod password;
mod session;
mod sql;

use domain::ids::OrgId;
use iso_currency::Currency;

pub use key::{RevokeKey, SCOPES};
pub use password::hash_password;
pub use session::{Opened, SignIn};
/// For `people`: a sign-in made, changed and ended in the transaction of its person.
pub(crate) use sql::{insert_login, revoke_sessions_of, set_password};

use crate::{Db, Failure, Result, Tx};

/// A new org, before anything is in it.
#[derive(Debug, Clone)]
pub struct NewOrg {
    pub id: OrgId,
    pub slug: String,
    pub name: String,
    pub currency: Currency,
}

/// The currency the org's books are kept in.
pub(crate) async fn currency(tx: &mut Tx) -> Result<Currency> {
    let org = tx.org().0;
    let code = sql::currency(tx.conn(), org).await?;
    let unknown = || Failure::Broken(sqlx::Error::Decode(format!("{code} is no ISO 4217 currency").into()));
    Currency::from_code(&code).ok_or_else(unknown)
}

impl Db {
    /// ISO 4217 of an org's books.
    pub(crate) async fn currency_of(&self, org: OrgId) -> Result<String> {
        let mut conn = self.pool.acquire().await?;
        sql::currency(&mut conn, org.0).await
    }

    /// Every org, for workers.
    pub async fn orgs(&self) -> Result<Vec<OrgId>> {
        let mut conn = self.pool.acquire().await?;
        sql::orgs(&mut conn).await
    }

    /// Every org with its short name, for the command line.
    pub async fn orgs_by_slug(&self) -> Result<Vec<(OrgId, String)>> {
        sql::orgs_by_slug(&mut *self.pool.acquire().await?).await
    }

    /// Found an org. Its accounts, channel and policy are opened by the caller's first commands.
    pub async fn found_org(&self, org: &NewOrg) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        sql::insert_org(&mut conn, org).await
    }

    /// The org whose portal answers at this host (a port is cut off); else the only org there is.
    pub(crate) async fn portal_org(&self, host: &str) -> Result<Option<OrgId>> {
        let host = host.split(':').next().unwrap_or_default().to_lowercase();
        sql::portal_org(&mut *self.pool.acquire().await?, &host).await
    }

    pub async fn org_by_slug(&self, slug: &str) -> Result<Option<OrgId>> {
        sql::org_by_slug(&mut *self.pool.acquire().await?, slug).await
    }
}

#[cfg(test)]
mod tests;
