//! Totes beside the carts: one that takes an order's goods from the dock, and those that are moved as handling units.

use domain::floor::FloorRefusal;
use domain::ids::{LpnId, OrderId, SiteId};
use uuid::Uuid;

use super::{sql_clear, sql_trips};
use crate::{Result, Tx, lpns};

/// The tote with this code, locked; None: there is none here.
pub(crate) async fn find_tote(tx: &mut Tx, site: SiteId, code: &str) -> Result<Option<LpnId>> {
    let org = tx.org().0;
    Ok(sql_trips::lock_tote(tx.conn(), org, site.0, code.trim()).await?.map(LpnId))
}

/// Refused when the tote is on a cart, or holds anything of another order.
pub(crate) async fn require_tote_for(tx: &mut Tx, site: SiteId, tote: LpnId, code: &str, order: OrderId) -> Result<()> {
    let org = tx.org().0;
    let busy = !sql_trips::busy_totes(tx.conn(), org, site.0, &[tote.0]).await?.is_empty();
    let inside: Vec<Uuid> = sql_clear::orders_in(tx.conn(), org, tote.0).await?;
    let own = !inside.is_empty() && inside.iter().all(|inside| *inside == order.0);
    if busy && !own {
        return Err(FloorRefusal::ToteInUse { code: code.trim().to_owned() }.into());
    }
    lpns::take_out(tx, &[tote.0]).await
}

/// Refused while one of these stands on a cart that is being walked.
pub(crate) async fn require_off_carts(tx: &mut Tx, units: &[LpnId]) -> Result<()> {
    let (org, ids) = (tx.org().0, units.iter().map(|unit| unit.0).collect::<Vec<_>>());
    match sql_clear::on_cart(tx.conn(), org, &ids).await? {
        Some(code) => Err(FloorRefusal::ToteInUse { code }.into()),
        None => Ok(()),
    }
}
