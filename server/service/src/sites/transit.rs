//! The bin in which goods are on their way from one site to another: one a lane, at the site they go to.

use domain::ids::{BinId, SiteId};
use domain::refusal::Refusal;

use super::sql_transit as sql;
use crate::{Result, Tx};

/// The lane's bin; made when it is first needed.
pub(crate) async fn transit_bin(tx: &mut Tx, from: SiteId, to: SiteId) -> Result<BinId> {
    let org = tx.org().0;
    sql::insert_transit_bin(tx.conn(), org, from.0, to.0).await?;
    let bin = sql::transit_bin(tx.conn(), org, from.0, to.0).await?;
    Ok(bin.ok_or_else(|| Refusal::not_found("site"))?.into())
}
