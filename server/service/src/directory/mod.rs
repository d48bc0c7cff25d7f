//! The global directory that stands before the org's wall: orgs, sign-ins, sessions, keys. Nothing else reaches these tables.

pub(crate) mod sql;

use domain::ids::OrgId;
use iso_currency::Currency;

use crate::{Db, Result};

/// A new org, before anything is in it.
#[derive(Debug, Clone)]
pub struct NewOrg {
    pub id: OrgId,
    pub slug: String,
    pub name: String,
    pub currency: Currency,
}

impl Db {
    /// Found an org. Its accounts, channel and policy are opened by the caller's first commands.
    pub async fn found_org(&self, org: &NewOrg) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        sql::insert_org(&mut conn, org).await
    }
}
