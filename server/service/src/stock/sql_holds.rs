//! Statements on holds: who took units out of sale or put them back, and why.

use chrono::{DateTime, Utc};
use domain::stock::{HoldReason, HoldUnits};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Result;

pub(crate) async fn insert_hold(
    conn: &mut PgConnection,
    org: Uuid,
    id: Uuid,
    (by, at): (Uuid, DateTime<Utc>),
    new: &HoldUnits,
    reason: HoldReason,
) -> Result<()> {
    sqlx::query!(
        "insert into stock_hold (org_id, id, site_id, bin_id, sku_id, quantity, hold, reason, note, done_by, done_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        org,
        id,
        new.site.0,
        new.bin.0,
        new.sku.0,
        new.quantity,
        new.hold,
        reason.code(),
        new.note.trim(),
        by,
        at
    )
    .execute(conn)
    .await?;
    Ok(())
}
