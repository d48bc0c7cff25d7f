//! The global directory that stands before the org's wall: orgs, sign-ins, sessions, keys. Nothing else reaches these tables.

mod key;
mod opening;
mod password;
mod portal;
mod session;
mod sql;

use domain::ids::OrgId;
use iso_currency::Currency;

pub use key::{IssuedKey, RevokeKey, SCOPES, scope};
pub use opening::{Kind, NewOrg, Opening};
pub use password::hash_password;
pub use portal::ClaimHost;
pub use session::{Opened, SignIn};
/// For `people`: a sign-in made, changed and ended in the transaction of its person.
pub(crate) use sql::{insert_login, revoke_sessions_of, set_password};

use crate::{Db, Failure, Result, Tx};

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

    /// Every org whose history is whole, for workers.
    pub async fn orgs(&self) -> Result<Vec<OrgId>> {
        let mut conn = self.pool.acquire().await?;
        sql::orgs(&mut conn).await
    }

    /// Every org with its short name, for the command line.
    pub async fn orgs_by_slug(&self) -> Result<Vec<(OrgId, String)>> {
        sql::orgs_by_slug(&mut *self.pool.acquire().await?).await
    }

    /// Orgs that trade, with their short names: replays are left out.
    pub async fn trading_orgs(&self) -> Result<Vec<(OrgId, String)>> {
        sql::trading_orgs(&mut *self.pool.acquire().await?).await
    }

    pub async fn org_by_slug(&self, slug: &str) -> Result<Option<OrgId>> {
        sql::org_by_slug(&mut *self.pool.acquire().await?, slug).await
    }
}

#[cfg(test)]
mod tests;
